#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod beside;
mod changes;
mod copies;
mod difference;
mod error;
#[cfg(feature = "file")]
mod file;
mod fingerprint;
mod generations;
#[cfg(feature = "json")]
mod json;
mod keeper;
mod owned;
mod queue;
mod reader;
mod sample;
mod seen;
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
#[cfg(feature = "file")]
pub use file::{FileError, Restored, SaveFile};
pub use fingerprint::{Disagreement, Fingerprint, FingerprintError};
pub use generations::{Generations, Places, SwitchCost};
#[cfg(feature = "json")]
pub use json::{JsonError, read_json, write_json};
pub use owned::Owned;
pub use reader::Reader;
pub use sample::Certainty;
#[cfg(feature = "metrics")]
pub use seen::report;
pub use settings::Settings;
pub use shared::{CopyCounts, Published, Shared};
pub use snapshot::Snapshot;
pub use subscribe::{Changed, MemberChange, Subscription};
