//! Random histories of memberships, states and requests, beside a plain model that keeps everything by name.

use std::collections::{BTreeMap, BTreeSet};

use annulus::{Digest, NodeIndex, Ring, Weight};
use annulus_router::{
    Available, Beside, Cap, Fixed, Health, HealthView, LoadView, Loads, Locked, NoneUp, NotAdmitted, OwnedPermit, Relative,
    Share, State, WHOLE, Zones,
};
use proptest::{prelude::*, test_runner::RngSeed};

use crate::common::{digests, is_weighted, order, ring, specs};

const NAMES: u8 = 14;

#[derive(Clone, Debug)]
enum Step {
    Add(u8, u32),
    Remove(u8),
    Reweight(u8, u32),
    Set(u8, State),
    Zone(bool),
    Acquire(u64),
    Release(usize),
}

fn state() -> impl Strategy<Value = State> {
    prop_oneof![
        2 => Just(State::Up),
        2 => Just(State::Down),
        1 => Just(State::Draining),
        1 => (1..99_u8).prop_map(|percent| State::Warming(Share::new(f64::from(percent) / 100.0).unwrap())),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..NAMES, 1..=10_u32).prop_map(|(name, weight)| Step::Add(name, weight)),
        2 => (0..NAMES).prop_map(Step::Remove),
        1 => (0..NAMES, 1..=10_u32).prop_map(|(name, weight)| Step::Reweight(name, weight)),
        3 => (0..NAMES, state()).prop_map(|(name, state)| Step::Set(name, state)),
        1 => any::<bool>().prop_map(Step::Zone),
        10 => any::<u64>().prop_map(Step::Acquire),
        4 => any::<usize>().prop_map(Step::Release),
    ]
}

fn name(number: u8) -> String {
    format!("server-{number}")
}

/// A cap as its definition says, in whole numbers.
trait Model: Cap + Sized {
    const RELATIVE: bool;
    fn loads() -> Loads<Self>;
    fn most(total: u64, weight: u64, live: u64) -> u64;
}

fn relative_cap(total: u64, weight: u64, live: u64) -> u64 {
    // ⌈1.25 · total · weight / live⌉
    (5 * u128::from(total) * u128::from(weight)).div_ceil(4 * u128::from(live)) as u64
}

impl Model for Relative {
    const RELATIVE: bool = true;
    fn loads() -> Loads<Self> {
        Loads::relative(1.25).unwrap()
    }
    fn most(total: u64, weight: u64, live: u64) -> u64 {
        relative_cap(total, weight, live)
    }
}

impl Model for Locked {
    const RELATIVE: bool = true;
    fn loads() -> Loads<Self> {
        Loads::locked(1.25).unwrap()
    }
    fn most(total: u64, weight: u64, live: u64) -> u64 {
        relative_cap(total, weight, live)
    }
}

impl Model for Fixed {
    const RELATIVE: bool = false;
    fn loads() -> Loads<Self> {
        Loads::fixed(2)
    }
    fn most(_: u64, weight: u64, _: u64) -> u64 {
        (2 * weight).div_ceil(u64::from(WHOLE))
    }
}

struct World<C: Model> {
    ring: Box<dyn Ring<u8>>,
    is_weighted: bool,
    health: Health,
    loads: Loads<C>,
    zones: Zones<u8, u8>,
    up: HealthView,
    load: LoadView<C>,
    held: Vec<OwnedPermit<C>>,
    /// The model.
    states: BTreeMap<String, State>,
    counts: BTreeMap<String, u64>,
}

impl<C: Model> World<C> {
    fn new(spec: &str, collides: bool) -> Self {
        let ring = ring(spec, collides);
        let (health, loads) = (Health::new(), C::loads());
        let (up, load) = (health.view(&*ring), loads.view(&*ring));
        let zones = Zones::by(|zone: &u8| *zone).at_most(2);
        let (held, states, counts) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { ring, is_weighted: is_weighted(spec), health, loads, zones, up, load, held, states, counts }
    }

    fn state(&self, index: NodeIndex) -> State {
        self.states.get(self.name(index)).copied().unwrap_or_default()
    }

    fn name(&self, index: NodeIndex) -> &str {
        self.ring.roster().get(index).unwrap().name
    }

    fn count(&self, index: NodeIndex) -> u64 {
        self.counts.get(self.name(index)).copied().unwrap_or_default()
    }

