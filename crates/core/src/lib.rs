#![doc = include_str!("../README.md")]
#![no_std]
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
// The laws are tests and may use std; they take square roots.
#[cfg(feature = "conformance")]
extern crate std;

mod bucket;
mod by_digest;
mod calls;
mod candidates;
mod census;
mod change;
mod cluster;
mod column;
#[cfg(feature = "conformance")]
pub mod conformance;
mod consumers;
mod contract;
pub mod cost;
mod digest;
mod error;
mod fingerprint;
mod forward;
mod hasher;
mod history;
mod implemented;
mod index;
mod kernel;
mod key;
mod memory;
mod mix;
mod nodes;
pub mod order;
mod probes;
mod properties;
mod ring;
mod roster;
mod saved;
mod weight;

pub use bucket::{BucketFunction, BucketKernel};
pub use by_digest::ByDigest;
pub use candidates::{CandidateList, Candidates};
pub use census::Census;
pub use cluster::Cluster;
pub use column::{ColumnError, KeyColumn};
pub use consumers::Consumer;
pub use contract::ConsistentHashRing;
pub use digest::Digest;
pub use error::{ChangeError, Refusal};
#[cfg(feature = "xxh3")]
pub use hasher::Xxh3;
pub use hasher::{HashFn, KeyHasher, SipHash};
pub use history::{History, HistoryError};
pub use index::NodeIndex;
pub use kernel::Kernel;
pub use key::Key;
pub use memory::DEFAULT_MEMORY_LIMIT;
pub use mix::{mix, mix64};
pub use nodes::{Gone, Nodes};
pub use properties::{DependsOn, Properties};
pub use ring::Ring;
pub use roster::{Member, Roster};
pub use saved::{RestoreError, SaveError, Saved, SavedMember};
pub use weight::Weight;
