//! Tables whose slots rank their nodes: what their laws say beyond counts of keys.

mod first;
mod pairs;
mod shares;
mod tables;
mod two;
mod under_cap;

pub(super) use first::First;
pub(super) use pairs::Pairs;
pub(super) use shares::Ranks;
pub(super) use tables::firsts;
pub(super) use two::TwoNodes;
pub(super) use under_cap::UnderCap;
