//! Quantiles of Student's t.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::numeric::bisect;

/// Above these degrees of freedom the library's t loses its digits, one for each digit of theirs.
const MANY: f64 = 1e5;

/// What Student's t with that many degrees of freedom exceeds with that probability.
pub(super) fn student(degrees: f64, beyond: f64) -> f64 {
    if degrees > MANY {
        return expanded(degrees, beyond);
    }
    let law = StudentsT::new(0.0, 1.0, degrees).expect("at least one degree of freedom");
    // With one degree, t at a tail of 10⁻⁹ is 3·10⁸.
    bisect(0.0, 1e12, |t| law.sf(t) <= beyond)
}

/// The same by Fisher's expansion about the normal law (Abramowitz and Stegun 26.7.5), three terms of it. What it leaves out is
/// below z⁹/(1000·degrees⁴).
fn expanded(degrees: f64, beyond: f64) -> f64 {
    let z = -Normal::standard().inverse_cdf(beyond);
    let square = z * z;
    let first = z * (square + 1.0) / 4.0;
    let second = z * ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    let third = z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
    z + (first + (second + third / degrees) / degrees) / degrees
}
