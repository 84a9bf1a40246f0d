//! Rows of one cell: what they all share is said once.

use std::fmt;

use annulus_clock::Sittings;
use annulus_core::ChangeError;

use crate::algorithm::{Algorithm, refusal};
use crate::record::{Case, Checksum, Floor, Measure, Metric, RANDOM_NAMES, Record, Status, Unit};
use crate::stats::Interval;

use super::study::Study;

/// What all rows of one algorithm at one size on one set of keys share.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    template: Record,
}

/// What theory says of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Band {
    pub(super) expected: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    pub(super) formula: &'static str,
    /// Whether a figure outside is an error rather than something to look at.
    pub(super) is_gate: bool,
}

impl Band {
    /// Nothing is known.
    pub(super) const NONE: Self = Self { expected: None, low: None, high: None, formula: "", is_gate: false };

    /// What is expected, without a band.
    pub(super) fn expect(formula: &'static str, expected: f64) -> Self {
        Self { expected: Some(expected), formula, ..Self::NONE }
    }

    /// With both ends.
    pub(super) fn within(self, interval: Interval) -> Self {
        Self { low: Some(interval.low), high: Some(interval.high), ..self }
    }

    /// A figure outside is an error.
    pub(super) fn gate(self) -> Self {
        Self { is_gate: true, ..self }
    }

    /// A figure that must be exactly nothing.
    pub(super) fn zero(formula: &'static str) -> Self {
        Self::expect(formula, 0.0).within(Interval { low: 0.0, high: 0.0 }).gate()
    }

    /// The first of the two, where the condition holds.
    pub(super) fn only_if(self, holds: bool) -> Self {
        if holds { self } else { Self::NONE }
    }

    fn judge(&self, value: f64) -> Status {
        let fits = self.low.is_none_or(|low| value >= low) && self.high.is_none_or(|high| value <= high);
        if !self.is_gate || fits {
            return Status::Ok;
        }
        let end = |end: Option<f64>| end.map_or_else(|| "…".to_owned(), |end| format!("{end:.6}"));
        Status::Error(format!("{value:.6} is not within {} to {} ({})", end(self.low), end(self.high), self.formula))
    }
}

impl Cell {
    pub(super) fn new(
        study: &Study<'_>,
        algorithm: &Algorithm,
        nodes: u64,
        keys: &str,
        key_count: usize,
        repetition: u32,
    ) -> Self {
        let template = Record {
            algorithm: algorithm.key().to_owned(),
            parameters: algorithm.parameters().to_owned(),
            keys: keys.to_owned(),
            key_count: key_count as u64,
            repetition,
            ..blank(study, nodes)
        };
        Self { template }
    }

    /// A cell of something that is no algorithm, such as a floor.
    pub(super) fn of_floor(study: &Study<'_>, floor: Floor, nodes: u64, keys: &str, key_count: usize) -> Self {
        let template =
            Record { algorithm: floor.to_string(), keys: keys.to_owned(), key_count: key_count as u64, ..blank(study, nodes) };
        Self { template }
    }

    /// The same with what its key set holds.
    pub(super) fn of_keys(mut self, checksum: u64) -> Self {
        self.template.keys_checksum = Some(Checksum(checksum));
        self
    }

    pub(super) fn repetition(&self) -> u32 {
        self.template.repetition
    }

    pub(super) fn seed(&self) -> u64 {
        self.template.seed
    }

    /// The same on another set of keys and of names.
    pub(super) fn on(mut self, keys: &str, names: &str) -> Self {
        keys.clone_into(&mut self.template.keys);
        names.clone_into(&mut self.template.names);
        self
    }

    /// A row without a figure yet.
    pub(super) fn row(&self, measure: Measure, case: impl fmt::Display, metric: Metric, unit: Unit) -> Record {
        Record { metric: metric.to_string(), unit: unit.to_string(), ..self.blank(measure, case) }
    }

    /// A row of no metric.
    fn blank(&self, measure: Measure, case: impl fmt::Display) -> Record {
        Record { measure: measure.to_string(), case: case.to_string(), ..self.template.clone() }
    }

    /// The row that says why there is no figure.
    pub(super) fn skipped(&self, measure: Measure, case: impl fmt::Display, reason: &str) -> Record {
        Record { status: Status::Skipped(reason.to_owned()), ..self.blank(measure, case) }
    }

    /// The same where the algorithm refuses the nodes.
    pub(super) fn refused(&self, measure: Measure, case: impl fmt::Display, refusal: &ChangeError) -> Record {
        self.skipped(measure, case, &refusal::in_scenario(refusal, &self.template.algorithm))
    }

    /// A row for each measure that an algorithm cannot take part in.
    pub(super) fn all_refused(&self, measures: &[Measure], refusal: &ChangeError) -> Vec<Record> {
        measures.iter().map(|&measure| self.refused(measure, Case::Only, refusal)).collect()
    }
}

fn blank(study: &Study<'_>, nodes: u64) -> Record {
    Record {
        scenario: study.scenario.name.clone(),
        measure: String::new(),
        metric: String::new(),
        case: String::new(),
        algorithm: String::new(),
        parameters: String::new(),
        hasher: "siphash-1-3".to_owned(),
        nodes,
        keys: String::new(),
        keys_checksum: None,
        key_count: 0,
        names: RANDOM_NAMES.to_owned(),
        seed: study.scenario.seed,
        repetition: 0,
        unit: String::new(),
        value: None,
        expected: None,
        low: None,
        high: None,
        formula: String::new(),
        status: Status::Ok,
        checksum: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        measured_value: None,
        measured_low: None,
        measured_high: None,
        measured_samples: None,
    }
}

impl Record {
    /// With a figure that is the same on every machine, held against what theory says of it.
    pub(super) fn judged(self, value: f64, band: &Band) -> Self {
        Self {
            value: Some(value),
            expected: band.expected,
            low: band.low,
            high: band.high,
            formula: band.formula.to_owned(),
            status: band.judge(value),
            ..self
        }
    }

    pub(super) fn checked(self, checksum: Checksum) -> Self {
        Self { checksum: Some(checksum), ..self }
    }

    /// With a figure that depends on the machine.
    pub(super) fn measured(self, value: f64, interval: Option<Interval>) -> Self {
        Self {
            measured_value: Some(value),
            measured_low: interval.map(|interval| interval.low),
            measured_high: interval.map(|interval| interval.high),
            ..self
        }
    }

    /// With a timed figure of several sittings.
    pub(super) fn of_sittings(self, sittings: &Sittings, level: f64) -> Self {
        let interval = sittings.interval(level).map(|(low, high)| Interval { low, high });
        Self { measured_samples: Some(sittings.count), ..self.measured(sittings.value(), interval) }
    }

    pub(super) fn failed(self, why: impl Into<String>) -> Self {
        Self { status: Status::Error(why.into()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_fails_outside_its_ends_and_says_by_what_law() {
        let band = Band::expect("law", 1.0).within(Interval { low: 0.5, high: 2.0 });
        assert_eq!(band.judge(3.0), Status::Ok, "a band that is no gate is to look at");
        let gate = band.gate();
        for good in [0.5, 1.0, 2.0] {
            assert_eq!(gate.judge(good), Status::Ok);
        }
        for bad in [0.499, 2.001, f64::NAN] {
            assert!(gate.judge(bad).is_error(), "{bad}");
        }
        assert_eq!(gate.judge(3.0).to_string(), "error: 3.000000 is not within 0.500000 to 2.000000 (law)");
        assert!(Band { high: None, ..gate }.judge(9.0).is_ok());
    }
}
