//! Rendezvous hashing, plain and weighted.

use std::hash::{BuildHasherDefault, Hash, Hasher};

use hash_rings::{rendezvous::Ring, weighted_rendezvous};
use hrw::Rendezvous;
use hrw_hash::{HrwNode, HrwNodes};
use rendezvous_hash::{Capacity, DefaultNodeHasher, IdNode, RendezvousNodes, WeightedNode};
use simplehash::fnv::Fnv1aHasher64;
use simplehash::rendezvous::RendezvousHasher;

use annulus_clock::LookUp;
use annulus_core::Digest;

use super::{Built, nodes, number};
use crate::cell::{Cell, position};
use crate::subject::{Applied, Change, Entry, Subject};

pub(super) fn entries() -> Vec<Entry> {
    vec![
        Entry::peer("rendezvous_hash", "`calc_candidates(&key).next()`", rendezvous_hash),
        Entry::peer("hrw", "`pick_top(&key)`", |cell| Ok(Box::new(Hrw(Rendezvous::from_nodes(cell.members()))))),
        Entry::peer("hrw-hash", "`sorted(&key).next()`", |cell| {
            let nodes = nodes(cell);
            Ok(Box::new(HrwHash { table: HrwNodes::new(nodes.iter().copied()), nodes }))
        }),
        Entry::peer("simplehash", "`select(&key, &nodes)` under FNV-1a, the quicker of the two its readme shows", |cell| {
            Ok(Box::new(Simplehash { hasher: RendezvousHasher::new(BuildHasherDefault::default()), nodes: nodes(cell) }))
        }),
        Entry::peer("hash-rings", "`rendezvous::Ring::get_node(&key)`, one replica", hash_rings),
    ]
}

pub(super) fn weighted_entries() -> Vec<Entry> {
    vec![
        Entry::peer("rendezvous_hash", "`calc_candidates(&key).next()` over `WeightedNode`s", weighted_rendezvous_hash),
        Entry::peer("hrw-hash", "`sorted(&key).next()` over nodes with capacities", |cell| {
            let nodes: Vec<Sized> = cell.members().map(|node| Sized { node, weight: cell.weight(node) }).collect();
            Ok(Box::new(WeightedHrwHash(HrwNodes::new(nodes))))
        }),
        Entry::peer("hash-rings", "`weighted_rendezvous::Ring::get_node(&key)`", weighted_hash_rings),
    ]
}

fn rendezvous_hash(cell: Cell) -> Built {
    let mut table = RendezvousNodes::default();
    for node in cell.members() {
        table.insert(IdNode::new(node));
    }
    Ok(Box::new(RendezvousHash(table)))
}

struct RendezvousHash(RendezvousNodes<IdNode<u32>, DefaultNodeHasher>);

impl LookUp for RendezvousHash {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.0.calc_candidates(&digest.bits()).next().map_or(u64::MAX, |node| u64::from(**node))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.calc_candidates(&key).next().map_or(u64::MAX, |node| u64::from(**node))
    }
}

impl Subject for RendezvousHash {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.0.insert(IdNode::new(node)),
            Change::Remove(node) => self.0.remove(&node),
        };
        Applied::InPlace
    }
}

struct Hrw(Rendezvous<u32>);

impl LookUp for Hrw {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.0.pick_top(&digest.bits()).map_or(u64::MAX, |&node| u64::from(node))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.pick_top(&key).map_or(u64::MAX, |&node| u64::from(node))
    }
}

impl Subject for Hrw {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.0.add_node(node),
            Change::Remove(node) => self.0.remove_node(&node),
        };
        Applied::InPlace
    }
}

struct HrwHash {
    table: HrwNodes<u32>,
    nodes: Vec<u32>,
}

impl LookUp for HrwHash {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.table.sorted(&digest.bits()).next().map_or(u64::MAX, |&node| u64::from(node))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.table.sorted(&key).next().map_or(u64::MAX, |&node| u64::from(node))
    }
}

impl Subject for HrwHash {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.nodes.push(node),
            Change::Remove(node) => self.nodes.retain(|&other| other != node),
        }
        self.table = HrwNodes::new(self.nodes.iter().copied());
        Applied::Rebuilt
    }
}

struct Simplehash {
    hasher: RendezvousHasher<Fnv1aHasher64, BuildHasherDefault<Fnv1aHasher64>>,
    nodes: Vec<u32>,
}

impl LookUp for Simplehash {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.hasher.select(&digest.bits(), &self.nodes).map_or(u64::MAX, |&node| u64::from(node))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.hasher.select(&key, &self.nodes).map_or(u64::MAX, |&node| u64::from(node))
    }
}

impl Subject for Simplehash {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.nodes.push(node),
            Change::Remove(node) => self.nodes.retain(|&other| other != node),
        }
        Applied::InPlace
    }
}

fn hash_rings(cell: Cell) -> Built {
    let mut ring = Ring::new();
    cell.members().for_each(|node| ring.insert_node(number(node), 1));
    Ok(Box::new(HashRings(ring)))
}

struct HashRings(Ring<'static, u32>);

impl LookUp for HashRings {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        u64::from(*self.0.get_node(&digest.bits()))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        u64::from(*self.0.get_node(&key))
    }
}

impl Subject for HashRings {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.0.insert_node(number(node), 1),
            Change::Remove(node) => self.0.remove_node(number(node)),
        }
        Applied::InPlace
    }
}

fn weighted_rendezvous_hash(cell: Cell) -> Built {
    let mut table = RendezvousNodes::default();
    for node in cell.members() {
        let capacity = Capacity::new(f64::from(cell.weight(node))).ok_or("a weight that it refuses")?;
        table.insert(WeightedNode::new(IdNode::new(node), capacity));
    }
    Ok(Box::new(WeightedRendezvousHash(table)))
}

struct WeightedRendezvousHash(RendezvousNodes<WeightedNode<IdNode<u32>>, DefaultNodeHasher>);

impl LookUp for WeightedRendezvousHash {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.0.calc_candidates(&digest.bits()).next().map_or(u64::MAX, |weighted| u64::from(*weighted.node))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.calc_candidates(&key).next().map_or(u64::MAX, |weighted| u64::from(*weighted.node))
    }
}

impl Subject for WeightedRendezvousHash {}

/// A node with a capacity, hashed as its number.
#[derive(PartialEq, Eq)]
struct Sized {
    node: u32,
    weight: u32,
}

impl Hash for Sized {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.node.hash(hasher);
    }
}

impl HrwNode for Sized {
    fn capacity(&self) -> usize {
        position(self.weight)
    }
}

struct WeightedHrwHash(HrwNodes<Sized>);

impl LookUp for WeightedHrwHash {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.0.sorted(&digest.bits()).next().map_or(u64::MAX, |node| u64::from(node.node))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.sorted(&key).next().map_or(u64::MAX, |node| u64::from(node.node))
    }
}

impl Subject for WeightedHrwHash {}

fn weighted_hash_rings(cell: Cell) -> Built {
    let mut ring = weighted_rendezvous::Ring::new();
    cell.members().for_each(|node| ring.insert_node(number(node), f64::from(cell.weight(node))));
    Ok(Box::new(WeightedHashRings(ring)))
}

struct WeightedHashRings(weighted_rendezvous::Ring<'static, u32>);

impl LookUp for WeightedHashRings {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        u64::from(*self.0.get_node(&digest.bits()))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        u64::from(*self.0.get_node(&key))
    }
}

impl Subject for WeightedHashRings {}
