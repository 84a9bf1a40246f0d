//! A look-up allocates nothing, whichever way it is asked.

use annulus_core::conformance::{Outcome, allocations::look_ups_allocate_nothing};
use own_algorithm::WeylProbe;

#[test]
fn a_look_up_allocates_nothing() -> Outcome {
    look_ups_allocate_nothing(&WeylProbe::default(), |run| allocation_counter::measure(run).count_total)
}
