//! What the table of `main.rs` shows, and the tests check.

use std::collections::VecDeque;

use annulus::{ByDigest, Digest, Ring, Spec, Weight, mix};
use annulus_router::{Beside, Everyone, LoadView, Loads, NotAdmitted, Permit, Relative};

/// Numbers that are the same in every run.
pub(crate) struct Numbers {
    seed: u64,
    next: u64,
}

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed: mix(seed, 0), next: 0 }
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.next += 1;
        mix(self.seed, self.next)
    }

    pub(crate) fn digest(&mut self) -> Digest {
        Digest::of_hash(self.word())
    }

    /// A number below `end`, which is at most 2³².
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(((self.word() >> 32) * end as u64) >> 32).unwrap()
    }
}

/// A ring of `n` equal consumers.
pub(crate) fn fleet(spec: &str, n: usize, names: u64) -> Box<dyn Ring<()>> {
    weighted_fleet(spec, (0..n).map(|_| 1), names)
}

/// A ring of consumers with these weights.
pub(crate) fn weighted_fleet(spec: &str, weights: impl Iterator<Item = u32>, names: u64) -> Box<dyn Ring<()>> {
    let mut ring: Box<dyn Ring<()>> = spec.parse::<Spec>().unwrap().build();
    let consumers = (0..).zip(weights).map(|(i, weight): (u32, _)| (format!("{names}-{i}"), Weight::new(weight).unwrap(), ()));
    ring.extend(consumers).unwrap();
    ring
}

/// What the theory and an independent simulation give for fixed caps and 100 consumers: order, keys a consumer, factor, the share
/// of keys that overflow, and the consumers asked for a key. The overflow of `ring:points=1` is e^−factor, with a standard
/// deviation of 0.03 a ring.
pub(crate) const EXPECTED: [(&str, usize, f64, f64, f64); 24] = [
    ("rendezvous", 10, 1.05, 0.103, 1.18),
    ("rendezvous", 10, 1.1, 0.103, 1.18),
    ("rendezvous", 10, 1.25, 0.036, 1.04),
    ("rendezvous", 10, 1.5, 0.0108, 1.01),
    ("rendezvous", 100, 1.05, 0.025, 1.03),
    ("rendezvous", 100, 1.1, 0.009, 1.01),
    ("rendezvous", 100, 1.25, 0.0, 1.0),
    ("rendezvous", 1_000, 1.05, 0.0009, 1.0),
    ("rendezvous", 1_000, 1.1, 0.0, 1.0),
    ("ring:points=100", 100, 1.05, 0.045, 1.07),
    ("ring:points=100", 100, 1.1, 0.025, 1.03),
    ("ring:points=100", 100, 1.25, 0.003, 1.0),
    ("ring:points=100", 1_000, 1.05, 0.026, 1.04),
    ("ring:points=100", 1_000, 1.1, 0.011, 1.01),
    ("ring:points=1", 100, 1.05, 0.430, 4.82),
    ("ring:points=1", 100, 1.1, 0.405, 3.86),
    ("ring:points=1", 100, 1.25, 0.340, 2.42),
    ("ring:points=1", 100, 1.5, 0.256, 1.66),
    ("ring:points=1", 100, 2.0, 0.149, 1.24),
    ("ring:points=1", 1_000, 1.05, 0.428, 4.84),
    ("ring:points=1", 1_000, 1.1, 0.403, 3.84),
    ("ring:points=1", 1_000, 1.25, 0.339, 2.41),
    ("ring:points=1", 1_000, 1.5, 0.255, 1.65),
    ("ring:points=1", 1_000, 2.0, 0.149, 1.24),
];

/// What is expected of this order. Jump and Maglev draw each place of their order independently, as rendezvous hashing does.
pub(crate) fn expected(order: &str, per: usize, factor: f64) -> Option<(f64, f64)> {
    let order = if order == "jump" || order == "maglev" { "rendezvous" } else { order };
    let of = EXPECTED.iter().find(|(name, keys, cap, ..)| (*name, *keys) == (order, per) && (cap - factor).abs() < 1e-9);
    of.map(|&(.., overflow, probes)| (overflow, probes))
}

/// How requests went to consumers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    /// The share of requests that were not served by their owner.
    pub(crate) overflow: f64,
    /// How many consumers a request asked, on average.
    pub(crate) probes: f64,
    /// The greatest load at the end, in units of the mean.
    pub(crate) busiest: f64,
}

/// Places `per` keys a consumer, in random order, under a fixed cap of ⌈factor · per⌉: what the theory computes.
pub(crate) fn bounded(spec: &str, n: usize, per: usize, factor: f64, seeds: u64) -> Outcome {
    let cap = (factor * per as f64 - 1e-9).ceil() as u64;
    let mut sum = Outcome::default();
    for seed in 0..seeds {
        let ring = fleet(spec, n, seed);
        let view = Loads::fixed(cap).view(&*ring);
        let mut numbers = Numbers::new(seed);
        let held: Vec<_> = (0..n * per).map(|_| view.acquire(&*ring, &Everyone, numbers.digest()).unwrap()).collect();
        let outcome = outcome(&held, (0..n).map(|at| view.load(index(at))).max(), per);
        sum.overflow += outcome.overflow / seeds as f64;
        sum.probes += outcome.probes / seeds as f64;
        sum.busiest += outcome.busiest / seeds as f64;
    }
    sum
}

