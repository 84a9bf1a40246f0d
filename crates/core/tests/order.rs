//! Preference orders by rank, beside a sort.
#![allow(missing_docs)]

use std::ops::ControlFlow;

use annulus_core::{mix64, order};

/// The same by sorting everything: the oracle.
fn sorted(count: usize, rank: impl Fn(usize) -> Option<u64>) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..count).filter(|&position| rank(position).is_some()).collect();
    positions.sort_by_key(|&position| std::cmp::Reverse(rank(position)));
    positions
}

fn first(count: usize, rank: impl Fn(usize) -> Option<u64>, wanted: usize) -> Vec<usize> {
    let mut visited = Vec::new();
    let _ = order::by_rank(
        count,
        rank,
        |a, b| a > b,
        |position| {
            visited.push(position);
            if visited.len() == wanted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    );
    visited
}

#[test]
fn by_rank_visits_as_a_sort_would_for_every_count_and_stop() {
    let rank = |position: usize| Some(mix64(position as u64 + 1));
    for count in (0..=40).chain([100]) {
        let whole = sorted(count, rank);
        for wanted in (1..=count + 1).chain([usize::MAX]) {
            assert_eq!(first(count, rank, wanted), whole[..wanted.min(count)], "the first {wanted} of {count}");
        }
    }
}

#[test]
fn by_rank_leaves_out_those_without_a_rank() {
    let rank = |position: usize| (position % 3 != 0).then(|| mix64(position as u64));
    for count in 0..50 {
        assert_eq!(first(count, rank, usize::MAX), sorted(count, rank), "{count}");
    }
}

#[test]
fn seen_holds_thirty_two_and_takes_no_more() {
    use annulus_core::NodeIndex;
    let mut seen = order::Seen::new();
    for i in 0..32 {
        assert!(!seen.is_full());
        assert!(seen.insert(NodeIndex::new(i)) && !seen.insert(NodeIndex::new(i)));
    }
    assert!(seen.is_full() && !seen.insert(NodeIndex::new(31)));
    assert!(seen.insert(NodeIndex::new(32)), "not among those held, so new each time");
    assert_eq!(seen.as_slice().len(), 32);
}
