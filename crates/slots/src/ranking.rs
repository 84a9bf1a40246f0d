//! The ranking of a slot beyond its owner.

use core::ops::ControlFlow;

use annulus_core::{Digest, NodeIndex, order};

use crate::{
    contest::{Contest, Equal, Weighted, are_equal},
    field::{Field, First},
    order::Space,
};

/// The most consumers of a ranking that one pass finds.
pub(crate) const FIRST: usize = 8;

/// A digest's slot, in the upper bits.
pub(crate) const fn place_of(digest: Digest, space: Space) -> u32 {
    let upper = (digest.bits() >> 32) as u32;
    space.raise(space.lower(upper))
}

/// Visits all but the owner in the ranking of a slot, which is in the upper bits.
pub(crate) fn visit_others<C: Contest>(
    field: Field<'_>,
    contest: C,
    slot: u32,
    mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let first = field.level.run(First::<C, FIRST> { field, contest, slot, closed: None });
    for rank in first.iter().flatten().skip(1) {
        visit(NodeIndex::new(C::index(rank)))?;
    }
    let Some(last) = first[FIRST - 1] else { return ControlFlow::Continue(()) };
    let index = |position| NodeIndex::from_usize(position).unwrap_or_default();
    let rank = |position| {
        let rank = contest.rank(index(position).get(), field.word(position, slot));
        contest.before(&last, &rank).then_some(rank)
    };
    let visit = |position| visit(index(position));
    order::by_rank_after(FIRST, field.len(), rank, |one, other| contest.before(one, other), visit)
}

/// Fills `out`, at most `K` long, with the first consumers of the ranking of a slot, which is in the upper bits. Returns their number.
pub(crate) fn first<const K: usize>(field: Field<'_>, slot: u32, out: &mut [NodeIndex]) -> usize {
    fn fill<C: Contest, const K: usize>(field: Field<'_>, contest: C, slot: u32, out: &mut [NodeIndex]) -> usize {
        let first = field.level.run(First::<C, K> { field, contest, slot, closed: None });
        out.iter_mut().zip(first.iter().flatten()).map(|(out, rank)| *out = NodeIndex::new(C::index(rank))).count()
    }
    if are_equal(field.nodes) {
        fill::<_, K>(field, Equal(field.nodes), slot, out)
    } else {
        fill::<_, K>(field, Weighted(field.nodes), slot, out)
    }
}
