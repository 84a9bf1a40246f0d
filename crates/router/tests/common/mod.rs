//! What the tests share: rings of all algorithms, and random batches.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::collections::BTreeMap;

use annulus::{Ring, Spec, Weight, mix};
use annulus_router::{Change, Changes};

pub(crate) type Data = u32;

/// A ring without consumers, of each algorithm of the facade.
pub(crate) fn rings() -> Vec<Box<dyn Ring<Data>>> {
    annulus::catalogue().iter().map(|entry| spec(entry.name).build()).collect()
}

pub(crate) fn spec(name: &str) -> Spec {
    // A table that is quick to rebuild.
    let text = if name == "maglev" { "maglev:slots=5003" } else { name };
    text.parse().unwrap()
}

/// Random numbers by a fixed seed.
pub(crate) struct Draw(u64, u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed, 0)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.1 += 1;
        mix(self.0, self.1) % n
    }
}

/// A batch of up to four changes of two dozen names; some are refused, and some are without effect.
pub(crate) fn batch(draw: &mut Draw, is_weighted: bool) -> Changes<Data> {
    let mut change = |_| {
        let name: Box<str> = format!("node-{}", draw.below(24)).into();
        let data = u32::try_from(draw.below(1 << 20)).unwrap();
        let weight = Weight::new(u32::try_from(1 + if is_weighted || draw.below(8) == 0 { draw.below(10) } else { 0 }).unwrap());
        let weight = weight.unwrap();
        match draw.below(8) {
            0..4 => Change::Add { name, weight, data },
            4..6 => Change::Remove { name },
            6 => Change::Reweight { name, weight },
            _ => Change::Replace { name, data },
        }
    };
    (0..1 + change_count(change(()).name())).map(|_| change(())).collect()
}

/// 0 to 3, by the digits of a name.
fn change_count(name: &str) -> usize {
    name.bytes().map(usize::from).sum::<usize>() % 4
}

/// The same batch on a plain ring, one change at a time; on a refusal the ring is as before.
pub(crate) fn plainly(ring: &mut Box<dyn Ring<Data>>, changes: &Changes<Data>) -> bool {
    let mut next = ring.clone();
    for change in changes.as_slice() {
        let is_done = match change {
            Change::Add { name, weight, data } => next.add_weighted_consumer(name, *weight, *data).is_ok(),
            Change::Remove { name } => {
                next.remove_consumer(name);
                true
            }
            Change::Reweight { name, weight } => next.set_weight(name, *weight).is_ok(),
            Change::Replace { name, data } => {
                if let Some(place) = next.consumer_mut(name) {
                    *place = *data;
                }
                true
            }
        };
        if !is_done {
            return false;
        }
    }
    *ring = next;
    true
}

/// All that a member is, by name.
pub(crate) fn members<R: annulus::ConsistentHashRing<ConsumerInfo = Data>>(ring: &R) -> BTreeMap<String, (Weight, Data)> {
    ring.roster().iter().map(|member| (member.name.to_string(), (member.weight, *member.info))).collect()
}
