//! The table, held entry for entry to a builder as the paper writes it.

use annulus_core::mix;
use annulus_maglev::{ConsistentHashRing, Maglev, MaglevKernel, Refusal, Weight};

/// Members by name and weight.
type Members = Vec<(String, u32)>;

fn maglev(slots: u32, members: &Members) -> Maglev<()> {
    let mut maglev = Maglev::with_kernel(MaglevKernel::with_slots(slots).expect("a prime"));
    let weight = |weight: u32| Weight::new(weight).expect("not zero");
    maglev.add_consumers(&mut members.iter().map(|(name, w)| (name.as_str(), weight(*w), ()))).expect("room for all");
    maglev
}

/// The paper's builder: whole permutations, made by remainders, and turns until each has its quota.
///
/// The quotas are the largest-remainder rule, one slot at a time: the consumer furthest below its due takes the next.
fn textbook(maglev: &Maglev<()>, slots: u32) -> Vec<u32> {
    let nodes = maglev.roster().nodes();
    let (m, total) = (u64::from(slots), u128::from(nodes.total_weight()));
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_key(|&node| nodes.seeds()[node]);
    let high = |word: u64, range: u64| (u128::from(word) * u128::from(range)) >> 64;
    let permutations: Vec<Vec<u64>> = order
        .iter()
        .map(|&node| {
            let seed = nodes.seeds()[node];
            let (offset, skip) = (high(mix(seed, 0), m), high(mix(seed, 1), m - 1) + 1);
            (0..u128::from(m)).map(|t| u64::try_from((offset + t * skip) % u128::from(m)).expect("below m")).collect()
        })
        .collect();
    let due = |turn: usize| u128::from(m) * u128::from(nodes.weights()[order[turn]].get());
    let mut quotas: Vec<u128> = (0..order.len()).map(|turn| due(turn) / total).collect();
    let mut upped = vec![false; order.len()];
    while quotas.iter().sum::<u128>() < u128::from(m) {
        let neediest =
            (0..order.len()).rev().filter(|&turn| !upped[turn]).max_by_key(|&turn| due(turn) % total).expect("one is left");
        quotas[neediest] += 1;
        upped[neediest] = true;
    }
    let mut table = vec![None; slots as usize];
    let mut next = vec![0; order.len()];
    while table.contains(&None) {
        for turn in 0..order.len() {
            if quotas[turn] == 0 {
                continue;
            }
            quotas[turn] -= 1;
            while table[usize::try_from(permutations[turn][next[turn]]).expect("a slot")].is_some() {
                next[turn] += 1;
            }
            table[usize::try_from(permutations[turn][next[turn]]).expect("a slot")] = Some(order[turn]);
        }
    }
    table.into_iter().map(|owner| u32::try_from(owner.expect("every slot is taken")).expect("an index")).collect()
}

fn table(maglev: &Maglev<()>, slots: u32) -> Vec<u32> {
    let owner = |slot| maglev.kernel().owner_of_slot(maglev.roster().nodes(), slot).expect("a slot").get();
    (0..slots).map(owner).collect()
}

fn members(count: u32, weight: impl Fn(u32) -> u32) -> Members {
    (0..count).map(|node| (format!("backend-{node}"), weight(node))).collect()
}

#[test]
fn equals_the_textbook_for_every_size() {
    for (slots, sizes) in [(2, 1..=2), (3, 1..=3), (7, 1..=7), (251, 1..=251), (1_009, 250..=300), (5_003, 1..=20)] {
        for size in sizes {
            let maglev = maglev(slots, &members(size, |_| 1));
            assert_eq!(table(&maglev, slots), textbook(&maglev, slots), "{size} consumers, {slots} slots");
        }
    }
}

#[test]
fn equals_the_textbook_with_the_default_table() {
    for size in [10, 100, 1_000] {
        let members = members(size, |_| 1);
        let maglev = maglev(65_537, &members);
        // The textbook's permutations take 8 bytes for each pair of consumer and slot.
        assert_eq!(table(&maglev, 65_537), textbook(&maglev, 65_537), "{size} consumers");
    }
}

#[test]
fn equals_the_textbook_with_weights() {
    let patterns: [fn(u32) -> u32; 4] =
        [|node| 1 + node % 10, |node| if node == 3 { 1_000 } else { 1 }, |_| 7, |node| 1 << (node % 8)];
    for (which, pattern) in patterns.into_iter().enumerate() {
        for size in [1, 2, 5, 13, 40] {
            let maglev = maglev(5_003, &members(size, pattern));
            assert_eq!(table(&maglev, 5_003), textbook(&maglev, 5_003), "{size} consumers, pattern {which}");
        }
    }
}

