//! Heavy keys, found in bounded memory, and spread over several consumers.

use std::{
    cmp::Reverse,
    collections::HashMap,
    error, fmt,
    hash::{BuildHasher, Hasher, RandomState},
};

use annulus_core::{ByDigest, Digest, NodeIndex, mix64};

use crate::{Available, NoneUp};

/// Finds the keys that are asked for most, in bounded memory.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Everyone, HotKeys, spread};
///
/// let ring = HashRing::from_consumers((0..10).map(|i| format!("cache-{i}")))?;
/// let mut hot = HotKeys::new(0.05)?; // heavy: more than 5 % of all requests
/// let mut served = [0; 10];
/// for request in 0..10_000_u64 {
///     let key = if request % 2 == 0 { 7 } else { request }; // one key has half of the requests
///     let digest = ring.digest_of(key);
///     hot.count(digest);
///     let over = if hot.is_heavy(digest) { 4 } else { 1 };
///     served[spread(&ring, &Everyone, digest, over, request / 2)?.as_usize()] += 1;
/// }
/// assert!(*served.iter().max().unwrap() < 2_500); // instead of more than 5,000
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// This is the space-saving algorithm (Metwally, Agrawal and El Abbadi 2005, <https://doi.org/10.1007/978-3-540-30570-5_27>) with
/// m counters. If a key is not counted yet, it takes over the counter with the lowest count. Let n be the number of requests:
/// - A count is at most n/m too high, and never too low.
/// - **Every key with more than n/m requests has a counter.**
///
/// Once counts were halved, it is n/m + 1, for the rounding.
///
/// There are four counters for each key that could be heavy at a time: m = ⌈4 / share⌉. [`is_heavy`](Self::is_heavy) goes by the
/// lower bound of a count, so that no light key is ever taken for a heavy one. So a key with more than 1.25 times the share is
/// found for certain, and one between the share and that may be.
///
/// What is heavy changes. Call [`halve`](Self::halve) from time to time, for example each minute: counts then follow the last
/// minutes.
///
/// # Cost
/// O(log m) for a request, about 50 ns. About 100 bytes a counter, 8 kB for a share of 5 %, allocated
/// once. It needs `&mut`: keep one for each
/// thread, which sees its own part of the requests, or one behind a lock that counts a sample of them.
#[derive(Clone, Debug)]
pub struct HotKeys {
    share: f64,
    most: usize,
    requests: u64,
    /// Which counter each key has.
    slots: HashMap<Digest, usize, Mixed>,
    counters: Vec<Counter>,
    /// The counters as a heap, the lowest count at the top. It holds their places, so that moving one needs no look-up.
    heap: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Counter {
    digest: Digest,
    /// At least the number of requests for this key.
    count: u64,
    /// At most the number of requests for this key.
    sure: u64,
    /// Where the counter is in the heap.
    at: usize,
}

/// A share that no detector can have.
///
/// ```
/// let error = annulus_router::HotKeys::new(5.0).unwrap_err(); // per cent?
/// assert!(error.to_string().ends_with("a key of one request in a hundred has 0.01"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HotShareError(f64);

impl fmt::Display for HotShareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = self.0;
        write!(f, "a share of {share} of the requests is not between 0.00001 and 1; a key of one request in a hundred has 0.01")
    }
}

impl error::Error for HotShareError {}

impl HotKeys {
    /// A detector of keys that have more than `share` of the requests.
    ///
    /// # Errors
    /// [`HotShareError`] unless the share is from 0.00001 to 1, which takes 4 to 400,000 counters.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 4 and 400,000")]
    pub fn new(share: f64) -> Result<Self, HotShareError> {
        if !(0.000_01..=1.0).contains(&share) {
            return Err(HotShareError(share));
        }
        let most = (4.0 / share).ceil() as usize;
        // Twice the room: the map then tidies up removed keys in place, instead of growing.
        let slots = HashMap::with_capacity_and_hasher(2 * most + 2, Mixed::new());
        Ok(Self { share, most, requests: 0, slots, counters: Vec::with_capacity(most), heap: Vec::with_capacity(most) })
    }

    /// Counts a request for this key.
    pub fn count(&mut self, digest: Digest) {
        self.requests += 1;
        if let Some(&slot) = self.slots.get(&digest) {
            let counter = &mut self.counters[slot];
            counter.count += 1;
            counter.sure += 1;
            self.sink(self.counters[slot].at);
        } else if self.counters.len() < self.most {
            let (slot, at) = (self.counters.len(), self.heap.len());
            self.counters.push(Counter { digest, count: 1, sure: 1, at });
            self.heap.push(slot);
            self.slots.insert(digest, slot);
            // Counts that were halved may be lower or higher than one.
            self.rise(at);
        } else if let Some(&slot) = self.heap.first() {
            let lowest = &mut self.counters[slot];
            self.slots.remove(&lowest.digest);
            *lowest = Counter { digest, count: lowest.count + 1, sure: 1, at: 0 };
            self.slots.insert(digest, slot);
            self.sink(0);
        }
    }

