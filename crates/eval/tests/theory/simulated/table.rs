//! Maglev's tables: what one node's leaving disrupts, and what several at once do.

use std::collections::HashSet;

use annulus::{Maglev, MaglevKernel};
use annulus_core::Weight;
use annulus_eval::stats::float;
use annulus_eval::stats::slots::{TableLaw, median_collateral_gate};

use super::{counted_receivers, mean_is, mean_is_as_simulated, named};

/// The name of the owner of each slot: indices change when a node leaves.
fn owners(maglev: &Maglev<()>, slots: u32) -> Vec<u64> {
    let nodes = maglev.roster().nodes();
    (0..slots).filter_map(|slot| maglev.kernel().owner_of_slot(nodes, slot)).map(|index| nodes.seed(index)).collect()
}

/// Leaves the first `failed` nodes out of a table, and says how many slots moved over those of the dead, and which fraction of
/// all moved between survivors. Names are hashed, so the first are any; the table depends on the set of names alone.
fn disruption(nodes: u64, slots: u32, failed: u64, sample: u64) -> (f64, f64) {
    let table = |from| named(MaglevKernel::with_slots(slots).unwrap(), from..nodes, sample, |_| Weight::ONE);
    let (before, after) = (owners(&table(0), slots), owners(&table(failed), slots));
    let survivors: HashSet<u64> = table(failed).roster().nodes().seeds().iter().copied().collect();
    let moved = before.iter().zip(&after).filter(|(from, to)| from != to).count();
    let own = before.iter().filter(|owner| !survivors.contains(owner)).count();
    (float(moved) / float(own), float(moved - own) / f64::from(slots))
}

#[test]
fn one_node_that_leaves_moves_as_much_as_published() {
    // Slots, then moved/minimal at N = 10, 100, 1000 and the decimals printed; 0 where there is no figure.
    let table: [(u32, [(f64, i32); 3]); 6] = [
        (1_009, [(1.238, 3), (4.63, 2), (0.0, 0)]),
        (5_003, [(1.103, 3), (3.71, 2), (6.83, 2)]),
        (10_007, [(1.065, 3), (2.59, 2), (6.78, 2)]),
        (65_537, [(1.023, 3), (1.562, 3), (6.76, 2)]),
        (131_071, [(1.016, 3), (1.363, 3), (6.54, 2)]),
        (655_373, [(1.006, 3), (1.141, 3), (4.27, 2)]),
    ];
    for (slots, row) in table {
        for (nodes, (printed, decimals)) in [10, 100, 1_000].into_iter().zip(row).filter(|(_, (printed, _))| *printed > 0.0) {
            let samples = if slots > 100_000 { 24 } else { 80 };
            let moved: Vec<f64> = (0..samples).map(|sample| disruption(nodes, slots, 1, sample).0).collect();
            mean_is_as_simulated(&format!("N={nodes}, M={slots}"), &moved, printed, 0.5 * 10.0_f64.powi(-decimals));
        }
    }
}

#[test]
fn nodes_that_fail_together_disrupt_as_much_as_published() {
    // Of 1000 nodes: failed, and the fraction of keys that moves between survivors, to half a unit of the last digit printed.
    for (slots, rounding, row) in
        [(65_537, 0.000_5, [0.018, 0.023, 0.033, 0.036]), (655_373, 0.000_05, [0.0046, 0.0057, 0.0090, 0.0103])]
    {
        for (failed, fraction) in [5, 10, 50, 100].into_iter().zip(row) {
            let moved: Vec<f64> = (0..12).map(|sample| disruption(1_000, slots, failed, sample).1).collect();
            mean_is_as_simulated(&format!("M={slots}, {failed} failed"), &moved, fraction, rounding);
        }
    }
}

#[test]
fn medians_of_true_tables_pass_their_gates() {
    for nodes in [10, 30, 100] {
        let mut found: Vec<f64> = (0..21).map(|sample| disruption(nodes, 65_537, 1, sample).1).collect();
        found.sort_unstable_by(f64::total_cmp);
        let gate = median_collateral_gate(nodes, 65_537).unwrap();
        assert!(gate.contains(found[10]), "N={nodes}: {} is not within {gate:?}", found[10]);
        assert!(!gate.contains(found[10] * 2.1) && !gate.contains(found[10] * 0.45), "{gate:?} lets anything pass");
    }
    assert_eq!(median_collateral_gate(10, 655_373), None);
    assert_eq!(median_collateral_gate(3, 65_537), None);
}

#[test]
fn slots_are_shared_to_one() {
    for (nodes, slots) in [(10, 5_003), (100, 16_381), (1_000, 65_537)] {
        let table = named(MaglevKernel::with_slots(slots).unwrap(), 0..nodes, 0, |_| Weight::ONE);
        let shares = table.shares().unwrap();
        let law = TableLaw::new(nodes, slots.into()).unwrap();
        let load = |extreme: fn(f64, f64) -> f64, from| shares.iter().copied().fold(from, extreme) * float(nodes);
        assert!((load(f64::max, 0.0) - law.max_over_mean()).abs() < 1e-9, "N={nodes}, M={slots}");
        assert!((load(f64::min, 1.0) - law.min_over_mean()).abs() < 1e-9, "N={nodes}, M={slots}");
        let square = shares.iter().map(|share| (share * float(nodes) - 1.0).powi(2)).sum::<f64>() / float(nodes);
        assert!((square.sqrt() - law.share_cv()).abs() < 1e-9, "N={nodes}, M={slots}");
    }
}

#[test]
fn disruption_between_the_simulated_sizes_is_as_interpolated() {
    for (nodes, slots) in [(50, 30_011), (200, 20_011), (700, 262_147)] {
        let moved: Vec<f64> = (0..40).map(|sample| disruption(nodes, slots, 1, sample).0).collect();
        let expected = TableLaw::new(nodes, u64::from(slots)).unwrap().moved_over_least().unwrap();
        // Straight lines in logarithms miss by some percent of what is moved needlessly.
        mean_is(&format!("N={nodes}, M={slots}"), &moved, expected, 0.08 * (expected - 1.0));
    }
}

#[test]
fn the_keys_of_a_node_that_leaves_reach_as_many_survivors_as_slots_are_hit() {
    for (nodes, slots) in [(1_000, 65_537), (100, 10_007)] {
        let kernel = MaglevKernel::with_slots(slots).unwrap();
        let (counts, orphans) = counted_receivers(&kernel, nodes, 200_000, 40);
        let expected = TableLaw::new(nodes, u64::from(slots)).unwrap().expected_receivers_of(orphans);
        // The table of the survivors is filled again, so that some of the node's slots go to the same ones more often than by chance.
        mean_is(&format!("N={nodes}, M={slots}"), &counts, expected, 0.01 * expected);
    }
}
