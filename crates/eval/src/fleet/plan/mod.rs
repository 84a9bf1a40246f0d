//! What a change of members moves: every key is asked for before and after, by every algorithm.

mod change;
mod count;
mod keys;
mod least;
mod list;
mod measure;
mod outcome;
mod roles;
mod router;
pub(crate) mod rows;

pub(crate) use change::{Change, Kind, Node, Op};
pub(crate) use keys::Source;
pub(crate) use list::{Failure, list};
pub(crate) use measure::{Contender, Plan, Side};
pub(crate) use outcome::Outcome;
pub(crate) use router::Sets;
