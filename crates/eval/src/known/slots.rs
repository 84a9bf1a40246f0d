//! Slots that rank their nodes: a table in which every change moves the least.

use std::any::Any;

use annulus::{Kernel, SlotsKernel};
use annulus_core::{Digest, mix};

use crate::algorithm::{Algorithm, Oracle};

use super::entry::Known;
use super::look::{Look, Marker};
use super::search::Search;

pub(super) const NAME: &str = SlotsKernel::PROPERTIES.algorithm;

pub(super) const KNOWN: Known = Known {
    name: NAME,
    describe,
    look: Look { colour: (86, 180, 233), dark: (150, 215, 255), marker: Marker::Hexagon },
    parameter: Some("bits of a table"),
    is_baseline: false,
    of_least_weight: None,
    search: Some(Search {
        grid,
        told: || "bits: 8 to 24".to_owned(),
        busiest: |_, _, _| None,
        beyond: |_, _, _| None,
        drawn: |_, _| None,
        law: "none: tables are built",
    }),
};

fn grid(_: u32) -> Vec<String> {
    (8..=24).map(|bits| format!("{NAME}:bits={bits}")).collect()
}

/// Under a cap, nothing is known but the promises.
fn describe(algorithm: Algorithm, kernel: &dyn Any) -> Algorithm {
    let Some(slots) = kernel.downcast_ref::<SlotsKernel>() else { return algorithm };
    algorithm.with_oracle(oracle(slots.bits()))
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
