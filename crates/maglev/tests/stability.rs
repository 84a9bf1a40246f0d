//! The mapping, pinned: a change here is value-breaking, and the changelog says so.

use annulus_core::conformance::{Outcome, pinned::Pins};
use annulus_maglev::MaglevKernel;

/// Of a hundred consumers under the default hasher and the default parameters.
const PINS: Pins = Pins {
    golden: &[
        ("", "node-84"),
        ("a", "node-17"),
        ("key", "node-78"),
        ("user:42", "node-80"),
        ("user:43", "node-20"),
        ("/index.html", "node-0"),
        ("10.0.0.1", "node-36"),
        ("2001:db8::1", "node-55"),
        ("2026-01-31", "node-34"),
        ("Zürich", "node-92"),
        ("кошка", "node-13"),
        ("a key of more than sixteen bytes, to cross a block of the hasher", "node-42"),
    ],
    owners: 0x4a58_f37e_0203_f0d6,
    weighted_owners: Some(0xc4d1_c5f0_b596_3be9),
    replicas: 0x2137_08db_92d8_8505,
    fingerprint: 0x1b0a_a7b7_dd74_5345,
};

#[test]
fn the_mapping_is_as_it_was() -> Outcome {
    PINS.check(&MaglevKernel::default())
}
