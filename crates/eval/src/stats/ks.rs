//! Kolmogorov–Smirnov: are values, such as the p-values of many seeds, uniform between 0 and 1?
//!
//! statrs has the two-sided law only with its matrix library and below 170 values; this one is exact as far as its
//! matrix stays small, and the one-sided law doubled, exact in the far tail, beyond.

use super::error::{StatsError, require};
use super::family::Tail;
use super::interval::Interval;
use super::numeric::float;
use super::numeric::{bisect, whole};

/// The largest distance between the empirical distribution of the values and the uniform one on 0 to 1.
///
/// # Errors
/// No values, or one outside 0 to 1.
///
/// ```
/// assert_eq!(annulus_eval::stats::ks::statistic(&[0.25, 0.75])?, 0.25);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
pub fn statistic(values: &[f64]) -> Result<f64, StatsError> {
    if values.is_empty() {
        return Err(StatsError::TooFew { what: "the Kolmogorov–Smirnov statistic", least: 1, given: 0 });
    }
    for &value in values {
        require((0.0..=1.0).contains(&value), "a p-value", "between 0 and 1", value)?;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = float(sorted.len());
    let distance = |(i, value): (usize, &f64)| ((float(i) + 1.0) / n - value).max(value - float(i) / n);
    Ok(sorted.iter().enumerate().map(distance).fold(0.0, f64::max))
}

/// P(D ≥ d) for n values, two-sided.
///
/// Exact to about ten digits of the probability's complement where n·d ≤ 100 and the probability is above 10⁻⁶ or so
/// (Marsaglia, Tsang & Wang 2003, <https://doi.org/10.18637/jss.v008.i18>); below that twice the one-sided
/// probability, whose relative error is then smaller than the probability itself. O((nd)³·log n).
#[must_use]
pub fn p_value(values: usize, distance: f64) -> f64 {
    const LARGEST_MATRIX: f64 = 100.0;
    let n = float(values);
    if distance <= 0.5 / n {
        return 1.0;
    }
    if distance >= 1.0 {
        return 0.0;
    }
    // The two one-sided events overlap with a probability of about the fourth power of one of them.
    let doubled = 2.0 * one_sided(values, distance);
    if doubled < 1e-4 || n * distance > LARGEST_MATRIX {
        return doubled.min(1.0);
    }
    (1.0 - two_sided_cdf(values, distance)).clamp(0.0, 1.0)
}

/// The distance that is exceeded with twice the tail's probability.
#[must_use]
pub fn critical(values: usize, tail: Tail) -> f64 {
    let level = 2.0 * tail.probability();
    bisect(0.0, 1.0, |distance| p_value(values, distance) <= level)
}

/// Where the distance of n values lies, except for a tail on either side: values that are spread too evenly lie below.
#[must_use]
pub fn band(values: usize, tail: Tail) -> Interval {
    let below = |distance| 2.0 * float(values) * distance > 1.0 && two_sided_cdf(values, distance) >= tail.probability();
    // More than half of all distances lie below 1/√n: no tail's end lies beyond, where the matrix would be large.
    Interval { low: bisect(0.0, 1.0 / float(values).sqrt(), below), high: critical(values, tail.shared_by(2)) }
}

/// P(D⁺ ≥ d), exactly (Birnbaum & Tingey 1951): d·Σ C(n, j)·(d + j/n)^(j−1)·(1 − d − j/n)^(n−j).
fn one_sided(values: usize, distance: f64) -> f64 {
    let n = float(values);
    let mut ln_choose = 0.0;
    let mut sum = 0.0;
    for j in 0..=whole(n * (1.0 - distance)) {
        let j = float(j);
        if j > 0.0 {
            ln_choose += ((n - j + 1.0) / j).ln();
        }
        let rest = 1.0 - distance - j / n;
        if rest > 0.0 {
            let ln_term = (j - 1.0).mul_add((distance + j / n).ln(), (n - j).mul_add(rest.ln(), ln_choose));
            sum += ln_term.exp();
        }
    }
    (distance * sum).min(1.0)
}

/// P(D < d), by the n-th power of a matrix of 2⌈nd⌉ − 1 rows.
fn two_sided_cdf(values: usize, distance: f64) -> f64 {
    let n = float(values);
    let ceiling = (n * distance).ceil();
    let middle = usize::try_from(whole(ceiling)).expect("n·d is at most n") - 1;
    let matrix = transition(2 * middle + 1, ceiling - n * distance);
    let mut power = matrix.power(values);
    // n!/nⁿ, factor by factor, against the power's own scale.
    let mut result = std::mem::take(&mut power.cells[middle * power.size + middle]);
    for i in 1..=values {
        result *= float(i) / n;
        if result < 1e-140 {
            result *= 1e140;
            power.ln_scale -= 140.0 * std::f64::consts::LN_10;
        }
    }
    (result.ln() + power.ln_scale).exp()
}

/// The matrix H of Marsaglia, Tsang & Wang, for h = ⌈nd⌉ − nd.
fn transition(size: usize, h: f64) -> Matrix {
    let mut cells = vec![0.0; size * size];
    for row in 0..size {
        for column in 0..=(row + 1).min(size - 1) {
            cells[row * size + column] = 1.0;
        }
    }
    let mut power = 1.0;
    for i in 0..size {
        power *= h;
        cells[i * size] -= power;
        cells[(size - 1) * size + (size - 1 - i)] -= power;
    }
    if 2.0 * h > 1.0 {
        let exponent = float(size);
        cells[(size - 1) * size] += (2.0 * h - 1.0).powf(exponent);
    }
    for row in 0..size {
        let mut factorial = 1.0;
        for steps in 1..=row + 1 {
            factorial *= float(steps);
            let column = row + 1 - steps;
            cells[row * size + column] /= factorial;
        }
    }
    Matrix { size, cells, ln_scale: 0.0 }
}

/// A square matrix, times e^`ln_scale`.
#[derive(Clone)]
struct Matrix {
    size: usize,
    cells: Vec<f64>,
    ln_scale: f64,
}

impl Matrix {
    fn times(&self, other: &Self) -> Self {
        let size = self.size;
        let mut cells = vec![0.0; size * size];
        for (row, out) in self.cells.chunks_exact(size).zip(cells.chunks_exact_mut(size)) {
            for (factor, line) in row.iter().zip(other.cells.chunks_exact(size)) {
                for (cell, value) in out.iter_mut().zip(line) {
                    *cell += factor * value;
                }
            }
        }
        let mut product = Self { size, cells, ln_scale: self.ln_scale + other.ln_scale };
        let centre = product.cells[size / 2 * size + size / 2];
        if centre > 1e140 {
            product.cells.iter_mut().for_each(|cell| *cell *= 1e-140);
            product.ln_scale += 140.0 * std::f64::consts::LN_10;
        }
        product
    }

    fn power(&self, mut exponent: usize) -> Self {
        let mut base = self.clone();
        let mut result: Option<Self> = None;
        loop {
            if exponent % 2 == 1 {
                result = Some(result.map_or_else(|| base.clone(), |power| power.times(&base)));
            }
            exponent /= 2;
            if exponent == 0 {
                return result.unwrap_or(base);
            }
            base = base.times(&base);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_of_one_and_two_values_by_hand() {
        // One value: D = max(u, 1−u), so P(D ≥ d) = 2(1−d) for d ≥ ½.
        for d in [0.6, 0.75, 0.9] {
            assert!((p_value(1, d) - 2.0 * (1.0 - d)).abs() < 1e-12, "{d}");
        }
        // Two values: P(D < d) = 2(2d − ½)² for ¼ ≤ d ≤ ½, and 1 − 2(1−d)² for d ≥ ½.
        for (d, below) in [(0.3, 2.0 * 0.1_f64.powi(2)), (0.4, 2.0 * 0.3_f64.powi(2)), (0.7, 1.0 - 2.0 * 0.09)] {
            assert!((1.0 - p_value(2, d) - below).abs() < 1e-12, "{d}");
        }
    }

    #[test]
    fn the_published_example() {
        // Marsaglia, Tsang & Wang print P(D₁₀ < 0.274) = 0.6284796154565.
        assert!((1.0 - p_value(10, 0.274) - 0.628_479_615_456_5).abs() < 5e-13);
    }

    #[test]
    fn the_tail_joins_the_exact_law() {
        // At 10⁻⁴, where one form takes over from the other, they differ by about the fourth power.
        for n in [20, 200, 1000] {
            let d = bisect(0.0, 1.0, |d| 2.0 * one_sided(n, d) < 1e-4);
            let exact = 1.0 - two_sided_cdf(n, d);
            assert!((exact / 1e-4 - 1.0).abs() < 1e-6, "n = {n}: {exact}");
        }
    }

    #[test]
    fn the_band_leaves_out_a_tail_on_either_side() {
        for (n, alpha) in [(2, 0.01), (20, 1e-4), (200, 1e-9)] {
            let tail = Tail::new(alpha).unwrap();
            let band = band(n, tail);
            assert!((two_sided_cdf(n, band.low) / alpha - 1.0).abs() < 1e-6, "{n}: {band:?}");
            assert!((p_value(n, band.high) / alpha - 1.0).abs() < 1e-6, "{n}: {band:?}");
        }
        // P(D₂ < d) = 2(2d − ½)² is .01 at d = ¼ + √.005/2.
        assert!((band(2, Tail::new(0.01).unwrap()).low - (0.25 + 0.005_f64.sqrt() / 2.0)).abs() < 1e-9);
    }

    #[test]
    fn bad_values_are_refused() {
        assert!(statistic(&[]).is_err());
        for bad in [-0.1, 1.1, f64::NAN] {
            assert!(statistic(&[0.5, bad]).is_err(), "{bad}");
        }
        assert_eq!(p_value(5, 0.0), 1.0);
        assert_eq!(p_value(5, 1.0), 0.0);
    }
}
