//! How many survivors take over any of the keys of a node that is gone.

use super::arcs::ArcsLaw;
use super::dealt::DealtLaw;
use super::family::Tail;
use super::interval::Interval;
use super::numeric::{bisect, cells_hit, float};
use super::slots::TableLaw;

/// The law of that number, or of the sum of several.
///
/// It is a number of cells that are hit. That one is hit makes it no likelier that another is, so Hoeffding's bound for independent
/// cells holds: P(share of cells hit ≤ a) ≤ exp(−n·D(a‖q)), with D(a‖q) = a·ln(a/q) + (1−a)·ln((1−a)/(1−q)), and alike upwards.
///
/// ```
/// use annulus_eval::stats::{Tail, receivers::ReceiversLaw};
///
/// let law = ReceiversLaw::even(999, 1_000);
/// assert_eq!(law.mean().round(), 632.0);
/// let band = law.band(Tail::new(1e-6)?);
/// assert!(band.contains(632.0) && !band.contains(540.0) && !band.contains(720.0));
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReceiversLaw {
    cells: f64,
    mean: f64,
    /// What the mean may be, by what is hit before a survivor is: stretches of a circle or slots of a table.
    low: f64,
    high: f64,
}

impl ReceiversLaw {
    /// Each key goes to any of the survivors.
    #[must_use]
    pub fn even(survivors: u64, keys: u64) -> Self {
        let cells = float(survivors);
        let mean = if survivors == 0 { 0.0 } else { cells_hit(cells, float(keys)) };
        Self { cells, mean, low: mean, high: mean }
    }

    /// Each key goes to the next of the points of others on a circle.
    #[must_use]
    pub fn arcs(law: ArcsLaw, keys: u64) -> Self {
        let (mean, deviation) = law.stretches_hit(keys);
        Self::through(law.survivors(), mean, deviation, |stretches| law.receivers_of(stretches))
    }

    /// All keys of a slot of a table go to any of the survivors, except those to which the table's arithmetic leaves none.
    #[must_use]
    pub fn table(law: TableLaw, keys: u64) -> Self {
        let (mean, deviation) = law.slots_hit(keys);
        let by_chance = Self::through(law.survivors(), mean, deviation, |slots| law.receivers_of(slots));
        Self { low: by_chance.low * (1.0 - law.related()), ..by_chance }
    }

    /// All keys of a slot of a table go to any of the survivors; how many slots the node has is by chance as well.
    #[must_use]
    pub fn dealt(law: &DealtLaw, keys: u64) -> Self {
        let (mean, deviation) = law.slots_of_one();
        let missed = (1.0 - 1.0 / mean.max(1.0)).powf(float(keys));
        let hit = mean * (1.0 - missed);
        // Six deviations of either are more than six of both together.
        let off = (hit * missed).sqrt() + deviation.min(hit);
        let survivors = law.survivors();
        let of = |slots: f64| if survivors == 0 { 0.0 } else { cells_hit(float(survivors), slots) };
        Self::through(survivors, hit, off, of)
    }

    /// As many keys as parts are hit go to survivors; how many parts there are is by chance too.
    fn through(survivors: u64, parts: f64, deviation: f64, of: impl Fn(f64) -> f64) -> Self {
        // Six standard deviations leave out less than 10⁻⁸.
        let off = 6.0 * deviation;
        Self { cells: float(survivors), mean: of(parts), low: of((parts - off).max(0.0)), high: of(parts + off) }
    }

    /// The number of receivers of the one and of the other together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            cells: self.cells + other.cells,
            mean: self.mean + other.mean,
            low: self.low + other.low,
            high: self.high + other.high,
        }
    }

    /// The mean.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.mean
    }

    /// The band.
    #[must_use]
    pub fn band(self, tail: Tail) -> Interval {
        let doubt = -tail.probability().ln();
        let likely = |number: f64, mean: f64| self.cells * divergence(number / self.cells, mean / self.cells) <= doubt;
        if self.cells <= 0.0 {
            return Interval { low: 0.0, high: 0.0 };
        }
        Interval {
            low: bisect(0.0, self.low, |number| likely(number, self.low)),
            high: bisect(self.high, self.cells, |number| !likely(number, self.high)),
        }
    }
}

/// D(a‖q).
fn divergence(a: f64, q: f64) -> f64 {
    let term = |a: f64, q: f64| if a <= 0.0 { 0.0 } else { a * (a / q).ln() };
    term(a, q) + term(1.0 - a, 1.0 - q)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(law: ReceiversLaw) -> Interval {
        law.band(Tail::new(1e-6).unwrap())
    }

    #[test]
    fn of_many_keys_every_survivor_gets_some() {
        let found = band(ReceiversLaw::even(9, 100_000));
        assert!(found.low > 8.999 && found.high >= 9.0, "{found:?}");
    }

    #[test]
    fn a_circle_of_one_point_a_node_has_one_receiver() {
        let law = ReceiversLaw::arcs(ArcsLaw::new(10, 1).unwrap(), 1_000);
        assert!((law.mean() - 1.0).abs() < 1e-9 && band(law).contains(1.0), "{law:?}");
    }

    #[test]
    fn one_receiver_is_too_few_for_a_circle_or_a_table_of_many_parts() {
        for law in [
            ReceiversLaw::arcs(ArcsLaw::new(100, 160).unwrap(), 10_000),
            ReceiversLaw::table(TableLaw::new(100, 65_537).unwrap(), 10_000),
        ] {
            assert!(band(law).contains(law.mean()) && !band(law).contains(20.0), "{law:?}: {:?}", band(law));
        }
    }

    /// Seen among 65 nodes: two of 64 survivors inherited none of a node's 1,008 slots, which by chance is less than 10⁻¹⁰.
    #[test]
    fn steps_that_are_multiples_of_each_other_may_leave_a_survivor_without_a_slot() {
        let law = |nodes| ReceiversLaw::table(TableLaw::new(nodes, 65_537).unwrap(), 150_000);
        assert!(band(law(65)).contains(62.0) && !band(law(65)).contains(50.0));
        assert!(band(law(1_000)).contains(60.0) && !band(law(1_000)).contains(5.0));
    }

    #[test]
    fn several_laws_add_up() {
        let one = ReceiversLaw::even(99, 50);
        let both = one.and(one);
        assert_eq!(both.mean(), 2.0 * one.mean());
        // Of more cells, the band is narrower.
        assert!(band(both).low > 2.0 * band(one).low);
    }
}
