#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod arcs;
#[cfg(test)]
mod collisions;
mod crowds;
mod kernel;
#[cfg(test)]
mod levels;
mod line;
mod points;
mod remedy;
mod table;
mod walk;

#[cfg(feature = "xxh3")]
pub use annulus_core::Xxh3;
pub use annulus_core::{
    Census, ChangeError, Cluster, ConsistentHashRing, DEFAULT_MEMORY_LIMIT, DependsOn, HashFn, History, HistoryError, Kernel,
    KeyHasher, Member, NodeIndex, Nodes, Properties, Refusal, RestoreError, Roster, SaveError, Saved, SavedMember, SipHash,
    Weight,
};
pub use kernel::{PointsError, RingKernel};

/// Consumers placed by a hash ring; `T` is their data, `H` the hasher.
pub type HashRing<T, H = SipHash> = Cluster<RingKernel, T, H>;
