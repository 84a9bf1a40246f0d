//! What the keys add to the load of the busiest node, whatever the algorithm.

use rand::distr::{Distribution, StandardUniform};
use rand_distr::StandardNormal;

use super::wanted::Wanted;
use crate::keys::generated::{Purpose, generator};
use crate::stats::float;

/// Placements that are simulated, and the keys that are thrown one by one; the rest of them are many and light.
const PLACEMENTS: u32 = 400;
const THROWN: u64 = 10_000;

/// The busiest node of an exactly even placement of these keys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Chance {
    /// The number of nodes: the most that there will be.
    pub(crate) nodes: usize,
    /// The median over placements.
    pub(crate) median: f64,
    /// What one placement in a hundred exceeds.
    pub(crate) unlucky: f64,
    /// What the most popular key brings to its node, over a node's part.
    pub(crate) hottest: f64,
}

impl Chance {
    /// Of the keys that are asked about; nothing where their number is not told.
    pub(crate) fn of(wanted: &Wanted) -> Option<Self> {
        let (keys, nodes) = (wanted.keys?, wanted.to());
        let exponent = wanted.skew.unwrap_or(0.0);
        let popularity = Popularity::new(keys, exponent);
        let mut busiest: Vec<f64> = (0..PLACEMENTS).map(|at| popularity.busiest(wanted, nodes, at)).collect();
        busiest.sort_by(f64::total_cmp);
        let at = |part: u32| busiest[(PLACEMENTS * part / 100) as usize];
        Some(Self { nodes, median: at(50), unlucky: at(99), hottest: popularity.thrown[0] * float(nodes) })
    }
}

/// Requests by key: the most popular ones, and the others as a whole.
struct Popularity {
    thrown: Vec<f64>,
    /// The sum of all others, and of their squares.
    rest: f64,
    squares: f64,
}

impl Popularity {
    fn new(keys: u64, exponent: f64) -> Self {
        let weight = |rank: u64| float(rank).powf(-exponent);
        let thrown: Vec<f64> = (1..=keys.min(THROWN)).map(weight).collect();
        // Beyond the thrown ones, sums by their integrals, from the middle between ranks.
        let integral = |power: f64| {
            let (from, to) = (float(THROWN) + 0.5, float(keys) + 0.5);
            let shift = 1.0 - power;
            if keys <= THROWN {
                0.0
            } else if shift.abs() < 1e-9 {
                (to / from).ln()
            } else {
                (to.powf(shift) - from.powf(shift)) / shift
            }
        };
        let (rest, squares) = (integral(exponent), integral(2.0 * exponent));
        let total = thrown.iter().sum::<f64>() + rest;
        Self {
            thrown: thrown.iter().map(|weight| weight / total).collect(),
            rest: rest / total,
            squares: squares / total.powi(2),
        }
    }

    /// The busiest node over its part when every key goes anywhere.
    fn busiest(&self, wanted: &Wanted, nodes: usize, repetition: u32) -> f64 {
        let mut rng = generator(wanted.seed, Purpose::Ideal, repetition);
        let weights: Vec<f64> = (0..nodes).map(|at| f64::from(wanted.weight(at).get())).collect();
        let total: f64 = weights.iter().sum();
        let mut sums: Vec<f64> = Vec::with_capacity(nodes);
        let mut sum = 0.0;
        for weight in &weights {
            sum += weight / total;
            sums.push(sum);
        }
        let mut loads = vec![0.0; nodes];
        for load in &self.thrown {
            let uniform: f64 = StandardUniform.sample(&mut rng);
            loads[sums.partition_point(|sum| *sum < uniform).min(nodes - 1)] += load;
        }
        let over = loads.iter().zip(&weights).map(|(load, weight)| {
            let part = weight / total;
            // The sum of many light keys is normal.
            let deviation = (self.squares * part * (1.0 - part)).sqrt();
            let normal: f64 = StandardNormal.sample(&mut rng);
            (load + self.rest * part + deviation * normal) / part
        });
        over.fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn popularity_sums_to_one_with_and_without_a_rest() {
        for (keys, exponent) in [(100, 0.0), (100, 1.0), (1_000_000, 0.0), (1_000_000, 0.9), (1_000_000, 1.0), (1_000_000, 1.2)] {
            let popularity = Popularity::new(keys, exponent);
            let whole = popularity.thrown.iter().sum::<f64>() + popularity.rest;
            assert!((whole - 1.0).abs() < 1e-12, "{keys} {exponent}");
            let exact = crate::stats::zipf::ZipfLaw::new(keys, exponent).unwrap();
            // An integral in place of a sum from rank 10,000 on.
            assert!((popularity.thrown[0] / exact.hottest_share() - 1.0).abs() < 1e-6, "{keys} {exponent}");
            let squares = popularity.thrown.iter().map(|p| p * p).sum::<f64>() + popularity.squares;
            assert!((squares * exact.effective_keys() - 1.0).abs() < 1e-6, "{keys} {exponent}");
        }
    }
}
