//! Changes of membership. A change is written to the roster, checked as a whole, and then either told to the kernel or undone.

use alloc::{
    boxed::Box,
    collections::BTreeMap,
    string::String,
    vec::{self, Vec},
};

use crate::{ChangeError, Cluster, DependsOn, Kernel, KeyHasher, NodeIndex, Refusal, Weight};

/// A member to be added.
pub(crate) struct Given<'a, T> {
    pub(crate) name: &'a str,
    pub(crate) seed: u64,
    pub(crate) weight: Weight,
    pub(crate) data: T,
}

/// A weight to be set: the name, the member of that name if there is one, and the new weight.
pub(crate) struct Asked<'a> {
    name: &'a str,
    index: Option<NodeIndex>,
    weight: Weight,
}

/// A weight that a batch changes.
struct Reweighted {
    index: NodeIndex,
    old: Weight,
    new: Weight,
}

/// From this many members in one call on, their memory is already predicted while they are collected.
const MANY: usize = 1 << 10;

/// After the limit is exceeded, at most this many more members are counted for the error's figures: an iterator may be infinite.
const COUNTED: usize = 1 << 24;

// Adding.
impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// Collects the given members. Stops once they are certain to be too large, so a roster of millions is not built only to be
    /// refused.
    pub(crate) fn collect<'a>(
        &self,
        members: &mut dyn Iterator<Item = (&'a str, Weight, T)>,
    ) -> Result<Vec<Given<'a, T>>, ChangeError> {
        let mut given = Vec::new();
        while let Some((name, weight, data)) = members.next() {
            given.push(Given { name, seed: self.seed(name), weight, data });
            if given.len() >= MANY && given.len().is_power_of_two() && self.fits(&given).is_err() {
                return Err(self.too_many(&given, members));
            }
        }
        if given.len() > MANY && self.fits(&given).is_err() { Err(self.too_many(&given, members)) } else { Ok(given) }
    }

    /// Whether the given members would be within the limit.
    fn fits(&self, given: &[Given<'_, T>]) -> Result<(), Refusal> {
        let census = self.roster.nodes().census().with(given.iter().map(|given| given.weight));
        self.check_limit(&census, self.blank.heap_bytes(&census), 0)
    }

    /// The refusal of everything given, with the figures of the whole.
    fn too_many(&self, given: &[Given<'_, T>], more: &mut dyn Iterator<Item = (&str, Weight, T)>) -> ChangeError {
        let mut census = self.roster.nodes().census().clone();
        let (mut heaviest, mut at, mut called) = (Weight::ONE, 0, String::new());
        let collected = given.iter().map(|given| (given.name, given.weight));
        let all = collected.chain(more.take(COUNTED).map(|(name, weight, _)| (name, weight)));
        for (position, (name, weight)) in all.enumerate() {
            census.count(weight);
            if weight >= heaviest {
                (heaviest, at) = (weight, position);
                called.clear();
                called.push_str(name);
            }
        }
        let bytes = self.blank.heap_bytes(&census);
        let reason = self.check_limit(&census, bytes, 0).err();
        // More members never take less memory, so there is a reason.
        ChangeError::new(called, at, reason.unwrap_or(Refusal::TooLarge { bytes, limit: self.memory_limit(), remedy: None }))
    }

    /// Adds all or none.
    pub(crate) fn add_all(&mut self, given: Vec<Given<'_, T>>) -> Result<(), ChangeError> {
        let (before, taken) = (self.roster.len(), self.heap_bytes());
        let mut given = given.into_iter();
        let added = self.push_all(&mut given).and_then(|()| match self.roster.len() {
            len if len == before => Ok(()),
            _ => self.admit_added(before, taken),
        });
        match (added.is_ok(), NodeIndex::from_usize(before)) {
            (true, Some(first)) if self.roster.len() > before => self.kernel.added(self.roster.nodes(), first),
            (true, _) => {}
            (false, _) => self.roster.truncate(before),
        }
        added
    }

    /// Appends the members to the roster, or returns which was refused. The roster then holds those before it.
    ///
    /// The refused member and those after it stay in `given`, so the caller's data is dropped only when the roster is consistent
    /// again.
    pub(crate) fn push_all(&mut self, given: &mut vec::IntoIter<Given<'_, T>>) -> Result<(), ChangeError> {
        for position in 0.. {
            let Some(&Given { name, seed, weight, .. }) = given.as_slice().first() else { break };
            let refused = |reason| ChangeError::new(name, position, reason);
            if !K::PROPERTIES.weighted && weight != Weight::ONE {
                return Err(refused(Refusal::WeightUnsupported { weight }));
            }
            let index = self.roster.vacancy(name, seed).map_err(refused)?;
            if let Some(Given { data, .. }) = given.next() {
                self.roster.put(index, name, seed, weight, data);
            }
        }
        Ok(())
    }

    /// Whether the members from index `before` on may be added, if the state without them takes `taken` bytes.
    fn admit_added(&self, before: usize, taken: u64) -> Result<(), ChangeError> {
        let census = self.roster.nodes().census();
        let bytes = self.predicted(census);
        let admitted = self.admit(|node| node.as_usize() >= before);
        let admitted = admitted.and_then(|()| self.check_limit(census, bytes, 0));
        admitted.and_then(|()| self.check_room(census, bytes, taken)).map_err(|reason| {
            // If the refusal names a given member, point at that one; otherwise at the heaviest.
            let named = if let Refusal::NoShare { node, .. } = reason { node.as_usize().checked_sub(before) } else { None };
            let position = named.unwrap_or_else(|| heaviest(self.roster.nodes().weights()[before..].iter().copied()));
            ChangeError { name: self.name(before + position), position, reason }
        })
    }

    /// Whether the membership in the roster can be served. `changed` marks the members that the caller gave.
    pub(crate) fn admit(&self, changed: impl Fn(NodeIndex) -> bool) -> Result<(), Refusal> {
        let nodes = self.roster.nodes();
        if !K::PROPERTIES.weighted && !nodes.is_unweighted() {
            let weight = nodes.census().greatest_weight().unwrap_or_default();
            return Err(Refusal::WeightUnsupported { weight });
        }
        self.kernel.admit(nodes).map_err(|reason| match reason {
            Refusal::NoShare { node, weight, least, remedy } if !changed(node) => {
                Refusal::Starves { consumer: self.name(node.as_usize()), weight, least, remedy }
            }
            reason => reason,
        })
    }

    fn name(&self, index: usize) -> Box<str> {
        let member = NodeIndex::from_usize(index).and_then(|index| self.roster.get(index));
        member.map(|member| member.name.into()).unwrap_or_default()
    }
}

/// The position of the greatest weight, the last one on a tie.
pub(crate) fn heaviest(weights: impl Iterator<Item = Weight>) -> usize {
    weights.enumerate().max_by_key(|&(_, weight)| weight).map_or(0, |(position, _)| position)
}

// Removing, and what it shares with weights.
impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// Removes one member.
    pub(crate) fn remove_one(&mut self, name: &str) -> Option<T> {
        let (gone, data) = self.roster.remove(name)?;
        self.kernel.removed(self.roster.nodes(), gone);
        Some(data)
    }

    /// Removes members, and updates the state by one rebuild or step by step, whichever is cheaper.
    pub(crate) fn remove_each(&mut self, names: Vec<&str>) -> Vec<Option<T>> {
        let leaving = self.indices_of(&names);
        let rebuilt = || self.blank.heap_bytes(&self.roster.nodes().census_without(&leaving));
        // A removal is never refused, so it must not take more memory. A rebuild may, because the state in use may be filled
        // tighter.
        if self.in_steps(leaving.len()) || rebuilt() > self.heap_bytes() {
            return names.into_iter().map(|name| self.remove_one(name)).collect();
        }
        let removed = names.into_iter().map(|name| self.roster.remove(name).map(|(_, data)| data)).collect();
        self.kernel.rebuild(self.roster.nodes());
        removed
    }

    /// The members with these names, each once, in index order.
    fn indices_of(&self, names: &[&str]) -> Vec<NodeIndex> {
        let mut indices: Vec<_> = names.iter().filter_map(|name| self.roster.index_of(name)).collect();
        indices.sort_unstable();
        indices.dedup();
        indices
    }

    /// Whether a batch of this size is applied one change at a time.
    fn in_steps(&self, changes: usize) -> bool {
        changes <= 1 || K::PROPERTIES.depends_on == DependsOn::History || changes <= self.kernel.steps(self.roster.nodes())
    }
}

