//! The first few among thousands of equal consumers, on vectors.

use annulus_core::{Digest, NodeIndex};
use annulus_lanes::{Task, VectorTask, Vectors};

use crate::{
    draw::{Queries, Query},
    plain::{Falling, first_few},
    state::{Slices, State},
};

/// The first consumers of the preference order. One pass.
///
/// It computes all draws, but keeps only the greatest of each lane per group of rows. Few groups reach the threshold `least`, and
/// only for these are the draws computed again.
///
/// ```text
/// for each step of GROUPS groups:
///     greatest[g] = the greatest draws of group g, one per lane
///     in the first step: least = the wanted-th greatest draw of all lanes
///     for each group g with a lane of greatest[g] >= least:
///         offer every draw of g that is >= least to best
///     least = max(least, the least draw in best)
/// ```
///
/// Groups with a draw among the best soon become rare, but they are unpredictable, and a mispredicted branch costs as much as dozens
/// of draws. So the code has few branches.
pub(crate) struct FirstOfMany<'a, const K: usize> {
    pub(crate) state: &'a State,
    pub(crate) digest: Digest,
    /// At most `K`.
    pub(crate) out: &'a mut [NodeIndex],
}

/// Rows of vectors per group. Each lane of a group has one bit in a word.
const GROUP: usize = 4;

/// Groups per step. Each has one bit in a word.
const GROUPS: usize = 32;

impl<const K: usize> Task for FirstOfMany<'_, K> {
    /// How many there are in `out`.
    type Output = usize;

    #[inline(always)]
    fn run(self) -> usize {
        first_few::<K>(self.state, self.digest, self.out)
    }
}

impl<const K: usize> VectorTask for FirstOfMany<'_, K> {
    #[inline(always)]
    fn run_on<V: Vectors>(self, v: V) -> usize {
        let Self { state, digest, out } = self;
        let (query, len, Slices { s, t, .. }) = (Query::new(digest), state.len(), state.filled());
        let lanes = query.on(v);
        let (mut best, mut least) = (Falling::<K>::new(), v.splat(0));
        let (mut groups, group) = ([v.splat(0); GROUPS], GROUP * V::LANES);
        for from in (0..len).step_by(GROUPS * group) {
            let columns = from..s.len().min(from + GROUPS * group);
            let (s, t) = (&s[columns.clone()], &t[columns]);
            let mut top = v.splat(0);
            for (greatest, group) in groups.iter_mut().zip(s.chunks(group).zip(t.chunks(group))) {
                *greatest = greatest_on(v, lanes, group);
                top = v.max(top, *greatest);
            }
            if from == 0 {
                least = nth_greatest(v, top, out.len().min(len));
            } else if !v.any_at_least(top, least) {
                continue;
            }
            let mut with_any = groups_at_least(v, &groups[..s.len().div_ceil(group)], least);
            while with_any != 0 {
                let begin = with_any.trailing_zeros() as usize * group;
                with_any &= with_any - 1;
                let columns = begin..s.len().min(begin + group);
                let mut bits = at_least(v, lanes, (&s[columns.clone()], &t[columns]), least) & low_bits(len - from - begin);
                while bits != 0 {
                    let position = begin + bits.trailing_zeros() as usize;
                    best.offer(query.draw(s[position], t[position]), from + position);
                    bits &= bits - 1;
                }
            }
            least = v.max(least, v.splat(best.least()));
        }
        write(best, state, out)
    }
}

/// [`Falling::write`], out of line for the sake of the registers of the loops above.
#[inline(never)]
fn write<const K: usize>(best: Falling<K>, state: &State, out: &mut [NodeIndex]) -> usize {
    best.write(state, out)
}

/// The `n`-th greatest of the distinct numbers in the lanes, in every lane; 0 if there are fewer.
///
/// At least `n` consumers draw this or more. The same consumer may occur twice, in its own lane and in padding, but then with
/// equal numbers, which count once.
#[inline(always)]
fn nth_greatest<V: Vectors>(v: V, mut lanes: V::U32s, n: usize) -> V::U32s {
    let mut greatest = v.splat(0);
    for _ in 0..n {
        greatest = v.greatest(lanes);
        lanes = v.where_equal(lanes, greatest, v.splat(0), lanes);
    }
    greatest
}

/// Part of the two columns: a group, nearly always a full one.
type Group<'a> = (&'a [u32], &'a [u32]);

/// Whether a group is full. Asked before what is done with a constant number of rows, so that the compiler makes no loop of it.
#[inline(always)]
const fn is_full<V: Vectors>((s, t): Group<'_>) -> bool {
    s.len() == GROUP * V::LANES && t.len() == s.len()
}

/// The draws of a row of a group.
#[inline(always)]
fn draws<V: Vectors>(v: V, query: Queries<V::U32s>, (s, t): Group<'_>, row: usize) -> V::U32s {
    query.draw(v, v.load(&s[row * V::LANES..]), v.load(&t[row * V::LANES..]))
}

/// The greatest draw per lane of a group.
#[inline(always)]
fn greatest_on<V: Vectors>(v: V, query: Queries<V::U32s>, group: Group<'_>) -> V::U32s {
    if is_full::<V>(group) { greatest_of(v, query, group, GROUP) } else { greatest_of(v, query, group, group.0.len() / V::LANES) }
}

#[inline(always)]
fn greatest_of<V: Vectors>(v: V, query: Queries<V::U32s>, group: Group<'_>, rows: usize) -> V::U32s {
    let mut greatest = v.splat(0);
    for row in 0..rows {
        greatest = v.max(greatest, draws(v, query, group, row));
    }
    greatest
}

/// A bit per group: whether it has a draw of at least `least`.
#[inline(always)]
fn groups_at_least<V: Vectors>(v: V, groups: &[V::U32s], least: V::U32s) -> u64 {
    let mut bits = 0;
    for (number, &greatest) in groups.iter().enumerate() {
        bits |= u64::from(v.any_at_least(greatest, least)) << number;
    }
    bits
}

/// A bit per lane of a group: whether its draw is at least `least`.
#[inline(always)]
fn at_least<V: Vectors>(v: V, query: Queries<V::U32s>, group: Group<'_>, least: V::U32s) -> u64 {
    if is_full::<V>(group) {
        at_least_of(v, query, group, GROUP, least)
    } else {
        at_least_of(v, query, group, group.0.len() / V::LANES, least)
    }
}

#[inline(always)]
fn at_least_of<V: Vectors>(v: V, query: Queries<V::U32s>, group: Group<'_>, rows: usize, least: V::U32s) -> u64 {
    let mut bits = 0;
    for row in 0..rows {
        let draws = draws(v, query, group, row);
        bits |= u64::from(v.equal(v.max(draws, least), draws)) << (row * V::LANES);
    }
    bits
}

/// A word with the `count` lowest bits set, or all 64.
#[inline(always)]
const fn low_bits(count: usize) -> u64 {
    if count < 64 { (1 << count) - 1 } else { u64::MAX }
}
