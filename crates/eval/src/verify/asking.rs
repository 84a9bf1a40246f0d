//! The same question in other ways: one by one, in batches of every length, in another order, from another thread.

use annulus_core::Digest;

use crate::algorithm::{Algorithm, NodeId, Subject};
use crate::stats::StatsError;

use super::cell::Cell;
use super::count::length;
use super::figure::Sheet;
use super::gate::Gate;

/// An answer must not depend on how it was asked for.
pub(super) struct Asking;

/// Digests that are asked again: a fault in one of 4,096 is seen 24 times.
const DIGESTS: usize = 100_000;

/// The longest of the short batches: past every rest of the widest lanes, and past where batches change to other forms.
const LONGEST: usize = 300;

impl Gate for Asking {
    fn name(&self) -> &'static str {
        "asking"
    }

    fn random_figures(&self, _: &Algorithm, _: u64) -> Option<u64> {
        Some(0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let digests = cell.some_digests(DIGESTS);
        let (owners, subject) = (&cell.owners[..digests.len()], &*cell.subject);
        let single = digests.iter().zip(owners).filter(|&(&digest, &owner)| subject.owner(digest) != owner);
        sheet.none("single look-ups unlike their batch", length(single.count()), "determinism");
        sheet.none("answers of short batches unlike a long one", in_short_batches(subject, digests, owners), "determinism");
        let backwards: Vec<Digest> = digests.iter().rev().copied().collect();
        let unlike = subject.owners(&backwards).into_iter().rev().zip(owners).filter(|&(found, &owner)| found != owner);
        sheet.none("answers that depend on those before", length(unlike.count()), "determinism");
        let elsewhere = std::thread::scope(|scope| scope.spawn(|| subject.owners(digests)).join());
        let unlike = elsewhere.map_or(length(digests.len()), |found| differing(&found, owners));
        sheet.none("answers that depend on the thread", unlike, "determinism");
        Ok(())
    }
}

/// Batches of 1, 2, 3 … digests after one another, which begin at every place of the long one.
fn in_short_batches(subject: &dyn Subject, digests: &[Digest], owners: &[NodeId]) -> u64 {
    let (mut from, mut unlike) = (0, 0);
    for batch in (1..=LONGEST).cycle() {
        let Some(digests) = digests.get(from..from + batch) else { break };
        unlike += differing(&subject.owners(digests), &owners[from..from + batch]);
        from += batch;
    }
    unlike
}

fn differing(found: &[NodeId], owners: &[NodeId]) -> u64 {
    length(found.iter().zip(owners).filter(|(found, owner)| found != owner).count())
}
