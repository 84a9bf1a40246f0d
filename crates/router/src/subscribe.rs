//! News of changes, for code that must follow them.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use annulus_core::{ConsistentHashRing, Weight};

/// What a consumer was and is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemberChange {
    /// Its name.
    pub name: Arc<str>,
    /// Its weight before; `None` if it joined.
    pub before: Option<Weight>,
    /// Its weight now; `None` if it left.
    pub after: Option<Weight>,
    /// Whether it was given data: when it joined, or by a replacement.
    pub has_new_data: bool,
}

/// The difference of two memberships.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changed {
    /// The version before.
    pub from: u64,
    /// The version now.
    pub to: u64,
    /// The consumers that joined, left, or have another weight or other data, by name.
    pub members: Vec<MemberChange>,
}

impl Changed {
    /// The names of those that joined.
    pub fn joined(&self) -> impl Iterator<Item = &str> {
        self.members.iter().filter(|change| change.before.is_none()).map(|change| &*change.name)
    }

    /// The names of those that left.
    pub fn left(&self) -> impl Iterator<Item = &str> {
        self.members.iter().filter(|change| change.after.is_none()).map(|change| &*change.name)
    }
}

/// The difference for the consumers of these names: whether each was given data says `true` beside it.
pub(crate) fn changed<'a, R: ConsistentHashRing>(
    (from, before): (u64, &R),
    (to, after): (u64, &R),
    names: impl Iterator<Item = (&'a str, bool)>,
) -> Changed {
    let mut touched = BTreeMap::<&str, bool>::new();
    names.for_each(|(name, has_new_data)| *touched.entry(name).or_default() |= has_new_data);
    let weight = |ring: &R, name| ring.roster().find(name).map(|member| member.weight);
    let members = touched.into_iter().filter_map(|(name, has_new_data)| {
        let (before, after) = (weight(before, name), weight(after, name));
        let has_new_data = has_new_data && after.is_some();
        (before != after || has_new_data).then(|| MemberChange { name: name.into(), before, after, has_new_data })
    });
    Changed { from, to, members: members.collect() }
}

/// The changes since the last call, merged into one: it may take its time, and misses nothing.
///
/// ```
/// use std::time::Duration;
///
/// use annulus::HashRing;
/// use annulus_router::{Changes, Shared};
///
/// let caches = Shared::new(HashRing::from_consumers([("a", 1), ("b", 2)])?);
/// let mut news = caches.subscribe();
/// caches.update(Changes::new().add("c", 3))?;
/// caches.update(Changes::new().remove("a"))?;
///
/// let changed = news.next(Duration::ZERO).unwrap(); // both, as one
/// assert_eq!((changed.from, changed.to), (0, 2));
/// assert!(changed.joined().eq(["c"]) && changed.left().eq(["a"]));
/// assert!(news.next(Duration::ZERO).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// What waits here is bounded by the two memberships that it lies between: a consumer that joined and left is not kept.
#[derive(Debug)]
pub struct Subscription {
    mailbox: Arc<Mailbox>,
}

/// What one subscriber has not seen.
#[derive(Debug, Default)]
struct Mailbox {
    unseen: Mutex<Unseen>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct Unseen {
    versions: Option<(u64, u64)>,
    members: BTreeMap<Arc<str>, MemberChange>,
    is_closed: bool,
}

impl Mailbox {
    fn lock(&self) -> MutexGuard<'_, Unseen> {
        self.unseen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unseen {
    fn merge(&mut self, changed: &Changed) {
        let from = self.versions.map_or(changed.from, |(from, _)| from);
        self.versions = Some((from, changed.to));
        for change in &changed.members {
            let merged = match self.members.remove(&change.name) {
                None => change.clone(),
                Some(former) => MemberChange {
                    before: former.before,
                    has_new_data: change.after.is_some() && (former.has_new_data || change.has_new_data),
                    ..change.clone()
                },
            };
            if merged.before != merged.after || merged.has_new_data {
                self.members.insert(Arc::clone(&merged.name), merged);
            }
        }
    }

    fn take(&mut self) -> Option<Changed> {
        let (from, to) = self.versions.take()?;
        Some(Changed { from, to, members: mem::take(&mut self.members).into_values().collect() })
    }
}

impl Subscription {
    /// The changes since the last call, or since the subscription. Waits for one up to `timeout`. `None` if there was none, or
    /// if the ring is no longer shared.
    pub fn next(&mut self, timeout: Duration) -> Option<Changed> {
        let deadline = Instant::now().checked_add(timeout);
        let mut unseen = self.mailbox.lock();
        loop {
            if let Some(changed) = unseen.take() {
                return Some(changed);
            }
            let left = match deadline {
                Some(deadline) => deadline.saturating_duration_since(Instant::now()),
                None => Duration::MAX,
            };
            if unseen.is_closed || left.is_zero() {
                return None;
            }
            (unseen, _) = self.mailbox.arrived.wait_timeout(unseen, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether all handles of the ring are gone, so that no further change can come.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.mailbox.lock().is_closed
    }
}

/// All subscribers of a ring.
#[derive(Default)]
pub(crate) struct Subscribers(Mutex<Vec<Weak<Mailbox>>>);

impl Subscribers {
    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Mailbox>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn subscribe(&self) -> Subscription {
        let mailbox = Arc::new(Mailbox::default());
        let mut all = self.lock();
        all.retain(|mailbox| mailbox.strong_count() > 0);
        all.push(Arc::downgrade(&mailbox));
        Subscription { mailbox }
    }

    pub(crate) fn tell(&self, changed: &Changed) {
        for mailbox in self.lock().iter().filter_map(Weak::upgrade) {
            mailbox.lock().merge(changed);
            mailbox.arrived.notify_all();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().iter().all(|mailbox| mailbox.strong_count() == 0)
    }
}

// The last handle is gone: wakes those that wait.
impl Drop for Subscribers {
    fn drop(&mut self) {
        for mailbox in self.lock().iter().filter_map(Weak::upgrade) {
            mailbox.lock().is_closed = true;
            mailbox.arrived.notify_all();
        }
    }
}
