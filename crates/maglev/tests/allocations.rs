//! A look-up allocates nothing, whichever way it is asked, and the state takes what is predicted.

use annulus_core::Kernel;
use annulus_core::conformance::{
    Outcome,
    allocations::{look_ups_allocate_nothing, memory_is_as_predicted},
};
use annulus_maglev::{ConsistentHashRing, Maglev, MaglevKernel, Weight};

#[test]
fn a_look_up_allocates_nothing() -> Outcome {
    look_ups_allocate_nothing(&MaglevKernel::default(), |run| allocation_counter::measure(run).count_total)
}

#[test]
fn the_state_takes_what_is_predicted() -> Outcome {
    memory_is_as_predicted(&MaglevKernel::default(), 400, |run| allocation_counter::measure(run).bytes_current)
}

#[test]
fn a_slot_takes_a_byte_to_256_consumers_and_two_to_65_536() {
    for (size, each) in [(1, 1), (256, 1), (257, 2), (65_536, 2), (65_537, 4)] {
        let names: Vec<String> = (0..size).map(|node| format!("node-{node}")).collect();
        let mut maglev = Maglev::new();
        maglev.add_consumers(&mut names.iter().map(|name| (name.as_str(), Weight::ONE, ()))).expect("room for all");
        let mut kernel = MaglevKernel::default();
        let taken = allocation_counter::measure(|| kernel.rebuild(maglev.roster().nodes())).bytes_current;
        assert_eq!(taken, each * 65_537, "{size} consumers");
    }
}
