//! Conversions and small numerical methods that the laws share.

use statrs::function::erf::erfc;
use statrs::function::gamma::ln_gamma;

/// A count as a floating-point number: exact below 2⁵³, to one part in 2⁵³ above.
///
/// ```
/// assert_eq!(annulus_eval::stats::float(1_000_u64), 1000.0);
/// ```
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53; above it the nearest float is wanted")]
pub fn float(count: impl TryInto<u64>) -> f64 {
    count.try_into().map_or(f64::NAN, |count| count as f64)
}

/// A length as a 64-bit count.
pub(super) fn size(length: usize) -> u64 {
    u64::try_from(length).expect("no platform has lengths beyond 64 bits")
}

/// The integer part of a number that is not negative; what is too large or no number saturates.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, which is what is documented")]
pub(crate) fn whole(value: f64) -> u64 {
    value as u64
}

/// How many of `cells` are hit by `throws`, in the mean.
pub(super) fn cells_hit(cells: f64, throws: f64) -> f64 {
    cells * (1.0 - (1.0 - 1.0 / cells).powf(throws))
}

/// The point where `reached` turns from false to true between `low` and `high`, to the last bit or two.
pub(super) fn bisect(mut low: f64, mut high: f64, reached: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..200 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if reached(middle) { high = middle } else { low = middle }
    }
    high
}

/// The least integer in `low..=high` for which `reached` holds, or `high` if none below it does.
pub(super) fn first_integer(mut low: u64, mut high: u64, reached: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if reached(middle) { high = middle } else { low = middle + 1 }
    }
    high
}

/// Simpson's rule over 4,000 panels: to ten digits or better for the smooth integrands of this module.
pub(super) fn integrate(low: f64, high: f64, integrand: impl Fn(f64) -> f64) -> f64 {
    integrate_by(4_000, low, high, integrand)
}

/// Simpson's rule over an even number of panels.
pub(super) fn integrate_by(panels: u32, low: f64, high: f64, integrand: impl Fn(f64) -> f64) -> f64 {
    let step = (high - low) / f64::from(panels);
    let inner: f64 = (1..panels)
        .map(|i| {
            let weight = if i % 2 == 1 { 4.0 } else { 2.0 };
            weight * integrand(f64::from(i).mul_add(step, low))
        })
        .sum();
    (integrand(low) + inner + integrand(high)) * step / 3.0
}

/// Where a rising function is 0, from 0 on by Newton's steps of at most 1, between −700 and 700. `of` gives its value and its slope.
pub(super) fn nearest(of: impl Fn(f64) -> (f64, f64)) -> f64 {
    let mut at = 0.0_f64;
    for _ in 0..200 {
        let (value, slope) = of(at);
        let step = if slope > 0.0 { (-value / slope).clamp(-1.0, 1.0) } else { -value.signum() };
        at = (at + step).clamp(-700.0, 700.0);
        if step.abs() < 1e-10 * at.abs().max(1e-4) {
            break;
        }
    }
    at
}

/// ln P(X = k) of a Poisson law, to full relative accuracy of the probability even where k is large.
///
/// The plain form takes the difference of numbers of the size k·ln k. This one is Loader's: Stirling's series for the
/// factorial, and the deviance k·ln(k/μ) + μ − k for the rest.
pub(super) fn ln_poisson(k: f64, mean: f64) -> f64 {
    if k < 16.0 {
        return if k == 0.0 { -mean } else { k.mul_add(mean.ln(), -mean) - ln_gamma(k + 1.0) };
    }
    -0.5 * (std::f64::consts::TAU * k).ln() - stirling_error(k) - deviance(k, mean)
}

/// k·ln(k/mean) + mean − k, with all its digits where the two are close.
pub(super) fn deviance(k: f64, mean: f64) -> f64 {
    let excess = (mean - k) / k;
    if excess.abs() < 0.1 { k * (excess - excess.ln_1p()) } else { k * (k / mean).ln() + mean - k }
}

/// ln Γ(k+1) − ln(√(2πk)·(k/e)^k), for positive k.
pub(super) fn stirling_error(k: f64) -> f64 {
    if k < 16.0 {
        return ln_gamma(k + 1.0) - 0.5 * (std::f64::consts::TAU * k).ln() - k * k.ln() + k;
    }
    let square = k * k;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square) / k
}

/// P(X ≤ x) and P(X > x).
#[derive(Clone, Copy, Debug)]
pub(super) struct Tails {
    pub(super) below: f64,
    pub(super) above: f64,
}

impl Tails {
    /// The saddle point of Lugannani and Rice: Φ(w) + φ(w)·(1/w − 1/u), and the other side of it.
    ///
    /// `root` is w, `slope` is u; they have the same sign. Where both near 0, what they differ by nears a sixth of the skewness.
    pub(super) fn of_saddle_point(root: f64, slope: f64, skewness: f64) -> Self {
        // Nearer to 0 the difference of the two has lost its digits. It changes by less than a hundredth of (skewness)² there.
        let shift = if root.abs() < 0.01 { skewness / 6.0 } else { 1.0 / root - 1.0 / slope };
        let shift = shift * (-0.5 * root * root).exp() / std::f64::consts::TAU.sqrt();
        let beyond = |root: f64| 0.5 * erfc(root / std::f64::consts::SQRT_2);
        Self { below: (beyond(-root) + shift).clamp(0.0, 1.0), above: (beyond(root) - shift).clamp(0.0, 1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_forms_of_the_poisson_law_meet() {
        // Where the plain form still has its digits: its rounding error is about k·ln k·2⁻⁵³ < 2·10⁻¹³ at k = 200.
        for k in [16.0, 17.0, 50.0, 200.0_f64] {
            for mean in [k / 2.0, k, 1.5 * k] {
                let plain = k * mean.ln() - mean - ln_gamma(k + 1.0);
                assert!((ln_poisson(k, mean) - plain).abs() < 1e-12, "k = {k}, mean = {mean}");
            }
        }
    }

    #[test]
    fn simpson_is_exact_on_cubics_and_close_on_exponentials() {
        let cubic = integrate(0.0, 2.0, |x| x * x * x);
        assert!((cubic - 4.0).abs() < 1e-12);
        // The rule's error is (b−a)·h⁴/180·max|f⁗| = 48·(0.012)⁴/180 < 6·10⁻⁹.
        let tail = integrate(0.0, 48.0, |x| (-x).exp());
        assert!((tail - 1.0).abs() < 6e-9);
    }

    #[test]
    fn bisections_find_the_turning_point() {
        assert!((bisect(0.0, 2.0, |x| x * x >= 2.0) - 2.0_f64.sqrt()).abs() < 1e-15);
        assert_eq!(first_integer(0, 100, |n| n * n >= 50), 8);
        assert_eq!(first_integer(0, 3, |_| false), 3);
    }

    #[test]
    fn conversions_saturate() {
        assert_eq!(whole(3.9), 3);
        assert_eq!(whole(-1.0), 0);
        assert_eq!(whole(f64::NAN), 0);
        assert!(float(u64::MAX) == 2.0_f64.powi(64));
    }
}
