//! The table, held slot for slot to its definition, at every level and through every way of changing it.

mod definition;

use annulus_core::mix;
use annulus_slots::{ByDigest, Cluster, ConsistentHashRing, Digest, Level, NodeIndex, SlotTable, SlotsKernel, Weight};

fn member(node: u32, weight: u32) -> (String, Weight) {
    (format!("node-{node}"), Weight::new(weight).expect("not zero"))
}

fn table(bits: u32, level: Level, members: &[(String, Weight)]) -> SlotTable<()> {
    let kernel = SlotsKernel::with_bits(bits).expect("a number of bits").with_level(level);
    let mut table = SlotTable::with_kernel(kernel);
    table.add_consumers(&mut members.iter().map(|(name, weight)| (name.as_str(), *weight, ()))).expect("room for all");
    table
}

/// The weights of the tests: equal ones, a few different ones, and one that outweighs all others.
const WEIGHTS: [fn(u32) -> u32; 4] = [|_| 1, |_| 1_000_000_007, |node| 1 + node % 7, |node| if node == 3 { 900 } else { 10 }];

/// Compares every slot, or the first of each `step`.
fn compare(table: &SlotTable<()>, step: u32, context: &str) {
    let (nodes, kernel) = (table.roster().nodes(), table.kernel());
    for slot in (0..kernel.slots()).step_by(step as usize) {
        let expected = definition::owner(kernel.bits(), nodes, slot);
        assert_eq!(kernel.owner_of_slot(nodes, slot), Some(expected), "slot {slot} of {}, {context}", kernel.slots());
    }
    assert_eq!(kernel.owner_of_slot(nodes, kernel.slots()), None);
}

#[test]
fn equals_the_definition_at_every_level() {
    for (bits, sizes) in [(8, 1..5), (9, 5..9), (12, 20..22), (16, 100..101)] {
        for size in sizes {
            for weight in WEIGHTS {
                let members: Vec<_> = (0..size).map(|node| member(node, weight(node))).collect();
                // Others would be due too few.
                if size > 3 && weight(3) == 900 && bits < 16 {
                    continue;
                }
                for level in Level::available() {
                    compare(
                        &table(bits, level, &members),
                        if bits == 16 { 37 } else { 1 },
                        &format!("{size} consumers, {level:?}"),
                    );
                }
            }
        }
    }
}

/// Entries of one byte, of two, and of four, with turns before the rest.
#[test]
fn equals_the_definition_where_entries_widen() {
    for (bits, sizes, step) in [(14, 255..258, 211), (15, 1_000..1_001, 711), (22, 65_536..65_538, 1_500_007)] {
        for size in sizes {
            for weight in [WEIGHTS[0], WEIGHTS[2]] {
                if size == 65_536 && weight(2) > 1 {
                    continue;
                }
                let members: Vec<_> = (0..size).map(|node| member(node, weight(node))).collect();
                compare(
                    &table(if weight(2) > 1 { bits + 2 } else { bits }, Level::detect(), &members),
                    step,
                    &format!("{size} consumers"),
                );
            }
        }
    }
}

/// Joins, leaves and, with weights, changes of weight, one by one. Each state is held to the definition at the first of each `every` slots.
fn compare_after_changes(mut table: SlotTable<()>, pool: u64, is_weighted: bool, steps: u64, every: u32) {
    let (mut joins, mut leaves, mut weights) = (0, 0, 0);
    for step in 0..steps {
        let random = mix(9, step);
        let name = format!("node-{}", random % pool);
        let weight = if is_weighted { 1 + u32::try_from(random >> 40 & 7).expect("three bits") } else { 1 };
        let weight = Weight::new(weight).expect("not zero");
        match table.roster().index_of(&name) {
            None => joins += u32::from(table.add_weighted_consumer(&name, weight, ()).is_ok()),
            Some(_) if is_weighted && random >> 60 < 9 => weights += u32::from(table.set_weight(&name, weight).is_ok()),
            Some(_) if table.len() > 1 => leaves += u32::from(table.remove_consumer(&name).is_some()),
            Some(_) => {}
        }
        compare(&table, every, &format!("step {step}, {} consumers", table.len()));
    }
    assert!(joins > 3 && leaves > 3 && (weights > 3 || !is_weighted), "{joins} joins, {leaves} leaves, {weights} weights");
}

#[test]
fn equals_the_definition_after_every_change() {
    for level in Level::available() {
        for is_weighted in [false, true] {
            compare_after_changes(table(11, level, &[member(0, 1), member(1, 1)]), 30, is_weighted, 60, 1);
        }
    }
}

/// With many consumers, one who joins walks its order.
#[test]
fn equals_the_definition_after_every_change_of_many() {
    for is_weighted in [false, true] {
        let members: Vec<_> = (0..150).map(|node| member(node, if is_weighted { 1 + node % 7 } else { 1 })).collect();
        compare_after_changes(table(14, Level::detect(), &members), 200, is_weighted, 40, 7);
    }
}

#[test]
fn the_preference_order_is_the_ranking_of_the_slot() {
    for level in Level::available() {
        for size in [1, 2, 3, 8, 9, 40, 65, 200] {
            for weight in [WEIGHTS[0], WEIGHTS[2]] {
                let members: Vec<_> = (0..size).map(|node| member(node, weight(node))).collect();
                let table = table(16, level, &members);
                for i in 0..20 {
                    let digest = mix(u64::from(size), i);
                    let slot = u32::try_from(digest >> 48).expect("16 bits");
                    let expected = definition::ranking(16, table.roster().nodes(), slot);
                    for wanted in [1, 2, 3, 4, 8, 9, 33, size as usize].map(|wanted| wanted.min(size as usize)) {
                        let mut found = vec![NodeIndex::default(); wanted];
                        assert_eq!(table.locate_n(Digest::of_hash(digest), &mut found), wanted);
                        assert_eq!(found, expected[..wanted], "{wanted} of {size} consumers, digest {digest:#x}, {level:?}");
                    }
                }
            }
        }
    }
}

