//! Forced ties and near ties between unequal weights, with chosen draws, at every level.

use alloc::{format, string::String, vec, vec::Vec};

use annulus_core::{Digest, cost::cost, mix};
use annulus_lanes::{Arrays, Level, VectorTask};

use crate::{
    draw::Query,
    exact::Exact,
    first_weighted::{LeastFew, Priced, is_before},
    key::PLACES,
    state::State,
    weighted::{Likely, LikelyOfMany},
};

/// Below this distance from the greatest draw, a cost is small enough to be a weight.
const NEAR: u64 = 40;

/// Consumers with chosen draws.
struct Chosen {
    digest: Digest,
    /// Cost, weight and position.
    prices: Vec<(u64, u64, usize)>,
    /// The same, least cost divided by weight first.
    order: Vec<(u64, u64, usize)>,
    state: State,
}

impl Chosen {
    /// `priced` gives each position's draw and weight.
    fn new(seed: u64, priced: &[(u32, u32)]) -> Self {
        let digest = Digest::of_hash(mix(seed, 0));
        let query = Query::new(digest);
        // The second half is added last, so it sets the draw.
        let row = |(position, &(draw, _)): (u32, &(u32, u32))| {
            let s = below(seed, position as usize + 1, 1 << 32);
            [position, s, draw.wrapping_sub(query.draw(s, 0))]
        };
        let rows: Vec<[u32; 3]> = (0..).zip(priced).map(row).collect();
        let weights: Vec<u32> = priced.iter().map(|&(_, weight)| weight).collect();
        let price = |(position, &(draw, weight)): (usize, &(u32, u32))| (cost(draw), u64::from(weight), position);
        let prices: Vec<_> = priced.iter().enumerate().map(price).collect();
        let mut order = prices.clone();
        order.sort_by(|a, b| {
            let (mine, others) = (u128::from(a.0) * u128::from(b.1), u128::from(b.0) * u128::from(a.1));
            mine.cmp(&others).then(a.2.cmp(&b.2))
        });
        Self { digest, prices, order, state: State::of(&rows, &weights) }
    }

    /// Compares the exact form, and the estimates where they are certain. Returns whether all were.
    fn compare(&self, context: &str) -> bool {
        let (expected, mut all_certain) = (self.order[0].2, true);
        for (name, level, found) in self.likely() {
            let context = format!("{name}, {} consumers, {context}", self.prices.len());
            let (Ok(likely) | Err(likely)) = found;
            if found.is_ok() {
                assert_eq!(likely, expected, "certain: {context}");
            }
            all_certain &= found.is_ok();
            for likely in [likely, 0] {
                let weight = |position: usize| self.prices[position].1;
                let exact = Exact { state: &self.state, digest: self.digest, likely, weight };
                assert_eq!(level.run(exact), expected, "exact from {likely}: {context}");
            }
        }
        for wanted in [1, 2, 3, 5, 8].into_iter().filter(|&wanted| wanted < self.prices.len()) {
            self.compare_first(wanted, context);
        }
        all_certain
    }

    /// What each form finds, and the level that decides if it is not certain.
    fn likely(&self) -> Vec<(String, Level, Result<usize, usize>)> {
        let few = || Likely(&self.state, self.digest);
        let many = || LikelyOfMany(&self.state, self.digest);
        let mut found = vec![
            ("many, 8 lanes".into(), Level::PORTABLE, many().run_on(Arrays::<8>)),
            ("many, 16 lanes".into(), Level::PORTABLE, many().run_on(Arrays::<16>)),
        ];
        found.extend(Level::available().map(|level| (format!("many, {level:?}"), level, level.run_on_vectors(many()))));
        if self.prices.len() <= PLACES {
            found.push(("8 lanes".into(), Level::PORTABLE, few().run_on(Arrays::<8>)));
            found.push(("16 lanes".into(), Level::PORTABLE, few().run_on(Arrays::<16>)));
            found.extend(Level::available().map(|level| (format!("{level:?}"), level, level.run_on_vectors(few()))));
        }
        found
    }

    /// The first few of the first block: if a form says that they are certain, they are; and no other is below its bound.
    fn compare_first(&self, wanted: usize, context: &str) {
        let block = 0..self.prices.len().min(PLACES);
        let few = || LeastFew::<8> { state: &self.state, digest: self.digest, block: block.clone(), wanted };
        let arrays = [few().run_on(Arrays::<8>), few().run_on(Arrays::<16>)];
        for (positions, rest) in Level::available().map(|level| level.run_on_vectors(few())).chain(arrays) {
            let mut priced = Priced::<8>::new();
            positions[..wanted].iter().for_each(|&position| priced.offer(self.prices[position]));
            let found: Vec<usize> = priced.positions().take(wanted).collect();
            if priced.are_below(wanted, rest) {
                let mut expected = self.prices[block.clone()].to_vec();
                expected.sort_by(|a, b| if is_before(a, b) { core::cmp::Ordering::Less } else { core::cmp::Ordering::Greater });
                let expected: Vec<usize> = expected[..wanted].iter().map(|price| price.2).collect();
                assert_eq!(found, expected, "the first {wanted} of {} consumers, {context}", self.prices.len());
            }
        }
    }
}

