//! This workspace's algorithms, through their public interface.

use std::hint::black_box;

use annulus_core::{Cluster, ConsistentHashRing, HashFn, Kernel, KeyHasher, NodeIndex, SipHash, Weight};
use annulus_jump::{JumpKernel, jump_hash};
use annulus_maglev::MaglevKernel;
use annulus_rendezvous::RendezvousKernel;
use annulus_ring::RingKernel;
use xxhash_rust::xxh3::xxh3_64;

use crate::cell::{Algorithm, Cell, POINTS, node_name};
use crate::subject::{Applied, Change, Entry, Metric, Role, Subject, Timed};

/// The name in tables: the contract's look-ups under the default hasher.
pub(crate) const OURS: &str = "annulus";

/// The same under xxh3.
pub(crate) const OURS_XXH3: &str = "annulus with xxh3";

/// The first three distinct nodes of a key's order, as for replicas.
const FIRST_THREE: &str = "annulus, the first three";

/// Jump's bare function.
pub(crate) const OURS_FUNCTION: &str = "annulus, jump_hash";

pub(crate) fn entries(algorithm: Algorithm) -> Vec<Entry> {
    let ours = |name, metrics, how, build| Entry { name, package: None, role: Role::Ours, metrics, how, build };
    let mut entries = Vec::new();
    if algorithm == Algorithm::Jump {
        entries.push(ours(OURS_FUNCTION, Metric::DIGEST, "`jump_hash(digest, n)`", |cell| Ok(Box::new(Function(cell.nodes)))));
    }
    let how = "`locate(digest)`, `locate_batch`, `get_consumer(&str)`";
    entries.push(ours(OURS, Metric::ALL, how, |cell| build(cell, SipHash::new())));
    if algorithm != Algorithm::WeightedRendezvous {
        let how = "`get_consumer(&str)` under `HashFn(xxh3_64)`";
        entries.push(ours(OURS_XXH3, Metric::KEY, how, |cell| build(cell, HashFn(xxh3_64))));
        entries.push(ours(FIRST_THREE, Metric::DIGEST, "`locate_n(digest, &mut [_; 3])`", first_three));
    }
    entries
}

fn first_three(cell: Cell) -> Result<Box<dyn Timed>, String> {
    Ok(match cell.algorithm {
        Algorithm::Ring => Box::new(FirstThree(filled(ring_kernel()?, SipHash::new(), cell)?)),
        Algorithm::Jump => Box::new(FirstThree(filled(JumpKernel::new(), SipHash::new(), cell)?)),
        Algorithm::Rendezvous | Algorithm::WeightedRendezvous => {
            Box::new(FirstThree(filled(RendezvousKernel::new(), SipHash::new(), cell)?))
        }
        Algorithm::Maglev => Box::new(FirstThree(filled(maglev_kernel(cell.slots())?, SipHash::new(), cell)?)),
    })
}

fn build<H: KeyHasher + 'static>(cell: Cell, hasher: H) -> Result<Box<dyn Timed>, String> {
    Ok(match cell.algorithm {
        Algorithm::Ring => Box::new(filled(ring_kernel()?, hasher, cell)?),
        Algorithm::Jump => Box::new(filled(JumpKernel::new(), hasher, cell)?),
        Algorithm::Rendezvous | Algorithm::WeightedRendezvous => Box::new(filled(RendezvousKernel::new(), hasher, cell)?),
        Algorithm::Maglev => Box::new(filled(maglev_kernel(cell.slots())?, hasher, cell)?),
    })
}

pub(crate) fn ring_kernel() -> Result<RingKernel, String> {
    RingKernel::with_points(POINTS).map_err(|error| error.to_string())
}

pub(crate) fn maglev_kernel(slots: u32) -> Result<MaglevKernel, String> {
    MaglevKernel::with_slots(slots).map_err(|error| error.to_string())
}

