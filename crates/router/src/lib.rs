#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod available;
mod beside;
mod better_of_two;
mod by_key;
mod cap;
mod changes;
mod copies;
mod counter;
mod difference;
mod error;
#[cfg(feature = "file")]
mod file;
mod fingerprint;
mod generations;
mod health;
mod health_view;
mod hot;
#[cfg(feature = "json")]
mod json;
mod keeper;
mod load_view;
mod loads;
mod names;
mod none_up;
mod owned;
mod permit;
mod published;
mod queue;
mod reader;
mod retry;
mod sample;
mod search;
mod seen;
mod settings;
mod shard;
mod shared;
mod snapshot;
mod state;
mod subscribe;
#[cfg(loom)]
#[doc(hidden)]
pub mod swap;
#[cfg(not(loom))]
mod swap;
mod sync;
mod tiers;
mod zones;

pub use available::{Available, Everyone, Except, Only, WHOLE};
pub use beside::Beside;
pub use cap::{ByTotal, Cap, FactorError, Fixed, Locked, Relative};
pub use changes::{Change, Changes};
pub use difference::{Difference, Flow};
pub use error::{Behind, UpdateError};
#[cfg(feature = "file")]
pub use file::{FileError, FileErrorKind, Restored, SaveFile};
pub use fingerprint::{Disagreement, Fingerprint, FingerprintError};
pub use generations::{Generations, Places, SwitchCost};
pub use health::Health;
pub use health_view::HealthView;
pub use hot::{HotKeys, HotShareError, spread};
#[cfg(feature = "json")]
pub use json::{JsonError, read_json, write_json};
pub use load_view::{LoadView, NotAdmitted};
pub use loads::Loads;
pub use none_up::NoneUp;
pub use owned::Owned;
pub use permit::{OwnedPermit, Permit};
pub use published::{CopyCounts, Published};
pub use reader::Reader;
pub use sample::Certainty;
#[cfg(feature = "metrics")]
pub use seen::{describe, report};
pub use settings::Settings;
pub use shard::{Shard, ShardError};
pub use shared::Shared;
pub use snapshot::Snapshot;
pub use state::{Share, ShareError, State};
pub use subscribe::{Changed, MemberChange, Subscription};
pub use tiers::first_tier;
pub use zones::{Placed, ZoneView, Zones};
