//! One value that a writer replaces while readers read.
#![allow(unreachable_pub, reason = "public for the exhaustive checker alone")]

use std::mem;

use crate::sync::{Arc, AtomicU64, Mutex, Ordering, lock};

/// A number alone on its cache lines: processors fetch lines in pairs. Readers load it at each look-up, and a neighbour that is
/// written, such as the lock, would take the line from them.
#[repr(align(128))]
struct Alone(AtomicU64);

/// The current value, and how often it was replaced.
pub struct Swap<S> {
    generation: Alone,
    current: Mutex<Arc<S>>,
}

impl<S> Swap<S> {
    /// Starts with this value.
    pub fn new(first: Arc<S>) -> Self {
        Self { generation: Alone(AtomicU64::new(0)), current: Mutex::new(first) }
    }

    /// The current value.
    pub fn load(&self) -> Arc<S> {
        Arc::clone(&lock(&self.current))
    }

    /// Replaces the value and returns the former one.
    ///
    /// The value first, then the generation, both under the lock. If the generation was raised before the lock, a reader could
    /// take the old value with the new generation, and never look again: the loom test shows it.
    pub fn publish(&self, next: Arc<S>) -> Arc<S> {
        let mut current = lock(&self.current);
        let former = mem::replace(&mut *current, next);
        self.generation.0.fetch_add(1, Ordering::Release);
        former
    }

    /// A defect, to show that the checker finds it: the generation is raised before the value is replaced.
    #[cfg(loom)]
    pub fn publish_too_early(&self, next: Arc<S>) -> Arc<S> {
        self.generation.0.fetch_add(1, Ordering::Release);
        mem::replace(&mut *lock(&self.current), next)
    }

    /// The current value with its generation.
    fn load_with_generation(&self) -> (Arc<S>, u64) {
        let current = lock(&self.current);
        // Under the lock, so it is the generation of this value.
        (Arc::clone(&current), self.generation.0.load(Ordering::Relaxed))
    }
}

/// One reader's hold on the value.
pub struct Hold<S> {
    swap: Arc<Swap<S>>,
    held: Option<Arc<S>>,
    generation: u64,
}

impl<S> Hold<S> {
    /// Holds nothing until it is asked.
    pub fn new(swap: Arc<Swap<S>>) -> Self {
        Self { swap, held: None, generation: 0 }
    }

    /// The current value. Without a change since the last call, this is one load.
    #[inline]
    pub fn get(&mut self) -> &S {
        if self.swap.generation.0.load(Ordering::Acquire) != self.generation {
            self.held = None;
        }
        let Self { swap, held, generation } = self;
        held.get_or_insert_with(|| refreshed(swap, generation))
    }

    /// What is held.
    pub fn held(&self) -> Option<&S> {
        self.held.as_deref()
    }

    /// Lets go of the value until the next [`get`](Self::get).
    pub fn release(&mut self) {
        self.held = None;
    }
}

/// Apart from `get`, so that look-ups contain a call and not its body.
#[cold]
#[inline(never)]
fn refreshed<S>(swap: &Swap<S>, generation: &mut u64) -> Arc<S> {
    let (current, now) = swap.load_with_generation();
    *generation = now;
    current
}

// Not derived, which would require `S: Clone`.
impl<S> Clone for Hold<S> {
    fn clone(&self) -> Self {
        Self { swap: Arc::clone(&self.swap), held: self.held.clone(), generation: self.generation }
    }
}