    /// The part of the weight that counts.
    fn weighs(&self, index: NodeIndex) -> u64 {
        let part = match self.state(index) {
            State::Up => 65_536.0,
            State::Warming(share) => share.get() * 65_536.0,
            State::Draining | State::Down => 0.0,
        };
        u64::from(self.ring.roster().nodes().weight(index).get()) * part as u64
    }

    fn changed(&mut self) {
        (self.up, self.load) = (self.health.view(&*self.ring), self.loads.view(&*self.ring));
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Add(number, weight) => {
                let weight = Weight::new(if self.is_weighted { weight } else { 1 }).unwrap();
                let before = (self.ring.fingerprint(), self.ring.len());
                match self.ring.add_weighted_consumer(&name(number), weight, number % 4) {
                    Ok(()) => self.changed(),
                    // Nothing has changed, so the views still fit.
                    Err(_) => assert_eq!((self.ring.fingerprint(), self.ring.len()), before),
                }
            }
            Step::Remove(number) => {
                self.ring.remove_consumer(&name(number));
                self.changed();
            }
            Step::Reweight(number, weight) => {
                let weight = Weight::new(if self.is_weighted { weight } else { 1 }).unwrap();
                let _ = self.ring.set_weight(&name(number), weight);
                self.changed();
            }
            Step::Set(number, state) => self.set(&[(name(number), state)]),
            Step::Zone(is_down) => {
                let state = if is_down { State::Down } else { State::Up };
                let zone: Vec<_> = (0..NAMES).filter(|number| number % 4 == 1).map(|number| (name(number), state)).collect();
                self.set(&zone);
            }
            Step::Acquire(key) => self.acquire(Digest::of_id(key)),
            Step::Release(at) => {
                if !self.held.is_empty() {
                    let permit = self.held.swap_remove(at % self.held.len());
                    *self.counts.get_mut(permit.name()).unwrap() -= 1;
                }
            }
        }
    }

    /// Keys move only from the consumers that are set, or to them.
    fn set(&mut self, states: &[(String, State)]) {
        let owners = |world: &Self| {
            let first = |digest: Digest| order(&*world.ring, digest).into_iter().find(|&index| world.up.admits(index, digest));
            let owner = |digest: &Digest| first(*digest).map(|index| world.name(index).to_owned());
            digests(7, 20).iter().map(owner).collect::<Vec<_>>()
        };
        let before = owners(self);
        match states {
            [(name, state)] => {
                let was = self.health.set(name, *state);
                assert_eq!(was, self.states.get(name).copied().unwrap_or_default());
            }
            states => self.health.set_all(states.iter().map(|(name, state)| (name, *state))),
        }
        self.states.extend(states.iter().cloned());
        let is_set = |name: &Option<String>| states.iter().any(|(set, _)| Some(set) == name.as_ref());
        for (before, after) in before.iter().zip(&owners(self)) {
            assert!(before == after || is_set(before) || is_set(after), "{before:?} {after:?} {states:?}");
        }
    }

    fn acquire(&mut self, digest: Digest) {
        let order = order(&*self.ring, digest);
        let total = self.counts.values().sum::<u64>() + 1;
        let live = order.iter().map(|&index| self.weighs(index)).sum();
        let has_room = |index: NodeIndex| self.weighs(index) > 0 && self.count(index) < C::most(total, self.weighs(index), live);
        let admitted = order.iter().copied().find(|&index| self.up.admits(index, digest) && has_room(index));
        let expected = admitted.or_else(|| order.iter().copied().find(|&index| has_room(index)));
        match (self.load.acquire(&*self.ring, &self.up, digest), expected) {
            (Ok(permit), Some(expected)) => {
                assert_eq!(permit.index(), expected);
                let cap = C::most(total, self.weighs(expected), live);
                assert_eq!((permit.load(), permit.cap()), (self.count(expected) + 1, cap));
                assert!(permit.load() <= cap);
                let name = self.name(expected).to_owned();
                self.held.push(permit.into_owned());
                *self.counts.entry(name).or_default() += 1;
            }
            (Err(NotAdmitted::NoneUp(why)), None) => {
                assert_eq!((live, why.last_resort()), (0, order.first().copied()));
            }
            (Err(NotAdmitted::Full { consumers, .. }), None) => {
                // With caps by the total, somebody has room as long as anybody is up.
                assert!(!C::RELATIVE && consumers == order.iter().filter(|&&index| self.weighs(index) > 0).count());
            }
            (answer, expected) => panic!("{answer:?} for {expected:?}"),
        }
    }

    fn check(&self) {
        for (name, count) in &self.counts {
            assert_eq!(self.loads.load(name), *count);
        }
        for digest in digests(11, 3) {
            let order = order(&*self.ring, digest);
            assert!(order.iter().all(|&index| self.up.state(index) == self.state(index)));
            assert!(order.iter().all(|&index| self.load.load(index) == self.count(index)));
            self.check_owner(digest, &order);
            self.check_replicas(digest, &order);
        }
    }

    fn check_owner(&self, digest: Digest, order: &[NodeIndex]) {
        let first = |may: &dyn Fn(NodeIndex) -> bool| order.iter().copied().find(|&index| may(index));
        for &index in order {
            let may = match self.state(index) {
                State::Up => true,
                State::Draining | State::Down => false,
                State::Warming(_) => continue, // see the tests of shares
            };
            assert_eq!(self.up.admits(index, digest), may);
        }
        let expected = first(&|index| self.up.admits(index, digest)).or_else(|| first(&|index| self.weighs(index) > 0));
        let is_answering = |index| self.state(index) != State::Down;
        match (self.up.owner(&*self.ring, digest), expected) {
            (Ok(owner), Some(expected)) => assert_eq!(owner, expected),
            (Err(NoneUp::Empty), None) => assert!(order.is_empty()),
            (Err(NoneUp::Out { owner, reserve, cut, .. }), None) => {
                assert_eq!((owner, reserve, cut), (order[0], first(&is_answering), false));
            }
            (answer, expected) => panic!("{answer:?} for {expected:?}"),
        }
        let within = order.iter().take(2).copied().find(|&index| self.up.admits(index, digest));
        if order.len() > 2 {
            assert_eq!(self.up.owner_within(&*self.ring, digest, 2).ok(), within);
        }
        assert_eq!(self.up.pinned_owner(&*self.ring, digest).ok(), first(&is_answering));
        for &index in order {
            assert_eq!(self.up.keep(&*self.ring, self.name(index)).is_some(), is_answering(index));
        }
    }

    /// The replicas are those of the definition: by rank in their zone, then by the order.
    fn check_replicas(&self, digest: Digest, order: &[NodeIndex]) {
        let view = self.zones.view(&*self.ring);
        let mut ranks = BTreeMap::<u8, usize>::new();
        let mut ranked = Vec::new();
        for (place, &index) in order.iter().enumerate().filter(|(_, index)| self.up.admits(**index, digest)) {
            let rank = ranks.entry(*self.ring.roster().info(index).unwrap()).or_default();
            ranked.push((*rank, place, index));
            *rank += 1;
        }
        ranked.retain(|(rank, ..)| *rank < 2);
        ranked.sort_unstable();
        let zone = |index: NodeIndex| *self.ring.roster().info(index).unwrap();
        for wanted in [0, 1, 3, 5] {
            let mut found = vec![NodeIndex::default(); wanted];
            let placed = view.replicas(&*self.ring, &self.up, digest, &mut found);
            let mut expected: Vec<_> = ranked.iter().take(wanted).map(|&(.., index)| index).collect();
            // Too few: those that are warming up fill the rest, first where there are the fewest.
            for rank in 0..2 {
                for &index in order {
                    let of_zone = expected.iter().filter(|&&chosen| zone(chosen) == zone(index)).count();
                    if expected.len() < wanted && of_zone == rank && self.weighs(index) > 0 && !expected.contains(&index) {
                        expected.push(index);
                    }
                }
            }
            assert_eq!(found[..placed.replicas], expected);
            assert_eq!(placed.is_short(), expected.len() < wanted);
            assert_eq!(placed.zones, expected.iter().map(|&index| zone(index)).collect::<BTreeSet<_>>().len());
        }
    }
}

fn run<C: Model>(spec: &str, collides: bool, steps: &[Step]) {
    let mut world = World::<C>::new(spec, collides);
    for (at, step) in steps.iter().enumerate() {
        world.take(step);
        if at % 4 == 3 {
            world.check();
        }
    }
    world.check();
    world.held.clear();
    assert!(world.counts.keys().all(|name| world.loads.load(name) == 0));
    assert_eq!(world.load.total(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, rng_seed: RngSeed::Fixed(20), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_algorithm_answers_as_the_model_does(steps in prop::collection::vec(step(), 1..80), collides in any::<bool>()) {
        for spec in specs() {
            run::<Relative>(&spec, collides, &steps);
            run::<Fixed>(&spec, collides, &steps);
            run::<Locked>(&spec, collides, &steps[..steps.len() / 2]);
        }
    }
}
