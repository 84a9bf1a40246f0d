//! Pearson's χ² with bounds for both tails.

use alloc::vec::Vec;

/// The normal deviate that one in a million exceeds.
const DEVIATE: f64 = 4.753_424;

/// Cells that expect fewer are pooled: below it the law of χ² is no longer near.
const LEAST_EXPECTED: f64 = 5.0;

/// A count as a number of statistics; exact below 2⁵³.
pub(super) fn real(count: u64) -> f64 {
    let [high, low] = [count >> 32, count & u64::from(u32::MAX)].map(|half| f64::from(u32::try_from(half).unwrap_or(u32::MAX)));
    high * 4_294_967_296.0 + low
}

/// Σ (count − expected)² / expected over cells that expect enough, and its degrees of freedom.
pub(super) fn statistic(counts: &[u64], shares: &[f64]) -> (f64, u32) {
    let total = real(counts.iter().sum());
    let mut cells: Vec<(f64, f64)> = Vec::new();
    let mut pool = (0.0, 0.0);
    for (&count, &share) in counts.iter().zip(shares) {
        let cell = (real(count), total * share);
        if cell.1 < LEAST_EXPECTED {
            pool = (pool.0 + cell.0, pool.1 + cell.1);
        } else {
            cells.push(cell);
        }
    }
    match cells.first_mut() {
        Some(first) if pool.1 < LEAST_EXPECTED => *first = (first.0 + pool.0, first.1 + pool.1),
        _ => cells.push(pool),
    }
    let sum = cells.iter().map(|&(count, expected)| (count - expected) * (count - expected) / expected).sum();
    (sum, u32::try_from(cells.len()).unwrap_or(u32::MAX).saturating_sub(1))
}

/// The least and the greatest χ² to be accepted, at one in a million for each tail.
///
/// Wilson and Hilferty's cube: (χ²/k)^⅓ is nearly normal with mean 1 − 2/9k and variance 2/9k. Against the exact quantiles it
/// errs to the wide side in both tails, so it raises fewer false alarms than one in a million: 45.97 for 44.81 and 0.11 for 0.23
/// at k = 9, 181.1 for 180.8 and 45.6 for 45.8 at k = 99.
pub(super) fn band(freedom: u32) -> (f64, f64) {
    if freedom == 0 {
        return (0.0, 1e-6);
    }
    let k = f64::from(freedom);
    let variance = 2.0 / (9.0 * k);
    let at = |deviate: f64| k * (1.0 - variance + deviate * variance.sqrt()).max(0.0).powi(3);
    (at(-DEVIATE), at(DEVIATE))
}

#[cfg(test)]
mod tests {
    use super::{band, real, statistic};

    #[test]
    fn bounds_are_near_the_exact_quantiles_and_outside_them() {
        // (degrees of freedom, exact quantiles at 10⁻⁶ and 1 − 10⁻⁶), from the incomplete gamma function.
        for (k, low, high) in [(9, 0.2297, 44.811), (99, 45.79, 180.79), (999, 800.7, 1226.1)] {
            let (lower, upper) = band(k);
            assert!(lower <= low && low - lower < 0.15, "{k}: {lower} for {low}");
            assert!(upper >= high && upper < high * 1.03, "{k}: {upper} for {high}");
        }
    }

    #[test]
    fn statistic_of_a_case_done_by_hand() {
        let (sum, freedom) = statistic(&[12, 8, 20], &[0.25, 0.25, 0.5]);
        assert!((sum - 0.8).abs() < 1e-12 && freedom == 2);
        // The two small cells expect four together and join the first.
        let (sum, freedom) = statistic(&[18, 1, 1], &[0.8, 0.1, 0.1]);
        assert!(sum.abs() < 1e-12 && freedom == 0);
        assert!((real(u64::from(u32::MAX) + 6) - 4_294_967_301.0).abs() < f64::EPSILON);
    }
}
