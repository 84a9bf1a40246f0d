//! What `--explain` shows: the grids, and what became of each entry.

use std::fmt::Write as _;

use crate::choose::{Answer, Considered};
use crate::known;
use crate::report::choose::of_tried;

/// The first and the last entries of a long list that are shown; those between miss the same.
const SHOWN: usize = 3;

/// Every algorithm with what was tried.
pub(super) fn grids(answer: &Answer) -> String {
    let mut text = "What was tried\n".to_owned();
    for one in &answer.considered {
        let name = one.name.split(':').next().unwrap_or_default();
        let grid = known::search(name).map_or_else(String::new, |search| format!(" over the grid of {}", (search.told)()));
        let _ = writeln!(text, "  {}{grid}", one.name);
        entries(&mut text, one, answer);
    }
    text
}

fn entries(text: &mut String, one: &Considered, answer: &Answer) {
    let last = one.tried.len().saturating_sub(SHOWN);
    for (at, tried) in one.tried.iter().enumerate() {
        if at == SHOWN && last > SHOWN {
            let _ = writeln!(text, "    … {} more …", last - SHOWN);
        }
        if at < SHOWN || at >= last {
            let outcome = of_tried(tried, &answer.wanted).unwrap_or_else(|| "meets every limit".to_owned());
            let _ = writeln!(text, "    {}: {outcome}", tried.text);
        }
    }
}
