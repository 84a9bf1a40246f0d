//! Hash rings.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use conhash::{ConsistentHash, Node};
use consistent_hash_ring::{Ring as SortedRing, RingBuilder};
use hash_rings::consistent::Ring as TreeRing;
use hashring::HashRing;
use pingora_ketama::{Bucket, Continuum};

use annulus_clock::LookUp;
use annulus_core::Digest;

use super::{Built, nodes, number};
use crate::cell::{Cell, POINTS, node_name, position};
use crate::subject::{Applied, Change, Entry, Subject};

pub(super) fn entries() -> Vec<Entry> {
    vec![
        Entry::peer("hashring", "`get(&key)`; 160 virtual nodes of one's own, as its documentation shows", hashring),
        Entry::peer("hash-rings", "`consistent::Ring::get_node(&key)`, 160 replicas", hash_rings),
        Entry::peer("consistent_hash_ring", "`try_get(key)`, 160 vnodes", consistent_hash_ring),
        Entry::peer("conhash", "`get(bytes)`, 160 replicas", conhash),
        Entry::peer("pingora-ketama", "`node(bytes)`, its fixed 160 points for a weight of one", pingora_ketama),
        Entry::reference("mpchash", "`node(&key)`: multi-probe consistent hashing, 23 probes", mpchash),
    ]
}

#[derive(Clone, Copy, Hash)]
struct VirtualNode {
    node: u32,
    replica: u32,
}

fn virtual_nodes(node: u32) -> impl Iterator<Item = VirtualNode> {
    (0..POINTS).map(move |replica| VirtualNode { node, replica })
}

fn hashring(cell: Cell) -> Built {
    let mut ring = HashRing::new();
    ring.batch_add(cell.members().flat_map(virtual_nodes).collect());
    Ok(Box::new(Hashring(ring)))
}

struct Hashring(HashRing<VirtualNode>);

impl LookUp for Hashring {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.0.get(&digest.bits()).map_or(u64::MAX, |found| u64::from(found.node))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.get(&key).map_or(u64::MAX, |found| u64::from(found.node))
    }
}

impl Subject for Hashring {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.0.batch_add(virtual_nodes(node).collect()),
            Change::Remove(node) => virtual_nodes(node).for_each(|virtual_node| {
                self.0.remove(&virtual_node);
            }),
        }
        Applied::InPlace
    }
}

fn hash_rings(cell: Cell) -> Built {
    let mut ring = TreeRing::new();
    cell.members().for_each(|node| ring.insert_node(number(node), position(POINTS)));
    Ok(Box::new(HashRings(ring)))
}

struct HashRings(TreeRing<'static, u32>);

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
            Change::Add(node) => self.0.insert_node(number(node), position(POINTS)),
            Change::Remove(node) => self.0.remove_node(number(node)),
        }
        Applied::InPlace
    }
}

fn consistent_hash_ring(cell: Cell) -> Built {
    Ok(Box::new(ConsistentHashRing(RingBuilder::default().vnodes(position(POINTS)).nodes_iter(cell.members()).build())))
}

struct ConsistentHashRing(SortedRing<u32>);

impl LookUp for ConsistentHashRing {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.0.try_get(digest.bits()).map_or(u64::MAX, |&node| u64::from(node))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.try_get(key).map_or(u64::MAX, |&node| u64::from(node))
    }
}

impl Subject for ConsistentHashRing {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.0.insert(node),
            Change::Remove(node) => self.0.remove(&node),
        };
        Applied::InPlace
    }
}

#[derive(Clone)]
struct Server(u32);

impl Node for Server {
    fn name(&self) -> String {
        node_name(self.0)
    }
}

fn conhash(cell: Cell) -> Built {
    let mut ring = ConsistentHash::new();
    cell.members().for_each(|node| ring.add(&Server(node), position(POINTS)));
    Ok(Box::new(Conhash(ring)))
}

struct Conhash(ConsistentHash<Server>);

impl LookUp for Conhash {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.0.get(&digest.bits().to_le_bytes()).map_or(u64::MAX, |server| u64::from(server.0))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.get_str(key).map_or(u64::MAX, |server| u64::from(server.0))
    }
}

impl Subject for Conhash {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.0.add(&Server(node), position(POINTS)),
            Change::Remove(node) => self.0.remove(&Server(node)),
        }
        Applied::InPlace
    }
}

/// The first of the addresses 10.0.0.0/8, one for each node.
const NETWORK: u32 = 0x0a00_0000;

fn bucket(node: u32) -> Bucket {
    Bucket::new(SocketAddr::from((Ipv4Addr::from(NETWORK | node), 8080)), 1)
}

fn continuum(nodes: &[u32]) -> Continuum {
    Continuum::new(&nodes.iter().map(|&node| bucket(node)).collect::<Vec<_>>())
}

fn pingora_ketama(cell: Cell) -> Built {
    let nodes = nodes(cell);
    Ok(Box::new(PingoraKetama { ring: continuum(&nodes), nodes }))
}

struct PingoraKetama {
    ring: Continuum,
    nodes: Vec<u32>,
}

impl PingoraKetama {
    #[inline]
    fn owner(&self, key: &[u8]) -> u64 {
        match self.ring.node(key).map(|address| address.ip()) {
            Some(IpAddr::V4(address)) => u64::from(u32::from(address) ^ NETWORK),
            _ => u64::MAX,
        }
    }
}

impl LookUp for PingoraKetama {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.owner(&digest.bits().to_le_bytes())
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.owner(key.as_bytes())
    }
}

impl Subject for PingoraKetama {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.nodes.push(node),
            Change::Remove(node) => self.nodes.retain(|&other| other != node),
        }
        self.ring = continuum(&self.nodes);
        Applied::Rebuilt
    }
}

fn mpchash(cell: Cell) -> Built {
    let ring = mpchash::HashRing::new();
    cell.members().for_each(|node| ring.add(node));
    Ok(Box::new(Mpchash(ring)))
}

struct Mpchash(mpchash::HashRing<u32>);

impl LookUp for Mpchash {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.0.node(&digest.bits()).map_or(u64::MAX, |token| u64::from(*token.node()))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.node(&key).map_or(u64::MAX, |token| u64::from(*token.node()))
    }
}

impl Subject for Mpchash {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.0.add(node),
            Change::Remove(node) => self.0.remove(&node),
        }
        Applied::InPlace
    }
}
