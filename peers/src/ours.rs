//! This workspace's algorithms, through their public interface.

use std::hint::black_box;

use annulus_clock::{Kind, LookUp};
use annulus_core::{
    ByDigest, Cluster, ConsistentHashRing, Digest, Kernel, KeyHasher, NodeIndex, Nodes, SipHash, Weight, Xxh3, mix64,
};
use annulus_jump::{JumpKernel, jump_hash};
use annulus_lanes::Level;
use annulus_maglev::MaglevKernel;
use annulus_rendezvous::RendezvousKernel;
use annulus_ring::RingKernel;
use annulus_slots::SlotsKernel;

use crate::cell::{Algorithm, Cell, POINTS, node_name};
use crate::jump_loop::jump_loop;
use crate::levels;
use crate::memory::Heap;
use crate::subject::{Applied, Built, Change, DIGEST, EVERY, Entry, KEY, Role, SINGLE, Subject};

/// The name in tables: the contract's look-ups under the default hasher.
pub(crate) const OURS: &str = "annulus";

/// The same under xxh3.
pub(crate) const OURS_XXH3: &str = "annulus with xxh3";

/// The same as [`OURS`], and the owner's data read as well: what a crate gives that answers with a node.
const WITH_DATA: &str = "annulus, with its data";

/// The first three distinct nodes of a key's order, as for replicas.
const FIRST_THREE: &str = "annulus, the first three";

/// The contract's look-ups on AVX2, and on what every processor of the target has.
pub(crate) const OURS_AVX2: &str = "annulus, AVX2";
pub(crate) const OURS_PORTABLE: &str = "annulus, no AVX2";

/// The other table, beside Maglev: as many slots, to a power of two. Its answers are its own.
pub(crate) const OURS_SLOTS: &str = "annulus, slots";

/// Jump's bare function.
pub(crate) const OURS_FUNCTION: &str = "annulus, jump_hash";

pub(crate) fn entries(algorithm: Algorithm) -> Vec<Entry> {
    let ours = |name, kinds: &'static [Kind], how, build| Entry { name, package: None, role: Role::Ours, kinds, how, build };
    let mut entries =
        vec![ours(WITH_DATA, DIGEST, "`locate(digest)`, then `roster().info(index)`, which crates give in one", with_data)];
    // The first is what crates are compared to: jump's answer with a number, all others with a node.
    if algorithm == Algorithm::Jump {
        let how = "`jump_hash(digest, n)`";
        entries.insert(0, ours(OURS_FUNCTION, DIGEST, how, |cell| Ok(Box::new(Function(cell.nodes)))));
    }
    let how = "`locate(digest)`, `locate_batch`, `get_consumer(&str)`";
    entries.push(ours(OURS, EVERY, how, |cell| build(cell, SipHash::new())));
    if algorithm != Algorithm::WeightedRendezvous {
        let how = "`get_consumer(&str)` under core's `Xxh3`";
        entries.push(ours(OURS_XXH3, KEY, how, |cell| build(cell, Xxh3::new())));
        entries.push(ours(FIRST_THREE, DIGEST, "`locate_n(digest, &mut [_; 3])`", first_three));
    }
    let (kinds, how): (&'static [Kind], _) = match algorithm {
        Algorithm::Ring => return entries,
        Algorithm::Maglev => {
            let how = "`locate(digest)`, `get_consumer(&str)` of a `SlotTable`";
            entries.push(ours(OURS_SLOTS, SINGLE, how, |cell| Ok(Box::new(filled(slots_kernel(cell)?, SipHash::new(), cell)?))));
            return entries;
        }
        Algorithm::Jump => (&[Kind::Batch], "`Jump::fill_at`, held to a kind of vectors"),
        Algorithm::Rendezvous | Algorithm::WeightedRendezvous => {
            (DIGEST, "`locate(digest)`, held to a kind of vectors by `with_level`")
        }
    };
    if levels::avx2().is_some() {
        entries.push(ours(OURS_AVX2, kinds, how, |cell| at_level(cell, levels::avx2())));
    }
    entries.push(ours(OURS_PORTABLE, kinds, how, |cell| at_level(cell, levels::portable())));
    entries
}

/// The look-ups that run over lanes, on one kind of vectors.
fn at_level(cell: Cell, level: Option<Level>) -> Built {
    let level = level.ok_or("this processor has no such vectors")?;
    Ok(match cell.algorithm {
        Algorithm::Jump => Box::new(BatchAt(filled(JumpKernel::new(), SipHash::new(), cell)?, level)),
        Algorithm::Rendezvous | Algorithm::WeightedRendezvous => {
            Box::new(filled(RendezvousKernel::with_level(level), SipHash::new(), cell)?)
        }
        Algorithm::Ring | Algorithm::Maglev => return Err("its single look-ups do not run over lanes".to_owned()),
    })
}

