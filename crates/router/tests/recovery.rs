//! What was saved comes back, and nothing else does.
#![cfg(feature = "file")]
#![allow(missing_docs)]

use std::fs;

use annulus::{ConsistentHashRing, HashRing, RestoreError, Ring, Saved, SipHash, Spec};
use annulus_router::{FileErrorKind, JsonError, SaveFile, read_json, write_json};
use common::{Draw, batch, plainly, rings, spec};

mod common;

const MOST: usize = 1 << 20;

fn restored(saved: Saved<u32>) -> Result<Box<dyn Ring<u32>>, RestoreError> {
    // The slots of a table are a parameter; `Spec::of` reads it from the save.
    Spec::of(&saved).unwrap_or_else(|_| spec("ring")).restore(saved)
}

/// Rings of all algorithms after a random history.
fn grown() -> Vec<Box<dyn Ring<u32>>> {
    let mut draw = Draw::new(1);
    let grow = |mut ring: Box<dyn Ring<u32>>| {
        let is_weighted = ring.algorithm() != "jump";
        for _ in 0..20 {
            plainly(&mut ring, &batch(&mut draw, is_weighted));
        }
        ring
    };
    rings().into_iter().map(grow).collect()
}

#[test]
fn a_restored_ring_is_the_saved_one() {
    for ring in grown() {
        let text = write_json(&ring.save().unwrap()).unwrap();
        let again = restored(read_json(text.as_bytes(), MOST).unwrap()).unwrap();
        assert_eq!(again.fingerprint(), ring.fingerprint());
        assert!(again.roster().iter().eq(ring.roster().iter()));
        for key in 0..10_000_u64 {
            assert_eq!(again.owner(key), ring.owner(key));
        }
    }
}

#[test]
fn damage_anywhere_is_refused() {
    for (seed, ring) in (0..).zip(grown()) {
        let text = write_json(&ring.save().unwrap()).unwrap().into_bytes();
        let mut draw = Draw::new(seed);
        for end in (0..text.len()).step_by(7) {
            assert!(read_json::<u32>(&text[..end], MOST).is_err(), "cut after {end} bytes");
        }
        for _ in 0..2_000 {
            let mut damaged = text.clone();
            let at = usize::try_from(draw.below(text.len() as u64)).unwrap();
            damaged[at] ^= 1 << draw.below(8);
            // A change of the form around it, such as of a digit's letter case, may be no damage: then all is as it was.
            if let Ok(saved) = read_json::<u32>(&damaged, MOST) {
                assert_eq!(saved, ring.save().unwrap(), "byte {at}");
            }
        }
    }
}

