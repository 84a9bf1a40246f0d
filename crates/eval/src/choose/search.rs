//! The search for the least parameters that meet the requirements.

use annulus_core::DependsOn;

use super::candidate::{Candidate, Considered, Figures, Miss, Source, Tried, Worst};
use super::fleet::{Fleet, Unbuilt};
use super::terms::Routers;
use super::wanted::Wanted;
use super::{balance, copies, movement};
use crate::algorithm::{Algorithm, Registry};
use crate::known;
use crate::progress::Progress;
use crate::stats::float;

/// The most bytes of a state that is built for many numbers of nodes.
const SMALL: f64 = 200_000.0;

/// Considers one algorithm: of each of its grids, the parameters in the order of the memory they take, until one meets all requirements.
pub(crate) fn consider(algorithm: &Algorithm, registry: &Registry, wanted: &Wanted, progress: &Progress) -> Vec<Considered> {
    let name = algorithm.properties().algorithm;
    let search = known::search(name).filter(|_| registry.get(name).is_some_and(|known| known.key() == algorithm.key()));
    let grids = search.map_or_else(|| vec![vec![algorithm.key().to_owned()]], |search| (search.grids)(wanted.least_weight()));
    let considered = grids.into_iter().map(|texts| of_grid(algorithm, registry, wanted, texts, progress)).collect();
    progress.advance(1);
    considered
}

fn of_grid(algorithm: &Algorithm, registry: &Registry, wanted: &Wanted, texts: Vec<String>, progress: &Progress) -> Considered {
    let search = known::search(algorithm.properties().algorithm);
    let mut considered =
        Considered { name: algorithm.key().to_owned(), title: algorithm.title().to_owned(), tried: Vec::new(), found: None };
    let mut moved_too_much: Option<String> = None;
    for text in texts {
        let moves_no_less = |before: &String| search.is_some_and(|search| (search.moves_no_less)(&text, before));
        if moved_too_much.as_ref().is_some_and(moves_no_less) {
            continue;
        }
        progress.begin(text.clone());
        // A text of the grid is known to be right.
        let algorithm = registry.resolve(&text).unwrap_or_else(|_| algorithm.clone());
        let outcome = meets(&algorithm, wanted);
        let tried = |miss, refusal| Tried { text: algorithm.key().to_owned(), miss, refusal };
        match outcome {
            Ok(figures) => {
                considered.tried.push(tried(None, None));
                let parameters = algorithm.parameters().split(',').filter(|one| !one.is_empty()).count();
                considered.found = Some(Candidate { algorithm, parameters, figures });
                break;
            }
            Err(Missed::Requirement(miss)) => {
                considered.tried.push(tried(Some(miss), None));
                if let Miss::Moved(_) = miss {
                    moved_too_much = Some(text);
                }
                // What follows takes more memory, or is the same algorithm.
                if !matches!(miss, Miss::Busiest(_) | Miss::Moved(_)) {
                    break;
                }
            }
            Err(Missed::Refused(reason)) => considered.tried.push(tried(None, Some(reason))),
        }
    }
    considered
}

/// Why a set of parameters will not do.
pub(super) enum Missed {
    Requirement(Miss),
    Refused(String),
}

impl From<Miss> for Missed {
    fn from(miss: Miss) -> Self {
        Self::Requirement(miss)
    }
}

/// The figures of an algorithm for every number of nodes, or the first requirement that it misses; the cheapest to check come first.
fn meets(algorithm: &Algorithm, wanted: &Wanted) -> Result<Figures, Missed> {
    promises(algorithm, wanted)?;
    let copies = copies(wanted)?;
    // With the most nodes first, where it mostly fails; the others only of what fits into memory.
    let law = balance::by_law(algorithm, wanted, wanted.to());
    if let Some(figure) = law.filter(|figure| figure.value > wanted.busiest) {
        return Err(Miss::Busiest(figure).into());
    }
    let bytes = bytes(algorithm, wanted)?;
    let busiest = match law {
        Some(figure) => by_law(algorithm, wanted, figure)?,
        None => by_building(algorithm, wanted)?,
    };
    let (moved, extra) = moved(algorithm, wanted, bytes.value <= SMALL)?;
    Ok(Figures { busiest, copies, moved, extra, bytes, lookup: None })
}

