//! What every mapping stands on, pinned: the default hasher, the seeds of names, the mixer, fingerprints.
//!
//! The constants of hashers, seeds, mixers and fingerprints come from an implementation in another language, that of `SipHash`
//! checked against the vector of its paper; a change of any is a value-breaking release.
#![allow(missing_docs)]

use annulus_core::{ByDigest, Cluster, ConsistentHashRing, Digest, KeyHasher, NodeIndex, SipHash, Weight, mix, mix64};
use toys::{Coins, Greatest, Points};

mod toys;

#[test]
fn digests_of_the_default_hasher_and_of_one_with_a_secret() {
    let bytes: Vec<u8> = (0..64).collect();
    let secret = SipHash::with_keys(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
    for (input, default, keyed) in [
        (&b""[..], 0xd1fb_a762_150c_532c, 0xabac_0158_050f_c4dc),
        (b"a", 0x4074_48d2_b89b_1813, 0x1c26_97ab_786a_6237),
        (b"user:42", 0x223d_d74f_b15f_308d, 0xa534_dcf0_b23f_4f2d),
        (&bytes, 0x75e0_5fd5_bbc8_70c6, 0xf179_97ec_4b4a_6065),
    ] {
        assert_eq!(SipHash::new().hash(input), default, "{input:?}");
        assert_eq!(secret.hash(input), keyed, "{input:?} with the keys of the paper's vectors");
    }
    assert_eq!((SipHash::new().check(), secret.check()), (0x1592_b83b_ab68_4f42, 0xd3c0_91e7_d79e_35b9));
}

#[test]
fn seeds_of_names() {
    let mut ring = Cluster::<Greatest, ()>::new();
    for (name, seed) in
        [("", 0x4d1a_3af6_e31a_3b20), ("cache-1", 0x30df_10af_ca42_9721), ("10.0.0.1:11211", 0xe7b7_d734_eff7_47a7)]
    {
        ring.add_consumer(name, ()).unwrap();
        let index = ring.roster().index_of(name).unwrap();
        assert_eq!(ring.roster().nodes().seed(index), seed, "{name:?}");
    }
}

#[test]
fn mixers_over_a_million_inputs() {
    pinned(1_000_000, MIX64, |i, sum| mix64(sum ^ mix64(i)));
    pinned(1_000_000, MIX, |i, sum| mix64(sum ^ mix(i % 1000, i)));
}

#[test]
fn the_common_tail_of_preference_orders() {
    let mut ring = Cluster::<Coins, ()>::new();
    for i in 0..20 {
        ring.add_consumer(&format!("node-{i}"), ()).unwrap();
    }
    let mut out = [NodeIndex::default(); 20];
    pinned(100_000, TAIL, |i, sum| {
        ring.locate_n(Digest::of_hash(mix64(i)), &mut out);
        out.iter().fold(sum, |sum, index| mix64(sum ^ u64::from(index.get())))
    });
}

#[test]
fn fingerprints() {
    fn members(ring: &mut impl ConsistentHashRing<ConsumerInfo = ()>, weight: u32) {
        ring.add_weighted_consumer("a", Weight::new(weight).unwrap(), ()).unwrap();
        ring.add_consumer("b", ()).unwrap();
    }
    let (mut set, mut order) = (Cluster::<Points, ()>::new(), Cluster::<Coins, ()>::new());
    members(&mut set, 3);
    members(&mut order, 1);
    assert_eq!((set.fingerprint(), order.fingerprint()), FINGERPRINTS);
}

/// Folds `0..count`, and holds the sum to its pins: after the first 100, where an interpreter ends, and after all.
fn pinned(count: u64, (few, all): (u64, u64), mut step: impl FnMut(u64, u64) -> u64) {
    let sum = (0..100).fold(0, |sum, i| step(i, sum));
    assert_eq!(sum, few, "the first 100");
    if !cfg!(miri) {
        let sum = (100..count).fold(sum, |sum, i| step(i, sum));
        assert_eq!(sum, all, "all {count}");
    }
}

const MIX64: (u64, u64) = (0x70a6_6934_b43a_e7b0, 0x5edd_3395_f692_51c7);
const MIX: (u64, u64) = (0x8f61_640d_eaf8_254d, 0xf792_5b44_6ca5_cdc2);
const TAIL: (u64, u64) = (0x34fa_240b_a93d_a236, 0xca1a_c938_a11a_e163);
const FINGERPRINTS: (u64, u64) = (0x011e_6496_a4f4_214e, 0xcf6a_010e_aaa7_8ab3);
