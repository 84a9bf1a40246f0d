#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod available;
mod beside;
mod better_of_two;
mod cap;
mod health;
mod health_view;
mod hot;
mod load;
mod names;
mod permit;
mod shard;
mod tiers;
mod zones;

pub use available::{Available, Everyone, NoneUp, WHOLE};
pub use beside::Beside;
pub use cap::{ByTotal, Cap, FactorError, Fixed, Locked, Relative};
pub use health::{Health, Share, ShareError, State};
pub use health_view::HealthView;
pub use hot::{HotKeys, HotShareError, spread};
pub use load::{LoadView, Loads, NotAdmitted};
pub use permit::{OwnedPermit, Permit};
pub use shard::Shard;
pub use tiers::first_tier;
pub use zones::{Placed, ZoneView, Zones};
