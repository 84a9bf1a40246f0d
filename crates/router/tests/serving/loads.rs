//! Bounded loads, one thread.

use annulus::{ConsistentHashRing, HashRing, Weight};
use annulus_router::{Available, Beside, Everyone, Except, Health, Loads, NotAdmitted, Only, Share, State};

use crate::{
    common::{digests, fleet, is_weighted, specs},
    simulate::{Numbers, coming_and_going, weighted_fleet},
};

#[test]
fn ten_thousand_consumers_of_weights_one_to_ten_are_never_above_the_cap() {
    // `coming_and_going` checks each admission; the permit's cap is checked here, in whole numbers of its own.
    for (spec, per) in [("ring:points=10", 1), ("ring:points=10", 4)] {
        let ring = weighted_fleet(spec, (0..10_000).map(|i| 1 + i % 10), 1);
        coming_and_going(&*ring, 1.25, per, 5_000, 1).unwrap();
    }
    let ring = weighted_fleet("ring:points=10", (0..10_000).map(|i| 1 + i % 10), 2);
    let weight = u128::from(ring.roster().nodes().total_weight());
    let view = Loads::relative(1.25).unwrap().view(&*ring);
    let mut numbers = Numbers::new(1);
    let mut held = Vec::new();
    for total in 1..=20_000_u128 {
        let permit = view.acquire(&*ring, &Everyone, numbers.digest()).unwrap();
        let own = u128::from(ring.roster().get(permit.index()).unwrap().weight.get());
        assert!(u128::from(view.load(permit.index())) <= (5 * total * own).div_ceil(4 * weight));
        held.push(permit);
    }
    assert_eq!(view.total(), 20_000);
}

#[test]
fn a_factor_of_one_fills_every_consumer_alike_and_nobody_starves() {
    for spec in specs() {
        let ring = fleet(&spec, 20, 1);
        let view = Loads::relative(1.0).unwrap().view(&*ring);
        let held: Vec<_> = digests(1, 200).iter().map(|digest| view.acquire(&*ring, &Everyone, *digest).unwrap()).collect();
        let loads: Vec<u64> = ring.roster().nodes().indices().map(|index| view.load(index)).collect();
        assert_eq!((loads, held.len()), (vec![10; 20], 200), "{spec}");
    }
}

#[test]
fn one_key_alone_spreads_as_far_as_the_cap_asks() {
    for spec in specs() {
        let mut ring = fleet(&spec, 9, 1);
        let heavy = if is_weighted(&spec) { 3 } else { 1 };
        ring.set_weight("server-0", Weight::new(heavy).unwrap()).unwrap();
        let view = Loads::relative(1.25).unwrap().view(&*ring);
        let digest = digests(1, 1)[0];
        let order = crate::common::order(&*ring, digest);
        let weights: Vec<u64> = order.iter().map(|&index| ring.roster().nodes().weight(index).get().into()).collect();
        let mut model = vec![0; order.len()];
        let mut held = Vec::new();
        for total in 1..=900 {
            let cap = |place: usize| (5 * total * weights[place]).div_ceil(4 * weights.iter().sum::<u64>());
            let place = (0..order.len()).find(|&place| model[place] < cap(place)).unwrap();
            model[place] += 1;
            let permit = view.acquire(&*ring, &Everyone, digest).unwrap();
            assert_eq!((permit.index(), permit.tries()), (order[place], place + 1), "{spec}");
            held.push(permit);
        }
    }
}

#[test]
fn counters_survive_changes_of_membership() {
    let mut ring = HashRing::from_consumers(["a", "b"]).unwrap();
    let loads = Loads::fixed(1);
    let digest = ring.digest_of("user:42");
    let view = loads.view(&ring);
    let permit = view.acquire(&ring, &Everyone, digest).unwrap().into_owned();
    let name = permit.name().to_owned();

    ring.remove_consumer(&name);
    ring.extend((0..20).map(|i| format!("server-{i}"))).unwrap();
    let _ = loads.view(&ring);
    ring.remove_all((0..20).map(|i| format!("server-{i}")));
    let _ = loads.view(&ring); // forgets those at rest
    assert_eq!(loads.load(&name), 1);
    ring.add_consumer(&name, ()).unwrap();
    let view = loads.view(&ring);
    let other = view.acquire(&ring, &Everyone, digest).unwrap();
    assert_ne!(other.name(), name, "its old request still counts");
    let full = view.acquire(&ring, &Everyone, digest).unwrap_err();
    assert_eq!(full, NotAdmitted::Full { consumers: 2, total: 0 });
    assert!(full.to_string().starts_with("all 2 consumers that are up are full"));
    drop(permit);
    assert_eq!(view.acquire(&ring, &Everyone, digest).unwrap().name(), name);
}

