//! Means of simulated figures, and the intervals that the samples themselves give.

use annulus_core::{Cluster, ConsistentHashRing, Kernel, Weight};
use annulus_eval::stats::float;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// A mean and its standard error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) mean: f64,
    error: f64,
    degrees: f64,
}

impl Sample {
    pub(crate) fn of(values: &[f64]) -> Self {
        let count = float(values.len());
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Self { mean, error: (variance / count).sqrt(), degrees: count - 1.0 }
    }

    /// The standard deviation of one value.
    pub(crate) fn deviation(self) -> f64 {
        self.error * (self.degrees + 1.0).sqrt()
    }

    /// Asserts that a law's mean lies in the two-sided interval of Student's t at 10⁻⁶, widened by `rounding`.
    #[track_caller]
    pub(crate) fn has_mean(self, expected: f64, rounding: f64, what: &str) {
        let tolerance = quantile(self.degrees) * self.error + rounding + 1e-12;
        assert!((self.mean - expected).abs() <= tolerance, "{what}: {} is not {expected} ± {tolerance}", self.mean);
    }

    /// Asserts that two samples have one mean, by the standard error of their difference (the fewer degrees decide).
    #[track_caller]
    pub(crate) fn agrees_with(self, other: Self, what: &str) {
        let tolerance = quantile(self.degrees.min(other.degrees)) * self.error.hypot(other.error) + 1e-12;
        assert!((self.mean - other.mean).abs() <= tolerance, "{what}: {} is not {} ± {tolerance}", self.mean, other.mean);
    }
}

fn quantile(degrees: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees).unwrap().inverse_cdf(1.0 - 0.5e-6)
}

/// `nodes` members whose names, and so their points, differ from seed to seed.
pub(crate) fn cluster<K: Kernel>(kernel: K, nodes: usize, seed: u64) -> Cluster<K, ()> {
    let mut cluster = Cluster::with_kernel(kernel);
    let names: Vec<String> = (0..nodes).map(|node| name(seed, node)).collect();
    cluster.add_consumers(&mut names.iter().map(|name| (name.as_str(), Weight::default(), ()))).unwrap();
    cluster
}

pub(crate) fn name(seed: u64, node: usize) -> String {
    format!("{seed}-{node}")
}
