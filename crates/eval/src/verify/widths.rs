//! Tens of thousands of nodes: where their numbers no longer fit in 16 bits.

use crate::algorithm::Algorithm;
use crate::keys::generated;
use crate::stats::StatsError;

use super::cell::{Cell, count, equal, expected_shares, owners};
use super::figure::Sheet;
use super::gate::Gate;
use super::{shares, uniform};

/// Counts of keys at sizes on both sides of 2¹⁶.
pub(super) struct Widths;

const SIZES: [usize; 3] = [65_535, 65_537, 70_000];

/// Enough for some four keys a node: pooled, a number cut short shows beyond doubt.
const DIGESTS: usize = 300_000;

/// It is judged once, with this size of the plan.
const WITH: u64 = 1000;

impl Gate for Widths {
    fn name(&self) -> &'static str {
        "widths"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        let is_known = uniform::is_uniform(algorithm) || algorithm.tells_shares();
        (nodes == WITH && is_known).then_some(SIZES.len() as u64)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let names = generated::node_names(cell.plan.seed, cell.repetition, SIZES[SIZES.len() - 1]);
        let digests = cell.some_digests(DIGESTS);
        for size in SIZES {
            let subject = match equal(cell.algorithm, None, &names[..size]) {
                Ok(subject) => subject,
                Err(refusal) => {
                    sheet.refused(format!("{size} nodes: {}", cell.told(&refusal)));
                    continue;
                }
            };
            let (counts, nobody) = count(&owners(&*subject, digests), size);
            sheet.none(format!("keys of nobody among {size} nodes"), nobody, "valid answers");
            if let Some(due) = expected_shares(cell.algorithm, &*subject) {
                let name = format!("X² of counts among {size} nodes");
                shares::against(&counts, &due, cell.tail, &name, sheet)?;
            }
        }
        Ok(())
    }
}
