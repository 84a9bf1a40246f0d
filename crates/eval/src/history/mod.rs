//! Histories of a membership: who joined, left or got another capacity, and when. A history is read once, checked as a whole, and
//! replayed step by step.
//!
//! A file is CSV with the header `time,event,node,capacity`, or with a further column `zone`:
//!
//! ```text
//! time,event,node,capacity,zone
//! 1,join,cache-a,4,eu
//! 1,join,cache-b,2.5,us
//! 2,weight,cache-a,0,
//! 3,leave,cache-b,,
//! ```
//!
//! Rows of one time are one step. The event `weight` gives a node another capacity; a capacity of 0 is a drain: the node stays known, but no
//! key is placed on it.

mod capacity;
mod error;
mod membership;
mod reader;
mod row;
mod time;

pub use capacity::{Unit, unit};
pub use error::{HistoryError, Problem, Skipped};
pub use membership::{Membership, Node};
pub use reader::{History, Step};
pub use row::{Change, Event};
pub use time::Time;
