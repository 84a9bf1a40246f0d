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
/// // Up to four copies; an update waits for readers up to 50 ms.
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
    /// Three copies, 100 ms of patience, and a thread that prepares the next copy.
    #[must_use]
    pub const fn new() -> Self {
        Self { max_copies: 3, patience: Duration::from_millis(100), in_background: true, name: "router" }
    }

    /// The most copies of the ring at any time: the current one, the spare, and those that readers have not let go of. At least
    /// 2; the default is 3.
    #[must_use]
    pub const fn max_copies(mut self, copies: usize) -> Self {
        self.max_copies = if copies < 2 { 2 } else { copies };
        self
    }

    /// How long an update waits for readers to let go of an old copy, before it fails. Updates that arrive meanwhile are merged
    /// into one. Before another copy is made, an update waits only as long as making it takes. The default is 100 ms.
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
