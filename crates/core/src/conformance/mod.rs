//! The laws of consistent hashing, as tests of your own [`Kernel`].
//!
//! Name the kernel once, in `tests/conformance.rs` of your crate, and every law becomes a test of its own; in `Cargo.toml`,
//! `annulus-core` stands among the `dev-dependencies` with the feature `conformance`:
//!
//! ```
//! use annulus_ring::RingKernel as MyKernel; // yours
//! annulus_core::conformance!(MyKernel);
//! # fn main() {}
//! ```
//!
//! `conformance!(MyKernel, MyKernel::with_size(31))` tests one of other parameters; two suites in one file go into two modules.
//!
//! Each promise of [`Properties`](crate::Properties) is held both ways: where it is given, it holds; where it is not, a case
//! against it is searched for and must be found. So the constants are facts to a chooser. All draws are repeatable, no test
//! measures time, and a failure names the law, the figures and the members. The statistical bounds are at one in a million.
//!
//! Three more tests ask for something of the caller's, and so are functions: [`pinned`] holds a mapping to numbers written down,
//! [`allocations`] needs an allocator that counts, and [`damage`] a format for what is saved.
//!
//! The laws use consumers of weights 1 to 10, and need room for fifty of them; larger memberships are left out where the kernel
//! refuses them for want of room. They take a second or two in an optimised build (`[profile.test] opt-level = 3`).

mod chi_square;
#[macro_use]
mod list;
mod subject;

pub mod allocations;
pub mod balance;
pub mod batches;
pub mod damage;
pub mod history;
pub mod limits;
pub mod lookup;
pub mod membership;
pub mod movement;
pub mod pinned;
pub mod places;
pub mod preference;
pub mod promises;
pub mod saving;
pub mod weights;

use alloc::{format, vec::Vec};

pub use subject::Outcome;

use crate::Kernel;

/// A law that kernels of type `K` are held to.
#[derive(Clone, Copy, Debug)]
pub struct Law<K> {
    /// Its name, which says what it demands.
    pub name: &'static str,
    /// Puts a kernel to the test.
    pub test: fn(&K) -> Outcome,
}

/// Every law, to run without the test harness: to print a table of what a kernel under construction already keeps, say.
///
/// ```
/// use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, conformance};
///
/// #[derive(Clone, Default)]
/// struct AlwaysFirst;
///
/// impl Kernel for AlwaysFirst {
///     const PROPERTIES: Properties = Properties::new("always-first", DependsOn::Order);
///     fn rebuild(&mut self, _: &Nodes) {}
///     fn lookup(&self, _: &Nodes, _: Digest) -> NodeIndex {
///         NodeIndex::new(0)
///     }
/// }
/// let law = conformance::laws::<AlwaysFirst>().into_iter().find(|law| law.name == "addition_moves_keys_to_the_new_one_only").unwrap();
/// // Nothing ever moves, so the promise holds and ought to be given.
/// assert!((law.test)(&AlwaysFirst).unwrap_err().contains("does not promise `minimal_on_addition`"));
/// ```
#[must_use]
pub fn laws<K: Kernel>() -> Vec<Law<K>> {
    __annulus_laws!(__annulus_list(K))
}

/// Fails the running test where `kernel` breaks the law.
///
/// # Panics
/// Where it does: that is how a test fails.
pub fn enforce<K: Kernel>(law: &Law<K>, kernel: &K) {
    if let Err(what) = (law.test)(kernel) {
        let message = format!("{} breaks the law `{}`: {what}", K::PROPERTIES.algorithm, law.name);
        panic!("{message}");
    }
}
