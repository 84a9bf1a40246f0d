//! Any history of changes, against a plain list of the members and a ring built afresh from them.
#![no_main]

use annulus::{ByDigest, ConsistentHashRing, Digest, Ring, Spec, Weight};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

type Member = (String, Weight, u16);

#[derive(Arbitrary, Debug)]
enum Change {
    Add(u8, u8),
    AddSeveral(Vec<(u8, u8)>),
    Remove(u8),
    RemoveSeveral(Vec<u8>),
    Reweigh(u8, u8),
    ReweighSeveral(Vec<(u8, u8)>),
    /// The changes go on with the clone, and the original is kept.
    Clone,
    SaveAndRestore,
}

#[derive(Arbitrary, Debug)]
struct Input {
    algorithm: u8,
    changes: Vec<Change>,
}

fuzz_target!(|input: Input| {
    let specs =
        ["ring:points=8", "ring:points=3/2", "jump", "rendezvous", "maglev:slots=1009", "rendezvous:hash=xxh3", "slots:bits=12"];
    let Ok(spec) = specs[usize::from(input.algorithm) % specs.len()].parse::<Spec>() else { return };
    let mut ring: Box<dyn Ring<u16>> = spec.build();
    let mut list = List { members: Vec::new(), weighted: spec.properties().weighted };
    let mut kept: Option<(Box<dyn Ring<u16>>, Vec<Member>)> = None;
    for (done, change) in input.changes.iter().take(60).enumerate() {
        if matches!(change, Change::Clone) {
            let copy = ring.clone();
            kept = Some((std::mem::replace(&mut ring, copy), list.members.clone()));
        }
        change_both(&spec, &mut ring, &mut list, change);
        assert_eq!(listed(&*ring), list.members, "{change:?}");
        if done % 8 == 7 {
            as_built_afresh(&spec, &*ring);
        }
    }
    as_built_afresh(&spec, &*ring);
    if let Some((original, members)) = kept {
        assert_eq!(listed(&*original), members, "changes of a clone are its own");
        as_built_afresh(&spec, &*original);
    }
});

fn name(id: u8) -> String {
    format!("node-{id}")
}

/// From 1 to 256. Where all must be equal, one in eight is not 1, and is to be refused.
fn weight(spec: &Spec, by: u8) -> Weight {
    let weight = if spec.properties().weighted { u32::from(by) + 1 } else { u32::from(by) / 224 + 1 };
    Weight::new(weight).unwrap_or_default()
}

/// What the members should be, kept as plainly as can be.
struct List {
    members: Vec<Member>,
    weighted: bool,
}

impl List {
    fn find(&mut self, name: &str) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.0 == name)
    }

    fn may_have(&self, weight: Weight) -> bool {
        self.weighted || weight == Weight::ONE
    }

    /// All or none, and whether they were added.
    fn add(&mut self, given: &[Member]) -> bool {
        let before = self.members.len();
        for member in given {
            if !self.may_have(member.1) || self.find(&member.0).is_some() {
                self.members.truncate(before);
                return false;
            }
            self.members.push(member.clone());
        }
        true
    }

    /// The last takes the place of the one that goes.
    fn remove(&mut self, name: &str) -> Option<u16> {
        let at = self.members.iter().position(|member| member.0 == name)?;
        Some(self.members.swap_remove(at).2)
    }

    /// All or none, with the old weights where they were set. Where a name comes twice, its last weight must be allowed.
    fn reweigh(&mut self, given: &[Member]) -> Option<Vec<Option<Weight>>> {
        let before = self.members.clone();
        let olds = given.iter().map(|(name, weight, _)| Some(std::mem::replace(&mut self.find(name)?.1, *weight))).collect();
        if self.members.iter().all(|member| self.may_have(member.1)) {
            return Some(olds);
        }
        self.members = before;
        None
    }
}