#[test]
fn hostile_text_is_refused_with_a_reason() {
    let ring = HashRing::from_consumers([("a", 1_u32), ("b", 2)]).unwrap();
    let text = write_json(&ring.save().unwrap()).unwrap();
    let error = |text: &str| read_json::<u32>(text.as_bytes(), MOST).unwrap_err();
    assert_eq!(read_json::<u32>(text.as_bytes(), 10), Err(JsonError::TooLong { limit: 10 }));
    assert_eq!(error(&text.replace(r#""router":1"#, r#""router":2,"more":[]"#)), JsonError::Format { found: 2 });
    assert_eq!(error(&text.replace(r#""weight":1"#, r#""weight":2"#)), JsonError::Damaged);
    for (hostile, word) in [
        ("", "EOF"),
        ("null", "expected"),
        ("{}", "missing field"),
        (&*"[".repeat(1 << 19), "invalid type"),
        (&*format!(r#"{{"router":1,"check":"","saved":{}"#, "[".repeat(1 << 19)), "EOF"),
        (&*format!(r#"{{"router":1,"check":"{}","saved":0}}"#, "x".repeat(1 << 18)), "not as it was"),
        (r#"{"router":1,"check":"0x0","saved":{},"saved":{}}"#, "duplicate field"),
    ] {
        let said = error(hostile).to_string();
        assert!(said.contains(word) && said.lines().count() == 1 && said.len() < 300, "{said}");
    }
}

#[test]
fn a_save_that_would_build_too_much_is_refused_before_it_is_built() {
    let mut ring = HashRing::new().with_memory_limit(u64::MAX);
    ring.extend((0..100_u32).map(|i| (format!("node-{i}"), i))).unwrap();
    let saved = read_json::<u32>(write_json(&ring.save().unwrap()).unwrap().as_bytes(), MOST).unwrap();
    let refused = HashRing::restore_within(saved, annulus::RingKernel::default(), SipHash::new(), 10_000);
    assert!(refused.unwrap_err().to_string().contains("memory limit"));
}

#[test]
fn a_file_is_replaced_and_the_previous_one_serves() {
    let folder = tempfile::tempdir().unwrap();
    let file = SaveFile::new(folder.path().join("ring.json"));
    assert!(file.restore(restored).unwrap_err().is_missing());
    let mut ring = HashRing::from_consumers([("a", 1_u32)]).unwrap();
    let first = ring.fingerprint();
    file.save(&ring.save().unwrap()).unwrap();
    assert!(!file.previous().exists());

    ring.add_consumer("b", 2).unwrap();
    file.save(&ring.save().unwrap()).unwrap();
    let newest = file.restore(restored).unwrap();
    assert_eq!((newest.ring.fingerprint(), newest.problem), (ring.fingerprint(), None));

    // The newest is damaged: the previous one serves, and is not replaced by the damaged one.
    let text = fs::read(file.path()).unwrap();
    fs::write(file.path(), &text[..text.len() / 2]).unwrap();
    let former = file.restore(restored).unwrap();
    assert_eq!((former.ring.fingerprint(), &former.path), (first, &file.previous()));
    let problem = former.problem.unwrap().to_string();
    assert!(problem.starts_with(&file.path().display().to_string()) && problem.contains("EOF"), "{problem}");
    file.save(&ring.save().unwrap()).unwrap();
    assert_eq!(file.restore(restored).unwrap().ring.fingerprint(), ring.fingerprint());
    assert_eq!(restored(read_json(&fs::read(file.previous()).unwrap(), MOST).unwrap()).unwrap().fingerprint(), first);

    // Nothing else is left in the folder.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    let nowhere = SaveFile::new(folder.path().join("none").join("ring.json"));
    assert!(nowhere.save(&ring.save().unwrap()).unwrap_err().to_string().contains("none"));
    let short = file.clone().with_limit(20);
    assert!(short.restore(restored).unwrap_err().to_string().contains("longer than 20 bytes"));
}

#[test]
fn what_could_not_be_restored_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let file = SaveFile::new(folder.path().join("ring.json"));
    let of = |load: f64| HashRing::from_consumers([("a", load), ("b", 1.0)]).unwrap().save().unwrap();
    let loads = |file: &SaveFile| file.restore(|saved| HashRing::<f64>::restore(saved, SipHash::new()));
    file.save(&of(0.5)).unwrap();
    file.save(&of(0.25)).unwrap();
    let files = || (fs::read(file.path()).unwrap(), fs::read(file.previous()).unwrap());
    let before = files();
    for (file, load, part) in [(&file, f64::NAN, "null"), (&file.clone().with_limit(100), 0.75, "longer than 100 bytes")] {
        let error = file.save(&of(load)).unwrap_err();
        assert_eq!(error.kind(), FileErrorKind::NotSaved);
        let text = error.to_string();
        assert!(text.contains("not saved, since it could not be restored") && text.contains(part), "{text}");
        assert_eq!(files(), before);
    }
    assert_eq!(loads(&file).unwrap().ring.get_consumer("any").map(|load| *load > 0.0), Some(true));
}

#[test]
fn missing_means_that_there_is_neither_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = SaveFile::new(folder.path().join("ring.json"));
    let error = || file.restore(restored).unwrap_err();
    assert!(error().is_missing());
    fs::write(file.previous(), "{}").unwrap();
    assert_eq!((error().kind(), error().path()), (FileErrorKind::Unusable, &*file.previous()));
    fs::write(file.path(), "[]").unwrap();
    assert_eq!((error().kind(), error().path()), (FileErrorKind::Unusable, file.path()));
    file.save(&HashRing::from_consumers([("a", 1_u32)]).unwrap().save().unwrap()).unwrap();
    let refused = file.restore(|_: Saved<u32>| Err::<(), _>("no room")).unwrap_err();
    assert_eq!((refused.kind(), refused.to_string().ends_with(": no room")), (FileErrorKind::Refused, true));
}

#[cfg(unix)]
#[test]
fn permissions_are_handed_on() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = SaveFile::new(folder.path().join("ring.json"));
    let saved = HashRing::from_consumers([("a", 1_u32)]).unwrap().save().unwrap();
    file.save(&saved).unwrap();
    let mode = || fs::metadata(file.path()).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();
    file.save(&saved).unwrap();
    assert_eq!(mode(), 0o644);
}
