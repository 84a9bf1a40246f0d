//! Checks single keys and batches against the paper's loop at every level. Also checks whole quotients and their neighbours,
//! which random keys do not reach.

use alloc::{vec, vec::Vec};

use annulus_core::{NodeIndex, mix};
use annulus_lanes::Level;

use crate::{
    batch::jump_all,
    hash::{MULTIPLIER, jump},
};

/// The most buckets of the paper's function.
const MOST: u64 = (1 << 31) - 1;

/// The loop as the paper prints it, in the paper's types. Reports each jump.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "as printed")]
fn paper(mut key: u64, buckets: u32, mut jumped: impl FnMut(u64)) -> u32 {
    let (mut b, mut j) = (-1_i64, 0_i64);
    while j < i64::from(buckets) {
        b = j;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        j = ((b + 1) as f64 * ((1_i64 << 31) as f64 / ((key >> 33) + 1) as f64)) as i64;
        jumped(j as u64);
    }
    b as u32
}

/// The next bucket for a word, by the paper's expression.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "as printed")]
fn rounded(from: u64, word: u64) -> u64 {
    ((from + 1) as f64 * ((1_i64 << 31) as f64 / word as f64)) as u64
}

/// The key before `key` in the paper's sequence.
fn before(key: u64) -> u64 {
    // Newton's iteration doubles the correct bits of an odd number's inverse. The number itself has three.
    let inverse =
        (0..5).fold(MULTIPLIER, |inverse, _| inverse.wrapping_mul(2_u64.wrapping_sub(MULTIPLIER.wrapping_mul(inverse))));
    key.wrapping_sub(1).wrapping_mul(inverse)
}

/// Keys that jump from bucket `from` to bucket `to` or a neighbour of it, with words as close to the edge between two buckets as
/// possible. A few keys per word.
fn keys_that_jump(from: u64, to: u64) -> Vec<u64> {
    let edge = ((from + 1) << 31) / to;
    let words = [edge.wrapping_sub(1), edge, edge + 1].into_iter().filter(|word| (1..=1 << 31).contains(word));
    let key = |word: u64, i: u64| (word - 1) << 33 | mix(from << 32 | to, i) >> 31;
    // The low bits of a key are free; some values make the previous step end at `from`.
    let ends_at = move |key: &u64| from == 0 || (1 << 31) / ((key >> 33) + 1) == from;
    let of = move |word| (0..3_000).map(move |i| before(key(word, i))).filter(ends_at).take(3);
    words.flat_map(of).map(|key| if from == 0 { key } else { before(key) }).collect()
}

/// Finds keys by the first two words of their sequence.
struct Keys {
    /// The product of the multiplier with each value of the low 17 bits, sorted.
    products: Vec<(u64, u64)>,
}

impl Keys {
    fn new() -> Self {
        let mut products: Vec<(u64, u64)> = (0..1 << 17).map(|low| (MULTIPLIER.wrapping_mul(low), low)).collect();
        products.sort_unstable();
        Self { products }
    }

    /// A key whose first words are `first` and `second`. On average there are four, since 33 bits are free.
    fn find(&self, first: u64, second: u64) -> Option<u64> {
        (0..1 << 16).find_map(|high| {
            let key = (first - 1) << 33 | high << 17;
            let missing = ((second - 1) << 33).wrapping_sub(key.wrapping_mul(MULTIPLIER).wrapping_add(1));
            let at = self.products.partition_point(|&(product, _)| product < missing);
            let &(product, low) = self.products.get(at)?;
            (product - missing < 1 << 33).then(|| before(key | low))
        })
    }
}

/// The published keys, counts and buckets where a quotient is a whole number or next to one.
pub(crate) fn edges() -> Vec<(u64, u32, u32)> {
    let number = |field: Option<&str>| field?.parse::<u64>().ok();
    let small = |field| number(field)?.try_into().ok();
    let lines = include_str!("../tests/vectors/edge.tsv").lines();
    let edges: Vec<_> = lines
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some((number(fields.next())?, small(fields.next())?, small(fields.next())?))
        })
        .collect();
    assert!(edges.len() >= 700, "only {} edges", edges.len());
    edges
}

