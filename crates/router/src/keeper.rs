//! The thread that prepares the next copy.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// What the thread is told.
#[derive(Default)]
struct Orders {
    has_work: bool,
    is_over: bool,
}

/// Wakes the thread, and ends it.
#[derive(Default)]
pub(crate) struct Bell {
    orders: Mutex<Orders>,
    rung: Condvar,
}

impl Bell {
    fn lock(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// There is work.
    pub(crate) fn ring(&self) {
        self.lock().has_work = true;
        self.rung.notify_one();
    }

    /// There will be no more.
    pub(crate) fn end(&self) {
        self.lock().is_over = true;
        self.rung.notify_one();
    }

    /// Waits for work. `false` at the end.
    fn wait(&self) -> bool {
        let mut orders = self.lock();
        while !orders.has_work && !orders.is_over {
            orders = self.rung.wait(orders).unwrap_or_else(PoisonError::into_inner);
        }
        orders.has_work = false;
        !orders.is_over
    }
}

/// Starts a thread that calls `work` after each ring of the bell, until that returns `false` or the bell says so. Without a
/// thread, updates do the work themselves, so a system that gives none is no error.
pub(crate) fn start(bell: &Arc<Bell>, mut work: impl FnMut() -> bool + Send + 'static) {
    let bell = Arc::clone(bell);
    let run = move || while bell.wait() && work() {};
    let _ = thread::Builder::new().name("annulus-router".into()).spawn(run);
}
