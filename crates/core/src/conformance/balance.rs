//! Laws of shares: those told are those counted, and even where that is promised. And of the stretches that have one owner.

use alloc::{format, string::String, vec, vec::Vec};

use super::{
    chi_square::{band, real, statistic},
    promises::exactly,
    subject::{Given, Outcome, Ring, build_if_room, ensure, equal, memberships, mixed, random_digests, show},
};
use crate::{ByDigest, Digest, Kernel, NodeIndex};

/// Random digests against even shares: over a million.
const MANY: usize = 1 << 20;

/// Random digests against the shares that a kernel tells.
const FEWER: usize = 1 << 18;

/// Where `shares` tells shares, there is one for each consumer, above zero, they add up to one, and random digests are counted in
/// these proportions (χ², one in a million for each tail).
///
/// # Errors
/// The membership and the figure that is off.
pub fn shares_told_are_shares_counted<K: Kernel>(kernel: &K) -> Outcome {
    for (stream, members) in (200..).zip(memberships::<K>([1, 2, 3, 10, 40, 100])) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        let Some(shares) = ring.shares() else { continue };
        ensure!(shares.len() == members.len(), "shares() tells {} shares of {}", shares.len(), show(&members));
        let least = shares.iter().copied().fold(f64::INFINITY, f64::min);
        ensure!(least > 0.0, "a consumer's share is {least} among {}", show(&members));
        let sum: f64 = shares.iter().sum();
        ensure!((sum - 1.0).abs() < 1e-9, "the shares of {} add up to {sum}", show(&members));
        if let Some(what) = imbalance(&ring, &shares, stream, FEWER)? {
            return Err(format!("{what} of the shares that shares() tells; {}", show(&members)));
        }
    }
    Ok(())
}

/// Where `ends` tells the digests at which the owner may change, they ascend, and each random digest has the owner of the next
/// end, or past the last end that of the greatest digest.
///
/// # Errors
/// The membership and the digest that has another owner.
pub fn between_two_ends_told_is_one_owner<K: Kernel>(kernel: &K) -> Outcome {
    for (stream, members) in (250..).zip(memberships::<K>([1, 2, 3, 10, 40])) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        let Some(ends) = ring.ends() else { continue };
        ensure!(ends.is_sorted_by(|one, next| one < next), "ends() does not ascend for {}", show(&members));
        for digest in random_digests(stream, 1 << 14) {
            let end = ends.get(ends.partition_point(|&end| end < digest)).copied().unwrap_or(Digest::of_hash(u64::MAX));
            let (found, told) = (ring.locate(digest), ring.locate(end));
            ensure!(found == told, "{digest:?} has another owner than the next of ends(), {end:?}; {}", show(&members));
        }
    }
    Ok(())
}

/// Every consumer's share is its part of the weights, whatever the names: held where `uniform` is promised, refuted where it is
/// not.
///
/// It is held to by over a million random digests for several memberships (χ², one in a million for each tail), and by the exact
/// shares where the kernel tells them. An unevenness too small for that (a standard deviation of shares below about a third of a
/// percent) needs `shares` to be told apart from `uniform`.
///
/// # Errors
/// The membership that is served unevenly, or that none was found where nothing is promised.
pub fn shares_are_even_as_promised<K: Kernel>(kernel: &K) -> Outcome {
    let mut memberships = vec![equal(91, 10), equal(92, 100), equal(93, 10)];
    if K::PROPERTIES.weighted {
        memberships.push(mixed::<K>(94, 10));
    }
    let mut witness = None;
    for (stream, members) in (300..).zip(memberships) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        witness = unevenness(&ring, &members, stream)?;
        if witness.is_some() {
            break;
        }
    }
    exactly::<K>("uniform", K::PROPERTIES.uniform, witness)
}

fn unevenness<K: Kernel>(ring: &Ring<K>, members: &[Given], stream: u64) -> Result<Option<String>, String> {
    let total = real(members.iter().map(|member| u64::from(member.weight.get())).sum());
    let due: Vec<f64> = members.iter().map(|member| f64::from(member.weight.get()) / total).collect();
    let told = ring.shares().unwrap_or_default();
    if let Some((told, due)) = told.iter().zip(&due).find(|(told, due)| (*told - *due).abs() > 1e-9) {
        return Ok(Some(format!("shares() tells a consumer {told} where {due} is due; {}", show(members))));
    }
    let found = imbalance(ring, &due, stream, MANY)?;
    Ok(found.map(|what| format!("{what} of what the weights are due; {}", show(members))))
}

/// Counts random digests and compares them with `shares`.
fn imbalance<K: Kernel>(ring: &Ring<K>, shares: &[f64], stream: u64, digests: usize) -> Result<Option<String>, String> {
    let mut counts = vec![0_u64; shares.len()];
    let mut out = vec![NodeIndex::default(); 4096];
    for chunk in random_digests(stream, digests).chunks(out.len()) {
        let answered = ring.locate_batch(chunk, &mut out);
        ensure!(answered == chunk.len(), "{answered} of {} digests were answered", chunk.len());
        for index in &out[..answered] {
            *counts.get_mut(index.as_usize()).ok_or_else(|| format!("the answer was index {index}"))? += 1;
        }
    }
    let (found, freedom) = statistic(&counts, shares);
    let (low, high) = band(freedom);
    Ok((found < low || found > high).then(|| {
        let (least, most) = counts.iter().fold((u64::MAX, 0), |(least, most), &count| (least.min(count), most.max(count)));
        format!(
            "{digests} random digests gave consumers between {least} and {most}, which is χ² = {found:.2} with {freedom} degrees of \
             freedom, outside {low:.2} to {high:.2},"
        )
    }))
}
