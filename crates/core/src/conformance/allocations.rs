//! What only an allocator can tell: a look-up allocates nothing, and the state takes what `heap_bytes` predicts.

use alloc::{boxed::Box, format, string::String, vec, vec::Vec};
use core::{hint::black_box, ops::ControlFlow};

use super::subject::{
    Draws, Outcome, Ring, any_weight, build_if_room, ensure, is_lack_of_room, memberships, random_digests, show,
};
use crate::{ByDigest, ConsistentHashRing, Digest, Kernel, KeyColumn, Member, NodeIndex, Nodes, Weight};

/// What is asked: as many keys as digests.
struct Asked {
    keys: Vec<String>,
    digests: Vec<Digest>,
    /// Eight bytes of each, as a column.
    bytes: Vec<u8>,
}

/// A way of asking that answers without a `Vec`: its name, how many allocations it may make, and how to ask so, which gives the
/// number of answers.
type Way<K> = (&'static str, u64, fn(&Ring<K>, &Asked, &mut [NodeIndex]) -> usize);

/// As many consumers of a preference order are visited without allocating.
const FREE: usize = 32;

/// Each way of asking, among ten, a hundred and a thousand consumers, allocates nothing; only a walk that goes past the first 32
/// consumers may allocate, twice at most.
///
/// Only an allocator can tell, and a program has one. So the test brings it: `count` runs what it is given and returns how many
/// allocations that made on this thread. The crate `allocation-counter` is such an allocator, as soon as a test uses it:
///
/// ```
/// use annulus_ring::RingKernel as MyKernel; // yours
/// use annulus_core::conformance::allocations::look_ups_allocate_nothing;
///
/// let count = |run: &mut dyn FnMut()| allocation_counter::measure(run).count_total;
/// assert_eq!(look_ups_allocate_nothing(&MyKernel::default(), count), Ok(()));
/// ```
///
/// # Errors
/// The way of asking that does allocate, or that `count` counts nothing.
pub fn look_ups_allocate_nothing<K: Kernel>(kernel: &K, count: impl Fn(&mut dyn FnMut()) -> u64) -> Outcome {
    let seen = count(&mut || drop(black_box(Box::new(1_u8))));
    ensure!(seen > 0, "the counter saw nothing where one box was allocated; give one that counts");
    let digests = random_digests(81, 1_000);
    let asked = Asked {
        keys: digests.iter().map(|digest| format!("user:{}", digest.bits())).collect(),
        bytes: digests.iter().flat_map(|digest| digest.bits().to_le_bytes()).collect(),
        digests,
    };
    let mut out = vec![NodeIndex::default(); asked.digests.len()];
    for members in memberships::<K>([10, 100, 1_000]) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        for (name, most, ask) in ways::<K>() {
            let mut answers = 0;
            let allocated = count(&mut || answers = ask(&ring, &asked, &mut out));
            ensure!(answers > 0, "`{name}` answered nothing among {}", show(&members));
            ensure!(allocated <= most, "`{name}` made {allocated} allocations for {answers} answers among {}", show(&members));
        }
    }
    Ok(())
}

fn ways<K: Kernel>() -> [Way<K>; 10] {
    [
        ("locate", 0, |ring, asked, _| asked.digests.iter().filter(|&&digest| ring.locate(digest).is_some()).count()),
        ("locate_batch", 0, |ring, asked, out| ring.locate_batch(&asked.digests, out)),
        ("locate_n", 0, |ring, asked, out| asked.digests.iter().map(|&digest| ring.locate_n(digest, &mut out[..5])).sum()),
        ("find_consumer", 0, |ring, asked, _| {
            let found = |key: &&String| {
                let mut tried = 0;
                let accept = &mut |member: Member<'_, u64>| {
                    tried += 1;
                    tried == FREE || member.name.ends_with('7')
                };
                ring.find_consumer(key.as_bytes(), accept).is_some()
            };
            asked.keys.iter().filter(found).count()
        }),
        ("get_consumer", 0, |ring, asked, _| asked.keys.iter().filter(|key| ring.get_consumer(key).is_some()).count()),
        ("owner", 0, |ring, asked, _| asked.keys.iter().filter(|key| ring.owner(key).is_some()).count()),
        ("candidates", 0, |ring, asked, _| asked.keys.iter().map(|key| ring.candidates(key).take(8).count()).sum()),
        ("owners_of", 0, |ring, asked, out| KeyColumn::of_width(&asked.bytes, 8).map_or(0, |keys| ring.owners_of(&keys, out))),
        ("walk", 0, |ring, asked, _| asked.digests.iter().map(|&digest| visits(ring, digest, FREE)).sum()),
        ("walk past the first 32", 2, |ring, asked, _| visits(ring, asked.digests[0], usize::MAX)),
    ]
}

