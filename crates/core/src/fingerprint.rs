//! One number for a mapping: algorithm, parameters, hasher, members and history.

use core::fmt::{self, Write};

use crate::{Cluster, DependsOn, History, Kernel, KeyHasher, Weight, mix, mix64};

impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// A number to compare with another router's. It covers algorithm, parameters, hasher, members and, if answers depend on it,
    /// order or history. O(N), and about 10 µs for the hasher.
    ///
    /// **Equal fingerprints** mean the same algorithm, parameters, members and history, and hashers that agree on all the probes
    /// of [`KeyHasher::check`]. So every key is placed the same, unless two hashers differ only on other inputs and do not
    /// override `check`. **Unequal fingerprints** mean that one of these differs, not that any of your keys moved.
    ///
    /// Data is not included. A fingerprint is 64 bits and not a signature: it finds mistakes, not forgeries.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint_with(self.kernel.history(self.roster.nodes()).as_ref())
    }

    /// The fingerprint of the current members with this history.
    pub(crate) fn fingerprint_with(&self, history: Option<&History>) -> u64 {
        let nodes = self.roster.nodes();
        self.fingerprint_of(nodes.seeds().iter().copied().zip(nodes.weights().iter().copied()), history)
    }

    /// The fingerprint of members with these seeds and weights, in index order, with this history.
    pub(crate) fn fingerprint_of(&self, members: impl Iterator<Item = (u64, Weight)>, history: Option<&History>) -> u64 {
        let members = of_members::<K>(members, history);
        [chained(K::PROPERTIES.algorithm), chained(Parameters(&self.kernel)), self.hasher().check(), members]
            .iter()
            .fold(0, |chain, &part| mix64(mix(chain, 1) ^ part))
    }
}

/// The members' part of a fingerprint: as a set, as a list, or each with its bucket, whichever decides the answers.
fn of_members<K: Kernel>(members: impl Iterator<Item = (u64, Weight)>, history: Option<&History>) -> u64 {
    let each = members.map(|(seed, weight)| mix(seed, u64::from(weight.get())));
    match (K::PROPERTIES.depends_on, history) {
        (DependsOn::Set, _) => each.fold(0, u64::wrapping_add),
        (DependsOn::History, Some(history)) => {
            let held = each.zip(&history.held).map(|(member, &bucket)| mix(member, u64::from(bucket)));
            let held = held.fold(mix(0, u64::from(history.capacity)), u64::wrapping_add);
            history.freed.iter().fold(held, |chain, &bucket| mix(chain, u64::from(bucket)))
        }
        (DependsOn::Order | DependsOn::History, _) => each.fold(0, |chain, member| mix(chain ^ member, 0)),
    }
}

/// A hash of the bytes of `text`.
fn chained(text: impl fmt::Display) -> u64 {
    let mut chain = Chained(0);
    // The chain never fails; if `text` itself returns an error, it ends there.
    let _ = write!(chain, "{text}");
    chain.0
}

struct Chained(u64);

impl Write for Chained {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = text.bytes().fold(self.0, |chain, byte| mix(chain, u64::from(byte)));
        Ok(())
    }
}

/// A kernel's parameters, as text.
pub(crate) struct Parameters<'a, K>(pub(crate) &'a K);

// Writes nothing if there are none; the saved form is then empty.
impl<K: Kernel> fmt::Display for Parameters<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.parameters(f)
    }
}