fn index(at: usize) -> annulus::NodeIndex {
    annulus::NodeIndex::from_usize(at).unwrap()
}

fn outcome<C: annulus_router::Cap>(held: &[Permit<'_, C>], most: Option<u64>, per: usize) -> Outcome {
    let tries = |permit: &Permit<'_, C>| permit.tries();
    Outcome {
        overflow: held.iter().filter(|permit| tries(permit) > 1).count() as f64 / held.len() as f64,
        probes: held.iter().map(tries).sum::<usize>() as f64 / held.len() as f64,
        busiest: most.unwrap_or(0) as f64 / per as f64,
    }
}

/// Requests that come and go under caps of `factor` × the mean: `per` a consumer at a time, for `steps` steps.
pub(crate) fn coming_and_going(
    ring: &dyn Ring<()>,
    factor: f64,
    per: usize,
    steps: usize,
    seed: u64,
) -> Result<Outcome, NotAdmitted> {
    let loads = Loads::relative(factor).unwrap();
    let view = loads.view(ring);
    let n = ring.len();
    let mut numbers = Numbers::new(seed);
    let mut held = Vec::new();
    let (mut overflow, mut probes) = (0, 0);
    for step in 0..n * per + steps {
        if held.len() == n * per {
            drop(held.swap_remove(numbers.below(n * per))); // a request is answered
        }
        let permit: Permit<'_, Relative> = view.acquire(ring, &Everyone, numbers.digest())?;
        assert!(permit.load() <= permit.cap() && permit.total() == held.len() as u64 + 1);
        if step >= n * per {
            overflow += usize::from(permit.tries() > 1);
            probes += permit.tries();
        }
        held.push(permit);
    }
    let busiest = (0..n).map(|at| view.load(index(at))).max().unwrap_or(0) as f64 / per as f64;
    Ok(Outcome { overflow: overflow as f64 / steps as f64, probes: probes as f64 / steps as f64, busiest })
}

/// How a session's next request finds its consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Always the owner.
    Plain,
    /// The lower of the first two, each time.
    Lower,
    /// The one used last, unless it is above the cap and the other at least two lower.
    Better,
}

/// How sessions went to consumers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sessions {
    /// The share of requests that went to another consumer than the request before of the same session.
    pub(crate) changed: f64,
    /// The most requests that one consumer served, in units of the mean.
    pub(crate) busiest: f64,
    /// The 99th percentile, over time, of the greatest number of requests held at once, in units of the mean.
    pub(crate) peak: f64,
}

/// Sessions on `n` consumers, ten requests a consumer at once: when one is answered, a random session of forty a consumer sends
/// its next one.
pub(crate) fn sessions(choice: Choice, n: usize, factor: f64, steps: usize, seed: u64) -> Sessions {
    const AT_ONCE: usize = 10;
    let ring = fleet("rendezvous", n, seed);
    let view: LoadView<Relative> = Loads::relative(factor).unwrap().view(&*ring);
    let mut numbers = Numbers::new(seed);
    let digests: Vec<Digest> = (0..40 * n).map(|_| numbers.digest()).collect();
    let mut last = vec![None::<annulus::NodeIndex>; digests.len()];
    let mut held = VecDeque::new();
    let (mut changed, mut asked, mut served, mut peaks) = (0, 0, vec![0_u64; n], Vec::new());
    for step in 0..steps {
        if held.len() == AT_ONCE * n {
            drop(held.swap_remove_back(numbers.below(AT_ONCE * n)));
        }
        let session = numbers.below(digests.len());
        let digest = digests[session];
        let name = |index| ring.roster().get(index).unwrap().name;
        let before = match choice {
            Choice::Plain => ring.locate(digest).map(name), // with an unreachable cap, it stays
            Choice::Lower => None,
            Choice::Better => last[session].map(name),
        };
        let permit = view.acquire_better(&*ring, &Everyone, digest, before).unwrap();
        if step >= steps / 4 {
            changed += usize::from(last[session].is_some_and(|last| last != permit.index()));
            asked += usize::from(last[session].is_some());
            served[permit.index().as_usize()] += 1;
            if step % (10 * n) == 0 {
                peaks.push((0..n).map(|at| view.load(index(at))).max().unwrap_or(0));
            }
        }
        last[session] = Some(permit.index());
        held.push_back(permit);
    }
    peaks.sort_unstable();
    let total: u64 = served.iter().sum();
    Sessions {
        changed: changed as f64 / asked as f64,
        busiest: served.iter().copied().max().unwrap_or(0) as f64 * n as f64 / total as f64,
        peak: peaks[peaks.len() * 99 / 100] as f64 / AT_ONCE as f64,
    }
}
