//! Unequal nodes: shares follow the weights, nobody is left out, and a change of weight moves what it must.

use annulus_core::{DependsOn, Weight};

use crate::algorithm::{Algorithm, Law, Subject};
use crate::keys::generated;
use crate::stats::{Interval, StatsError, Tail, arcs, float, intervals, weights};

use super::cell::{Cell, compare, count, differing, differing_shares, expected_shares, owners, weighted};
use super::count::{index, length};
use super::figure::{POSITIVE, Sheet, each};
use super::gate::Gate;
use super::{shares, slots, uniform};

/// Weights from one to ten, over four orders of magnitude and past 2³² in all; one light node among heavy ones; one weight raised and
/// lowered again.
pub(super) struct Weights;

/// Digests for what is asked for several times.
const ASKED_AGAIN: usize = 50_000;

/// One key in four is placed by weight, and a quarter of a million at least: look-ups by weight take logarithms, and at a thousand nodes
/// 250,000 keys still give the lightest some forty.
const ONE_IN: usize = 4;
const LEAST_WEIGHED: usize = 250_000;

impl Gate for Weights {
    fn name(&self) -> &'static str {
        "weights"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        let is_applicable = algorithm.properties().weighted && nodes > 1;
        let counts = if is_uniform_or_told(algorithm) { 2 } else { 0 };
        let spreads = if is_uniform_or_told(algorithm) { SPREADS.len() as u64 } else { 0 };
        let means = u64::from(is_judged_in_the_mean(algorithm, nodes));
        is_applicable.then(|| counts + spreads + means + u64::from(has_arcs(algorithm)))
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        match weighted(cell.algorithm, None, &cell.names, one_to_ten) {
            Ok(subject) => {
                proportions(cell, &*subject, sheet)?;
                reweighting(cell, &*subject, sheet);
            }
            Err(refusal) => sheet.refused(cell.told(&refusal)),
        }
        light(cell, sheet);
        spreads(cell, sheet)?;
        if is_judged_in_the_mean(cell.algorithm, cell.nodes) { in_the_mean(cell, sheet) } else { Ok(()) }
    }
}

fn is_uniform_or_told(algorithm: &Algorithm) -> bool {
    uniform::is_uniform(algorithm) || algorithm.tells_shares()
}

fn has_arcs(algorithm: &Algorithm) -> bool {
    matches!(algorithm.law(), Law::Arcs { .. }) && algorithm.tells_shares()
}

/// 1, 2, …, 10, 1, 2, … by position.
fn one_to_ten(position: usize) -> Weight {
    weight(u32::try_from(position % 10).unwrap_or(0) + 1)
}

/// A weight from a number that is not 0.
fn weight(number: u32) -> Weight {
    Weight::new(number).unwrap_or(Weight::ONE)
}

/// The counts of keys and the exact shares against the weights.
fn proportions(cell: &Cell<'_>, subject: &dyn Subject, sheet: &mut Sheet) -> Result<(), StatsError> {
    shares::are_shares(subject, sheet);
    let own: Vec<u64> = (0..cell.names.len()).map(|at| u64::from(one_to_ten(at).get())).collect();
    let total: u64 = own.iter().sum();
    by_law(cell, subject, &own, total, sheet)?;
    let due = match cell.algorithm.law() {
        Law::Uniform => Some(own.iter().map(|&own| float(own) / float(total)).collect()),
        _ => expected_shares(cell.algorithm, subject),
    };
    let Some(due) = due else { return Ok(()) };
    let digests = cell.some_digests((cell.digests.len() / ONE_IN).max(LEAST_WEIGHED));
    let (counts, nobody) = count(&owners(subject, digests), cell.names.len());
    sheet.none("keys of nobody", nobody, "valid answers");
    shares::against(&counts, &due, cell.tail, "X² of counts against due shares", sheet)?;
    // Where the lightest expects too few keys, a band for each node would be blind to one that gets nothing.
    if let Ok(bands) = weights::count_bands(&due, length(digests.len()), cell.tail) {
        let figures = counts.iter().map(|&count| float(count)).zip(bands);
        sheet.worst("keys of the node nearest to its band's end", figures, "binomial");
    }
    Ok(())
}

/// The weight of the node at a position.
type NumberAt = fn(usize) -> u32;

/// Weights by position that are clipped, capped or added up in too few bits somewhere.
const SPREADS: [(&str, NumberAt); 2] = [
    ("weights from 1 to 10,000", |at| [10_000, 1, 1_000, 10, 100][at % 5]),
    ("weights of 400 million and more", |at| 400_000_000 * (1 + u32::try_from(at % 10).unwrap_or(0))),
];

