//! Points of a ring, and probes, that lie where they should not.

use std::collections::BTreeMap;

use annulus_core::{DependsOn, Digest, HashFn, Kernel, NodeIndex, Nodes, Properties, mix, mix64};
use annulus_eval::known::MultiProbe;
use annulus_eval::{Algorithm, Law};

use crate::trial::{Circle, caught, failures, judged};

/// A ring of 32-bit points on which the first of two equal ones stays.
#[derive(Clone, Default)]
struct Short {
    points: BTreeMap<u32, NodeIndex>,
}

impl Kernel for Short {
    const PROPERTIES: Properties = Properties::new("short", DependsOn::Set).minimal_on_addition().minimal_on_any_removal();
    fn rebuild(&mut self, nodes: &Nodes) {
        self.points.clear();
        for node in nodes.indices() {
            for i in 0..100 {
                self.points.entry((mix(nodes.seed(node), i) >> 32) as u32).or_insert(node);
            }
        }
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        let next = self.points.range((digest.bits() >> 32) as u32..).next().or_else(|| self.points.first_key_value());
        *next.unwrap().1
    }
    // The default order would not do for a minimal removal of replicas, which no gate asks for.
}

/// Among 10,000 points the chance of two equal ones is 1 %, so that keys and every other gate are blind.
#[test]
fn a_ring_of_short_points_drops_one_of_two_equal_ones() {
    caught(&judged(&Algorithm::of("planted", Short::default())), "collisions", "answers that depend on arrival", &[]);
}

/// FNV-1a.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// A ring whose points are the hashes of the names themselves: it undoes the mixing between hasher and kernel.
#[derive(Clone, Default)]
struct Unmixed {
    circle: Circle,
}

/// The inverse of `mix64`, except for what a cluster mixes into every name alike, which turns no cluster of points into none.
fn unmix(word: u64) -> u64 {
    let unshift = |word: u64, by: u32| word ^ (word >> by) ^ (word >> (2 * by));
    let word = unshift(word, 31).wrapping_mul(0x3196_42b2_d24d_8ec3);
    unshift(unshift(word, 27).wrapping_mul(0x96de_1b17_3f11_9089), 30)
}

impl Kernel for Unmixed {
    // Removals are minimal too, but skipping is not removing: the order is the provided one.
    const PROPERTIES: Properties = Properties::new("unmixed", DependsOn::Set).minimal_on_addition();
    fn rebuild(&mut self, nodes: &Nodes) {
        self.circle = Circle(nodes.indices().map(|node| (unmix(nodes.seed(node)), node)).collect());
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        self.circle.owner(digest)
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        self.circle.shares(nodes)
    }
}

fn ring_of_names<H: annulus_core::KeyHasher + Clone + Send + Sync + 'static>(hasher: H) -> Algorithm {
    Algorithm::hashed("planted", Unmixed::default(), hasher).with_law(Law::Arcs { points: 1 })
}

/// Random names hide it: their last digits, which FNV leaves low, come after others that differ. Mixing hides it too, and
/// so would counts of keys, which agree with the arcs.
#[test]
fn fnv_of_patterned_names_makes_clusters_of_points() {
    caught(&judged(&ring_of_names(HashFn(fnv))), "names", "largest share over mean", &[]);
    assert_eq!(failures(&judged(&ring_of_names(annulus_core::SipHash::new()))), BTreeMap::new());
}

#[test]
fn multi_probe_hashing_passes_and_its_keys_follow_the_share_integral() {
    let outcomes = judged(&Algorithm::of("true", MultiProbe::default()));
    assert_eq!(failures(&outcomes), BTreeMap::new());
    let shares = outcomes.iter().filter(|outcome| outcome.gate == "shares");
    let figures: Vec<_> = shares.map(|outcome| (outcome.nodes, outcome.judged)).collect();
    // One share for each member, each above 0, their sum, and X².
    assert_eq!(figures, [(10, 4), (100, 4)]);
}

/// Multi-probe hashing whose probes follow each other so closely that they are one.
#[derive(Clone, Default)]
struct Crowded {
    told: MultiProbe,
    points: BTreeMap<u64, NodeIndex>,
}

impl Kernel for Crowded {
    const PROPERTIES: Properties = Properties::new("crowded", DependsOn::Set).minimal_on_addition().minimal_on_any_removal();
    fn rebuild(&mut self, nodes: &Nodes) {
        self.told.rebuild(nodes);
        self.points = nodes.indices().map(|node| (mix(nodes.seed(node), 0), node)).collect();
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        let after = |probe: u64| self.points.range(probe..).next().or_else(|| self.points.first_key_value()).unwrap();
        let probes = (0..21).map(|i| digest.bits().wrapping_add(i * (mix64(digest.bits()) >> 32)));
        *probes.map(|probe| (after(probe).0.wrapping_sub(probe), after(probe).1)).min().unwrap().1
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        self.told.shares(nodes)
    }
}

/// The shares that it tells are right, for the algorithm that it means to be.
#[test]
fn probes_with_half_a_word_between_them_miss_the_share_integral() {
    let outcomes = judged(&Algorithm::of("planted", Crowded::default()));
    caught(&outcomes, "shares", "X² of counts against shares", &["names", "movement"]);
}

/// A ring whose points are evenly spaced from a node's first: all its arcs are as long or short as one.
#[derive(Clone, Default)]
struct Spaced {
    circle: Circle,
}

impl Kernel for Spaced {
    const PROPERTIES: Properties = Properties::new("spaced", DependsOn::Set).minimal_on_addition().minimal_on_any_removal();
    fn rebuild(&mut self, nodes: &Nodes) {
        let point = |seed: u64, i| mix64(seed).wrapping_add(i * (u64::MAX / 100));
        let points = nodes.indices().flat_map(|node| (0..100).map(move |i| (point(nodes.seed(node), i), node)));
        self.circle = Circle(points.collect());
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        self.circle.owner(digest)
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        self.circle.shares(nodes)
    }
}

/// Keys agree with the arcs, which a hundred points should have evened out.
#[test]
fn evenly_spaced_points_leave_arcs_as_uneven_as_one_point_does() {
    let spaced = Algorithm::of("planted", Spaced::default()).with_law(Law::Arcs { points: 100 });
    let outcomes = judged(&spaced);
    caught(&outcomes, "arcs", "largest share over mean", &["names", "movement", "places"]);
    caught(&outcomes, "arcs", "CV of shares", &["names", "movement", "places"]);
}
