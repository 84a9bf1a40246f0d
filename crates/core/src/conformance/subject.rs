//! What the laws share: members to build from, digests to ask for, and how answers are read and shown.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::ops::ControlFlow;

use crate::{
    ByDigest, ChangeError, Cluster, ConsistentHashRing, DependsOn, Digest, Kernel, KeyHasher, NodeIndex, Refusal, SipHash, Weight,
};

/// `Err` says what was seen, in numbers and names.
pub type Outcome = Result<(), String>;

/// The cluster that the laws put a kernel into. A consumer's data is its tag.
pub(super) type Ring<K> = Cluster<K, u64>;

/// `Err` with the message unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        // Not negated, so that a comparison with NaN fails the law.
        if $condition {
        } else {
            return Err(alloc::format!($($message)+));
        }
    };
}
pub(super) use ensure;

/// So many consumers, of weights up to [`HEAVIEST`], any kernel under test must have room for.
pub(super) const ROOM: usize = 50;

/// The greatest weight in a [`mixed`] membership.
pub(super) const HEAVIEST: u32 = 10;

/// Digests at which arithmetic goes wrong first.
pub(super) const EDGES: [u64; 10] =
    [0, 1, u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) - 1, 1 << 32, (1 << 32) - 1, u64::MAX << 32, 1 << 31];

/// Repeatable draws, by a function that no kernel has a part in.
pub(super) struct Draws {
    hasher: SipHash,
    drawn: u64,
}

impl Draws {
    pub(super) fn new(stream: u64) -> Self {
        Self { hasher: SipHash::with_keys(0x6c61_7773, stream), drawn: 0 }
    }

    pub(super) fn next(&mut self) -> u64 {
        self.drawn += 1;
        self.hasher.hash(&self.drawn.to_le_bytes())
    }

    /// A number below `bound`, which is not zero.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let high = (u128::from(self.next()) * bound as u128) >> 64;
        usize::try_from(high).unwrap_or_default()
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}

/// `count` random digests.
pub(super) fn random_digests(stream: u64, count: usize) -> Vec<Digest> {
    let mut draws = Draws::new(stream);
    (0..count).map(|_| Digest::of_hash(draws.next())).collect()
}

/// The edges, then `count` random digests.
pub(super) fn digests(stream: u64, count: usize) -> Vec<Digest> {
    EDGES.into_iter().map(Digest::of_hash).chain(random_digests(stream, count)).collect()
}

/// A consumer to be added; its name and data follow from its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) tag: u64,
    pub(super) weight: Weight,
}

impl Given {
    pub(super) fn name(self) -> String {
        name(self.tag)
    }
}

pub(super) fn name(tag: u64) -> String {
    format!("consumer-{tag}")
}

pub(super) fn weight(weight: u32) -> Weight {
    Weight::new(weight).unwrap_or_default()
}

/// `count` consumers of weight one. Another `set` has other names.
pub(super) fn equal(set: u64, count: usize) -> Vec<Given> {
    (0..).map(|i| Given { tag: set * 1_000_000 + i, weight: Weight::ONE }).take(count).collect()
}

/// `count` consumers of weights 1 to [`HEAVIEST`] where the kernel promises weights, else of weight one.
pub(super) fn mixed<K: Kernel>(set: u64, count: usize) -> Vec<Given> {
    let mut draws = Draws::new(set);
    let mut members = equal(set, count);
    if K::PROPERTIES.weighted {
        for member in &mut members {
            member.weight = any_weight(&mut draws);
        }
    }
    members
}

pub(super) fn any_weight(draws: &mut Draws) -> Weight {
    let less = draws.below(HEAVIEST as usize);
    weight(1 + u32::try_from(less).unwrap_or_default())
}

/// Memberships of the given sizes: equal ones and, where the kernel promises weights, mixed ones.
pub(super) fn memberships<K: Kernel>(sizes: impl IntoIterator<Item = usize>) -> impl Iterator<Item = Vec<Given>> {
    sizes.into_iter().flat_map(|size| {
        let set = size as u64;
        let weighted = K::PROPERTIES.weighted.then(|| mixed::<K>(set, size));
        core::iter::once(equal(set, size)).chain(weighted)
    })
}

/// Every size to 40, where off-by-one errors live, and two large ones.
pub(super) fn sizes() -> impl Iterator<Item = usize> {
    (1..=40).chain([100, 300])
}