#[test]
fn a_refused_request_counts_nowhere() {
    for spec in specs() {
        let ring = fleet(&spec, 5, 1);
        let (health, loads) = (Health::new(), Loads::relative(1.25).unwrap());
        let (up, view) = (health.view(&*ring), loads.view(&*ring));
        health.set_all((0..5).map(|i| (format!("server-{i}"), State::Down)));
        for digest in digests(2, 100) {
            assert!(view.acquire(&*ring, &up, digest).is_err() && view.acquire_better(&*ring, &up, digest, None).is_err());
        }
        health.set_all((0..5).map(|i| (format!("server-{i}"), State::Up)));
        // Had the total kept them, the first consumer would take more than one.
        let permit = view.acquire(&*ring, &up, digests(2, 1)[0]).unwrap();
        assert_eq!((permit.total(), permit.cap()), (1, 1));
    }
}

#[test]
fn a_panic_of_the_callers_code_counts_nowhere() {
    struct Panics;
    impl Available for Panics {
        fn admits(&self, _: annulus::NodeIndex, _: annulus::Digest) -> bool {
            panic!("on purpose")
        }
        fn part(&self, _: annulus::NodeIndex) -> u32 {
            annulus_router::WHOLE
        }
    }
    let ring = fleet("rendezvous", 3, 1);
    let view = Loads::locked(1.25).unwrap().view(&*ring);
    let call = || view.acquire(&*ring, &Panics, digests(1, 1)[0]).is_ok();
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).is_err());
    assert_eq!(view.acquire(&*ring, &Everyone, digests(1, 1)[0]).unwrap().total(), 1);
}

#[test]
fn the_better_of_two_uses_the_first_two_that_are_up() {
    for spec in specs() {
        let ring = fleet(&spec, 12, 1);
        let health = Health::new();
        let (up, view) = (health.view(&*ring), Loads::relative(1.25).unwrap().view(&*ring));
        health.set_all((0..6).map(|i| (format!("server-{i}"), State::Down)));
        let mut held = Vec::new();
        for (i, digest) in digests(3, 300).into_iter().enumerate() {
            let order = crate::common::order(&*ring, digest);
            let two: Vec<_> = order.into_iter().filter(|&index| up.state(index) == State::Up).take(2).collect();
            let last = (i % 3 == 0).then(|| ring.roster().get(two[1]).unwrap().name);
            let loads = [view.load(two[0]), view.load(two[1])];
            let permit = view.acquire_better(&*ring, &up, digest, last).unwrap();
            let cap = (5 * (held.len() as u64 + 1)).div_ceil(4 * 6);
            let expected = match last {
                Some(_) if loads[1] + 1 > cap && loads[0] + 2 <= loads[1] => two[0],
                Some(_) => two[1],
                None => two[usize::from(loads[1] < loads[0])],
            };
            assert_eq!(permit.index(), expected, "{spec}");
            held.push(permit);
        }
    }
}

#[test]
fn a_session_stays_where_it_is_until_that_consumer_is_down() {
    for spec in specs() {
        let ring = fleet(&spec, 8, 1);
        let health = Health::new();
        let (up, view) = (health.view(&*ring), Loads::relative(1.25).unwrap().view(&*ring));
        for digest in digests(5, 20) {
            let order = crate::common::order(&*ring, digest);
            let name = |place: usize| ring.roster().get(order[place]).unwrap().name;
            let serves = |last: &str| view.acquire_better(&*ring, &up, digest, Some(last)).map(|permit| permit.index());
            for place in [0, 1, 5] {
                for state in [State::Up, State::Warming(Share::new(0.001).unwrap()), State::Draining] {
                    health.set(name(place), state);
                    assert_eq!(serves(name(place)), Ok(order[place]), "{spec}: {state}");
                }
                health.set(name(place), State::Down);
                assert_ne!(serves(name(place)), Ok(order[place]), "{spec}");
                health.set(name(place), State::Up);
            }
            // All others are down, and it drains.
            health.set_all((0..8).map(|place| (name(place), if place == 3 { State::Draining } else { State::Down })));
            assert_eq!(serves(name(3)), Ok(order[3]));
            assert!(serves("nobody").is_err());
            health.set_all((0..8).map(|place| (name(place), State::Up)));
        }
    }
}

