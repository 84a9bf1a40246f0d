//! The advice in an error when a ring would exceed the memory limit.

use alloc::{format, string::String};
use core::fmt;

use annulus_core::{Census, DEFAULT_MEMORY_LIMIT, Weight};

use crate::points::Points;

/// The fewest points of the lightest consumer that the advice may lead to. With fewer, shares would spread by a third or more.
const WORTH: u64 = 10;

/// Advice on parameters that would fit. There are two ways: count the points per least weight instead of per `unit`, or use fewer
/// points per `unit`. The advice gives those that help, or is `None` if neither does.
///
/// Too many points usually come from weights in small units (gigabytes, where the lightest consumer has thousands), so most users
/// need the first way. Both change where keys go, so every router must use the same parameters. `bytes` predicts the memory of a
/// ring of these members.
pub(crate) fn remedy(points: Points, census: &Census, limit: u64, bytes: impl Fn(Points) -> u64) -> Option<String> {
    let least = census.least_weight()?.get();
    let coarse = Points { unit: least, ..points };
    let coarse = Some(coarse).filter(|coarse| coarse.unit > points.unit && bytes(*coarse) <= limit);
    let fewer = fewest_below(points.points, |count| bytes(Points { points: count, ..points }) <= limit)
        .map(|count| Points { points: count, ..points })
        .filter(|fewer| fewer.count(Weight::new(least).unwrap_or_default()) >= WORTH);
    let coarse = coarse.map(|coarse| {
        format!("use {}, which takes the least weight as the unit of points and needs {} bytes", call(coarse), bytes(coarse))
    });
    let fewer =
        fewer.map(|fewer| format!("use at most {}{}", call(fewer), Spread(fewer.count(Weight::new(least).unwrap_or_default()))));
    let both = match (coarse, fewer) {
        (Some(coarse), Some(fewer)) => format!("{coarse}, or {fewer}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return None,
    };
    Some(format!("{both}, the same on every router"))
}

/// Advice for a consumer too light to get a point: give its weight as many points as `unit` has now.
pub(crate) fn finer(points: Points, weight: Weight, bytes: impl Fn(Points) -> u64) -> String {
    let finer = Points { unit: weight.get(), ..points };
    let bytes = bytes(finer);
    let room = if bytes > DEFAULT_MEMORY_LIMIT { format!(", with {bytes} bytes by `with_memory_limit`") } else { String::new() };
    format!("use {}{room}, the same on every router", call(finer))
}

/// Points as written in a configuration and as a call.
fn call(points: Points) -> String {
    match points.unit {
        1 => format!("{points} (`RingKernel::with_points({})`)", points.points),
        unit => format!("{points} (`RingKernel::with_points_per({}, {unit})`)", points.points),
    }
}

/// A note on the spread of shares at this many points, 1/√points; empty up to the default's 8 %.
struct Spread(u64);

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (10_000 / self.0.max(1)).isqrt() {
            0..=8 => Ok(()),
            percent => write!(f, " (the least shares then spread by about {percent} %)"),
        }
    }
}

/// The greatest number in `1..bound` that fits. If a number fits, all smaller ones must.
fn fewest_below(bound: u32, fits: impl Fn(u32) -> bool) -> Option<u32> {
    let (mut low, mut high) = (0, bound);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if fits(middle) { low = middle } else { high = middle }
    }
    (low > 0).then_some(low)
}

#[cfg(test)]
mod tests {
    use annulus_core::Kernel;

    use super::*;
    use crate::kernel::{RingKernel, fresh_bytes};

    fn said(points: u32, weights: &[u32], limit: u64) -> Option<String> {
        let census = weights.iter().copied().filter_map(Weight::new).collect();
        remedy(Points { points, unit: 1, mask: u64::MAX }, &census, limit, fresh_bytes(&census))
    }

    #[test]
    fn weights_in_gigabytes_are_to_be_units_of_the_least() {
        let said = said(160, &[16_000; 100], 256_000_000).unwrap();
        let bytes = RingKernel::with_points(160).unwrap().heap_bytes(&[Weight::ONE; 100].into_iter().collect());
        let expected = format!(
            "use points=160/16000 (`RingKernel::with_points_per(160, 16000)`), which takes the least weight as the unit of points and \
             needs {bytes} bytes, or use at most points=8 (`RingKernel::with_points(8)`), the same on every router"
        );
        assert_eq!(said, expected);
    }

    #[test]
    fn what_is_told_fits_and_one_point_more_does_not() {
        let census: Census = [3, 5, 900].into_iter().filter_map(Weight::new).collect();
        let points = Points { points: 1_000, unit: 1, mask: u64::MAX };
        let told = remedy(points, &census, 100_000, fresh_bytes(&census)).unwrap();
        let most: u32 = told.rsplit_once("at most points=").unwrap().1.split_once(' ').unwrap().0.parse().unwrap();
        let bytes = |points| RingKernel::with_points(points).unwrap().heap_bytes(&census);
        assert!(bytes(most) <= 100_000 && bytes(most + 1) > 100_000, "{told}");
    }

    #[test]
    fn nothing_is_advised_where_nothing_would_do() {
        assert_eq!(said(160, &[1; 1_000], 1_000), None, "a point for each is too much");
        assert_eq!(said(1, &[u32::MAX, 1], 1_000), None, "the least has one point already");
        let fewer = said(160, &[1; 100], 20_000).unwrap();
        assert!(fewer.starts_with("use at most points="), "equal ones have no coarser unit: {fewer}");
        assert!(fewer.contains(" (the least shares then spread by about 2"), "{fewer}");
    }
}
