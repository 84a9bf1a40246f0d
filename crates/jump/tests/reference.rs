//! The paper's function, held to published answers and to the paper's loop.

use annulus_core::mix;
use annulus_jump::{ByDigest, Digest, JumpHash, jump_hash};

/// The loop as the paper prints it, in the paper's types.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "as printed")]
fn paper(mut key: u64, buckets: u32) -> u32 {
    let (mut b, mut j) = (-1_i64, 0_i64);
    while j < i64::from(buckets) {
        b = j;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        j = ((b + 1) as f64 * ((1_i64 << 31) as f64 / ((key >> 33) + 1) as f64)) as i64;
    }
    b as u32
}

/// The rows `key, buckets, bucket` of a vector file; its first lines tell the source.
fn rows(file: &'static str) -> impl Iterator<Item = (u64, u32, u32)> {
    file.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut fields = line.split('\t');
        let mut next = || fields.next().expect("three fields");
        (next().parse().expect("a key"), next().parse().expect("buckets"), next().parse().expect("a bucket"))
    })
}

#[test]
fn answers_as_published() {
    let files = [include_str!("vectors/published.tsv"), include_str!("vectors/edge.tsv"), include_str!("vectors/go-jump.tsv")];
    for (file, least) in files.into_iter().zip([112, 700, 750]) {
        assert!(rows(file).count() >= least, "vectors are missing");
        for (key, buckets, bucket) in rows(file) {
            assert_eq!(jump_hash(key, buckets), Some(bucket), "key {key}, {buckets} buckets");
        }
    }
}

#[test]
fn tells_the_paper_from_the_integer_quotient() {
    // The first answer is the paper's, the second that of an exact quotient.
    let vectors = [
        (0xceb1_3748_0c7f_7142, 64, 63, 48),
        (0x940b_15cc_5e07_a7f8, 64, 63, 48),
        (0x24ce_9cb0_08f6_53ef, 128, 127, 97),
        (0xbc6f_2c0a_2edd_798a, 128, 127, 102),
    ];
    for (key, buckets, paper, quotient) in vectors {
        assert_eq!(jump_hash(key, buckets), Some(paper), "key {key:#x}");
        assert_eq!(jump_hash(key, buckets - 1), Some(quotient), "key {key:#x}: one bucket less");
    }
}

#[test]
fn equals_the_papers_loop_for_every_size_to_300_and_samples_to_the_last() {
    for buckets in 1..=300 {
        for i in 0..4_000 {
            let key = mix(u64::from(buckets), i);
            assert_eq!(jump_hash(key, buckets), Some(paper(key, buckets)), "key {key:#x}, {buckets} buckets");
        }
    }
    let last = (1 << 31) - 1;
    for (size, buckets) in
        [1_000, 1_023, 1_024, 1_025, 65_537, 1_000_000, 1 << 24, 1 << 30, last - 1, last].into_iter().enumerate()
    {
        for i in 0..200_000 {
            let key = mix(size as u64, i);
            assert_eq!(jump_hash(key, buckets), Some(paper(key, buckets)), "key {key:#x}, {buckets} buckets");
        }
    }
}

#[test]
fn answers_for_every_count_there_is() {
    for key in [0, 1, u64::MAX, 1 << 63] {
        assert_eq!(jump_hash(key, 0), None);
        assert_eq!(jump_hash(key, 1), Some(0));
        assert!(jump_hash(key, u32::MAX).is_some_and(|bucket| bucket < u32::MAX));
    }
}

#[test]
fn the_bucket_is_the_consumers_index() {
    let mut jump = JumpHash::<u32>::new();
    for node in 0..1_000 {
        jump.add_consumer(&format!("node-{node}"), node).expect("room for it");
        for i in 0..100 {
            let digest = mix(9, i);
            let index = jump.locate(Digest::of_hash(digest)).expect("there are consumers");
            assert_eq!(Some(index.get()), jump_hash(digest, node + 1));
            assert_eq!(jump.roster().info(index), Some(&index.get()));
        }
    }
}