/// Makes a change to both, and compares what they say of it.
fn change_both(spec: &Spec, ring: &mut Box<dyn Ring<u16>>, list: &mut List, change: &Change) {
    let member = |id: u8, by: u8| (name(id), weight(spec, by), u16::from(by));
    let several = |given: &[(u8, u8)]| given.iter().map(|&(id, by)| member(id, by)).collect::<Vec<_>>();
    let (fingerprint, before) = (ring.fingerprint(), list.members.clone());
    // Whether the ring took it, and whether the list did.
    let (taken, due) = match change {
        Change::Add(id, by) => {
            let (name, weight, data) = member(*id, *by);
            (ring.add_weighted_consumer(&name, weight, data).is_ok(), list.add(&[(name, weight, data)]))
        }
        Change::AddSeveral(given) => {
            let given = several(given);
            (ring.extend(given.iter().cloned()).is_ok(), list.add(&given))
        }
        Change::Remove(id) => {
            assert_eq!(ring.remove_consumer(&name(*id)), list.remove(&name(*id)));
            (true, true)
        }
        Change::RemoveSeveral(ids) => {
            let names: Vec<String> = ids.iter().map(|&id| name(id)).collect();
            let due: Vec<_> = names.iter().map(|name| list.remove(name)).collect();
            assert_eq!(ring.remove_all(&names), due);
            (true, true)
        }
        Change::Reweigh(id, by) => {
            let (name, weight, data) = member(*id, *by);
            let (old, due) = (ring.set_weight(&name, weight), list.reweigh(&[(name, weight, data)]));
            (same(old.ok().map(|old| vec![old]), due.as_ref()), due.is_some())
        }
        Change::ReweighSeveral(given) => {
            let given = several(given);
            let olds = ring.set_weights(&mut given.iter().map(|(name, weight, _)| (name.as_str(), *weight)));
            let due = list.reweigh(&given);
            (same(olds.ok(), due.as_ref()), due.is_some())
        }
        Change::Clone => (true, true),
        Change::SaveAndRestore => {
            let restored = ring.save().ok().and_then(|saved| spec.restore(saved).ok());
            *ring = restored.expect("what was saved is restored");
            assert_eq!(ring.fingerprint(), fingerprint);
            (true, true)
        }
    };
    if taken != due {
        // A table has a fixed number of slots: it may refuse what is too little beside the rest, and the list knows nothing of that.
        assert!(!taken && ["maglev", "slots"].contains(&spec.name()), "{change:?}");
        list.members = before;
    }
    if !taken {
        assert_eq!(ring.fingerprint(), fingerprint, "a refusal changes nothing");
    }
}

/// Whether there are old weights, which are then those that are due.
fn same(olds: Option<Vec<Option<Weight>>>, due: Option<&Vec<Option<Weight>>>) -> bool {
    if let (Some(olds), Some(due)) = (&olds, due) {
        assert_eq!(olds, due);
    }
    olds.is_some()
}

fn listed(ring: &dyn Ring<u16>) -> Vec<Member> {
    ring.roster().iter().map(|member| (member.name.to_owned(), member.weight, *member.info)).collect()
}

/// None of the algorithms here depends on the history of changes: on the members, or for jump on their order too.
fn as_built_afresh(spec: &Spec, ring: &dyn Ring<u16>) {
    let members = listed(ring);
    let mut fresh: Box<dyn Ring<u16>> = spec.build();
    fresh.extend(members.iter().cloned()).expect("what is there was admitted");
    assert_eq!(fresh.fingerprint(), ring.fingerprint());
    for id in 0..64 {
        let digest = Digest::of_id(id);
        assert_eq!(ring.locate(digest), fresh.locate(digest), "{digest:?}");
        let order = |ring: &dyn Ring<u16>| {
            let mut order = Vec::new();
            ring.walk(digest, &mut |node| {
                order.push(node);
                std::ops::ControlFlow::Continue(())
            });
            order
        };
        let whole = order(ring);
        assert_eq!(whole, order(&*fresh), "{digest:?}");
        assert_eq!(whole.len(), members.len());
    }
}
