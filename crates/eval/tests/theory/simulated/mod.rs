//! The laws against the algorithms themselves: means over many clusters, within intervals that the samples give.

mod remap;
mod ring;
mod table;
mod weighted;

use std::collections::HashSet;
use std::ops::Range;

use annulus_core::{ByDigest, Cluster, ConsistentHashRing, Digest, Kernel, Weight, mix};
use annulus_eval::stats::{float, intervals};

/// What lies outside each interval, both tails together.
const OUTSIDE: f64 = 2e-6;

/// A cluster of `nodes` equal consumers with names of its own for each sample.
fn filled<K: Kernel>(kernel: K, nodes: u64, sample: u64) -> Cluster<K, ()> {
    weighted(kernel, nodes, sample, |_| Weight::ONE)
}

fn weighted<K: Kernel>(kernel: K, nodes: u64, sample: u64, weight: impl Fn(u64) -> Weight) -> Cluster<K, ()> {
    named(kernel, 0..nodes, sample, weight)
}

fn named<K: Kernel>(kernel: K, nodes: Range<u64>, sample: u64, weight: impl Fn(u64) -> Weight) -> Cluster<K, ()> {
    let members: Vec<(String, Weight)> = nodes.map(|node| (name(sample, node), weight(node))).collect();
    let mut cluster = Cluster::with_kernel(kernel);
    cluster.add_consumers(&mut members.iter().map(|(name, weight)| (name.as_str(), *weight, ()))).unwrap();
    cluster
}

fn name(sample: u64, node: u64) -> String {
    format!("{sample}/{node}")
}

/// Random digests, others for each sample.
fn digests(sample: u64, count: u64) -> Vec<Digest> {
    (0..count).map(|i| Digest::of_hash(mix(mix(0x5eed, sample), i))).collect()
}

/// How many survivors the keys of a leaving node go to, counted, for one victim in each sample; and how many keys it had on average.
fn counted_receivers<K: Kernel>(kernel: &K, nodes: u64, keys: u64, samples: u64) -> (Vec<f64>, u64) {
    let (mut counts, mut orphans) = (Vec::new(), 0);
    for sample in 0..samples {
        let before = filled(kernel.clone(), nodes, sample);
        let victim = name(sample, sample * 7 % nodes);
        let mut after = before.clone();
        after.remove_consumer(&victim);
        let seeds = |cluster: &Cluster<K, ()>, digest| cluster.roster().nodes().seed(cluster.locate(digest).unwrap());
        let of_victim = before.roster().nodes().seed(before.roster().index_of(&victim).unwrap());
        let lost: Vec<Digest> = digests(sample, keys).into_iter().filter(|&digest| seeds(&before, digest) == of_victim).collect();
        orphans += lost.len() as u64;
        counts.push(float(lost.into_iter().map(|digest| seeds(&after, digest)).collect::<HashSet<_>>().len()));
    }
    (counts, orphans / samples)
}

/// Asserts that `expected` lies in Student's interval of the samples' mean, widened by the rounding of what is expected.
#[track_caller]
fn mean_is(what: &str, samples: &[f64], expected: f64, rounding: f64) {
    let mean = intervals::mean(samples, 1.0 - OUTSIDE).unwrap();
    let (low, high) = (mean.interval.low - rounding, mean.interval.high + rounding);
    assert!((low..=high).contains(&expected), "{what}: {expected} is not within {low} to {high}, mean {}", mean.value);
}

/// The same where what is expected is itself the mean of a simulation, taken to have as many samples: the difference of two
/// such means spreads by √2 more than one.
#[track_caller]
fn mean_is_as_simulated(what: &str, samples: &[f64], simulated: f64, rounding: f64) {
    let mean = intervals::mean(samples, 1.0 - OUTSIDE).unwrap();
    let reach = (mean.interval.high - mean.value) * std::f64::consts::SQRT_2 + rounding;
    assert!((mean.value - simulated).abs() <= reach, "{what}: {simulated} is not within {reach} of {}", mean.value);
}
