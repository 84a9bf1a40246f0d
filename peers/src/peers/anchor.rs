//! `AnchorHash`, which remembers the order of changes.

use std::collections::hash_map::RandomState;
use std::hash::{Hash, Hasher};

use anchorhash::{AnchorHash, Builder};

use annulus_clock::LookUp;
use annulus_core::Digest;

use super::Built;
use crate::cell::Cell;
use crate::subject::{Applied, Change, Entry, Subject};

pub(super) fn entries() -> Vec<Entry> {
    vec![Entry::reference("anchorhash", "`get_resource(key)`, capacity 1.1 N", anchorhash)]
}

fn anchorhash(cell: Cell) -> Built {
    let capacity = cell.nodes + cell.nodes.div_ceil(10);
    let Ok(capacity) = u16::try_from(capacity) else {
        return Err(format!("a capacity of {capacity} does not fit its u16"));
    };
    Ok(Box::new(Anchor(Builder::default().with_resources(cell.members()).build(capacity))))
}

/// A table takes keys of one type; this one is hashed as what it holds.
enum Key<'a> {
    Number(u64),
    Text(&'a str),
}

impl Hash for Key<'_> {
    #[inline]
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        match self {
            Self::Number(number) => number.hash(hasher),
            Self::Text(text) => text.hash(hasher),
        }
    }
}

struct Anchor(AnchorHash<Key<'static>, u32, RandomState>);

impl Anchor {
    /// The same table, for keys that live as long as this call.
    #[inline]
    fn owner<'a>(table: &AnchorHash<Key<'a>, u32, RandomState>, key: Key<'a>) -> u64 {
        table.get_resource(key).map_or(u64::MAX, |&node| u64::from(node))
    }
}

impl LookUp for Anchor {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        Self::owner(&self.0, Key::Number(digest.bits()))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        Self::owner(&self.0, Key::Text(key))
    }
}

impl Subject for Anchor {
    fn apply(&mut self, change: Change) -> Applied {
        let done = match change {
            Change::Add(node) => self.0.add_resource(node).is_ok(),
            Change::Remove(node) => self.0.remove_resource(&node).is_ok(),
        };
        if done { Applied::InPlace } else { Applied::Nothing }
    }
}
