//! Which algorithm to take for these members, in a few sentences.

use annulus_clock::Kind;

use crate::fleet::Standing;
use crate::reading::number::{count, ratio};
use crate::stats::float;

use super::super::short::{ALIKE, Candidate, Words, advise};
use super::FleetReport;

impl FleetReport<'_> {
    /// Nothing for a single member, which never leaves, or where one algorithm alone took the members.
    pub(super) fn advice(&self) -> Vec<String> {
        let of = |(at, side): (usize, &crate::fleet::Side)| {
            let standing = side.standing.as_ref().ok()?;
            let moved = standing.moved_over_own()?;
            Some(Candidate {
                name: side.algorithm.key().to_owned(),
                busiest: Some(standing.load.busiest),
                moved,
                is_exact: side.algorithm.properties().minimal_remove_any && moved < ALIKE,
                last: None,
                state: Some(float(standing.state_bytes)),
                look_up: self.times.of(at, Kind::DigestLatency).map(|sittings| sittings.value()),
            })
        };
        let all: Vec<Candidate> = self.fleet.sides.iter().enumerate().filter_map(of).collect();
        let words = Words {
            opening: format!("Whichever of these {} members leaves or fails", count(self.fleet.members.len() as u64)),
            many: "members",
            busiest: ["busiest member", "what its weight gives it"],
            command: format!("annulus choose --members {}", self.file),
        };
        let mut said = advise(all, self.environment, &words);
        // The last two sentences name what to read and to run.
        if let Some(place) = said.len().checked_sub(2) {
            said.insert(place, self.worst_survivors());
        }
        said
    }

    /// What the loss of one member may do to another under each algorithm.
    fn worst_survivors(&self) -> String {
        let of = |(name, standing): (&str, &Standing)| {
            let worst = standing.worst_leaving()?;
            Some(format!("{name} {} (`{}`)", ratio(worst.busiest.1), self.fleet.members[worst.busiest.0].name))
        };
        let worst: Vec<String> = self.standing().into_iter().filter_map(of).collect();
        format!(
            "After any one failure, the busiest survivor has at most, over what its weight gave it before: {}.",
            worst.join(", ")
        )
    }
}
