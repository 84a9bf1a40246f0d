//! The figures of the example program `balance`, beside those that the theory gives.

use crate::simulate::{Choice, EXPECTED, Sessions, bounded, expected, sessions};

/// Bounded loads with 100 consumers and keys in random order. Simulated with other code: the overflow, and the consumers asked.
#[test]
fn overflow_and_probes_are_as_in_theory() {
    let few = EXPECTED.iter().filter(|(order, per, ..)| *per <= 100 && *order != "ring:points=1");
    let cases = few.map(|&(order, per, factor, ..)| (order, per, factor));
    for (order, per, factor) in cases.chain([("jump", 10, 1.5), ("maglev", 10, 1.25)]) {
        let (overflow, probes) = expected(order, per, factor).unwrap();
        let outcome = bounded(order, 100, per, factor, if per == 10 { 12 } else { 4 });
        assert!((outcome.overflow - overflow).abs() < 0.005 + overflow * 0.2, "{order} {per} {factor}: {outcome:?}");
        assert!((outcome.probes - probes).abs() < 0.02 + (probes - 1.0) * 0.3, "{order} {per} {factor}: {outcome:?}");
        assert!(outcome.busiest <= (factor * f64::from(per as u32) - 1e-9).ceil() / per as f64 + 1e-9);
    }
    // With one point a consumer, arcs are so uneven that a third of the keys overflows.
    let outcome = bounded("ring:points=1", 100, 10, 1.25, 12);
    let least = (-1.3_f64).exp(); // the cap is 13 of 10; keys that are few add to it
    assert!(outcome.overflow > least && outcome.overflow < least + 0.1 && outcome.probes > 1.8, "{outcome:?}");
}

#[test]
fn the_better_of_two_is_as_even_as_the_lower_and_changes_a_quarter_as_often() {
    for n in [16, 100] {
        let run = |choice, factor| sessions(choice, n, factor, 2_000 * n, 1);
        let (plain, lower, better) = (run(Choice::Plain, 1_000.0), run(Choice::Lower, 1.25), run(Choice::Better, 1.25));
        let is_even = |one: Sessions| one.busiest < 1.12;
        assert!(plain.changed == 0.0 && plain.busiest > 1.15, "{plain:?}");
        assert!((0.40..0.50).contains(&lower.changed) && is_even(lower), "{lower:?}");
        assert!((0.08..0.14).contains(&better.changed) && is_even(better), "{better:?}");
        assert!(better.peak < lower.peak * 1.25 && plain.peak > 1.3 * better.peak, "{better:?} {lower:?} {plain:?}");
    }
}