/// Compares single keys, and batches of many lengths, at every level. Few keys are repeated until there are enough for lanes to
/// be reused.
fn compare(keys: &[u64], buckets: u32) {
    let keys: Vec<u64> = keys.iter().copied().cycle().take(keys.len().max(270)).collect();
    let expected: Vec<NodeIndex> = keys.iter().map(|&key| NodeIndex::new(paper(key, buckets, |_| ()))).collect();
    for (&key, &expected) in keys.iter().zip(&expected) {
        assert_eq!(NodeIndex::new(jump(key, buckets)), expected, "key {key:#x}, {buckets} buckets");
    }
    for level in Level::available() {
        for len in [keys.len(), 0, 1, 2, 7, 15, 16, 17, 31, 32, 33, 47].map(|len| len.min(keys.len())) {
            let mut batch = vec![NodeIndex::default(); len];
            jump_all(level, &keys[..len], buckets, &mut batch);
            assert_eq!(batch, expected[..len], "{level:?}, {len} keys, {buckets} buckets");
        }
    }
}

/// Every size to 300, and sizes at all scales to the last.
fn sizes() -> impl Iterator<Item = u64> {
    let scales = (0..400).map(|i| mix(3, i) >> (33 + i % 22)).map(|size| size.clamp(301, MOST));
    let powers = (9..=31).flat_map(|power| [(1 << power) - 1, 1 << power, (1 << power) + 1]).filter(|&size| size <= MOST);
    (1..=300).chain(scales).chain(powers).chain([MOST - 1, MOST])
}

fn count(size: u64) -> u32 {
    u32::try_from(size).unwrap()
}

#[test]
fn random_keys_go_as_in_the_paper() {
    for size in sizes() {
        let keys: Vec<u64> = (0..1_000).map(|i| mix(size, i)).chain([0, u64::MAX]).collect();
        compare(&keys, count(size));
    }
}

#[test]
fn keys_at_the_edge_of_a_bucket_go_as_in_the_paper() {
    let (mut edges, mut within, mut beyond) = (0, 0, 0);
    for size in sizes() {
        let keys: Vec<u64> = (0..size.min(12)).flat_map(|from| keys_that_jump(from, size)).collect();
        for buckets in [size - 1, size, size + 1].into_iter().filter(|buckets| (1..=MOST).contains(buckets)) {
            compare(&keys, count(buckets));
        }
        for &key in &keys {
            edges += 1;
            paper(key, count(size), |next| within += u32::from(next + 1 == size));
            paper(key, count(size), |next| beyond += u32::from(next == size));
        }
    }
    // Both sides of the edge occur: the last bucket, and the first past it.
    assert!(edges > 10_000 && within > edges / 10 && beyond > edges / 10, "{edges} keys, {within} and {beyond} at the edge");
}

/// A key moves as soon as the bucket of its next jump exists. Checked one bucket before, at, and after that size.
#[test]
fn keys_move_at_the_size_at_which_the_papers_do() {
    for key in (0..3_000).map(|i| mix(4, i)) {
        let mut jumps = Vec::new();
        paper(key, count(MOST), |next| jumps.push(next));
        for size in jumps.into_iter().flat_map(|next| [next, next + 1, next + 2]).filter(|size| (1..=MOST).contains(size)) {
            let expected = NodeIndex::new(paper(key, count(size), |_| ()));
            assert_eq!(NodeIndex::new(jump(key, count(size))), expected, "key {key:#x}, {size} buckets");
            for level in Level::available() {
                for len in [17, 270] {
                    let mut batch = [NodeIndex::default(); 270];
                    jump_all(level, &[key; 270][..len], count(size), &mut batch[..len]);
                    assert_eq!(batch[..len], [expected; 270][..len], "{level:?}, key {key:#x}, {size} buckets");
                }
            }
        }
    }
}

/// Sizes so large that the exact value is on one side of them and the paper's rounded value on the other.
#[test]
fn keys_leave_where_the_papers_rounding_has_them_leave() {
    let (keys, mut early, mut late) = (Keys::new(), 0, 0);
    for first in 2..60 {
        let from = (1 << 31) / first;
        for size in (from + 2..=MOST).take(4_000_000) {
            let second = (((from + 1) << 31) + size / 2) / size;
            let (leaves, exactly) = (rounded(from, second) >= size, (from + 1) << 31 >= size * second);
            if leaves == exactly {
                continue;
            }
            if let Some(key) = keys.find(first, second) {
                compare(&[key; 17], count(size));
                (early, late) = (early + u32::from(leaves), late + u32::from(exactly));
            }
        }
    }
    assert!(early >= 20 && late >= 4, "only {early} and {late} keys");
}
