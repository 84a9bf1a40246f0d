//! Shares, differences and fingerprints, on all algorithms.
#![allow(missing_docs)]

use annulus::{ByDigest, ConsistentHashRing, DependsOn, Digest, HashRing, NodeIndex, Ring, SipHash, Weight};
use annulus_router::{Certainty, Difference, Disagreement, Fingerprint, FingerprintError, Generations, Owned};
use common::{Draw, batch, plainly, rings, spec};

mod common;

/// A ring after a random history.
fn grown(mut ring: Box<dyn Ring<u32>>, draw: &mut Draw, steps: u64) -> Box<dyn Ring<u32>> {
    let is_weighted = ring.algorithm() != "jump";
    for _ in 0..steps {
        plainly(&mut ring, &batch(draw, is_weighted));
    }
    ring
}

#[test]
fn between_two_ends_there_is_one_owner() {
    let mut told = 0;
    for (seed, ring) in (0..).zip(rings()) {
        let mut draw = Draw::new(seed);
        let ring = grown(ring, &mut draw, 30);
        let Some(mut ends) = ring.ends() else { continue };
        told += 1;
        assert!(ends.is_sorted_by(|one, next| one < next));
        ends.push(Digest::of_hash(u64::MAX));
        for digest in (0..20_000).map(|_| Digest::of_id(draw.below(u64::MAX))) {
            let end = ends[ends.partition_point(|&end| end < digest)];
            assert_eq!(ring.locate(digest), ring.locate(end), "{digest:?}");
        }
        // Each end is the last digest of its stretch: up to it no other owner.
        for pair in ends.windows(2) {
            assert_eq!(ring.locate(Digest::of_hash(pair[0].bits() + 1)), ring.locate(pair[1]));
        }
    }
    assert_eq!(told, 3, "the ring, Maglev and slots");
}

#[test]
fn differences_are_what_is_counted_and_add_up_to_the_shares() {
    for (seed, ring) in (10..).zip(rings()) {
        let mut draw = Draw::new(seed);
        let before = grown(ring, &mut draw, 20);
        for steps in [1, 2, 10] {
            let after = grown(before.clone(), &mut draw, steps);
            let difference = Difference::between(&before, &after);
            let keys = 1 << 16;
            let sampled = Difference::sampled(&before, &after, keys);
            assert_eq!(sampled.certainty, Certainty::Sampled { keys });
            assert_eq!(difference.certainty == Certainty::Exact, before.ends().is_some());
            // Two samples of which the smaller decides: within 5 standard errors but once in a million times.
            let error = sampled.error().max(1e-4);
            assert!((difference.moved() - sampled.moved()).abs() < 6.0 * error, "{difference}\n{sampled}");
            if let (Some(was), Some(is)) = (before.shares(), after.shares()) {
                for member in before.roster().iter() {
                    let now = after.roster().index_of(member.name).map_or(0.0, |index| is[index.as_usize()]);
                    let gained = difference.received(member.name) - difference.given(member.name);
                    assert!((now - was[member.index.as_usize()] - gained).abs() < 1e-9, "{}", member.name);
                }
            }
            for key in 0..200_u64 {
                let moves = Difference::of_key(&before, &after, key);
                let (from, to) = (before.owner(key).map(|owner| owner.name), after.owner(key).map(|owner| owner.name));
                assert_eq!(moves, (from != to).then_some((from, to)));
                let is_told = difference.flows.iter().any(|flow| (flow.from.as_deref(), flow.to.as_deref()) == (from, to));
                assert!(from == to || is_told || difference.certainty != Certainty::Exact, "{from:?} to {to:?}");
            }
        }
    }
}

#[test]
fn from_and_to_nobody_everything_moves_and_to_the_same_nothing() {
    for ring in rings() {
        let mut full = ring.clone();
        full.extend([("a", 1), ("b", 2)]).unwrap();
        let difference = Difference::between(&ring, &full);
        assert!((difference.moved() - 1.0).abs() < 1e-12);
        assert!(difference.flows.iter().all(|flow| flow.from.is_none() && flow.to.is_some()));
        assert!((Difference::between(&full, &ring).moved() - 1.0).abs() < 1e-12);
        assert!(Difference::between(&full, &full).flows.is_empty());
        assert!(Difference::between(&ring, &ring).flows.is_empty());
    }
}