/// Counts of keys against shares over four orders of magnitude, and where weights add up to more than 2³².
fn spreads(cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
    for (what, number) in SPREADS {
        let subject = match weighted(cell.algorithm, None, &cell.names, |at| weight(number(at))) {
            Ok(subject) => subject,
            Err(refusal) => {
                sheet.refused(format!("of {what}, {}", cell.told(&refusal)));
                continue;
            }
        };
        let total: f64 = (0..cell.names.len()).map(|at| f64::from(number(at))).sum();
        let due = match cell.algorithm.law() {
            Law::Uniform => Some((0..cell.names.len()).map(|at| f64::from(number(at)) / total).collect()),
            _ => expected_shares(cell.algorithm, &*subject),
        };
        let Some(due): Option<Vec<f64>> = due else { continue };
        slots_of_spread(cell, &due, number, total, sheet);
        let (counts, nobody) = count(&owners(&*subject, cell.some_digests(LEAST_WEIGHED)), cell.names.len());
        sheet.none(format!("keys of nobody, {what}"), nobody, "valid answers");
        shares::against(&counts, &due, cell.tail, &format!("X² of counts, {what}"), sheet)?;
    }
    Ok(())
}

/// Exact shares of a table against the weights: within a slot of what is due.
fn slots_of_spread(cell: &Cell<'_>, shares: &[f64], number: NumberAt, total: f64, sheet: &mut Sheet) {
    let Law::Slots { slots } = cell.algorithm.law() else { return };
    let off = |(at, share): (usize, &f64)| (share - f64::from(number(at)) / total).abs() * float(slots);
    let worst = shares.iter().enumerate().map(off).fold(0.0, f64::max);
    sheet.exact("most slots off a node's due, uneven weights", worst, Interval { low: 0.0, high: 1.0 + 1e-6 }, "quota");
}

/// Whether shares are held to weights in the mean alone: where no law says more, and where the weights below are affordable.
fn is_judged_in_the_mean(algorithm: &Algorithm, nodes: u64) -> bool {
    let has_law = matches!(algorithm.law(), Law::Arcs { .. } | Law::Slots { .. }) && algorithm.tells_shares();
    !has_law && !uniform::is_uniform(algorithm) && (3..=30).contains(&nodes)
}

/// The share of all nodes of a weight, in the mean over sets of names, against what they are due.
///
/// The band is Student's, from the sets' own spread, and 5 % besides for coarse shares: what it finds is a weight that is ignored,
/// clipped or bent. Counts agree with the exact shares then.
fn in_the_mean(cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
    // Points of a fraction for each unit of weight are rounded up to one for light weights.
    const UNITS: [u32; 2] = [100, 1];
    let mut why = String::new();
    for unit in UNITS {
        match sets_of_shares(cell, |at| weight(unit * CLASSES[at % CLASSES.len()])) {
            Ok(all) => {
                let figures = (0..CLASSES.len()).map(|class| of_class(cell, &all, class)).collect::<Result<Vec<_>, _>>()?;
                sheet.worst("mean share of a weight over its due, nearest to its band's end", figures, "weights");
                return Ok(());
            }
            Err(refusal) => why = refusal,
        }
    }
    sheet.refused(format!("of weights 1, 2 and 4, {why}"));
    Ok(())
}

/// The weights of nodes that are judged in the mean, by position in turn.
const CLASSES: [u32; 3] = [1, 2, 4];

/// What all nodes of a class have over what they are due, in the mean over the sets, and its band.
fn of_class(cell: &Cell<'_>, all: &[Vec<f64>], class: usize) -> Result<(f64, Interval), StatsError> {
    const COARSE: f64 = 0.05;
    let classes = || (0..cell.names.len()).map(|at| at % CLASSES.len());
    let total: f64 = classes().map(|class| f64::from(CLASSES[class])).sum();
    let members = classes().filter(|&of| of == class).count();
    let due = float(members) * f64::from(CLASSES[class]) / total;
    let own = |shares: &Vec<f64>| classes().zip(shares).filter(|&(of, _)| of == class).map(|(_, share)| share / due).sum();
    let level = 1.0 - 2.0 * each(cell.tail, length(CLASSES.len())).probability();
    let found = intervals::mean(&all.iter().map(own).collect::<Vec<f64>>(), level)?;
    let reach = COARSE + (found.interval.high - found.interval.low) / 2.0;
    Ok((found.value, Interval { low: 1.0 - reach, high: 1.0 + reach }))
}

