//! A look-up that allocates is found out, and so is a counter that counts nothing.

use allocation_counter::measure;
use annulus_core::conformance::allocations::look_ups_allocate_nothing;
use toys::{Greatest, Points};

mod toys;

fn count(run: &mut dyn FnMut()) -> u64 {
    measure(run).count_total
}

#[test]
fn the_provided_functions_allocate_nothing() {
    assert_eq!(look_ups_allocate_nothing(&Greatest, count), Ok(()));
}

#[test]
fn a_walk_that_keeps_a_list_is_named() {
    let said = look_ups_allocate_nothing(&Points::default(), count).unwrap_err();
    assert!(said.starts_with("`locate_n` made 1000 allocations for 5000 answers among 10 consumers"), "{said}");
}

#[test]
fn a_counter_that_counts_nothing_proves_nothing() {
    let said = look_ups_allocate_nothing(&Greatest, |run| {
        run();
        0
    });
    assert!(said.unwrap_err().contains("give one that counts"));
}
