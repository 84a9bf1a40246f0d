//! Rings to test on, and plain forms to compare with.

use annulus::{Digest, HashFn, KeyHasher, NodeIndex, Ring, SipHash, Spec, Weight, catalogue};

/// The fault level of a check of randomness, as standard deviations of a normal distribution: 10⁻⁶, both sides.
pub(crate) const Z: f64 = 4.9;

/// A small ring of every algorithm, as text.
pub(crate) fn specs() -> Vec<String> {
    let small = |name: &str| match name {
        "ring" => "ring:points=20".to_owned(),
        "maglev" => "maglev:slots=503".to_owned(),
        other => other.to_owned(),
    };
    catalogue().iter().map(|entry| small(entry.name)).collect()
}

/// Whether this algorithm takes weights.
pub(crate) fn is_weighted(spec: &str) -> bool {
    spec.parse::<Spec>().unwrap().properties().weighted
}

/// Whether the removal of any consumer moves no other keys.
pub(crate) fn is_minimal(spec: &str) -> bool {
    spec.parse::<Spec>().unwrap().properties().minimal_remove_any
}

/// An empty ring. With `collides`, names and keys have one of 64 hashes only, so that names are refused and keys coincide.
pub(crate) fn ring(spec: &str, collides: bool) -> Box<dyn Ring<u8>> {
    let spec: Spec = spec.parse().unwrap();
    if collides { spec.build_with(HashFn(|bytes: &[u8]| SipHash::new().hash(bytes) & 63)) } else { spec.build() }
}

/// `n` consumers of weight one in `zones` zones.
pub(crate) fn fleet(spec: &str, n: usize, zones: usize) -> Box<dyn Ring<u8>> {
    let mut ring = ring(spec, false);
    ring.extend((0..n).map(|i| (format!("server-{i}"), Weight::ONE, (i % zones) as u8))).unwrap();
    ring
}

/// The preference order of a digest.
pub(crate) fn order<T>(ring: &dyn Ring<T>, digest: Digest) -> Vec<NodeIndex> {
    let mut order = vec![NodeIndex::default(); ring.len()];
    let found = ring.locate_n(digest, &mut order);
    assert_eq!(found, ring.len());
    order
}

pub(crate) fn digests(seed: u64, n: usize) -> Vec<Digest> {
    let mut numbers = crate::simulate::Numbers::new(seed);
    (0..n).map(|_| numbers.digest()).collect()
}
