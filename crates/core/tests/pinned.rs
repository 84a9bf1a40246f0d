//! What is pinned is held, number by number and key by key.

use annulus_core::conformance::pinned::Pins;
use toys::{Greatest, Points};

mod toys;

const GREATEST: Pins = Pins {
    golden: &[("", "node-52"), ("user:42", "node-47")],
    owners: 0xba1e_b478_07b7_434c,
    weighted_owners: None,
    replicas: 0x3b91_c110_b97e_6763,
    fingerprint: 0x89e1_5b50_47a8_ce18,
};

const POINTS: Pins = Pins {
    golden: &[("a", "node-6")],
    owners: 0xa9ee_7a92_5cba_1422,
    weighted_owners: Some(0x04ca_5f94_1c77_62a7),
    replicas: 0xfe69_e746_aea2_eedf,
    fingerprint: 0x2b0c_b422_8863_52ca,
};

fn complaint(pins: Pins) -> String {
    pins.check(&Greatest).expect_err("something is not as pinned")
}

#[test]
fn a_mapping_that_stays_is_passed() {
    assert_eq!(GREATEST.check(&Greatest), Ok(()));
    assert_eq!(POINTS.check(&Points::default()), Ok(()));
}

#[test]
fn each_number_and_key_that_differs_is_named() {
    let said = complaint(Pins { owners: 1, ..GREATEST });
    assert!(said.contains("owners is 0x") && said.contains("0x0000000000000001 is pinned") && !said.contains(';'), "{said}");
    let said = complaint(Pins { replicas: 1, fingerprint: 2, ..GREATEST });
    assert!(said.contains("replicas is 0x") && said.contains("fingerprint is 0x") && !said.contains("owners"), "{said}");
    let said = complaint(Pins { golden: &[("user:42", "node-99")], ..GREATEST });
    assert!(said.contains("the key `user:42` belongs to node-") && said.ends_with(", and node-99 is pinned"), "{said}");
}

#[test]
fn weights_are_pinned_exactly_where_they_are_promised() {
    let said = complaint(Pins { weighted_owners: Some(7), ..GREATEST });
    assert!(said.contains("weighted_owners is none, and 0x0000000000000007 is pinned"), "{said}");
    let said = Pins { weighted_owners: None, ..POINTS }.check(&Points::default()).unwrap_err();
    assert!(said.contains("weighted_owners is 0x") && said.ends_with("and none is pinned"), "{said}");
}

#[test]
fn no_key_is_too_few() {
    assert!(complaint(Pins { golden: &[], ..GREATEST }).contains("name some in `golden`"));
}
