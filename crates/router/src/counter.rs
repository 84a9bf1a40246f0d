//! The count of one consumer's requests, and the total.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{
            AtomicU64,
            Ordering::{AcqRel, Acquire, Relaxed, Release},
        },
    },
};

use crate::{Cap, cap::Reading};

/// What all counters share. On a cache line of its own, since every thread writes it.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Books<C> {
    total: AtomicU64,
    pub(crate) rule: C,
}

/// The load of one consumer.
#[derive(Debug)]
pub(crate) struct Counter<C> {
    load: AtomicU64,
    books: Arc<Books<C>>,
    /// Keeps the counters of two consumers on different cache lines.
    _apart: [u64; 10],
}

impl<C: Cap> Counter<C> {
    pub(crate) fn new(books: &Arc<Books<C>>) -> Self {
        Self { load: AtomicU64::new(0), books: Arc::clone(books), _apart: [0; 10] }
    }

    /// How many requests are held.
    #[inline]
    pub(crate) fn load(&self) -> u64 {
        self.load.load(Relaxed)
    }

    /// Counts one more, with room or without, and returns the load with it.
    pub(crate) fn add(&self) -> u64 {
        self.load.fetch_add(1, AcqRel) + 1
    }

    /// Counts one more if there is room for it, and returns the load with it. The load is never above the cap, not even for a
    /// moment: adding first and undoing it afterwards would show others a full consumer that is not.
    #[inline]
    pub(crate) fn take(&self, reading: &Reading) -> Option<u64> {
        let mut load = self.load.load(Acquire);
        while self.books.rule.has_room(load, reading) {
            match self.load.compare_exchange_weak(load, load + 1, AcqRel, Acquire) {
                Ok(_) => return Some(load + 1),
                Err(now) => load = now,
            }
        }
        None
    }

    pub(crate) fn rule(&self) -> &C {
        &self.books.rule
    }

    /// One request less. The total last, so that it is never less than the sum of the loads.
    pub(crate) fn release(&self) {
        let _turn = self.books.rule.turn();
        self.load.fetch_sub(1, Release);
        self.books.withdraw();
    }
}

impl<C: Cap> Books<C> {
    pub(crate) fn new(rule: C) -> Self {
        Self { total: AtomicU64::new(0), rule }
    }

    /// The load of all consumers, and the requests that are being placed; 0 with fixed caps.
    pub(crate) fn total(&self) -> u64 {
        self.total.load(Acquire)
    }

    /// Adds a request to the total before it is admitted. It is subtracted again when this is dropped.
    #[inline]
    pub(crate) fn announce(&self) -> Announced<'_, C> {
        Announced { books: self, total: if C::BY_TOTAL { self.total.fetch_add(1, AcqRel) + 1 } else { 0 } }
    }

    #[inline]
    fn withdraw(&self) {
        if C::BY_TOTAL {
            self.total.fetch_sub(1, Release);
        }
    }
}

/// A request that is part of the total and not admitted yet.
pub(crate) struct Announced<'b, C: Cap> {
    books: &'b Books<C>,
    /// The total with this request.
    pub(crate) total: u64,
}

impl<C: Cap> Announced<'_, C> {
    /// It was admitted: a permit counts it from now on.
    #[inline]
    pub(crate) fn admitted(self) {
        mem::forget(self);
    }
}

impl<C: Cap> Drop for Announced<'_, C> {
    fn drop(&mut self) {
        self.books.withdraw();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering::SeqCst},
    };

    use super::*;
    use crate::cap::sealed::Rule;

    /// A cap of one. Between the first look at the load and the admission, another request gets in.
    #[derive(Default)]
    struct Interrupted {
        counter: OnceLock<Arc<Counter<Self>>>,
        is_interrupted: AtomicBool,
    }

    impl Rule for Interrupted {
        type Turn<'a> = ();
        const BY_TOTAL: bool = false;
        fn turn(&self) {}
        fn has_room(&self, load: u64, reading: &Reading) -> bool {
            if !self.is_interrupted.swap(true, SeqCst) {
                assert_eq!(self.counter.get().unwrap().take(reading), Some(1));
            }
            load < 1
        }
        fn cap(&self, _: &Reading) -> u64 {
            1
        }
    }

    impl Cap for Interrupted {}

    #[test]
    fn the_last_place_goes_to_one_of_two_that_saw_it_free() {
        let books = Arc::new(Books::new(Interrupted::default()));
        let counter = Arc::new(Counter::new(&books));
        assert!(books.rule.counter.set(Arc::clone(&counter)).is_ok());
        assert_eq!(counter.take(&Reading { total: 0, weight: 1, live: 1 }), None);
        assert_eq!(counter.load(), 1);
    }
}
