//! What warms up, drains or is down.

use annulus::{ByDigest, ConsistentHashRing, Rendezvous};
use annulus_router::{Available, Beside, Everyone, Health, Loads, NoneUp, Share, State, Zones, first_tier};

use crate::common::{Z, digests, fleet, order, specs};

#[test]
fn a_warming_consumer_takes_its_share_of_its_own_keys_and_keeps_them_while_it_grows() {
    for spec in specs() {
        let ring = fleet(&spec, 10, 1);
        let health = Health::new();
        let view = health.view(&*ring);
        let digests = digests(1, 30_000);
        let own: Vec<_> = digests.iter().filter(|digest| ring.locate(**digest) == ring.roster().index_of("server-3")).collect();
        let mut kept = vec![false; own.len()];
        for share in [0.001, 0.1, 0.25, 0.5, 0.9, 0.999] {
            health.set("server-3", State::Warming(Share::new(share).unwrap()));
            for (digest, kept) in own.iter().zip(&mut kept) {
                let owner = view.owner(&*ring, **digest).unwrap();
                let order = order(&*ring, **digest);
                assert!(owner == order[0] || owner == order[1], "{spec}: the next in the order serves");
                assert!(owner == order[0] || !*kept, "{spec}: a key that was there has left at {share}");
                *kept = owner == order[0];
            }
            let (taken, n) = (kept.iter().filter(|kept| **kept).count() as f64, own.len() as f64);
            let spread = (n * share * (1.0 - share)).sqrt();
            assert!((taken - n * share).abs() < Z * spread + 1.0, "{spec}: {taken} of {n} at {share}");
        }
    }
}

#[test]
fn two_warming_consumers_refuse_different_keys() {
    // If both refused the same keys, half of the keys of one would pass the other as well.
    for spec in specs() {
        let ring = fleet(&spec, 2, 1);
        let health = Health::new();
        let view = health.view(&*ring);
        let half = State::Warming(Share::new(0.5).unwrap());
        health.set_all([("server-0", half), ("server-1", half)]);
        let n = 20_000;
        let neither = digests(2, n)
            .iter()
            .filter(|digest| order(&*ring, **digest).iter().all(|index| !view.admits(*index, **digest)))
            .count();
        let expected = n as f64 / 4.0;
        assert!((neither as f64 - expected).abs() < Z * (expected * 0.75).sqrt(), "{spec}: {neither} of {n}");
    }
}

#[test]
fn every_consumer_down_but_one() {
    for spec in specs() {
        let ring = fleet(&spec, 200, 3);
        let (health, loads) = (Health::new(), Loads::relative(1.0).unwrap());
        let (up, load, zones) = (health.view(&*ring), loads.view(&*ring), Zones::by(|zone: &u8| *zone).view(&*ring));
        for last in [0, 77, 199] {
            let last = format!("server-{last}");
            health.set_all((0..200).map(|i| format!("server-{i}")).map(|name| (name, State::Down)));
            health.set(&last, State::Up);
            let expected = ring.roster().index_of(&last).unwrap();
            for digest in digests(3, 20) {
                assert_eq!(up.owner(&*ring, digest), Ok(expected));
                assert_eq!(load.acquire(&*ring, &up, digest).unwrap().index(), expected);
                assert_eq!(load.acquire_better(&*ring, &up, digest, Some("nobody")).unwrap().index(), expected);
                let mut replicas = [annulus::NodeIndex::default(); 3];
                assert_eq!(zones.replicas(&*ring, &up, digest, &mut replicas).replicas, 1);
                assert_eq!(replicas[0], expected);
                let few = up.owner_within(&*ring, digest, 3);
                assert!(few == Ok(expected) || matches!(few, Err(NoneUp::Out { tried: 3, cut: true, reserve: None, .. })));
            }
            health.set(&last, State::Down);
            let answer = up.owner(&*ring, digests(3, 1)[0]);
            assert!(matches!(answer, Err(NoneUp::Out { cut: false, reserve: None, .. })));
            assert!(!up.is_any_up() && up.live_weight(ring.roster().nodes()) == 0);
        }
    }
}

#[test]
fn a_name_keeps_its_state_while_it_is_away_and_when_it_is_set_beforehand() {
    let mut ring = Rendezvous::from_consumers(["a", "b"]).unwrap();
    let health = Health::new();
    health.set("c", State::Down);
    health.set("a", State::Draining);
    ring.add_consumer("c", ()).unwrap();
    ring.remove_consumer("a");
    let view = health.view(&ring);
    assert_eq!(view.state(ring.roster().index_of("c").unwrap()), State::Down);
    ring.add_consumer("a", ()).unwrap();
    let view = health.clone().view(&ring);
    assert_eq!(view.state(ring.roster().index_of("a").unwrap()), State::Draining);
    let listed: Vec<_> = health.not_up().into_iter().map(|(name, state)| (name.to_string(), state)).collect();
    assert_eq!(listed, [("a".to_owned(), State::Draining), ("c".to_owned(), State::Down)]);
}