#[test]
fn a_session_that_drains_is_counted_and_a_full_consumer_is_left_for_the_other() {
    let ring = fleet("rendezvous", 2, 1);
    let health = Health::new();
    let (up, view) = (health.view(&*ring), Loads::relative(1.0).unwrap().view(&*ring));
    let [a, b] = ["server-0", "server-1"].map(|name| ring.roster().index_of(name).unwrap());
    let digest = digests(1, 1)[0];
    let mut held: Vec<_> = (0..6).map(|_| view.acquire_at(a, &up)).collect();
    // ⌈1 · total / 2⌉: of the total of 1, and of no later one while the other is empty.
    assert_eq!(held.iter().filter(|permit| permit.is_ok()).count(), 1);
    assert_eq!(held[1].as_ref().err(), Some(&NotAdmitted::Full { consumers: 1, total: 2 }));
    held.extend((0..3).map(|_| Ok(view.count_at(a, &up).unwrap())));
    assert_eq!((view.load(a), view.total()), (4, 4));
    let last = Some("server-0");
    assert_eq!(view.acquire_better(&*ring, &up, digest, last).unwrap().index(), b);
    health.set("server-0", State::Draining);
    assert_eq!(view.acquire_better(&*ring, &up, digest, last).unwrap().index(), a);
    assert_eq!(view.acquire_at(a, &up).unwrap_err(), NotAdmitted::Unavailable { index: a });
    assert_eq!(view.acquire_at(annulus::NodeIndex::new(7), &Everyone).unwrap_err().to_string().lines().count(), 1);
    assert!(view.count_at(annulus::NodeIndex::new(7), &Everyone).is_none());
    drop(held);
    assert_eq!(view.total(), 0);
}

#[test]
fn a_retry_goes_on_to_the_next_that_has_room() {
    for spec in specs() {
        let ring = fleet(&spec, 6, 1);
        let (health, loads) = (Health::new(), Loads::fixed(1));
        let (up, view) = (health.view(&*ring), loads.view(&*ring));
        let order: Vec<_> = ring.candidates("user:42").map(|member| member.index).collect();
        let name = |place: usize| ring.roster().get(order[place]).unwrap().name;
        health.set(name(1), State::Down);
        health.set(name(5), State::Warming(Share::new(0.000_02).unwrap()));
        let full = view.count_at(order[2], &up).unwrap();
        let mut attempts = ring.candidate_list("user:42");
        let mut next = || view.acquire_next(&*ring, &up, &mut attempts).map(|permit| permit.index());
        assert_eq!((next(), next(), next()), (Ok(order[0]), Ok(order[3]), Ok(order[4])), "{spec}");
        // Nobody else takes it: the one that warms up does.
        assert_eq!((next(), next()), (Ok(order[5]), Err(NotAdmitted::Full { consumers: 1, total: 0 })), "{spec}");
        drop(full);
        assert_eq!((next(), next()), (Ok(order[2]), Err(NotAdmitted::Tried { consumers: 5 })), "{spec}");
        health.set(name(1), State::Up);
        assert_eq!(next(), Ok(order[1]), "{spec}");
        assert_eq!(view.total(), 0);
    }
}

#[test]
fn filters_count_the_weight_of_those_they_leave() {
    let ring = weighted_fleet("ring:points=10", (0..30).map(|i| 1 + i % 10), 1);
    let health = Health::new();
    let up = health.view(&*ring);
    health.set("server-4", State::Draining);
    health.set("server-5", State::Warming(Share::new(0.25).unwrap()));
    let nodes = ring.roster().nodes();
    let all: Vec<_> = nodes.indices().collect();
    for left_out in [&all[..0], &[all[3], all[5], all[3], all[4], annulus::NodeIndex::new(99)], &all[..]] {
        let left = |index| !left_out.contains(&index);
        let sum: u64 = all
            .iter()
            .filter(|&&index| left(index))
            .map(|&index| u64::from(nodes.weight(index).get()) * u64::from(up.part(index)))
            .sum();
        assert_eq!((Except::of(&up, left_out).live_weight(nodes), Only::of(&up, left).live_weight(nodes)), (sum, sum));
        // The caps are those of a smaller fleet, so the others take all requests.
        let view = Loads::relative(1.25).unwrap().view(&*ring);
        let admitted = digests(6, 200).into_iter().map(|digest| view.acquire(&*ring, &Except::of(&up, left_out), digest));
        let held: Vec<_> = admitted.collect();
        assert!(held.iter().all(|permit| permit.as_ref().map_or(sum == 0, |permit| left(permit.index()))));
    }
}

#[test]
fn routers_that_count_alone_exceed_the_cap_by_their_number_at_most() {
    const ROUTERS: u64 = 4;
    let ring = fleet("ring:points=20", 20, 1);
    let routers: Vec<_> = (0..ROUTERS).map(|_| Loads::relative(1.25).unwrap().view(&*ring)).collect();
    let mut held = Vec::new();
    for (total, digest) in (1..).zip(digests(4, 2_000)) {
        held.push(routers[digest.bits() as usize % routers.len()].acquire(&*ring, &Everyone, digest).unwrap());
        let index = held[held.len() - 1].index();
        let sum: u64 = routers.iter().map(|view| view.load(index)).sum();
        assert!(sum < (5_u64 * total).div_ceil(4 * 20) + ROUTERS);
    }
}
