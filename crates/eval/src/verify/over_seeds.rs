//! What no single seed shows: X² of all seeds together, and how their p-values are spread.

use crate::algorithm::Algorithm;
use crate::stats::multinomial::chi_square_band;
use crate::stats::{Interval, StatsError, Tail, float, ks};

use super::count::length;
use super::figure::Sheet;
use super::pearson::Pearson;
use super::uniform;

/// From this number of seeds on, the p-values are held against the uniform law; with fewer that has hardly any power: among 20,
/// D may be .57 at a level of 10⁻⁶.
const LEAST_SEEDS: u32 = 200;

/// A gate over all seeds, of one figure. As keys are, it is blind to a defect that moves one key in millions.
pub(super) struct OverSeeds {
    pub(super) name: &'static str,
    least_seeds: u32,
    judge: fn(&[Pearson], Tail, &mut Sheet) -> Result<(), StatsError>,
}

/// It sees a bias that is the same on every seed, however small.
pub(super) const EXCESS: OverSeeds = OverSeeds { name: "excess over seeds", least_seeds: 2, judge: excess };

/// It sees also what makes some seeds too even and others too uneven, which adds up to nothing.
pub(super) const SPREAD: OverSeeds = OverSeeds { name: "spread over seeds", least_seeds: LEAST_SEEDS, judge: spread };

impl OverSeeds {
    /// How many random figures it judges, over all seeds.
    pub(super) fn random_figures(&self, algorithm: &Algorithm, nodes: u64, seeds: u32) -> u64 {
        let has_law = uniform::is_uniform(algorithm) || algorithm.tells_shares();
        u64::from(has_law && nodes > 1 && seeds >= self.least_seeds)
    }

    /// Judges X² of all seeds; nothing where there are too few.
    pub(super) fn judged(&self, found: &[Pearson], tail: Tail) -> Result<Option<Sheet>, StatsError> {
        if length(found.len()) < u64::from(self.least_seeds) {
            return Ok(None);
        }
        let mut sheet = Sheet::of_all_seeds();
        (self.judge)(found, tail, &mut sheet)?;
        Ok(Some(sheet))
    }
}

/// The signed excess of the variance, averaged over the seeds: CV² of the counts, or of counts over their expectations, less
/// what chance gives it. X² of independent keys add up to a χ² of all degrees together.
fn excess(found: &[Pearson], tail: Tail, sheet: &mut Sheet) -> Result<(), StatsError> {
    let degrees = found.iter().map(|one| one.degrees).sum();
    let keys: f64 = found.iter().map(|one| float(one.keys)).sum();
    let sum: f64 = found.iter().map(|one| one.statistic).sum();
    let mut band = chi_square_band(degrees, tail);
    // Two cells follow a binomial law, where an X² of 0 is not rare.
    if found.iter().any(|one| one.degrees < 2) {
        band.low = 0.0;
    }
    let excess = |x: f64| (x - float(degrees)) / keys;
    let band = Interval { low: excess(band.low), high: excess(band.high) };
    sheet.both_tails("signed excess of the variance", excess(sum), band, "chi-square");
    Ok(())
}

/// Kolmogorov and Smirnov's distance of the p-values from the uniform law, both tails.
fn spread(found: &[Pearson], tail: Tail, sheet: &mut Sheet) -> Result<(), StatsError> {
    let p_values: Vec<f64> = found.iter().filter_map(Pearson::p_value).collect();
    let band = ks::band(p_values.len(), tail);
    sheet.both_tails("D of the seeds' p-values", ks::statistic(&p_values)?, band, "kolmogorov-smirnov");
    Ok(())
}
