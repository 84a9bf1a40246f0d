//! Replica sets: distinct, owner first, and the beginning of the preference order.

use std::collections::HashSet;

use crate::error::Error;
use crate::registry::Algorithm;

use super::Gate;
use super::cell::{Cell, index, length};
use super::figure::Sheet;

/// Three replicas of each of some keys, and the whole preference order of a few.
pub(super) struct Replicas;

impl Gate for Replicas {
    fn name(&self) -> &'static str {
        "replicas"
    }

    fn random_figures(&self, _: &Algorithm, _: u64) -> Option<u64> {
        Some(0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), Error> {
        const COUNT: usize = 3;
        const DIGESTS: usize = 20_000;
        // A whole order takes a pass over all nodes for each eight, so that few must do.
        const ORDERS: usize = 20;
        let digests = cell.some_digests(DIGESTS);
        let mut faults = Faults::default();
        for (&digest, owner) in digests.iter().zip(cell.subject.owners(digests)) {
            let set = cell.subject.replicas(digest, COUNT);
            faults.take(&set, COUNT.min(cell.names.len()), cell.names.len());
            faults.not_owner += u64::from(set.first() != Some(&owner));
        }
        for &digest in &digests[..digests.len().min(ORDERS)] {
            let order = cell.subject.preference(digest);
            faults.take(&order, cell.names.len(), cell.names.len());
            let set = cell.subject.replicas(digest, COUNT);
            faults.not_prefix += u64::from(!order.starts_with(&set));
        }
        sheet.none("sets with a repeat", faults.repeated, "distinct");
        sheet.none("sets of another size", faults.short, "distinct");
        sheet.none("sets with a stranger", faults.strange, "distinct");
        sheet.none("sets without the owner first", faults.not_owner, "owner first");
        sheet.none("sets that do not begin the preference order", faults.not_prefix, "preference order");
        Ok(())
    }
}

/// How many sets have which fault.
#[derive(Default)]
struct Faults {
    repeated: u64,
    short: u64,
    strange: u64,
    not_owner: u64,
    not_prefix: u64,
}

impl Faults {
    fn take(&mut self, set: &[u32], size: usize, members: usize) {
        let distinct: HashSet<u32> = set.iter().copied().collect();
        self.repeated += u64::from(distinct.len() != set.len());
        self.short += u64::from(set.len() != size);
        self.strange += length(set.iter().filter(|&&id| index(id) >= members).count()).min(1);
    }
}
