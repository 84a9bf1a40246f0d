//! Preference orders by rank, beside a sort.
#![allow(missing_docs)]

use std::{cell::Cell, ops::ControlFlow};

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

/// A whole walk is four passes and one collection, however many there are.
#[test]
fn by_rank_asks_for_five_ranks_of_each_at_most() {
    for count in [33, 100, 10_000, 70_000] {
        let asked = Cell::new(0);
        let rank = |position: usize| {
            asked.set(asked.get() + 1);
            Some(mix64(position as u64 + 1))
        };
        assert_eq!(first(count, rank, usize::MAX).len(), count);
        assert!(asked.get() <= 5 * count, "{} ranks of {count}", asked.get());
    }
}

#[test]
fn visited_are_counted_past_the_list_and_past_the_members() {
    use annulus_core::NodeIndex;
    let mut visited = order::Visited::new(100);
    for i in (0..100).rev() {
        assert!(!visited.contains(NodeIndex::new(i)) && visited.insert(NodeIndex::new(i)));
        assert!(visited.contains(NodeIndex::new(i)) && !visited.insert(NodeIndex::new(i)));
        assert_eq!(visited.len(), 100 - i as usize);
    }
    assert!(visited.is_all() && !visited.insert(NodeIndex::new(100)) && !visited.insert(NodeIndex::new(u32::MAX)));
    let mut few = order::Visited::new(2);
    assert!(!few.insert(NodeIndex::new(7)) && few.is_empty());
}
