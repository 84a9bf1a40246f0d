//! Slots that rank their nodes: a table in which every change moves the least.

use std::any::Any;

use annulus::{CappedSlotsKernel, Kernel, SlotsKernel};
use annulus_core::{Digest, cost::cost, mix};

use crate::algorithm::{Algorithm, Law, Oracle};
use crate::stats::dealt::{self, Alike, DealtLaw};
use crate::stats::float;

use super::entry::Known;
use super::look::{Look, Marker};
use super::search::{Search, Weighing, kernel_of};

pub(super) const NAME: &str = SlotsKernel::PROPERTIES.algorithm;

pub(super) const KNOWN: Known = Known {
    name: NAME,
    describe,
    look: Look { colour: (86, 180, 233), dark: (150, 215, 255), marker: Marker::Hexagon },
    parameter: Some("bits of a table"),
    is_baseline: false,
    of_least_weight: None,
    search: Some(Search {
        grids: |_| vec![plain(), capped()],
        told: || format!("bits: 8 to 24 without a cap; and the same with one of {}", CAPS.join(", ")),
        busiest,
        beyond,
        drawn: |_, _| None,
        moves_no_less,
        law: "the law of slots that rank their nodes, and the cap",
    }),
};

/// Caps from what hardly moves more than must to what is even to one slot.
const CAPS: [&str; 5] = ["1.1", "1.05", "1.02", "1.01", "1"];

/// Without a cap, nothing moves needlessly.
fn plain() -> Vec<String> {
    (8..=24).map(|bits| format!("{NAME}:bits={bits}")).collect()
}

/// A cap takes no memory, and moves more the lower it is.
fn capped() -> Vec<String> {
    (8..=24).flat_map(|bits| CAPS.map(|cap| format!("{NAME}:bits={bits},cap={cap}"))).collect()
}

/// A lower cap at the same number of bits.
fn moves_no_less(text: &str, before: &str) -> bool {
    let bits = |text: &str| text.split_once(',').map(|(bits, _)| bits.to_owned());
    bits(text).is_some_and(|own| bits(before) == Some(own))
}

/// The law of the kernel, whichever of the two it is.
fn law(kernel: &dyn Any) -> Option<Law> {
    if let Some(slots) = kernel.downcast_ref::<SlotsKernel>() {
        return Some(Law::Dealt { slots: slots.slots().into() });
    }
    let capped = kernel.downcast_ref::<CappedSlotsKernel>()?;
    Some(Law::Capped { slots: capped.slots().into(), cap: capped.cap() })
}

/// The nodes as the law takes them, with the slots of the table and its cap, if any.
struct Case {
    law: DealtLaw,
    /// What no node has more than, over its part; infinite without a cap.
    most: f64,
}

fn case(text: &str, nodes: &[Weighing]) -> Option<Case> {
    let total: u64 = nodes.iter().map(|alike| u64::from(alike.weight) * alike.nodes).sum();
    let part = |alike: &Weighing| f64::from(alike.weight) / float(total);
    let groups: Vec<Alike> = nodes.iter().map(|alike| Alike { nodes: alike.nodes, part: part(alike) }).collect();
    let law = kernel_of(text, law)?;
    let slots = law.table()?;
    let most = match law {
        Law::Capped { cap, .. } => nodes.iter().map(|alike| dealt::most_over_part(slots, cap, part(alike))).fold(1.0, f64::max),
        _ => f64::INFINITY,
    };
    Some(Case { law: DealtLaw::new(slots, &groups).ok()?, most })
}

fn busiest(text: &str, nodes: &[Weighing], tail: f64) -> Option<f64> {
    case(text, nodes).map(|case| case.law.quantile(tail).min(case.most))
}

fn beyond(text: &str, nodes: &[Weighing], multiple: f64) -> Option<f64> {
    case(text, nodes).map(|case| if case.most <= multiple { 0.0 } else { case.law.chance_above(multiple) })
}

fn describe(algorithm: Algorithm, kernel: &dyn Any) -> Algorithm {
    let Some(law) = law(kernel) else { return algorithm };
    let algorithm = algorithm.with_law(law);
    match kernel.downcast_ref::<SlotsKernel>() {
        Some(slots) => algorithm.with_oracle(oracle(slots.bits())),
        None => algorithm,
    }
}

/// The least word of all nodes at the slot of a digest, one after the other.
fn oracle(bits: u32) -> Oracle {
    Oracle::new("least word", move |seeds| {
        let seeds = seeds.to_vec();
        Box::new(move |digest| {
            let slot = u32::try_from(digest.bits() >> (64 - bits)).unwrap_or(u32::MAX);
            let least = (0..seeds.len()).min_by_key(|&node| (word(bits, seeds[node], slot), seeds[node]));
            least.unwrap_or(usize::MAX)
        })
    })
    .with_weights(move |members| {
        let members = members.to_vec();
        Box::new(move |digest| {
            let slot = u32::try_from(digest.bits() >> (64 - bits)).unwrap_or(u32::MAX);
            let cost = |&(seed, weight): &(u64, u32)| (u128::from(cost(!word(bits, seed, slot))), u128::from(weight), seed);
            let costs = members.iter().map(cost).enumerate();
            // Costs over weights, exactly; of equal ones the least seed.
            let first = costs.min_by(|(_, one), (_, other)| (one.0 * other.1).cmp(&(other.0 * one.1)).then(one.2.cmp(&other.2)));
            first.map_or(usize::MAX, |(at, _)| at)
        })
    })
    .with_probes(move |_| edges(bits))
}

/// Both ends of a thousand slots, the first and the last slots among them.
fn edges(bits: u32) -> Vec<Digest> {
    let slots = 1_u64 << bits;
    let some = (0..slots).step_by(usize::try_from(slots / 1_000).unwrap_or(1).max(1)).chain([slots - 1]);
    some.flat_map(|slot| [slot << (64 - bits), (slot << (64 - bits)) | (u64::MAX >> bits)]).map(Digest::of_hash).collect()
}

/// A node's word at a slot: its rank in the upper bits, and below it what breaks ties.
fn word(bits: u32, seed: u64, slot: u32) -> u32 {
    let halves = |i| {
        let number = mix(seed, i);
        [number >> 32, number & u64::from(u32::MAX)].map(|half| u32::try_from(half).unwrap_or_default())
    };
    let ([a, first], [b, second], [c, _]) = (halves(0), halves(1), halves(2));
    let top = u32::MAX << (32 - bits);
    let fold = |v: u32| v ^ ((v >> bits.div_ceil(2)) & top);
    let v = (slot << (32 - bits)).wrapping_add(a & top).wrapping_mul(first | 1);
    let v = fold(v).wrapping_mul(0x2c1b_3c6d);
    (fold(v) ^ (c & top)).wrapping_mul(second | 1).wrapping_add(b)
}