/// Fewer sizes, for laws that try every consumer of each.
pub(super) fn few_sizes() -> impl Iterator<Item = usize> {
    (1..=12).chain([20, 33, 40])
}

/// Adds `members` in one call.
pub(super) fn enrol<R: ConsistentHashRing<ConsumerInfo = u64> + ?Sized>(
    ring: &mut R,
    members: &[Given],
) -> Result<(), ChangeError> {
    let names: Vec<String> = members.iter().map(|member| member.name()).collect();
    ring.add_consumers(&mut names.iter().zip(members).map(|(name, member)| (name.as_str(), member.weight, member.tag)))
}

/// A ring of `members`, or `None` where they are more than [`ROOM`] and the kernel has no room for them.
pub(super) fn build_if_room<K: Kernel>(kernel: &K, members: &[Given]) -> Result<Option<Ring<K>>, String> {
    let mut ring = Ring::with_kernel(kernel.clone());
    match enrol(&mut ring, members) {
        Ok(()) => Ok(Some(ring)),
        Err(error) if members.len() > ROOM && is_lack_of_room(&error.reason) => Ok(None),
        Err(error) => Err(format!(
            "{} consumers could not be added ({error}); the laws need room for {ROOM} of weights to {HEAVIEST}",
            members.len()
        )),
    }
}

/// A ring of `members`, who are at most [`ROOM`].
pub(super) fn build<K: Kernel>(kernel: &K, members: &[Given]) -> Result<Ring<K>, String> {
    build_if_room(kernel, members)?.ok_or_else(|| format!("no room for {} consumers", members.len()))
}

/// A ring of `members`, in whatever index order, who were not alone: others came and went between them. Where the algorithm has no
/// room for others, it is as [`build`] makes it.
pub(super) fn worn<K: Kernel>(kernel: &K, members: &[Given]) -> Result<Ring<K>, String> {
    let mut draws = Draws::new(members.len() as u64);
    let others = equal(955, members.len().min(9) + 1);
    let mut all: Vec<Given> = members.iter().chain(&others).copied().collect();
    if all.len() > ROOM {
        return build(kernel, members);
    }
    draws.shuffle(&mut all);
    let mut ring = build(kernel, &all)?;
    let mut leaving = others;
    draws.shuffle(&mut leaving);
    for other in leaving {
        ring.remove_consumer(&other.name());
    }
    Ok(ring)
}

/// The rings of `members` that a law looks at: as built and, where answers depend on the history, after others came and went. None
/// where the kernel has no room.
pub(super) fn rings<K: Kernel>(kernel: &K, members: &[Given]) -> Result<Vec<Ring<K>>, String> {
    let mut rings: Vec<Ring<K>> = build_if_room(kernel, members)?.into_iter().collect();
    if K::PROPERTIES.depends_on == DependsOn::History && !rings.is_empty() {
        rings.push(worn(kernel, members)?);
    }
    Ok(rings)
}

/// Changes `ring` in a way that shows what it remembers: some leave, some come one by one, and some come in one call.
pub(super) fn go_on<K: Kernel>(ring: &mut Ring<K>) -> Outcome {
    for member in given(ring).iter().step_by(3) {
        ring.remove_consumer(&member.name());
    }
    for member in equal(956, 2) {
        ring.add_consumer(&member.name(), member.tag).map_err(|error| error.to_string())?;
    }
    enrol(ring, &equal(957, 3)).map_err(|error| error.to_string())
}

pub(super) fn is_lack_of_room(reason: &Refusal) -> bool {
    matches!(
        reason,
        Refusal::TooLarge { .. }
            | Refusal::TooManyNodes { .. }
            | Refusal::OutOfMemory { .. }
            | Refusal::NoShare { .. }
            | Refusal::Starves { .. }
    )
}

/// The members of `ring` in index order, as they would be given.
pub(super) fn given<K: Kernel, H: KeyHasher>(ring: &Cluster<K, u64, H>) -> Vec<Given> {
    ring.roster().iter().map(|member| Given { tag: *member.info, weight: member.weight }).collect()
}

/// The tag of the consumer at `index`.
pub(super) fn tag_at<R: ConsistentHashRing<ConsumerInfo = u64> + ?Sized>(ring: &R, index: NodeIndex) -> Result<u64, String> {
    let count = ring.roster().len();
    ring.roster().info(index).copied().ok_or_else(|| format!("the answer was index {index}, and there are {count} consumers"))
}

