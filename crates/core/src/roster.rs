//! The members: names, weights and data, in index order.

#[cfg(not(target_has_atomic = "ptr"))]
use alloc::rc::Rc as Shared;
#[cfg(target_has_atomic = "ptr")]
use alloc::sync::Arc as Shared;
use alloc::{collections::BTreeMap, vec::Vec};

use crate::{Gone, KeyHasher, NodeIndex, Nodes, Refusal, SipHash, Weight, mix64};

/// Separates seeds of consumers from digests of keys, so that a key equal to a consumer's name is not special.
const SEED_DOMAIN: u64 = 0x616e_6e75_6c75_7301;

/// The seed of a member of this name, under this hasher.
pub(crate) fn seed_of(name: &str, hasher: &(impl KeyHasher + ?Sized)) -> u64 {
    mix64(hasher.hash(name.as_bytes()) ^ SEED_DOMAIN)
}

/// The members of a cluster: names, weights and data, in index order.
///
/// All algorithms use it, so names, duplicates and index moves are handled once. Removal moves the last member into the gap, as
/// `Vec::swap_remove` does. It takes each name once, its data and about 80 bytes per member, and a few bytes per different
/// weight.
///
/// ```
/// use annulus_ring::HashRing;
///
/// let mut ring = HashRing::from_consumers([("a", 6379), ("b", 6380), ("c", 6381)])?;
/// assert_eq!(ring.roster().find("c").map(|member| (member.index.get(), *member.info)), Some((2, 6381)));
///
/// ring.remove_consumer("a"); // the last moves into the gap
/// let names: Vec<&str> = ring.roster().iter().map(|member| member.name).collect();
/// assert_eq!(names, ["c", "b"]);
/// # Ok::<(), annulus_ring::ChangeError>(())
/// ```
///
/// An implementor of [`ConsistentHashRing`](crate::ConsistentHashRing) other than a cluster keeps its own roster: see
/// [`new`](Self::new).
#[derive(Clone)]
pub struct Roster<T> {
    nodes: Nodes,
    names: Vec<Shared<str>>,
    infos: Vec<T>,
    by_name: BTreeMap<Shared<str>, NodeIndex>,
    by_seed: BTreeMap<u64, NodeIndex>,
}

/// One member, as the roster shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Member<'a, T> {
    /// Its position, valid until the next change of membership.
    pub index: NodeIndex,
    /// Its name.
    pub name: &'a str,
    /// Its weight.
    pub weight: Weight,
    /// The data it was added with.
    pub info: &'a T,
}

// Not derived, which would require `T: Clone`; a member only holds references.
impl<T> Clone for Member<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Member<'_, T> {}

