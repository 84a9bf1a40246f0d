#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod beside;
mod changes;
mod copies;
mod difference;
mod error;
mod fingerprint;
mod keeper;
mod owned;
mod queue;
mod reader;
mod sample;
mod settings;
mod shared;
mod snapshot;
mod subscribe;
#[cfg(loom)]
#[doc(hidden)]
pub mod swap;
#[cfg(not(loom))]
mod swap;
mod sync;

pub use beside::Beside;
pub use changes::{Change, Changes};
pub use difference::{Difference, Flow};
pub use error::{Behind, UpdateError};
pub use fingerprint::{Disagreement, Fingerprint, FingerprintError};
pub use owned::Owned;
pub use reader::Reader;
pub use sample::Certainty;
pub use settings::Settings;
pub use shared::{CopyCounts, Published, Shared};
pub use snapshot::Snapshot;
pub use subscribe::{Changed, MemberChange, Subscription};