    /// Whether this key has certainly more than the share of the requests counted. False before there are as many requests as
    /// counters.
    #[must_use]
    pub fn is_heavy(&self, digest: Digest) -> bool {
        self.bounds(digest).is_some_and(|(sure, _)| self.is_share(sure))
    }

    /// The keys that are heavy, the heaviest first, with the bounds of their counts. O(m).
    #[must_use]
    pub fn heavy(&self) -> Vec<(Digest, u64, u64)> {
        let heavy = self.counters.iter().filter(|counter| self.is_share(counter.sure));
        let mut heavy: Vec<_> = heavy.map(|counter| (counter.digest, counter.sure, counter.count)).collect();
        heavy.sort_unstable_by_key(|&(digest, sure, count)| (Reverse((sure, count)), digest));
        heavy
    }

    /// The lower and the upper bound of the requests for this key, or `None` if it has no counter. Such a key has at most
    /// [`error`](Self::error) requests.
    #[must_use]
    pub fn bounds(&self, digest: Digest) -> Option<(u64, u64)> {
        self.slots.get(&digest).map(|&slot| (self.counters[slot].sure, self.counters[slot].count))
    }

    /// How much too high a count may be, and the most requests that a key without a counter may have: the lowest count, which is
    /// at most the number of requests divided by that of counters.
    #[must_use]
    pub fn error(&self) -> u64 {
        if self.heap.len() < self.most { 0 } else { self.heap.first().map_or(0, |&lowest| self.counters[lowest].count) }
    }

    /// The number of requests counted, halved as often as the counts.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Halves all counts, so that older requests count less. Each bound stays a bound of the halved number. O(m).
    pub fn halve(&mut self) {
        // Halving keeps the order of counts, so the heap stays one.
        for counter in &mut self.counters {
            counter.count = counter.count.div_ceil(2);
            counter.sure /= 2;
        }
        self.requests = self.requests.div_ceil(2);
    }

    #[expect(clippy::cast_precision_loss, reason = "a request more or less in 2^53")]
    fn is_share(&self, sure: u64) -> bool {
        self.requests >= self.most as u64 && sure as f64 > self.share * self.requests as f64
    }

    fn count_at(&self, at: usize) -> u64 {
        self.counters[self.heap[at]].count
    }

    /// Moves a counter whose count grew towards the leaves.
    fn sink(&mut self, mut at: usize) {
        loop {
            let children = 2 * at + 1..(2 * at + 3).min(self.heap.len());
            let Some(least) = children.min_by_key(|&child| self.count_at(child)) else { return };
            if self.count_at(at) <= self.count_at(least) {
                return;
            }
            self.swap(at, least);
            at = least;
        }
    }

    /// Moves a new counter towards the top.
    fn rise(&mut self, mut at: usize) {
        while at > 0 && self.count_at(at) < self.count_at((at - 1) / 2) {
            self.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.heap.swap(one, other);
        for at in [one, other] {
            self.counters[self.heap[at]].at = at;
        }
    }
}

/// Mixes digests with a secret of this detector, so that no one can aim keys at one bucket. Digests are hashes already, and a
/// second pass of `SipHash` would take most of the time.
#[derive(Clone, Copy, Debug)]
struct Mixed {
    secret: u64,
    word: u64,
}

impl Mixed {
    fn new() -> Self {
        Self { secret: RandomState::new().build_hasher().finish(), word: 0 }
    }
}

impl BuildHasher for Mixed {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        *self
    }
}

impl Hasher for Mixed {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }
    fn write_u64(&mut self, word: u64) {
        self.word = mix64(self.word ^ word ^ self.secret);
    }
    fn finish(&self) -> u64 {
        self.word
    }
}

/// The consumer of a request for a key that is spread over its first `over` available consumers: `turn` modulo their number.
///
/// For hot keys alone; all others are spread over one. As `turn`, give a counter, or a random number. All `over` consumers hold the
/// key then: a write must reach each of them. If fewer are available, it is spread over these.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Everyone, spread};
///
/// let ring = HashRing::from_consumers(["a", "b", "c", "d"])?;
/// let digest = ring.digest_of("celebrity");
/// let first: Vec<_> = ring.candidates("celebrity").take(2).map(|member| member.index).collect();
/// for turn in 0..4 {
///     assert_eq!(spread(&ring, &Everyone, digest, 2, turn)?, first[turn as usize % 2]);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Cost
/// A walk of up to `over` consumers, nothing allocated up to 32. A spread over one costs a look-up.
///
/// # Errors
/// [`NoneUp`] if no consumer is available.
pub fn spread<R, A>(ring: &R, available: &A, digest: Digest, over: usize, turn: u64) -> Result<NodeIndex, NoneUp>
where
    R: ByDigest + ?Sized,
    A: Available + ?Sized,
{
    crate::search::nth(ring, available, digest, over.max(1), turn)
}
