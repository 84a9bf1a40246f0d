//! Replicas in different zones: the preference order, less nodes of a zone that is taken.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;

use annulus_core::{Digest, NodeIndex};

use super::super::error::Error;
use crate::algorithm::{NodeId, Placement};
use crate::keys::Input;
use crate::members::{Member, MembersError};

/// The zone of each member, as a number.
pub(super) struct Zones {
    of_member: Vec<usize>,
}

impl Zones {
    /// Those of `members`, of which that many different ones are asked for.
    pub(super) fn new(path: &Path, members: &[Member], replicas: usize) -> Result<Self, Error> {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut of_member = Vec::with_capacity(members.len());
        for member in members {
            let Some(zone) = &member.zone else {
                let reason = format!("`{}` has no zone, and --spread zone needs one; write `{0}<TAB>1<TAB>ZONE`", member.name);
                return Err(MembersError { input: Input::of(path), line: member.line, reason }.into());
            };
            let next = numbers.len();
            of_member.push(*numbers.entry(zone).or_insert(next));
        }
        let zones = numbers.len();
        if replicas > zones {
            let (are, s) = if zones == 1 { ("is", "") } else { ("are", "s") };
            return Err(Error::Usage(format!(
                "--replicas is {replicas}, and there {are} {zones} zone{s} in {}; give --replicas {zones}, or leave out --spread zone",
                path.display()
            )));
        }
        Ok(Self { of_member })
    }

    /// Fills `owners` with the first nodes of a digest's preference order whose zones all differ. `taken` is room to work in.
    pub(super) fn pick(
        &self,
        placement: &dyn Placement,
        ids: &[NodeId],
        digest: Digest,
        owners: &mut [NodeIndex],
        taken: &mut Vec<usize>,
    ) {
        taken.clear();
        placement.walk(digest, &mut |node| {
            // A node's id is its position among the members.
            let zone = self.of_member[usize::try_from(ids[node.as_usize()]).unwrap_or(usize::MAX)];
            if !taken.contains(&zone) {
                owners[taken.len()] = node;
                taken.push(zone);
            }
            if taken.len() == owners.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    }
}
