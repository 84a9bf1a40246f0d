//! How many slots a consumer must be due, so that none is left without.
//!
//! A consumer that is due λ slots gets none with odds of about 2·e^(−1.645·λ). With λ = 0.61·ln N + 9, the odds that any of N gets
//! none are one in a million.

use alloc::{boxed::Box, format, string::String};

use annulus_core::{Census, NodeIndex, Nodes, Refusal, cost::cost};

/// The fewest and the most bits of a table.
pub(crate) const FEWEST: u32 = 8;
pub(crate) const MOST: u32 = 24;

/// Binary fractions count 2⁻¹⁶.
const FRACTION: u32 = 16;

/// Slots that any consumer must be due, and how many more for each doubling of consumers: 0.61·ln 2.
const DUE: u64 = 9 << FRACTION;
const DUE_PER_DOUBLING: u64 = 27_710;

/// log₂ of a number of consumers, in units of 2⁻¹⁶: from 0 for one. It never falls, and is off by 0.01 at most.
pub(crate) fn log2(nodes: usize) -> u64 {
    let nodes = u32::try_from(nodes).unwrap_or(u32::MAX).max(1);
    cost(u32::MAX / nodes) >> (58 - FRACTION)
}

/// The slots that each of `nodes` consumers must be due, in units of 2⁻¹⁶.
fn least_due(nodes: usize) -> u64 {
    DUE + ((log2(nodes) * DUE_PER_DOUBLING) >> FRACTION)
}

/// Whether a consumer of this weight is due enough of `slots`, if `nodes` consumers weigh `total` together.
fn is_due(slots: u64, weight: u64, total: u64, nodes: usize) -> bool {
    (u128::from(slots) << FRACTION) * u128::from(weight) >= u128::from(least_due(nodes)) * u128::from(total)
}

/// Whether each consumer of this census is due enough of 2 to the power of `bits` slots.
pub(crate) fn is_admitted(bits: u32, census: &Census) -> bool {
    census.least_weight().is_none_or(|least| is_due(1 << bits, u64::from(least.get()), census.total_weight(), census.len()))
}

/// The most consumers of equal weight.
fn most_nodes(slots: u64) -> u64 {
    let (mut most, mut too_many) = (1, 1 << MOST);
    while too_many - most > 1 {
        let nodes = usize::midpoint(most, too_many);
        if is_due(slots, 1, nodes as u64, nodes) {
            most = nodes;
        } else {
            too_many = nodes;
        }
    }
    most as u64
}

/// Advice: the least number of bits that would do.
fn more_bits(census: &Census) -> Option<Box<str>> {
    let bits = (FEWEST..=MOST).find(|&bits| is_admitted(bits, census))?;
    Some(format!("use bits={bits} (`SlotsKernel::with_bits({bits})`) or more, the same on every router").into())
}

/// Advice: the most bits below these that fit, if they would do.
pub(crate) fn fewer_bits(bits: u32, census: &Census, fits: impl Fn(u32) -> bool) -> Option<String> {
    let bits = (FEWEST..bits).rev().find(|&bits| fits(bits)).filter(|&bits| is_admitted(bits, census))?;
    Some(format!("use at most bits={bits} (`SlotsKernel::with_bits({bits})`), the same on every router"))
}

/// Refuses a membership with a consumer that is due too few slots. What is admitted stays so when any consumer leaves: those who
/// stay are due more, and must be due less.
pub(crate) fn admit(bits: u32, candidate: &Nodes) -> Result<(), Refusal> {
    let (census, slots) = (candidate.census(), 1_u64 << bits);
    if is_admitted(bits, census) {
        return Ok(());
    }
    let (nodes, total, limit) = (candidate.len(), candidate.total_weight(), most_nodes(slots));
    let too_many = Refusal::TooManyNodes { nodes: nodes as u64, limit, remedy: more_bits(census) };
    if nodes as u64 > limit {
        return Err(too_many);
    }
    let weight = |index: NodeIndex| u64::from(candidate.weight(index).get());
    // Search from the end, so that a new consumer is named before an old one.
    match candidate.indices().rev().find(|&index| !is_due(slots, weight(index), total, nodes)) {
        Some(node) => {
            // Its own weight is part of the total.
            let (due, others) = (u128::from(least_due(nodes)), u128::from(total - weight(node)));
            let least = (due * others).div_ceil((u128::from(slots) << FRACTION) - due);
            let least = u64::try_from(least).unwrap_or(u64::MAX);
            Err(Refusal::NoShare { node, weight: candidate.weight(node), least, remedy: more_bits(census) })
        }
        // Never: the lightest is due too few, or the membership had been admitted.
        None => Err(too_many),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "compared to a thousandth")]
    fn what_is_due_is_what_the_law_says_and_never_falls() {
        let law = |nodes: usize| 9.0 + 0.61 * libm_ln(nodes as f64);
        let mut before = 0;
        for nodes in (1..5_000).chain((13..24).map(|bits| 1 << bits)) {
            let due = least_due(nodes);
            assert!(due >= before, "{nodes} consumers");
            assert!((due as f64 / f64::from(1 << FRACTION) - law(nodes)).abs() < 5e-3, "{nodes} consumers: {due}");
            before = due;
        }
    }

    /// The tests have the standard library.
    fn libm_ln(x: f64) -> f64 {
        extern crate std;
        x.ln()
    }

    #[test]
    fn the_most_consumers_are_those_that_are_just_admitted() {
        for bits in FEWEST..=MOST {
            let most = usize::try_from(most_nodes(1 << bits)).unwrap();
            assert!(is_due(1 << bits, 1, most as u64, most) && !is_due(1 << bits, 1, most as u64 + 1, most + 1), "{bits} bits");
        }
        assert_eq!((most_nodes(1 << 8), most_nodes(1 << 16)), (23, 4_631));
    }
}
