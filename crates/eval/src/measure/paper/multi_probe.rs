//! Appleton and O'Reilly 2015, <https://doi.org/10.48550/arXiv.1505.00062>: the peak of 21 probes, and the spread, of which
//! the paper does not speak.

use rayon::prelude::*;

use crate::error::Error;
use crate::keys::generated;
use crate::record::Record;
use crate::registry::Algorithm;
use crate::stats::Interval;
use crate::stats::multi_probe::ProbeLaw;
use crate::textbook::multi_probe::MultiProbe;

use super::super::index;
use super::super::row::Band;
use super::{Figures, NODES, Published, largest, mean, square_cv};

const CASE: &str = "multi-probe paper";

pub(super) fn measure(figures: &Figures<'_>) -> Result<Vec<Record>, Error> {
    /// Half a unit of the paper's last digit.
    const ROUNDING: f64 = 5e-3;
    let probes = MultiProbe::PROBES;
    let algorithm = Algorithm::of("multi-probe", MultiProbe::default());
    let shares_of = |repetition: u32| {
        let names = generated::node_names(figures.seed(), repetition, index(NODES));
        algorithm.build(&names).ok().and_then(|placement| placement.shares())
    };
    let rings: Vec<Vec<f64>> = (0..figures.plan.rings).into_par_iter().filter_map(shares_of).collect();
    let maxima: Vec<f64> = rings.iter().map(|shares| largest(shares)).collect();
    let squares: Vec<f64> = rings.iter().map(|shares| square_cv(shares)).collect();

    let law = ProbeLaw::new(probes)?;
    let cell = figures.cell(&algorithm, "", 0);
    // The limit of many nodes, which rings of 1000 reach in the mean to the digits of the paper.
    let chance = figures.about(law.peak(), &maxima)?;
    let peak = Interval { low: chance.low - ROUNDING, high: chance.high + ROUNDING };
    let peak = Band::expect("probe-limit", law.peak()).within(peak);
    let published = Some(Published::new(1.05, ROUNDING));
    let mut records = Figures::rows(&cell, CASE, "max_over_mean", mean(&maxima), &peak, published);
    let square = figures.about(law.share_cv().powi(2), &squares)?;
    let spread = Interval { low: square.low.max(0.0).sqrt(), high: square.high.sqrt() };
    let spread = Band::expect("probe-limit", law.share_cv()).within(spread);
    records.extend(Figures::rows(&cell, CASE, "standard_error", mean(&squares).sqrt(), &spread, None));
    Ok(records)
}
