//! The promises of an algorithm.

/// What decides an algorithm's answers, besides its parameters and the hasher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DependsOn {
    /// The set of members only, whatever their order or history.
    Set,
    /// The order of the list of members.
    Order,
    /// The history of additions and removals. The kernel [returns](crate::Kernel::history) it and resumes from it.
    History,
}

/// The promises of an algorithm. The conformance suite checks each of them.
///
/// Start from [`Properties::new`], which promises nothing, and add the promises that hold:
///
/// ```
/// use annulus_core::{DependsOn, Properties};
/// const RING: Properties = Properties::new("ring", DependsOn::Set).minimal_on_any_removal().minimal_on_addition().weighted();
/// assert!(RING.minimal_add && RING.minimal_remove_last && !RING.uniform);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a promise of its own")]
#[non_exhaustive]
pub struct Properties {
    /// The algorithm's name, one word of a to z, 0 to 9 and hyphens. Saves contain it.
    pub algorithm: &'static str,
    /// What decides the answers.
    pub depends_on: DependsOn,
    /// Adding a member moves keys to it only.
    pub minimal_add: bool,
    /// Removing the last member of the list moves its keys only.
    pub minimal_remove_last: bool,
    /// Removing any member moves its keys only, and skipping a member equals removing it.
    pub minimal_remove_any: bool,
    /// Weights other than one are accepted, and shares follow them.
    pub weighted: bool,
    /// Raising a weight moves keys to that member only; lowering it, from that member only.
    pub minimal_reweight: bool,
    /// Only ratios of weights matter: multiplying all of them by one number changes no answer. So equal weights answer like no
    /// weights.
    pub scale_free: bool,
    /// Every member's expected share is exactly its part of the total weight, whatever the names.
    pub uniform: bool,
}

impl Properties {
    /// An algorithm with this name that promises nothing.
    #[must_use]
    pub const fn new(algorithm: &'static str, depends_on: DependsOn) -> Self {
        Self {
            algorithm,
            depends_on,
            minimal_add: false,
            minimal_remove_last: false,
            minimal_remove_any: false,
            weighted: false,
            minimal_reweight: false,
            scale_free: false,
            uniform: false,
        }
    }

    /// Promises [`minimal_add`](Self::minimal_add).
    #[must_use]
    pub const fn minimal_on_addition(mut self) -> Self {
        self.minimal_add = true;
        self
    }

    /// Promises [`minimal_remove_last`](Self::minimal_remove_last).
    #[must_use]
    pub const fn minimal_on_last_removal(mut self) -> Self {
        self.minimal_remove_last = true;
        self
    }

    /// Promises [`minimal_remove_any`](Self::minimal_remove_any), and with it the removal of the last.
    #[must_use]
    pub const fn minimal_on_any_removal(mut self) -> Self {
        self.minimal_remove_any = true;
        self.minimal_on_last_removal()
    }

    /// Promises [`weighted`](Self::weighted).
    #[must_use]
    pub const fn weighted(mut self) -> Self {
        self.weighted = true;
        self
    }

    /// Promises [`minimal_reweight`](Self::minimal_reweight), and with it weights.
    #[must_use]
    pub const fn minimal_on_reweighting(mut self) -> Self {
        self.minimal_reweight = true;
        self.weighted()
    }

    /// Promises [`scale_free`](Self::scale_free), and with it weights.
    #[must_use]
    pub const fn scale_free(mut self) -> Self {
        self.scale_free = true;
        self.weighted()
    }

    /// Promises [`uniform`](Self::uniform).
    #[must_use]
    pub const fn uniform(mut self) -> Self {
        self.uniform = true;
        self
    }
}
