//! Patterned names and keys, as people give them: a hash that is good only for random ones shows here.

use crate::error::Error;
use crate::registry::{Algorithm, Law};

use super::cell::{Cell, count, equal, expected_shares};
use super::figure::Sheet;
use super::{Gate, arcs, shares, slots, uniform};

/// Each pattern of names by the law of the algorithm, with the keys of the same pattern, both tails.
pub(super) struct Names;

/// A pattern: its name, and the name and the key of each number.
struct Pattern {
    what: &'static str,
    node: fn(u64) -> String,
    key: fn(u64) -> String,
}

const PATTERNS: [Pattern; 4] = [
    Pattern { what: "sequential", node: |i| format!("node-{i}"), key: |i| i.to_string() },
    Pattern {
        what: "addresses",
        node: |i| format!("10.0.{}.{}:11211", i / 256, i % 256),
        key: |i| format!("{}.{}.{}.{}", 10 + (i >> 24), (i >> 16) & 255, (i >> 8) & 255, i & 255),
    },
    Pattern {
        what: "long prefix",
        node: |i| format!("cache.eu-west-1.production.example.internal/shard/{i:06}"),
        key: |i| format!("https://www.example.com/api/v2/customers/orders/items/{i:09}"),
    },
    Pattern {
        what: "dates",
        node: |i| format!("{}-{:02}-{:02}-{:02}", 2000 + i / 8064, i / 672 % 12 + 1, i / 24 % 28 + 1, i % 24),
        key: |i| {
            format!("{}-{:02}-{:02}T{:02}:{:02}", 1990 + i / 483_840, i / 40_320 % 12 + 1, i / 1440 % 28 + 1, i / 60 % 24, i % 60)
        },
    },
];

/// Keys of each pattern.
const KEYS: u64 = 200_000;

impl Gate for Names {
    fn name(&self) -> &'static str {
        "names"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        let counts = u64::from(nodes > 1 && (uniform::is_uniform(algorithm) || algorithm.tells_shares()));
        let each = counts + arcs::figures(algorithm, nodes).unwrap_or(0);
        Some(each * PATTERNS.len() as u64)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), Error> {
        // There is nothing of a seed in patterns: once is enough.
        if cell.repetition > 0 {
            return Ok(());
        }
        PATTERNS.iter().try_for_each(|pattern| pattern.judge(cell, sheet))
    }
}

impl Pattern {
    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), Error> {
        let names: Vec<String> = (0..cell.nodes).map(self.node).collect();
        let subject = match equal(cell.algorithm, None, &names) {
            Ok(subject) => subject,
            Err(refusal) => {
                sheet.refused(refusal.to_string());
                return Ok(());
            }
        };
        let digests: Vec<u64> = (0..KEYS).map(|i| subject.digest(&(self.key)(i))).collect();
        let (counts, nobody) = count(&subject.owners(&digests), names.len());
        sheet.none(format!("{}: keys of nobody", self.what), nobody, "valid answers");
        match (cell.algorithm.balance_law(), subject.shares()) {
            (Law::Ring { points }, Some(shares)) => arcs::judge(&shares, points, cell.tail, sheet)?,
            (Law::Slots { slots }, Some(shares)) => slots::judge(&shares, slots, sheet)?,
            _ => {}
        }
        if cell.nodes < 2 {
            return Ok(());
        }
        let name = format!("{}: X² of keys", self.what);
        if uniform::is_uniform(cell.algorithm) {
            let (value, band) = uniform::chi_square(&counts, cell.tail)?;
            sheet.both_tails(&name, value, band, "multinomial");
        } else if let Some(expected) = expected_shares(cell.algorithm, &*subject) {
            shares::against(&counts, &expected, cell.tail, &name, sheet)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn patterns_repeat_no_name_and_no_key() {
        for pattern in &PATTERNS {
            let nodes: HashSet<String> = (0..10_000).map(pattern.node).collect();
            let keys: HashSet<String> = (0..KEYS).map(pattern.key).collect();
            assert_eq!((nodes.len(), keys.len() as u64), (10_000, KEYS), "{}", pattern.what);
        }
    }
}
