//! State kept by name: found by a hash of the name when membership changes, and by index during look-ups.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use annulus_core::Roster;

/// One name and its state.
#[derive(Debug)]
pub(crate) struct Cell<S> {
    pub(crate) name: Arc<str>,
    pub(crate) state: S,
}

/// The cells of one membership, by index.
pub(crate) type Cells<S> = Arc<[Arc<Cell<S>>]>;

/// The state of every name seen so far.
///
/// Most consumers keep their index in a change. So the cells of the last membership are tried first: a comparison of two names
/// costs less than a hash.
#[derive(Debug)]
pub(crate) struct Names<S> {
    by_name: HashMap<Arc<str>, Arc<Cell<S>>>,
    last: Option<Weak<[Arc<Cell<S>>]>>,
}

impl<S> Names<S> {
    pub(crate) fn new() -> Self {
        Self { by_name: HashMap::new(), last: None }
    }

    /// The cell of `name`, if it was seen.
    pub(crate) fn get(&self, name: &str) -> Option<&Arc<Cell<S>>> {
        self.by_name.get(name)
    }

    /// The cell of `name`, made with `fresh` if it was not seen.
    pub(crate) fn cell(&mut self, name: &str, fresh: impl FnOnce() -> S) -> Arc<Cell<S>> {
        if let Some(cell) = self.by_name.get(name) {
            return Arc::clone(cell);
        }
        let name: Arc<str> = name.into();
        let cell = Arc::new(Cell { name: Arc::clone(&name), state: fresh() });
        self.by_name.insert(name, Arc::clone(&cell));
        cell
    }

    /// The cells of this membership. O(N). Forgets names that no membership in use has and whose state `is_worth` keeping no
    /// more, once they are as many as the members.
    pub(crate) fn cells<T>(&mut self, roster: &Roster<T>, fresh: impl Fn() -> S, is_worth: impl Fn(&S) -> bool) -> Cells<S> {
        let last = self.last.as_ref().and_then(Weak::upgrade);
        let cells: Cells<S> = roster
            .iter()
            .map(|member| match last.as_ref().and_then(|last| last.get(member.index.as_usize())) {
                Some(cell) if *cell.name == *member.name => Arc::clone(cell),
                _ => self.cell(member.name, &fresh),
            })
            .collect();
        drop(last);
        self.last = Some(Arc::downgrade(&cells));
        if self.by_name.len() > 2 * cells.len() {
            self.by_name.retain(|_, cell| Arc::strong_count(cell) > 1 || is_worth(&cell.state));
        }
        cells
    }

    /// Forgets these names, unless a membership in use has them.
    pub(crate) fn forget<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        for name in names {
            if self.by_name.get(name).is_some_and(|cell| Arc::strong_count(cell) == 1) {
                self.by_name.remove(name);
            }
        }
    }

    /// Every name and its state, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Cell<S>> {
        self.by_name.values().map(|cell| &**cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_cell_through_changes_and_is_forgotten_only_at_rest() {
        let mut roster = Roster::new();
        let mut names = Names::<u32>::new();
        for name in ["a", "b", "c", "d", "e"] {
            roster.push(name, annulus_core::Weight::ONE, ()).unwrap();
        }
        let before = names.cells(&roster, || 0, |&state| state > 0);
        names.cell("kept", || 7);
        roster.swap_remove("a"); // "e" takes its index
        let after = names.cells(&roster, || 0, |&state| state > 0);
        assert_eq!(after.iter().map(|cell| &*cell.name).collect::<Vec<_>>(), ["e", "b", "c", "d"]);
        assert!(Arc::ptr_eq(&before[4], &after[0]) && Arc::ptr_eq(&before[1], &after[1]));

        drop((before, after));
        for name in ["b", "c", "d"] {
            roster.swap_remove(name);
        }
        names.cells(&roster, || 0, |&state| state > 0);
        let mut left: Vec<&str> = names.iter().map(|cell| &*cell.name).collect();
        left.sort_unstable();
        assert_eq!(left, ["e", "kept"]);
    }
}