/// What `$subject` makes of the kernel of a cell's algorithm.
macro_rules! of_kernel {
    ($cell:expr, $kernel:ident => $subject:expr) => {
        Ok(match $cell.algorithm {
            Algorithm::Ring => {
                let $kernel = ring_kernel()?;
                Box::new($subject)
            }
            Algorithm::Jump => {
                let $kernel = JumpKernel::new();
                Box::new($subject)
            }
            Algorithm::Rendezvous | Algorithm::WeightedRendezvous => {
                let $kernel = RendezvousKernel::new();
                Box::new($subject)
            }
            Algorithm::Maglev => {
                let $kernel = maglev_kernel($cell.slots())?;
                Box::new($subject)
            }
        })
    };
}

fn build<H: KeyHasher + 'static>(cell: Cell, hasher: H) -> Built {
    of_kernel!(cell, kernel => filled(kernel, hasher, cell)?)
}

fn with_data(cell: Cell) -> Built {
    of_kernel!(cell, kernel => WithData(filled(kernel, SipHash::new(), cell)?))
}

fn first_three(cell: Cell) -> Built {
    of_kernel!(cell, kernel => FirstThree(filled(kernel, SipHash::new(), cell)?))
}

pub(crate) fn ring_kernel() -> Result<RingKernel, String> {
    RingKernel::with_points(POINTS).map_err(|error| error.to_string())
}

pub(crate) fn maglev_kernel(slots: u32) -> Result<MaglevKernel, String> {
    MaglevKernel::with_slots(slots).map_err(|error| error.to_string())
}

/// A table of about as many slots as Maglev's, and of more for more nodes than these serve.
fn slots_kernel(cell: Cell) -> Result<SlotsKernel, String> {
    let bits = match cell.nodes {
        0..=4_000 => 16,
        4_001..=10_000 => 18,
        _ => 21,
    };
    SlotsKernel::with_bits(bits).map_err(|error| error.to_string())
}

/// A cluster with the nodes of `cell`; their data is their number.
fn filled<K: Kernel, H: KeyHasher>(kernel: K, hasher: H, cell: Cell) -> Result<Ours<K, H>, String> {
    let names: Vec<String> = cell.members().map(node_name).collect();
    let weights = cell.members().map(|node| Weight::new(cell.weight(node)).unwrap_or_default());
    // As much memory as a cell takes: what it takes is measured.
    let mut cluster = Cluster::with(kernel, hasher).with_memory_limit(u64::MAX);
    let mut members = names.iter().zip(weights).zip(0..).map(|((name, weight), node)| (name.as_str(), weight, node));
    cluster.add_consumers(&mut members).map_err(|error| error.to_string())?;
    Ok(Ours(cluster))
}

/// The nodes of `cell` under the default hasher, by the kernel that takes weights and is soon built.
fn members(cell: Cell) -> Result<Ours<RendezvousKernel, SipHash>, String> {
    filled(RendezvousKernel::new(), SipHash::new(), cell)
}

/// The seeds that Annulus gives to the nodes of `cell` under its default hasher: what the textbook forms start from.
pub(crate) fn seeds(cell: Cell) -> Vec<u64> {
    let Ours(cluster) = members(cell).expect("distinct names are welcome to rendezvous");
    cluster.roster().nodes().seeds().to_vec()
}

/// Sets the seeds of Annulus's nodes apart from the digests of keys: a part of the scheme, by which anybody can derive them.
const SEED_DOMAIN: u64 = 0x616e_6e75_6c75_7301;

/// The seed that Annulus gives to a node under its default hasher, by its definition.
pub(crate) fn seed(node: u32) -> u64 {
    mix64(SipHash::new().hash(node_name(node).as_bytes()) ^ SEED_DOMAIN)
}

/// The bytes of an algorithm's own state, beside names and data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    /// What it tells before it builds: the bytes that it asks the allocator for.
    pub(crate) told: u64,
    /// What the allocator's books show of it, headers and rounding included.
    pub(crate) booked: u64,
}

/// The state of `cell`'s algorithm: its size is also that of the table that a floor reads from.
pub(crate) fn state(cell: Cell) -> Result<State, String> {
    let Ours(cluster) = members(cell)?;
    let nodes = cluster.roster().nodes();
    Ok(match cell.algorithm {
        Algorithm::Ring => weighed(ring_kernel()?, nodes),
        Algorithm::Jump => weighed(JumpKernel::new(), nodes),
        Algorithm::Rendezvous | Algorithm::WeightedRendezvous => weighed(RendezvousKernel::new(), nodes),
        Algorithm::Maglev => weighed(maglev_kernel(cell.slots())?, nodes),
    })
}

fn weighed<K: Kernel>(mut kernel: K, nodes: &Nodes) -> State {
    let told = kernel.heap_bytes(nodes.census());
    let before = Heap::settled();
    kernel.rebuild(nodes);
    State { told, booked: Heap::now().since(&before) }
}

/// A cluster of this workspace.
struct Ours<K, H>(Cluster<K, u32, H>);

