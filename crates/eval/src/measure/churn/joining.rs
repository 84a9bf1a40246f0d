//! Several nodes that join at once.

use crate::algorithm::{Law, Moves, Placement};
use crate::known::REMAINDER_FORMULA;
use crate::record::{Case, Record};
use crate::stats::{BetaBinomial, float, remap};

use super::super::error::MeasureError;
use super::super::movement::{Known, Movement, collateral_of_one, differing, over_own_of_one, owners};
use super::super::row::Band;
use super::super::side::Side;
use super::start::Start;

/// Adds `count` nodes in one call.
pub(super) fn measure(start: &Start<'_>, placement: &dyn Placement, count: usize) -> Result<Vec<Record>, MeasureError> {
    let case = Case::Joined(count);
    let mut after = placement.boxed_clone();
    if let Err(refusal) = after.add(&start.newcomers(count)) {
        return Ok(start.refused(case, &refusal));
    }
    let rebuilt = match after.rebuilt() {
        Ok(rebuilt) => Side::new(rebuilt),
        Err(refusal) => return Ok(start.refused(case, &refusal)),
    };
    let before = owners(&Side::new(placement.boxed_clone()), &start.digests);
    let after = owners(&Side::new(after), &start.digests);
    // Nobody but a newcomer has an id of this size.
    let is_own = |_, to| u64::from(to) >= start.nodes;
    let movement = Movement::between(&before, &after, start.all_names.len(), is_own);
    let not_fresh = differing(&after, &owners(&rebuilt, &start.digests));
    Ok(start.records(case, &movement.moves()?, &known(start, count as u64)?, not_fresh))
}

fn known(start: &Start<'_>, count: u64) -> Result<Known, MeasureError> {
    let (algorithm, nodes) = (start.algorithm, start.nodes);
    let one = |band: Band| band.only_if(count == 1);
    let over_own = match algorithm.moves() {
        Moves::Remainder => Band::expect(REMAINDER_FORMULA, remainder(nodes, count) * float(nodes + count) / float(count)),
        _ => one(over_own_of_one(algorithm, nodes)),
    };
    Ok(Known {
        is_minimal: algorithm.properties().minimal_add,
        moved: moved(start, count)?,
        over_own,
        collateral: one(collateral_of_one(algorithm, nodes)),
    })
}

/// What theory says of the fraction that moves.
fn moved(start: &Start<'_>, count: u64) -> Result<Band, MeasureError> {
    let (algorithm, nodes, keys) = (start.algorithm, start.nodes, start.digests.len() as u64);
    let share = float(count) / float(nodes + count);
    let per_key = 1.0 / float(keys);
    Ok(match (algorithm.law(), algorithm.moves()) {
        (_, Moves::Remainder) => Band::expect(REMAINDER_FORMULA, remainder(nodes, count)),
        (Law::Uniform, _) if algorithm.properties().minimal_add => {
            Band::expect("binomial", share).within(remap::binomial_band(keys, share, start.tail).scaled(per_key)).gate()
        }
        (Law::Arcs { points }, _) => {
            let law = BetaBinomial::new(keys, float(count * points), float(nodes * points))?;
            Band::expect("ring-beta-binomial", share).within(law.band(start.tail).scaled(per_key)).gate()
        }
        _ => Band::NONE,
    })
}

/// The fraction that `hash % N` moves: a hash stays where its remainders by N and by N + count agree, which is so for N of
/// every least common multiple of the two.
fn remainder(nodes: u64, count: u64) -> f64 {
    let (mut divisor, mut rest) = (nodes + count, nodes);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    1.0 - float(divisor) / float(nodes + count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modulo_keeps_what_has_the_same_remainder_twice() {
        for (nodes, count) in [(1, 1), (2, 2), (6, 3), (10, 5), (7, 4)] {
            // The least common multiple divides the product, so the product's numbers hold every case equally often.
            let whole = nodes * (nodes + count);
            let stays = (0..whole).filter(|hash| hash % nodes == hash % (nodes + count)).count();
            assert!((remainder(nodes, count) - (1.0 - float(stays) / float(whole))).abs() < 1e-12, "{nodes} {count}");
        }
        assert!((remainder(10, 1) - remap::remainder_joining(10)).abs() < 1e-12);
    }
}
