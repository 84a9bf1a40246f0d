//! Maglev's table. None of these crates changes one: a change is another table.

use hash_rings::maglev::Ring;
use maglev::{ConsistentHasher, Maglev};
use maglev_hash::MaglevTable;

use annulus_clock::LookUp;
use annulus_core::Digest;

use super::{nodes, number};
use crate::cell::{Cell, position};
use crate::subject::{Applied, Change, Entry, Subject};

pub(super) fn entries() -> Vec<Entry> {
    vec![
        Entry::peer("maglev", "`get(&key)`, capacity M", |cell| Ok(Box::new(Rebuilt::<Maglev<u32>>::new(cell)))),
        Entry::peer("maglev-hash", "`get(&key)`, capacity M", |cell| Ok(Box::new(Rebuilt::<MaglevTable<u32>>::new(cell)))),
        Entry::peer("hash-rings", "`maglev::Ring::get_node(&key)`, capacity M", |cell| {
            Ok(Box::new(Rebuilt::<Ring<'static, u32>>::new(cell)))
        }),
    ]
}

/// A table that is made whole.
trait Table {
    fn build(nodes: &[u32], slots: usize) -> Self;
    fn of_digest(&self, digest: u64) -> u64;
    fn of_key(&self, key: &str) -> u64;
}

/// A table and what it is made from.
struct Rebuilt<T> {
    table: T,
    nodes: Vec<u32>,
    slots: usize,
}

impl<T: Table> Rebuilt<T> {
    fn new(cell: Cell) -> Self {
        let (nodes, slots) = (nodes(cell), position(cell.slots()));
        Self { table: T::build(&nodes, slots), nodes, slots }
    }
}

impl<T: Table> LookUp for Rebuilt<T> {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.table.of_digest(digest.bits())
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.table.of_key(key)
    }
}

impl<T: Table> Subject for Rebuilt<T> {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.nodes.push(node),
            Change::Remove(node) => self.nodes.retain(|&other| other != node),
        }
        self.table = T::build(&self.nodes, self.slots);
        Applied::Rebuilt
    }
}

impl Table for Maglev<u32> {
    fn build(nodes: &[u32], slots: usize) -> Self {
        Self::with_capacity(nodes.iter().copied(), slots)
    }

    #[inline]
    fn of_digest(&self, digest: u64) -> u64 {
        self.get(&digest).map_or(u64::MAX, |&node| u64::from(node))
    }

    #[inline]
    fn of_key(&self, key: &str) -> u64 {
        self.get(key).map_or(u64::MAX, |&node| u64::from(node))
    }
}

impl Table for MaglevTable<u32> {
    fn build(nodes: &[u32], slots: usize) -> Self {
        Self::with_capacity(nodes.to_vec(), slots)
    }

    #[inline]
    fn of_digest(&self, digest: u64) -> u64 {
        self.get(&digest).map_or(u64::MAX, |&node| u64::from(node))
    }

    #[inline]
    fn of_key(&self, key: &str) -> u64 {
        self.get(&key).map_or(u64::MAX, |&node| u64::from(node))
    }
}

impl Table for Ring<'static, u32> {
    fn build(nodes: &[u32], slots: usize) -> Self {
        Self::with_capacity_hint(nodes.iter().map(|&node| number(node)).collect(), slots)
    }

    #[inline]
    fn of_digest(&self, digest: u64) -> u64 {
        u64::from(*self.get_node(&digest))
    }

    #[inline]
    fn of_key(&self, key: &str) -> u64 {
        u64::from(*self.get_node(&key))
    }
}
