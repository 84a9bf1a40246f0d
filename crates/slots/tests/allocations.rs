//! A look-up allocates nothing, whichever way it is asked, and the state takes what is predicted.

use annulus_core::Kernel;
use annulus_core::conformance::{
    Outcome,
    allocations::{look_ups_allocate_nothing, memory_is_as_predicted},
};
use annulus_slots::{CappedSlotsKernel, ConsistentHashRing, SlotTable, SlotsKernel, Weight};

#[test]
fn a_look_up_allocates_nothing() -> Outcome {
    look_ups_allocate_nothing(&SlotsKernel::default(), |run| allocation_counter::measure(run).count_total)
}

#[test]
fn the_state_takes_what_is_predicted() -> Outcome {
    memory_is_as_predicted(&SlotsKernel::default(), 400, |run| allocation_counter::measure(run).bytes_current)
}

/// Numbers of consumers that fill whole lines, so that nothing is filled up.
#[test]
fn a_slot_takes_a_byte_to_256_consumers_and_two_to_65_536_and_a_consumer_twenty() {
    for (bits, size, each) in [(16, 16, 1), (16, 256, 1), (16, 272, 2), (22, 65_536, 2), (22, 65_552, 4)] {
        let names: Vec<String> = (0..size).map(|node| format!("node-{node}")).collect();
        let mut table = SlotTable::with_kernel(SlotsKernel::with_bits(bits).expect("a number of bits"));
        table.add_consumers(&mut names.iter().map(|name| (name.as_str(), Weight::ONE, ()))).expect("room for all");
        let mut kernel = SlotsKernel::with_bits(bits).expect("a number of bits");
        let measured = allocation_counter::measure(|| kernel.rebuild(table.roster().nodes()));
        assert_eq!(measured.bytes_current, (each << bits) + 20 * size, "{size} consumers");
        let nodes = table.roster().nodes();
        let most = kernel.heap_bytes(nodes.census()) + kernel.scratch_bytes(nodes.census());
        assert!(measured.bytes_max <= most, "{size} consumers: {} bytes during a build, {most} predicted", measured.bytes_max);
    }
}

fn capped(bits: u32) -> CappedSlotsKernel {
    SlotsKernel::with_bits(bits).expect("a number of bits").with_cap(1, 1).expect("at least 1")
}

#[test]
fn a_look_up_under_a_cap_allocates_nothing() -> Outcome {
    look_ups_allocate_nothing(&capped(17), |run| allocation_counter::measure(run).count_total)
}

#[test]
fn the_state_under_a_cap_takes_what_is_predicted() -> Outcome {
    memory_is_as_predicted(&capped(12), 100, |run| allocation_counter::measure(run).bytes_current)
}

#[test]
fn a_build_under_a_cap_takes_no_more_than_is_predicted() {
    for (bits, size, heaviest) in [(8, 1, 1), (8, 20, 1), (12, 200, 1), (12, 20, 5), (16, 1_000, 1), (16, 3, 1_000)] {
        let names: Vec<String> = (0..size).map(|node| format!("node-{node}")).collect();
        let mut table = SlotTable::with_kernel(SlotsKernel::with_bits(bits).expect("a number of bits"));
        let weight = |node: u32| Weight::new(if node == 0 { heaviest } else { 1 }).expect("not zero");
        table.add_consumers(&mut (0..).zip(&names).map(|(node, name)| (name.as_str(), weight(node), ()))).expect("room for all");
        let nodes = table.roster().nodes();
        let mut kernel = capped(bits);
        let most = kernel.heap_bytes(nodes.census()) + kernel.scratch_bytes(nodes.census());
        let measured = allocation_counter::measure(|| kernel.rebuild(nodes));
        assert!(measured.bytes_max <= most, "{size} consumers: {} bytes during a build, {most} predicted", measured.bytes_max);
    }
}