// Changing weights.
impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// Pairs a requested weight with the member of that name.
    pub(crate) fn asked<'a>(&self, name: &'a str, weight: Weight) -> Asked<'a> {
        Asked { name, index: self.roster.index_of(name), weight }
    }

    /// Sets all or none, and returns the old weights.
    pub(crate) fn reweight_all(&mut self, asked: &[Asked<'_>]) -> Result<Vec<Option<Weight>>, ChangeError> {
        if let Some(position) = if K::PROPERTIES.weighted { None } else { unequal(asked) } {
            let Asked { name, weight, .. } = asked[position];
            return Err(ChangeError::new(name, position, Refusal::WeightUnsupported { weight }));
        }
        let taken = self.heap_bytes();
        let (olds, changes) = self.put_weights(asked);
        if changes.is_empty() {
            return Ok(olds);
        }
        if let Err(reason) = self.admit_weights(asked, taken) {
            self.take_back_weights(&changes);
            // If the refusal names a given member, point at that one; otherwise at the heaviest.
            let named = if let Refusal::NoShare { node, .. } = reason { position_of(asked, node) } else { None };
            let position = named.unwrap_or_else(|| heaviest_asked(asked));
            return Err(ChangeError::new(asked[position].name, position, reason));
        }
        self.tell_weights(changes);
        Ok(olds)
    }

    /// Writes the weights to the roster, and returns the old ones and the net changes.
    fn put_weights(&mut self, asked: &[Asked<'_>]) -> (Vec<Option<Weight>>, Vec<Reweighted>) {
        let mut first = BTreeMap::new();
        let mut put = |asked: &Asked<'_>| {
            let index = asked.index?;
            let old = self.roster.set_weight(index, asked.weight);
            first.entry(index).or_insert(old);
            Some(old)
        };
        let olds = asked.iter().map(&mut put).collect();
        let now = |(index, old)| Reweighted { index, old, new: self.roster.nodes().weight(index) };
        (olds, first.into_iter().map(now).filter(|change| change.old != change.new).collect())
    }

    /// Whether the weights in the roster are allowed, if the state with the old ones takes `taken` bytes.
    fn admit_weights(&self, asked: &[Asked<'_>], taken: u64) -> Result<(), Refusal> {
        let census = self.roster.nodes().census();
        let bytes = self.predicted(census);
        self.admit(|node| position_of(asked, node).is_some())?;
        self.check_limit(census, bytes, taken)?;
        self.check_room(census, bytes, taken)
    }

    /// Applies the changes, already in the roster, to the kernel: by one rebuild, or one by one as if they came that way.
    fn tell_weights(&mut self, mut changes: Vec<Reweighted>) {
        if !self.in_steps(changes.len()) {
            return self.kernel.rebuild(self.roster.nodes());
        }
        self.take_back_weights(&changes);
        // Falling weights first, so that no step takes more memory than the start or the end.
        changes.sort_by_key(|change| change.new > change.old);
        for Reweighted { index, old, new } in changes {
            self.roster.set_weight(index, new);
            self.kernel.reweighted(self.roster.nodes(), index, old);
        }
    }

    fn take_back_weights(&mut self, changes: &[Reweighted]) {
        for change in changes {
            self.roster.set_weight(change.index, change.old);
        }
    }
}

/// The position of the last weight requested for this member.
fn position_of(asked: &[Asked<'_>], node: NodeIndex) -> Option<usize> {
    asked.iter().rposition(|asked| asked.index == Some(node))
}

/// The position of the greatest weight requested for a member, the last one on a tie.
fn heaviest_asked(asked: &[Asked<'_>]) -> usize {
    let there = asked.iter().enumerate().filter(|(_, asked)| asked.index.is_some());
    there.max_by_key(|(_, asked)| asked.weight).map_or(0, |(position, _)| position)
}

/// The position of the first weight that an algorithm without weights cannot serve. If a member is given twice, the later weight
/// counts.
fn unequal(asked: &[Asked<'_>]) -> Option<usize> {
    let last: BTreeMap<_, _> =
        asked.iter().enumerate().filter_map(|(at, asked)| Some((asked.index?, (at, asked.weight)))).collect();
    last.into_values().filter(|&(_, weight)| weight != Weight::ONE).map(|(at, _)| at).min()
}
