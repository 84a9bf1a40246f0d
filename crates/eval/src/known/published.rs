//! Published figures, as data: what the authors wrote, at which parameters, and how rows call it.

use crate::algorithm::Algorithm;

/// What was published: a figure, written to a number of digits.
#[derive(Clone, Copy)]
pub(crate) struct Published {
    pub(crate) figure: f64,
    /// Half a unit of its last digit.
    pub(crate) rounding: f64,
    /// What is said where it is not reproduced.
    pub(crate) otherwise: &'static str,
}

impl Published {
    pub(super) const fn new(figure: f64, rounding: f64) -> Self {
        Self { figure, rounding, otherwise: "the published figure lies outside the band" }
    }

    pub(super) const fn otherwise(self, otherwise: &'static str) -> Self {
        Self { otherwise, ..self }
    }
}

/// The spread of arcs and of an even algorithm, at the sizes of one publication.
pub(crate) struct Spread {
    /// What is looked at, for the progress bar.
    pub(crate) what: &'static str,
    /// The case of its rows.
    pub(crate) case: &'static str,
    /// Points a node, standard error, 99 % interval of a node's share over the mean.
    pub(crate) arcs: &'static [(u64, Published, Published, Published)],
    /// An algorithm that is even apart from keys, as its text, and its standard error.
    pub(crate) even: (&'static str, Published),
}

/// Tables of slots, and other ways to fill them.
pub(crate) struct Tables {
    /// What is looked at, for the progress bar.
    pub(crate) what: &'static str,
    /// What begins the case of its rows.
    pub(crate) case: &'static str,
    pub(crate) tables: &'static [Table],
    /// The algorithm of the table of that number of slots, as a text.
    pub(crate) algorithm: fn(u64) -> String,
    /// The algorithm that fills each slot on its own, as a text.
    pub(crate) draws: &'static str,
    /// How cases call a table whose slots are filled in another way, behind the number of slots or points.
    pub(crate) drawn: &'static str,
    pub(crate) spaced: &'static str,
    pub(crate) hashed: &'static str,
    pub(crate) pointed: &'static str,
}

/// What is known of one size of table.
pub(crate) struct Table {
    pub(crate) slots: u64,
    /// How much more than the mean the busiest node had where draws and where arcs filled the table.
    pub(crate) by_draws: Published,
    pub(crate) by_arcs: Published,
    /// The fraction of all keys that moves between survivors after that number of failures of 1000, from a simulation of the
    /// paper's table; the paper draws a curve and gives no numbers.
    pub(crate) collateral: [(usize, f64); 5],
}

/// The peak of several probes a key.
pub(crate) struct Probes {
    /// What is looked at, for the progress bar.
    pub(crate) what: &'static str,
    /// The case of its rows.
    pub(crate) case: &'static str,
    pub(crate) algorithm: fn() -> Algorithm,
    pub(crate) probes: u32,
    pub(crate) peak: Published,
}
