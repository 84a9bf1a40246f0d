//! Keys that move when the members change: the least possible, and the laws of what algorithms move.

use super::binomial::BinomialLaw;
use super::error::{StatsError, require};
use super::family::Tail;
use super::interval::Interval;
use super::numeric::float;

/// The least number of keys that must move to turn one set of counts into another: ½Σ|c′ − c|, exact.
///
/// A node that is in only one of the two has a count of 0 in the other. This, and not K/(N+1), is what a measured
/// movement is held against: a true algorithm falls below K/(N+1) in half of all evaluations.
///
/// # Errors
/// Lists of different lengths.
///
/// ```
/// // The third node takes one key from each of the others.
/// assert_eq!(annulus_eval::stats::remap::least(&[3, 3, 0], &[2, 2, 2])?, 2);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
pub fn least(before: &[u64], after: &[u64]) -> Result<u64, StatsError> {
    if before.len() != after.len() {
        let what = "counts before and after";
        return Err(StatsError::Lengths { what, left: before.len(), right: after.len() });
    }
    let pairs = || before.iter().zip(after);
    let gained: u64 = pairs().map(|(&b, &a)| a.saturating_sub(b)).sum();
    let lost: u64 = pairs().map(|(&b, &a)| b.saturating_sub(a)).sum();
    // They are equal where the same keys were counted twice; otherwise neither set of keys can hold fewer moves.
    Ok(gained.max(lost))
}

/// The band of the number of keys, of K, that a node takes when it joins N, with an exactly uniform and minimal
/// algorithm: binomial(K, 1/(N+1)).
///
/// # Errors
/// No keys.
pub fn joining_band(nodes: u64, keys: u64, tail: Tail) -> Result<Interval, StatsError> {
    require(keys > 0, "the number of keys", "at least 1", float(keys))?;
    Ok(binomial_band(keys, 1.0 / (float(nodes) + 1.0), tail))
}

/// The two-sided band of a binomial count; `probability` within 0 and 1, beyond which it is cut off.
#[must_use]
pub fn binomial_band(trials: u64, probability: f64, tail: Tail) -> Interval {
    let (law, alpha) = (BinomialLaw::new(trials, probability), tail.probability());
    Interval { low: float(law.low(alpha)), high: float(law.high(alpha)) }
}

/// The fraction of keys that `hash % N` moves when one node joins: N/(N+1) in expectation.
#[must_use]
pub fn remainder_joining(nodes: u64) -> f64 {
    float(nodes) / (float(nodes) + 1.0)
}

/// The fraction of keys that must move between N and N′ equal nodes where nodes come and go at the end of the list:
/// 1 − min/max.
#[must_use]
pub fn resizing(from: u64, to: u64) -> f64 {
    let (fewer, more) = (from.min(to), from.max(to));
    if more == 0 { 0.0 } else { 1.0 - float(fewer) / float(more) }
}

/// How many times the least moves when any member leaves and the last takes its place: 1 + (N−2)/(N−1) for
/// one that is not the last, and 1 for the last.
#[must_use]
pub fn swap_last(nodes: u64, is_last: bool) -> f64 {
    if is_last || nodes < 2 { 1.0 } else { 1.0 + (float(nodes) - 2.0) / (float(nodes) - 1.0) }
}

/// The mean of [`swap_last`] over members: 2 − 2/N.
#[must_use]
pub fn swap_last_mean(nodes: u64) -> f64 {
    if nodes < 2 { 1.0 } else { 2.0 - 2.0 / float(nodes) }
}

/// The rate of violations that none seen among K keys leaves possible, at 99.9 %: −ln(0.001)/K.
#[must_use]
pub fn rate_behind_none(keys: u64) -> f64 {
    const DOUBT: f64 = 1e-3;
    -DOUBT.ln() / float(keys)
}
