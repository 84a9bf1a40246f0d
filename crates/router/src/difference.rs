//! Which keys move from one membership to another, and from whom to whom.

use std::{collections::BTreeMap, fmt};

use annulus_core::{ByDigest, Digest, Key, NodeIndex};

use crate::{
    Certainty,
    by_key::owner,
    sample::{KEYS, agree_on_digests, owners},
};

/// 2⁶⁴, the number of digests.
const ALL: f64 = 18_446_744_073_709_551_616.0;

/// Digests that are looked up at once.
const PASS: usize = 1 << 10;

/// A share of all keys that goes from one consumer to another.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Flow {
    /// Whose keys they were; `None` if there was no consumer.
    pub from: Option<Box<str>>,
    /// Whose keys they are; `None` if there is no consumer.
    pub to: Option<Box<str>>,
    /// The share of all keys.
    pub share: f64,
}

/// Who gives how much to whom, between two memberships or two algorithms. Consumers are the same if their names are.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Certainty, Difference};
///
/// let before = HashRing::from_consumers(["a", "b", "c"])?;
/// let mut after = before.clone();
/// after.add_consumer("d", ())?;
///
/// let difference = Difference::between(&before, &after);
/// assert_eq!(difference.certainty, Certainty::Exact); // rings are compared arc by arc
/// assert!(difference.flows.iter().all(|flow| flow.to.as_deref() == Some("d"))); // only "d" receives
/// assert!((difference.moved() - after.shares().unwrap()[3]).abs() < 1e-12);
/// println!("{difference}");
///
/// let moves = Difference::of_key(&before, &after, "user:42"); // from whom to whom, if this key moves
/// assert_eq!(moves.is_some(), before.owner("user:42").unwrap().name != after.owner("user:42").unwrap().name);
/// # Ok::<(), annulus::ChangeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// How the shares were found.
    pub certainty: Certainty,
    /// What moves, the greatest share first.
    pub flows: Vec<Flow>,
}

impl Difference {
    /// Exact if both [tell their stretches](ByDigest::ends) and hash keys the same: rings and Maglev tables, also one with the
    /// other. Else sampled with 262,144 keys. Exact: O(T log T) for T points or slots of both, and 8 bytes for each.
    #[must_use]
    pub fn between<A, B>(before: &A, after: &B) -> Self
    where
        A: ByDigest + ?Sized,
        B: ByDigest + ?Sized,
    {
        let is_comparable = agree_on_digests(before, after);
        match (is_comparable, before.ends(), after.ends()) {
            (true, Some(one), Some(other)) => Self::exact(before, after, one, other),
            _ => Self::sampled(before, after, KEYS),
        }
    }

    /// From the owners of this many keys.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of keys are far below 2^52")]
    pub fn sampled<A, B>(before: &A, after: &B, keys: u64) -> Self
    where
        A: ByDigest + ?Sized,
        B: ByDigest + ?Sized,
    {
        let keys = keys.max(1);
        let mut flows = BTreeMap::<_, u64>::new();
        owners(before, after, keys, |from, to| {
            (0..from.len().max(to.len()))
                .for_each(|key| *flows.entry((from.get(key).copied(), to.get(key).copied())).or_default() += 1);
        });
        let flows = flows.into_iter().map(|(pair, count)| (pair, count as f64 / keys as f64));
        Self { certainty: Certainty::Sampled { keys }, flows: named(before, after, flows) }
    }

    /// Stretch by stretch: in each, both have one owner.
    #[expect(clippy::cast_precision_loss, reason = "shares are wanted to double precision")]
    fn exact<A, B>(before: &A, after: &B, mut ends: Vec<Digest>, other: Vec<Digest>) -> Self
    where
        A: ByDigest + ?Sized,
        B: ByDigest + ?Sized,
    {
        ends.extend(other);
        ends.push(Digest::of_hash(u64::MAX));
        ends.sort_unstable();
        ends.dedup();
        let mut flows = BTreeMap::<_, u128>::new();
        let mut found = (vec![NodeIndex::default(); PASS], vec![NodeIndex::default(); PASS]);
        // How many digests lie up to the end before.
        let mut up_to = 0_u128;
        for ends in ends.chunks(PASS) {
            let from = before.locate_batch(ends, &mut found.0);
            let to = after.locate_batch(ends, &mut found.1);
            for (at, end) in ends.iter().enumerate() {
                let next = u128::from(end.bits()) + 1;
                let pair = (found.0[..from].get(at).copied(), found.1[..to].get(at).copied());
                *flows.entry(pair).or_default() += next - up_to;
                up_to = next;
            }
        }
        let flows = flows.into_iter().map(|(pair, length)| (pair, length as f64 / ALL));
        Self { certainty: Certainty::Exact, flows: named(before, after, flows) }
    }

    /// From whom to whom this key moves, or `None` if it stays. A key is text, bytes or a `u64`.
    pub fn of_key<'r, A, B>(before: &'r A, after: &'r B, key: impl Key) -> Option<(Option<&'r str>, Option<&'r str>)>
    where
        A: ByDigest + ?Sized,
        B: ByDigest + ?Sized,
    {
        let (from, to) = (owner(before, &key).map(|owner| owner.name), owner(after, &key).map(|owner| owner.name));
        (from != to).then_some((from, to))
    }

    /// The share of all keys that move.
    #[must_use]
    pub fn moved(&self) -> f64 {
        self.flows.iter().map(|flow| flow.share).sum()
    }

    /// The standard error of [`moved`](Self::moved); 0 if it is exact.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.certainty.error(self.moved())
    }

    /// The share that this consumer receives.
    #[must_use]
    pub fn received(&self, name: &str) -> f64 {
        self.flows.iter().filter(|flow| flow.to.as_deref() == Some(name)).map(|flow| flow.share).sum()
    }

    /// The share that this consumer gives away.
    #[must_use]
    pub fn given(&self, name: &str) -> f64 {
        self.flows.iter().filter(|flow| flow.from.as_deref() == Some(name)).map(|flow| flow.share).sum()
    }
}

/// The flows between different names, the greatest first.
fn named<A, B>(before: &A, after: &B, flows: impl Iterator<Item = ((Option<NodeIndex>, Option<NodeIndex>), f64)>) -> Vec<Flow>
where
    A: ByDigest + ?Sized,
    B: ByDigest + ?Sized,
{
    let mut named: Vec<_> = flows
        .map(|((from, to), share)| {
            let from = from.and_then(|from| before.roster().get(from)).map(|member| member.name);
            let to = to.and_then(|to| after.roster().get(to)).map(|member| member.name);
            (from, to, share)
        })
        .filter(|(from, to, _)| from != to)
        .map(|(from, to, share)| Flow { from: from.map(Into::into), to: to.map(Into::into), share })
        .collect();
    named.sort_by(|one, other| other.share.total_cmp(&one.share).then_with(|| one.from.cmp(&other.from)));
    named
}

/// The share that moves, and the ten greatest flows, one a line.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 10;
        let percent = |share: f64| 100.0 * share;
        write!(f, "{:.3} % of all keys move", percent(self.moved()))?;
        if let Certainty::Sampled { keys } = self.certainty {
            write!(f, ", ± {:.3} % (one standard error of {keys} keys)", percent(self.error()))?;
        }
        for flow in self.flows.iter().take(MOST) {
            let name = |name: &Option<Box<str>>| name.clone().unwrap_or_else(|| "nobody".into());
            write!(f, "\n{:>8.3} % from {} to {}", percent(flow.share), name(&flow.from), name(&flow.to))?;
        }
        match self.flows.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(f, "\nand {more} smaller"),
        }
    }
}
