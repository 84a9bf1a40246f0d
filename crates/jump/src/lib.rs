#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate alloc;

mod batch;
mod hash;
mod kernel;
#[cfg(test)]
mod oracle;
mod stream;

#[cfg(feature = "xxh3")]
pub use annulus_core::Xxh3;
pub use annulus_core::{
    BucketFunction, BucketKernel, Census, ChangeError, Cluster, ConsistentHashRing, DEFAULT_MEMORY_LIMIT, DependsOn, HashFn,
    History, HistoryError, Kernel, KeyHasher, Member, NodeIndex, Nodes, Properties, Refusal, RestoreError, Roster, SaveError,
    Saved, SavedMember, SipHash, Weight,
};
pub use annulus_lanes::Level;
pub use hash::jump_hash;
pub use kernel::{Jump, JumpKernel};

/// Consumers placed by jump consistent hash; `T` is their data, `H` the hasher.
pub type JumpHash<T, H = SipHash> = Cluster<JumpKernel, T, H>;
