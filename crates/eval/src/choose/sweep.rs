//! The answer checked: every entry of every grid, for every number of nodes, by counting and drawing, without the laws and the short
//! cuts by which it was found.

use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::answer::Answer;
use super::candidate::{Considered, Miss, Worst};
use super::fleet::{Fleet, Unbuilt};
use super::terms::Leaves;
use super::wanted::{UNLUCKY, Wanted};
use super::{balance, movement};
use crate::algorithm::{Algorithm, Law, Registry};
use crate::keys::generated::{Purpose, generator};
use crate::known;
use crate::progress::Progress;
use crate::stats::float;

/// What became of an entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It meets every limit for every number of nodes.
    Meets,
    /// It misses one.
    Misses { what: &'static str, worst: Worst },
    /// It is so near to a limit that as many draws as there were cannot tell.
    TooNear { what: &'static str, worst: Worst },
    /// It was refused.
    Refused(String),
}

/// An entry of a grid.
#[derive(Clone, Debug)]
pub(crate) struct Swept {
    pub(crate) text: String,
    /// Whether the answer has it.
    pub(crate) is_chosen: bool,
    pub(crate) outcome: Outcome,
}

impl Swept {
    /// Whether it contradicts the answer: an entry below the one that was chosen meets everything, or the chosen one does not.
    pub(crate) fn contradicts(&self) -> bool {
        match self.outcome {
            Outcome::Meets => !self.is_chosen,
            Outcome::TooNear { .. } => false,
            Outcome::Misses { .. } | Outcome::Refused(_) => self.is_chosen,
        }
    }
}

/// Every entry up to the one that was chosen, or all that memory allows where none was.
pub(crate) fn sweep(answer: &Answer, registry: &Registry, progress: &Progress) -> Vec<Swept> {
    let mut swept = Vec::new();
    for considered in &answer.considered {
        // What is ruled out by a promise has no grid to be swept.
        if considered.tried.first().is_some_and(|tried| tried.miss.is_some_and(Miss::is_of_promises)) {
            continue;
        }
        for algorithm in grid_of(considered, answer, registry) {
            progress.begin(algorithm.key().to_owned());
            let is_chosen = answer.candidates.iter().any(|candidate| candidate.algorithm.key() == algorithm.key());
            let outcome = outcome(&algorithm, &answer.wanted);
            let is_too_large = matches!(outcome, Outcome::Misses { what: "bytes", .. });
            swept.push(Swept { text: algorithm.key().to_owned(), is_chosen, outcome });
            progress.advance(1);
            if is_chosen || is_too_large {
                break;
            }
        }
    }
    swept
}

/// How many entries there are at most.
pub(crate) fn work(answer: &Answer, registry: &Registry) -> u64 {
    answer.considered.iter().map(|considered| grid_of(considered, answer, registry).len() as u64).sum()
}

/// The grid from which an algorithm was considered; nothing where it has none.
fn grid_of(considered: &Considered, answer: &Answer, registry: &Registry) -> Vec<Algorithm> {
    let name = considered.name.split(':').next().unwrap_or_default();
    let grids = known::search(name).map_or_else(Vec::new, |search| (search.grids)(answer.wanted.least_weight()));
    let resolved = grids.iter().map(|grid| grid.iter().filter_map(|text| registry.resolve(text).ok()).collect::<Vec<_>>());
    let is_its = |grid: &Vec<Algorithm>| {
        grid.first().zip(considered.tried.first()).is_some_and(|(entry, tried)| entry.key() == tried.text)
    };
    resolved.into_iter().find(is_its).unwrap_or_default()
}

fn outcome(algorithm: &Algorithm, wanted: &Wanted) -> Outcome {
    let mut near = None;
    for nodes in wanted.nodes.clone().rev() {
        for (what, check) in CHECKS {
            match check(algorithm, wanted, nodes) {
                Ok(Verdict::Meets) => {}
                Ok(Verdict::Misses(worst)) => return Outcome::Misses { what, worst },
                Ok(Verdict::TooNear(worst)) => near = Some(Outcome::TooNear { what, worst }),
                Err(Unbuilt::TooLarge(bytes)) => {
                    let worst = Worst { value: float(bytes), nodes, source: super::Source::Counted { samples: 1 } };
                    return Outcome::Misses { what: "bytes", worst };
                }
                Err(Unbuilt::Refused(reason)) => return Outcome::Refused(reason),
            }
        }
    }
    near.unwrap_or(Outcome::Meets)
}

enum Verdict {
    Meets,
    Misses(Worst),
    TooNear(Worst),
}

type Check = fn(&Algorithm, &Wanted, usize) -> Result<Verdict, Unbuilt>;

const CHECKS: [(&str, Check); 3] = [("bytes", fits), ("busiest node", busiest), ("keys moved", moved)];

fn fits(algorithm: &Algorithm, wanted: &Wanted, nodes: usize) -> Result<Verdict, Unbuilt> {
    Fleet::new(wanted, nodes, 0).build(algorithm, wanted.bytes).map(|_| Verdict::Meets)
}

fn busiest(algorithm: &Algorithm, wanted: &Wanted, nodes: usize) -> Result<Verdict, Unbuilt> {
    let search = known::search(algorithm.properties().algorithm);
    let drawn = search.and_then(|search| (search.drawn)(algorithm.key(), &balance::weighing(wanted, nodes)));
    if let Some(draw) = drawn {
        return Ok(by_draws(wanted, nodes, &*draw));
    }
    // Tables are counted for sets of names that the search did not have.
    let is_by_chance = matches!(algorithm.law(), Law::Dealt { .. });
    let sets: u32 = if is_by_chance { TABLES } else { 1 };
    let counted = |set: u32| {
        let fleet = Fleet::new(wanted, nodes, 1_000 + set);
        Ok(balance::busiest(&*fleet.build(algorithm, wanted.bytes)?, &fleet))
    };
    let all: Vec<f64> = (0..sets).into_par_iter().map(counted).collect::<Result<_, Unbuilt>>()?;
    let value = all.iter().copied().fold(0.0, f64::max);
    let worst = Worst { value, nodes, source: super::Source::Counted { samples: sets } };
    let beyond = all.iter().filter(|&&value| value > wanted.busiest).count();
    Ok(if beyond > if is_by_chance { UNLUCKY_TABLES } else { 0 } {
        Verdict::Misses(worst)
    } else if is_by_chance {
        Verdict::TooNear(worst)
    } else {
        Verdict::Meets
    })
}

/// Tables that are counted where names decide, and how many of them may be beyond a limit that one in a thousand may exceed: more are,
/// by chance, once in a million. That fewer are tells nothing.
const TABLES: u32 = 20;
const UNLUCKY_TABLES: usize = 2;

/// Draws sets of names until the part of them beyond the limit is clearly more or less than one in a thousand.
fn by_draws(wanted: &Wanted, nodes: usize, draw: &(dyn Fn(&mut ChaCha8Rng) -> f64 + Sync)) -> Verdict {
    const BLOCK: u32 = 500;
    const MOST: u32 = 20_000;
    /// Standard deviations that are clear: 10⁻⁶ of a check, by a normal law.
    const CLEAR: f64 = 4.9;
    let (mut seen, mut beyond) = (0.0, 0.0);
    let mut blocks = 0;
    loop {
        let more = if blocks < 8 { 1 } else { blocks.min(MOST - blocks) };
        let counts: u32 = (blocks..blocks + more)
            .into_par_iter()
            .map(|block| {
                let mut rng = generator(wanted.seed, Purpose::Ideal, block);
                (0..BLOCK).map(|_| u32::from(draw(&mut rng) > wanted.busiest)).sum::<u32>()
            })
            .sum();
        blocks += more;
        seen += f64::from(more * BLOCK);
        beyond += f64::from(counts);
        let expected = seen * UNLUCKY;
        let worst = Worst { value: beyond / seen, nodes, source: super::Source::Counted { samples: blocks * BLOCK } };
        // One more count at least, so that a few of few draws are not clear.
        if beyond - expected > CLEAR * expected.sqrt().max(2.0) + 1.0 {
            return Verdict::Misses(worst);
        }
        if expected - beyond > CLEAR * expected.sqrt() {
            return Verdict::Meets;
        }
        if blocks >= MOST {
            return Verdict::TooNear(worst);
        }
    }
}

fn moved(algorithm: &Algorithm, wanted: &Wanted, nodes: usize) -> Result<Verdict, Unbuilt> {
    let properties = algorithm.properties();
    let is_promised = match wanted.leaves {
        Leaves::Any => properties.minimal_remove_any && properties.minimal_add,
        Leaves::Last => properties.minimal_remove_last && properties.minimal_add,
        Leaves::None => properties.minimal_add,
    };
    if is_promised || algorithm.law().table().is_none() {
        return Ok(Verdict::Meets);
    }
    let (worst, error) = movement::again(algorithm, wanted, nodes)?;
    let slack = 3.0 * error;
    Ok(if worst.value > wanted.moved + slack {
        Verdict::Misses(worst)
    } else if worst.value > wanted.moved - slack {
        Verdict::TooNear(worst)
    } else {
        Verdict::Meets
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::candidate::Source;

    #[test]
    fn a_contradiction_is_an_entry_below_that_meets_all_or_a_chosen_one_that_does_not() {
        let worst = Worst { value: 2.0, nodes: 3, source: Source::Counted { samples: 1 } };
        let what = "busiest node";
        let contradicts = |is_chosen, outcome| Swept { text: String::new(), is_chosen, outcome }.contradicts();
        assert!(contradicts(false, Outcome::Meets) && !contradicts(true, Outcome::Meets));
        assert!(contradicts(true, Outcome::Misses { what, worst }) && !contradicts(false, Outcome::Misses { what, worst }));
        assert!(contradicts(true, Outcome::Refused(String::new())) && !contradicts(true, Outcome::TooNear { what, worst }));
    }

    #[test]
    fn draws_tell_a_law_that_is_off_by_a_third() {
        let wanted = crate::choose::wanted::example(10..=10, 1.1);
        let verdict = |chance: f64| {
            by_draws(&wanted, 10, &move |rng: &mut ChaCha8Rng| {
                use rand::RngExt;
                if rng.random::<f64>() < chance { 2.0 } else { 1.0 }
            })
        };
        assert!(matches!(verdict(UNLUCKY * 1.3), Verdict::Misses(_)));
        assert!(matches!(verdict(UNLUCKY * 0.7), Verdict::Meets));
        assert!(matches!(verdict(0.0), Verdict::Meets));
        assert!(matches!(verdict(0.5), Verdict::Misses(_)));
    }
}
