//! Laws of look-ups: batches, digests at the edges, and the trait behind a pointer.

use alloc::{boxed::Box, format, string::String, vec, vec::Vec};
use core::ops::ControlFlow;

use super::subject::{
    Outcome, Ring, build_if_room, digests, enrol, ensure, memberships, mixed, order, owners, random_digests, show, weight,
};
use crate::{ByDigest, ChangeError, ConsistentHashRing, Digest, Kernel, KeyColumn, Member, NodeIndex, Roster, Weight};

/// Written where a look-up must not write.
const UNTOUCHED: NodeIndex = NodeIndex::new(u32::MAX);

/// A batch answers what single look-ups answer, for every length to 70 and a long one, and touches nothing past its answers.
///
/// # Errors
/// The length and place at which it does not.
pub fn batches_equal_single_lookups<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>([1, 2, 3, 10, 17, 40, 300]) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        let digests = digests(71, 3_000);
        let single: Vec<NodeIndex> = digests.iter().filter_map(|&digest| ring.locate(digest)).collect();
        ensure!(single.len() == digests.len(), "a digest has no owner among {}", show(&members));
        for length in (0..=70).chain([digests.len()]) {
            for room in [length.saturating_sub(1), length, length + 3] {
                let start = if length == digests.len() { 0 } else { length };
                let batch = &digests[start..start + length];
                let mut out = vec![UNTOUCHED; room];
                let answered = ring.locate_batch(batch, &mut out);
                let expected = length.min(room);
                ensure!(answered == expected, "{length} digests into {room} places: {answered} answered, not {expected}");
                let wrong = (0..expected).find(|&i| out[i] != single[start + i]);
                if let Some(wrong) = wrong {
                    return Err(format!(
                        "{length} digests into {room} places: the answer at {wrong} is not that of locate; {}",
                        show(&members)
                    ));
                }
                ensure!(out[expected..].iter().all(|&index| index == UNTOUCHED), "a batch wrote past its {expected} answers");
            }
        }
    }
    Ok(())
}

/// Digests at the edges and in patterns are answered by a consumer that is there, the same one each time.
///
/// # Errors
/// The digest that is not.
pub fn any_digest_is_answered<K: Kernel>(kernel: &K) -> Outcome {
    let bits = (0..64).flat_map(|shift| [1 << shift, (1 << shift) - 1, u64::MAX << shift, !(1 << shift)]);
    let patterns = bits.chain(0..300).chain((0..300).map(|i| u64::MAX - i)).map(Digest::of_hash);
    let patterns: Vec<Digest> = digests(72, 0).into_iter().chain(patterns).collect();
    for members in memberships::<K>((1..=10).chain([16, 31, 32, 33, 40])) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        let first = owners(&ring, &patterns)?;
        ensure!(first == owners(&ring, &patterns)?, "asking twice gave two answers; {}", show(&members));
        for &digest in &patterns[..20] {
            let visits = order(&ring, digest)?.len();
            ensure!(visits == members.len(), "the preference order of digest {digest:#x} visits {visits} of {}", show(&members));
        }
    }
    Ok(())
}

/// Behind `&mut`, `Box` and `dyn`, and with only the required methods, a ring behaves as it does by itself.
///
/// # Errors
/// The first step at which one of them behaves otherwise.
pub fn pointers_behave_as_what_they_point_to<K: Kernel>(kernel: &K) -> Outcome {
    let new = || Ring::with_kernel(kernel.clone());
    let expected = transcript::<K>(&mut new())?;
    let alike = |what: &str, seen: Vec<String>| match expected.iter().zip(&seen).find(|(one, other)| one != other) {
        Some((one, other)) => Err(format!("{what}: {other}, and by itself: {one}")),
        None if expected.len() == seen.len() => Ok(()),
        None => Err(format!("{what}: {} steps, and by itself {}", seen.len(), expected.len())),
    };
    alike("behind &mut", transcript::<K>(&mut &mut new())?)?;
    alike("behind Box", transcript::<K>(&mut Box::new(new()))?)?;
    let mut boxed: Box<dyn ByDigest<ConsumerInfo = u64> + '_> = Box::new(new());
    alike("behind Box<dyn>", transcript::<K>(&mut boxed)?)?;
    alike("behind dyn", transcript::<K>(&mut RequiredOnly(&mut new()) as &mut dyn ByDigest<ConsumerInfo = u64>)?)
}

