//! The whole answer.

use annulus_clock::Observed;

use super::candidate::{Candidate, Considered, Miss, Source, Worst};
use super::chance::Chance;
use super::wanted::Wanted;
use super::{rank, search, times};
use crate::algorithm::Registry;
use crate::progress::Progress;

/// Where a candidate stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// Its rank, from 1.
    Ranked(usize),
    /// Dominated by the candidate at this position.
    DominatedBy(usize),
    /// Look-ups are too slow.
    TooSlow(Miss),
}

/// Every algorithm that there is, and what became of it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) wanted: Wanted,
    pub(crate) considered: Vec<Considered>,
    /// Those that meet the requirements, the look-up's aside.
    pub(crate) candidates: Vec<Candidate>,
    /// Where each of them stands.
    pub(crate) places: Vec<Place>,
    /// What was seen of the machine while look-ups were timed.
    pub(crate) observed: Option<Observed>,
    /// What the keys add, where they are told.
    pub(crate) chance: Option<Chance>,
}

impl Answer {
    /// The steps that [`find`](Self::find) reports as done.
    pub(crate) fn work(registry: &Registry) -> u64 {
        registry.iter().len() as u64 + 1
    }

    /// Considers every algorithm of the registry.
    pub(crate) fn find(wanted: Wanted, registry: &Registry, progress: &Progress) -> Self {
        let consider = |algorithm| search::consider(algorithm, registry, &wanted, progress);
        let mut considered: Vec<Considered> = registry.iter().flat_map(consider).collect();
        let mut candidates: Vec<Candidate> = considered.iter_mut().filter_map(|one| one.found.take()).collect();
        let observed = times::take(&mut candidates, &wanted, progress);
        let places = places(&candidates, &wanted);
        let chance = Chance::of(&wanted);
        Self { wanted, considered, candidates, places, observed, chance }
    }

    /// Those that are ranked, the best first.
    pub(crate) fn ranking(&self) -> Vec<&Candidate> {
        let mut ranked: Vec<(usize, &Candidate)> = self
            .places
            .iter()
            .zip(&self.candidates)
            .filter_map(|(place, candidate)| if let Place::Ranked(rank) = place { Some((*rank, candidate)) } else { None })
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, candidate)| candidate).collect()
    }
}

fn places(candidates: &[Candidate], wanted: &Wanted) -> Vec<Place> {
    let slow = |candidate: &Candidate| {
        let [now, later] = candidate.figures.lookup?;
        let (value, nodes) = if now > later { (now, wanted.from()) } else { (later, wanted.to()) };
        (value > wanted.lookup).then_some(Miss::Lookup(Worst { value, nodes, source: Source::Timed }))
    };
    let misses: Vec<Option<Miss>> = candidates.iter().map(slow).collect();
    let quick: Vec<usize> = (0..candidates.len()).filter(|&at| misses[at].is_none()).collect();
    let compared: Vec<Candidate> = quick.iter().map(|&at| candidates[at].clone()).collect();
    let dominated = rank::dominated(&compared);
    let stays: Vec<usize> = (0..quick.len()).filter(|&at| dominated[at].is_none()).collect();
    let ranking = rank::ranked(&compared, &stays, wanted);
    let place = |at: usize| {
        if let Some(miss) = misses[at] {
            return Place::TooSlow(miss);
        }
        let within = quick.iter().position(|&other| other == at).unwrap_or_default();
        match dominated[within] {
            Some(by) => Place::DominatedBy(quick[by]),
            None => Place::Ranked(1 + ranking.iter().position(|&other| other == within).unwrap_or_default()),
        }
    };
    (0..candidates.len()).map(place).collect()
}