impl<K: Kernel, H: KeyHasher> LookUp for Ours<K, H> {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.0.locate(digest).map_or(u64::MAX, |index| u64::from(index.get()))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.get_consumer(key).map_or(u64::MAX, |&node| u64::from(node))
    }

    #[inline]
    fn owners(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> u64 {
        let answered = self.0.locate_batch(digests, owners);
        sum(&owners[..answered])
    }

    /// By a batch of one, which other code answers.
    fn checked_owner(&self, digest: Digest) -> u64 {
        self.in_a_batch(digest).map_or(u64::MAX, |index| u64::from(index.get()))
    }

    fn checked_owner_of_key(&self, key: &str) -> u64 {
        self.data_in_a_batch(self.0.digest_of(key))
    }
}

impl<K: Kernel, H: KeyHasher> Ours<K, H> {
    fn in_a_batch(&self, digest: Digest) -> Option<NodeIndex> {
        let mut owner = [NodeIndex::default()];
        (self.0.locate_batch(&[digest], &mut owner) == 1).then_some(owner[0])
    }

    /// What the owner stands for.
    fn data_in_a_batch(&self, digest: Digest) -> u64 {
        let owner = self.in_a_batch(digest).and_then(|index| self.0.roster().info(index));
        owner.map_or(u64::MAX, |&node| u64::from(node))
    }
}

impl<K: Kernel, H: KeyHasher> Subject for Ours<K, H> {
    fn apply(&mut self, change: Change) -> Applied {
        let done = match change {
            Change::Add(node) => self.0.add_consumer(&node_name(node), node).is_ok(),
            Change::Remove(node) => self.0.remove_consumer(&node_name(node)).is_some(),
        };
        if done { Applied::InPlace } else { Applied::Nothing }
    }
}

/// The same, asked for the owner's data.
struct WithData<K>(Ours<K, SipHash>);

impl<K: Kernel> LookUp for WithData<K> {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        let Self(Ours(cluster)) = self;
        let owner = cluster.locate(digest).and_then(|index| cluster.roster().info(index));
        owner.map_or(u64::MAX, |&node| u64::from(node))
    }

    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.owner_of_key(key)
    }

    fn checked_owner(&self, digest: Digest) -> u64 {
        self.0.data_in_a_batch(digest)
    }
}

impl<K: Kernel> Subject for WithData<K> {}

/// The same, asked for three nodes; the answer that is checked is the owner.
struct FirstThree<K>(Ours<K, SipHash>);

impl<K: Kernel> LookUp for FirstThree<K> {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        let Ours(cluster) = &self.0;
        let mut three = [NodeIndex::default(); 3];
        let found = cluster.locate_n(digest, &mut three);
        black_box(&three[..found]).first().map_or(u64::MAX, |index| u64::from(index.get()))
    }

    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.owner_of_key(key)
    }

    fn checked_owner(&self, digest: Digest) -> u64 {
        self.0.checked_owner(digest)
    }
}

impl<K: Kernel> Subject for FirstThree<K> {}

/// Jump, which in batches is held to a kind of vectors.
struct BatchAt(Ours<JumpKernel, SipHash>, Level);

impl LookUp for BatchAt {
    fn owner(&self, digest: Digest) -> u64 {
        self.0.owner(digest)
    }

    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.owner_of_key(key)
    }

    #[inline]
    fn owners(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> u64 {
        let Self(Ours(cluster), level) = self;
        let buckets = u32::try_from(cluster.roster().len()).unwrap_or(u32::MAX);
        cluster.kernel().function().fill_at(*level, digests, buckets, owners);
        sum(owners)
    }
}

impl Subject for BatchAt {}

fn sum(owners: &[NodeIndex]) -> u64 {
    owners.iter().fold(0, |sum, index| sum.wrapping_add(u64::from(index.get())))
}

/// Jump's function of a digest and a number of buckets.
struct Function(u32);

impl LookUp for Function {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        jump_hash(digest.bits(), self.0).map_or(u64::MAX, u64::from)
    }

    fn owner_of_key(&self, key: &str) -> u64 {
        self.owner(SipHash::new().digest(key.as_bytes()))
    }

    /// By the paper's loop.
    fn checked_owner(&self, digest: Digest) -> u64 {
        u64::from(jump_loop(digest.bits(), self.0))
    }
}

impl Subject for Function {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_that_of_the_roster() {
        let cell = Cell::new(Algorithm::Ring, 20);
        assert_eq!(seeds(cell), (0..20).map(seed).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_told_is_what_the_allocator_gives() {
        for algorithm in Algorithm::ALL {
            let State { told, booked } = state(Cell::new(algorithm, 10_000)).unwrap();
            // Other tests of this process allocate meanwhile, so it is asked again if the books say otherwise.
            let near = |booked: u64| booked.abs_diff(told) <= told / 50 + 20_000;
            let booked = std::iter::once(booked).chain((0..20).map(|_| state(Cell::new(algorithm, 10_000)).unwrap().booked));
            assert!(booked.into_iter().any(near), "{algorithm}: {told} bytes told");
        }
    }
}
