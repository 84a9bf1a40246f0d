//! Shuffle shards: each tenant has a few consumers of its own.

use std::{error, fmt, ops::ControlFlow};

use annulus_core::{ByDigest, Digest, NodeIndex, Nodes, cost::cost, mix64, order::others};

use crate::{Available, NoneUp};

/// Keeps the choice of shards apart from the placement of a key with the same digest.
const SHARD_DOMAIN: u64 = 0x616e_6e75_6c75_7303;

/// The consumers of one tenant, so that a tenant that overloads its consumers hurts few others.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Everyone, Shard};
///
/// let ring = HashRing::from_consumers((0..40).map(|i| format!("server-{i}")))?;
/// let acme = Shard::of(&ring, ring.digest_of("acme"), 4);
/// assert_eq!(acme.members().len(), 4);
///
/// // Which of them serves a key of this tenant:
/// let serves = acme.owner(&ring, &Everyone, ring.digest_of("acme/user:42"))?;
/// assert!(acme.members().contains(&serves));
///
/// // A larger shard keeps the members it has.
/// assert_eq!(Shard::of(&ring, ring.digest_of("acme"), 5).members()[..4], *acme.members());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The members follow from the names alone. They are the first of a rendezvous order of the tenant, by weight, and not the
/// placement's own preference order: so **at most one member changes when the shard or the fleet grows or shrinks by one, with
/// every algorithm**, also with Maglev and jump, whose own orders do not promise it. Two tenants share s of their n members among
/// N as if both were drawn at random. Also, a key of the tenant needs no walk until it meets a member.
///
/// A shard belongs to one membership, since it holds indices. After a change, a look-up answers [`ShardError::Changed`]: make the
/// shard again. Health does not change a shard. Consumers that are down are skipped when a key is looked up.
///
/// # Cost
/// Making a shard is O(N): 5 to 8 µs among 1,000 consumers. Keep it with the tenant for as long as the membership lasts. A look-up
/// in a shard of 8 members takes 130 ns, and allocates nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    members: Box<[NodeIndex]>,
    seeds: Box<[u64]>,
    fleet: Fleet,
}

/// What a membership is recognised by in O(1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fleet {
    consumers: usize,
    weight: u64,
}

impl Fleet {
    fn of(nodes: &Nodes) -> Self {
        Self { consumers: nodes.len(), weight: nodes.total_weight() }
    }
}

/// Why a shard has no consumer for a key.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Everyone, Shard, ShardError};
///
/// let mut ring = HashRing::from_consumers((0..40).map(|i| format!("server-{i}")))?;
/// let tenant = ring.digest_of("acme");
/// let mut shard = Shard::of(&ring, tenant, 4); // kept with the tenant
/// ring.add_consumer("server-40", ())?;
///
/// let digest = ring.digest_of("acme/user:42");
/// let serves = match shard.owner(&ring, &Everyone, digest) {
///     Err(ShardError::Changed) => {
///         shard = Shard::of(&ring, tenant, 4);
///         shard.owner(&ring, &Everyone, digest)?
///     }
///     other => other?,
/// };
/// assert!(shard.members().contains(&serves));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShardError {
    /// No member is available, or the shard is empty.
    NoneUp(NoneUp),
    /// The shard was made for another membership. Make it again.
    Changed,
}

impl From<NoneUp> for ShardError {
    fn from(why: NoneUp) -> Self {
        Self::NoneUp(why)
    }
}

impl fmt::Display for ShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoneUp(NoneUp::Empty) => f.write_str("the shard is empty; give it a size above 0, and consumers"),
            Self::NoneUp(_) => f.write_str("no member of the shard is up; ask the last resort, or make the shard larger"),
            Self::Changed => f.write_str("the shard was made for another membership; make it again with `Shard::of`"),
        }
    }
}

impl error::Error for ShardError {}

impl Shard {
    /// The shard of `size` consumers of the tenant with this digest; all consumers, if they are fewer.
    #[must_use]
    pub fn of<R: ByDigest + ?Sized>(ring: &R, tenant: Digest, size: usize) -> Self {
        let size = size.min(ring.roster().len());
        let mut members = Vec::with_capacity(size);
        if size > 0 {
            let order = Digest::of_hash(mix64(tenant.bits() ^ SHARD_DOMAIN));
            let _ = others(ring.roster().nodes(), order, &[], |index| {
                members.push(index);
                if members.len() == size { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
        }
        let nodes = ring.roster().nodes();
        let seeds = members.iter().map(|&index| nodes.seed(index)).collect();
        Self { members: members.into(), seeds, fleet: Fleet::of(nodes) }
    }

    /// The members, in the tenant's order. Valid until the next change of membership.
    #[must_use]
    pub fn members(&self) -> &[NodeIndex] {
        &self.members
    }

    /// The member that a key of the tenant belongs to: the first that is available, in a rendezvous order of the key among the
    /// members, by weight. If a member is replaced, only its keys move.
    ///
    /// # Errors
    /// [`ShardError::NoneUp`] if no member is available, or the shard is empty. [`ShardError::Changed`] if `ring` is not the
    /// membership that the shard was made for: a member is gone or has another index, or the number or the total weight of all
    /// consumers is another. Only one exchange is not noticed: of a consumer that is no member for another of the same weight.
    pub fn owner<R, A>(&self, ring: &R, available: &A, digest: Digest) -> Result<NodeIndex, ShardError>
    where
        R: ByDigest + ?Sized,
        A: Available + ?Sized,
    {
        let nodes = ring.roster().nodes();
        let is_there = |(index, seed): (&NodeIndex, &u64)| nodes.seeds().get(index.as_usize()) == Some(seed);
        if self.fleet != Fleet::of(nodes) || !self.members.iter().zip(&self.seeds).all(is_there) {
            return Err(ShardError::Changed);
        }
        let best = |may: &dyn Fn(NodeIndex) -> bool| {
            let scored = self.members.iter().filter(|&&index| may(index)).map(|&index| (Draw::of(nodes, digest, index), index));
            scored.reduce(|best, new| if new.0.is_before(&best.0) { new } else { best }).map(|(_, index)| index)
        };
        let owner = best(&|_| true).ok_or(NoneUp::Empty)?;
        if available.admits(owner, digest) {
            return Ok(owner);
        }
        let none = NoneUp::Out { owner, reserve: None, tried: self.members.len(), cut: false };
        let admitted = best(&|index| available.admits(index, digest));
        admitted.or_else(|| best(&|index| available.part(index) > 0)).ok_or(ShardError::NoneUp(none))
    }
}

/// What a member draws for a key. The least cost for its weight is first; ties go to the greater seed.
struct Draw {
    cost: u64,
    weight: u32,
    seed: u64,
}

impl Draw {
    /// An index of another membership comes last.
    fn of(nodes: &Nodes, digest: Digest, index: NodeIndex) -> Self {
        let at = index.as_usize();
        let (Some(&seed), Some(weight)) = (nodes.seeds().get(at), nodes.weights().get(at)) else {
            return Self { cost: u64::MAX, weight: 0, seed: 0 };
        };
        let draw = mix64(mix64(digest.bits() ^ SHARD_DOMAIN) ^ seed) >> 32;
        Self { cost: cost(u32::try_from(draw).unwrap_or(u32::MAX)), weight: weight.get(), seed }
    }

    fn is_before(&self, other: &Self) -> bool {
        let (own, others) = (u128::from(self.cost) * u128::from(other.weight), u128::from(other.cost) * u128::from(self.weight));
        (own, other.seed) < (others, self.seed)
    }
}
