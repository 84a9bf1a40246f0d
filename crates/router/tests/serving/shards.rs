//! Shuffle shards.

use std::collections::BTreeSet;

use annulus::{ByDigest, ConsistentHashRing, Ring, Weight};
use annulus_router::{Beside, Everyone, Health, NoneUp, Shard, ShardError, State};

use crate::common::{Z, digests, fleet, is_weighted, specs};

fn names(ring: &dyn Ring<u8>, shard: &Shard) -> BTreeSet<String> {
    shard.members().iter().map(|index| ring.roster().get(*index).unwrap().name.to_owned()).collect()
}

#[test]
fn a_shard_changes_by_one_member_with_every_algorithm() {
    for spec in specs() {
        let mut ring = fleet(&spec, 30, 1);
        if is_weighted(&spec) {
            ring.set_weight("server-4", Weight::new(5).unwrap()).unwrap();
        }
        for tenant in digests(1, 200) {
            let shards: Vec<_> = (0..8).map(|size| Shard::of(&*ring, tenant, size)).collect();
            for (size, pair) in shards.windows(2).enumerate() {
                assert_eq!(pair[0].members(), &pair[1].members()[..size], "{spec}: a shard that grows keeps its members");
            }
            assert_eq!(names(&*ring, &shards[7]).len(), 7, "distinct");
        }
        let tenants = digests(2, 300);
        let shards =
            |ring: &dyn Ring<u8>| -> Vec<_> { tenants.iter().map(|tenant| names(ring, &Shard::of(ring, *tenant, 4))).collect() };
        let before = shards(&*ring);
        ring.add_consumer("new", 0).unwrap();
        let larger = shards(&*ring);
        ring.remove_consumer("server-0");
        let smaller = shards(&*ring);
        for ((before, larger), smaller) in before.iter().zip(&larger).zip(&smaller) {
            let joined: Vec<_> = larger.difference(before).collect();
            assert!(joined.is_empty() || joined == ["new"], "{spec}: {before:?} {larger:?}");
            let left: Vec<_> = larger.difference(smaller).collect();
            assert!(left.is_empty() || left == ["server-0"], "{spec}: {larger:?} {smaller:?}");
        }
        assert_ne!(before, larger);
    }
}

#[test]
fn tenants_share_members_as_if_drawn_at_random() {
    // Two sets of 4 of 40: none in common with probability C(36, 4) / C(40, 4).
    let ring = fleet("ring:points=20", 40, 1);
    let shard = |digest| names(&*ring, &Shard::of(&*ring, digest, 4));
    let acme = shard(ring.digest(b"acme"));
    let n = 4_000;
    let apart = digests(3, n).into_iter().filter(|tenant| shard(*tenant).is_disjoint(&acme)).count() as f64;
    let p = (36.0 * 35.0 * 34.0 * 33.0) / (40.0 * 39.0 * 38.0 * 37.0);
    assert!((apart - n as f64 * p).abs() < Z * (n as f64 * p * (1.0 - p)).sqrt(), "{apart} of {n}, expected {p}");
}

#[test]
fn keys_of_a_tenant_are_even_and_skip_who_is_down() {
    for spec in specs() {
        let ring = fleet(&spec, 30, 1);
        let shard = Shard::of(&*ring, digests(4, 1)[0], 5);
        let health = Health::new();
        let view = health.view(&*ring);
        let down = ring.roster().get(shard.members()[2]).unwrap().name;
        let n = 10_000;
        let mut served = [0; 30];
        for digest in digests(5, n) {
            let owner = shard.owner(&*ring, &Everyone, digest).unwrap();
            served[owner.as_usize()] += 1;
            health.set(down, State::Down);
            let instead = shard.owner(&*ring, &view, digest).unwrap();
            health.set(down, State::Up);
            assert!(shard.members().contains(&instead) && instead != shard.members()[2]);
            assert!(owner == instead || owner == shard.members()[2], "{spec}: only its keys move");
        }
        for index in shard.members() {
            let (taken, mean) = (f64::from(served[index.as_usize()]), n as f64 / 5.0);
            assert!((taken - mean).abs() < Z * (mean * 0.8).sqrt(), "{spec}: {taken}");
        }
        health.set_all(shard.members().iter().map(|index| (ring.roster().get(*index).unwrap().name, State::Down)));
        // No consumer of other tenants serves instead.
        let answer = shard.owner(&*ring, &view, digests(5, 1)[0]);
        assert!(matches!(answer, Err(ShardError::NoneUp(NoneUp::Out { tried: 5, .. }))));
    }
}

#[test]
fn a_shard_of_another_membership_says_so() {
    for spec in specs() {
        let ring = fleet(&spec, 12, 1);
        let shard = Shard::of(&*ring, digests(6, 1)[0], 4);
        let answer = |ring: &dyn Ring<u8>| shard.owner(ring, &Everyone, digests(6, 2)[1]);
        assert!(answer(&*ring).is_ok(), "{spec}");
        for i in 0..12 {
            // One leaves; another takes its place.
            let mut changed = ring.clone();
            changed.remove_consumer(&format!("server-{i}"));
            assert_eq!(answer(&*changed), Err(ShardError::Changed), "{spec}");
            changed.add_consumer("new", 0).unwrap();
            let is_as_before = |&index: &annulus::NodeIndex| {
                changed.roster().get(index).map(|member| member.name) == ring.roster().get(index).map(|member| member.name)
            };
            assert_eq!(answer(&*changed).is_ok(), shard.members().iter().all(is_as_before), "{spec}");
        }
        let mut larger = ring.clone();
        larger.add_consumer("new", 0).unwrap();
        assert_eq!(answer(&*larger), Err(ShardError::Changed), "{spec}");
    }
    assert_eq!(ShardError::Changed.to_string().lines().count(), 1);
}