#[test]
fn rings_of_two_hashers_are_compared_by_keys() {
    let mut one = HashRing::with_hasher(SipHash::with_keys(1, 2));
    one.extend(["a", "b", "c", "d"]).unwrap();
    let other = HashRing::from_consumers(["a", "b", "c", "d"]).unwrap();
    let difference = Difference::between(&one, &other);
    assert!(matches!(difference.certainty, Certainty::Sampled { .. }));
    // Each key has the same owner by chance alone, about once in four times.
    assert!((0.6..0.9).contains(&difference.moved()), "{difference}");
}

#[test]
fn shares_are_what_is_counted() {
    for (seed, ring) in (20..).zip(rings()) {
        let ring = grown(ring, &mut Draw::new(seed), 30);
        let (owned, counted) = (Owned::of(&ring), Owned::sampled(&ring, 1 << 16));
        assert_eq!(owned.certainty == Certainty::Exact, ring.shares().is_some());
        for ((name, share), (_, count)) in owned.iter().zip(counted.iter()) {
            let error = counted.certainty.error(share).max(1e-4);
            assert!((share - count).abs() < 6.0 * error, "{name}: {share}, {count}");
        }
        let all: f64 = owned.iter().map(|(_, share)| share).sum();
        assert!((all - 1.0).abs() < 1e-9);
        assert_eq!(owned.greatest().and_then(|(name, _)| owned.share(name)), owned.greatest().map(|(_, share)| share));
    }
}

#[test]
fn the_same_changes_in_another_order_agree_on_a_million_keys() {
    let names: Vec<String> = (0..30).map(|i| format!("node-{i}")).collect();
    for (entry, empty) in annulus::catalogue().iter().zip(rings()) {
        if entry.properties.depends_on != DependsOn::Set {
            continue;
        }
        let (mut one, mut other) = (empty.clone(), empty);
        one.extend(names.iter().map(|name| (name, 0))).unwrap();
        one.remove_all(&names[..10]);
        other.extend(names[10..].iter().rev().map(|name| (name, 0))).unwrap();
        assert_eq!(Fingerprint::of(&*one).agrees(&Fingerprint::of(&*other)), Ok(()));
        // Indices differ, and names must not.
        let to_other: Vec<_> = one.roster().iter().map(|member| other.roster().index_of(member.name)).collect();
        let mut found = (vec![NodeIndex::default(); 1 << 12], vec![NodeIndex::default(); 1 << 12]);
        for keys in 0..1_000_000_u64.div_ceil(1 << 12) {
            let digests: Vec<_> = (keys << 12..(keys + 1) << 12).map(Digest::of_id).collect();
            one.locate_batch(&digests, &mut found.0);
            other.locate_batch(&digests, &mut found.1);
            assert!(found.0.iter().zip(&found.1).all(|(one, there)| to_other[one.as_usize()] == Some(*there)));
        }
    }
}

#[test]
fn whatever_decides_where_keys_go_shows_in_the_fingerprint() {
    for ring in rings() {
        let mut base = ring.clone();
        base.extend([("a", 1), ("b", 2), ("c", 3)]).unwrap();
        let here = Fingerprint::of(&*base);
        let differs = |other: &dyn Ring<u32>, what: &str| {
            assert_eq!(here.agrees(&Fingerprint::of(other)), Err(Disagreement::Mapping), "{}: {what}", base.algorithm());
        };
        let mut other = base.clone();
        other.extend([("d", 4)]).unwrap();
        differs(&*other, "a member");
        other.remove_consumer("d");
        assert_eq!(here.agrees(&Fingerprint::of(&*other)), Ok(()));
        if base.algorithm() == "jump" {
            other.remove_consumer("a");
            other.extend([("a", 1)]).unwrap();
            differs(&*other, "the order");
        } else {
            other.set_weight("a", Weight::new(2).unwrap()).unwrap();
            differs(&*other, "a weight");
        }
        let name = here.algorithm().to_string();
        let mut other: Box<dyn Ring<u32>> = spec(&name).build_with(SipHash::with_keys(1, 2));
        other.extend([("a", 1), ("b", 2), ("c", 3)]).unwrap();
        differs(&*other, "the hasher's secret");
        let parameter = match &*name {
            "ring" => "ring:points=161",
            "maglev" => "maglev:slots=5009",
            _ => "",
        };
        if let Ok(spec) = parameter.parse::<annulus::Spec>() {
            let mut other: Box<dyn Ring<u32>> = spec.build();
            other.extend([("a", 1), ("b", 2), ("c", 3)]).unwrap();
            differs(&*other, "a parameter");
        }
        assert_eq!(here.agrees(&here.clone().with_state(1)), Err(Disagreement::Mapping));
        assert_ne!(here.clone().with_state(1).with_state(2), here.clone().with_state(2).with_state(1));
    }
    let [one, other] = ["ring", "jump"].map(|name| Fingerprint::of(&*spec(name).build::<u32>()));
    assert!(matches!(one.agrees(&other), Err(Disagreement::Algorithm { .. })));
}

