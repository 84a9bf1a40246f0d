//! Replicas in zones. The definition itself is checked by the histories.

use annulus::{ConsistentHashRing, NodeIndex};
use annulus_router::{Beside, Everyone, Health, Share, State, Zones};

use crate::common::{digests, fleet, is_minimal, specs};

#[test]
fn a_consumer_that_leaves_or_fails_changes_one_replica_of_the_keys_that_it_had() {
    for spec in specs().into_iter().filter(|spec| is_minimal(spec)) {
        for (zones, wanted) in [(5, 3), (3, 3), (3, 4), (2, 5)] {
            let mut ring = fleet(&spec, 20, zones);
            let by = Zones::by(|zone: &u8| *zone);
            let health = Health::new();
            let names = |ring: &dyn annulus::Ring<u8>, up: &annulus_router::HealthView| -> Vec<Vec<String>> {
                let view = by.view(ring);
                let name = |index: &NodeIndex| ring.roster().get(*index).unwrap().name.to_owned();
                let replicas = |digest| {
                    let mut found = vec![NodeIndex::default(); wanted];
                    assert_eq!(view.replicas(ring, up, digest, &mut found).replicas, wanted);
                    found.iter().map(name).collect()
                };
                digests(1, 300).into_iter().map(replicas).collect()
            };
            let before = names(&*ring, &health.view(&*ring));
            health.set("server-7", State::Down);
            let failed = names(&*ring, &health.view(&*ring));
            ring.remove_consumer("server-7");
            let left = names(&*ring, &health.view(&*ring));
            assert_eq!(failed, left, "{spec}: to fail is to leave");
            let mut changed = 0;
            for (before, after) in before.iter().zip(&left) {
                let lost: Vec<_> = before.iter().filter(|name| !after.contains(name)).collect();
                assert!(lost.is_empty() || lost == ["server-7"], "{spec}: {before:?} {after:?}");
                assert_eq!(before.contains(&"server-7".to_owned()), lost.len() == 1);
                changed += lost.len();
            }
            assert!(changed > 0);
        }
    }
}

#[test]
fn a_zone_that_is_down_costs_no_search_for_it() {
    // 2,000 consumers, and one zone of three is down: a walk to the end would take a hundred times as long.
    let ring = fleet("rendezvous", 2_000, 3);
    let (health, view) = (Health::new(), Zones::by(|zone: &u8| *zone).view(&*ring));
    let up = health.view(&*ring);
    health.set_all((0..2_000).filter(|i| i % 3 == 1).map(|i| (format!("server-{i}"), State::Down)));
    let mut found = [NodeIndex::default(); 3];
    for digest in digests(2, 50) {
        let counted = Counting(&up, std::cell::Cell::new(0));
        let placed = view.replicas(&*ring, &counted, digest, &mut found);
        assert_eq!((placed.replicas, placed.zones), (3, 2));
        assert!(counted.1.get() < 2_000 / 3 + 150, "{} questions", counted.1.get());
    }
}

#[test]
fn a_fleet_that_warms_up_as_a_whole_still_holds_all_replicas() {
    for spec in specs() {
        let ring = fleet(&spec, 6, 3);
        let (health, view) = (Health::new(), Zones::by(|zone: &u8| *zone).at_most(1).view(&*ring));
        let up = health.view(&*ring);
        health.set_all((0..6).map(|i| (format!("server-{i}"), State::Warming(Share::new(0.001).unwrap()))));
        health.set("server-0", State::Up);
        for digest in digests(4, 50) {
            let mut found = [NodeIndex::default(); 3];
            let placed = view.replicas(&*ring, &up, digest, &mut found);
            assert_eq!((placed.replicas, placed.zones, placed.is_short()), (3, 3, false), "{spec}");
            assert_eq!(ring.roster().get(found[0]).unwrap().name, "server-0", "{spec}");
        }
    }
}

#[test]
fn a_limit_of_none_places_none_and_says_so() {
    let ring = fleet("rendezvous", 4, 2);
    let view = Zones::by(|zone: &u8| *zone).at_most(0).view(&*ring);
    let mut found = [NodeIndex::default(); 2];
    let placed = view.replicas(&*ring, &Everyone, digests(5, 1)[0], &mut found);
    assert_eq!((placed.replicas, placed.zones, placed.is_short(), placed.of(&found).len()), (0, 0, true, 0));
}

/// Counts the questions.
struct Counting<'a>(&'a annulus_router::HealthView, std::cell::Cell<usize>);

impl annulus_router::Available for Counting<'_> {
    fn admits(&self, index: NodeIndex, digest: annulus::Digest) -> bool {
        self.1.set(self.1.get() + 1);
        self.0.admits(index, digest)
    }
    fn part(&self, index: NodeIndex) -> u32 {
        self.0.part(index)
    }
}

#[test]
fn one_zone_and_a_zone_for_each_consumer_are_the_plain_order() {
    for spec in specs() {
        for zones in [1, 12] {
            let ring = fleet(&spec, 12, zones);
            let view = Zones::by(|zone: &u8| *zone).view(&*ring);
            assert_eq!(view.zones(), zones);
            for digest in digests(3, 20) {
                let mut found = [NodeIndex::default(); 4];
                let placed = view.replicas(&*ring, &Everyone, digest, &mut found);
                assert_eq!((placed.replicas, placed.zones, placed.is_short()), (4, zones.min(4), false));
                assert_eq!(found, crate::common::order(&*ring, digest)[..4], "{spec}");
            }
        }
    }
}
