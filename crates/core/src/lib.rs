#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod cluster;
#[cfg(feature = "conformance")]
pub mod conformance;
mod contract;
mod error;
mod hasher;
mod index;
mod kernel;
mod mix;
mod nodes;
pub mod order;
mod properties;
mod roster;
mod saved;
mod weight;

pub use cluster::Cluster;
pub use contract::ConsistentHashRing;
pub use error::{AddError, Refusal};
pub use hasher::{HashFn, KeyHasher, SipHash};
pub use index::NodeIndex;
pub use kernel::Kernel;
pub use mix::{mix, mix64};
pub use nodes::{Gone, Nodes};
pub use properties::{DependsOn, Properties};
pub use roster::{Member, Roster};
pub use saved::{RestoreError, SaveError, Saved, SavedMember};
pub use weight::Weight;