/// Visits up to `most` consumers, and says how many there were.
fn visits<K: Kernel>(ring: &Ring<K>, digest: Digest, most: usize) -> usize {
    let mut visits = 0;
    ring.walk(digest, &mut |_| {
        visits += 1;
        if visits == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    visits
}

/// What may be predicted beyond what is taken: an eighth, for what chance decides, such as how many points fall close together, …
const CHANCE: u64 = 8;

/// … and this many bytes, for the spread that chance has in small memberships.
const SMALL: u64 = 2048;

/// Whatever happens to a membership, the kernel's state takes no more of the heap than `heap_bytes` predicted before it happened,
/// and little less: what was predicted is at most an eighth and 2,048 bytes more. A limit on memory then holds, and keeps nobody
/// out who has room.
///
/// Memberships of 1, 10, 100, … and `most` consumers are built at once; one grows one by one to `most`, changes weights where the
/// kernel promises them, has half as many more added in one call, and shrinks one by one to none. `live` runs what it is given
/// and returns the bytes that are on the heap of this thread afterwards and were not before, less those that are gone:
///
/// ```
/// use annulus_ring::RingKernel as MyKernel; // yours
/// use annulus_core::conformance::allocations::memory_is_as_predicted;
///
/// let live = |run: &mut dyn FnMut()| allocation_counter::measure(run).bytes_current;
/// assert_eq!(memory_is_as_predicted(&MyKernel::default(), 1_000, live), Ok(()));
/// ```
///
/// A kernel without incremental forms rebuilds its state at each of 3·`most` steps, so choose `most` by what a rebuild takes.
///
/// # Errors
/// The change and the two figures, or that `live` does not count.
pub fn memory_is_as_predicted<K: Kernel>(kernel: &K, most: usize, live: impl Fn(&mut dyn FnMut()) -> i64) -> Outcome {
    let mut kept = None;
    let seen = live(&mut || kept = Some(black_box(Box::new(1_u8))));
    ensure!(seen == 1 && kept.is_some(), "the counter saw {seen} bytes where one was allocated and kept; give one that counts");
    let weighted = K::PROPERTIES.weighted.then_some(true);
    for weighted in core::iter::once(false).chain(weighted) {
        let sizes = core::iter::successors(Some(1), |size| Some(size * 10)).take_while(|&size| size < most).chain([most]);
        for size in sizes {
            let mut watched = Watched::new(kernel, weighted, &live);
            watched.add(size)?;
            watched.give_back()?;
        }
        let mut watched = Watched::new(kernel, weighted, &live);
        for _ in 0..most {
            watched.add(1)?;
        }
        for _ in 0..if weighted { most / 4 } else { 0 } {
            watched.reweight()?;
        }
        watched.add(most / 2)?;
        while !watched.nodes.is_empty() {
            watched.remove()?;
        }
        watched.give_back()?;
    }
    Ok(())
}

/// A kernel and its members, and what the kernel's state takes of the heap.
struct Watched<'a, K, F> {
    kernel: Option<K>,
    nodes: Nodes,
    weighted: bool,
    draws: Draws,
    live: &'a F,
    bytes: i64,
}

impl<'a, K: Kernel, F: Fn(&mut dyn FnMut()) -> i64> Watched<'a, K, F> {
    fn new(kernel: &K, weighted: bool, live: &'a F) -> Self {
        let (nodes, draws) = (Nodes::default(), Draws::new(111));
        let mut watched = Self { kernel: None, nodes, weighted, draws, live, bytes: 0 };
        let clone = &mut watched.kernel;
        watched.bytes = live(&mut || *clone = Some(kernel.clone()));
        watched
    }

    /// Adds `count` consumers in one call, or none where the kernel has no room for them.
    fn add(&mut self, count: usize) -> Outcome {
        let before = self.nodes.len();
        for _ in 0..count {
            let weight = if self.weighted { any_weight(&mut self.draws) } else { Weight::ONE };
            self.nodes.push(self.draws.next(), weight);
        }
        match self.kernel.as_ref().map_or(Ok(()), |kernel| kernel.admit(&self.nodes)) {
            Ok(()) => {}
            Err(reason) if is_lack_of_room(&reason) => {
                self.nodes.truncate(before);
                return Ok(());
            }
            Err(reason) => return Err(format!("{count} more than {before} consumers were refused: {reason}")),
        }
        match NodeIndex::from_usize(before) {
            Some(first) if count > 0 => self.change("an addition", |kernel, nodes| kernel.added(nodes, first)),
            _ => Ok(()),
        }
    }

    fn remove(&mut self) -> Outcome {
        let at = NodeIndex::from_usize(self.draws.below(self.nodes.len())).unwrap_or_default();
        let gone = self.nodes.swap_remove(at);
        self.change("a removal", |kernel, nodes| kernel.removed(nodes, gone))
    }

    fn reweight(&mut self) -> Outcome {
        let Some(at) = NodeIndex::from_usize(self.draws.below(self.nodes.len().max(1))) else { return Ok(()) };
        let old = self.nodes.set_weight(at, any_weight(&mut self.draws));
        if self.kernel.as_ref().is_some_and(|kernel| kernel.admit(&self.nodes).is_err()) {
            self.nodes.set_weight(at, old);
            return Ok(());
        }
        self.change("a change of weight", |kernel, nodes| kernel.reweighted(nodes, at, old))
    }

    /// Has the kernel take note of a change that `nodes` has seen.
    fn change(&mut self, what: &str, note: impl Fn(&mut K, &Nodes)) -> Outcome {
        let (Some(kernel), nodes) = (&mut self.kernel, &self.nodes) else { return Ok(()) };
        let predicted = kernel.heap_bytes(nodes.census());
        self.bytes += (self.live)(&mut || note(kernel, nodes));
        let kind = if self.weighted { "consumers of several weights" } else { "consumers" };
        let taken = u64::try_from(self.bytes).unwrap_or_default();
        let (len, spare) = (nodes.len(), predicted.saturating_sub(taken));
        ensure!(taken <= predicted, "{what} that makes {len} {kind} was to take {predicted} bytes and takes {taken}");
        ensure!(
            spare <= taken / CHANCE + SMALL,
            "{what} that makes {len} {kind} was to take {predicted} bytes and takes only {taken}"
        );
        Ok(())
    }

    /// Lets the kernel go: what it took is there again, so every byte was counted.
    fn give_back(mut self) -> Outcome {
        let kernel = &mut self.kernel;
        self.bytes += (self.live)(&mut || drop(kernel.take()));
        ensure!(self.bytes == 0, "{} bytes of the heap are left when the kernel is gone; give a counter that counts", self.bytes);
        Ok(())
    }
}
