//! The owner among unequal consumers.
//!
//! Every form equals this loop, in exact integers:
//!
//! ```text
//! best = 0
//! for position in 1..len:
//!     if cost(draw(position)) · weight(best) < cost(draw(best)) · weight(position): best = position
//! ```
//!
//! A cost is a logarithm, which takes a dozen multiplications. So one pass estimates every cost divided by weight from below. The
//! least estimate nearly always has the least cost, and this is certain if its cost cannot exceed the second least estimate.
//! Otherwise [`Exact`](crate::exact::Exact) decides. Floating point never decides which of two consumers wins, so answers do not depend on its
//! roundings.

use annulus_core::{Digest, NodeIndex, Nodes};
use annulus_lanes::{Task, VectorFunction, VectorTask, Vectors};

use crate::{
    draw::Query,
    estimates::{DRAWS, Estimates, FLAW, HALVED, estimate, lower},
    exact::owner_by_price,
    key::{PLACE, PLACES, TopTwo},
    plain::{LANES, array, whole},
    state::{Slices, State},
};

/// A consumer that is likely to have the least cost divided by its weight: its position. `Ok` if that is certain.
///
/// It fits in two registers, which a call into a level passes fastest.
#[derive(Clone, Copy)]
pub(crate) struct Likely<'a>(pub(crate) &'a State, pub(crate) Digest);

impl Task for Likely<'_> {
    type Output = Result<usize, usize>;

    #[inline(always)]
    fn run(self) -> Result<usize, usize> {
        likely(self.0, self.1)
    }
}

impl VectorTask for Likely<'_> {
    #[inline(always)]
    fn run_on<V: Vectors>(self, v: V) -> Result<usize, usize> {
        let Self(state, digest) = self;
        let (query, Slices { s, t, .. }) = (Query::new(digest), state.filled());
        let least = two_least_on(v, query, (s, t, state.filled_inverse()));
        Least { keys: least, block: 0, unit: V::UNIT }.decide(state, query)
    }
}

/// The same for more consumers than [`PLACES`].
#[derive(Clone, Copy)]
pub(crate) struct LikelyOfMany<'a>(pub(crate) &'a State, pub(crate) Digest);

impl Task for LikelyOfMany<'_> {
    type Output = Result<usize, usize>;

    #[inline(always)]
    fn run(self) -> Result<usize, usize> {
        likely(self.0, self.1)
    }
}

impl VectorTask for LikelyOfMany<'_> {
    #[inline(always)]
    fn run_on<V: Vectors>(self, v: V) -> Result<usize, usize> {
        let Self(state, digest) = self;
        let query = Query::new(digest);
        let mut least = Least::none(V::UNIT);
        for (number, block) in blocks(state).enumerate() {
            least.offer(two_least_on(v, query, block), number);
        }
        least.decide(state, query)
    }
}

/// The owner among up to [`PLACES`] consumers.
pub(crate) struct ByWeight;

impl VectorFunction<State, Nodes, Digest> for ByWeight {
    type Output = NodeIndex;

    fn run(state: &State, nodes: &Nodes, digest: Digest) -> NodeIndex {
        decided(state, nodes, digest, likely(state, digest))
    }

    #[inline(always)]
    fn run_on<V: Vectors>(v: V, state: &State, nodes: &Nodes, digest: Digest) -> NodeIndex {
        decided(state, nodes, digest, Likely(state, digest).run_on(v))
    }
}

/// The same for more consumers.
pub(crate) struct ByWeightOfMany;

impl VectorFunction<State, Nodes, Digest> for ByWeightOfMany {
    type Output = NodeIndex;

    fn run(state: &State, nodes: &Nodes, digest: Digest) -> NodeIndex {
        ByWeight::run(state, nodes, digest)
    }

    #[inline(always)]
    fn run_on<V: Vectors>(v: V, state: &State, nodes: &Nodes, digest: Digest) -> NodeIndex {
        decided(state, nodes, digest, LikelyOfMany(state, digest).run_on(v))
    }
}

/// The owner: who is certain, or who is found exactly.
#[inline(always)]
fn decided(state: &State, nodes: &Nodes, digest: Digest, likely: Result<usize, usize>) -> NodeIndex {
    match likely {
        Ok(position) => state.consumer(position),
        Err(likely) => owner_by_price(state, nodes, digest, likely),
    }
}

/// The portable form.
#[inline]
fn likely(state: &State, digest: Digest) -> Result<usize, usize> {
    let query = Query::new(digest);
    let mut least = Least::none(HALVED);
    for (number, block) in blocks(state).enumerate() {
        least.offer(two_least(query, block), number);
    }
    least.decide(state, query)
}

