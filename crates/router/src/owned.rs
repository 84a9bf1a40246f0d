//! Who owns how much.

use annulus_core::ByDigest;

use crate::{
    Certainty,
    sample::{KEYS, owners},
};

/// What each consumer owns of all keys.
///
/// ```
/// use annulus::{HashRing, JumpHash};
/// use annulus_router::{Certainty, Owned};
///
/// let ring = HashRing::from_consumers(["a", "b", "c"])?;
/// let owned = Owned::of(&ring);
/// for (name, share) in owned.iter() {
///     println!("{name}: {:.2} %", 100.0 * share);
/// }
/// assert_eq!(owned.certainty, Certainty::Exact); // a ring measures its arcs
///
/// let shards = Owned::of(&JumpHash::from_consumers(["a", "b", "c"])?); // sampled: this algorithm has no table
/// let a = shards.share("a").unwrap();
/// assert!((a - 1.0 / 3.0).abs() < 6.0 * shards.certainty.error(a));
/// # Ok::<(), annulus::ChangeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Owned {
    /// How the shares were found.
    pub certainty: Certainty,
    /// Names and shares, in index order.
    list: Vec<(Box<str>, f64)>,
}

impl Owned {
    /// Exact if the algorithm can tell its [shares](annulus_core::ConsistentHashRing::shares), else sampled with 262,144 keys.
    #[must_use]
    pub fn of<R: ByDigest + ?Sized>(ring: &R) -> Self {
        match ring.shares() {
            Some(shares) => Self { certainty: Certainty::Exact, list: named(ring, shares) },
            None => Self::sampled(ring, KEYS),
        }
    }

    /// From the owners of this many keys.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of keys are far below 2^52")]
    pub fn sampled<R: ByDigest + ?Sized>(ring: &R, keys: u64) -> Self {
        let keys = keys.max(1);
        let mut counts = vec![0_u64; ring.roster().len()];
        owners(ring, ring, keys, |owners, _| {
            for owner in owners {
                if let Some(count) = counts.get_mut(owner.as_usize()) {
                    *count += 1;
                }
            }
        });
        let shares = counts.into_iter().map(|count| count as f64 / keys as f64).collect();
        Self { certainty: Certainty::Sampled { keys }, list: named(ring, shares) }
    }

    /// Names and shares, in index order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, f64)> {
        self.list.iter().map(|(name, share)| (&**name, *share))
    }

    /// The share of the consumer of this name. O(N).
    #[must_use]
    pub fn share(&self, name: &str) -> Option<f64> {
        self.iter().find(|(other, _)| *other == name).map(|(_, share)| share)
    }

    /// The consumer with the greatest share. Of sampled shares it is the luckiest of the sample: among N equal consumers it seems
    /// to own more than 1/N, by some √(2 ln N) standard errors. See [`Certainty::error`].
    #[must_use]
    pub fn greatest(&self) -> Option<(&str, f64)> {
        self.iter().max_by(|one, other| one.1.total_cmp(&other.1))
    }
}

fn named<R: ByDigest + ?Sized>(ring: &R, shares: Vec<f64>) -> Vec<(Box<str>, f64)> {
    ring.roster().iter().zip(shares).map(|(member, share)| (member.name.into(), share)).collect()
}
