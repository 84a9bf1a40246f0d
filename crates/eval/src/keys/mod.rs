//! Keys: read from files, embedded, or generated from a seed.

mod embedded;
pub mod generated;
pub mod patterns;
mod reader;
mod set;

pub use reader::{Input, KeyError, KeyReader, Problem};
pub use set::KeySet;
pub(crate) use set::chain_on;
