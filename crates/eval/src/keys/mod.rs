//! Keys: read from files, embedded, or generated from a seed.

mod embedded;
pub mod generated;
mod loaded;
pub mod patterns;
mod reader;
mod secret;
mod set;

pub use loaded::LoadedKeys;
pub(crate) use loaded::key_and_load;
pub use reader::{Input, KeyError, KeyReader, Problem};
pub use secret::Secret;
pub(crate) use set::chain_on;
pub use set::{KeySet, MOST_BYTES_HELD, MOST_KEYS_HELD};
