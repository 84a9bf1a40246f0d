//! Any history of changes, against a ring built afresh from the members that are left.
#![no_main]

use annulus::{ByDigest, ConsistentHashRing, Digest, Ring, Spec, Weight};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
enum Change {
    Add(u8, u8),
    AddSeveral(Vec<(u8, u8)>),
    Remove(u8),
    RemoveSeveral(Vec<u8>),
    Reweigh(u8, u8),
    ReweighSeveral(Vec<(u8, u8)>),
    Clone,
    SaveAndRestore,
}

#[derive(Arbitrary, Debug)]
struct Input {
    algorithm: u8,
    changes: Vec<Change>,
}

fuzz_target!(|input: Input| {
    let specs = ["ring:points=8", "ring:points=3/2", "jump", "rendezvous", "maglev:slots=1009", "rendezvous:hash=xxh3"];
    let Ok(spec) = specs[usize::from(input.algorithm) % specs.len()].parse::<Spec>() else { return };
    let mut ring: Box<dyn Ring<u16>> = spec.build();
    for change in input.changes.iter().take(60) {
        let (before, members) = (ring.fingerprint(), listed(&*ring));
        if !made(&spec, &mut ring, change) {
            assert_eq!((ring.fingerprint(), listed(&*ring)), (before, members), "a refusal changes nothing");
        }
    }
    as_built_afresh(&spec, &*ring);
});

fn name(id: u8) -> String {
    format!("node-{id}")
}

fn weight(spec: &Spec, weight: u8) -> Weight {
    let weight = if spec.properties().weighted { u32::from(weight) + 1 } else { 1 };
    Weight::new(weight).unwrap_or_default()
}

/// Makes a change, and says whether it was taken.
fn made(spec: &Spec, ring: &mut Box<dyn Ring<u16>>, change: &Change) -> bool {
    let of =
        |changes: &[(u8, u8)]| changes.iter().map(|&(id, by)| (name(id), weight(spec, by), u16::from(id))).collect::<Vec<_>>();
    match change {
        Change::Add(id, by) => ring.add_weighted_consumer(&name(*id), weight(spec, *by), u16::from(*id)).is_ok(),
        Change::AddSeveral(given) => ring.extend(of(given)).is_ok(),
        Change::Remove(id) => ring.remove_consumer(&name(*id)).is_some(),
        Change::RemoveSeveral(ids) => ring.remove_all(ids.iter().map(|&id| name(id))).iter().any(Option::is_some),
        Change::Reweigh(id, by) => ring.set_weight(&name(*id), weight(spec, *by)).is_ok_and(|old| old.is_some()),
        Change::ReweighSeveral(given) => {
            let given = of(given);
            ring.set_weights(&mut given.iter().map(|(name, weight, _)| (name.as_str(), *weight))).is_ok()
        }
        Change::Clone => {
            *ring = ring.clone();
            true
        }
        Change::SaveAndRestore => {
            let before = ring.fingerprint();
            *ring = ring.save().ok().and_then(|saved| spec.restore(saved).ok()).expect("what was saved is restored");
            assert_eq!(ring.fingerprint(), before);
            true
        }
    }
}

fn listed(ring: &dyn Ring<u16>) -> Vec<(String, Weight, u16)> {
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
        let order = |ring: &dyn Ring<u16>| ring.candidates(id).map(|member| *member.info).collect::<Vec<_>>();
        let whole = order(ring);
        assert_eq!(whole, order(&*fresh), "{digest:?}");
        assert_eq!(whole.len(), members.len());
    }
}