/// The tag of the owner of each digest.
pub(super) fn owners<R: ByDigest<ConsumerInfo = u64> + ?Sized>(ring: &R, digests: &[Digest]) -> Result<Vec<u64>, String> {
    let owner = |&digest: &Digest| {
        let index = ring.locate(digest).ok_or_else(|| format!("no answer, though there are {} consumers", ring.roster().len()));
        index.and_then(|index| tag_at(ring, index)).map_err(|error| format!("digest {digest:#x}: {error}"))
    };
    digests.iter().map(owner).collect()
}

/// The tags of the whole preference order of `digest`.
pub(super) fn order<R: ByDigest<ConsumerInfo = u64> + ?Sized>(ring: &R, digest: Digest) -> Result<Vec<u64>, String> {
    let mut visited = Vec::new();
    let most = ring.roster().len() + 1;
    ring.walk(digest, &mut |index| {
        visited.push(index);
        // One visit too many proves the fault; a walk without end must not hang the law.
        if visited.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    visited.into_iter().map(|index| tag_at(ring, index).map_err(|error| format!("digest {digest:#x}: {error}"))).collect()
}

/// The members for a message: names and weights, the first dozen of them.
pub(super) fn show(members: &[Given]) -> String {
    const SHOWN: usize = 12;
    let list: Vec<String> = members.iter().take(SHOWN).map(|member| format!("{}×{}", member.name(), member.weight)).collect();
    let more = if members.len() > SHOWN { ", …" } else { "" };
    format!("{} consumers [{}{more}]", members.len(), list.join(", "))
}

/// Everything that a refused change must leave as it was.
pub(super) struct Snapshot {
    fingerprint: u64,
    members: Vec<Given>,
    owners: Vec<u64>,
    orders: Vec<Vec<u64>>,
    heap_bytes: u64,
    shares: Option<Vec<f64>>,
}

impl Snapshot {
    pub(super) fn of<K: Kernel, H: KeyHasher>(ring: &Cluster<K, u64, H>) -> Result<Self, String> {
        let digests = digests(11, 300);
        let (owners, orders) = if ring.roster().is_empty() {
            (Vec::new(), Vec::new())
        } else {
            (owners(ring, &digests)?, digests[..20].iter().map(|&digest| order(ring, digest)).collect::<Result<_, _>>()?)
        };
        let (members, heap_bytes, shares) = (given(ring), ring.heap_bytes(), ring.shares());
        Ok(Self { fingerprint: ring.fingerprint(), members, owners, orders, heap_bytes, shares })
    }

    /// `Err` says what differs between this and what `ring` is now.
    pub(super) fn check<K: Kernel, H: KeyHasher>(&self, ring: &Cluster<K, u64, H>, after: &str) -> Outcome {
        self.check_mapping(ring, after)?;
        let now = ring.heap_bytes();
        ensure!(now == self.heap_bytes, "{after} changed heap_bytes from {} to {now}; {}", self.heap_bytes, show(&self.members));
        Ok(())
    }

    /// Whether `ring`, of the same members in whatever order, answers alike.
    pub(super) fn check_answers<K: Kernel, H: KeyHasher>(&self, ring: &Cluster<K, u64, H>, what: &str) -> Outcome {
        let now = Self::of(ring)?;
        ensure!(
            now.owners == self.owners && now.orders == self.orders,
            "{} and the same {what} have one fingerprint and answer otherwise",
            show(&self.members)
        );
        Ok(())
    }

    /// As [`check`](Self::check), but memory may differ: a state that has seen changes may keep room for more.
    pub(super) fn check_mapping<K: Kernel, H: KeyHasher>(&self, ring: &Cluster<K, u64, H>, after: &str) -> Outcome {
        let now = Self::of(ring)?;
        let what = match () {
            () if now.members != self.members => "the members",
            () if now.fingerprint != self.fingerprint => "the fingerprint",
            () if now.owners != self.owners => "answers",
            () if now.orders != self.orders => "preference orders",
            () if now.shares != self.shares => "shares",
            () => return Ok(()),
        };
        Err(format!("{after} changed {what} of {}; now {}", show(&self.members), show(&now.members)))
    }
}
