//! Updates that wait for their turn, and their outcomes.

use std::{collections::BTreeMap, mem, sync::Mutex, time::Instant};

use crate::{Changes, Published, UpdateError};

/// An update that waits.
pub(crate) struct Waiting<T> {
    pub(crate) ticket: u64,
    pub(crate) changes: Changes<T>,
    pub(crate) since: Instant,
}

/// Updates of all threads. The thread that has the writer's lock applies all of them, and publishes once.
pub(crate) struct Queue<T>(Mutex<State<T>>);

struct State<T> {
    tickets: u64,
    waiting: Vec<Waiting<T>>,
    outcomes: BTreeMap<u64, Result<Published, UpdateError>>,
}

impl<T> Queue<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State { tickets: 0, waiting: Vec::new(), outcomes: BTreeMap::new() }))
    }

    fn with<O>(&self, act: impl FnOnce(&mut State<T>) -> O) -> O {
        act(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Appends an update and returns its ticket.
    pub(crate) fn push(&self, changes: Changes<T>) -> u64 {
        self.with(|state| {
            state.tickets += 1;
            let (ticket, since) = (state.tickets, Instant::now());
            state.waiting.push(Waiting { ticket, changes, since });
            ticket
        })
    }

    /// Since when the first one waits.
    pub(crate) fn since(&self) -> Option<Instant> {
        self.with(|state| Some(state.waiting.first()?.since))
    }

    pub(crate) fn take_all(&self) -> Vec<Waiting<T>> {
        self.with(|state| mem::take(&mut state.waiting))
    }

    pub(crate) fn settle(&self, ticket: u64, outcome: Result<Published, UpdateError>) {
        self.with(|state| state.outcomes.insert(ticket, outcome));
    }

    /// The outcome of an update that was taken. There is none if it was interrupted by a panic.
    pub(crate) fn outcome(&self, ticket: u64) -> Result<Published, UpdateError> {
        self.with(|state| state.outcomes.remove(&ticket)).unwrap_or(Err(UpdateError::Interrupted))
    }
}
