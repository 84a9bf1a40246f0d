//! A save from anybody: it is refused, or the ring that comes of it is the one that was saved.
#![no_main]

use annulus::{ConsistentHashRing, RestoreError, Ring, Saved, Spec, Weight};
use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

/// So much memory a forged save may ask for.
const MEMORY: u64 = 1 << 20;

/// A genuine save with one value replaced.
#[derive(Arbitrary, Debug)]
struct Damaged {
    algorithm: u8,
    members: Vec<(String, u32)>,
    field: u8,
    member: u8,
    value: Damage,
}

#[derive(Arbitrary, Debug)]
enum Damage {
    Nothing,
    Null,
    Number(u64),
    Signed(i64),
    Float(f64),
    Text(String),
    List(Vec<u32>),
    /// Parameters of another size than those that were saved.
    Points(u32, u32),
    Slots(u32),
    /// What jump and the others must not have, and no algorithm here resumes.
    History {
        capacity: u32,
        held: Vec<u32>,
        freed: Vec<u32>,
    },
    Removed,
}

// Each input is taken as the text of a save, so that saves can be seeds, and as a recipe for a damaged one.
fuzz_target!(|input: &[u8]| {
    if let Ok(text) = str::from_utf8(input) {
        restored(text, None);
    }
    let Ok(damaged) = Damaged::arbitrary_take_rest(Unstructured::new(input)) else { return };
    let Some((genuine, mut save)) = saved(damaged.algorithm, &damaged.members) else { return };
    damage(&mut save, damaged.field, damaged.member, damaged.value);
    restored(&Value::Object(save).to_string(), Some(&*genuine));
});

/// A ring of these members, and its save.
fn saved(algorithm: u8, members: &[(String, u32)]) -> Option<(Box<dyn Ring<u16>>, Map<String, Value>)> {
    let specs = ["ring:points=8", "jump", "rendezvous", "maglev:slots=1009", "ring:points=3/2,hash=xxh3", "slots:bits=12"];
    let spec: Spec = specs[usize::from(algorithm) % specs.len()].parse().ok()?;
    let mut ring = spec.build();
    for (position, (name, weight)) in members.iter().take(40).enumerate() {
        let weight = if spec.properties().weighted { Weight::new(weight % 20 + 1)? } else { Weight::ONE };
        // Names may come twice: what is refused is left out.
        let _ = ring.add_weighted_consumer(name, weight, u16::try_from(position).ok()?);
    }
    match serde_json::to_value(ring.save().ok()?) {
        Ok(Value::Object(save)) => Some((ring, save)),
        _ => None,
    }
}

fn damage(save: &mut Map<String, Value>, field: u8, member: u8, value: Damage) {
    let fields =
        ["format", "algorithm", "parameters", "hasher_check", "fingerprint", "history", "members", "name", "weight", "data"];
    let field = fields[usize::from(field) % fields.len()];
    let object = if matches!(field, "name" | "weight" | "data") {
        let members = save.get_mut("members").and_then(Value::as_array_mut);
        let chosen = members.and_then(|members| {
            let at = usize::from(member).checked_rem(members.len())?;
            members.get_mut(at)?.as_object_mut()
        });
        let Some(chosen) = chosen else { return };
        chosen
    } else {
        save
    };
    let value = match value {
        Damage::Nothing => return,
        Damage::Removed => {
            object.remove(field);
            return;
        }
        Damage::Null => Value::Null,
        Damage::Number(number) => number.into(),
        Damage::Signed(number) => number.into(),
        Damage::Float(number) => number.into(),
        Damage::Text(text) => text.into(),
        Damage::List(list) => list.into(),
        Damage::Points(points, unit) => format!("points={points}/{unit}").into(),
        Damage::Slots(slots) => format!("slots={slots}").into(),
        Damage::History { capacity, held, freed } => {
            serde_json::json!({ "capacity": capacity, "held": held, "freed": freed })
        }
    };
    object.insert(field.to_owned(), value);
}

/// Restores a text, and holds what comes of it to the save, and to the ring that it was once made of.
fn restored(text: &str, genuine: Option<&dyn Ring<u16>>) {
    let Ok(mut saved) = serde_json::from_str::<Saved<u16>>(text) else { return };
    let spec = match Spec::of(&saved) {
        Ok(spec) => spec.with_memory_limit(MEMORY),
        Err(error) => return explained(&error.to_string()),
    };
    // The fingerprint is no secret: who forges a save can set it right, and is then stopped by the other checks alone.
    if let Err(error) = spec.restore(saved.clone()) {
        explained(&error.to_string());
        let RestoreError::Fingerprint { found, .. } = error else { return };
        saved.fingerprint = found;
    }
    let (fingerprint, members) = (saved.fingerprint, saved.members.clone());
    let ring = match spec.restore(saved) {
        Ok(ring) => ring,
        Err(error) => return explained(&error.to_string()),
    };
    assert_eq!(ring.fingerprint(), fingerprint);
    assert_eq!(ring.save().map(|saved| saved.members), Ok(members));
    for key in 0..64_u64 {
        let owner = ring.owner(key).map(|owner| owner.name.to_owned());
        assert_eq!(owner.is_some(), !ring.is_empty());
        if let Some(genuine) = genuine.filter(|genuine| genuine.fingerprint() == fingerprint) {
            assert_eq!(owner, genuine.owner(key).map(|owner| owner.name.to_owned()), "{key}");
        }
    }
}

/// What is refused is explained in one line, with nothing in it that controls a terminal.
fn explained(message: &str) {
    assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
}
