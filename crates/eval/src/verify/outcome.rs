//! What one gate says of one algorithm at one size, over all seeds.

use super::figure::{Figure, Sheet};

/// What one gate says of one algorithm at one size, over all seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The gate.
    pub gate: &'static str,
    /// The algorithm's key.
    pub algorithm: String,
    /// The number of nodes.
    pub nodes: u64,
    /// How many figures were judged.
    pub judged: u64,
    /// Those that do not hold.
    pub failures: Vec<Figure>,
    /// The figure nearest to an end of its interval, or outside.
    pub closest: Option<Figure>,
    /// What the algorithm refused, so that part of the gate or all of it could not be judged.
    pub refusal: Option<String>,
}

impl Outcome {
    /// Whether all figures hold.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.failures.is_empty()
    }
}

impl Outcome {
    /// One outcome of the sheets of all seeds; none where there are no sheets.
    pub(super) fn of<'a>(
        gate: &'static str,
        algorithm: &str,
        nodes: u64,
        sheets: impl Iterator<Item = &'a Sheet>,
    ) -> Option<Self> {
        let mut sheets = sheets.peekable();
        sheets.peek()?;
        let algorithm = algorithm.to_owned();
        let mut outcome = Self { gate, algorithm, nodes, judged: 0, failures: Vec::new(), closest: None, refusal: None };
        for sheet in sheets {
            outcome.judged += sheet.judged;
            outcome.failures.extend(sheet.failures.iter().cloned());
            let figures = outcome.closest.take().into_iter().chain(sheet.closest.clone());
            outcome.closest = figures.min_by(|a, b| a.margin().total_cmp(&b.margin()));
            outcome.refusal = outcome.refusal.or_else(|| sheet.refusal.clone());
        }
        Some(outcome)
    }
}
