//! Requirements that are not met, in words: the figure, the limit, where the figure is from.

use super::source;
use crate::choose::{Considered, Miss, Source, Tried, Wanted, Worst};
use crate::reading::number::{bytes, count, plain, plain_bytes, ratio, significant};
use crate::stats::float;

/// A figure beyond a limit, with the digits that tell them apart.
fn beside(value: f64, limit: f64) -> String {
    let short = ratio(value);
    let shows = short.replace(',', "").parse::<f64>().is_ok_and(|shown| shown > limit);
    if shows { short } else { format!("{value:.6}") }
}

/// What one requirement misses.
pub(crate) fn missed(miss: &Miss, wanted: &Wanted) -> String {
    let at = |worst: &Worst| format!("among {} nodes", count(worst.nodes as u64));
    match miss {
        Miss::Weights => "takes equal nodes only (annulus list)".to_owned(),
        Miss::Order => {
            "its answers depend on the order of the list, and the routers share the set of nodes alone (annulus list)".to_owned()
        }
        Miss::History => "its answers depend on all earlier changes, which the routers do not share (annulus list)".to_owned(),
        Miss::Busiest(worst) => format!(
            "the busiest node has {} × its part {}, more than {} ({})",
            beside(worst.value, wanted.busiest),
            at(worst),
            plain(wanted.busiest),
            match worst.source {
                Source::Counted { samples } => format!("the worst of {samples} sets of names"),
                other => source(other),
            }
        ),
        Miss::Moved(worst) => format!(
            "one change moves {} × what it must {}, more than {} ({})",
            beside(worst.value, wanted.moved),
            at(worst),
            plain(wanted.moved),
            source(worst.source)
        ),
        Miss::Bytes(worst) => {
            format!("takes {} {}, more than {}", bytes(worst.value), at(worst), plain_bytes(float(wanted.bytes)))
        }
        Miss::Lookup(worst) => {
            let most = wanted.lookup.map_or_else(|| "–".to_owned(), plain);
            format!("a look-up takes {} ns {}, more than {most} ns (timed here)", significant(worst.value), at(worst))
        }
    }
}

/// Why an algorithm is out: the last entry of its grid that was tried. Nothing where one meets the requirements.
pub(crate) fn of_considered(one: &Considered, wanted: &Wanted) -> Option<String> {
    let last = one.tried.last()?;
    let reason = of_tried(last, wanted)?;
    let single = one.tried.len() == 1;
    Some(match last.miss {
        _ if single => format!("{}: {reason}", one.name),
        Some(Miss::Bytes(_)) => {
            let before = one.tried.iter().rev().nth(1);
            let before = before.and_then(|tried| Some(format!("with {}, {}; ", tried.text, of_tried(tried, wanted)?)));
            format!("{}: {}{} {reason}", one.name, before.unwrap_or_default(), last.text)
        }
        _ => format!("{}: even with the largest of its grid, {}, {reason}", one.name, last.text),
    })
}

/// Why one entry will not do.
pub(crate) fn of_tried(tried: &Tried, wanted: &Wanted) -> Option<String> {
    tried.miss.as_ref().map(|miss| missed(miss, wanted)).or_else(|| tried.refusal.clone())
}
