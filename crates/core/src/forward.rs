//! Implements the contract for a ring behind `&mut` or in a box.

use alloc::{boxed::Box, vec::Vec};
use core::ops::ControlFlow;

use crate::{ByDigest, ChangeError, ConsistentHashRing, Digest, KeyColumn, Member, NodeIndex, Roster, Weight};

/// Forwards every method, including provided ones, so that an implementor's overrides stay in effect.
macro_rules! forward {
    ($pointer:ty) => {
        impl<R: ConsistentHashRing + ?Sized> ConsistentHashRing for $pointer {
            type ConsumerInfo = R::ConsumerInfo;

            fn add_consumer(&mut self, name: &str, data: Self::ConsumerInfo) -> Result<(), ChangeError> {
                (**self).add_consumer(name, data)
            }
            fn remove_consumer(&mut self, name: &str) -> Option<Self::ConsumerInfo> {
                (**self).remove_consumer(name)
            }
            fn remove_consumers(&mut self, names: &mut dyn Iterator<Item = &str>) -> Vec<Option<Self::ConsumerInfo>> {
                (**self).remove_consumers(names)
            }
            fn get_consumer(&self, key: &str) -> Option<&Self::ConsumerInfo> {
                (**self).get_consumer(key)
            }
            fn add_weighted_consumer(&mut self, name: &str, weight: Weight, data: Self::ConsumerInfo) -> Result<(), ChangeError> {
                (**self).add_weighted_consumer(name, weight, data)
            }
            fn add_consumers(
                &mut self,
                members: &mut dyn Iterator<Item = (&str, Weight, Self::ConsumerInfo)>,
            ) -> Result<(), ChangeError> {
                (**self).add_consumers(members)
            }
            fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, ChangeError> {
                (**self).set_weight(name, weight)
            }
            fn set_weights(
                &mut self,
                weights: &mut dyn Iterator<Item = (&str, Weight)>,
            ) -> Result<Vec<Option<Weight>>, ChangeError> {
                (**self).set_weights(weights)
            }
            fn consumer_mut(&mut self, name: &str) -> Option<&mut Self::ConsumerInfo> {
                (**self).consumer_mut(name)
            }
            fn roster(&self) -> &Roster<Self::ConsumerInfo> {
                (**self).roster()
            }
            fn walk_key<'r>(&'r self, key: &[u8], visit: &mut dyn FnMut(Member<'r, Self::ConsumerInfo>) -> ControlFlow<()>) {
                (**self).walk_key(key, visit);
            }
            fn fingerprint(&self) -> u64 {
                (**self).fingerprint()
            }
            fn owner_of(&self, key: &[u8]) -> Option<Member<'_, Self::ConsumerInfo>> {
                (**self).owner_of(key)
            }
            fn find_consumer<'r>(
                &'r self,
                key: &[u8],
                accept: &mut dyn FnMut(Member<'r, Self::ConsumerInfo>) -> bool,
            ) -> Option<Member<'r, Self::ConsumerInfo>> {
                (**self).find_consumer(key, accept)
            }
            fn get_consumers(&self, key: &str, n: usize) -> Vec<&Self::ConsumerInfo> {
                (**self).get_consumers(key, n)
            }
            fn owners_of(&self, keys: &KeyColumn<'_>, out: &mut [NodeIndex]) -> usize {
                (**self).owners_of(keys, out)
            }
            fn shares(&self) -> Option<Vec<f64>> {
                (**self).shares()
            }
        }

        impl<R: ByDigest + ?Sized> ByDigest for $pointer {
            fn digest(&self, key: &[u8]) -> Digest {
                (**self).digest(key)
            }
            fn locate(&self, digest: Digest) -> Option<NodeIndex> {
                (**self).locate(digest)
            }
            fn locate_batch(&self, digests: &[Digest], out: &mut [NodeIndex]) -> usize {
                (**self).locate_batch(digests, out)
            }
            fn walk(&self, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
                (**self).walk(digest, visit);
            }
            fn locate_n(&self, digest: Digest, out: &mut [NodeIndex]) -> usize {
                (**self).locate_n(digest, out)
            }
            fn ends(&self) -> Option<Vec<Digest>> {
                (**self).ends()
            }
            fn as_contract(&self) -> &dyn ConsistentHashRing<ConsumerInfo = Self::ConsumerInfo> {
                (**self).as_contract()
            }
            fn as_contract_mut(&mut self) -> &mut dyn ConsistentHashRing<ConsumerInfo = Self::ConsumerInfo> {
                (**self).as_contract_mut()
            }
        }
    };
}

forward!(&mut R);
forward!(Box<R>);
