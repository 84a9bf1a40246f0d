//! Laws of weights.

use alloc::{format, string::String, vec, vec::Vec};

use super::{
    chi_square::real,
    promises::exactly,
    subject::{
        Given, Outcome, Ring, Snapshot, build, digests, enrol, ensure, equal, is_lack_of_room, mixed, order, owners,
        random_digests, show, weight,
    },
};
use crate::{ByDigest, ChangeError, Digest, Kernel, Refusal, Weight};

/// Where weights are not promised, one other than one is refused by its name and nothing changes; where they are, it is taken,
/// told and given back.
///
/// # Errors
/// What was answered instead, or what changed.
pub fn weights_are_taken_as_promised<K: Kernel>(kernel: &K) -> Outcome {
    let members = equal(81, 10);
    let mut ring = build(kernel, &members)?;
    let before = Snapshot::of(&ring)?;
    let (one, three) = (members[4].name(), weight(3));
    ensure!(
        ring.set_weight("nobody", three) == Ok(None),
        "setting the weight of a name that is not there did not answer Ok(None)"
    );
    ensure!(ring.set_weight(&one, Weight::ONE) == Ok(Some(Weight::ONE)), "setting a weight as it is did not answer the old one");
    before.check(&ring, "setting a weight as it is")?;
    if K::PROPERTIES.weighted { takes_weights(ring, &members, &before) } else { refuses_weights(ring, &members, &before) }
}

fn takes_weights<K: Kernel>(mut ring: Ring<K>, members: &[Given], before: &Snapshot) -> Outcome {
    let (name, three) = (members[4].name(), weight(3));
    let answer = ring.set_weight(&name, three);
    ensure!(answer == Ok(Some(Weight::ONE)), "raising a weight from 1 to 3 answered {answer:?}");
    let told = ring.roster().find(&name).map(|member| member.weight);
    ensure!(told == Some(three), "the weight was set to 3, and the roster tells {told:?}");
    let answer = ring.set_weight(&name, Weight::ONE);
    ensure!(answer == Ok(Some(three)), "lowering a weight from 3 to 1 answered {answer:?}");
    before.check_mapping(&ring, "raising a weight and lowering it again")
}

fn refuses_weights<K: Kernel>(mut ring: Ring<K>, members: &[Given], before: &Snapshot) -> Outcome {
    let three = weight(3);
    let refused = |name: &str, position| ChangeError::new(name, position, Refusal::WeightUnsupported { weight: three });
    let answer = ring.set_weight(&members[4].name(), three);
    ensure!(answer == Err(refused(&members[4].name(), 0)), "setting a weight of 3 answered {answer:?}");
    before.check(&ring, "a refused weight")?;
    let answer = ring.add_weighted_consumer("heavy", three, 0);
    ensure!(answer == Err(refused("heavy", 0)), "adding with weight 3 answered {answer:?}");
    before.check(&ring, "a refused weight")?;
    let mut batch = equal(82, 3);
    batch[1].weight = three;
    let answer = enrol(&mut ring, &batch);
    ensure!(answer == Err(refused(&batch[1].name(), 1)), "adding {} answered {answer:?}", show(&batch));
    before.check(&ring, "a batch refused for a weight")
}

/// Multiplying all weights by one number changes no answer and no preference order, so equal weights answer as ones: held where
/// `scale_free` is promised, refuted where weights are but it is not.
///
/// # Errors
/// A digest that is answered otherwise, or that none was found where nothing is promised.
pub fn scale_of_weights_counts_as_promised<K: Kernel>(kernel: &K) -> Outcome {
    if !K::PROPERTIES.weighted {
        return Ok(());
    }
    let digests = digests(83, 4_000);
    for size in [1, 2, 3, 5, 10, 20, 40] {
        for (members, factor) in [(equal(83, size), 2), (equal(83, size), 7), (mixed::<K>(83, size), 3)] {
            let scaled: Vec<Given> =
                members.iter().map(|member| Given { weight: weight(member.weight.get() * factor), ..*member }).collect();
            let one = build(kernel, &members)?;
            let mut other = Ring::with_kernel(kernel.clone());
            match enrol(&mut other, &scaled) {
                Ok(()) => {}
                Err(error) if is_lack_of_room(&error.reason) => continue,
                Err(error) => return Err(format!("{} were refused: {error}", show(&scaled))),
            }
            if let Some(digest) = rescaled(&one, &other, &digests)? {
                let witness =
                    format!("digest {digest:#x} is answered otherwise with all weights times {factor}: {}", show(&members));
                return exactly::<K>("scale_free", K::PROPERTIES.scale_free, Some(witness));
            }
        }
    }
    exactly::<K>("scale_free", K::PROPERTIES.scale_free, None)
}

