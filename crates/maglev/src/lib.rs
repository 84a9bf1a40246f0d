#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod build;
mod kernel;
mod prime;
mod quota;
mod table;

#[cfg(feature = "xxh3")]
pub use annulus_core::Xxh3;
pub use annulus_core::{
    Census, ChangeError, Cluster, ConsistentHashRing, DEFAULT_MEMORY_LIMIT, DependsOn, HashFn, History, HistoryError, Kernel,
    KeyHasher, Member, NodeIndex, Nodes, Properties, Refusal, RestoreError, Roster, SaveError, Saved, SavedMember, SipHash,
    Weight,
};
pub use kernel::{MaglevKernel, SlotsError};

/// Consumers placed by Maglev's table; `T` is their data, `H` the hasher.
pub type Maglev<T, H = SipHash> = Cluster<MaglevKernel, T, H>;
