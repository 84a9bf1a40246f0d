//! Figures that follow from recorded ones.

use std::collections::HashMap;

use crate::record::Record;

/// The metric of [`moved_per_own_key`].
pub(crate) const MOVED_PER_OWN_KEY: &str = "moved_per_own_key";

/// What tells one movement from another: algorithm, parameters, nodes, keys, number of keys, case, seed, repetition.
type Movement<'a> = (&'a str, &'a str, u64, &'a str, u64, &'a str, u64, u32);

fn movement(record: &Record) -> Movement<'_> {
    (
        &record.algorithm,
        &record.parameters,
        record.nodes,
        &record.keys,
        record.key_count,
        &record.case,
        record.seed,
        record.repetition,
    )
}

/// For each recorded movement, the keys that moved over the keys of the node that joined or left.
///
/// Every move is either to or from that node or between two that stayed, so its keys are the moved ones less the
/// collateral ones, exactly; 1 is minimal. Against the least that the counts allow, which is recorded too, an algorithm
/// that shuffles keys looks better than it is: by chance the counts of all nodes change, and the least with them.
///
/// A movement in which that node had no key has no ratio and is left out.
pub(crate) fn moved_per_own_key(records: &[Record]) -> Vec<Record> {
    let rows = |metric: &'static str| records.iter().filter(move |record| record.measure == "remap" && record.metric == metric);
    let collateral: HashMap<Movement<'_>, f64> =
        rows("collateral").filter_map(|record| Some((movement(record), record.value?))).collect();
    rows("moved")
        .filter_map(|record| {
            let moved = record.value?;
            let own = moved - collateral.get(&movement(record))?;
            let ratio = moved / own;
            (own > 0.0 && ratio.is_finite()).then(|| Record {
                metric: MOVED_PER_OWN_KEY.to_owned(),
                unit: "ratio".to_owned(),
                value: Some(ratio),
                expected: None,
                low: None,
                high: None,
                formula: String::new(),
                ..record.clone()
            })
        })
        .collect()
}
