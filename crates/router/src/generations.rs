//! Changing the algorithm: two generations of a router side by side.

use std::fmt;

use annulus_core::{ByDigest, Key, Member};

use crate::{Difference, Flow, by_key::owner};

/// The old placement and the new one, while keys move: look up in the new, fall back to the old.
///
/// ```
/// use annulus::{HashRing, Maglev};
/// use annulus_router::Generations;
///
/// let old = HashRing::from_consumers([("a", 1), ("b", 2), ("c", 3)])?;
/// let new = Maglev::from_consumers([("a", 1), ("b", 2), ("c", 3)])?;
/// let both = Generations::of(&old, &new); // two borrows: make it where it is used, of two readers' snapshots
///
/// let places = both.places("user:42");
/// let owner = places.owner.unwrap(); // writes go here, and reads first
/// if let Some(former) = places.fallback {
///     assert_ne!(former.name, owner.name); // a read that finds nothing goes here
/// }
/// println!("{}", both.cost()); // what the switch moves
/// # Ok::<(), annulus::ChangeError>(())
/// ```
///
/// Any two rings work: other algorithms, other parameters, another hasher, other members. Consumers are the same if their names
/// are. A look-up costs one in each.
#[derive(Debug)]
pub struct Generations<'r, O: ?Sized, N: ?Sized> {
    old: &'r O,
    new: &'r N,
}

/// Where a key may be.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Places<'r, O, N = O> {
    /// The owner in the new generation; `None` if it has no consumers.
    pub owner: Option<Member<'r, N>>,
    /// The owner in the old generation, if that is another consumer.
    pub fallback: Option<Member<'r, O>>,
}

impl<'r, O, N> Generations<'r, O, N>
where
    O: ByDigest + ?Sized,
    N: ByDigest + ?Sized,
{
    /// The old generation and the new one.
    #[must_use]
    pub fn of(old: &'r O, new: &'r N) -> Self {
        Self { old, new }
    }

    /// Where this key belongs now, and where it may still be. A key is text, bytes or a `u64`.
    #[must_use]
    pub fn places(&self, key: impl Key) -> Places<'r, O::ConsumerInfo, N::ConsumerInfo> {
        let now = owner(self.new, &key);
        let fallback = owner(self.old, &key).filter(|former| now.is_none_or(|now| now.name != former.name));
        Places { owner: now, fallback }
    }

    /// What the switch costs. Takes as long as [`Difference::between`].
    #[must_use]
    pub fn cost(&self) -> SwitchCost {
        SwitchCost { difference: Difference::between(self.old, self.new) }
    }
}

impl<O: ?Sized, N: ?Sized> Clone for Generations<'_, O, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<O: ?Sized, N: ?Sized> Copy for Generations<'_, O, N> {}

/// What it costs to go from one generation to the other.
///
/// ```
/// use annulus::{HashRing, Rendezvous};
/// use annulus_router::Generations;
///
/// let old = HashRing::from_consumers(["a", "b", "c", "d"])?;
/// let new = Rendezvous::from_consumers(["a", "b", "c", "d"])?;
/// let cost = Generations::of(&old, &new).cost();
/// assert!((0.7..0.8).contains(&cost.difference.moved())); // with N consumers, two algorithms agree on 1 key in N
/// assert!((0.2..0.3).contains(&cost.agreed()));
/// # Ok::<(), annulus::ChangeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SwitchCost {
    /// From whom to whom keys move.
    pub difference: Difference,
}

impl SwitchCost {
    /// The share of keys whose owner is the same in both: one place to look at. All others have two.
    #[must_use]
    pub fn agreed(&self) -> f64 {
        (1.0 - self.difference.moved()).max(0.0)
    }

    /// The consumer that receives the most, and the share of all keys that it receives.
    #[must_use]
    pub fn busiest(&self) -> Option<(&str, f64)> {
        let mut received = std::collections::BTreeMap::<&str, f64>::new();
        for Flow { to, share, .. } in &self.difference.flows {
            *received.entry(to.as_deref()?).or_default() += share;
        }
        received.into_iter().max_by(|one, other| one.1.total_cmp(&other.1))
    }
}

impl fmt::Display for SwitchCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:.3} % of all keys stay; reads of the others need two look-ups until they have moved",
            100.0 * self.agreed()
        )?;
        if let Some((name, share)) = self.busiest() {
            writeln!(f, "the busiest receiver is {name}, with {:.3} % of all keys", 100.0 * share)?;
        }
        self.difference.fmt(f)
    }
}
