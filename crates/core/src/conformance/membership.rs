//! Laws of who is in: adding, refusing, removing, data.

use alloc::{format, string::String, vec, vec::Vec};
use core::ops::ControlFlow;

use super::subject::{
    Outcome, Ring, Snapshot, build, digests, enrol, ensure, few_sizes, given, go_on, memberships, mixed, name, owners, show, worn,
};
use crate::{
    ByDigest, CandidateList, ChangeError, Cluster, ConsistentHashRing, HashFn, Kernel, KeyColumn, KeyHasher, NodeIndex, Refusal,
    SipHash, Weight,
};

/// A ring without consumers answers nothing, everywhere, when new as when emptied.
///
/// # Errors
/// The call that answered something.
pub fn empty_answers_nothing<K: Kernel>(kernel: &K) -> Outcome {
    let mut ring = Ring::with_kernel(kernel.clone());
    answers_nothing(&ring)?;
    for members in memberships::<K>([1, 3]) {
        enrol(&mut ring, &members).map_err(|error| format!("{} could not be added: {error}", show(&members)))?;
        for member in members {
            ensure!(ring.remove_consumer(&member.name()) == Some(member.tag), "{} was not removed", member.name());
        }
        answers_nothing(&ring)?;
    }
    Ok(())
}

fn answers_nothing<K: Kernel>(ring: &Ring<K>) -> Outcome {
    for digest in digests(1, 30) {
        ensure!(ring.locate(digest).is_none(), "locate({digest:#x}) answered");
        let mut out = [NodeIndex::new(77); 3];
        ensure!(ring.locate_n(digest, &mut out) == 0, "locate_n({digest:#x}) answered");
        ensure!(ring.locate_batch(&[digest; 3], &mut out) == 0, "locate_batch of {digest:#x} answered");
        ensure!(out == [NodeIndex::new(77); 3], "a look-up that answered nothing wrote into `out`");
        let mut visits = 0;
        ring.walk(digest, &mut |_| {
            visits += 1;
            ControlFlow::Break(())
        });
        ensure!(visits == 0, "walk({digest:#x}) visited");
        ensure!(CandidateList::new(digest).next(ring).is_none(), "the candidate list of {digest:#x} gave somebody");
    }
    let keys = KeyColumn::of_width(b"key", 3).map_err(|error| format!("{error}"))?;
    ensure!(ring.owners_of(&keys, &mut [NodeIndex::new(77)]) == 0, "owners_of answered");
    ensure!(ring.owner("key").is_none() && ring.owner_of(b"key").is_none(), "owner or owner_of answered");
    ensure!(ring.find("key", |_| true).is_none(), "find answered");
    ensure!(ring.find_consumer(b"key", &mut |_| true).is_none(), "find_consumer answered");
    ensure!(ring.candidates("key").next().is_none(), "candidates gave somebody");
    ensure!(ring.get_consumer("key").is_none(), "get_consumer answered");
    ensure!(ring.get_consumers("key", usize::MAX).is_empty(), "get_consumers answered");
    ensure!(ring.roster().is_empty() && ring.roster().iter().len() == 0, "the roster is not empty");
    ensure!(ring.shares().is_none_or(|shares| shares.is_empty()), "shares() gives a share to nobody");
    Ok(())
}

/// The only consumer gets every key, whatever its weight.
///
/// # Errors
/// The digest that went elsewhere.
pub fn one_consumer_gets_all<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>([1]) {
        let ring = build(kernel, &members)?;
        let digests = digests(2, 2_000);
        let stray = owners(&ring, &digests)?.iter().zip(&digests).find(|(owner, _)| **owner != members[0].tag).map(|(_, d)| *d);
        if let Some(stray) = stray {
            return Err(format!("digest {stray:#x} did not go to the only consumer, {}", show(&members)));
        }
        ensure!(ring.get_consumer("") == Some(&members[0].tag), "the empty key has no consumer");
    }
    Ok(())
}