/// A cluster with the nodes of `cell`; their data is their number.
fn filled<K: Kernel, H: KeyHasher>(kernel: K, hasher: H, cell: Cell) -> Result<Ours<K, H>, String> {
    let names: Vec<String> = (0..cell.nodes).map(node_name).collect();
    let weight = |node| match cell.algorithm {
        Algorithm::WeightedRendezvous => Weight::new(Cell::weight(node)).unwrap_or_default(),
        _ => Weight::ONE,
    };
    let mut cluster = Cluster::with(kernel, hasher);
    let mut members = names.iter().zip(0..).map(|(name, node)| (name.as_str(), weight(node), node));
    cluster.add_consumers(&mut members).map_err(|error| error.to_string())?;
    Ok(Ours(cluster))
}

/// The seeds that Annulus gives to the nodes of `cell` under its default hasher: what the textbook forms start from.
pub(crate) fn seeds(cell: Cell) -> Vec<u64> {
    // Jump keeps no state, so its roster is all there is to build.
    let Ours(cluster) = filled(JumpKernel::new(), SipHash::new(), Cell { algorithm: Algorithm::Jump, ..cell })
        .expect("distinct names are welcome to jump");
    cluster.roster().nodes().seeds().to_vec()
}

/// Bytes of the algorithm's own state in `cell`: the size of the table that a floor reads from.
pub(crate) fn heap_bytes(cell: Cell) -> Result<u64, String> {
    let names: Vec<String> = (0..cell.nodes).map(node_name).collect();
    let mut nodes = Cluster::<JumpKernel, ()>::new();
    nodes.add_consumers(&mut names.iter().map(|name| (name.as_str(), Weight::ONE, ()))).map_err(|error| error.to_string())?;
    let nodes = nodes.roster().nodes();
    Ok(match cell.algorithm {
        Algorithm::Ring => ring_kernel()?.heap_bytes(nodes),
        Algorithm::Jump => 0,
        Algorithm::Rendezvous | Algorithm::WeightedRendezvous => RendezvousKernel::new().heap_bytes(nodes),
        Algorithm::Maglev => maglev_kernel(cell.slots())?.heap_bytes(nodes),
    })
}

/// A cluster of this workspace.
struct Ours<K, H>(Cluster<K, u32, H>);

impl<K: Kernel, H: KeyHasher> Subject for Ours<K, H> {
    #[inline]
    fn of_digest(&self, digest: u64) -> u64 {
        self.0.locate(digest).map_or(u64::MAX, |index| u64::from(index.get()))
    }

    #[inline]
    fn of_key(&self, key: &str) -> u64 {
        self.0.get_consumer(key).map_or(u64::MAX, |&node| u64::from(node))
    }

    #[inline]
    fn of_digests(&self, digests: &[u64], owners: &mut [NodeIndex]) -> u64 {
        let answered = self.0.locate_batch(digests, owners);
        owners[..answered].iter().fold(0, |sum, index| sum.wrapping_add(u64::from(index.get())))
    }

    fn apply(&mut self, change: Change) -> Applied {
        let done = match change {
            Change::Add(node) => self.0.add_consumer(&node_name(node), node).is_ok(),
            Change::Remove(node) => self.0.remove_consumer(&node_name(node)).is_some(),
        };
        if done { Applied::InPlace } else { Applied::Nothing }
    }
}

/// The same, asked for three nodes; the answer that is checked is the owner.
struct FirstThree<K>(Ours<K, SipHash>);

impl<K: Kernel> Subject for FirstThree<K> {
    #[inline]
    fn of_digest(&self, digest: u64) -> u64 {
        let Ours(cluster) = &self.0;
        let mut three = [NodeIndex::default(); 3];
        let found = cluster.locate_n(digest, &mut three);
        black_box(&three[..found]).first().map_or(u64::MAX, |index| u64::from(index.get()))
    }

    fn of_key(&self, key: &str) -> u64 {
        self.0.of_key(key)
    }
}

/// Jump's function of a digest and a number of buckets.
struct Function(u32);

impl Subject for Function {
    #[inline]
    fn of_digest(&self, digest: u64) -> u64 {
        jump_hash(digest, self.0).map_or(u64::MAX, u64::from)
    }

    fn of_key(&self, key: &str) -> u64 {
        self.of_digest(SipHash::new().hash(key.as_bytes()))
    }
}