/// Shares by position under other names each time; of some keys, where they are not told.
fn sets_of_shares(cell: &Cell<'_>, weights: impl Fn(usize) -> Weight) -> Result<Vec<Vec<f64>>, String> {
    const SETS: u32 = 40;
    const FIRST_SET: u32 = 1_900_000_001;
    let digests = cell.some_digests(20_000);
    let of = |set: u32| {
        let names = generated::node_names(cell.plan.seed, FIRST_SET.wrapping_add(cell.repetition * SETS + set), cell.names.len());
        let subject = weighted(cell.algorithm, None, &names, &weights).map_err(|refusal| cell.told(&refusal))?;
        let counted = || count(&subject.owners(digests), names.len()).0.into_iter();
        Ok(subject.shares().unwrap_or_else(|| counted().map(|count| float(count) / float(digests.len())).collect()))
    };
    (0..SETS).map(of).collect()
}

/// The exact shares against the weights, where the law of the shares is known.
fn by_law(cell: &Cell<'_>, subject: &dyn Subject, own: &[u64], total: u64, sheet: &mut Sheet) -> Result<(), StatsError> {
    let Some(shares) = subject.shares() else { return Ok(()) };
    match cell.algorithm.law() {
        Law::Arcs { points } => {
            let band = |own: u64, tail: Tail| arcs::weighted_share_band(own * points, total * points, tail);
            let tail = each(cell.tail, cell.nodes);
            // There are ten weights and so ten bands at most.
            let bands = (1..=10).map(|own| band(own.min(total), tail)).collect::<Result<Vec<_>, _>>()?;
            let by_weight = own.iter().map(|&own| bands[usize::try_from(own - 1).unwrap_or(0)]);
            sheet.worst("share of the node nearest to its band's end", shares.iter().copied().zip(by_weight), "ring-beta");
        }
        Law::Slots { slots } => {
            let due = own.iter().map(|&own| float(slots) * float(own) / float(total));
            let odd = shares.iter().zip(due).map(|(share, due)| (slots::round_to_whole(share * float(slots)) - due).abs());
            let worst = odd.fold(0.0, f64::max);
            sheet.exact("most slots off a node's due", worst, Interval { low: 0.0, high: 1.0 }, "quota");
        }
        _ => {}
    }
    Ok(())
}

/// One node of weight one among heavy ones: as heavy as the algorithm admits and memory allows.
fn light(cell: &Cell<'_>, sheet: &mut Sheet) {
    // A circle of 160 points for a unit of weight has then three million: more would take minutes and gigabytes.
    const MOST: u64 = 20_000;
    let is_affordable = |&heavy: &u32| heavy == 10 || u64::from(heavy) * cell.nodes <= MOST;
    let mut why = String::new();
    for heavy in [1000, 100, 10].into_iter().filter(is_affordable) {
        let weights = |at: usize| if at == 0 { Weight::ONE } else { weight(heavy) };
        let subject = match weighted(cell.algorithm, None, &cell.names, weights) {
            Ok(subject) => subject,
            Err(refusal) => {
                why = cell.told(&refusal);
                continue;
            }
        };
        if let Some(shares) = subject.shares() {
            let least = shares.into_iter().fold(f64::INFINITY, f64::min);
            sheet.exact(format!("least share beside weights of {heavy}"), least, POSITIVE, "exact shares");
        }
        return;
    }
    sheet.refused(format!("of a node of weight 1 beside others of weight 10, {why}"));
}

/// One weight is raised and lowered again.
fn reweighting(cell: &Cell<'_>, subject: &dyn Subject, sheet: &mut Sheet) {
    let properties = cell.algorithm.properties();
    let digests = cell.some_digests(ASKED_AGAIN);
    let before = subject.owners(digests);
    let mut raised = subject.boxed_clone();
    match raised.reweigh(&cell.names[0], weight(20)) {
        Ok(true) => {}
        Ok(false) => return sheet.none("reweighted nodes not found", 1, "reweight"),
        Err(refusal) => return sheet.refused(cell.told(&refusal)),
    }
    if properties.minimal_reweight {
        let moves = compare(&before, &*raised, digests, cell.names.len(), |_, to| index(to) == 0);
        sheet.none("keys moved needlessly by a raised weight", moves.needless, "minimal");
    }
    if properties.depends_on == DependsOn::History {
        return;
    }
    let unlike = raised
        .fresh()
        .map_or(u64::MAX, |fresh| differing(&raised.owners(digests), &*fresh, digests) + differing_shares(&*raised, &*fresh));
    sheet.none("answers unlike a fresh build's after a raised weight", unlike, "fresh build");
    let lowered = raised.reweigh(&cell.names[0], one_to_ten(0));
    let unlike = if lowered.is_ok() { differing(&before, &*raised, digests) } else { u64::MAX };
    sheet.none("answers changed by a weight raised and lowered", unlike, "round trip");
}
