//! A look-up allocates nothing, whichever way it is asked, and the state takes what is predicted.

use annulus_core::Kernel;
use annulus_core::conformance::{
    Outcome,
    allocations::{look_ups_allocate_nothing, memory_is_as_predicted},
};
use annulus_rendezvous::{ConsistentHashRing, Rendezvous, RendezvousKernel, Weight};

#[test]
fn a_look_up_allocates_nothing() -> Outcome {
    look_ups_allocate_nothing(&RendezvousKernel::default(), |run| allocation_counter::measure(run).count_total)
}

#[test]
fn the_state_takes_what_is_predicted() -> Outcome {
    memory_is_as_predicted(&RendezvousKernel::default(), 10_000, |run| allocation_counter::measure(run).bytes_current)
}

#[test]
fn a_consumer_takes_twelve_bytes_and_sixteen_with_weights() {
    for (weight, each) in [(1, 12), (3, 16)] {
        // Multiples of what vectors hold, so that nothing is filled up.
        for size in [128, 1_024, 100_000_u32] {
            let names: Vec<String> = (0..size).map(|node| format!("node-{node}")).collect();
            let mut members =
                (0..).zip(&names).map(|(node, name)| (name.as_str(), Weight::new(1 + node % weight).expect("some"), ()));
            let mut rendezvous = Rendezvous::new();
            rendezvous.add_consumers(&mut members).expect("room for all");
            let mut kernel = RendezvousKernel::new();
            let taken = allocation_counter::measure(|| kernel.rebuild(rendezvous.roster().nodes())).bytes_current;
            assert_eq!(taken, each * i64::from(size), "{size} consumers");
        }
    }
}
