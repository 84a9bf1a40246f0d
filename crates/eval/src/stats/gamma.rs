//! The Gamma law, for shapes of any size, and χ² with it.
//!
//! A library sums some √shape terms, and takes what stands before them from ln Γ: of 10¹², three digits are left. For large shapes
//! this is the uniform expansion of Temme, two terms of it, which is the saddle point of Lugannani and Rice as well.

use statrs::function::gamma::{gamma_lr, gamma_ur};

use super::interval::Interval;
use super::numeric::{Tails, bisect, deviance};

/// Above this shape the expansion is taken. The part of a tail that it leaves out is no more than 1/(100·shape): 10⁻⁶.
const LARGE: f64 = 1e4;

/// The law of a sum of `shape` waiting times of mean 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct GammaLaw {
    shape: f64,
}

impl GammaLaw {
    /// A law of that shape, which is positive.
    pub(super) fn new(shape: f64) -> Self {
        Self { shape }
    }

    /// P(X ≤ x).
    pub(super) fn below(self, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else if self.shape > LARGE {
            self.expanded(x).below
        } else {
            gamma_lr(self.shape, x).clamp(0.0, 1.0)
        }
    }

    /// P(X > x).
    pub(super) fn above(self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else if self.shape > LARGE {
            self.expanded(x).above
        } else {
            gamma_ur(self.shape, x).clamp(0.0, 1.0)
        }
    }

    /// Both tails at x by DLMF 8.12.3 and 8.12.4 with the first coefficient of 8.12.7.
    fn expanded(self, x: f64) -> Tails {
        let distance = x - self.shape;
        let root = (2.0 * deviance(self.shape, x)).sqrt().copysign(distance);
        Tails::of_saddle_point(root, distance / self.shape.sqrt(), 2.0 / self.shape.sqrt())
    }

    /// What is undercut, and what is exceeded, with that probability.
    pub(super) fn band(self, tail: f64) -> Interval {
        let reach = self.reach();
        Interval { low: bisect(0.0, reach, |x| self.below(x) >= tail), high: bisect(0.0, reach, |x| self.above(x) <= tail) }
    }

    /// Past any tail down to 10⁻³⁰⁰: twice the mean, 42 spreads and 750.
    fn reach(self) -> f64 {
        42.0f64.mul_add(self.shape.sqrt(), 2.0 * self.shape) + 750.0
    }
}
