//! The peak of several probes a key, and the spread, of which the publication does not speak.

use rayon::prelude::*;

use crate::keys::generated;
use crate::known::PROBES_PAPER;
use crate::record::Metric;
use crate::stats::Interval;
use crate::stats::probes::ProbeLaw;

use super::super::count::index;
use super::super::part::Measured;
use super::super::row::Band;
use super::figures::{Figures, NODES, largest, mean, square_cv};

pub(super) fn measure(figures: &Figures<'_>) -> Measured {
    let paper = &PROBES_PAPER;
    let algorithm = (paper.algorithm)();
    let shares_of = |repetition: u32| {
        let names = generated::node_names(figures.seed(), repetition, index(NODES));
        algorithm.build(&names).ok().and_then(|placement| placement.shares())
    };
    let all: Vec<Vec<f64>> = (0..figures.plan.rings).into_par_iter().filter_map(shares_of).collect();
    let maxima: Vec<f64> = all.iter().map(|shares| largest(shares)).collect();
    let squares: Vec<f64> = all.iter().map(|shares| square_cv(shares)).collect();

    let law = ProbeLaw::new(paper.probes)?;
    let cell = figures.cell(&algorithm, "", 0);
    // The limit of many nodes, which circles of 1000 reach in the mean to the digits of the paper.
    let chance = figures.about(law.peak(), &maxima)?;
    let peak = Interval { low: chance.low - paper.peak.rounding, high: chance.high + paper.peak.rounding };
    let peak = Band::expect("probe-limit", law.peak()).within(peak);
    let mut records = Figures::rows(&cell, paper.case, Metric::MaxOverMean, mean(&maxima), &peak, Some(paper.peak));
    let square = figures.about(law.share_cv().powi(2), &squares)?;
    let spread = Interval { low: square.low.max(0.0).sqrt(), high: square.high.sqrt() };
    let spread = Band::expect("probe-limit", law.share_cv()).within(spread);
    records.extend(Figures::rows(&cell, paper.case, Metric::StandardError, mean(&squares).sqrt(), &spread, None));
    Ok(records)
}
