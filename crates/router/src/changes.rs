//! A batch of changes, and how a ring takes it.

use annulus_core::{ByDigest, ChangeError, ConsistentHashRing, Weight};

/// One change of a membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T> {
    /// A consumer joins.
    Add {
        /// Its name.
        name: Box<str>,
        /// Its weight.
        weight: Weight,
        /// Its data.
        data: T,
    },
    /// The consumer of this name leaves. Without effect if there is none.
    Remove {
        /// The name.
        name: Box<str>,
    },
    /// The consumer of this name gets another weight. Without effect if there is none.
    Reweight {
        /// The name.
        name: Box<str>,
        /// The new weight.
        weight: Weight,
    },
    /// The consumer of this name gets other data, and keeps its keys. Without effect if there is none.
    Replace {
        /// The name.
        name: Box<str>,
        /// The new data.
        data: T,
    },
}

impl<T> Change<T> {
    /// The name of the consumer that changes.
    #[must_use]
    pub fn name(&self) -> &str {
        let (Self::Add { name, .. } | Self::Remove { name } | Self::Reweight { name, .. } | Self::Replace { name, .. }) = self;
        name
    }
}

/// Changes that take effect together, or not at all. They are applied in their order. What names a consumer that is not there is
/// without effect, and [reported](crate::Published::ignored).
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Changes, Shared};
///
/// let caches = Shared::new(HashRing::from_consumers([("a", 1), ("b", 2)])?);
/// caches.update(Changes::new().remove("a").add("c", 3))?; // no reader sees one without the other
///
/// // "b" is there already, so "c" stays too.
/// let refused = caches.update(Changes::new().remove("c").add("b", 4)).unwrap_err();
/// assert!(refused.to_string().contains("\"b\" was refused"));
/// assert_eq!(caches.snapshot().roster().iter().map(|member| member.name).collect::<Vec<_>>(), ["b", "c"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes<T> {
    list: Vec<Change<T>>,
}

impl<T> Default for Changes<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Changes<T> {
    /// No change.
    #[must_use]
    pub const fn new() -> Self {
        Self { list: Vec::new() }
    }

    /// A consumer of weight one joins.
    #[must_use]
    pub fn add(self, name: impl Into<Box<str>>, data: T) -> Self {
        self.add_weighted(name, Weight::ONE, data)
    }

    /// A consumer joins that gets `weight` times the keys of one of weight one.
    #[must_use]
    pub fn add_weighted(self, name: impl Into<Box<str>>, weight: Weight, data: T) -> Self {
        self.with(Change::Add { name: name.into(), weight, data })
    }

    /// A consumer leaves. Without effect if it is not there.
    #[must_use]
    pub fn remove(self, name: impl Into<Box<str>>) -> Self {
        self.with(Change::Remove { name: name.into() })
    }

    /// A consumer gets another weight. Without effect if it is not there.
    #[must_use]
    pub fn reweight(self, name: impl Into<Box<str>>, weight: Weight) -> Self {
        self.with(Change::Reweight { name: name.into(), weight })
    }

    /// A consumer gets other data, such as a new address. It keeps its keys. Without effect if it is not there.
    #[must_use]
    pub fn replace(self, name: impl Into<Box<str>>, data: T) -> Self {
        self.with(Change::Replace { name: name.into(), data })
    }

    /// One more change.
    #[must_use]
    pub fn with(mut self, change: Change<T>) -> Self {
        self.list.push(change);
        self
    }

    /// The changes, in their order.
    #[must_use]
    pub fn as_slice(&self) -> &[Change<T>] {
        &self.list
    }
}

impl<T> FromIterator<Change<T>> for Changes<T> {
    fn from_iter<I: IntoIterator<Item = Change<T>>>(changes: I) -> Self {
        Self { list: changes.into_iter().collect() }
    }
}

impl<T> Extend<Change<T>> for Changes<T> {
    fn extend<I: IntoIterator<Item = Change<T>>>(&mut self, changes: I) {
        self.list.extend(changes);
    }
}

/// Why a ring did not take a batch.
pub(crate) struct Refused {
    /// The reason. Its position counts the changes of the batch.
    pub(crate) error: ChangeError,
    /// Whether changes before it were applied. The ring is then of no further use.
    pub(crate) is_spoiled: bool,
}

/// What a batch did.
#[derive(Debug, Default)]
pub(crate) struct Effect {
    /// The names of changes without effect, in their order: no consumer of this name was there.
    pub(crate) ignored: Vec<Box<str>>,
    /// Whether anything is different now, as far as is known without comparing data.
    pub(crate) is_change: bool,
}

impl Effect {
    /// One more change of the consumer called `name`, which was there or not.
    fn note(&mut self, name: &str, was_there: bool, is_change: bool) {
        self.is_change |= was_there && is_change;
        if !was_there {
            self.ignored.push(name.into());
        }
    }
}

/// Applies the batch. Neighbours of one kind go to the ring in one call, so that a table is rebuilt once for them.
pub(crate) fn apply<R: ByDigest>(ring: &mut R, changes: &[Change<R::ConsumerInfo>]) -> Result<Effect, Refused>
where
    R::ConsumerInfo: Clone,
{
    let (mut start, mut effect) = (0, Effect::default());
    for run in changes.chunk_by(|one, next| std::mem::discriminant(one) == std::mem::discriminant(next)) {
        apply_run(ring, run, &mut effect).map_err(|mut error| {
            error.position += start;
            Refused { error, is_spoiled: start > 0 }
        })?;
        start += run.len();
    }
    Ok(effect)
}

/// Applies changes of one kind.
fn apply_run<R: ConsistentHashRing>(ring: &mut R, run: &[Change<R::ConsumerInfo>], effect: &mut Effect) -> Result<(), ChangeError>
where
    R::ConsumerInfo: Clone,
{
    match run {
        [Change::Add { .. }, ..] => {
            effect.is_change = true;
            ring.add_consumers(&mut run.iter().filter_map(|change| match change {
                Change::Add { name, weight, data } => Some((&**name, *weight, data.clone())),
                _ => None,
            }))
        }
        [Change::Remove { .. }, ..] => {
            let removed = ring.remove_consumers(&mut run.iter().map(Change::name));
            run.iter().zip(&removed).for_each(|(change, data)| effect.note(change.name(), data.is_some(), true));
            Ok(())
        }
        [Change::Reweight { .. }, ..] => {
            let mut weights = run.iter().filter_map(|change| match change {
                Change::Reweight { name, weight } => Some((&**name, *weight)),
                _ => None,
            });
            let former = ring.set_weights(&mut weights)?;
            for (change, former) in run.iter().zip(former) {
                let is_change = matches!(change, Change::Reweight { weight, .. } if Some(*weight) != former);
                effect.note(change.name(), former.is_some(), is_change);
            }
            Ok(())
        }
        _ => {
            for change in run {
                if let Change::Replace { name, data } = change {
                    let place = ring.consumer_mut(name);
                    effect.note(name, place.is_some(), true);
                    if let Some(place) = place {
                        *place = data.clone();
                    }
                }
            }
            Ok(())
        }
    }
}
