//! Replicas in different zones: every member has one, and there are enough.

use std::path::Path;

use super::super::error::Error;
use crate::algorithm::Zones;
use crate::keys::Input;
use crate::members::{Member, MembersError};

/// The zones of `members`, of which that many different ones are asked for.
pub(super) fn zones(path: &Path, members: &[Member], replicas: usize) -> Result<Zones, Error> {
    if let Some(member) = members.iter().find(|member| member.zone.is_none()) {
        let reason = format!("`{}` has no zone, and --spread zone needs one; write `{0}<TAB>1<TAB>ZONE`", member.name);
        return Err(MembersError { input: Input::of(path), line: member.line, reason }.into());
    }
    // A member's id is its position.
    let zones = Zones::of(members.iter().filter_map(|member| member.zone.as_deref()));
    let count = zones.count();
    if replicas > count {
        let (are, s) = if count == 1 { ("is", "") } else { ("are", "s") };
        return Err(Error::Usage(format!(
            "--replicas is {replicas}, and there {are} {count} zone{s} in {}; give --replicas {count}, or leave out --spread zone",
            path.display()
        )));
    }
    Ok(zones)
}
