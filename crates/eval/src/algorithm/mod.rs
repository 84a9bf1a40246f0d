//! What every layer above means by an algorithm: its definition, the registry, and what measures and gates ask of it.

mod definition;
mod empties;
mod law;
mod moves;
mod oracle;
mod parameters;
mod placement;
pub(crate) mod refusal;
mod registry;
mod steps;
mod subject;
mod zones;

pub use definition::{Algorithm, Configure};
pub use law::Law;
pub use moves::Moves;
pub use oracle::{Answers, Oracle};
pub use placement::{NodeId, Placement};
pub use registry::Registry;
pub use steps::Steps;
pub(crate) use subject::{NOBODY, NewMember, SharedHasher, Subject};
pub(crate) use zones::Zones;
