//! Maglev hashing: a table that the nodes fill in turn.

use std::any::Any;

use annulus::{Kernel, MaglevKernel};
use annulus_core::Digest;

use crate::algorithm::{Algorithm, Law, Oracle};
use crate::stats::slots::TableLaw;
use crate::textbook::slot_table::SlotTable;

use super::entry::Known;
use super::look::{Look, Marker};
use super::published::{Published, Table, Tables};
use super::rendezvous;
use super::search::{Search, Weighing, kernel_of};

pub(super) const NAME: &str = MaglevKernel::PROPERTIES.algorithm;

pub(super) const KNOWN: Known = Known {
    name: NAME,
    describe,
    look: Look { colour: (204, 121, 167), dark: (232, 150, 198), marker: Marker::Diamond },
    parameter: Some("slots of a table"),
    is_baseline: false,
    of_least_weight: None,
    search: Some(Search {
        grids: |least| vec![grid(least)],
        told: || format!("slots: {}", SLOTS.map(|slots| slots.to_string()).join(", ")),
        busiest,
        beyond,
        drawn: |_, _| None,
        moves_no_less: |_, _| false,
        law: "one slot more or less, whatever the names",
    }),
};

/// Primes that are near powers of two or near 1, 2 and 5 times a power of ten.
const SLOTS: [u32; 19] = [
    101, 251, 503, 1_009, 2_003, 5_003, 10_007, 20_011, 40_009, 65_537, 131_071, 262_147, 393_241, 524_309, 655_373, 1_300_021,
    2_500_009, 3_750_001, 5_000_011,
];

fn grid(_: u32) -> Vec<String> {
    SLOTS.iter().map(|slots| format!("{NAME}:slots={slots}")).collect()
}

/// Where all weigh the same, each has ⌊M/N⌋ or ⌈M/N⌉ slots, whatever its name. Elsewhere rounding decides, and a table is built.
fn busiest(text: &str, nodes: &[Weighing], _: f64) -> Option<f64> {
    let [alike] = nodes else { return None };
    let slots = kernel_of(text, |kernel| kernel.downcast_ref::<MaglevKernel>().map(MaglevKernel::slots))?;
    TableLaw::new(alike.nodes, u64::from(slots)).ok().map(TableLaw::max_over_mean)
}

fn beyond(text: &str, nodes: &[Weighing], multiple: f64) -> Option<f64> {
    busiest(text, nodes, 0.0).map(|busiest| if busiest > multiple { 1.0 } else { 0.0 })
}

fn describe(algorithm: Algorithm, kernel: &dyn Any) -> Algorithm {
    let Some(maglev) = kernel.downcast_ref::<MaglevKernel>() else { return algorithm };
    let slots = u64::from(maglev.slots());
    algorithm.with_law(Law::Slots { slots }).with_oracle(oracle(slots))
}

/// The table as the paper's pseudocode fills it, every slot of it asked for.
fn oracle(slots: u64) -> Oracle {
    Oracle::new("the paper's table", move |seeds| {
        let table = SlotTable::new(seeds, slots);
        // The slot is the digest scaled to the table by its high bits.
        let slot = move |digest: Digest| usize::try_from((u128::from(digest.bits()) * u128::from(slots)) >> 64).unwrap_or(0);
        Box::new(move |digest| table.owners()[slot(digest)])
    })
    .with_probes(move |_| (0..slots).map(|slot| first_digest(slot, slots)).collect())
}

/// The least digest that falls on `slot`.
fn first_digest(slot: u64, slots: u64) -> Digest {
    Digest::of_hash(u64::try_from((u128::from(slot) << 64).div_ceil(u128::from(slots.max(1)))).unwrap_or(u64::MAX))
}

/// Eisenbud et al. 2016, <https://www.usenix.org/conference/nsdi16/technical-sessions/presentation/eisenbud>: tables of
/// 65,537 and 655,373 slots at 1000 nodes, their balance beside tables that a ring or rendezvous fills, and what failures
/// move.
pub(crate) const TABLES_PAPER: Tables = Tables {
    what: "Maglev",
    case: "maglev paper",
    tables: &TABLES,
    algorithm: |slots| format!("{NAME}:slots={slots}"),
    draws: rendezvous::NAME,
    drawn: "slots filled by rendezvous",
    spaced: "slots evenly spaced on a ring",
    hashed: "slots hashed onto a ring",
    pointed: "points in all on a ring",
};

const NOT_THIS_READING: &str = "the paper does not say how the ring filled the table, and this reading gives more";

const TABLES: [Table; 2] = [
    Table {
        slots: 65_537,
        by_draws: Published::new(1.495, 5e-4),
        by_arcs: Published::new(1.297, 5e-4).otherwise(NOT_THIS_READING),
        collateral: [(1, 0.005_77), (5, 0.018), (10, 0.023), (50, 0.033), (100, 0.036)],
    },
    Table {
        slots: 655_373,
        by_draws: Published::new(1.123, 5e-4),
        by_arcs: Published::new(1.103, 5e-4).otherwise(NOT_THIS_READING),
        collateral: [(1, 0.003_27), (5, 0.0046), (10, 0.0057), (50, 0.0090), (100, 0.0103)],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_has_its_first_digest() {
        for slots in [1, 7, 65_537] {
            let slot = |digest: u64| (u128::from(digest) * u128::from(slots)) >> 64;
            for wanted in 0..slots {
                let digest = first_digest(wanted, slots).bits();
                assert_eq!(slot(digest), u128::from(wanted));
                assert!(digest == 0 || slot(digest - 1) + 1 == u128::from(wanted));
            }
        }
    }
}
