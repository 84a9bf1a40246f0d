//! What is saved and damaged is refused, or answers as what was saved.

use annulus_core::conformance::damage::{Damage, no_damaged_save_answers_otherwise};
use annulus_slots::SlotsKernel;

#[test]
fn no_damaged_save_answers_otherwise_than_what_was_saved() {
    let (write, read) =
        (|saved: &_| serde_json::to_string(saved).expect("numbers and text"), |text: &str| serde_json::from_str(text).ok());
    let damage = no_damaged_save_answers_otherwise(&SlotsKernel::with_bits(12).expect("a number of bits"), 20_000, write, read)
        .unwrap_or_else(|what| panic!("{what}"));
    let Damage { unreadable, refused, restored } = damage;
    assert!(unreadable > 4_000 && refused > 4_000 && restored > 200, "{damage:?}: not every kind of damage was tried");
}