/// Methods by key, by digest, by column and as an iterator give one answer: for each size, the whole order of a few keys.
///
/// # Errors
/// The key and the method whose answer differs.
pub fn every_way_to_ask_agrees<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>([1, 2, 3, 4, 7, 8, 9, 10, 40, 70, 300]) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        for id in 0..12_u64 {
            one_answer(&ring, &id.to_le_bytes(), members.len())?;
            ensure!(ring.owner(id) == ring.owner(id.to_le_bytes()), "id {id} is not hashed as its eight little-endian bytes");
        }
        let ids: Vec<u8> = (0..2_100_u64).flat_map(u64::to_le_bytes).collect();
        let keys = KeyColumn::of_width(&ids, 8).map_err(|error| format!("{error}"))?;
        let mut out = vec![UNTOUCHED; 2_101];
        let answered = ring.owners_of(&keys, &mut out);
        ensure!(answered == 2_100, "owners_of answered {answered} of 2,100 keys");
        let wrong = (0_u64..).zip(&out[..answered]).find(|&(id, &found)| ring.owner(id).map(|owner| owner.index) != Some(found));
        ensure!(wrong.is_none(), "owners_of and owner differ at id {wrong:?}; {}", show(&members));
        ensure!(out[answered] == UNTOUCHED, "owners_of wrote past its answers");
    }
    Ok(())
}

/// The whole order of a key by [`ByDigest::walk`], against every other way to it.
fn one_answer<K: Kernel>(ring: &Ring<K>, key: &[u8], size: usize) -> Outcome {
    let expected = order(ring, ring.digest(key))?;
    let tags = |found: &mut dyn Iterator<Item = Member<'_, u64>>| found.map(|member| *member.info).collect::<Vec<_>>();
    let mut walked = Vec::new();
    ring.walk_key(key, &mut |member| {
        walked.push(*member.info);
        ControlFlow::Continue(())
    });
    let mut list = ring.candidate_list(key);
    let listed = core::iter::from_fn(|| list.next(ring)).take(12).map(|member| *member.info).collect::<Vec<_>>();
    let mut candidates = ring.candidates(key);
    ensure!(candidates.len() == size, "candidates tells {} and there are {size}", candidates.len());
    for (what, found, of) in [
        ("walk_key", walked, size),
        ("candidates", tags(&mut candidates), size),
        ("candidate_list", listed, size.min(12)),
        ("owner", tags(&mut ring.owner(key).into_iter()), 1),
        ("owner_of", tags(&mut ring.owner_of(key).into_iter()), 1),
        ("find", tags(&mut ring.find(key, |_| true).into_iter()), 1),
    ] {
        ensure!(found == expected[..of], "{what} gave {found:?} for the key {key:?}, and walk {expected:?}");
    }
    ensure!(candidates.next().is_none(), "candidates went on past its end");
    let last = expected.last().copied();
    let found = ring.find(key, |member| Some(*member.info) == last).map(|member| *member.info);
    ensure!(found == last, "find of the last gave {found:?}, and that is {last:?}");
    Ok(())
}

/// What each method of the contract answers, step by step.
fn transcript<K: Kernel>(ring: &mut (impl ByDigest<ConsumerInfo = u64> + ?Sized)) -> Result<Vec<String>, String> {
    let members = mixed::<K>(8, 12);
    let mut log = Vec::new();
    log.push(format!("empty: {:?}", ring.get_consumer("key")));
    log.push(format!("add_consumers: {:?}", enrol(ring, &members[..10])));
    log.push(format!("add_consumer: {:?}", ring.add_consumer(&members[10].name(), members[10].tag)));
    let last = members[11];
    log.push(format!("add_weighted_consumer: {:?}", ring.add_weighted_consumer(&last.name(), last.weight, last.tag)));
    log.push(format!("add_consumer again: {:?}", ring.add_consumer(&last.name(), 0)));
    log.push(format!("set_weight: {:?}", ring.set_weight(&last.name(), Weight::ONE)));
    log.push(format!("set_weight of nobody: {:?}", ring.set_weight("nobody", Weight::ONE)));
    log.push(format!("remove_consumer: {:?}", ring.remove_consumer(&members[3].name())));
    let (one, other, heavy) = (members[5].name(), members[6].name(), weight(3));
    for weights in
        [[(&*one, Weight::ONE), ("nobody", heavy), (&*one, last.weight)], [(&*one, Weight::ONE), (&*other, heavy), ("", heavy)]]
    {
        log.push(format!("set_weights to {weights:?}: {:?}", ring.set_weights(&mut weights.into_iter())));
    }
    let leaving = [&*members[7].name(), "nobody", &*members[0].name(), &*members[7].name()];
    log.push(format!("remove_consumers: {:?}", ring.remove_consumers(&mut leaving.into_iter())));
    if let Some(data) = ring.consumer_mut(&members[5].name()) {
        *data += 1;
    }
    log.push(format!("roster: {:?}", ring.roster().iter().collect::<Vec<_>>()));
    for key in ["", "a", "user:42"] {
        let digest = ring.digest(key.as_bytes());
        log.push(format!("digest of {key:?}: {digest:#x}, locate: {:?}", ring.locate(digest)));
        let mut out = [UNTOUCHED; 5];
        let found = ring.locate_n(digest, &mut out);
        log.push(format!("locate_n: {found} {out:?}"));
        log.push(format!("walk: {:?}", order(&*ring, digest)?));
        log.extend(asked_by_key(ring.as_contract(), key));
        log.extend(asked_by_key(ring.as_contract_mut(), key));
    }
    let column = KeyColumn::new(b"auser:42", &[0, 0, 1, 8]).map_err(|error| format!("{error}"))?;
    let mut out = [UNTOUCHED; 5];
    let answered = ring.owners_of(&column, &mut out);
    log.push(format!("owners_of: {answered} {out:?}"));
    log.push(format!("fingerprint: {:#x}, shares: {:?}", ring.fingerprint(), ring.shares().map(|shares| shares.len())));
    let mut out = [UNTOUCHED; 20];
    let answered = ring.locate_batch(&random_digests(73, 16), &mut out);
    log.push(format!("locate_batch: {answered} {out:?}"));
    Ok(log)
}

