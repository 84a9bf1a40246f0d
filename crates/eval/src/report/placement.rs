//! Tables of placement: how even, and what moves.

use crate::reading::number::{count, ratio, significant};
use crate::reading::select::Subject;
use crate::record::{Case, Measure, Metric};
use crate::stats::multinomial::{UniformLaw, chi_square_band};
use crate::stats::{Interval, Tail, float, intervals, whole};

use super::content::{Content, Format, KeySet, labelled, median_cell, percent, sort_by_nodes};
use super::page;
use super::table::{Cell, Column, Table};

impl Content<'_> {
    /// Balance and movement on one set of keys, with the ideal among the algorithms.
    pub(super) fn placement(&self, (keys, key_count): KeySet<'_>) -> Table {
        let mut table = self.table(
            format!("How even, and what moves: {} keys ({keys})", count(key_count)),
            &format!("CV: the spread of the nodes' loads around their mean. Beyond chance: the spread left after subtracting the noise of this many \
             keys; none: keys placed at random are this uneven at least once in 1,000 runs. Moved: keys that moved for each key of the \
             node that joined, or left or failed; 1 is the least. Needless: keys that moved between two nodes that stayed when any one left, in \
             percent of all keys. Medians over sets of node names. Ideal: keys placed at random.{}", page::baselines(self)),
            vec![
                Column::new("CV of load", "%"),
                Column::new("beyond chance", "%"),
                Column::new("busiest node", "× mean"),
                Column::new("idlest node", "× mean"),
                Column::new("moved, joining", "×"),
                Column::new("moved, last leaving", "×"),
                Column::new("moved, any leaving", "×"),
                Column::new("needless, any leaving", "%"),
            ],
            |subject, nodes| {
                let balance = |metric, format| self.cell((Measure::Balance, metric, Case::Only), subject, nodes, Some(keys), format);
                let moved = |case| self.cell((Measure::Remap, Metric::MovedOverOwn, case), subject, nodes, Some(keys), ratio);
                vec![
                    balance(Metric::Cv, percent as Format),
                    self.beyond_chance(subject, nodes, (keys, key_count)),
                    balance(Metric::MaxOverMean, ratio),
                    balance(Metric::MinOverMean, ratio),
                    moved(Case::AddOne),
                    moved(Case::RemoveLast),
                    moved(Case::RemoveAny),
                    self.cell((Measure::Remap, Metric::Collateral, Case::RemoveAny), subject, nodes, Some(keys), percent),
                ]
            },
        );
        with_ideal(&mut table, key_count);
        table
    }

    /// What is left of the CV once the noise of finitely many keys is taken out.
    fn beyond_chance(&self, subject: &Subject, nodes: u64, (keys, key_count): KeySet<'_>) -> Cell {
        let values = self.index.values((Measure::Balance, Metric::SignedExcessVariance, Case::Only), subject, nodes, Some(keys));
        if values.is_empty() {
            return Cell::nothing();
        }
        let mean = values.iter().sum::<f64>() / float(values.len());
        // The same value again and again is one sample, as where names decide nothing.
        let samples = if values.first() == values.last() { 1 } else { values.len() };
        if mean <= highest_by_chance(nodes, key_count, samples) {
            return Cell::number(0.0, "none");
        }
        Cell::number(mean.sqrt(), percent(mean.sqrt()))
    }

    /// Balance in detail on one set of keys.
    pub(super) fn balance(&self, (keys, key_count): KeySet<'_>) -> Table {
        self.table(
            format!("Balance in detail: {} keys ({keys})", count(key_count)),
            "Load: a node's keys over its part. The median over sets of node names; worst: the busiest node of the unluckiest set. \
             Share: exact, without keys, where the algorithm can tell. Expected: by the law that fits the algorithm. Variance \
             beyond chance: CV² less that of keys thrown at random, signed, in the mean over sets of names with its 95 % interval \
             by Student's t; chance alone gives 0. \
             Misplaced: the fraction of keys that would have to move to make all nodes equal.",
            vec![
                Column::new("variance of load", "keys²"),
                Column::new("CV of load", "%"),
                Column::new("CV expected", "%"),
                Column::new("CV of share", "%"),
                Column::new("variance beyond chance", "10⁻⁶ of the mean²"),
                Column::new("busiest", "× mean"),
                Column::new("busiest, worst", "× mean"),
                Column::new("1 % of nodes below", "× mean"),
                Column::new("1 % of nodes above", "× mean"),
                Column::new("idlest", "× mean"),
                Column::new("Gini", ""),
                Column::new("misplaced", "%"),
            ],
            |subject, nodes| {
                let values = |metric| self.index.values((Measure::Balance, metric, Case::Only), subject, nodes, Some(keys));
                let cell = |metric, format: Format| median_cell(&values(metric), format);
                let worst = values(Metric::MaxOverMean).last().copied();
                vec![
                    cell(Metric::Variance, significant),
                    cell(Metric::Cv, percent),
                    self.expected_cv(subject, nodes, keys),
                    cell(Metric::ShareCv, percent),
                    excess(&values(Metric::SignedExcessVariance)),
                    cell(Metric::MaxOverMean, ratio),
                    worst.map_or_else(Cell::nothing, |worst| Cell::number(worst, ratio(worst))),
                    cell(Metric::LoadP01, ratio),
                    cell(Metric::LoadP99, ratio),
                    cell(Metric::MinOverMean, ratio),
                    cell(Metric::Gini, significant),
                    cell(Metric::TotalVariation, percent),
                ]
            },
        )
    }

    /// Movement in detail on one set of keys.
    pub(super) fn movement(&self, (keys, key_count): KeySet<'_>) -> Table {
        self.table(
            format!("Moved keys in detail: {} keys ({keys})", count(key_count)),
            "In percent of all keys. Least: half the sum of what the counts of all nodes changed by, which no placement with these \
             counts can undercut. Needless: moved between two nodes that stayed. Order: keys that go elsewhere when the same nodes \
             arrive in another order.",
            vec![
                Column::new("joining, moved", "%"),
                Column::new("joining, least", "%"),
                Column::new("joining, needless", "%"),
                Column::new("last leaving, moved", "%"),
                Column::new("last leaving, needless", "%"),
                Column::new("any leaving, moved", "%"),
                Column::new("any leaving, least", "%"),
                Column::new("any leaving, needless", "%"),
                Column::new("order", "%"),
            ],
            |subject, nodes| {
                let cell = |metric, case| self.cell((Measure::Remap, metric, case), subject, nodes, Some(keys), percent);
                vec![
                    cell(Metric::Moved, Case::AddOne),
                    cell(Metric::Least, Case::AddOne),
                    cell(Metric::Collateral, Case::AddOne),
                    cell(Metric::Moved, Case::RemoveLast),
                    cell(Metric::Collateral, Case::RemoveLast),
                    cell(Metric::Moved, Case::RemoveAny),
                    cell(Metric::Least, Case::RemoveAny),
                    cell(Metric::Collateral, Case::RemoveAny),
                    cell(Metric::OrderDependence, Case::Only),
                ]
            },
        )
    }

    /// What the law expects of the CV on one set of keys.
    fn expected_cv(&self, subject: &Subject, nodes: u64, keys: &str) -> Cell {
        let rows = self.index.rows((Measure::Balance, Metric::Cv, Case::Only), subject, nodes, Some(keys));
        let expected: Vec<f64> = rows.iter().filter_map(|record| record.expected).collect();
        median_cell(&expected, percent)
    }
}

