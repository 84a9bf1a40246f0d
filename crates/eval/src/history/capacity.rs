//! Whole weights from capacities: what a weight of 1 stands for.

use annulus::weigh;
use annulus_core::Weight;

/// What a weight of 1 stands for, and how far the weights are off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// The capacity of a weight of 1.
    pub capacity: f64,
    /// The largest relative error of a weight: 0.01 where it is 1 % above or below its capacity.
    pub worst: f64,
}

/// How many digits behind the point are taken for exact.
const DIGITS: i32 = 9;

/// The tolerance where capacities have no common measure.
const TOLERANCE: f64 = 1e-4;

/// A unit for these capacities, of which those that are 0 have no weight: the greatest that measures all of them exactly; or, where
/// weights would be too large, one that is off by little.
///
/// # Errors
/// Capacities that no weights can stand for.
pub fn unit(capacities: &[f64]) -> Result<Unit, String> {
    let mut some: Vec<f64> = capacities.iter().copied().filter(|&capacity| capacity > 0.0).collect();
    some.sort_by(f64::total_cmp);
    some.dedup();
    let Some(&greatest) = some.last() else { return Ok(Unit { capacity: 1.0, worst: 0.0 }) };
    for scale in (0..=DIGITS).map(|digits| 10_f64.powi(digits)) {
        let Some(whole) = some.iter().map(|&capacity| whole(capacity * scale)).collect::<Option<Vec<u64>>>() else { continue };
        let measure = whole.iter().copied().fold(0, gcd);
        let unit = crate::stats::float(measure) / scale;
        if weight(greatest, unit).is_some() {
            return Ok(Unit { capacity: unit, worst: 0.0 });
        }
    }
    let weighed = weigh(&some, TOLERANCE).map_err(|error| error.to_string())?;
    let most = weighed.weights.last().map_or(1.0, |weight| f64::from(weight.get()));
    Ok(Unit { capacity: greatest / most, worst: weighed.worst })
}

impl Unit {
    /// This unit for these capacities, whatever it measures.
    ///
    /// # Errors
    /// A capacity whose weight would be 0, or too large.
    pub fn given(capacity: f64, capacities: &[f64]) -> Result<Self, String> {
        let mut worst = 0.0_f64;
        for &of in capacities.iter().filter(|&&of| of > 0.0) {
            let weight = weight(of, capacity).ok_or_else(|| {
                format!("a capacity of {of} would have a weight of 0 or above {}; give a unit nearer to the capacities", u32::MAX)
            })?;
            let error = (f64::from(weight.get()) * capacity / of - 1.0).abs();
            worst = if error > 1e-12 { worst.max(error) } else { worst };
        }
        Ok(Self { capacity, worst })
    }

    /// The weight of a capacity; `None` of a drained node.
    #[must_use]
    pub fn weight(&self, capacity: f64) -> Option<Weight> {
        weight(capacity, self.capacity)
    }
}

/// The nearest weight; `None` where that is 0 or too large.
fn weight(capacity: f64, unit: f64) -> Option<Weight> {
    let weight = (capacity / unit).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 2³² − 1")]
    let weight = (0.0..=f64::from(u32::MAX)).contains(&weight).then_some(weight as u32)?;
    Weight::new(weight)
}

/// The whole number that this is, if it is one.
fn whole(value: f64) -> Option<u64> {
    let rounded = value.round();
    // Up to there every whole number is one of these floating-point numbers.
    let is_whole = rounded <= 9_007_199_254_740_992.0 && (value - rounded).abs() <= 1e-12 * rounded && rounded > 0.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 2⁵³")]
    is_whole.then_some(rounded as u64)
}

const fn gcd(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { gcd(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(capacities: &[f64]) -> (Vec<Option<u32>>, Unit) {
        let unit = unit(capacities).unwrap();
        (capacities.iter().map(|&capacity| unit.weight(capacity).map(Weight::get)).collect(), unit)
    }

    #[test]
    fn the_greatest_common_measure_is_the_unit_and_a_drain_has_no_weight() {
        for (capacities, expected, capacity) in [
            (vec![2_000.0, 2_000.0, 0.0], vec![Some(1), Some(1), None], 2_000.0),
            (vec![2_000.0, 3_000.0], vec![Some(2), Some(3)], 1_000.0),
            (vec![1.6, 3.2, 7.68], vec![Some(5), Some(10), Some(24)], 0.32),
            (vec![0.1, 0.7], vec![Some(1), Some(7)], 0.1),
            (vec![4e12, 8e12], vec![Some(1), Some(2)], 4e12),
            (vec![0.0], vec![None], 1.0),
        ] {
            let (found, unit) = weights(&capacities);
            assert_eq!((found, unit.worst), (expected, 0.0), "{capacities:?}");
            assert!((unit.capacity / capacity - 1.0).abs() < 1e-12, "{capacities:?}");
        }
    }

    #[test]
    fn capacities_without_a_common_measure_are_rounded_and_the_error_told() {
        let capacities = [1.0 / 3.0, std::f64::consts::PI, 700.0, 12.3];
        let (found, unit) = weights(&capacities);
        assert!(unit.worst > 0.0 && unit.worst <= TOLERANCE, "{unit:?}");
        for (capacity, weight) in capacities.iter().zip(found) {
            let off = (f64::from(weight.unwrap()) * unit.capacity / capacity - 1.0).abs();
            assert!(off <= unit.worst + 1e-9, "{capacity}: {off}");
        }
        assert!(super::unit(&[1e12, 0.1 + 1.0 / 3.0]).is_err());
    }

    #[test]
    fn a_given_unit_is_kept_and_its_error_told() {
        let unit = Unit::given(1_000.0, &[2_000.0, 1_500.0, 0.0]).unwrap();
        assert_eq!((unit.weight(2_000.0).map(Weight::get), unit.weight(1_400.0).map(Weight::get)), (Some(2), Some(1)));
        assert!((unit.worst - 1.0 / 3.0).abs() < 1e-12);
        assert!(Unit::given(1_000.0, &[400.0]).unwrap_err().contains("a capacity of 400 would have a weight of 0"));
    }
}