/// A digest whose owner or preference order is not the same.
fn rescaled<K: Kernel>(one: &Ring<K>, other: &Ring<K>, digests: &[Digest]) -> Result<Option<Digest>, String> {
    let (left, right) = (owners(one, digests)?, owners(other, digests)?);
    let moved = digests.iter().zip(left.iter().zip(&right)).find(|(_, (left, right))| left != right).map(|(digest, _)| *digest);
    if moved.is_some() {
        return Ok(moved);
    }
    for &digest in &digests[..40] {
        if order(one, digest)? != order(other, digest)? {
            return Ok(Some(digest));
        }
    }
    Ok(None)
}

/// Shares follow weights: over 40 sets of twelve names, the mean share of those of weight 1, 2 and 4 is theirs.
///
/// The bound is Student's t of 39 degrees at one in a million from the sets' own spread, and 5 % for algorithms of coarse shares
/// (a table's slots): what it finds is a weight that is ignored, clipped or bent. Shares are the exact ones where the kernel
/// tells them, else counted over 20,000 digests a set.
///
/// # Errors
/// The weight whose consumers get more or less than their share.
pub fn shares_follow_weights<K: Kernel>(kernel: &K) -> Outcome {
    const SETS: u64 = 40;
    const T: f64 = 5.76;
    if !K::PROPERTIES.weighted {
        return Ok(());
    }
    let mut sums = [[0.0; 3]; 40];
    for (set, sums) in (0..SETS).zip(&mut sums) {
        let mut members = equal(100 + set, 12);
        for (i, member) in members.iter_mut().enumerate() {
            member.weight = weight([1, 2, 4][i % 3]);
        }
        let ring = build(kernel, &members)?;
        let shares = match ring.shares() {
            Some(shares) => shares,
            None => counted(&ring, &random_digests(set, 20_000))?,
        };
        for (i, share) in shares.iter().enumerate() {
            sums[i % 3] += share;
        }
    }
    for (class, (weight, due)) in [(1, 1.0 / 7.0), (2, 2.0 / 7.0), (4, 4.0 / 7.0)].into_iter().enumerate() {
        let mean = sums.iter().map(|sums| sums[class]).sum::<f64>() / real(SETS);
        let variance = sums.iter().map(|sums| (sums[class] - mean).powi(2)).sum::<f64>() / real(SETS - 1);
        let bound = 0.05 * due + T * (variance / real(SETS)).sqrt();
        ensure!(
            (mean - due).abs() <= bound,
            "four of twelve consumers have weight {weight}, the others weights 1, 2, 4 alike: they are due {due:.4} of the keys and \
             get {mean:.4} in the mean of {SETS} sets of names, {bound:.4} off at most"
        );
    }
    Ok(())
}

/// Each consumer's part of the digests, in index order.
fn counted<K: Kernel>(ring: &Ring<K>, digests: &[Digest]) -> Result<Vec<f64>, String> {
    let mut counts = vec![0_u64; ring.roster().len()];
    for &digest in digests {
        let owner = ring.locate(digest).ok_or("no answer")?;
        *counts.get_mut(owner.as_usize()).ok_or_else(|| format!("index {owner} is not there"))? += 1;
    }
    Ok(counts.into_iter().map(|count| real(count) / real(digests.len() as u64)).collect())
}

/// Weights from 1 to the greatest there is, side by side, are served with answers for every digest, or refused for want of room
/// with nothing changed; nothing overflows.
///
/// # Errors
/// What was answered instead, or what changed.
pub fn extreme_weights_are_served_or_refused<K: Kernel>(kernel: &K) -> Outcome {
    const ROOM_IN_BYTES: u64 = 32 << 20;
    if !K::PROPERTIES.weighted {
        return Ok(());
    }
    let cases: [&[u32]; 6] =
        [&[u32::MAX], &[1, u32::MAX], &[u32::MAX; 5], &[1, 1 << 31, 3], &[u32::MAX, 1, u32::MAX - 1], &[1, 60_000]];
    for weights in cases {
        let mut members = equal(84, weights.len());
        for (member, &to) in members.iter_mut().zip(weights) {
            member.weight = weight(to);
        }
        let mut ring = Ring::with_kernel(kernel.clone()).with_memory_limit(ROOM_IN_BYTES);
        ring.add_consumer("light", 7)
            .map_err(|error| format!("one consumer was refused within {ROOM_IN_BYTES} bytes: {error}"))?;
        let before = Snapshot::of(&ring)?;
        match enrol(&mut ring, &members) {
            Err(error) if is_lack_of_room(&error.reason) => before.check(&ring, "a refusal of extreme weights")?,
            Err(error) => return Err(format!("{} were refused: {error}", show(&members))),
            Ok(()) => serves(&ring, &members)?,
        }
    }
    Ok(())
}

fn serves<K: Kernel>(ring: &Ring<K>, members: &[Given]) -> Outcome {
    owners(ring, &digests(84, 1_000))?;
    for digest in digests(85, 5) {
        let visits = order(ring, digest)?.len();
        ensure!(visits == members.len() + 1, "a preference order visits {visits} of {} and one more", show(members));
    }
    let shares = ring.shares().unwrap_or_default();
    ensure!(shares.iter().all(|&share| share > 0.0), "a consumer beside {} has no share: {shares:?}", show(members));
    Ok(())
}