impl<T> Default for Roster<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Roster<T> {
    /// An empty roster.
    ///
    /// ```
    /// use annulus_core::{Roster, Weight};
    ///
    /// // The books of a ring that keeps the order of its list.
    /// let mut roster = Roster::new();
    /// for (name, port) in [("a", 6379), ("b", 6380), ("c", 6381)] {
    ///     roster.push(name, Weight::ONE, port)?;
    /// }
    /// assert_eq!(roster.shift_remove("a"), Some(6379));
    /// assert_eq!(roster.iter().map(|member| member.name).collect::<Vec<_>>(), ["b", "c"]);
    /// # Ok::<(), annulus_core::Refusal>(())
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self { nodes: Nodes::default(), names: Vec::new(), infos: Vec::new(), by_name: BTreeMap::new(), by_seed: BTreeMap::new() }
    }

    /// Appends a member and returns its index. O(log N).
    ///
    /// For a roster of your own. Seeds come from the default hasher; a cluster uses its own hasher.
    ///
    /// # Errors
    /// [`Refusal`] if the name is already there, or there is no room for one more. Nothing has changed then.
    pub fn push(&mut self, name: &str, weight: Weight, info: T) -> Result<NodeIndex, Refusal> {
        let seed = seed_of(name, &SipHash::new());
        let index = self.vacancy(name, seed)?;
        self.put(index, name, seed, weight, info);
        Ok(index)
    }

    /// Removes a member and returns its data; the last member moves into the gap. O(log N).
    pub fn swap_remove(&mut self, name: &str) -> Option<T> {
        self.remove(name).map(|(_, info)| info)
    }

    /// Removes a member and returns its data; those behind it move up by one, so their order stays. O(N log N).
    pub fn shift_remove(&mut self, name: &str) -> Option<T> {
        let index = self.by_name.remove(name)?;
        let at = index.as_usize();
        self.by_seed.remove(&self.nodes.shift_remove(index).seed);
        self.names.remove(at);
        for (behind, name) in self.names.iter().enumerate().skip(at) {
            let index = NodeIndex::from_usize(behind).unwrap_or_default();
            self.by_seed.insert(self.nodes.seed(index), index);
            self.by_name.insert(Shared::clone(name), index);
        }
        // The caller's data last: if moving it panics, the roster is consistent.
        Some(self.infos.remove(at))
    }

    /// Changes a member's weight and returns the old one, or `None` if the name is not there. O(log N).
    pub fn reweight(&mut self, name: &str, weight: Weight) -> Option<Weight> {
        let index = self.index_of(name)?;
        Some(self.set_weight(index, weight))
    }

    /// A member's data, mutably. O(log N).
    pub fn info_mut(&mut self, name: &str) -> Option<&mut T> {
        let index = self.index_of(name)?;
        self.infos.get_mut(index.as_usize())
    }

    /// The number of members.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.infos.len()
    }

    /// Whether there is no member.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.infos.is_empty()
    }

    /// The member at `index`. O(1).
    #[must_use]
    pub fn get(&self, index: NodeIndex) -> Option<Member<'_, T>> {
        let at = index.as_usize();
        Some(Member { index, name: self.names.get(at)?, weight: self.nodes.weight(index), info: &self.infos[at] })
    }

    /// The member called `name`. O(log N).
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Member<'_, T>> {
        self.get(self.index_of(name)?)
    }

    /// The index of the member called `name`. O(log N).
    #[must_use]
    pub fn index_of(&self, name: &str) -> Option<NodeIndex> {
        self.by_name.get(name).copied()
    }

    /// The data of the member at `index`. O(1). A look-up needs no more than this.
    #[inline]
    #[must_use]
    pub fn info(&self, index: NodeIndex) -> Option<&T> {
        self.infos.get(index.as_usize())
    }

    /// All members in index order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Member<'_, T>> {
        self.nodes.indices().zip(self.names.iter().zip(&self.infos)).map(|(index, (name, info))| Member {
            index,
            name,
            weight: self.nodes.weight(index),
            info,
        })
    }

    /// The members as algorithms see them.
    #[inline]
    #[must_use]
    pub fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    /// The index that a new member with this name and seed would get, or why it cannot be added.
    pub(crate) fn vacancy(&self, name: &str, seed: u64) -> Result<NodeIndex, Refusal> {
        let Some(index) = NodeIndex::from_usize(self.len()).filter(|index| index.get() < u32::MAX) else {
            return Err(Refusal::TooManyNodes { nodes: 1 << 32, limit: u64::from(u32::MAX), remedy: None });
        };
        if self.by_name.contains_key(name) {
            return Err(Refusal::Duplicate);
        }
        if let Some(&with) = self.by_seed.get(&seed) {
            return Err(Refusal::SeedCollision { with: self.names[with.as_usize()].as_ref().into() });
        }
        Ok(index)
    }

    /// Appends a member. `index` is its [`vacancy`](Self::vacancy).
    pub(crate) fn put(&mut self, index: NodeIndex, name: &str, seed: u64, weight: Weight, info: T) {
        let name = Shared::<str>::from(name);
        self.by_name.insert(Shared::clone(&name), index);
        self.by_seed.insert(seed, index);
        self.names.push(name);
        self.infos.push(info);
        self.nodes.push(seed, weight);
    }

    /// Removes all members past the first `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        for (name, seed) in self.names.drain(len..).zip(&self.nodes.seeds()[len..]) {
            self.by_name.remove(&name);
            self.by_seed.remove(seed);
        }
        self.nodes.truncate(len);
        // The caller's data last: if dropping it panics, the roster is consistent.
        self.infos.truncate(len);
    }

    /// Removes the member called `name`. The last moves into the gap.
    pub(crate) fn remove(&mut self, name: &str) -> Option<(Gone, T)> {
        let index = self.by_name.remove(name)?;
        let gone = self.nodes.swap_remove(index);
        self.by_seed.remove(&gone.seed);
        self.names.swap_remove(index.as_usize());
        let info = self.infos.swap_remove(index.as_usize());
        if let Some(moved) = self.names.get(index.as_usize()) {
            self.by_name.insert(Shared::clone(moved), index);
            self.by_seed.insert(self.nodes.seed(index), index);
        }
        Some((gone, info))
    }

    pub(crate) fn set_weight(&mut self, index: NodeIndex, weight: Weight) -> Weight {
        self.nodes.set_weight(index, weight)
    }
}