/// The upper bits of a digest choose the slot, at both ends of each.
#[test]
fn a_digest_belongs_to_the_slot_of_its_upper_bits() {
    let members: Vec<_> = (0..5).map(|node| member(node, 1)).collect();
    for bits in [8, 13, 24] {
        let table = table(bits, Level::detect(), &members);
        for slot in [0, 1, 77, (1 << bits) - 1_u32] {
            let owner = table.kernel().owner_of_slot(table.roster().nodes(), slot);
            let first = u64::from(slot) << (64 - bits);
            for digest in [first, first + ((1 << (64 - bits)) - 1)] {
                assert_eq!(table.locate(Digest::of_hash(digest)), owner, "digest {digest:#x}, {bits} bits");
            }
        }
    }
}

/// Under every cap, and at all levels, because the last slots are looked for on vectors.
#[test]
fn under_a_cap_equals_the_plain_greedy() {
    for (bits, size) in [(8, 1), (8, 7), (9, 16), (10, 40)] {
        for weight in WEIGHTS {
            let weight = |node| if weight(3) == 900 { [10, 11, 40][node as usize % 3] } else { weight(node) };
            let bits = if weight(0) == weight(1) { bits } else { bits + 2 };
            for cap in [(1, 1), (1_005, 1_000), (102, 100), (4, 3), (1_000, 1)] {
                let mut expected = Vec::new();
                for level in Level::available() {
                    let kernel = SlotsKernel::with_bits(bits).expect("a number of bits").with_level(level);
                    let mut table = Cluster::<_, ()>::with_kernel(kernel.with_cap(cap.0, cap.1).expect("at least 1"));
                    for node in 0..size {
                        let (name, weight) = member(node, weight(node));
                        table.add_weighted_consumer(&name, weight, ()).expect("room for it");
                    }
                    let nodes = table.roster().nodes();
                    if expected.is_empty() {
                        expected = definition::capped(bits, nodes, cap);
                    }
                    let found: Vec<NodeIndex> =
                        (0..1 << bits).filter_map(|slot| table.kernel().owner_of_slot(nodes, slot)).collect();
                    assert!(found == expected, "{bits} bits, {size} consumers, cap {cap:?}, {level:?}");
                }
            }
        }
    }
}

/// No consumer has more than its room, and a cap of 1 gives each just that.
#[test]
fn under_a_cap_nobody_has_more_than_its_room() {
    for (size, weight) in [(10, WEIGHTS[0]), (100, WEIGHTS[0]), (100, WEIGHTS[2]), (1_000, WEIGHTS[0])] {
        let members: Vec<_> = (0..size).map(|node| member(node, weight(node))).collect();
        for cap in [(1, 1), (102, 100)] {
            let mut table = Cluster::<_, ()>::with_kernel(SlotsKernel::default().with_cap(cap.0, cap.1).expect("at least 1"));
            table.add_consumers(&mut members.iter().map(|(name, weight)| (name.as_str(), *weight, ()))).expect("room for all");
            let nodes = table.roster().nodes();
            let mut held = vec![0; size as usize];
            for slot in 0..1 << 16 {
                held[table.kernel().owner_of_slot(nodes, slot).expect("a slot").as_usize()] += 1;
            }
            let rooms = definition::rooms(16, nodes, cap);
            assert!(held.iter().zip(&rooms).all(|(held, room)| if cap == (1, 1) { held == room } else { held <= room }));
        }
    }
}

/// Over sets of names, the variance of shares is (N−1)²/(N²(2N−1)M), and their distribution is nearly normal. An order of slots that is
/// too simple has the right variance from a few tables that are far off: its fourth moment is hundreds.
///
/// Bounds are five standard errors of a normal variable's moments, and what a table of a thousand slots differs by.
#[test]
fn shares_vary_as_dealt_ranks_do() {
    const BITS: u32 = 10;
    for (size, tables, fourth) in [(2_u32, 4_000_u32, 0.9), (10, 600, 0.9)] {
        let (n, m) = (f64::from(size), f64::from(1 << BITS));
        let deviation = (n - 1.0) / (n * ((2.0 * n - 1.0) * m).sqrt());
        let (mut squares, mut fourths) = (0.0, 0.0);
        for set in 0..tables {
            let members: Vec<_> = (0..size).map(|node| member(1_000 * set + node, 1)).collect();
            let shares = table(BITS, Level::detect(), &members).shares().expect("exact ones");
            squares += shares.iter().map(|share| ((share - 1.0 / n) / deviation).powi(2)).sum::<f64>() / n;
            fourths += shares.iter().map(|share| ((share - 1.0 / n) / deviation).powi(4)).sum::<f64>() / n;
        }
        let (square, of_four) = (squares / f64::from(tables), fourths / f64::from(tables));
        assert!((square - 1.0).abs() < 0.15, "{size} consumers: the variance is {square:.3} times the law's");
        assert!((of_four - 3.0).abs() < fourth, "{size} consumers: the fourth moment is {of_four:.2}");
    }
}
