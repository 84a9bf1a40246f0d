//! A save from anybody: it is refused, or the ring that comes of it is the one that was saved.
#![no_main]

use annulus::{ConsistentHashRing, Ring, Saved, Spec};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// So much memory a forged save may ask for.
const MEMORY: u64 = 1 << 20;

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    /// Any text.
    Text(&'a str),
    /// A genuine save with one value replaced.
    Damaged { algorithm: u8, members: Vec<(String, u32)>, field: u8, member: u8, value: Damage },
}

#[derive(Arbitrary, Debug)]
enum Damage {
    Nothing,
    Null,
    Number(u64),
    Signed(i64),
    Text(String),
    List(Vec<u32>),
    Removed,
}

fuzz_target!(|input: Input<'_>| match input {
    Input::Text(text) => restored(text, None),
    Input::Damaged { algorithm, members, field, member, value } => {
        let Some((genuine, text)) = saved(algorithm, &members) else { return };
        let Ok(mut save) = serde_json::from_str::<Value>(&text) else { return };
        damage(&mut save, field, member, value);
        restored(&save.to_string(), Some(&*genuine));
    }
});

/// A ring of these members, and its save as text.
fn saved(algorithm: u8, members: &[(String, u32)]) -> Option<(Box<dyn Ring<u16>>, String)> {
    let specs = ["ring:points=8", "jump", "rendezvous", "maglev:slots=1009", "ring:points=3/2,hash=xxh3"];
    let spec: Spec = specs[usize::from(algorithm) % specs.len()].parse().ok()?;
    let mut ring = spec.build();
    for (position, (name, weight)) in members.iter().take(40).enumerate() {
        let weight = annulus::Weight::new(weight % 20 + 1)?;
        // Names may come twice, and jump takes no weights: what is refused is left out.
        let _ = ring.add_weighted_consumer(name, weight, u16::try_from(position).ok()?);
    }
    let text = serde_json::to_string(&ring.save().ok()?).ok()?;
    Some((ring, text))
}

fn damage(save: &mut Value, field: u8, member: u8, value: Damage) {
    let fields =
        ["format", "algorithm", "parameters", "hasher_check", "fingerprint", "history", "members", "name", "weight", "data"];
    let field = fields[usize::from(field) % fields.len()];
    let Some(object) = save.as_object_mut() else { return };
    let object = match field {
        "name" | "weight" | "data" => {
            let Some(members) = object.get_mut("members").and_then(Value::as_array_mut).filter(|members| !members.is_empty())
            else {
                return;
            };
            let at = usize::from(member) % members.len();
            let Some(member) = members[at].as_object_mut() else { return };
            member
        }
        _ => object,
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
        Damage::Text(text) => text.into(),
        Damage::List(list) => list.into(),
    };
    object.insert(field.to_owned(), value);
}

/// Restores a text, and holds what comes of it to the save, and to the ring that it was once made of.
fn restored(text: &str, genuine: Option<&dyn Ring<u16>>) {
    let Ok(saved) = serde_json::from_str::<Saved<u16>>(text) else { return };
    let (fingerprint, members) = (saved.fingerprint, saved.members.clone());
    let spec = match Spec::of(&saved) {
        Ok(spec) => spec.with_memory_limit(MEMORY),
        Err(error) => return assert_eq!(error.to_string().lines().count(), 1),
    };
    let ring = match spec.restore(saved) {
        Ok(ring) => ring,
        Err(error) => return assert_eq!(error.to_string().lines().count(), 1),
    };
    assert_eq!(ring.fingerprint(), fingerprint);
    assert_eq!(ring.save().map(|saved| saved.members), Ok(members));
    assert_eq!(ring.owner("key").is_some(), !ring.is_empty());
    let Some(genuine) = genuine.filter(|genuine| genuine.fingerprint() == fingerprint) else { return };
    for key in 0..64_u64 {
        assert_eq!(ring.owner(key).map(|owner| owner.name), genuine.owner(key).map(|owner| owner.name), "{key}");
    }
}
