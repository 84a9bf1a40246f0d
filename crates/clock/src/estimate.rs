//! Statistics of sittings: a figure, its interval, and whether two differ.

use std::time::Duration;

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Two figures that are closer than this are not called different, whatever their intervals: the code of two builds may lie
/// differently in memory.
pub const LEAST_DIFFERENCE: f64 = 0.02;

/// The median of some times, which are sorted. Zero if there are none.
#[must_use]
pub fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    match times.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => times[odd / 2],
        even => f64::midpoint(times[even / 2 - 1], times[even / 2]),
    }
}

/// A duration as a number.
#[must_use]
pub fn nanoseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

/// Positive figures of several sittings, by their logarithms: their mean, how they spread, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sittings {
    /// The mean of the logarithms.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// The number of sittings.
    pub count: u32,
}

impl Sittings {
    /// Of one figure a sitting; `None` if there is none, or one is not positive.
    #[must_use]
    pub fn of(figures: &[f64]) -> Option<Self> {
        let count = u32::try_from(figures.len()).ok().filter(|&count| count > 0)?;
        if figures.iter().any(|&figure| figure.is_nan() || figure <= 0.0) {
            return None;
        }
        let logarithms = || figures.iter().map(|figure| figure.ln());
        let mean = logarithms().sum::<f64>() / f64::from(count);
        let squares = logarithms().map(|logarithm| (logarithm - mean).powi(2)).sum::<f64>();
        let deviation = if count > 1 { (squares / f64::from(count - 1)).sqrt() } else { 0.0 };
        Some(Self { mean, deviation, count })
    }

    /// Of a value and the interval that [`interval`](Self::interval) gave for it at this level.
    #[must_use]
    pub fn from_interval(value: f64, low: f64, high: f64, count: u32, level: f64) -> Option<Self> {
        if !(value > 0.0 && low > 0.0 && high >= low) || count < 2 {
            return None;
        }
        let reach = (high / low).ln() / 2.0;
        let deviation = reach / quantile(f64::from(count - 1), level) * f64::from(count).sqrt();
        Some(Self { mean: value.ln(), deviation, count })
    }

    /// The geometric mean.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.mean.exp()
    }

    /// Student's interval of the geometric mean. With one sitting there is none.
    #[must_use]
    pub fn interval(&self, level: f64) -> Option<(f64, f64)> {
        if self.count < 2 {
            return None;
        }
        let reach = quantile(f64::from(self.count - 1), level) * self.deviation / f64::from(self.count).sqrt();
        Some(((self.mean - reach).exp(), (self.mean + reach).exp()))
    }

    /// The ratio to `base`, with Welch's interval. With one sitting on either side there is none.
    #[must_use]
    pub fn over(&self, base: &Self, level: f64) -> Ratio {
        let ratio = (self.mean - base.mean).exp();
        if self.count < 2 || base.count < 2 {
            return Ratio { ratio, interval: None };
        }
        let square = |one: &Self| one.deviation.powi(2) / f64::from(one.count);
        let (mine, other) = (square(self), square(base));
        let error = (mine + other).sqrt();
        let share = |square: f64, count: u32| square.powi(2) / f64::from(count - 1);
        let below = share(mine, self.count) + share(other, base.count);
        let freedom = if below > 0.0 { (mine + other).powi(2) / below } else { 1.0 };
        let reach = quantile(freedom.max(1.0), level) * error;
        Ratio { ratio, interval: Some(((self.mean - base.mean - reach).exp(), (self.mean - base.mean + reach).exp())) }
    }
}

/// The ratio of two figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The ratio.
    pub ratio: f64,
    /// Its interval, if there are sittings enough.
    pub interval: Option<(f64, f64)>,
}

impl Ratio {
    /// Whether the two figures differ: the interval leaves 1 out, and they are [`LEAST_DIFFERENCE`] apart besides.
    #[must_use]
    pub fn is_different(&self) -> bool {
        let apart = self.ratio.ln().abs() > LEAST_DIFFERENCE.ln_1p();
        apart && self.interval.is_some_and(|(low, high)| low > 1.0 || high < 1.0)
    }

    /// The smallest difference that these sittings can show, as a fraction: half of the interval, or [`LEAST_DIFFERENCE`].
    #[must_use]
    pub fn reach(&self) -> Option<f64> {
        self.interval.map(|(low, high)| ((high / low).sqrt() - 1.0).max(LEAST_DIFFERENCE))
    }
}

/// The quantile of Student's distribution that leaves out half of what `level` does.
fn quantile(freedom: f64, level: f64) -> f64 {
    let probability = f64::midpoint(1.0, level);
    StudentsT::new(0.0, 1.0, freedom).map_or(f64::INFINITY, |law| law.inverse_cdf(probability))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_students() {
        let sittings = Sittings::of(&[1.0, 2.0, 4.0]).unwrap();
        assert!((sittings.value() - 2.0).abs() < 1e-12);
        // The logarithms are ln 2 apart: s = ln 2, t(2, 97.5 %) = 4.302653.
        let reach = 4.302_652_729_7 * 2.0_f64.ln() / 3.0_f64.sqrt();
        let (low, high) = sittings.interval(0.95).unwrap();
        assert!((low.ln() - 2.0_f64.ln() + reach).abs() < 1e-6 && (high.ln() - 2.0_f64.ln() - reach).abs() < 1e-6);
        let again = Sittings::from_interval(2.0, low, high, 3, 0.95).unwrap();
        assert!((again.deviation - sittings.deviation).abs() < 1e-9, "{again:?}");
    }

    #[test]
    fn figures_differ_where_they_are_apart_and_the_spread_allows_to_say_so() {
        let of = |figures: &[f64]| Sittings::of(figures).unwrap();
        let steady = of(&[10.0, 10.01, 9.99, 10.0, 10.01]);
        let differs = |figures: &[f64]| of(figures).over(&steady, 0.95).is_different();
        assert!(differs(&[10.5, 10.51, 10.49, 10.5, 10.5]));
        assert!(!differs(&[10.1, 10.11, 10.09, 10.1, 10.1]), "one percent is too little to call");
        assert!(!differs(&[10.5, 12.0, 9.0, 11.0, 9.8]), "the spread is larger than the difference");
        assert!(!differs(&[10.5]), "one sitting tells nothing of its spread");
        let ratio = of(&[10.5, 10.51, 10.49, 10.5, 10.5]).over(&steady, 0.95);
        assert_eq!(ratio.reach(), Some(LEAST_DIFFERENCE));
        assert!((ratio.ratio - 1.05).abs() < 1e-3);
    }

    #[test]
    fn figures_that_are_none_have_no_estimate() {
        assert_eq!(Sittings::of(&[]), None);
        assert_eq!(Sittings::of(&[1.0, 0.0]), None);
        assert_eq!(Sittings::of(&[1.0, f64::NAN]), None);
        assert_eq!(Sittings::of(&[3.0]).unwrap().interval(0.95), None);
    }
}
