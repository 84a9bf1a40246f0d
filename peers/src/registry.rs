//! Everybody who takes part.

use crate::cell::Algorithm;
use crate::subject::Entry;
use crate::{floors, ours, peers, textbook};

/// Those of an algorithm, in the order of the tables.
pub(crate) fn entries(algorithm: Algorithm) -> Vec<Entry> {
    let mut entries = ours::entries(algorithm);
    entries.extend(textbook::entries(algorithm));
    entries.extend(floors::entries(algorithm));
    entries.extend(peers::entries(algorithm));
    entries
}

/// Makes what subjects share.
pub(crate) fn prepare() {
    peers::prepare();
}

#[cfg(test)]
mod tests {
    use annulus_core::Digest;

    use super::*;
    use crate::cell::{Cell, SITTINGS};
    use crate::subject::{Applied, Change, Role, Subject};

    /// Everybody of every algorithm, built for ten nodes.
    #[test]
    fn everybody_answers_with_nodes_and_forgets_those_that_leave() {
        prepare();
        for algorithm in Algorithm::ALL {
            for entry in entries(algorithm).iter().filter(|entry| entry.role != Role::Floor) {
                let who = format!("{} of {algorithm}", entry.name);
                let mut subject = (entry.build)(Cell::new(algorithm, 10)).unwrap();
                // By text: a digest is answered by an index of ours, which moves when a node leaves.
                let owners = |subject: &dyn Subject| -> Vec<u64> {
                    (0..3_000).map(|i| subject.owner_of_key(&format!("key-{i}"))).collect()
                };
                let before = owners(subject.as_ref());
                assert!(
                    (0..3_000).all(|i| subject.owner(Digest::of_hash(annulus_core::mix(1, i))) < 10),
                    "{who} answers beyond its nodes"
                );
                assert!(before.iter().all(|&node| node < 10), "{who} answers beyond its nodes");
                if subject.apply(Change::Add(10)) != Applied::Nothing {
                    assert!(owners(subject.as_ref()).contains(&10), "{who} gives a new node nothing");
                    subject.apply(Change::Remove(3));
                    assert!(!owners(subject.as_ref()).contains(&3), "{who} still has a node that left");
                }
            }
        }
    }

    #[test]
    fn everybody_can_be_built_with_the_nodes_of_the_last_sitting() {
        prepare();
        for algorithm in Algorithm::ALL {
            let cell = Cell::new(algorithm, 10).in_sitting(SITTINGS - 1);
            for entry in entries(algorithm).iter().filter(|entry| entry.role != Role::Floor) {
                let subject = (entry.build)(cell).unwrap();
                // Ours and the textbook's number nodes by their order, and so do crates that are given a count.
                let is_there = |node: u64| node < 10 || cell.members().any(|member| u64::from(member) == node);
                let owners = (0..500).map(|i| subject.owner_of_key(&format!("key-{i}")));
                assert!(owners.into_iter().all(is_there), "{} of {algorithm}", entry.name);
            }
        }
    }

    #[test]
    fn names_are_distinct_within_an_algorithm() {
        for algorithm in Algorithm::ALL {
            let mut names: Vec<&str> = entries(algorithm).iter().map(|entry| entry.name).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{algorithm}");
        }
    }
}
