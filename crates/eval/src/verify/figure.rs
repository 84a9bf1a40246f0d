//! What a gate judges: figures, each with the interval in which it must lie and the formula that the interval comes from.

use crate::stats::{Interval, Tail, float};

use super::pearson::Pearson;

/// One judged figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Where it must lie.
    pub interval: Interval,
    /// The name of the formula that the interval comes from.
    pub formula: &'static str,
    /// On which of the seeds, from 0; none where it is of all of them.
    pub seed: Option<u32>,
}

impl Figure {
    /// Whether it lies where it must.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.interval.contains(self.value)
    }

    /// How far inside it lies, as a fraction of the interval: ½ in the middle, 0 at an end, negative outside.
    pub(super) fn margin(&self) -> f64 {
        let Interval { low, high } = self.interval;
        let width = high - low;
        if !self.holds() {
            -1.0
        } else if width.is_finite() && width > 0.0 {
            (self.value - low).min(high - self.value) / width
        } else {
            0.5
        }
    }
}

/// What one gate found out about one algorithm at one size.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    seed: Option<u32>,
    /// How many figures were judged.
    pub(super) judged: u64,
    /// How many of them are random, and so have to be counted before the run.
    pub(super) random: u64,
    pub(super) failures: Vec<Figure>,
    /// The figure nearest to an end of its interval.
    pub(super) closest: Option<Figure>,
    /// X² of the counts, for the gates over seeds.
    pub(super) pearson: Option<Pearson>,
    /// Why nothing could be judged.
    pub(super) refusal: Option<String>,
}

impl Sheet {
    pub(super) fn new(seed: u32) -> Self {
        Self { seed: Some(seed), ..Self::default() }
    }

    /// For figures of all seeds together.
    pub(super) fn of_all_seeds() -> Self {
        Self::default()
    }

    /// Judges a random figure by a band at the family's level.
    pub(super) fn random(&mut self, name: impl Into<String>, value: f64, interval: Interval, formula: &'static str) {
        self.random += 1;
        self.exact(name, value, interval, formula);
    }

    /// Judges a figure that has no chance in it, or whose interval was calibrated beforehand.
    pub(super) fn exact(&mut self, name: impl Into<String>, value: f64, interval: Interval, formula: &'static str) {
        self.judged += 1;
        let figure = Figure { name: name.into(), value, interval, formula, seed: self.seed };
        if self.closest.as_ref().is_none_or(|closest| figure.margin() < closest.margin()) {
            self.closest = Some(figure.clone());
        }
        if !figure.holds() {
            self.failures.push(figure);
        }
    }

    /// Judges a count that must be 0.
    pub(super) fn none(&mut self, name: impl Into<String>, count: u64, formula: &'static str) {
        self.exact(name, float(count), Interval { low: 0.0, high: 0.0 }, formula);
    }

    /// Judges X² by both its tails, each under its name.
    pub(super) fn both_tails(&mut self, name: &str, value: f64, interval: Interval, formula: &'static str) {
        let tail = if value < interval.low { " (lower tail: too even for random keys)" } else { "" };
        self.random(format!("{name}{tail}"), value, interval, formula);
    }

    /// Judges one figure for each node as one: the one nearest to an end of its band stands for all.
    pub(super) fn worst(&mut self, name: &str, figures: impl IntoIterator<Item = (f64, Interval)>, formula: &'static str) {
        let seed = self.seed;
        let figures =
            figures.into_iter().map(|(value, interval)| Figure { name: name.to_owned(), value, interval, formula, seed });
        if let Some(worst) = figures.min_by(|a, b| a.margin().total_cmp(&b.margin())) {
            self.random(worst.name, worst.value, worst.interval, formula);
        }
    }

    /// Notes that the algorithm refuses what the gate needs, which is no failure.
    pub(super) fn refused(&mut self, why: impl Into<String>) {
        self.refusal.get_or_insert_with(|| why.into());
    }
}

/// Above 0, however little.
pub(super) const POSITIVE: Interval = Interval { low: f64::MIN_POSITIVE, high: f64::INFINITY };

/// The tail for each of `nodes` things judged as one.
pub(super) fn each(tail: Tail, nodes: u64) -> Tail {
    tail.shared_by(nodes)
}
