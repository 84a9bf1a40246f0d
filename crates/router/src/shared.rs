//! A ring that is shared while it changes.

use std::{
    fmt,
    sync::{Arc as StdArc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use annulus_core::ByDigest;

use crate::{
    Behind, Beside, Change, Changes, CopyCounts, Published, Reader, Settings, Snapshot, Subscription, UpdateError,
    changes::{Effect, apply},
    copies::Copies,
    keeper::{self, Bell},
    queue::{Queue, Waiting},
    seen::{self, Publication},
    subscribe::{Subscribers, changed},
    swap::Swap,
    sync::Arc,
};

/// A ring that many threads read while it changes. A cheap handle: clone it.
///
/// **What is held costs memory.** A [`Reader`] and a [`snapshot`](Self::snapshot) hold a copy of the ring until they let go. If
/// the ring changes meanwhile, the next update makes another copy. So let go before you wait: [`Reader::release`], or drop the
/// snapshot.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Changes, Shared};
///
/// let caches = Shared::new(HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?);
///
/// let mut reader = caches.reader(); // one for each thread
/// let worker = std::thread::spawn(move || {
///     let ring = reader.get(); // the newest snapshot; costs one load
///     ring.owner("user:42").unwrap().info.to_string()
/// });
/// caches.update(Changes::new().add("c", "10.0.0.3").remove("a"))?; // all or nothing
/// assert_eq!(caches.snapshot().len(), 2);
/// # worker.join().unwrap();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `R` is any ring that can be cloned: a [`Cluster`](annulus_core::Cluster), a `Box<dyn Ring<T>>`, or your own. `B` makes the
/// state [beside](Beside) it.
///
/// # How it works
/// Readers see [`Snapshot`]s, which never change. An update changes a spare copy of the ring, and publishes it. The ring that was
/// published before becomes the next spare, as soon as no reader holds it: it replays what it missed. So each change is applied
/// twice, and a ring of 100,000 consumers is not copied for it. If a copy is cheaper than the replay, as for a table, it is
/// copied. A thread does this ahead, between updates.
///
/// While readers hold the former ring, an update waits for it as long as a copy would take, and at most
/// [`Settings::patience`]. Then another copy is made. It is freed by an update after readers have let go of it. Updates that
/// arrive meanwhile are merged and published together. So readers never stop updates, unless you limit the copies: at
/// [`Settings::max_copies`] an update waits for the rest of the patience, and fails with [`Behind`].
///
/// # Cost
/// Memory is twice the ring's, and one more for each former version that is held: at most the number of readers and snapshots
/// held, and 2. Names of consumers are shared between copies that were cloned; a
/// consumer that was added later has its name in each copy. Data is cloned with each copy: wrap it in an `Arc` to share it. No
/// look-up ever frees a copy: the writer keeps them until no reader holds them.
pub struct Shared<R: ByDigest, B: Beside<R> = ()> {
    inner: StdArc<Inner<R, B>>,
}

struct Inner<R: ByDigest, B: Beside<R>> {
    swap: Arc<Swap<Snapshot<R, B::View>>>,
    copies: Mutex<Copies<R, B::View>>,
    queue: Queue<R::ConsumerInfo>,
    subscribers: Subscribers,
    beside: B,
    settings: Settings,
    bell: StdArc<Bell>,
}

/// An update that the ring took, and what it did.
type Accepted<T> = (Waiting<T>, Effect);

impl<R> Shared<R>
where
    R: ByDigest + Clone + Send + Sync + 'static,
    R::ConsumerInfo: Clone + Send,
{
    /// Shares a ring, with nothing beside it.
    #[must_use]
    pub fn new(ring: R) -> Self {
        Self::with(ring, (), Settings::new())
    }
}

impl<R, B> Shared<R, B>
where
    R: ByDigest + Clone + Send + Sync + 'static,
    R::ConsumerInfo: Clone + Send,
    B: Beside<R> + Send + Sync + 'static,
{
    /// Shares a ring, with this state beside it.
    #[must_use]
    pub fn with(ring: R, beside: B, settings: Settings) -> Self {
        let view = beside.view(&ring);
        let current = Arc::new(Snapshot { ring, view, version: 0 });
        let inner = StdArc::new(Inner {
            swap: Arc::new(Swap::new(Arc::clone(&current))),
            copies: Mutex::new(Copies::new(current)),
            queue: Queue::new(),
            subscribers: Subscribers::default(),
            beside,
            settings,
            bell: StdArc::default(),
        });
        if settings.in_background {
            let weak = StdArc::downgrade(&inner);
            keeper::start(&inner.bell, move || weak.upgrade().map(|inner| inner.prepare_patiently()).is_some());
            inner.bell.ring();
        }
        Self { inner }
    }

    /// Makes changes, all or none, and returns when readers can see them. If they change nothing, nothing is published.
    ///
    /// # Errors
    /// [`UpdateError::Refused`] if the ring refuses a change. [`UpdateError::Behind`] if the copies are
    /// [limited](Settings::max_copies) and all are held. Nothing has changed then.
    pub fn update(&self, changes: Changes<R::ConsumerInfo>) -> Result<Published, UpdateError> {
        let ticket = self.inner.queue.push(changes);
        let mut copies = self.inner.lock();
        self.inner.turn(&mut copies);
        drop(copies);
        self.inner.queue.outcome(ticket)
    }

    /// Makes the spare copy, or brings it up to date, so that the next update need not. Returns whether one is ready: not while
    /// readers hold the former ring. The thread of this ring does it too, unless it is [without](Settings::without_thread).
    #[allow(clippy::must_use_candidate, reason = "called for what it does")]
    pub fn prepare(&self) -> bool {
        self.inner.prepare(Duration::ZERO)
    }
}

impl<R: ByDigest, B: Beside<R>> Shared<R, B> {
    /// A reader, for one thread. It holds a copy of the ring from its first `get` to [`release`](Reader::release).
    #[must_use]
    pub fn reader(&self) -> Reader<R, B::View> {
        Reader::new(Arc::clone(&self.inner.swap))
    }

    /// The current snapshot, by a lock and a clone of its handle. It may be sent to another thread. A [`Reader`] is several times
    /// as fast.
    ///
    /// **It holds a copy of the ring until it is dropped.** If requests keep snapshots while the ring changes, each version that is
    /// still held takes the memory of a ring. Drop it before you wait for an answer: keep the owner's name or address instead.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot<R, B::View>> {
        self.inner.swap.load()
    }

    /// News of the changes from now on.
    #[must_use]
    pub fn subscribe(&self) -> Subscription {
        self.inner.subscribers.subscribe()
    }

    /// The state beside the ring.
    #[must_use]
    pub fn beside(&self) -> &B {
        &self.inner.beside
    }
}

impl<R, B> Shared<R, B>
where
    R: ByDigest + Clone,
    R::ConsumerInfo: Clone,
    B: Beside<R>,
{
    /// The copies there are, and how they were made.
    #[must_use]
    pub fn copy_counts(&self) -> CopyCounts {
        let copies = self.inner.lock();
        CopyCounts { copies: copies.count(), held: copies.held(), clones: copies.clones, replays: copies.replays }
    }
}

impl<R, B> Inner<R, B>
where
    R: ByDigest + Clone,
    R::ConsumerInfo: Clone,
    B: Beside<R>,
{
    /// Applies all updates that wait, and publishes them together.
    fn turn(&self, copies: &mut Copies<R, B::View>) {
        // Nothing waits if another thread's turn served this one.
        let Some(since) = self.queue.since() else { return };
        let _span = seen::span(self.settings.name);
        let has_copy = self.wait_for_copy(copies, since);
        // From here on code of the ring and its data runs. If it panics, these updates are gone, and nothing was published.
        let waiting = self.queue.take_all();
        if !has_copy {
            let max_copies = self.settings.max_copies;
            let behind = Behind { max_copies, version: copies.current().version, oldest: copies.oldest() };
            waiting.iter().for_each(|waiting| self.fail(waiting.ticket, UpdateError::Behind(behind)));
            return;
        }
        let ring = copies.take_spare().unwrap_or_else(|| copies.cloned());
        let start = Instant::now();
        let (ring, accepted) = self.apply_all(copies, ring, waiting);
        if accepted.iter().any(|(_, effect)| effect.is_change) {
            self.publish(copies, ring, accepted, start.elapsed());
        } else {
            copies.put_spare(ring);
            self.settle(
                copies.current().version,
                accepted.into_iter().map(|(waiting, effect)| (waiting.ticket, effect)).collect(),
            );
        }
        seen::copies(self.settings.name, copies.count(), copies.held(), copies.clones);
        self.bell.ring();
    }

    /// Answers the updates that are in this version.
    fn settle(&self, version: u64, done: Vec<(u64, Effect)>) {
        let merged = done.len();
        for (ticket, effect) in done {
            self.queue.settle(ticket, Ok(Published { version, merged, ignored: effect.ignored.into() }));
        }
    }

    /// Reports why an update was not published, to its caller and to metrics and spans.
    fn fail(&self, ticket: u64, error: UpdateError) {
        seen::failed(self.settings.name, &error);
        self.queue.settle(ticket, Err(error));
    }

    /// Waits for a copy that no reader holds, for updates that wait since `since`. Returns whether there is one, or room for
    /// one.
    fn wait_for_copy(&self, copies: &mut Copies<R, B::View>, since: Instant) -> bool {
        let mut pause = Duration::from_micros(10);
        loop {
            copies.reclaim();
            if copies.has_spare() {
                return true;
            }
            if self.is_time_to_clone(copies, since.elapsed()) {
                return true;
            }
            if since.elapsed() >= self.settings.patience {
                return false;
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(1));
        }
    }

    /// Whether there may be another copy, and nobody to wait for, or waiting took as long as cloning will.
    fn is_time_to_clone(&self, copies: &Copies<R, B::View>, waited: Duration) -> bool {
        let enough = copies.clone_took().min(self.settings.patience);
        copies.count() < self.settings.max_copies && (!copies.has_retired() || waited >= enough)
    }

    /// Applies each update to `ring`, and answers those that are refused.
    fn apply_all(
        &self,
        copies: &mut Copies<R, B::View>,
        mut ring: R,
        waiting: Vec<Waiting<R::ConsumerInfo>>,
    ) -> (R, Vec<Accepted<R::ConsumerInfo>>) {
        let mut accepted = Vec::<Accepted<_>>::new();
        for waiting in waiting {
            let refused = match apply(&mut ring, waiting.changes.as_slice()) {
                Ok(effect) => {
                    accepted.push((waiting, effect));
                    continue;
                }
                Err(refused) => refused,
            };
            self.fail(waiting.ticket, UpdateError::Refused(refused.error));
            if refused.is_spoiled {
                drop(ring);
                ring = copies.cloned();
                // They were accepted by an equal ring.
                accepted.retain(|(accepted, _)| match apply(&mut ring, accepted.changes.as_slice()) {
                    Ok(_) => true,
                    Err(refused) => {
                        self.fail(accepted.ticket, UpdateError::Refused(refused.error));
                        false
                    }
                });
            }
        }
        (ring, accepted)
    }

    /// Publishes `ring`, which has these updates.
    fn publish(&self, copies: &mut Copies<R, B::View>, ring: R, accepted: Vec<Accepted<R::ConsumerInfo>>, took: Duration) {
        let version = copies.current().version + 1;
        let view = self.beside.view(&ring);
        let next = Arc::new(Snapshot { ring, view, version });
        if !self.subscribers.is_empty() {
            let names = accepted.iter().flat_map(|(waiting, _)| waiting.changes.as_slice());
            let names = names.map(|change| (change.name(), matches!(change, Change::Add { .. } | Change::Replace { .. })));
            let (before, after) = (copies.current(), &*next);
            self.subscribers.tell(&changed((before.version, &before.ring), (version, &after.ring), names));
        }
        drop(self.swap.publish(Arc::clone(&next)));
        let done = accepted.into_iter().map(|(waiting, effect)| ((waiting.ticket, effect), waiting.changes));
        let (done, batches): (Vec<_>, Vec<_>) = done.unzip();
        let (router, consumers, merged) = (self.settings.name, next.ring.roster().len(), done.len());
        copies.advance(next, batches, took);
        seen::published(&Publication { router, version, merged, consumers, took });
        self.settle(version, done);
    }

    /// Makes the spare, or brings it up to date. Readers that hold the former ring were waited for since `waited`.
    fn prepare(&self, waited: Duration) -> bool {
        let mut copies = self.lock();
        copies.reclaim();
        if copies.prepare() {
            return true;
        }
        if self.is_time_to_clone(&copies, waited) {
            let ring = copies.cloned();
            copies.put_spare(ring);
            return true;
        }
        false
    }

    /// [`prepare`](Self::prepare), again and again until the patience is over.
    fn prepare_patiently(&self) {
        let start = Instant::now();
        let mut pause = Duration::from_micros(50);
        while !self.prepare(start.elapsed()) && start.elapsed() < self.settings.patience {
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(1));
        }
    }
}

impl<R: ByDigest, B: Beside<R>> Inner<R, B> {
    /// The writer's lock, also after a panic: a ring that was being changed is gone then, and everything else is whole.
    fn lock(&self) -> MutexGuard<'_, Copies<R, B::View>> {
        self.copies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// The last handle is gone: the thread ends.
impl<R: ByDigest, B: Beside<R>> Drop for Inner<R, B> {
    fn drop(&mut self) {
        self.bell.end();
    }
}

// Not derived, which would require more of the parameters.
impl<R: ByDigest, B: Beside<R>> Clone for Shared<R, B> {
    fn clone(&self) -> Self {
        Self { inner: StdArc::clone(&self.inner) }
    }
}

impl<R: ByDigest, B: Beside<R>> fmt::Debug for Shared<R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let snapshot = self.snapshot();
        f.debug_struct("Shared")
            .field("version", &snapshot.version)
            .field("consumers", &snapshot.ring.roster().len())
            .field("settings", &self.inner.settings)
            .finish_non_exhaustive()
    }
}