/// Every consumer's data comes back as it was given: from look-ups, from the roster, and on removal.
///
/// # Errors
/// The consumer whose data did not.
pub fn data_given_is_data_returned<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>(few_sizes()) {
        let mut ring = build(kernel, &members)?;
        ensure!(given(&ring) == members, "the roster does not list {} as given", show(&members));
        for (i, member) in members.iter().enumerate() {
            let found = ring.roster().find(&member.name()).ok_or_else(|| format!("{} is not in the roster", member.name()))?;
            ensure!(
                (found.name, *found.info, found.weight) == (member.name().as_str(), member.tag, member.weight)
                    && found.index.as_usize() == i,
                "the roster has {found:?} for {} at {i}",
                member.name()
            );
        }
        for key in ["", "a", "user:42"] {
            let by_digest = ring.locate(ring.digest(key.as_bytes())).and_then(|index| ring.roster().info(index));
            ensure!(ring.get_consumer(key) == by_digest, "get_consumer({key:?}) is not the consumer of the key's digest");
        }
        ensure!(ring.remove_consumer("nobody").is_none(), "removing a name that is not there returned data");
        for member in members.iter().rev().step_by(2).chain(members.iter().rev().skip(1).step_by(2)) {
            let returned = ring.remove_consumer(&member.name());
            ensure!(returned == Some(member.tag), "{} was added with {} and returned {returned:?}", member.name(), member.tag);
            ensure!(ring.roster().find(&member.name()).is_none(), "{} is in the roster after its removal", member.name());
        }
        ensure!(ring.roster().is_empty(), "consumers are left after all were removed");
    }
    Ok(())
}

/// A name that is there already is refused, and nothing changes.
///
/// # Errors
/// What was answered instead, or what changed.
pub fn duplicates_are_refused<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>([1, 2, 10]) {
        let mut ring = build(kernel, &members)?;
        let before = Snapshot::of(&ring)?;
        for member in &members {
            let answer = ring.add_consumer(&member.name(), 999);
            let expected = Err(ChangeError::new(member.name(), 0, Refusal::Duplicate));
            ensure!(answer == expected, "adding {} again answered {answer:?}", member.name());
            before.check(&ring, "a refused duplicate")?;
        }
    }
    Ok(())
}

/// Two names with one seed cannot be told apart: the second is refused with the first one's name, and nothing changes.
///
/// # Errors
/// What was answered instead, or what changed.
pub fn seed_collisions_are_refused<K: Kernel>(kernel: &K) -> Outcome {
    let narrow = HashFn(|bytes: &[u8]| SipHash::new().hash(bytes) & 0xffff);
    let (first, second) = colliding_names(&narrow).ok_or("no two of 5,000 names collide in 16 bits")?;
    let mut ring = Cluster::<K, u64, _>::with(kernel.clone(), narrow);
    for (data, name) in ["one", first.as_str(), "two"].into_iter().enumerate() {
        ring.add_consumer(name, data as u64).map_err(|error| format!("{name:?} could not be added: {error}"))?;
    }
    let before = Snapshot::of(&ring)?;
    let answer = ring.add_consumer(&second, 3);
    let expected = Err(ChangeError::new(second.as_str(), 0, Refusal::SeedCollision { with: first.as_str().into() }));
    ensure!(answer == expected, "{second:?} has the seed of {first:?}, and adding it answered {answer:?}");
    before.check(&ring, "a refused collision")?;
    ring.remove_consumer(&first);
    let before = Snapshot::of(&ring)?;
    let mut both = [first.as_str(), second.as_str()].into_iter().map(|name| (name, Weight::ONE, 4));
    let answer = ring.add_consumers(&mut both);
    let expected = Err(ChangeError::new(second.as_str(), 1, Refusal::SeedCollision { with: first.as_str().into() }));
    ensure!(answer == expected, "{first:?} and {second:?} have one seed, and adding both in one call answered {answer:?}");
    before.check(&ring, "a refused collision in one call")
}

fn colliding_names(hasher: &impl KeyHasher) -> Option<(String, String)> {
    let mut seen = vec![None; 1 << 16];
    (0..5_000).map(name).find_map(|name| {
        let place = usize::try_from(hasher.hash(name.as_bytes())).ok()?;
        let earlier: Option<String> = seen[place].replace(name.clone());
        earlier.map(|earlier| (earlier, name))
    })
}

