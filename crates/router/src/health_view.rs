//! Health by index, as look-ups read it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
};

use annulus_core::{ByDigest, Digest, NodeIndex, Nodes, mix64};

use crate::{
    Available, NoneUp, State, WHOLE,
    names::{Cell, Cells},
    search::first,
    state::DRAINING,
};

/// Keeps the choice of keys for a warming consumer apart from the placement, which also mixes digests with seeds.
const WARMING_DOMAIN: u64 = 0x616e_6e75_6c75_7302;

/// The health of one membership, by index. Made by [`Health`](crate::Health); it sees later changes of states at once.
///
/// ```
/// use annulus::Rendezvous;
/// use annulus_router::{Beside, Health, State};
///
/// let ring = Rendezvous::from_consumers(["a", "b", "c"])?;
/// let health = Health::new();
/// let view = health.view(&ring);
/// let (digest, owner) = (ring.digest_of("session:7"), ring.owner("session:7").unwrap());
///
/// health.set(owner.name, State::Draining);
/// assert_ne!(view.owner(&ring, digest)?, owner.index); // a new session goes elsewhere
/// assert_eq!(view.keep(&ring, owner.name), Some(owner.index)); // one that was there stays: its cookie has the name
///
/// health.set(owner.name, State::Down);
/// assert_eq!(view.keep(&ring, owner.name), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Pass the ring that the view was made for. With another one nothing panics, but a state may belong to another consumer.
///
/// # Cost
/// If the owner is up, a look-up costs one load more than [`locate`](ByDigest::locate). Else it walks the preference order until
/// it finds one that is up: on average 1/p consumers if a share p is up. The first 32 allocate nothing. If nobody is up, it says
/// so without a walk. A look-up among 1,000 consumers takes (the example program `serving_costs` prints more):
///
/// | down | none | 50 % | 90 % | 99 % | all but one | all |
/// |---|---|---|---|---|---|---|
/// | ring | 5 ns | 12 ns | 86 ns | 0.9 µs | 7 µs | 4 ns |
/// | rendezvous | 42 ns | 170 ns | 3.5 µs | 37 µs | 53 µs | 42 ns |
/// | Maglev | 3 ns | 11 ns | 340 ns | 10 µs | 23 µs | 4 ns |
///
/// Among 10,000, with all but one down, it takes 0.1 to 0.8 ms. If most consumers are down for long, remove them from the ring, or
/// bound the tries ([`owner_within`](Self::owner_within)).
#[derive(Clone)]
pub struct HealthView {
    marks: Arc<Marks>,
}

/// The states of one membership. Written under the lock of its [`Health`](crate::Health).
#[derive(Debug)]
pub(crate) struct Marks {
    words: Box<[AtomicU32]>,
    seeds: Box<[u64]>,
    weights: Box<[u32]>,
    cells: Cells<AtomicU32>,
    /// The sum of weights, each multiplied by its part.
    live: AtomicU64,
    /// How many are not down.
    answering: AtomicUsize,
}

impl Marks {
    pub(crate) fn new(nodes: &Nodes, cells: Cells<AtomicU32>) -> Self {
        let marks = Self {
            words: cells.iter().map(|_| AtomicU32::new(0)).collect(),
            seeds: nodes.seeds().into(),
            weights: nodes.weights().iter().map(|weight| weight.get()).collect(),
            cells,
            live: AtomicU64::new(0),
            answering: AtomicUsize::new(0),
        };
        marks.refresh();
        marks
    }

    /// Takes over the states of all names.
    pub(crate) fn refresh(&self) {
        let (mut live, mut answering) = (0_u64, 0);
        for ((cell, word), &weight) in self.cells.iter().zip(&self.words).zip(&self.weights) {
            let state = cell.state.load(Relaxed);
            word.store(state, Relaxed);
            live = live.saturating_add(counts(weight, state));
            answering += usize::from(state != 0);
        }
        self.live.store(live, Relaxed);
        self.answering.store(answering, Relaxed);
    }

    /// Takes over the state of one name.
    pub(crate) fn refresh_one(&self, cell: &Arc<Cell<AtomicU32>>) {
        if let Some(at) = self.cells.iter().position(|other| Arc::ptr_eq(cell, other)) {
            let state = cell.state.load(Relaxed);
            let (before, weight) = (self.words[at].swap(state, Relaxed), self.weights[at]);
            let live = self.live.load(Relaxed).saturating_sub(counts(weight, before)).saturating_add(counts(weight, state));
            self.live.store(live, Relaxed);
            let answering = self.answering.load(Relaxed) + usize::from(state != 0) - usize::from(before != 0);
            self.answering.store(answering, Relaxed);
        }
    }

    fn word(&self, index: NodeIndex) -> u32 {
        self.words.get(index.as_usize()).map_or(0, |word| word.load(Relaxed))
    }
}

const fn part_of(word: u32) -> u32 {
    if word == DRAINING { 0 } else { word }
}

fn counts(weight: u32, word: u32) -> u64 {
    u64::from(weight) * u64::from(part_of(word))
}

impl HealthView {
    pub(crate) fn new(marks: Arc<Marks>) -> Self {
        Self { marks }
    }

    /// The state of the consumer at `index`; down if there is none.
    #[must_use]
    pub fn state(&self, index: NodeIndex) -> State {
        State::of(self.marks.word(index))
    }

