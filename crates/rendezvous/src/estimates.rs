//! Estimates of costs divided by weights, never too much, in single precision.
//!
//! With v = distance/2³², the distance being that of a draw to the greatest of all, an estimate is 2³² times the first terms of
//!
//! ```text
//! −ln(1 − v) / weight = (v + v²/2 + v³/3 + …) / weight
//! ```

use annulus_lanes::{MOST, Vectors};

use crate::{
    draw::{Queries, Query},
    key::PLACE,
};

/// A draw is one of 2³².
pub(crate) const DRAWS: f64 = 4_294_967_296.0;

/// More than all roundings of an estimate, of one over a weight, and of an exact cost, relative to it: ten of 2⁻²⁴ and two of
/// 2.2·10⁻⁸.
pub(crate) const FLAW: f64 = 1e-6;

/// The factors of the series in a distance of this unit.
#[inline(always)]
const fn terms(unit: f32) -> [f32; 4] {
    // A third is rounded down.
    [1.0, unit / 2.0, unit * unit * 0.333_333, unit * unit * unit / 4.0]
}

/// The keys of estimates of `TERMS` terms, row by row. A key is the greater, the less the estimate.
pub(crate) struct Estimates<V: Vectors, const TERMS: usize> {
    query: Queries<V::U32s>,
    places: V::U32s,
}

impl<V: Vectors, const TERMS: usize> Estimates<V, TERMS> {
    #[inline(always)]
    pub(crate) fn new(v: V, query: Query) -> Self {
        const COUNT: [u32; MOST] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        Self { query: query.on(v), places: v.load(&COUNT) }
    }

    /// The keys of the next row.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a power of two, and few lanes")]
    pub(crate) fn next(&mut self, v: V, s: &[u32], t: &[u32], inverse: &[f32]) -> V::U32s {
        let (all, unit) = (v.splat(u32::MAX), V::UNIT / DRAWS as f32);
        let distance = v.to_floats(v.xor(self.query.draw(v, v.load(s), v.load(t)), all));
        let terms = terms(unit);
        let mut series = v.splat_float(terms[TERMS - 1]);
        for &term in terms[..TERMS - 1].iter().rev() {
            series = v.times_plus(series, distance, v.splat_float(term));
        }
        let estimate = v.times(v.times(distance, v.load_floats(inverse)), series);
        let keys = v.or(v.without(v.xor(v.to_bits(estimate), all), v.splat(PLACE)), self.places);
        self.places = v.add(self.places, v.splat(V::LANES as u32));
        keys
    }
}

/// The least estimate with the upper bits of a key. No key, which is 0, means infinity.
#[inline(always)]
pub(crate) fn lower(key: u32) -> f32 {
    f32::from_bits(!key.max(!f32::INFINITY.to_bits()) & !PLACE)
}

/// The unit of estimates of the plain form. Signed numbers convert in one instruction, so the lowest bit of a distance is dropped.
pub(crate) const HALVED: f32 = 2.0;

/// An estimate of the plain form.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "an estimate, of 31 bits"
)]
pub(crate) fn estimate<const TERMS: usize>(draw: u32, inverse: f32) -> f32 {
    const UNIT: f32 = HALVED / DRAWS as f32;
    let distance = (!draw >> 1) as i32 as f32;
    let terms = terms(UNIT);
    let mut series = terms[TERMS - 1];
    for &term in terms[..TERMS - 1].iter().rev() {
        series = series * distance + term;
    }
    distance * inverse * series
}
