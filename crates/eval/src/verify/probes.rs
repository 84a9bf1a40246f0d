//! Algorithms whose shares are those of several probes a key: how uneven they are, which tells how many probes there are.

use annulus_core::ChangeError;

use crate::algorithm::{Algorithm, Law};
use crate::keys::generated;
use crate::stats::probes::ProbeLaw;
use crate::stats::{StatsError, float};

use super::cell::{Cell, count, equal};
use super::count::{length, position};
use super::figure::Sheet;
use super::gate::Gate;

/// The squared CV of the shares, in the mean over many circles: once of the exact shares, where they are told, and once of counts.
///
/// With k probes it is 1/(2k − 1). One circle scatters by half of that at a hundred nodes, so that no number of keys is enough.
pub(super) struct Probes;

/// Nodes of all circles together, so that shares of 20 probes are told from those of 21: 5 % of the squared CV. Its mean has a
/// standard error of 0.6 % at any number of nodes.
const TOLD: u64 = 600_000;

/// The same for counts, with this many keys a node on each circle. The standard error is 1.2 %, so that two probes of 21 show.
const COUNTED: u64 = 200_000;
const KEYS_A_NODE: u64 = 20;

/// The number of the first set of names: no other gate uses them.
const FIRST_SET: u32 = 1_000_000_001;

impl Gate for Probes {
    fn name(&self) -> &'static str {
        "probes"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        law(algorithm).filter(|_| nodes > 1).map(|_| 1 + u64::from(algorithm.tells_shares()))
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let Some(law) = law(cell.algorithm).filter(|_| cell.nodes > 1) else { return Ok(()) };
        let law = law.square_cv(cell.nodes)?;
        if cell.algorithm.tells_shares() {
            let circles = (TOLD / cell.nodes).max(1);
            match mean(cell, circles, of_shares) {
                Ok(mean) => {
                    let band = law.band(law.variance_of_shares(), circles, cell.tail);
                    sheet.random("mean squared CV of shares", mean, band, "probes");
                }
                Err(refusal) => sheet.refused(cell.told(&refusal)),
            }
        }
        let circles = (COUNTED / cell.nodes).max(1);
        match mean(cell, circles, of_counts) {
            Ok(mean) => {
                let band = law.band(law.variance_of_counts(KEYS_A_NODE * cell.nodes), circles, cell.tail);
                sheet.random("mean squared CV by counts", mean, band, "probes");
            }
            Err(refusal) => sheet.refused(cell.told(&refusal)),
        }
        Ok(())
    }
}

fn law(algorithm: &Algorithm) -> Option<ProbeLaw> {
    match algorithm.law() {
        Law::Probes { probes } => ProbeLaw::new(probes).ok(),
        _ => None,
    }
}

/// The squared CV on the circle of one set of names.
type OfSet = fn(&Cell<'_>, u32) -> Result<f64, ChangeError>;

/// Its mean over as many sets of names, which are other ones on each seed.
fn mean(cell: &Cell<'_>, circles: u64, of: OfSet) -> Result<f64, ChangeError> {
    let circles = u32::try_from(circles).unwrap_or(u32::MAX);
    let first = FIRST_SET.wrapping_add(cell.repetition.wrapping_mul(circles));
    let all = (0..circles).map(|circle| of(cell, first.wrapping_add(circle)));
    Ok(all.sum::<Result<f64, _>>()? / f64::from(circles))
}

fn of_shares(cell: &Cell<'_>, set: u32) -> Result<f64, ChangeError> {
    let names = generated::node_names(cell.plan.seed, set, cell.names.len());
    let shares = equal(cell.algorithm, None, &names)?.shares().unwrap_or_default();
    Ok(shares.iter().map(|share| share.powi(2)).sum::<f64>() * float(cell.nodes) - 1.0)
}

/// Of K keys, pairs at one node are counted: N·Σc(c − 1)/(K(K − 1)) − 1 has no bias.
fn of_counts(cell: &Cell<'_>, set: u32) -> Result<f64, ChangeError> {
    let names = generated::node_names(cell.plan.seed, set, cell.names.len());
    let digests = generated::digests(cell.plan.seed, set, position(KEYS_A_NODE * cell.nodes));
    let (counts, _) = count(&equal(cell.algorithm, None, &names)?.owners(&digests), names.len());
    let keys = length(digests.len());
    let pairs: u64 = counts.iter().map(|&count| count * count.saturating_sub(1)).sum();
    Ok(float(cell.nodes) * float(pairs) / float(keys * (keys - 1)) - 1.0)
}
