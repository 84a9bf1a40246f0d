//! How a shared ring keeps its copies.

use std::time::Duration;

/// How a [`Shared`](crate::Shared) ring keeps its copies.
///
/// ```
/// use std::time::Duration;
///
/// use annulus::HashRing;
/// use annulus_router::{Settings, Shared};
///
/// // Never more than four copies: an update that needs another waits for readers up to 50 ms, and fails.
/// let settings = Settings::new().max_copies(4).patience(Duration::from_millis(50));
/// let caches = Shared::with(HashRing::from_consumers(["a", "b"])?, (), settings);
/// # assert_eq!(caches.snapshot().len(), 2);
/// # Ok::<(), annulus::ChangeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub(crate) max_copies: usize,
    pub(crate) patience: Duration,
    pub(crate) in_background: bool,
    pub(crate) name: &'static str,
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}

impl Settings {
    /// As many copies as readers need, 100 ms of patience, and a thread that prepares the next copy.
    #[must_use]
    pub const fn new() -> Self {
        Self { max_copies: usize::MAX, patience: Duration::from_millis(100), in_background: true, name: "router" }
    }

    /// The most copies of the ring at any time: the published one, the spare, and former ones that are still held. At least 2.
    /// With a limit, an update that finds all of them held fails with [`Behind`](crate::Behind).
    ///
    /// By default there is no limit, and such an update makes another copy. There is at most one former copy for each reader and
    /// each [`snapshot`](crate::Shared::snapshot) that is held, so H of them need H + 2 copies at worst. Set a limit if memory
    /// matters more than updates. [`copy_counts`](crate::Shared::copy_counts) and the metric `annulus_copies` say how many
    /// there are.
    #[must_use]
    pub const fn max_copies(mut self, copies: usize) -> Self {
        self.max_copies = if copies < 2 { 2 } else { copies };
        self
    }

    /// How long an update waits at most for readers to let go of an old copy. Updates that arrive meanwhile are merged into one.
    /// Before another copy is made, an update waits only as long as making it takes. At the limit of
    /// [`max_copies`](Self::max_copies) it waits for the whole patience, and then fails. The default is 100 ms.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The name of this ring in metrics and spans. The default is `router`.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// No thread: updates prepare their copy themselves, unless [`Shared::prepare`](crate::Shared::prepare) is called between
    /// them.
    #[must_use]
    pub const fn without_thread(mut self) -> Self {
        self.in_background = false;
        self
    }
}