#[test]
fn every_quota_is_within_one_slot_of_exact() {
    for (size, slots) in [(10, 65_537), (100, 65_537), (1_000, 65_537), (7, 101)] {
        let members = members(size, |node| 1 + node % 10);
        let maglev = maglev(slots, &members);
        let total: u32 = members.iter().map(|(_, weight)| weight).sum();
        for (share, (name, weight)) in maglev.shares().expect("slots are counted").iter().zip(&members) {
            let exact = f64::from(*weight) / f64::from(total);
            assert!((share - exact).abs() < 1.0 / f64::from(slots), "{name}: {share} where {exact} is exact");
            assert!(*share > 0.0);
        }
    }
}

#[test]
fn equal_weights_answer_as_no_weights() {
    assert_eq!(table(&maglev(5_003, &members(30, |_| 9)), 5_003), table(&maglev(5_003, &members(30, |_| 1)), 5_003));
}

#[test]
fn refuses_what_it_cannot_serve_and_stays_as_it_was() {
    let mut small = maglev(7, &members(7, |_| 1));
    let before = table(&small, 7);
    let error = small.add_consumer("one too many", ()).expect_err("seven slots");
    assert_eq!(
        error.to_string(),
        "consumer \"one too many\" was refused: there would be 8 consumers, and there is room for 7; \
         use slots=809 (`MaglevKernel::with_slots(809)`) or more, the same on every router"
    );
    assert_eq!(table(&small, 7), before);

    let mut uneven = maglev(101, &members(2, |_| 1));
    let error =
        uneven.add_weighted_consumer("heavy", Weight::new(1_000).expect("not zero"), ()).expect_err("1 in 1002 of 101 slots");
    assert_eq!(
        error.reason.to_string(),
        "it would leave \"backend-1\", of weight 1, without a share, for which the least would be 11; raise that weight, or \
         use slots=1009 (`MaglevKernel::with_slots(1009)`) or more, the same on every router"
    );
    assert_eq!(uneven.roster().len(), 2);
    assert!(uneven.set_weight("backend-0", Weight::new(1_000).expect("not zero")).is_err());
    assert_eq!(uneven.roster().nodes().total_weight(), 2);

    for composite in [0, 1, 4, 65_536, 65_535, 1_000_000] {
        assert!(MaglevKernel::with_slots(composite).is_err(), "{composite} is not prime");
    }
}

/// The least weight that a refusal tells is served, and one less is not.
#[test]
fn the_least_weight_told_is_the_least_that_is_served() {
    for (slots, others) in [(3, 100), (7, 50), (101, 1_000), (65_537, 4_000_000)] {
        let light = |weight| {
            let mut maglev = maglev(slots, &members(1, |_| others));
            maglev.add_weighted_consumer("light", Weight::new(weight).expect("not zero"), ()).map_err(|error| error.reason)
        };
        let Err(Refusal::NoShare { least, .. }) = light(1) else { panic!("{slots} slots serve 1 beside {others}") };
        let least = u32::try_from(least).expect("below the others");
        assert!(light(least).is_ok() && light(least - 1).is_err(), "{least} beside {others} in {slots} slots");
    }
}

#[test]
fn memory_is_known_before_building() {
    let maglev = maglev(65_537, &members(10, |_| 1));
    assert_eq!(maglev.heap_bytes(), 65_537);
    let refused = Maglev::<()>::new().with_memory_limit(65_536).add_consumer("backend-0", ()).expect_err("a byte too much");
    assert_eq!(
        refused.to_string(),
        "consumer \"backend-0\" was refused: the state would take 65.537 kB, and the memory limit is 65.536 kB; use at most \
         slots=65521 (`MaglevKernel::with_slots(65521)`), the same on every router; or allow more with `with_memory_limit`"
    );
    let greatest = MaglevKernel::with_slots(4_294_967_291).expect("a prime");
    let refused = Maglev::<()>::with_kernel(greatest).add_consumer("backend-0", ()).expect_err("more than 256 MB");
    assert!(refused.to_string().contains("would take 4.295 GB") && refused.to_string().contains("slots=255999983"), "{refused}");
    assert_eq!(self::maglev(65_537, &members(257, |_| 1)).heap_bytes(), 2 * 65_537);
}
