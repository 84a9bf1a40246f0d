//! Which algorithm suits somebody's system, with which parameters, and why.
//!
//! The rule has three steps. What misses a requirement for any number of nodes from now to later is ruled out, with the figure that
//! misses it. What another one dominates is dropped. The rest is ranked by the user's first worry.

mod answer;
mod balance;
mod candidate;
mod chance;
mod copies;
mod fleet;
mod movement;
mod rank;
mod search;
pub(crate) mod sweep;
mod terms;
mod times;
mod wanted;

pub(crate) use answer::{Answer, Place};
pub(crate) use candidate::{Candidate, Considered, Figures, Miss, Source, Tried, Worst};
pub(crate) use rank::{figure, is_tied};
pub(crate) use terms::{Leaves, MovedKey, Routers, Worry};
pub(crate) use wanted::Wanted;
#[cfg(test)]
pub(crate) use wanted::example;