    /// The first consumer in the preference order that takes this key. If none does, the first that is warming up.
    ///
    /// # Errors
    /// [`NoneUp`] if there is none; it names a last resort.
    #[inline]
    pub fn owner<R: ByDigest + ?Sized>(&self, ring: &R, digest: Digest) -> Result<NodeIndex, NoneUp> {
        self.owner_within(ring, digest, usize::MAX)
    }

    /// Like [`owner`](Self::owner), among the first `tries` consumers of the order. Up to 32 tries allocate nothing.
    ///
    /// If a share p of consumers is up, a key is not served with probability (1 − p)^tries: with p = ½, 10 tries miss one key in
    /// a thousand.
    ///
    /// # Errors
    /// [`NoneUp`] if none of them takes the key; it names a last resort.
    #[inline]
    pub fn owner_within<R: ByDigest + ?Sized>(&self, ring: &R, digest: Digest, tries: usize) -> Result<NodeIndex, NoneUp> {
        if self.marks.live.load(Relaxed) > 0 {
            if let Some(taken) = first(ring, digest, tries, |index| self.admits(index, digest).then_some(())) {
                return Ok(taken.index);
            }
        }
        self.nobody(ring, digest, tries)
    }

    /// The first consumer in the preference order that is not down. It is the owner of a session that began while all states were
    /// up, without a name to keep.
    ///
    /// **Not for sessions that began while a consumer drained or warmed up.** They began elsewhere, and this sends them to that
    /// consumer. It cannot tell such a session from an older one. [`keep`](Self::keep) can: it takes the name of the consumer that
    /// began the session.
    ///
    /// # Errors
    /// [`NoneUp`] if all are down.
    pub fn pinned_owner<R: ByDigest + ?Sized>(&self, ring: &R, digest: Digest) -> Result<NodeIndex, NoneUp> {
        let answers = |index| (self.marks.word(index) != 0).then_some(());
        let owner = ring.locate(digest).ok_or(NoneUp::Empty)?;
        match first(ring, digest, usize::MAX, answers) {
            Some(taken) => Ok(taken.index),
            None => Err(NoneUp::Out { owner, reserve: None, tried: ring.roster().len(), cut: false }),
        }
    }

    /// The consumer called `name`, if it is a member and not down: for a session whose consumer's name is in a cookie. Draining and
    /// warming consumers keep theirs. O(log N).
    #[must_use]
    pub fn keep<R: ByDigest + ?Sized>(&self, ring: &R, name: &str) -> Option<NodeIndex> {
        ring.roster().index_of(name).filter(|&index| self.marks.word(index) != 0)
    }

    /// Whether any consumer takes new keys.
    #[must_use]
    pub fn is_any_up(&self) -> bool {
        self.marks.live.load(Relaxed) > 0
    }

    /// Why there is no answer, and the last resort. A consumer that is warming up and does not take this key yet takes it if no
    /// other does, so that no key is lost while one is up.
    #[cold]
    fn nobody<R: ByDigest + ?Sized>(&self, ring: &R, digest: Digest, tries: usize) -> Result<NodeIndex, NoneUp> {
        let owner = ring.locate(digest).ok_or(NoneUp::Empty)?;
        let consumers = ring.roster().len();
        if tries >= consumers && self.is_any_up() {
            if let Some(taken) = first(ring, digest, tries, |index| (self.part(index) > 0).then_some(())) {
                return Ok(taken.index);
            }
        }
        let reserve = if self.marks.answering.load(Relaxed) > 0 {
            first(ring, digest, tries, |index| (self.marks.word(index) != 0).then_some(())).map(|taken| taken.index)
        } else {
            None
        };
        Err(NoneUp::Out { owner, reserve, tried: tries.min(consumers), cut: tries < consumers })
    }
}

/// How many consumers there are, and how many are down.
impl fmt::Debug for HealthView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let consumers = self.marks.words.len();
        let down = consumers.saturating_sub(self.marks.answering.load(Relaxed));
        f.debug_struct("HealthView").field("consumers", &consumers).field("down", &down).finish_non_exhaustive()
    }
}

impl Available for HealthView {
    #[inline]
    fn admits(&self, index: NodeIndex, digest: Digest) -> bool {
        match self.marks.word(index) {
            WHOLE => true,
            0 | DRAINING => false,
            share => {
                let seed = self.marks.seeds.get(index.as_usize()).copied().unwrap_or_default();
                warms(digest, seed) < share
            }
        }
    }

    fn part(&self, index: NodeIndex) -> u32 {
        part_of(self.marks.word(index))
    }

    fn answers(&self, index: NodeIndex) -> bool {
        self.marks.word(index) != 0
    }

    fn live_weight(&self, _: &Nodes) -> u64 {
        self.marks.live.load(Relaxed)
    }
}

/// The share, in units of 1/65,536, from which on the consumer of this seed takes this key while it warms up.
///
/// The digest is mixed twice: rendezvous hashing and the general preference order rank by a mix of digest and seed, and among the
/// keys that a consumer won, such a mix is not even.
fn warms(digest: Digest, seed: u64) -> u32 {
    u32::try_from(mix64(mix64(digest.bits() ^ WARMING_DOMAIN) ^ seed) >> 48).unwrap_or(u32::MAX)
}
