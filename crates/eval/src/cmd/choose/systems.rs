//! Typical systems, whose answers are compiled in.

use super::answers::Answers;
use crate::cmd::error::Error;

/// Their answers, by name, in the order in which they are shown.
pub(super) const SYSTEMS: [(&str, &str); 6] = [
    ("memcached-pool", include_str!("../../../systems/memcached-pool.toml")),
    ("object-store", include_str!("../../../systems/object-store.toml")),
    ("l4-balancer", include_str!("../../../systems/l4-balancer.toml")),
    ("fixed-shards", include_str!("../../../systems/fixed-shards.toml")),
    ("session-affinity", include_str!("../../../systems/session-affinity.toml")),
    ("queue", include_str!("../../../systems/queue.toml")),
];

/// Their names, for messages.
pub(super) fn names() -> String {
    SYSTEMS.map(|(name, _)| name).join(", ")
}

/// The answers of the system called `name`.
pub(super) fn of(name: &str) -> Result<Answers, Error> {
    let known = SYSTEMS.iter().find(|(known, _)| *known == name);
    let (_, text) = known.ok_or_else(|| Error::Usage(format!("--system `{name}` is not known; write one of {}", names())))?;
    Answers::parse(name, text)
}
