//! The Beta law, for shapes of any size.
//!
//! A library stops its continued fraction after 140 steps, so that of shapes of 10⁷ a tail near ½ is wrong by a twentieth, and
//! takes what stands before it from ln Γ, which costs all tails of 10¹⁰ as much. Here, what stands before it is Loader's form, the
//! fraction goes on to its end, and where both shapes are large, the tail is that of a saddle point.
//!
//! Shares are told to 10⁻¹⁶, and so is their distance from 1.

use super::interval::Interval;
use super::numeric::{Tails, bisect, deviance, stirling_error};

/// Above this smaller shape the saddle point is taken. The part of a tail that it leaves out is no more than 1/(100·shape): 10⁻⁶.
const LARGE: f64 = 1e4;

/// The law of a share that is `a` of `a + b` in the mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct BetaLaw {
    a: f64,
    b: f64,
}

impl BetaLaw {
    /// A law of these shapes, which are positive.
    pub(super) fn new(a: f64, b: f64) -> Self {
        Self { a, b }
    }

    /// What is undercut, and what is exceeded, with that probability.
    pub(super) fn band(self, tail: f64) -> Interval {
        let reached = |is_reached: &dyn Fn(Tails) -> bool| bisect(0.0, 1.0, |x| is_reached(self.tails(x)));
        Interval { low: reached(&|tails| tails.below >= tail), high: reached(&|tails| tails.above <= tail) }
    }

    /// The probability of more than x.
    pub(super) fn above(self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else if x >= 1.0 {
            0.0
        } else {
            self.tails(x).above
        }
    }

    /// Both tails at x, which lies between 0 and 1.
    fn tails(self, x: f64) -> Tails {
        if self.a.min(self.b) > LARGE { self.saddle_point(x) } else { self.continued_fraction(x) }
    }

    /// Both tails by the continued fraction of the smaller one.
    fn continued_fraction(self, x: f64) -> Tails {
        let Self { a, b } = self;
        if x < (a + 1.0) / (a + b + 2.0) {
            let below = self.part(x, 1.0 - x);
            Tails { below, above: 1.0 - below }
        } else {
            let above = Self { a: b, b: a }.part(1.0 - x, x);
            Tails { below: 1.0 - above, above }
        }
    }

    /// ½·w² where w is what a normal law would have at x: how unlikely this mean is, by its deviances.
    fn half_square(self, x: f64, rest: f64) -> f64 {
        let sum = self.a + self.b;
        deviance(self.a, sum * x) + deviance(self.b, sum * rest)
    }

    /// P(X ≤ x) by the continued fraction of DLMF 8.17.22, good below the mean or so.
    fn part(self, x: f64, rest: f64) -> f64 {
        let Self { a, b } = self;
        let sum = a + b;
        // x^a·(1−x)^b/B(a, b).
        let errors = stirling_error(sum) - stirling_error(a) - stirling_error(b);
        let front = (errors - self.half_square(x, rest)).exp() * (a * b / (std::f64::consts::TAU * sum)).sqrt();
        front / a * fraction(a, b, x)
    }

    /// Both tails by the saddle point of Lugannani and Rice, which is the leading term of DLMF 8.18.9.
    fn saddle_point(self, x: f64) -> Tails {
        let Self { a, b } = self;
        let sum = a + b;
        let distance = x - a / sum;
        let root = (2.0 * self.half_square(x, 1.0 - x)).sqrt().copysign(distance);
        let skewness = 2.0 * (b - a) / (sum * a * b).sqrt();
        Tails::of_saddle_point(root, distance * sum * (sum / (a * b)).sqrt(), skewness)
    }
}

/// The continued fraction of DLMF 8.17.22 by Lentz's way, to its last digit.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    // Never reached where it is asked: about the root of the smaller shape, times ten.
    const MOST: u32 = 100_000;
    const TINY: f64 = 1e-300;
    let apart = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut c, mut d) = (1.0, 1.0 / apart(1.0 - (a + b) * x / (a + 1.0)));
    let mut value = d;
    for m in (1..MOST).map(f64::from) {
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = value;
        for step in [even, odd] {
            d = 1.0 / apart(1.0 + step * d);
            c = apart(1.0 + step / c);
            value *= c * d;
        }
        if (value / before - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The saddle point and the continued fraction, each with what the other knows nothing of.
    #[test]
    fn both_ways_meet_where_one_takes_over() {
        for (a, b) in [(LARGE, LARGE), (LARGE, 9.0 * LARGE), (LARGE, 1e6), (1e6, LARGE), (1e5, 1e5), (LARGE, 1e9), (LARGE, 1e12)]
        {
            let law = BetaLaw::new(a, b);
            for tail in [0.499, 0.11, 1.3e-3, 1.7e-6, 1e-9, 1e-12] {
                let band = law.band(tail);
                for x in [band.low, band.high] {
                    let (saddle, exact) = (law.saddle_point(x), law.continued_fraction(x));
                    let near = |one: f64, other: f64| (one / other - 1.0).abs() < 1e-6;
                    assert!(
                        near(saddle.below, exact.below) && near(saddle.above, exact.above),
                        "{a}, {b} at {x}: {saddle:?}, {exact:?}"
                    );
                }
            }
        }
    }
}
