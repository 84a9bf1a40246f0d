//! The faster hasher, pinned: every length class of XXH3, with and without a seed, as the reference implementation answers.
#![cfg(feature = "xxh3")]

use annulus_core::{KeyHasher, Xxh3};

/// A byte, how often it is repeated, and the digests under seed 0 and seed 7: xxHash 0.8.4 through the Python package xxhash.
const REPEATED: [(u8, usize, u64, u64); 8] = [
    (b'a', 1, 0xe6c6_32b6_1e96_4e1f, 0x9ed5_888b_c5a2_a094),
    (b'x', 16, 0xdf76_ff0d_7f0d_9edf, 0xc408_6957_3b14_7103),
    (b'y', 17, 0xf33c_ff14_4865_dafe, 0xcdd3_eb56_9edb_5d6a),
    (b'z', 128, 0xa88a_9e74_61be_1d37, 0x8dce_1b58_b9b4_170f),
    (b'w', 129, 0x2e93_6959_923e_7e3a, 0x9c05_5f0f_47bf_7c82),
    (b'v', 240, 0xb187_3fcb_468f_ef90, 0x433e_81d3_6a22_27fc),
    (b'u', 241, 0x6f01_f901_f26b_ad18, 0xfa6e_c8e2_7e0c_694f),
    (b't', 1025, 0x2242_1e58_e6a7_5be4, 0x7ff8_9578_a070_55e1),
];

/// The same for texts.
const TEXTS: [(&str, u64, u64); 4] = [
    ("", 0x2d06_8005_38d3_94c2, 0x913a_e087_3e9b_7eb8),
    ("key", 0xbbea_0d63_a051_65e3, 0x25b3_d8c4_39c5_81cc),
    ("user:42", 0x9fc1_e605_fa71_74aa, 0xbdc1_a807_0c93_c642),
    ("Zürich", 0x0ba4_4fcc_12cc_a74e, 0x8de5_b211_17f7_2882),
];

#[test]
fn answers_as_the_reference_implementation() {
    let repeated = REPEATED.map(|(byte, times, plain, seeded)| (vec![byte; times], plain, seeded));
    let texts = TEXTS.map(|(text, plain, seeded)| (text.as_bytes().to_vec(), plain, seeded));
    for (bytes, plain, seeded) in repeated.into_iter().chain(texts) {
        assert_eq!(Xxh3::new().hash(&bytes), plain, "{} bytes", bytes.len());
        assert_eq!(Xxh3::with_seed(7).hash(&bytes), seeded, "{} bytes, seed 7", bytes.len());
    }
}