/// Consumers added in one call are added all or none, and the refusal says which was at fault.
///
/// # Errors
/// What was answered instead, or what changed.
pub fn additions_are_all_or_none<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>([1, 2, 10]) {
        let mut ring = build(kernel, &members)?;
        let before = Snapshot::of(&ring)?;
        let newcomers = mixed::<K>(77, 5);
        let faulty = |last| newcomers.iter().copied().chain([last]).collect::<Vec<_>>();
        for twice in [members[0], newcomers[2]] {
            let batch = faulty(twice);
            let answer = enrol(&mut ring, &batch);
            let expected = Err(ChangeError::new(twice.name(), 5, Refusal::Duplicate));
            ensure!(answer == expected, "adding {}, whose last is there already, answered {answer:?}", show(&batch));
            before.check(&ring, "a refused batch")?;
        }
        let answer = enrol(&mut ring, &[]);
        ensure!(answer == Ok(()), "adding nobody answered {answer:?}");
        before.check(&ring, "adding nobody")?;
        enrol(&mut ring, &newcomers).map_err(|error| format!("after refusals, {} were refused: {error}", show(&newcomers)))?;
    }
    Ok(())
}

/// Adding consumers in one call gives what adding them one by one gives, after removals too.
///
/// # Errors
/// What differs.
pub fn a_batch_equals_one_by_one<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>(few_sizes()) {
        for first in [0, 1, members.len() / 2] {
            let before = worn(kernel, &members[..first])?;
            let (mut batch, mut single) = (before.clone(), before);
            enrol(&mut batch, &members[first..]).map_err(|error| format!("{} were refused: {error}", show(&members)))?;
            for member in &members[first..] {
                single
                    .add_weighted_consumer(&member.name(), member.weight, member.tag)
                    .map_err(|error| format!("{} was refused: {error}", member.name()))?;
            }
            Snapshot::of(&single)?
                .check_mapping(&batch, &format!("adding all from the {first}th on in one call, not one by one,"))?;
        }
    }
    Ok(())
}

/// Changing a consumer's data moves no key, and the new data is returned from then on.
///
/// # Errors
/// What moved or was returned.
pub fn new_data_moves_no_key<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>([1, 10]) {
        let mut ring = build(kernel, &members)?;
        let digests = digests(3, 2_000);
        let (before, fingerprint) = (owners(&ring, &digests)?, ring.fingerprint());
        let changed = members[members.len() / 2];
        *ring.consumer_mut(&changed.name()).ok_or_else(|| format!("{} has no data to change", changed.name()))? = 555;
        let expected: Vec<u64> = before.iter().map(|&tag| if tag == changed.tag { 555 } else { tag }).collect();
        ensure!(owners(&ring, &digests)? == expected, "new data for {} moved keys of {}", changed.name(), show(&members));
        ensure!(ring.fingerprint() == fingerprint, "new data for {} changed the fingerprint", changed.name());
        ensure!(ring.consumer_mut("nobody").is_none(), "a name that is not there has data to change");
    }
    Ok(())
}

/// Any string serves as a name and as a key: empty, long, not ASCII, or a consumer's own name.
///
/// # Errors
/// The name that was refused or the key that was not answered.
pub fn any_name_and_key_will_do<K: Kernel>(kernel: &K) -> Outcome {
    let long = "n".repeat(10_000);
    let names = ["", " ", "\0", "a", "A", "b\0", "Zürich", "日本", "10.0.0.1:8080", long.as_str()];
    let mut ring = Ring::with_kernel(kernel.clone());
    for (data, name) in names.into_iter().enumerate() {
        let answer = ring.add_consumer(name, data as u64);
        ensure!(answer == Ok(()), "the name {name:?} was refused: {answer:?}");
    }
    for key in names {
        ensure!(ring.get_consumer(key).is_some(), "the key {key:?} has no consumer");
    }
    for (data, name) in names.into_iter().enumerate() {
        let answer = ring.remove_consumer(name);
        ensure!(answer == Some(data as u64), "removing {name:?} answered {answer:?}");
    }
    Ok(())
}

/// A clone is a ring of its own: changing one leaves the other as it was, and the same changes give the same in both, after removals
/// too.
///
/// # Errors
/// What changed.
pub fn clones_are_independent<K: Kernel>(kernel: &K) -> Outcome {
    let mut ring = worn(kernel, &mixed::<K>(5, 10))?;
    let before = Snapshot::of(&ring)?;
    let mut clone = ring.clone();
    before.check(&clone, "cloning")?;
    go_on(&mut clone)?;
    before.check(&ring, "changing a clone")?;
    go_on(&mut ring)?;
    Snapshot::of(&ring)?.check_mapping(&clone, "changing a clone, not the ring it was made of,")
}
