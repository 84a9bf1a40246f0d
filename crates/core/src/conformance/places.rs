//! Laws of the places of a preference order: what holds of owners holds of those who come second and third.

use alloc::{vec, vec::Vec};

use super::{
    chi_square::{band, real},
    subject::{Outcome, Ring, build, ensure, equal, random_digests},
};
use crate::{ByDigest, Kernel, NodeIndex};

/// Sets of names, consumers of each, and digests asked of each.
const SETS: u64 = 100;
const CONSUMERS: usize = 10;
const DIGESTS: usize = 2_000;

/// The places looked at: owner, second, third.
const PLACES: usize = 3;

/// How much more uneven a later place may be than the first where the first is uneven by chance of names. Of a ring it is 1.23 at
/// the second place and 1.49 at the third: the arcs of those before it are longer than others.
const LATER: f64 = 2.0;

/// Each place of the preference order is even: over a hundred sets of ten names, the second and the third consumers are each as evenly
/// spread as the owners are. Held to χ² of even shares, at one in a million for each tail, where `uniform` is promised; elsewhere to
/// what the owners' own unevenness allows.
///
/// # Errors
/// The place, and its χ² beside the bounds.
pub fn each_place_of_the_order_is_as_even_as_the_first<K: Kernel>(kernel: &K) -> Outcome {
    let mut sums = [0.0; PLACES];
    for set in 0..SETS {
        let counts = counts(&build(kernel, &equal(500 + set, CONSUMERS))?, set);
        for (sum, counts) in sums.iter_mut().zip(&counts) {
            let expected = real(DIGESTS as u64) / real(CONSUMERS as u64);
            *sum += counts.iter().map(|&count| (real(count) - expected).powi(2) / expected).sum::<f64>();
        }
    }
    let freedom = real(SETS * (CONSUMERS as u64 - 1));
    let (low, high) = band(u32::try_from(SETS).unwrap_or_default() * u32::try_from(CONSUMERS - 1).unwrap_or_default());
    let uneven = (sums[0] / freedom - 1.0).max(0.0);
    let (low, high) = if K::PROPERTIES.uniform { (low, high) } else { (0.0, high * (1.0 + LATER * uneven)) };
    for (place, sum) in (1..).zip(sums) {
        ensure!(
            (low..=high).contains(&sum),
            "over {SETS} sets of {CONSUMERS} names, place {place} of the preference order has χ² = {sum:.0} where {low:.0} to {high:.0} \
             was due, and the first place has {:.0}",
            sums[0]
        );
    }
    Ok(())
}

/// How often each consumer stands at each place.
fn counts<K: Kernel>(ring: &Ring<K>, stream: u64) -> Vec<Vec<u64>> {
    let mut counts = vec![vec![0; CONSUMERS]; PLACES];
    each_order(ring, stream, |first| {
        for (counts, index) in counts.iter_mut().zip(first) {
            counts[index.as_usize()] += 1;
        }
    });
    counts
}

/// The first places of the order of each digest.
fn each_order<K: Kernel>(ring: &Ring<K>, stream: u64, mut see: impl FnMut(&[NodeIndex])) {
    let mut first = [NodeIndex::default(); PLACES];
    for digest in random_digests(600 + stream, DIGESTS) {
        let found = ring.locate_n(digest, &mut first);
        see(&first[..found]);
    }
}

/// For each owner, every other consumer comes second equally often: what a failed consumer leaves is spread over all who stay. Held
/// where `uniform` is promised, by χ² over the ordered pairs of a hundred sets of ten names, at one in a million for each tail.
///
/// # Errors
/// The χ² and its bounds.
pub fn any_other_comes_second_equally_often<K: Kernel>(kernel: &K) -> Outcome {
    if !K::PROPERTIES.uniform {
        return Ok(());
    }
    let mut sum = 0.0;
    for set in 0..SETS {
        let ring = build(kernel, &equal(500 + set, CONSUMERS))?;
        let mut pairs = vec![[0_u64; CONSUMERS]; CONSUMERS];
        each_order(&ring, 100 + set, |first| pairs[first[0].as_usize()][first[1].as_usize()] += 1);
        for (owner, seconds) in pairs.iter().enumerate() {
            let expected = real(seconds.iter().sum()) / real(CONSUMERS as u64 - 1);
            let others = seconds.iter().enumerate().filter(|&(second, _)| second != owner);
            sum += others.map(|(_, &count)| (real(count) - expected).powi(2) / expected).sum::<f64>();
        }
    }
    // For each owner, nine counts of a known sum.
    let freedom = u32::try_from(SETS).unwrap_or_default() * u32::try_from(CONSUMERS * (CONSUMERS - 2)).unwrap_or_default();
    let (low, high) = band(freedom);
    ensure!(
        (low..=high).contains(&sum),
        "over {SETS} sets of {CONSUMERS} names, pairs of owner and second have χ² = {sum:.0}, outside {low:.0} to {high:.0}"
    );
    Ok(())
}
