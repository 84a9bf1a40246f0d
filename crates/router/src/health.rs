//! Health by name.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use annulus_core::ByDigest;

use crate::{Beside, HealthView, State, WHOLE, health_view::Marks, names::Names};

/// The health of consumers, by name, shared by all clones. Changing it rebuilds nothing and moves no key of other consumers.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Beside, Health, Share, State};
///
/// let ring = HashRing::from_consumers(["a", "b", "c"])?;
/// let health = Health::new();
/// let view = health.view(&ring); // once for each membership
/// let digest = ring.digest_of("user:42");
/// let owner = ring.owner("user:42").unwrap();
/// assert_eq!(view.owner(&ring, digest)?, owner.index);
///
/// health.set(owner.name, State::Down); // the view sees it at once
/// let second = view.owner(&ring, digest)?;
/// assert_eq!(Some(second), ring.candidates("user:42").nth(1).map(|member| member.index));
///
/// health.set(owner.name, State::Warming(Share::new(0.1)?)); // back, with a tenth of its keys at first
/// health.set(owner.name, State::Up);
/// assert_eq!(view.owner(&ring, digest)?, owner.index);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A state belongs to a name. It survives changes of membership, and may be set before the consumer is added. Names that are not
/// set are up. If no other consumer takes a key, one that is [warming up](State::Warming) does: in every look-up, retry, admission,
/// shard and set of replicas. All routers that should agree on a key must have the same states; there is no state of one key.
///
/// # Cost
/// [`set`](Self::set) takes a lock and O(N) for each view in use: 0.2 µs among 1,000 consumers, 12 µs among 100,000. To set many,
/// use [`set_all`](Self::set_all). Making a view is O(N): 85 µs for 1,000 consumers the first time and 7 µs after a change; for
/// 100,000, 24 to 80 ms and 7 to 13 ms. Look-ups take no lock: they read one word more. See [`HealthView`].
#[derive(Clone)]
pub struct Health {
    book: Arc<Mutex<Book>>,
}

#[derive(Debug)]
struct Book {
    names: Names<AtomicU32>,
    views: Vec<Weak<Marks>>,
}

impl Default for Health {
    fn default() -> Self {
        Self::new()
    }
}

impl Health {
    /// Everyone is up.
    #[must_use]
    pub fn new() -> Self {
        Self { book: Arc::new(Mutex::new(Book { names: Names::new(), views: Vec::new() })) }
    }

    /// Sets the state of one consumer and returns the one before.
    #[expect(clippy::must_use_candidate, reason = "most callers only set it")]
    pub fn set(&self, name: &str, state: State) -> State {
        let mut book = self.lock();
        let cell = book.names.cell(name, || State::Up.word().into());
        let before = cell.state.swap(state.word(), Relaxed);
        book.each_view(|marks| marks.refresh_one(&cell));
        State::of(before)
    }

    /// Sets the states of many consumers, with one pass over each view.
    pub fn set_all<N: AsRef<str>>(&self, states: impl IntoIterator<Item = (N, State)>) {
        // The caller's iterator runs before the lock is taken.
        let states: Vec<(N, State)> = states.into_iter().collect();
        let mut book = self.lock();
        for (name, state) in &states {
            book.names.cell(name.as_ref(), || State::Up.word().into()).state.store(state.word(), Relaxed);
        }
        book.each_view(Marks::refresh);
    }

    /// The state of a consumer. A name that was never set is up.
    #[must_use]
    pub fn state(&self, name: &str) -> State {
        self.lock().names.get(name).map_or(State::Up, |cell| State::of(cell.state.load(Relaxed)))
    }

    /// Forgets a consumer that is gone for good: it is up again, should the name come back.
    ///
    /// States are kept until then, so that a consumer that is down and leaves is down when it joins again. Where names are never
    /// used again, such as those of pods, forget them, or memory grows with them.
    ///
    /// ```
    /// use annulus_router::{Health, State};
    /// let health = Health::new();
    /// health.set("pod-7f3a", State::Down);
    /// health.forget("pod-7f3a");
    /// assert!(health.not_up().is_empty());
    /// ```
    pub fn forget(&self, name: &str) {
        let mut book = self.lock();
        if let Some(cell) = book.names.get(name).map(Arc::clone) {
            cell.state.store(State::Up.word(), Relaxed);
            book.each_view(|marks| marks.refresh_one(&cell));
        }
        book.names.forget(std::iter::once(name));
    }

    /// [Forgets](Self::forget) every name for which `keep` is false.
    ///
    /// ```
    /// use annulus::HashRing;
    /// use annulus_router::{Health, State};
    /// let ring = HashRing::from_consumers(["a", "b"])?;
    /// let health = Health::new();
    /// health.set_all([("a", State::Down), ("gone", State::Down)]);
    /// health.retain(|name, _| ring.roster().index_of(name).is_some()); // members alone
    /// assert_eq!(health.not_up().len(), 1);
    /// # Ok::<(), annulus::ChangeError>(())
    /// ```
    pub fn retain(&self, mut keep: impl FnMut(&str, State) -> bool) {
        // The caller's code runs without the lock.
        let all: Vec<_> =
            self.lock().names.iter().map(|cell| (Arc::clone(&cell.name), State::of(cell.state.load(Relaxed)))).collect();
        let gone: Vec<_> = all.into_iter().filter(|(name, state)| !keep(name, *state)).map(|(name, _)| name).collect();
        let mut book = self.lock();
        for cell in gone.iter().filter_map(|name| book.names.get(name)) {
            cell.state.store(State::Up.word(), Relaxed);
        }
        book.each_view(Marks::refresh);
        book.names.forget(gone.iter().map(|name| &**name));
    }

    /// The names that are not up, with their states, sorted by name.
    #[must_use]
    pub fn not_up(&self) -> Vec<(Arc<str>, State)> {
        let book = self.lock();
        let states = book.names.iter().map(|cell| (Arc::clone(&cell.name), State::of(cell.state.load(Relaxed))));
        let mut listed: Vec<_> = states.filter(|(_, state)| *state != State::Up).collect();
        listed.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        listed
    }

    /// A state is one word, so a thread that panicked while it held the lock left nothing half-written.
    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those that are not up.
impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.not_up()).finish()
    }
}

impl Book {
    /// Visits the views in use and forgets the others.
    fn each_view(&mut self, visit: impl Fn(&Marks)) {
        self.views.retain(|view| view.upgrade().inspect(|marks| visit(marks)).is_some());
    }
}

impl<R: ByDigest + ?Sized> Beside<R> for Health {
    type View = HealthView;

    fn view(&self, ring: &R) -> HealthView {
        let mut book = self.lock();
        let is_worth = |state: &AtomicU32| state.load(Relaxed) != WHOLE;
        let cells = book.names.cells(ring.roster(), || State::Up.word().into(), is_worth);
        let marks = Arc::new(Marks::new(ring.roster().nodes(), cells));
        book.each_view(|_| ());
        book.views.push(Arc::downgrade(&marks));
        HealthView::new(marks)
    }
}
