//! A closed interval.

/// A closed interval: an acceptance band, or the interval of an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end, which belongs to it.
    pub low: f64,
    /// The upper end, which belongs to it.
    pub high: f64,
}

impl Interval {
    /// Whether the value lies in it, ends included; never for what is not a number.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Whether the two have a point in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// Both ends multiplied by a positive factor, as from keys to shares.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self { low: self.low * factor, high: self.high * factor }
    }

    /// The lower end lowered and the upper end raised by a fraction of themselves.
    #[must_use]
    pub fn widened(self, fraction: f64) -> Self {
        Self { low: self.low * (1.0 - fraction), high: self.high * (1.0 + fraction) }
    }
}
