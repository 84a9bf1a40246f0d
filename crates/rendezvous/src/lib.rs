#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod draw;
#[cfg(test)]
mod exactness;
mod first;
mod kernel;
#[cfg(test)]
mod oracle;
mod scan;
#[cfg(test)]
mod ties;

#[cfg(feature = "xxh3")]
pub use annulus_core::Xxh3;
pub use annulus_core::{
    Census, ChangeError, Cluster, ConsistentHashRing, DEFAULT_MEMORY_LIMIT, DependsOn, HashFn, History, HistoryError, Kernel,
    KeyHasher, Member, NodeIndex, Nodes, Properties, Refusal, RestoreError, Roster, SaveError, Saved, SavedMember, SipHash,
    Weight,
};
pub use annulus_lanes::Level;
pub use kernel::RendezvousKernel;

/// Consumers placed by rendezvous hashing; `T` is their data, `H` the hasher.
pub type Rendezvous<T, H = SipHash> = Cluster<RendezvousKernel, T, H>;
