//! One turn of one subject: warm it, then time each kind.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use rand_chacha::ChaCha8Rng;

use crate::estimate::nanoseconds;
use crate::floor::LINE;
use crate::input::Input;
use crate::kind::Kind;
use crate::look_up::Timed;

/// Passes over a state, after which it is resident, and over one of more than [`LARGE`] bytes.
const PASSES: u64 = 10;
const PASSES_OF_LARGE: u64 = 20;
const LARGE: u64 = 4 << 20;

/// The longest that warming takes.
const WARMING: Duration = Duration::from_millis(100);

/// How long a kind is asked untimed before it counts.
const UNTIMED: Duration = Duration::from_micros(250);

/// Timed chunks of a kind: fewer if they take long.
const MOST: usize = 15;
const FEWEST: usize = 5;
const BUDGET: Duration = Duration::from_millis(2);

/// How long a chunk takes at least.
const CHUNK: Duration = Duration::from_micros(7);

/// The fewest look-ups of a chunk, unless they are slow: a chunk takes no longer than a turn is meant to.
const SHORTEST: usize = 16;

/// The timed chunks of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The sitting.
    pub sitting: u32,
    /// The round within the sitting.
    pub round: u32,
    /// How long the chunks and the drawing of their inputs took.
    pub wall: Duration,
    /// How much of that this thread was on a processor.
    pub thread: Duration,
    /// Nanoseconds of a look-up, chunk by chunk.
    pub chunks: Vec<f64>,
}

/// Asks what was drawn, timed.
pub(crate) fn timed(subject: &dyn Timed, kind: Kind, input: &mut Input) -> Duration {
    input.request(kind, |request| {
        let start = Instant::now();
        std::hint::black_box(subject.ask(request));
        start.elapsed()
    })
}

/// Brings the state into the caches that can hold it: look-ups that do not wait for one another read it some times over.
pub(crate) fn warm(subject: &dyn Timed, input: &mut Input, rng: &mut ChaCha8Rng) {
    // As many as take a small part of the time, so that slow look-ups do not overrun it.
    const AT_ONCE: u64 = 512;
    let bytes = subject.state_bytes();
    let passes = if bytes > LARGE { PASSES_OF_LARGE } else { PASSES };
    let (mut left, mut at_once, start) = ((passes * bytes).div_ceil(LINE), 1, Instant::now());
    while left > 0 && start.elapsed() < WARMING {
        let now = left.min(at_once);
        let took = ask(subject, Kind::DigestThroughput, usize::try_from(now).unwrap_or(0), input, rng);
        if took < WARMING / 32 {
            at_once = (2 * at_once).min(AT_ONCE);
        }
        left -= now;
    }
}

/// A chunk of fresh inputs.
fn ask(subject: &dyn Timed, kind: Kind, look_ups: usize, input: &mut Input, rng: &mut ChaCha8Rng) -> Duration {
    input.refill(kind, look_ups, rng);
    timed(subject, kind, input)
}

fn ask_untimed(subject: &dyn Timed, kind: Kind, look_ups: usize, input: &mut Input, rng: &mut ChaCha8Rng) {
    let start = Instant::now();
    while start.elapsed() < UNTIMED {
        ask(subject, kind, look_ups, input, rng);
    }
}

/// The look-ups of a chunk, a power of two, of a subject that is warm.
pub(crate) fn length(subject: &dyn Timed, kind: Kind, input: &mut Input, rng: &mut ChaCha8Rng) -> usize {
    let mut look_ups = shortest(subject, kind, input, rng);
    while look_ups < kind.longest() {
        ask_untimed(subject, kind, look_ups, input, rng);
        let took = (0..9).map(|_| ask(subject, kind, look_ups, input, rng)).min().unwrap_or_default();
        if took >= CHUNK {
            break;
        }
        look_ups *= 2;
    }
    look_ups
}

/// [`SHORTEST`], or fewer where they would take longer than [`BUDGET`]. A batch is not cut.
fn shortest(subject: &dyn Timed, kind: Kind, input: &mut Input, rng: &mut ChaCha8Rng) -> usize {
    let mut look_ups = if matches!(kind, Kind::Batch | Kind::ShortBatch) { SHORTEST } else { 1 };
    while look_ups < SHORTEST {
        let took = (0..3).map(|_| ask(subject, kind, 2 * look_ups, input, rng)).min().unwrap_or_default();
        if took > BUDGET {
            break;
        }
        look_ups *= 2;
    }
    look_ups
}

/// Times the chunks of one kind, of a subject that is warm, and checks the answers of the last of them.
pub(crate) fn take(
    subject: &dyn Timed,
    (kind, look_ups): (Kind, usize),
    (sitting, round): (u32, u32),
    input: &mut Input,
    rng: &mut ChaCha8Rng,
) -> (Turn, bool) {
    // Other numbers than the timed ones: how many are drawn depends on the machine.
    let mut untimed = rng.clone();
    untimed.set_stream(u64::MAX);
    ask_untimed(subject, kind, look_ups, input, &mut untimed);
    let mut chunks = Vec::with_capacity(MOST);
    // The thread's clock within the other: a part is not more than the whole.
    let (start, thread) = (Instant::now(), ThreadTime::now());
    while chunks.len() < MOST && (chunks.len() < FEWEST || start.elapsed() < BUDGET) {
        let took = ask(subject, kind, look_ups, input, rng);
        chunks.push(nanoseconds(took) / f64::from(u32::try_from(look_ups).unwrap_or(u32::MAX)));
    }
    let thread = thread.elapsed();
    let wall = start.elapsed();
    let (is_right, _) = input.check(subject, kind);
    (Turn { sitting, round, wall, thread, chunks }, is_right)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use annulus_core::Digest;

    use super::*;
    use crate::input::{Purpose, generator};
    use crate::look_up::LookUp;

    /// Look-ups that take that long at least, counted.
    struct Slow(Duration, Cell<u32>);

    impl LookUp for Slow {
        fn owner(&self, digest: Digest) -> u64 {
            self.1.set(self.1.get() + 1);
            let start = Instant::now();
            while start.elapsed() < self.0 {}
            digest.bits() & 1
        }

        fn owner_of_key(&self, key: &str) -> u64 {
            self.owner(Digest::of_hash(key.len() as u64))
        }

        fn state_bytes(&self) -> u64 {
            1 << 20
        }
    }

    #[test]
    fn chunks_of_slow_look_ups_are_shorter_and_warming_them_ends() {
        let (mut input, mut rng) = (Input::default(), generator(1, Purpose::Warming));
        let mut length = |micros, kind| length(&Slow(Duration::from_micros(micros), Cell::new(0)), kind, &mut input, &mut rng);
        assert_eq!(length(1_500, Kind::DigestLatency), 1);
        assert!((1..SHORTEST).contains(&length(300, Kind::KeyThroughput(16))));
        assert_eq!(length(300, Kind::ShortBatch), SHORTEST);
        // Each takes 2 ms at least, so that few fit the time, and no load on the machine makes them more: of 163,840 look-ups, 50
        // and those of the call that is at work when the time ends.
        let slow = Slow(Duration::from_millis(2), Cell::new(0));
        warm(&slow, &mut input, &mut rng);
        assert!(slow.1.get() <= 100, "{} look-ups", slow.1.get());
    }
}