/// The keys of the least estimate so far and of the second, and the block of the first. A key is the greater, the less the estimate.
struct Least {
    keys: (u32, u32),
    block: usize,
    /// What estimates count.
    unit: f32,
}

impl Least {
    #[inline(always)]
    const fn none(unit: f32) -> Self {
        Self { keys: (0, 0), block: 0, unit }
    }

    /// Takes the keys of a block into account.
    #[inline(always)]
    fn offer(&mut self, (first, second): (u32, u32), block: usize) {
        self.keys.1 = self.keys.1.max(second).max(self.keys.0.min(first));
        if first > self.keys.0 {
            (self.keys.0, self.block) = (first, block);
        }
    }

    /// The position of the first. `Ok` if its cost is certain to be less than that of all others.
    #[inline(always)]
    fn decide(&self, state: &State, query: Query) -> Result<usize, usize> {
        let (Slices { s, t, .. }, inverse) = (state.filled(), state.filled_inverse());
        // Padding repeats the last consumer. Its estimate is the least only if the draw is the greatest of all and the estimate 0.
        let position = (self.block * PLACES + (self.keys.0 & PLACE) as usize).min(state.len() - 1);
        let next = f64::from(lower(self.keys.1)) * f64::from(self.unit) * (1.0 - FLAW);
        let v = (f64::from(!query.draw(s[position], t[position])) + 0.5) * (1.0 / DRAWS);
        let inverse = f64::from(inverse[position]) * DRAWS;
        // −ln(1 − v) is at most v + v²/2 + v³/(3·(1 − v)). Multiplied out, because a division takes longer.
        let terms = inverse * (v + 0.5 * v * v);
        if (next - terms) * (3.0 * (1.0 - v)) > inverse * (v * v * v) { Ok(position) } else { Err(position) }
    }
}

/// Both halves of the seeds, and one over the weight.
type Block<'a> = (&'a [u32], &'a [u32], &'a [f32]);

/// The columns in blocks of as many consumers as a key tells apart.
#[inline(always)]
fn blocks(state: &State) -> impl Iterator<Item = Block<'_>> {
    let (Slices { s, t, .. }, inverse) = (state.filled(), state.filled_inverse());
    s.chunks(PLACES).zip(t.chunks(PLACES)).zip(inverse.chunks(PLACES)).map(|((s, t), inverse)| (s, t, inverse))
}

/// The keys of the two least estimates of a block. A third term would decide more among two or three consumers, and takes longer
/// among all others.
#[inline(always)]
fn two_least_on<V: Vectors>(v: V, query: Query, (s, t, inverse): Block<'_>) -> (u32, u32) {
    let (mut estimates, mut best) = (Estimates::<V, 2>::new(v, query), TopTwo::of(v, v.splat(0)));
    for ((s, t), inverse) in s.chunks_exact(V::LANES).zip(t.chunks_exact(V::LANES)).zip(inverse.chunks_exact(V::LANES)) {
        best.offer(v, estimates.next(v, s, t, inverse));
    }
    let (greatest, next) = best.winner(v);
    (greatest, v.top(next))
}

/// [`two_least_on`] in arrays.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "few lanes")]
fn two_least(query: Query, (s, t, inverse): Block<'_>) -> (u32, u32) {
    let (mut first, mut second) = ([f32::INFINITY; LANES], [f32::INFINITY; LANES]);
    let rows = s.chunks_exact(LANES).zip(t.chunks_exact(LANES)).zip(inverse.chunks_exact(LANES));
    for (row, ((s, t), inverse)) in (0..).step_by(LANES).zip(rows) {
        let (s, t, inverse) = (array(s), array(t), array(inverse));
        for lane in 0..LANES {
            let estimate = estimate::<2>(query.draw(s[lane], t[lane]), inverse[lane]);
            let key = f32::from_bits(estimate.to_bits() & !PLACE | row | lane as u32);
            let more = if key > first[lane] { key } else { first[lane] };
            second[lane] = if more < second[lane] { more } else { second[lane] };
            first[lane] = if key < first[lane] { key } else { first[lane] };
        }
    }
    let (first, second) = whole((first, second));
    let mut least = (u32::MAX, u32::MAX);
    for (first, second) in first.into_iter().zip(second).map(|(first, second)| (first.to_bits(), second.to_bits())) {
        least = (least.0.min(first), least.1.min(second).min(least.0.max(first)));
    }
    // As on vectors: the greater, the less; the place as it is.
    (!least.0 ^ PLACE, !least.1 ^ PLACE)
}
