//! What a change of membership moves: never less than it must, and no more where that is promised.

use annulus_core::{ChangeError, DependsOn, Properties, Weight};

use crate::algorithm::{Algorithm, Law, Subject};
use crate::keys::generated;
use crate::stats::arcs::ArcsLaw;
use crate::stats::{Interval, StatsError, float, remap};

use super::cell::{Cell, compare, differing, differing_shares, expected_shares};
use super::count::{index, length};
use super::figure::Sheet;
use super::gate::Gate;
use super::uniform::is_uniform;

/// One node joins, the last leaves, others leave.
pub(super) struct Movement;

/// Digests that are also asked of a fresh build.
const ASKED_AGAIN: usize = 100_000;

/// How many nodes leave, each alone.
const VICTIMS: usize = 3;

impl Gate for Movement {
    fn name(&self) -> &'static str {
        "movement"
    }

    fn random_figures(&self, algorithm: &Algorithm, _: u64) -> Option<u64> {
        Some(u64::from(joining_law(algorithm)) + u64::from(is_told(algorithm)))
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let properties = cell.algorithm.properties();
        match addition(cell) {
            Ok(after) => {
                let counts = Change { what: "add", changed: cell.names.len(), is_minimal: properties.minimal_add }
                    .judge(cell, &*after, sheet)?;
                joining(cell, counts[cell.names.len()], sheet)?;
                told(cell, &*after, counts[cell.names.len()], sheet);
            }
            Err(refusal) => sheet.refused(cell.told(&refusal)),
        }
        if cell.nodes > 1 {
            let last = cell.names.len() - 1;
            let victims = generated::victims(cell.plan.seed, cell.repetition, last, VICTIMS);
            for victim in std::iter::once(last).chain(victims) {
                let mut after = cell.subject.boxed_clone();
                after.remove(&cell.names[victim]);
                removal(victim, last, properties).judge(cell, &*after, sheet)?;
            }
        }
        Ok(())
    }
}

/// One change, and what is promised of it.
struct Change {
    what: &'static str,
    /// Who came or went.
    changed: usize,
    is_minimal: bool,
}

fn addition(cell: &Cell<'_>) -> Result<Box<dyn Subject>, ChangeError> {
    let mut after = cell.subject.boxed_clone();
    // Node numbers are u32 throughout, and there is one more than the members.
    let id = u32::try_from(cell.names.len()).unwrap_or(u32::MAX - 1);
    after.add(&[(&cell.newcomer, Weight::ONE, id)])?;
    Ok(after)
}

fn removal(victim: usize, last: usize, properties: &Properties) -> Change {
    let is_last = victim == last;
    Change {
        what: if is_last { "remove last" } else { "remove" },
        changed: victim,
        is_minimal: properties.minimal_remove_any || (is_last && properties.minimal_remove_last),
    }
}

impl Change {
    /// Judges the change and returns the counts after it, by id.
    fn judge(&self, cell: &Cell<'_>, after: &dyn Subject, sheet: &mut Sheet) -> Result<Vec<u64>, StatsError> {
        let ids = cell.names.len() + 1;
        let own = |id| index(id) == self.changed;
        let moves = compare(&cell.owners, after, &cell.digests, ids, |from, to| own(from) || own(to));
        let name = |figure: &str| format!("{}: {figure}", self.what);
        // A point left behind by who is gone answers with an index that is nobody's, or of the node that took it over.
        sheet.none(name("keys of nobody"), moves.nobody, "dead node's share");
        let ghost = self.what != "add" && after.ids().into_iter().any(own);
        sheet.none(name("removed nodes still there"), u64::from(ghost), "dead node's share");
        // No map of keys falls below: this holds the counting itself, and shows how much was moved.
        let least = float(remap::least(&moves.before, &moves.after)?);
        sheet.exact(name("keys moved"), float(moves.moved), Interval { low: least, high: f64::INFINITY }, "least");
        if self.is_minimal {
            sheet.none(name("keys moved needlessly"), moves.needless, "minimal");
        }
        self.against_fresh(cell, after, sheet);
        Ok(moves.after)
    }

    /// Judges that the changed state is the one that a fresh build has.
    fn against_fresh(&self, cell: &Cell<'_>, after: &dyn Subject, sheet: &mut Sheet) {
        if cell.algorithm.properties().depends_on == DependsOn::History {
            return;
        }
        match after.fresh() {
            Ok(fresh) => {
                let digests = cell.some_digests(ASKED_AGAIN);
                let answers = differing(&after.owners(digests), &*fresh, digests);
                sheet.none(format!("{}: answers unlike a fresh build's", self.what), answers, "fresh build");
                let shares = differing_shares(after, &*fresh);
                sheet.none(format!("{}: shares unlike a fresh build's", self.what), shares, "fresh build");
            }
            Err(_) => sheet.none(format!("{}: fresh builds refused", self.what), 1, "fresh build"),
        }
    }
}

/// Whether the count of a node that joins has a law.
fn joining_law(algorithm: &Algorithm) -> bool {
    is_uniform(algorithm) || matches!(algorithm.law(), Law::Arcs { .. })
}

/// Judges the count of the node that joined by its law.
fn joining(cell: &Cell<'_>, count: u64, sheet: &mut Sheet) -> Result<(), StatsError> {
    let keys = length(cell.digests.len());
    let (band, formula) = match cell.algorithm.law() {
        Law::Arcs { points } => (ArcsLaw::new(cell.nodes, points)?.new_node(keys)?.band(cell.tail), "beta-binomial"),
        _ if is_uniform(cell.algorithm) => (remap::joining_band(cell.nodes, keys, cell.tail)?, "binomial"),
        _ => return Ok(()),
    };
    sheet.random("add: keys of the new node", float(count), band, formula);
    Ok(())
}

/// Whether a node that joins has an exact share which is not that of all.
fn is_told(algorithm: &Algorithm) -> bool {
    algorithm.tells_shares() && !is_uniform(algorithm)
}

/// Judges the count of the node that joined by its own share: far narrower than the law of a share that is not known.
fn told(cell: &Cell<'_>, after: &dyn Subject, count: u64, sheet: &mut Sheet) {
    if !is_told(cell.algorithm) {
        return;
    }
    let share = expected_shares(cell.algorithm, after).and_then(|shares| shares.last().copied()).unwrap_or(0.0);
    let band = remap::binomial_band(length(cell.digests.len()), share, cell.tail);
    sheet.random("add: keys of the new node against its share", float(count), band, "binomial");
}
