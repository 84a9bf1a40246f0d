//! Weights from capacities: disk in terabytes, memory, cores, requests a second.

use alloc::vec::Vec;
use core::{error::Error, fmt};

use annulus_core::Weight;

/// The most roundings to try in the search for the smallest weights. If none fits, larger weights are used that are certain to fit.
const TRIED: usize = 50_000_000;

/// Weights, and how much they differ from the capacities.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Weighed {
    /// One weight per capacity, in the same order.
    pub weights: Vec<Weight>,
    /// The largest relative error of a weight: `0.01` if it is 1 % above or below its capacity's exact share.
    pub worst: f64,
    /// The position of the capacity with that error.
    pub worst_at: usize,
}

/// The smallest weights that are proportional to the capacities, each to within `tolerance` (`0.01` for 1 %).
///
/// Capacities may be in any unit, if all have the same one: terabytes, bytes, cores. Small weights matter for a ring, where each unit of
/// weight takes memory. Rendezvous hashing and Maglev work with weights of any size.
///
/// ```
/// use annulus::weigh;
///
/// let disks = weigh(&[1.6, 3.2, 3.2, 7.68], 0.01)?; // terabytes
/// assert_eq!(disks.weights.iter().map(|weight| weight.get()).collect::<Vec<_>>(), [5, 10, 10, 24]);
/// assert_eq!(disks.worst, 0.0);
///
/// let roughly = weigh(&[1.6, 3.2, 3.2, 7.68], 0.05)?;
/// assert_eq!(roughly.weights.iter().map(|weight| weight.get()).collect::<Vec<_>>(), [1, 2, 2, 5]);
/// assert!(roughly.worst < 0.05); // the first two get 4 % less than they should
/// # Ok::<(), annulus::CapacityError>(())
/// ```
///
/// The tolerance applies to the weights. How closely shares follow the weights depends on the algorithm: a ring with 160 points per unit
/// follows them to a few per cent.
///
/// Weights are computed for all capacities together. After a capacity is added or changed, call `weigh` with all of them again. If the
/// greatest weight has changed, all weights change, and keys move between consumers that did not change. To avoid that, use a fixed unit
/// instead: for example, weights in gigabytes with `RingKernel::with_points_per(160, 1_000)`.
///
/// # Errors
/// [`CapacityError`] if a capacity or the tolerance is not a positive number, or if the
/// capacities differ so much that weights above 2³² − 1 would be needed.
pub fn weigh(capacities: &[f64], tolerance: f64) -> Result<Weighed, CapacityError> {
    if let Some(position) = capacities.iter().position(|capacity| !(capacity.is_finite() && *capacity > 0.0)) {
        return Err(CapacityError { position, capacity: capacities[position], problem: Problem::NotPositive });
    }
    if !(tolerance.is_finite() && tolerance > 0.0) {
        return Err(CapacityError { position: 0, capacity: tolerance, problem: Problem::Tolerance });
    }
    let (mut least, mut greatest) = (0, 0);
    for (position, capacity) in capacities.iter().enumerate() {
        if *capacity < capacities[least] {
            least = position;
        }
        if *capacity > capacities[greatest] {
            greatest = position;
        }
    }
    let Some((&small, &large)) = capacities.get(least).zip(capacities.get(greatest)) else {
        return Ok(Weighed { weights: Vec::new(), worst: 0.0, worst_at: 0 });
    };
    // With this greatest weight, the least weight is at least 0.5 / tolerance, so rounding by half a unit stays within it.
    let enough = large / small * (0.5 / tolerance).max(1.0);
    if enough >= f64::from(u32::MAX) {
        return Err(CapacityError { position: least, capacity: small, problem: Problem::TooSmall { greatest: large } });
    }
    let enough = rounded(enough) + 1;
    let tries = u32::try_from(TRIED / capacities.len()).unwrap_or(u32::MAX).min(enough);
    let fits = |weight: &u32| rounding(capacities, large, *weight).is_some_and(|(worst, _)| worst <= tolerance);
    let weight = (1..=tries).find(fits).unwrap_or(enough);
    let weights = capacities.iter().filter_map(|&capacity| Weight::new(share(capacity, large, weight))).collect();
    let (worst, worst_at) = rounding(capacities, large, weight).unwrap_or_default();
    Ok(Weighed { weights, worst, worst_at })
}

/// The weight of `capacity` if the greatest capacity has weight `weight`.
fn share(capacity: f64, greatest: f64, weight: u32) -> u32 {
    rounded(capacity / greatest * f64::from(weight))
}

/// The nearest whole number; halves are rounded up.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 2³² − 1")]
const fn rounded(number: f64) -> u32 {
    (number + 0.5) as u32
}

