//! Requirements that are not met, in words: the figure, the limit, where the figure is from.

use super::named;
use crate::choose::{Considered, Miss, Source, Tried, Wanted, Worst};
use crate::reading::number::{bytes, count, plain, plain_bytes, ratio, significant};
use crate::stats::float;

/// Where a figure of movement is from.
pub(super) fn source(source: Source) -> String {
    match source {
        Source::Promised => "by design; `annulus verify` checks it".to_owned(),
        Source::Law(law) => law.to_owned(),
        Source::Counted { samples: 1 } => "counted over a removal".to_owned(),
        Source::Counted { samples } => format!("counted over {} removals", count(u64::from(samples))),
        Source::Timed => "timed on this machine".to_owned(),
    }
}

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
        Miss::Weights => "takes equal nodes only; see `annulus list`".to_owned(),
        Miss::Order => {
            "needs the list of nodes in the same order in every router (`--routers order`); see `annulus list`".to_owned()
        }
        Miss::History => "needs all earlier changes in every router (`--routers order`); see `annulus list`".to_owned(),
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
        Miss::Copies(worst) => format!(
            "{} copies put {} × its part on the busiest node {}, more than {}, under any algorithm ({})",
            wanted.replicas,
            beside(worst.value, wanted.busiest),
            at(worst),
            plain(wanted.busiest),
            source(worst.source)
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
            format!(
                "a look-up takes {} ns {}, more than {} ns (timed here)",
                significant(worst.value),
                at(worst),
                plain(wanted.lookup)
            )
        }
    }
}

/// Why an algorithm is out: the last entry of its grid that was tried. Nothing where one meets the requirements.
pub(super) fn of_considered(one: &Considered, wanted: &Wanted) -> Option<String> {
    let last = one.tried.last()?;
    let reason = of_tried(last, wanted)?;
    let name = named(one);
    Some(match last.miss {
        _ if one.tried.len() == 1 => format!("{name}: {reason}"),
        Some(Miss::Bytes(_)) => {
            let before = one.tried.iter().rev().nth(1);
            let before = before.and_then(|tried| Some(format!("with {}, {}; ", tried.text, of_tried(tried, wanted)?)));
            format!("{name}: {}{} {reason}", before.unwrap_or_default(), last.text)
        }
        _ => format!("{name}: even with the largest of its grid, {}, {reason}", last.text),
    })
}

/// Why one entry will not do.
pub(crate) fn of_tried(tried: &Tried, wanted: &Wanted) -> Option<String> {
    tried.miss.as_ref().map(|miss| missed(miss, wanted)).or_else(|| tried.refusal.clone())
}
