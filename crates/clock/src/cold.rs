//! Look-ups that find the caches cold: data, translations of addresses, and code.

use std::hint::black_box;

use crate::caches::Caches;
use crate::estimate::nanoseconds;
use crate::floor::{LINE, Walk};
use crate::input::{Input, Purpose, generator};
use crate::kind::Kind;
use crate::look_up::Timed;

/// Look-ups of a cold chunk: few, so that hardly one finds what another has fetched.
pub const COLD_LOOK_UPS: u32 = 16;

/// The memory that shows whether the caches were emptied, in bytes.
const PROBE: u64 = 3 << 19;

/// How often what empties the caches is written. Once leaves a part of what was used often.
const TIMES: usize = 3;

/// One cold chunk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cold {
    /// The cell; `None` for the probe.
    pub cell: Option<usize>,
    /// The sitting.
    pub sitting: u32,
    /// Nanoseconds of a look-up, or of a read of the probe.
    pub nanoseconds: f64,
}

/// Writes over twice the third-level cache.
#[derive(Debug)]
pub(crate) struct Evictor {
    memory: Vec<u64>,
    probe: Walk,
    input: Input,
}

impl Evictor {
    pub(crate) fn new(caches: &Caches) -> Self {
        let words = usize::try_from(2 * caches.third / 8).unwrap_or(1 << 23);
        Self { memory: vec![1; words], probe: Walk::new(PROBE), input: Input::default() }
    }

    /// A line of the cache is written at a time. What is only read may stay where it is.
    fn empty_caches(&mut self) {
        let line = usize::try_from(LINE / 8).unwrap_or(8);
        for _ in 0..TIMES {
            for word in self.memory.iter_mut().step_by(line) {
                *word = word.wrapping_mul(3);
            }
            black_box(&mut self.memory);
        }
    }

    /// A read of memory that was in the caches before they were emptied.
    pub(crate) fn probe(&mut self, sitting: u32) -> Cold {
        self.probe.warm();
        self.empty_caches();
        let took = self.probe.hop(COLD_LOOK_UPS);
        Cold { cell: None, sitting, nanoseconds: nanoseconds(took) / f64::from(COLD_LOOK_UPS) }
    }

    /// A chunk of look-ups by digest, each of which waits for the one before. Its digests are drawn after the caches were emptied,
    /// so only they are warm.
    pub(crate) fn chunk(&mut self, subject: &dyn Timed, cell: usize, seed: u64, (sitting, round): (u32, u32)) -> Cold {
        let mut rng = generator(seed, Purpose::Cold { sitting, round });
        self.empty_caches();
        self.input.refill(Kind::DigestLatency, COLD_LOOK_UPS as usize, &mut rng);
        let took = crate::turn::timed(subject, Kind::DigestLatency, &mut self.input);
        Cold { cell: Some(cell), sitting, nanoseconds: nanoseconds(took) / f64::from(COLD_LOOK_UPS) }
    }
}
