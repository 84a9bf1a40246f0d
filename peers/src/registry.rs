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
    use super::*;
    use crate::cell::Cell;
    use crate::subject::{Applied, Change, Role, Timed};

    /// Everybody of every algorithm, built for ten nodes.
    #[test]
    fn everybody_answers_with_nodes_and_forgets_those_that_leave() {
        prepare();
        for algorithm in Algorithm::ALL {
            for entry in entries(algorithm).iter().filter(|entry| entry.role != Role::Floor) {
                let who = format!("{} of {algorithm}", entry.name);
                let mut subject = (entry.build)(Cell { algorithm, nodes: 10 }).unwrap();
                // By text: a digest is answered by an index of ours, which moves when a node leaves.
                let owners =
                    |subject: &dyn Timed| -> Vec<u64> { (0..3_000).map(|i| subject.of_key(&format!("key-{i}"))).collect() };
                let before = owners(subject.as_ref());
                assert!((0..3_000).all(|i| subject.of_digest(annulus_core::mix(1, i)) < 10), "{who} answers beyond its nodes");
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