/// A number below `bound` from a stream.
fn below(seed: u64, i: usize, bound: u64) -> u32 {
    u32::try_from(mix(seed, i as u64) % bound).unwrap()
}

/// The draw at this distance from the greatest, with its cost as the weight.
fn priced(distance: u32) -> (u32, u32) {
    let draw = u32::MAX - distance;
    (draw, u32::try_from(cost(draw)).unwrap())
}

const LENGTHS: [usize; 18] = [1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 128, 500, 1_000, 1_024, 1_025, 2_100, 5_000];

/// Every weight is the cost of the draw, so all consumers tie.
#[test]
fn of_equal_costs_for_unequal_weights_the_first_wins_at_every_level() {
    for len in LENGTHS {
        for seed in 0..50 {
            let all: Vec<(u32, u32)> = (0..len).map(|i| priced(below(seed, i, NEAR))).collect();
            Chosen::new(seed, &all).compare("all tied");
            // A few tie, ahead of the rest.
            let few: Vec<(u32, u32)> = all
                .iter()
                .enumerate()
                .map(|(i, &(draw, weight))| (draw, if below(seed + 100, i, 20) == 0 { weight } else { weight - 1 }))
                .collect();
            Chosen::new(seed, &few).compare("a few tied");
        }
    }
}

/// Every weight is the cost, or one or two less, so losers lose by the least possible margin.
#[test]
fn what_floating_point_cannot_tell_apart_is_told_at_every_level() {
    for len in LENGTHS {
        for seed in 0..200 {
            let near: Vec<(u32, u32)> = (0..len)
                .map(|i| {
                    let (draw, weight) = priced(below(seed, i, NEAR));
                    (draw, weight - below(seed + 1_000, i, 3))
                })
                .collect();
            Chosen::new(seed, &near).compare(&format!("near ties, seed {seed}"));
        }
    }
}

/// Equal weights, and seven different draws over the whole range.
#[test]
fn of_equal_draws_and_weights_the_first_wins_at_every_level() {
    for len in LENGTHS {
        for seed in 0..50 {
            let draws: Vec<(u32, u32)> =
                (0..len).map(|i| (below(seed, below(seed, i, 7) as usize, 1 << 32), 1_000_000_007)).collect();
            Chosen::new(seed, &draws).compare("equal weights");
        }
    }
}

/// Weights and draws over their whole range: a logarithm of either is even.
#[test]
fn weights_and_draws_over_their_whole_range_are_told_at_every_level() {
    let (mut certain, mut all) = (0, 0);
    for len in LENGTHS {
        for seed in 0..60 {
            let spread = |stream: u64, i: usize| below(seed + stream, i, 1 << 32) >> below(seed + stream + 1, i, 32);
            let wide: Vec<(u32, u32)> = (0..len).map(|i| (!spread(3_000, i), spread(4_000, i).max(1))).collect();
            Chosen::new(seed, &wide).compare("whole range");
            // Draws as they come: most winners are far from the greatest draw if one weight outweighs the others.
            let heavy = |i: usize| if i as u64 == seed % 5 { u32::MAX } else { 1 + below(seed + 5_000, i, 1 << (seed % 32)) };
            let drawn: Vec<(u32, u32)> = (0..len).map(|i| (below(seed + 6_000, i, 1 << 32), heavy(i))).collect();
            certain += u32::from(Chosen::new(seed, &drawn).compare("one heavy"));
            all += 1;
        }
    }
    // One heavy consumer is certain to win, or hardly ever anything is: the estimates are of use.
    assert!(certain * 10 > all * 7, "estimates decided {certain} of {all} only");
}

/// The edges of draws beside each other, with the edges of weights.
#[test]
fn the_edges_of_draws_and_weights_are_told_at_every_level() {
    let draws = [0, 1, 2, 0x7fff_ffff, 0x8000_0000, u32::MAX - 2, u32::MAX - 1, u32::MAX];
    let weights = [1, 2, 3, 0x00ff_ffff, 0x0100_0000, 0x0100_0001, u32::MAX - 1, u32::MAX];
    let pairs: Vec<(u32, u32)> = draws.iter().flat_map(|&draw| weights.iter().map(move |&weight| (draw, weight))).collect();
    for one in &pairs {
        for other in &pairs {
            Chosen::new(1, &[*one, *other]).compare("edges");
        }
    }
    for seed in 0..200 {
        let some: Vec<(u32, u32)> = (0..20).map(|i| pairs[below(seed, i, 64) as usize]).collect();
        Chosen::new(seed, &some).compare("edges, twenty");
    }
}
