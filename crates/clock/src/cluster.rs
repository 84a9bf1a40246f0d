//! Look-ups of a [`Cluster`] whose data are numbers.

use std::ops::ControlFlow;

use annulus_core::{ByDigest, Cluster, Digest, Kernel, KeyHasher, NodeIndex};

use crate::look_up::LookUp;

/// A digest is answered with the owner's index, and a key with its data, as users ask.
impl<K: Kernel, H: KeyHasher> LookUp for Cluster<K, u32, H> {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.locate(digest).map_or(0, |index| u64::from(index.get()))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.get_consumer(key).map_or(0, |&id| u64::from(id))
    }

    #[inline]
    fn owners(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> u64 {
        let answered = ByDigest::locate_batch(self, digests, owners);
        // The sum is part of the time, and needed: without it nobody could say that the answers were right.
        sum(&owners[..answered])
    }

    #[inline]
    fn first_three(&self, digest: Digest) -> u64 {
        let mut three = [NodeIndex::default(); 3];
        let found = ByDigest::locate_n(self, digest, &mut three).min(3);
        sum(&three[..found])
    }

    fn state_bytes(&self) -> u64 {
        Cluster::heap_bytes(self)
    }

    /// By a batch of one, which other code answers.
    fn checked_owner(&self, digest: Digest) -> u64 {
        let mut owner = [NodeIndex::default()];
        ByDigest::locate_batch(self, &[digest], &mut owner);
        u64::from(owner[0].get())
    }

    fn checked_owner_of_key(&self, key: &str) -> u64 {
        let mut owner = [NodeIndex::default()];
        ByDigest::locate_batch(self, &[self.digest_of(key)], &mut owner);
        self.roster().info(owner[0]).map_or(0, |&id| u64::from(id))
    }

    /// By a walk that stops.
    fn checked_first_three(&self, digest: Digest) -> u64 {
        let mut found = Vec::with_capacity(3);
        self.walk(digest, &mut |index| {
            found.push(index);
            if found.len() == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        sum(&found)
    }
}

fn sum(owners: &[NodeIndex]) -> u64 {
    owners.iter().fold(0, |sum, index| sum.wrapping_add(u64::from(index.get())))
}
