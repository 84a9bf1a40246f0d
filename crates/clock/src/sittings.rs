//! A run: sittings, each with subjects built for it; in each some rounds, in which everybody has a turn.

use std::collections::HashMap;

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::caches::Caches;
use crate::cold::{Cold, Evictor};
use crate::estimate::{Sittings, median};
use crate::floor::chain;
use crate::input::{Input, Purpose, generator};
use crate::kind::Kind;
use crate::look_up::Timed;
use crate::turn::{self, Turn};
use crate::watch::{Observed, Reads, Walks, Watch};

/// Look-ups of the check that depends on the seed alone.
const CHECKED: usize = 64;

/// How much is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Sittings: an interval needs two at least, and five give one that can be used.
    pub sittings: u32,
    /// Rounds of a sitting.
    pub rounds: u32,
    /// Cold chunks of each cell in a sitting.
    pub cold: u32,
    /// Where all digests, keys and orders come from.
    pub seed: u64,
}

/// What is timed of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The ways it is timed in.
    pub kinds: Vec<Kind>,
    /// Whether it is also timed with cold caches.
    pub is_cold: bool,
}

/// All turns of one cell in one way.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The position of the cell.
    pub cell: usize,
    /// The way.
    pub kind: Kind,
    /// The look-ups of a chunk.
    pub look_ups: usize,
    /// The turns, in the order in which they were taken.
    pub turns: Vec<Turn>,
    /// A checksum of answers that depends on the seed and the sittings alone.
    pub checksum: u64,
    /// How many checks found wrong answers.
    pub wrong: u32,
}

/// The floors of a round, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Floor {
    /// The sitting.
    pub sitting: u32,
    /// The round within the sitting.
    pub round: u32,
    /// A multiplication that waits for the one before: what look-ups are divided by.
    pub chain: f64,
    /// A read within twice the second-level cache.
    pub far: f64,
    /// What reads took, over one within the second-level cache.
    pub reads: Reads,
}

/// What a run found.
#[derive(Clone, Debug, PartialEq)]
pub struct Timings {
    /// The series, cell by cell.
    pub series: Vec<Series>,
    /// The floors, round by round.
    pub floors: Vec<Floor>,
    /// Cold chunks.
    pub cold: Vec<Cold>,
    /// The bytes of each cell's state, the largest of its sittings.
    pub state_bytes: Vec<u64>,
    /// What the machine did meanwhile.
    pub observed: Observed,
}

/// A subject, or nothing if it was refused.
pub type Built<'a> = Option<Box<dyn Timed + 'a>>;

/// Times all cells. `build` makes the subjects of a sitting, in the order of the cells and with names of their own for each
/// sitting; `done` is told of every turn.
pub fn time<'a>(plan: &Plan, cells: &[Cell], mut build: impl FnMut(u32) -> Vec<Built<'a>>, mut done: impl FnMut()) -> Timings {
    let mut run = Run::new(plan, cells);
    for sitting in 0..plan.sittings {
        let subjects = build(sitting);
        run.calibrate(cells, &subjects);
        for round in 0..plan.rounds {
            run.round(cells, &subjects, (sitting, round), &mut done);
        }
        run.check(&subjects, sitting);
        run.cold(cells, &subjects, sitting);
    }
    run.finish()
}

