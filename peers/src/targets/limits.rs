//! What keeps each target from more: only what is known of it.

use crate::cell::Cell;

/// By how a row begins and up to how many nodes; the first that fits holds.
const LIMITS: &[(&str, u32, &str)] = &[
    (
        "ring, throughput",
        1_000,
        "instructions: the single look-up is compiled for what every processor of the target has; on x86-64, SSE2",
    ),
    ("ring, throughput", u32::MAX, "memory: the table outgrows the second-level cache; the floor is one read of it"),
    ("ring, batch", u32::MAX, "memory: one line of the table a look-up, from outside the second-level cache"),
    ("ring, latency", 1_000, "a multiplication, one read, and the comparisons in a line, each after the other"),
    ("ring, latency", u32::MAX, "memory: one read of the table, which is the floor"),
    ("ring, one node added", u32::MAX, "the lines of its 160 points, read and written"),
    ("ring, one node removed", u32::MAX, "the lines of its 160 points, and of the 160 of the node that takes its index"),
    ("ring, weights 1 to 10, one node reweighted", u32::MAX, "the lines of the points that it has with one of the weights alone"),
    (
        "ring, weights 1 to 10",
        u32::MAX,
        "as without weights: the lines of the points, 29 for each unit of weight, 160 on average",
    ),
    ("ring, built", u32::MAX, "16 million points: made, sorted four million at a time, written in order"),
    ("ring, state", 65_536, "a line of 64 bytes for seven points, with room for fifteen, so that few overflow"),
    ("ring, state", u32::MAX, "a line of 128 bytes for seven points: past 65,536 nodes an owner takes four bytes"),
    ("jump, one key", u32::MAX, "ln N + 0.58 steps, each after the one before, and a branch at the end that cannot be foreseen"),
    (
        "jump, batch (AVX-512)",
        u32::MAX,
        "the arithmetic of a step, 12 cycles for eight chains, and sorting those that are done from those that go on",
    ),
    (
        "jump, batch (AVX2)",
        u32::MAX,
        "16 lanes go on until the longest chain ends; four quotients take 8 cycles on Intel since Skylake",
    ),
    ("jump, batch (no AVX2)", u32::MAX, "as AVX2 on half its width"),
    ("jump, state", u32::MAX, "nothing to keep"),
    (
        "rendezvous, throughput (no AVX2)",
        u32::MAX,
        "four lanes at once, and neither their product nor their maximum in one instruction",
    ),
    (
        "rendezvous, throughput",
        16,
        "two rows of eight lanes: mixing the digest, and finding the greatest lane, take longer than the draws",
    ),
    (
        "rendezvous, latency",
        100,
        "steps that wait for one another: mixing the digest, a product in lanes, halvings to the greatest",
    ),
    (
        "rendezvous, weighted",
        10,
        "steps that wait for one another: the digest, a draw, an estimate in floats, and halvings to the least two",
    ),
    ("rendezvous, weighted", u32::MAX, "N itself: fourteen instructions for a row of nodes, five of them the draw"),
    ("rendezvous, weights 4, 8, 16", u32::MAX, "N itself: fourteen instructions for a row of nodes, five of them the draw"),
    ("rendezvous, state", 10, "columns are filled up to a multiple of sixteen nodes"),
    ("rendezvous, state", u32::MAX, "an index and two halves of a seed a node; with weights an estimate of one over them"),
    (
        "rendezvous, ",
        u32::MAX,
        "N itself: on Intel since Haswell a product of 32 bits in lanes is two micro-operations and ten cycles",
    ),
    ("maglev, M", u32::MAX, "one random read of the table, which is the floor"),
    ("maglev, table", u32::MAX, "M ln M probes of a bitset; each search ends in a branch that cannot be foreseen"),
    ("maglev, state", 256, "a byte a slot holds 256 nodes"),
    ("maglev, state", u32::MAX, "two bytes a slot hold 65,536 nodes"),
    ("`&str`, ring, xxh3", u32::MAX, "the look-up, which costs more than this hash"),
    ("`&str`, ring, SipHash", u32::MAX, "the hash, which is the floor, and the look-up after it"),
];

/// What limits a row at a cell.
pub(super) fn limit(row: &str, cell: Cell) -> Option<&'static str> {
    Some(LIMITS[position(row, cell)?].2)
}

fn position(row: &str, cell: Cell) -> Option<usize> {
    LIMITS.iter().position(|(begins, most, _)| row.starts_with(begins) && cell.nodes <= *most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::targets;

    #[test]
    fn every_target_has_a_limit_and_every_limit_a_target() {
        let mut used = [false; LIMITS.len()];
        for target in targets().into_iter().filter(|target| target.bound.is_some()) {
            used[position(target.row, target.cell).unwrap_or_else(|| panic!("nothing limits {}", target.row))] = true;
        }
        let unused: Vec<_> = LIMITS.iter().zip(used).filter(|(_, used)| !used).collect();
        assert!(unused.is_empty(), "{unused:?}");
    }

    #[test]
    fn limits_are_short() {
        for (row, _, limit) in LIMITS {
            assert!(limit.chars().count() <= 120, "{row}: {limit}");
        }
    }
}
