//! The tables of theory, reproduced to their printed digits by the laws of `annulus_eval::stats`.
//!
//! The figures stand here as scipy 1.17 and mpmath 1.4 give them, rounded to the digits that are printed: a second
//! opinion, from other code. A printed figure stands for everything within half a unit of its last digit, so that is
//! each test's tolerance unless it says otherwise. Where a mean of random draws is compared, the test derives its
//! interval from the standard error. `simulated` holds the same laws against the algorithms themselves.

mod maglev;
mod multi_probe;
mod remap;
mod ring;
mod simulated;
mod uniform;
mod weights;
mod zipf;

use annulus_eval::stats::Tail;

/// One tail in a million.
fn millionth() -> Tail {
    Tail::new(1e-6).unwrap()
}

/// Asserts that a figure rounds to what is printed. `decimals` is how many digits follow the point.
#[track_caller]
fn prints_as(figure: f64, printed: f64, decimals: i32) {
    // The hair over one half is for a figure that lies on the border within its own rounding.
    let half = 0.500_001 * 10.0_f64.powi(-decimals);
    assert!((figure - printed).abs() <= half, "{figure} is not {printed} to {decimals} decimals");
}
