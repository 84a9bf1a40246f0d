//! The crates of others, each through its own interface, the way a user of it would write.
//!
//! Where a crate takes nodes of any type, they are `u32` numbers: the smallest and quickest to hash, the choice that favours it.
//! Its own default hasher is taken, and 160 points a node where it lets its user choose.

mod anchor;
mod jump;
mod maglev;
mod rendezvous;
mod ring;

use std::sync::LazyLock;

pub(crate) use jump::{Claim, claims};

use crate::cell::{Algorithm, Cell, SITTINGS, STRIDE, position};
use crate::subject::{Built, Entry};

pub(crate) fn entries(algorithm: Algorithm) -> Vec<Entry> {
    match algorithm {
        Algorithm::Ring => ring::entries(),
        Algorithm::Jump => jump::entries().into_iter().chain(anchor::entries()).collect(),
        Algorithm::Rendezvous => rendezvous::entries(),
        Algorithm::WeightedRendezvous => rendezvous::weighted_entries(),
        Algorithm::Maglev => maglev::entries(),
    }
}

/// The nodes of a sitting that live as long as the program.
const LASTING: u32 = 1 << 18;

/// Numbers that live as long as the program, for crates that keep references to nodes.
static NUMBERS: LazyLock<Vec<u32>> =
    LazyLock::new(|| (0..SITTINGS).flat_map(|sitting| sitting * STRIDE..sitting * STRIDE + LASTING).collect());

/// A node that lives as long as the program.
fn number(node: u32) -> &'static u32 {
    &NUMBERS[position(node / STRIDE * LASTING + node % STRIDE)]
}

/// Makes what is shared between subjects, so that the memory of none is charged with it.
pub(crate) fn prepare() {
    LazyLock::force(&NUMBERS);
}

/// The nodes of a cell.
fn nodes(cell: Cell) -> Vec<u32> {
    cell.members().collect()
}
