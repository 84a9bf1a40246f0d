//! Look-ups timed on the spot, under the weights that are asked about.

use annulus_clock::{Built, Cell, Kind, Observed, Plan, time};

use super::candidate::Candidate;
use super::fleet::Fleet;
use super::wanted::Wanted;
use crate::algorithm::Placement;
use crate::progress::Progress;

/// Sittings and rounds: enough for a figure within a tenth.
const PLAN: (u32, u32) = (3, 2);

/// Times every candidate with the fewest and with the most nodes, and tells what was seen of the machine. No other thread may run
/// meanwhile.
pub(crate) fn take(candidates: &mut [Candidate], wanted: &Wanted, progress: &Progress) -> Option<Observed> {
    if candidates.is_empty() {
        return None;
    }
    let kind = if wanted.replicas > 1 { Kind::FirstThree } else { Kind::DigestLatency };
    let mut sizes = vec![wanted.from(), wanted.to()];
    sizes.dedup();
    let cells = vec![Cell { kinds: vec![kind], is_cold: false }; candidates.len() * sizes.len()];
    let (sittings, rounds) = PLAN;
    let boxed = |placement: Box<dyn Placement>| -> Box<dyn annulus_clock::Timed> { placement };
    let build = |sitting: u32| -> Vec<Built<'static>> {
        progress.begin(format!("time of look-ups, sitting {} of {sittings}", sitting + 1));
        let pairs = candidates.iter().flat_map(|candidate| sizes.iter().map(move |&nodes| (candidate, nodes)));
        let one = |(candidate, nodes): (&Candidate, usize)| {
            Fleet::new(wanted, nodes, sitting).build(&candidate.algorithm, wanted.bytes).ok().map(boxed)
        };
        pairs.map(one).collect()
    };
    let timings = time(&Plan { sittings, rounds, cold: 0, seed: wanted.seed }, &cells, build, || ());
    let of = |cell: usize| {
        let series = timings.series.iter().find(|series| series.cell == cell && series.wrong == 0)?;
        timings.estimate(series).map(|sittings| sittings.value())
    };
    for (at, candidate) in candidates.iter_mut().enumerate() {
        let first = at * sizes.len();
        candidate.figures.lookup = of(first).zip(of(first + sizes.len() - 1)).map(|(now, later)| [now, later]);
    }
    progress.advance(1);
    Some(timings.observed)
}
