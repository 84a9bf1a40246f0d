//! What theory says of sets of replicas.

use annulus_core::DependsOn;

use crate::algorithm::{Algorithm, Law};
use crate::stats::{Tail, float, multinomial, whole};

use super::super::row::Band;

/// What is expected of sets of R of N nodes over K keys.
pub(super) struct Theory {
    nodes: f64,
    count: f64,
    keys: f64,
    /// Skipping a node equals removing it, so that a removal replaces the removed node alone.
    pub(super) skips: bool,
    /// Every set of R nodes is as likely as any other: the next choice is uniform among those that are left.
    exchangeable: bool,
    tail: Tail,
}

impl Theory {
    pub(super) fn new(algorithm: &Algorithm, nodes: usize, count: usize, keys: u64, tail: Tail) -> Self {
        let properties = algorithm.properties();
        let skips = properties.minimal_remove_any && properties.depends_on == DependsOn::Set;
        Self {
            nodes: float(nodes),
            count: float(count),
            keys: float(keys),
            skips,
            exchangeable: skips && algorithm.law() == Law::Uniform,
            tail,
        }
    }

    /// Σ(c−e)²/e, scaled by (N−1)/(N−R): a set has no node twice, which takes that much from the variance of a count.
    pub(super) fn inclusion_statistic(&self, included: &[u64]) -> f64 {
        let expected = self.keys * self.count / self.nodes;
        let sum: f64 = included.iter().map(|&count| (float(count) - expected).powi(2) / expected).sum();
        sum * (self.nodes - 1.0) / (self.nodes - self.count)
    }

    pub(super) fn inclusion(&self) -> Band {
        if !self.exchangeable {
            return Band::NONE;
        }
        let is_dense = self.keys * self.count / self.nodes >= 5.0 && self.nodes > 2.0;
        self.chi_square(self.nodes - 1.0, is_dense)
    }

    pub(super) fn largest_inclusion(&self, included: &[u64]) -> f64 {
        float(included.iter().copied().max().unwrap_or(0)) * self.nodes / (self.keys * self.count)
    }

    fn pair_count(&self) -> f64 {
        self.nodes * (self.nodes - 1.0) / 2.0
    }

    pub(super) fn pair_statistic(&self, pairs: &[u64]) -> f64 {
        let expected = self.keys / self.pair_count();
        pairs.iter().map(|&count| (float(count) - expected).powi(2) / expected).sum()
    }

    pub(super) fn pairs(&self) -> Band {
        if !self.exchangeable {
            return Band::NONE;
        }
        self.chi_square(self.pair_count() - 1.0, self.keys / self.pair_count() >= 5.0 && self.nodes > 2.0)
    }

    /// The mean of X² holds for any number of keys; its law for five a cell or more.
    fn chi_square(&self, degrees: f64, is_dense: bool) -> Band {
        let band = Band::expect("chi-square", degrees);
        if !is_dense {
            return band;
        }
        band.within(multinomial::chi_square_band(whole(degrees), self.tail)).gate()
    }

    /// The mean number of different sets among K draws from all C(N, R).
    pub(super) fn distinct_sets(&self) -> Band {
        if !self.exchangeable {
            return Band::NONE;
        }
        let mut all = 1.0;
        let mut chosen = 0.0;
        while chosen < self.count {
            all *= (self.nodes - chosen) / (chosen + 1.0);
            chosen += 1.0;
        }
        // C·(1 − (1 − 1/C)^K), where 1/C may be smaller than a float tells from nothing.
        Band::expect("occupancy", -all * (self.keys * (-1.0 / all).ln_1p()).exp_m1())
    }

    /// Members that a removal replaces in each set: those of the removed node, R/N in the mean.
    pub(super) fn churn(&self) -> Band {
        Band::expect("minimal", self.count / self.nodes).only_if(self.skips)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_from_few_sets_find_them_all_and_from_many_hardly_repeat() {
        let theory =
            |nodes, keys| Theory { nodes, count: 3.0, keys, skips: true, exchangeable: true, tail: Tail::new(1e-6).unwrap() };
        assert!((theory(10.0, 1e5).distinct_sets().expected.unwrap() - 120.0).abs() < 1e-9);
        // C(1000, 3) = 166,167,000; K − K²/2C.
        let many = theory(1000.0, 1e5).distinct_sets().expected.unwrap();
        assert!((many - (1e5 - 1e10 / (2.0 * 166_167_000.0))).abs() < 0.1, "{many}");
    }
}