#[test]
fn a_name_that_is_forgotten_is_up_where_it_is_in_use_and_gone_elsewhere() {
    let ring = Rendezvous::from_consumers(["a", "b", "c"]).unwrap();
    let health = Health::new();
    let view = health.view(&ring);
    let index = |name| ring.roster().index_of(name).unwrap();
    health.set_all([("a", State::Down), ("b", State::Draining), ("gone", State::Down), ("kept", State::Down)]);
    health.forget("a");
    health.forget("never set");
    health.retain(|name, state| name == "kept" || state == State::Up);
    assert_eq!((view.state(index("a")), view.state(index("b"))), (State::Up, State::Up));
    assert_eq!(format!("{health:?}"), "{\"kept\": Down}");
    // The view still sees what is set.
    health.set_all([("a", State::Down), ("gone", State::Down)]);
    assert_eq!((view.state(index("a")), health.state("gone"), health.not_up().len()), (State::Down, State::Down, 3));
    assert_eq!(format!("{view:?}"), "HealthView { consumers: 3, down: 1, .. }");
    let loads = Loads::fixed(2);
    let load = loads.view(&ring);
    let _held = load.acquire(&ring, &view, digests(1, 1)[0]).unwrap();
    assert_eq!(
        format!("{load:?} {loads:?}"),
        "LoadView { consumers: 3, held: 1, .. } Loads { cap: Fixed { of_weight_one: 2 }, held: 1, .. }"
    );
}

#[test]
fn a_view_of_another_membership_answers_without_a_panic() {
    let large = Rendezvous::from_consumers((0..50).map(|i| format!("server-{i}"))).unwrap();
    let small = Rendezvous::from_consumers(["a", "b"]).unwrap();
    let (health, loads, zones) = (Health::new(), Loads::fixed(1), Zones::by(|(): &()| 0));
    let (up, load, zone) = (health.view(&small), loads.view(&small), zones.view(&small));
    for digest in digests(4, 100) {
        let answer = up.owner(&large, digest);
        assert!(answer.is_ok_and(|index| index.get() < 2));
        let _ = (load.acquire(&large, &up, digest).is_ok(), load.acquire(&large, &Everyone, digest).is_ok());
        let _ = zone.replicas(&large, &Everyone, digest, &mut [annulus::NodeIndex::default(); 3]);
    }
}

#[test]
fn an_empty_ring_says_so() {
    let ring = Rendezvous::<()>::new();
    let (health, digest) = (Health::new(), digests(5, 1)[0]);
    let view = health.view(&ring);
    assert_eq!(view.owner(&ring, digest), Err(NoneUp::Empty));
    assert_eq!(view.pinned_owner(&ring, digest), Err(NoneUp::Empty));
    assert_eq!(first_tier(&[(&ring, &view)], digest), Err(NoneUp::Empty));
    assert_eq!(annulus_router::spread(&ring, &Everyone, digest, 3, 1), Err(NoneUp::Empty));
    assert_eq!(annulus_router::Shard::of(&ring, digest, 3).owner(&ring, &Everyone, digest), Err(NoneUp::Empty.into()));
    assert!(Loads::fixed(1).view(&ring).acquire(&ring, &Everyone, digest).is_err());
    assert_eq!(NoneUp::Empty.to_string(), "there is no consumer; add one");
}

#[test]
fn messages_are_one_line_and_say_what_would_serve() {
    for (message, part) in [
        (Share::new(f64::NAN).unwrap_err().to_string(), "for none `State::Draining` or"),
        (Loads::relative(0.5).unwrap_err().to_string(), "use 1.25"),
        (annulus_router::HotKeys::new(0.0).unwrap_err().to_string(), "has 0.01"),
    ] {
        assert!(message.contains(part) && message.lines().count() == 1, "{message}");
    }
}

#[test]
fn a_retry_that_goes_on_later_skips_what_is_down_then() {
    for spec in specs() {
        let ring = fleet(&spec, 6, 1);
        let health = Health::new();
        let up = health.view(&*ring);
        let order: Vec<_> = ring.candidates("user:42").map(|member| member.name).collect();
        let mut attempts = ring.candidate_list("user:42"); // kept with the request
        let mut next = || up.next(&*ring, &mut attempts).map(|member| member.name);
        health.set(order[0], State::Down);
        assert_eq!(next(), Some(order[1]));
        health.set(order[0], State::Up);
        health.set(order[2], State::Draining);
        assert_eq!((next(), next()), (Some(order[0]), Some(order[3])));
        // Nobody else takes the key: one that warms up does, also if it is not in its share yet.
        let warming = State::Warming(Share::new(0.000_02).unwrap());
        health.set_all([(order[4], warming), (order[5], State::Down)]);
        assert_eq!((next(), next()), (Some(order[4]), None));
    }
}
