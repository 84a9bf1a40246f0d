#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod admission;
mod block;
mod build;
mod cap;
mod capped;
mod change;
mod contest;
mod field;
mod kernel;
mod matching;
mod order;
mod ranking;
mod search;
mod table;
#[cfg(test)]
mod ties;

#[cfg(feature = "xxh3")]
pub use annulus_core::Xxh3;
pub use annulus_core::{
    ByDigest, CandidateList, Candidates, Census, ChangeError, Cluster, ColumnError, ConsistentHashRing, Consumer,
    DEFAULT_MEMORY_LIMIT, DependsOn, Digest, HashFn, History, HistoryError, Kernel, Key, KeyColumn, KeyHasher, Member, NodeIndex,
    Nodes, Properties, Refusal, RestoreError, Ring, Roster, SaveError, Saved, SavedMember, SipHash, Weight, mix64,
};
pub use annulus_lanes::Level;
pub use cap::CapError;
pub use capped::CappedSlotsKernel;
pub use kernel::{BitsError, SlotsKernel};

/// Consumers placed by a table of slots; `T` is their data, `H` the hasher.
///
/// ```
/// use annulus_slots::SlotTable;
///
/// let mut backends = SlotTable::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?;
/// backends.add_consumer("c", "10.0.0.3")?;
/// let owner = backends.owner("198.51.100.7:51234").unwrap();
/// let replicas: Vec<_> = backends.candidates("198.51.100.7:51234").take(2).collect();
/// assert_eq!(replicas[0], owner);
/// # Ok::<(), annulus_slots::ChangeError>(())
/// ```
///
/// | to | call |
/// |---|---|
/// | build | [`from_consumers`](Cluster::from_consumers), [`new`](Cluster::new), [`with_hasher`](Cluster::with_hasher), [`with_kernel`](Cluster::with_kernel) for parameters |
/// | change | [`add_consumer`](Cluster::add_consumer), [`extend`](Cluster::extend), [`remove_consumer`](Cluster::remove_consumer), [`set_weight`](Cluster::set_weight), [`consumer_mut`](Cluster::consumer_mut) |
/// | ask for the owner of a key | [`owner`](Cluster::owner); its data alone: [`get_consumer`](Cluster::get_consumer) |
/// | skip consumers that are down | [`find`](Cluster::find) |
/// | get replicas, or retry | [`candidates`](Cluster::candidates); to retry later, without a borrow: [`candidate_list`](Cluster::candidate_list) |
/// | compare two routers | [`fingerprint`](Cluster::fingerprint) |
/// | save and restore | [`save`](Cluster::save), [`restore`](Cluster::restore)`(saved, SipHash::new())`; the feature `serde` serialises it |
/// | look at the members | [`roster`](Cluster::roster), [`len`](Cluster::len), [`shares`](Cluster::shares) |
/// | look up many keys at once | [`owners_of`](Cluster::owners_of) for a column of keys; the trait [`ByDigest`] for digests |
/// | choose the algorithm at run time | the traits [`ConsistentHashRing`] and [`Ring`] |
pub type SlotTable<T, H = SipHash> = Cluster<SlotsKernel, T, H>;
