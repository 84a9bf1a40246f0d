//! A look-up allocates nothing, whichever way it is asked, and the state takes what is predicted.

use annulus_core::conformance::{
    Outcome,
    allocations::{look_ups_allocate_nothing, memory_is_as_predicted},
};
use annulus_jump::JumpKernel;

#[test]
fn a_look_up_allocates_nothing() -> Outcome {
    look_ups_allocate_nothing(&JumpKernel::new(), |run| allocation_counter::measure(run).count_total)
}

#[test]
fn the_state_takes_what_is_predicted() -> Outcome {
    memory_is_as_predicted(&JumpKernel::new(), 10_000, |run| allocation_counter::measure(run).bytes_current)
}
