//! The mapping, pinned: a change here is value-breaking, and the changelog says so.

use annulus_core::conformance::{Outcome, pinned::Pins};
use annulus_jump::JumpKernel;

/// Of a hundred consumers under the default hasher and the default parameters.
const PINS: Pins = Pins {
    golden: &[
        ("", "node-73"),
        ("a", "node-69"),
        ("key", "node-61"),
        ("user:42", "node-20"),
        ("user:43", "node-44"),
        ("/index.html", "node-65"),
        ("10.0.0.1", "node-24"),
        ("2001:db8::1", "node-14"),
        ("2026-01-31", "node-80"),
        ("Zürich", "node-26"),
        ("кошка", "node-2"),
        ("a key of more than sixteen bytes, to cross a block of the hasher", "node-46"),
    ],
    owners: 0xd4e7_0866_5ba1_213d,
    weighted_owners: None,
    replicas: 0x76c7_fa3b_b62b_b8b1,
    fingerprint: 0x2105_6ba8_0450_a858,
};

#[test]
fn the_mapping_is_as_it_was() -> Outcome {
    PINS.check(&JumpKernel::new())
}
