//! Forced ties and near ties between unequal weights, with chosen draws, at every level.

use alloc::{format, vec::Vec};

use annulus_core::{Digest, cost::cost, mix};
use annulus_lanes::Level;

use crate::{
    draw::Query,
    scan::{WIDTH, Weighted},
};

/// Below this distance from the greatest draw, a cost is small enough to be a weight.
const NEAR: u64 = 40;

/// Consumers with chosen draws.
struct Columns {
    query: Query,
    draws: Vec<u32>,
    s: Vec<u32>,
    t: Vec<u32>,
    weights: Vec<u64>,
    inverse: Vec<f32>,
}

impl Columns {
    /// `priced` gives each position's draw and weight. The columns are padded as in the kernel.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "as the kernel does")]
    fn new(seed: u64, priced: &[(u32, u32)]) -> Self {
        let query = Query::new(Digest::of_hash(mix(seed, 0)));
        let filled = priced.len().next_multiple_of(WIDTH);
        let (mut s, mut t) = (Vec::new(), Vec::new());
        for (i, &(draw, _)) in (1..).zip(priced) {
            let half = mix(seed, i) as u32;
            s.push(half);
            // The second half is added last, so it sets the draw.
            t.push(draw.wrapping_sub(query.draw(half, 0)));
        }
        let (draws, mut weights): (Vec<u32>, Vec<u64>) = priced.iter().map(|&(draw, weight)| (draw, u64::from(weight))).unzip();
        s.resize(filled, s[priced.len() - 1]);
        t.resize(filled, t[priced.len() - 1]);
        weights.resize(filled, weights[priced.len() - 1]);
        let inverse = weights.iter().map(|&weight| 1.0 / weight as f32).collect();
        Self { query, draws, s, t, weights, inverse }
    }

    /// The lowest position whose cost divided by weight is least, by exact products.
    fn expected(&self) -> usize {
        let price = |position: usize| (u128::from(cost(self.draws[position])), u128::from(self.weights[position]));
        (1..self.draws.len()).fold(0, |best, position| {
            let ((mine, its), (least, weight)) = (price(position), price(best));
            if mine * weight < least * its { position } else { best }
        })
    }

    fn compare(&self, context: &str) {
        let expected = self.expected();
        for level in Level::available() {
            let weight = |position: usize| self.weights[position];
            let found = level.run(Weighted { query: self.query, s: &self.s, t: &self.t, inverse: &self.inverse, weight });
            // A padding position stands for the last consumer.
            assert_eq!(found.min(self.draws.len() - 1), expected, "{level:?}, {} consumers, {context}", self.draws.len());
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

const LENGTHS: [usize; 15] = [1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 128, 500, 1_000, 5_000];

/// Every weight is the cost of the draw, so all consumers tie.
#[test]
fn of_equal_costs_for_unequal_weights_the_first_wins_at_every_level() {
    for len in LENGTHS {
        for seed in 0..50 {
            let all: Vec<(u32, u32)> = (0..len).map(|i| priced(below(seed, i, NEAR))).collect();
            Columns::new(seed, &all).compare("all tied");
            // A few tie, ahead of the rest.
            let few: Vec<(u32, u32)> = all
                .iter()
                .enumerate()
                .map(|(i, &(draw, weight))| (draw, if below(seed + 100, i, 20) == 0 { weight } else { weight - 1 }))
                .collect();
            Columns::new(seed, &few).compare("a few tied");
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
            Columns::new(seed, &near).compare(&format!("near ties, seed {seed}"));
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
            Columns::new(seed, &draws).compare("equal weights");
        }
    }
}
