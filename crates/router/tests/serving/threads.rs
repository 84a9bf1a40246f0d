//! Bounded loads, eight threads.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    thread,
};

use annulus::{ConsistentHashRing, Ring};
use annulus_router::{Beside, Cap, Everyone, Health, LoadView, Loads, NotAdmitted, Permit, State};

use crate::{
    common::fleet,
    simulate::{Numbers, weighted_fleet},
};

const THREADS: u64 = 8;
const HELD: usize = 20;

/// The loads of a ring, counted a second time: after each admission and before each release, so never more than the real ones.
struct Shadow(Vec<AtomicU64>);

/// Each thread holds up to twenty requests for keys of its own, some of them hot, and `check`s each admission with the shadow load.
fn requests<T: Send + Sync, C: Cap>(
    ring: &dyn Ring<T>,
    view: &LoadView<C>,
    steps: usize,
    check: impl Fn(&Permit<'_, C>, u64) + Sync,
) {
    let shadow = Shadow((0..ring.len()).map(|_| AtomicU64::new(0)).collect());
    thread::scope(|threads| {
        for thread in 0..THREADS {
            let (shadow, check) = (&shadow, &check);
            threads.spawn(move || {
                let (mut numbers, mut held) = (Numbers::new(thread), Vec::<Permit<'_, C>>::new());
                for _ in 0..steps {
                    if held.len() == HELD || (!held.is_empty() && numbers.below(3) == 0) {
                        let permit = held.swap_remove(numbers.below(held.len()));
                        shadow.0[permit.index().as_usize()].fetch_sub(1, SeqCst);
                        drop(permit);
                    }
                    let digest = if numbers.below(2) == 0 { annulus::Digest::of_id(7) } else { numbers.digest() };
                    match view.acquire(ring, &Everyone, digest) {
                        Ok(permit) => {
                            let load = shadow.0[permit.index().as_usize()].fetch_add(1, SeqCst) + 1;
                            check(&permit, load);
                            held.push(permit);
                        }
                        Err(NotAdmitted::Full { .. }) => {} // counted by the caller, where it matters
                        Err(why) => panic!("{why}"),
                    }
                }
                for permit in held {
                    shadow.0[permit.index().as_usize()].fetch_sub(1, SeqCst);
                }
            });
        }
    });
    assert_eq!(view.total(), 0);
}

#[test]
fn caps_by_the_total_hold_for_the_total_that_was_read() {
    let ring = weighted_fleet("ring:points=20", (0..40).map(|i| 1 + i % 10), 1);
    let weight = ring.roster().nodes().total_weight();
    let cap = |total: u64, own: u64| (5 * total * own).div_ceil(4 * weight);
    let most_held = THREADS * (HELD as u64 + 1);
    for shared in [true, false] {
        let admitted = AtomicU64::new(0);
        let check = |index, load, total, shadow| {
            let own = u64::from(ring.roster().nodes().weight(index).get());
            assert!(load <= cap(total, own) && total <= most_held);
            assert!(shadow <= cap(most_held, own));
            admitted.fetch_add(1, SeqCst);
        };
        if shared {
            let view = Loads::relative(1.25).unwrap().view(&*ring);
            requests(&*ring, &view, 10_000, |permit, shadow| check(permit.index(), permit.load(), permit.total(), shadow));
        } else {
            let view = Loads::locked(1.25).unwrap().view(&*ring);
            requests(&*ring, &view, 2_000, |permit, shadow| check(permit.index(), permit.load(), permit.total(), shadow));
        }
        // Somebody always has room.
        assert_eq!(admitted.into_inner(), THREADS * if shared { 10_000 } else { 2_000 });
    }
}

#[test]
fn fixed_caps_hold_at_every_moment() {
    let ring = fleet("rendezvous", 10, 1);
    let view = Loads::fixed(5).view(&*ring); // fifty places for up to 160 requests
    let done = AtomicBool::new(false);
    thread::scope(|threads| {
        threads.spawn(|| {
            while !done.load(SeqCst) {
                assert!(ring.roster().nodes().indices().all(|index| view.load(index) <= 5));
                thread::yield_now();
            }
        });
        let most = AtomicU64::new(0);
        requests(&*ring, &view, 10_000, |permit, shadow| {
            assert!(permit.load() <= 5 && shadow <= 5);
            most.fetch_max(permit.load(), SeqCst);
        });
        done.store(true, SeqCst);
        assert_eq!(most.into_inner(), 5, "consumers were full");
    });
}

#[test]
fn requests_while_health_and_membership_change() {
    let mut ring = fleet("ring:points=20", 30, 3);
    let (health, loads) = (Health::new(), Loads::relative(1.25).unwrap());
    let done = AtomicBool::new(false);
    for round in 0..3 {
        let (up, view) = (health.view(&*ring), loads.view(&*ring));
        done.store(false, SeqCst);
        let served = AtomicU64::new(0);
        thread::scope(|threads| {
            let workers: Vec<_> = (0..4)
                .map(|thread| {
                    let (ring, up, view, served) = (&*ring, &up, &view, &served);
                    threads.spawn(move || {
                        let mut numbers = Numbers::new(thread);
                        let mut held = Vec::new();
                        for _ in 0..3_000 {
                            let permit = view.acquire(ring, up, numbers.digest());
                            let owner = up.owner(ring, numbers.digest());
                            assert!(owner.is_ok(), "ten are always up");
                            if let Ok(permit) = permit {
                                assert!(permit.load() <= permit.cap());
                                served.fetch_add(1, SeqCst);
                                held.push(permit.into_owned());
                            }
                            held.truncate(8);
                        }
                    })
                })
                .collect();
            threads.spawn(|| {
                let mut numbers = Numbers::new(99);
                while !done.load(SeqCst) {
                    let state = [State::Up, State::Down, State::Draining][numbers.below(3)];
                    health.set(&format!("server-{}", 10 + numbers.below(20)), state);
                }
            });
            workers.into_iter().for_each(|worker| worker.join().unwrap());
            done.store(true, SeqCst);
        });
        assert!(served.into_inner() > 4 * 2_900, "hardly any request is refused");
        ring.remove_consumer(&format!("server-{}", 29 - round));
    }
    assert_eq!(loads.view(&*ring).total(), 0);
    assert!((0..30).all(|i| loads.load(&format!("server-{i}")) == 0));
    // The sum of weights that was kept up to date is the one that is computed afresh.
    use annulus_router::Available;
    let before = health.view(&*ring);
    health.set("server-1", State::Down);
    health.set("server-1", State::Up);
    assert_eq!(before.live_weight(ring.roster().nodes()), health.view(&*ring).live_weight(ring.roster().nodes()));
}

#[test]
fn a_cap_of_one_lets_one_in_at_a_time() {
    let ring = fleet("rendezvous", 1, 1);
    let view = Loads::fixed(1).view(&*ring);
    let (inside, entered) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|threads| {
        for _ in 0..THREADS {
            threads.spawn(|| {
                for _ in 0..40_000 {
                    if let Ok(permit) = view.acquire(&*ring, &Everyone, annulus::Digest::of_id(7)) {
                        assert_eq!(inside.fetch_add(1, SeqCst), 0);
                        entered.fetch_add(1, SeqCst);
                        inside.fetch_sub(1, SeqCst);
                        drop(permit);
                    }
                }
            });
        }
    });
    assert!(entered.into_inner() >= 40_000 && view.total() == 0);
}