struct Run<'a> {
    plan: &'a Plan,
    watch: Watch,
    walks: Walks,
    evictor: Option<Evictor>,
    order: ChaCha8Rng,
    input: Input,
    series: Vec<Series>,
    /// The position of each series.
    places: HashMap<(usize, Kind), usize>,
    floors: Vec<Floor>,
    cold: Vec<Cold>,
    state_bytes: Vec<u64>,
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan, cells: &[Cell]) -> Self {
        let caches = Caches::of_this_machine();
        let is_cold = plan.cold > 0 && cells.iter().any(|cell| cell.is_cold);
        Self {
            plan,
            watch: Watch::start(),
            walks: Walks::new(&caches),
            evictor: is_cold.then(|| Evictor::new(&caches)),
            order: generator(plan.seed, Purpose::Order),
            input: Input::default(),
            series: Vec::new(),
            places: HashMap::new(),
            floors: Vec::new(),
            cold: Vec::new(),
            state_bytes: vec![0; cells.len()],
        }
    }

    /// Finds the lengths of chunks that are not known yet: once for a run, of subjects that are warm.
    fn calibrate(&mut self, cells: &[Cell], subjects: &[Built<'_>]) {
        let mut rng = generator(self.plan.seed, Purpose::Warming);
        for (at, (cell, subject)) in cells.iter().zip(subjects).enumerate() {
            let Some(subject) = subject else { continue };
            self.state_bytes[at] = subject.state_bytes().max(self.state_bytes[at]);
            if cell.kinds.iter().all(|&kind| self.places.contains_key(&(at, kind))) {
                continue;
            }
            turn::warm(&**subject, &mut self.input, &mut rng);
            for &kind in &cell.kinds {
                let look_ups = turn::length(&**subject, kind, &mut self.input, &mut rng);
                self.places.insert((at, kind), self.series.len());
                self.series.push(Series { cell: at, kind, look_ups, turns: Vec::new(), checksum: 0, wrong: 0 });
            }
        }
    }

    fn round(&mut self, cells: &[Cell], subjects: &[Built<'_>], at: (u32, u32), done: &mut impl FnMut()) {
        let (sitting, round) = at;
        let mut order: Vec<usize> = (0..cells.len()).collect();
        order.shuffle(&mut self.order);
        let (far, reads) = self.walks.read();
        // The frequency may change within a long round: the floor is taken beside every turn.
        let mut chains = vec![chain()];
        for cell in order {
            if let Some(subject) = &subjects[cell] {
                chains.push(chain());
                self.turn(&**subject, (cell, &cells[cell].kinds), at);
            }
            done();
        }
        self.floors.push(Floor { sitting, round, chain: median(&mut chains), far, reads });
    }

    fn turn(&mut self, subject: &dyn Timed, (cell, kinds): (usize, &[Kind]), at: (u32, u32)) {
        let (sitting, round) = at;
        let mut rng = generator(self.plan.seed, Purpose::Timing { sitting, round });
        turn::warm(subject, &mut self.input, &mut generator(self.plan.seed, Purpose::Warming));
        let mut kinds = kinds.to_vec();
        kinds.shuffle(&mut self.order);
        for kind in kinds {
            let Some(series) = self.places.get(&(cell, kind)).map(|&place| &mut self.series[place]) else { continue };
            let (turn, is_right) = turn::take(subject, (kind, series.look_ups), at, &mut self.input, &mut rng);
            series.turns.push(turn);
            series.wrong += u32::from(!is_right);
        }
    }

    /// Checks some answers that are the same on every machine.
    fn check(&mut self, subjects: &[Built<'_>], sitting: u32) {
        for series in &mut self.series {
            let Some(subject) = &subjects[series.cell] else { continue };
            self.input.refill(series.kind, CHECKED, &mut generator(self.plan.seed, Purpose::Checking { sitting }));
            let (is_right, sum) = self.input.check(&**subject, series.kind);
            series.wrong += u32::from(!is_right);
            series.checksum = annulus_core::mix(series.checksum, sum);
        }
    }

    fn cold(&mut self, cells: &[Cell], subjects: &[Built<'_>], sitting: u32) {
        let Some(evictor) = &mut self.evictor else { return };
        for round in 0..self.plan.cold {
            self.cold.push(evictor.probe(sitting));
            for (at, (cell, subject)) in cells.iter().zip(subjects).enumerate() {
                if let (true, Some(subject)) = (cell.is_cold, subject) {
                    self.cold.push(evictor.chunk(&**subject, at, self.plan.seed, (sitting, round)));
                }
            }
        }
    }

    fn finish(self) -> Timings {
        let sum = |of: fn(&Turn) -> f64| self.series.iter().flat_map(|series| &series.turns).map(of).sum::<f64>();
        let (wall, thread) = (sum(|turn| turn.wall.as_secs_f64()), sum(|turn| turn.thread.as_secs_f64()));
        let reads: Vec<Reads> = self.floors.iter().map(|floor| floor.reads).collect();
        let observed = self.watch.observed(if wall > 0.0 { thread / wall } else { 1.0 }, Reads::median(&reads));
        let Self { series, floors, cold, state_bytes, .. } = self;
        Timings { series, floors, cold, state_bytes, observed }
    }
}

impl Timings {
    /// The floor of the whole run: nanoseconds of a multiplication that waits for the one before.
    #[must_use]
    pub fn chain(&self) -> f64 {
        median(&mut self.floors.iter().map(|floor| floor.chain).collect::<Vec<_>>())
    }

    /// The nanoseconds of a look-up in each sitting: the median of its rounds, each divided by the floor of its round and
    /// multiplied by that of the run.
    #[must_use]
    pub fn figures(&self, series: &Series) -> Vec<f64> {
        let chain = self.chain();
        let mut sittings: Vec<Vec<f64>> = Vec::new();
        for turn in &series.turns {
            let floor = self.floors.iter().find(|floor| (floor.sitting, floor.round) == (turn.sitting, turn.round));
            let at = usize::try_from(turn.sitting).unwrap_or(usize::MAX);
            if sittings.len() <= at {
                sittings.resize(at + 1, Vec::new());
            }
            let Some(floor) = floor else { continue };
            sittings[at].push(median(&mut turn.chunks.clone()) / floor.chain * chain);
        }
        sittings.iter_mut().filter(|rounds| !rounds.is_empty()).map(|rounds| median(rounds)).collect()
    }

    /// The same as an estimate.
    #[must_use]
    pub fn estimate(&self, series: &Series) -> Option<Sittings> {
        Sittings::of(&self.figures(series))
    }

    /// The nanoseconds of cold look-ups of a cell, or of reads of the probe, in each sitting: the median of its rounds.
    #[must_use]
    pub fn cold_figures(&self, cell: Option<usize>) -> Vec<f64> {
        let sittings = self.cold.iter().map(|cold| cold.sitting).max().map_or(0, |last| last + 1);
        let of_sitting = |sitting: u32| {
            let of_both = self.cold.iter().filter(|cold| (cold.cell, cold.sitting) == (cell, sitting));
            let mut rounds: Vec<f64> = of_both.map(|cold| cold.nanoseconds).collect();
            (!rounds.is_empty()).then(|| median(&mut rounds))
        };
        (0..sittings).filter_map(of_sitting).collect()
    }
}
