//! What a build, a change and the memory cost.

use super::markdown::{header, table};
use super::number;
use crate::cell::Algorithm;
use crate::probe::Outcome;
use crate::results::{Results, Subject};
use crate::subject::Applied;

/// Below these, the books of the allocator and the pages of the process tell more of the reading than of what is read.
const LEAST_LIVE: u64 = 2_000;
const LEAST_PEAK: u64 = 1_000_000;

pub(super) fn section(results: &Results) -> String {
    let mut text = String::from(
        "## Build, change, memory\n\nEach in a process of its own, the median of its repetitions; not interleaved, so good for \
         orders of magnitude. *Live* is what stays on the heap by the system allocator's books, nodes and names included; *peak* how \
         much the memory of the process rose. A change that is *rebuilt* has no method, and everything is made again.\n\n",
    );
    for algorithm in Algorithm::ALL {
        let rows: Vec<Vec<String>> = results
            .of(algorithm)
            .flat_map(|(cell, subjects)| subjects.iter().filter_map(move |subject| row(cell.nodes, subject)))
            .collect();
        if !rows.is_empty() {
            let columns = ["N", "subject", "build", "add one", "remove one", "live", "a node", "peak"];
            text.push_str(&format!("### {algorithm}\n\n{}\n", table(&header(&columns), &rows)));
        }
    }
    text
}

fn row(nodes: u32, subject: &Subject) -> Option<Vec<String>> {
    let Outcome { build, changes, failure, .. } = &subject.outcome;
    let mut row = vec![number::count(u64::from(nodes)), subject.name.to_owned()];
    let Some(build) = build else {
        row.push(format!("not run: {}", failure.as_deref()?));
        row.extend(["–"; 5].map(str::to_owned));
        return Some(row);
    };
    row.push(number::time(build.nanoseconds));
    match changes {
        Some(changes) => {
            let note = if changes.how == Applied::Rebuilt { " (rebuilt)" } else { "" };
            row.push(format!("{}{note}", number::time(changes.add_nanoseconds)));
            row.push(format!("{}{note}", number::time(changes.remove_nanoseconds)));
        }
        None => row.extend([failure.clone().unwrap_or_else(|| "–".to_owned()), "–".to_owned()]),
    }
    let told = |bytes, least| if bytes < least { format!("< {}", number::bytes(least)) } else { number::bytes(bytes) };
    row.push(told(build.live_bytes, LEAST_LIVE));
    let each = (build.live_bytes >= LEAST_LIVE).then(|| number::bytes(build.live_bytes / u64::from(nodes)));
    row.push(each.unwrap_or_else(|| "–".to_owned()));
    row.push(told(build.peak_bytes, LEAST_PEAK));
    Some(row)
}
