#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod available;
mod beside;
mod better_of_two;
mod cap;
mod counter;
mod health;
mod health_view;
mod hot;
mod load_view;
mod loads;
mod names;
mod none_up;
mod permit;
mod search;
mod shard;
mod state;
mod tiers;
mod zones;

pub use available::{Available, Everyone, WHOLE};
pub use beside::Beside;
pub use cap::{ByTotal, Cap, FactorError, Fixed, Locked, Relative};
pub use health::Health;
pub use health_view::HealthView;
pub use hot::{HotKeys, HotShareError, spread};
pub use load_view::{LoadView, NotAdmitted};
pub use loads::Loads;
pub use none_up::NoneUp;
pub use permit::{OwnedPermit, Permit};
pub use shard::Shard;
pub use state::{Share, ShareError, State};
pub use tiers::first_tier;
pub use zones::{Placed, ZoneView, Zones};
