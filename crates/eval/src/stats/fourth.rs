//! The mean of fourth powers of normal variables: what tells a sum of many small parts from one of rare large ones.

use statrs::function::erf::erfc;

use super::family::Tail;
use super::interval::Interval;
use super::numeric::{bisect, float, integrate};

/// What none of `count` standard normal variables exceeds, in either direction, but with the tail's probability.
///
/// ```
/// use annulus_eval::stats::{Tail, fourth};
///
/// let most = fourth::largest(1_000, Tail::new(1e-6)?);
/// assert!((most - 6.1).abs() < 0.1);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[must_use]
pub fn largest(count: u64, tail: Tail) -> f64 {
    bisect(0.0, 40.0, |x| float(count) * erfc(x / std::f64::consts::SQRT_2) <= tail.probability())
}

/// The band of the mean of the fourth powers of `count` standard normal variables, which is 3 in the mean.
///
/// A sum of fourth powers has no exponential moments. So half of the upper tail is that of any variable beyond [`largest`], and the
/// other half, as all of the lower one, is Chernoff's bound of those that are not.
///
/// ```
/// use annulus_eval::stats::{Tail, fourth};
///
/// let band = fourth::mean_band(1_000, Tail::new(1e-6)?);
/// assert!(band.low > 1.7 && band.low < 2.4 && band.high > 4.0 && band.high < 6.0);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[must_use]
pub fn mean_band(count: u64, tail: Tail) -> Interval {
    let (n, half) = (float(count), tail.shared_by(2));
    let end = largest(count, half);
    // ln E of e^(θ·z⁴) where |z| is at most `end`.
    let log = |theta: f64| {
        let density = |z: f64| (theta * z.powi(4) - 0.5 * z * z).exp();
        (integrate(0.0, end, density) * (2.0 / std::f64::consts::PI).sqrt()).ln()
    };
    // From far too little to far too much, in steps of a tenth.
    let thetas = || (0..150).map(|step| 1e-5 * 1.1_f64.powi(step));
    let high = |theta: f64| (n * log(theta) - half.probability().ln()) / (n * theta);
    let low = |theta: f64| (n * log(-theta) - tail.probability().ln()) / (-n * theta);
    Interval {
        low: thetas().map(low).filter(|bound| bound.is_finite()).fold(0.0, f64::max),
        high: thetas().map(high).filter(|bound| bound.is_finite()).fold(f64::INFINITY, f64::min),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_large_parts_are_outside_and_normal_ones_inside() {
        let band = mean_band(1_000, Tail::new(1e-6).unwrap());
        assert!(band.contains(3.0) && !band.contains(1.5) && !band.contains(16.0), "{band:?}");
        // Of more, nearer to 3.
        let more = mean_band(100_000, Tail::new(1e-6).unwrap());
        assert!(more.low > band.low && more.high < band.high && more.contains(3.0), "{more:?}");
    }
}
