//! How the parameters of an algorithm are searched for somebody's system.

use annulus::{Kernel, Spec, Visitor};
use rand_chacha::ChaCha8Rng;

/// Nodes that weigh the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weighing {
    /// The weight of each.
    pub(crate) weight: u32,
    /// How many there are.
    pub(crate) nodes: u64,
}

/// Draws the busiest node of one set of names.
pub(crate) type Draw = Box<dyn Fn(&mut ChaCha8Rng) -> f64 + Send + Sync>;

/// A grid of parameters and what is known of each entry without building it.
#[derive(Clone, Copy)]
pub(crate) struct Search {
    /// The texts to try, in the order of the memory they take, for nodes whose least weight is this. Where an algorithm has kinds that
    /// promise different things, a grid for each: the least of each grid is considered.
    pub(crate) grids: fn(u32) -> Vec<Vec<String>>,
    /// The grid in words.
    pub(crate) told: fn() -> String,
    /// The busiest node over its part, in all but this fraction of the sets of names. Nothing where no law tells it.
    pub(crate) busiest: fn(&str, &[Weighing], f64) -> Option<f64>,
    /// The chance that a set of names has a node with more than this many times its part; as quick as one figure can be.
    pub(crate) beyond: fn(&str, &[Weighing], f64) -> Option<f64>,
    /// One set of names after the other, each drawn by the definition and not by the law: the busiest node over its part. Nothing where
    /// states are built instead.
    pub(crate) drawn: fn(&str, &[Weighing]) -> Option<Draw>,
    /// Whether an entry moves no less than one before it, so that it need not be tried where that one moves too much.
    pub(crate) moves_no_less: fn(&str, &str) -> bool,
    /// The law, in words.
    pub(crate) law: &'static str,
}

/// The kernel that a text describes, seen by `look`.
pub(super) fn kernel_of<T>(text: &str, look: impl Fn(&dyn std::any::Any) -> Option<T>) -> Option<T> {
    struct Seen<F>(F);
    impl<T, F: Fn(&dyn std::any::Any) -> Option<T>> Visitor for Seen<F> {
        type Output = Option<T>;
        fn visit<K: Kernel + Send + Sync + 'static>(self, kernel: K) -> Option<T> {
            (self.0)(&kernel)
        }
    }
    text.parse::<Spec>().ok()?.visit(Seen(look))
}