/// The mean of signed excesses of the variance with its interval, in millionths.
fn excess(values: &[f64]) -> Cell {
    let millionths = |value: f64| significant(value * 1e6);
    match intervals::mean(values, 0.95) {
        Ok(mean) => {
            let Interval { low, high } = mean.interval;
            Cell::number(mean.value, format!("{} [{}, {}]", millionths(mean.value), millionths(low), millionths(high)))
        }
        Err(_) => median_cell(values, millionths),
    }
}

/// The highest mean of that many signed excesses of the variance that chance alone gives, except one time in a thousand.
///
/// Of keys thrown at random, K·CV² is X², whose sum over T samples has T·(N−1) degrees of freedom.
fn highest_by_chance(nodes: u64, keys: u64, samples: usize) -> f64 {
    const TAIL: f64 = 1e-3;
    let tail = Tail::new(TAIL).expect("one in a thousand is a tail");
    let degrees = nodes.saturating_sub(1);
    let all = degrees * samples as u64;
    (chi_square_band(all, tail).high - float(all)) / (float(samples) * float(keys))
}

/// Puts the ideal below the algorithms of each size.
fn with_ideal(table: &mut Table, keys: u64) {
    let mut sizes: Vec<f64> = table.rows.iter().filter_map(|row| row.first().and_then(|cell| cell.value)).collect();
    sizes.dedup();
    for size in sizes {
        let nodes = whole(size);
        let Ok(law) = UniformLaw::new(nodes, keys) else { continue };
        let busiest = float(law.max_quantile(0.5)) / law.mean_load();
        let one = || Cell::number(1.0, "1");
        let cells = vec![
            Cell::number(law.cv(), percent(law.cv())),
            Cell::number(0.0, "none"),
            Cell::number(busiest, ratio(busiest)),
            Cell::nothing(),
            one(),
            one(),
            one(),
            Cell::number(0.0, "0"),
        ];
        table.rows.push(labelled(nodes, Cell::words("ideal"), cells));
    }
    sort_by_nodes(table);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sample::{ALGORITHMS, records};
    use crate::record::Record;

    /// The column for an algorithm whose samples have these signed excesses, on a thousand keys a node.
    fn shown(excesses: &[f64]) -> String {
        let mut rows = records(&ALGORITHMS[..1], &[100]);
        rows.retain(|row| row.metric == "signed_excess_variance" && row.keys == "words");
        let template = rows.remove(0);
        let rows: Vec<Record> = (excesses.iter().zip(0..))
            .map(|(&value, repetition)| Record { value: Some(value), repetition, ..template.clone() })
            .collect();
        let table = Content::of(&rows).placement(("words", template.key_count));
        table.rows[0][3].text.clone()
    }

    #[test]
    fn rings_that_differ_from_one_another_are_beyond_chance_all_the_same() {
        // Two rings of one point a node: as far from even as from each other.
        assert_eq!(shown(&[0.2, 1.8]), "100");
        assert_eq!(shown(&[0.5]), "70.7");
    }

    #[test]
    fn what_chance_gives_is_none() {
        // 99 degrees of freedom and 10⁵ keys: X² of 99 ± 14 is an excess of 0 ± 1.4·10⁻⁴.
        assert_eq!(shown(&[1.4e-4, -1.4e-4]), "none");
        assert_eq!(shown(&[3.0e-4]), "none");
        assert_eq!(shown(&[8.0e-4]), "2.83");
        // The mean of many is held to a narrower band.
        let many: Vec<f64> = (0..50).map(|i| 3.0e-4 + f64::from(i) * 1e-9).collect();
        assert_eq!(shown(&many), "1.73");
    }
}