/// What needs no figure.
fn promises(algorithm: &Algorithm, wanted: &Wanted) -> Result<(), Miss> {
    let properties = algorithm.properties();
    if !properties.weighted && !wanted.is_equal() {
        return Err(Miss::Weights);
    }
    match (properties.depends_on, wanted.routers) {
        (DependsOn::Order, Routers::List | Routers::Nothing) => Err(Miss::Order),
        (DependsOn::History, Routers::List | Routers::Nothing) => Err(Miss::History),
        _ => Ok(()),
    }
}

/// The busiest node over all numbers of nodes, `most` being that of the most nodes. The figure that is told is the worst of some of them
/// where there are many.
fn by_law(algorithm: &Algorithm, wanted: &Wanted, most: Worst) -> Result<Worst, Missed> {
    let of = |nodes| balance::by_law(algorithm, wanted, nodes);
    if let Some(nodes) = wanted.nodes.clone().find(|&nodes| balance::is_beyond(algorithm, wanted, nodes) == Some(true)) {
        return Err(Miss::Busiest(of(nodes).unwrap_or(most)).into());
    }
    Ok(wanted.told().into_iter().filter_map(of).fold(most, Worst::or))
}

/// The busiest node over the numbers of nodes that are built.
fn by_building(algorithm: &Algorithm, wanted: &Wanted) -> Result<Worst, Missed> {
    let mut worst: Option<Worst> = None;
    for nodes in wanted.built(false).into_iter().rev() {
        let figure = balance::by_building(algorithm, wanted, nodes).map_err(|why| unbuilt(&why, nodes))?;
        if figure.value > wanted.busiest {
            return Err(Miss::Busiest(figure).into());
        }
        worst = Some(worst.map_or(figure, |worst| worst.or(figure)));
    }
    Ok(worst.unwrap_or(Worst { value: f64::NAN, nodes: wanted.to(), source: Source::Promised }))
}

/// The copies of the busiest node, which no algorithm changes.
fn copies(wanted: &Wanted) -> Result<Option<Worst>, Miss> {
    let worst = wanted.built(false).into_iter().filter_map(|nodes| copies::busiest(wanted, nodes)).reduce(Worst::or);
    worst.filter(|worst| worst.value > wanted.busiest).map_or(Ok(worst), |worst| Err(Miss::Copies(worst)))
}

/// The largest state.
fn bytes(algorithm: &Algorithm, wanted: &Wanted) -> Result<Worst, Missed> {
    let mut worst = Worst { value: 0.0, nodes: wanted.from(), source: Source::Counted { samples: 1 } };
    for nodes in wanted.built(false).into_iter().rev() {
        let built = Fleet::new(wanted, nodes, 0).build(algorithm, wanted.bytes).map_err(|why| unbuilt(&why, nodes))?;
        worst = worst.or(Worst { value: float(built.heap_bytes()), nodes, source: worst.source });
    }
    Ok(worst)
}

/// What changes move: the worst over the least possible, and needlessly in a month.
fn moved(algorithm: &Algorithm, wanted: &Wanted, are_small: bool) -> Result<(Worst, f64), Missed> {
    let mut worst: Option<Worst> = None;
    let mut needless = 0.0_f64;
    for nodes in wanted.built(are_small).into_iter().rev() {
        let moved = movement::moved(algorithm, wanted, nodes).map_err(|why| unbuilt(&why, nodes))?;
        if moved.worst.value > wanted.moved {
            return Err(Miss::Moved(moved.worst).into());
        }
        worst = Some(worst.map_or(moved.worst, |worst| worst.or(moved.worst)));
        needless = needless.max(moved.needless);
    }
    let worst = worst.unwrap_or(Worst { value: 1.0, nodes: wanted.to(), source: Source::Promised });
    Ok((worst, needless * wanted.changes))
}

fn unbuilt(why: &Unbuilt, nodes: usize) -> Missed {
    match why {
        Unbuilt::TooLarge(bytes) => {
            Missed::Requirement(Miss::Bytes(Worst { value: float(*bytes), nodes, source: Source::Counted { samples: 1 } }))
        }
        Unbuilt::Refused(reason) => Missed::Refused(reason.clone()),
    }
}