/// What the contract answers to a key.
fn asked_by_key(ring: &dyn ConsistentHashRing<ConsumerInfo = u64>, key: &str) -> [String; 4] {
    let bytes = key.as_bytes();
    let (mut walked, mut found) = (Vec::new(), Vec::new());
    ring.walk_key(bytes, &mut |member| {
        walked.push(member.name);
        if walked.len() == 6 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let accepted = ring.find_consumer(bytes, &mut |member| {
        found.push(member.name);
        member.index.get() % 3 == 1
    });
    [
        format!("get_consumer: {:?}, get_consumers: {:?}", ring.get_consumer(key), ring.get_consumers(key, 3)),
        format!("owner_of: {:?}", ring.owner_of(bytes)),
        format!("walk_key: {walked:?}"),
        format!("find_consumer: {accepted:?} after {found:?}"),
    ]
}

/// Hands on the required methods alone, so that the provided ones stand against those that a ring overrides.
struct RequiredOnly<'a, R>(&'a mut R);

impl<R: ConsistentHashRing> ConsistentHashRing for RequiredOnly<'_, R> {
    type ConsumerInfo = R::ConsumerInfo;

    fn remove_consumer(&mut self, name: &str) -> Option<R::ConsumerInfo> {
        self.0.remove_consumer(name)
    }
    fn add_consumers(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, R::ConsumerInfo)>) -> Result<(), ChangeError> {
        self.0.add_consumers(members)
    }
    fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, ChangeError> {
        self.0.set_weight(name, weight)
    }
    fn consumer_mut(&mut self, name: &str) -> Option<&mut R::ConsumerInfo> {
        self.0.consumer_mut(name)
    }
    fn roster(&self) -> &Roster<R::ConsumerInfo> {
        self.0.roster()
    }
    fn walk_key<'r>(&'r self, key: &[u8], visit: &mut dyn FnMut(Member<'r, R::ConsumerInfo>) -> ControlFlow<()>) {
        self.0.walk_key(key, visit);
    }
    fn fingerprint(&self) -> u64 {
        self.0.fingerprint()
    }
    // Its answer is `None` if not overridden.
    fn shares(&self) -> Option<Vec<f64>> {
        self.0.shares()
    }
}

impl<R: ByDigest> ByDigest for RequiredOnly<'_, R> {
    fn digest(&self, key: &[u8]) -> Digest {
        self.0.digest(key)
    }
    fn locate(&self, digest: Digest) -> Option<NodeIndex> {
        self.0.locate(digest)
    }
    fn locate_batch(&self, digests: &[Digest], out: &mut [NodeIndex]) -> usize {
        self.0.locate_batch(digests, out)
    }
    fn walk(&self, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
        self.0.walk(digest, visit);
    }
    fn as_contract(&self) -> &dyn ConsistentHashRing<ConsumerInfo = R::ConsumerInfo> {
        self
    }
    fn as_contract_mut(&mut self) -> &mut dyn ConsistentHashRing<ConsumerInfo = R::ConsumerInfo> {
        self
    }
}
