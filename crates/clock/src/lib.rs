#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod caches;
mod cluster;
mod cold;
mod estimate;
mod floor;
mod input;
mod kind;
mod look_up;
mod sittings;
mod turn;
mod watch;

pub use caches::Caches;
pub use cold::{COLD_LOOK_UPS, Cold};
pub use estimate::{LEAST_DIFFERENCE, Ratio, Sittings, median, nanoseconds};
pub use floor::chain;
pub use kind::{KEY_BYTES, Kind, SHORT_BATCH};
pub use look_up::{LookUp, Request, Timed};
pub use sittings::{Built, Cell, Floor, Plan, Series, Timings, time};
pub use turn::Turn;
pub use watch::{Observed, Reads, Verdict, Watch};
