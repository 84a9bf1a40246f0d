//! Which algorithm to take for these members, in a few sentences.

use annulus_clock::Kind;

use crate::fleet::Standing;
use crate::reading::number::{count, ratio, significant};
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
                // By the exact share where it is known: which member a hot key falls on is luck.
                busiest: self.fleet.busiest_share(&side.algorithm, standing).or(Some(standing.keys.busiest)),
                moved,
                is_exact: side.algorithm.properties().minimal_remove_any && moved < ALIKE,
                last: None,
                state: Some(float(standing.state_bytes)),
                look_up: self.times.of(at, Kind::DigestLatency).map(|sittings| sittings.value()),
            })
        };
        let all: Vec<Candidate> = self.fleet.sides.iter().enumerate().filter_map(of).collect();
        let words = Words {
            subject: format!("these {} members", count(self.fleet.members.len() as u64)),
            one: "member",
            busiest: ["largest share", "what the weight gives"],
            command: format!("annulus choose --members {}", self.file),
        };
        let mut said = advise(all, self.environment, &words);
        // The last two sentences name what to read and to run.
        if let Some(place) = said.len().checked_sub(2) {
            said.insert(place, self.worst_survivors());
        }
        if let (Some(hot), false) = (self.hot_key(), said.is_empty()) {
            said.insert(1, hot);
        }
        said
    }

    /// A key with more load than the lightest member should have in all.
    fn hot_key(&self) -> Option<String> {
        let (key, load) = self.fleet.placed.hottest()?;
        let part = float(load) / float(self.fleet.total_load);
        let least = (0..self.fleet.members.len()).map(|at| self.fleet.wanted(at)).fold(1.0, f64::min);
        (part > least).then(|| {
            format!(
                "One key, `{}`, has {} % of all load. No algorithm divides it, and which member it falls on is chance: compare the columns \
                 of keys.",
                key.escape_debug(),
                significant(part * 100.0)
            )
        })
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