/// The largest relative error of the weights, and its position; `None` if a weight would be zero.
fn rounding(capacities: &[f64], greatest: f64, weight: u32) -> Option<(f64, usize)> {
    let mut worst = (0.0, 0);
    for (position, &capacity) in capacities.iter().enumerate() {
        let (due, given) = (capacity / greatest * f64::from(weight), share(capacity, greatest, weight));
        if given == 0 {
            return None;
        }
        let error = (f64::from(given) / due - 1.0).abs();
        // Ignore floating-point noise in an exact ratio.
        if error > worst.0 && error > 1e-12 {
            worst = (error, position);
        }
    }
    Some(worst)
}

/// Why no weights could be computed.
#[derive(Clone, Debug, PartialEq)]
pub struct CapacityError {
    position: usize,
    capacity: f64,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq)]
enum Problem {
    NotPositive,
    Tolerance,
    TooSmall { greatest: f64 },
}

impl CapacityError {
    /// The position of the capacity at fault, counted from zero.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }
}

impl fmt::Display for CapacityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, capacity, problem } = self;
        match problem {
            Problem::NotPositive => write!(f, "the capacity at position {position} is {capacity}; give a number above 0"),
            Problem::Tolerance => write!(f, "the tolerance is {capacity}; give a number above 0, as 0.01 for 1 %"),
            Problem::TooSmall { greatest } => write!(
                f,
                "the capacity at position {position}, {capacity}, is too small beside the greatest, {greatest}, for this tolerance; \
                 allow a greater one, or leave it out"
            ),
        }
    }
}

impl Error for CapacityError {}

#[cfg(test)]
mod tests {
    use alloc::{format, vec};

    use super::*;

    #[test]
    fn ratios_are_kept_within_the_tolerance_by_the_smallest_weights() {
        for (capacities, tolerance, expected) in [
            (vec![1.0, 2.0, 3.0], 1e-9, vec![1, 2, 3]),
            (vec![4e12, 8e12], 0.001, vec![1, 2]),
            (vec![0.5, 0.5, 0.5], 0.5, vec![1, 1, 1]),
            (vec![480.0, 960.0, 1_920.0, 3_840.0], 1e-9, vec![1, 2, 4, 8]),
            (vec![1.0, 3.5], 1e-9, vec![2, 7]),
        ] {
            let weighed = weigh(&capacities, tolerance).unwrap();
            assert_eq!(weighed.weights.iter().map(|weight| weight.get()).collect::<Vec<_>>(), expected, "{capacities:?}");
        }
    }

    #[test]
    fn the_error_told_is_the_error_made() {
        for set in 0..200_u64 {
            let capacity = |i: u64| 1.0 + f64::from(u32::try_from(annulus_core::mix(set, i) >> 44).unwrap()) / 1_000.0;
            let capacities: Vec<f64> = (0..20).map(capacity).collect();
            for tolerance in [0.2, 0.01, 0.001] {
                let weighed = weigh(&capacities, tolerance).unwrap();
                let greatest = capacities.iter().copied().fold(0.0, f64::max);
                let at_most = weighed.weights.iter().map(|weight| weight.get()).max().unwrap();
                let errors: Vec<f64> = capacities
                    .iter()
                    .zip(&weighed.weights)
                    .map(|(capacity, weight)| (f64::from(weight.get()) * greatest / f64::from(at_most) / capacity - 1.0).abs())
                    .collect();
                let worst = errors.iter().copied().fold(0.0, f64::max);
                assert!((weighed.worst - worst).abs() < 1e-9 && worst <= tolerance, "{worst} of {tolerance}");
                assert!((errors[weighed.worst_at] - worst).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn many_capacities_are_weighed_without_trying_every_weight() {
        let capacities: Vec<f64> = (0..100_000_u32).map(|i| 1.0 + f64::from(i) * 1e-4).collect();
        let weighed = weigh(&capacities, 1e-6).unwrap();
        assert!(weighed.weights.len() == 100_000 && weighed.worst <= 1e-6);
    }

    #[test]
    fn what_cannot_be_weighed_is_named() {
        for (capacities, tolerance, says) in [
            (vec![1.0, 0.0], 0.01, "the capacity at position 1 is 0; give a number above 0"),
            (vec![f64::NAN], 0.01, "the capacity at position 0 is NaN"),
            (vec![1.0, -4.0], 0.01, "the capacity at position 1 is -4"),
            (vec![1.0, f64::INFINITY], 0.01, "the capacity at position 1 is inf"),
            (vec![1.0], 0.0, "the tolerance is 0; give a number above 0, as 0.01 for 1 %"),
            (vec![1e12, 1.0], 0.01, "the capacity at position 1, 1, is too small beside the greatest, 1000000000000"),
        ] {
            let error = weigh(&capacities, tolerance).unwrap_err();
            assert!(format!("{error}").starts_with(says), "{error}");
        }
        assert!(weigh(&[], 0.01).unwrap().weights.is_empty());
    }
}