#[test]
fn bytes_of_a_fingerprint_come_back_and_others_are_refused() {
    let sent: Vec<_> = rings().iter().map(|ring| Fingerprint::of(&**ring)).collect();
    for fingerprint in &sent {
        let bytes = fingerprint.to_bytes();
        assert_eq!(bytes.len(), 10 + fingerprint.algorithm().len());
        assert_eq!(Fingerprint::from_bytes(&bytes).as_ref(), Ok(fingerprint));
        for end in 1..bytes.len() {
            assert_eq!(Fingerprint::from_bytes(&bytes[..end]), Err(FingerprintError::Length { found: end }));
        }
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(Fingerprint::from_bytes(&longer), Err(FingerprintError::Length { found: bytes.len() + 1 }));
    }
    assert_eq!(Fingerprint::from_bytes(&[2, 0]), Err(FingerprintError::Format { found: 2 }));
    assert_eq!(Fingerprint::from_bytes(&[]), Err(FingerprintError::Length { found: 0 }));
    let mut draw = Draw::new(3);
    for _ in 0..20_000 {
        let length = draw.below(24);
        let mut bytes: Vec<u8> = (0..length).map(|_| draw.below(256).try_into().unwrap()).collect();
        if let [format, name, ..] = &mut bytes[..] {
            (*format, *name) = (1, *name % 16);
        }
        // What is read is written as it was.
        if let Ok(fingerprint) = Fingerprint::from_bytes(&bytes) {
            assert_eq!(fingerprint.to_bytes(), bytes);
        }
    }
    // Pinned: other releases read these bytes.
    let ring = HashRing::from_consumers(["a", "b"]).unwrap();
    let bytes = Fingerprint::of(&ring).to_bytes();
    assert_eq!((&bytes[..6], bytes[6..].to_vec()), (&b"\x01\x04ring"[..], ring.fingerprint().to_be_bytes().to_vec()));
}

#[test]
fn two_generations_have_each_key_in_one_place_or_two() {
    let members = || (0..12).map(|i| (format!("node-{i}"), i));
    for old in rings() {
        for new in rings() {
            let (mut old, mut new) = (old.clone(), new);
            old.extend(members()).unwrap();
            new.extend(members().skip(2)).unwrap();
            let both = Generations::of(&old, &new);
            let mut agreed = 0;
            for key in 0..2_000_u64 {
                let places = both.places(key);
                assert_eq!(places.owner, new.owner(key));
                match places.fallback {
                    Some(former) => {
                        assert!(old.owner(key) == Some(former) && Some(former.name) != places.owner.map(|owner| owner.name));
                    }
                    None => agreed += 1,
                }
            }
            let cost = both.cost();
            let counted = f64::from(agreed) / 2e3;
            assert!((cost.agreed() - counted).abs() < 6.0 * (cost.agreed() / 2e3).sqrt().max(1e-3), "{cost}");
            assert!(cost.to_string().starts_with(&format!("{:.3} % of all keys stay", 100.0 * cost.agreed())));
            let (name, share) = cost.busiest().unwrap();
            assert!((cost.difference.received(name) - share).abs() < 1e-12);
        }
    }
}
