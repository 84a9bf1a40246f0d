//! What the machine does while something is timed, and whether its times can be believed.

use std::fmt;
use std::time::{Duration, Instant};

use cpu_time::{ProcessTime, ThreadTime};
use sysinfo::{MINIMUM_CPU_UPDATE_INTERVAL, System};

use crate::caches::Caches;
use crate::estimate::median;
use crate::floor::Walk;

/// The share of the processors that others may take on a quiet machine.
const QUIET_OTHERS: f64 = 0.05;

/// The share of its time that a thread is on a processor, on a quiet machine, and below which nothing can be told.
const QUIET_ON_PROCESSOR: f64 = 0.98;
const HOPELESS_ON_PROCESSOR: f64 = 0.5;

/// How many times the quiet ratio of reads a quiet machine may have, and above which large states cannot be told.
const QUIET_READS: f64 = 1.5;
const HOPELESS_READS: f64 = 2.25;

/// Reads of memory in random order, over one within the second-level cache.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reads {
    /// The time of a read within twice the second-level cache.
    pub far: f64,
    /// The time of a read within a quarter of the third-level cache.
    pub wide: f64,
}

impl Reads {
    /// What is taken for quiet where no quiet run is stored.
    pub const USUAL: Self = Self { far: 3.0, wide: 8.0 };

    /// The median of each.
    #[must_use]
    pub fn median(all: &[Self]) -> Self {
        let of = |part: fn(&Self) -> f64| median(&mut all.iter().map(part).collect::<Vec<_>>());
        Self { far: of(|reads| reads.far), wide: of(|reads| reads.wide) }
    }

    /// How many times as long as on the quiet machine reads take: the worse of the two.
    fn over(self, quiet: Self) -> f64 {
        (self.far / quiet.far).max(self.wide / quiet.wide)
    }
}

/// The three walks that tell of neighbours.
#[derive(Debug)]
pub(crate) struct Walks {
    near: Walk,
    far: Walk,
    wide: Walk,
}

impl Walks {
    pub(crate) fn new(caches: &Caches) -> Self {
        let [near, far, wide] = [caches.second / 4, caches.second * 2, caches.third / 4].map(Walk::new);
        Self { near, far, wide }
    }

    /// Nanoseconds of a read within twice the second-level cache, and the ratios.
    pub(crate) fn read(&mut self) -> (f64, Reads) {
        let (near, far, wide) = (self.near.warmed(), self.far.warmed(), self.wide.warmed());
        (far, Reads { far: far / near, wide: wide / near })
    }
}

/// Watches the processors from when it is started.
#[derive(Debug)]
pub struct Watch {
    system: System,
    started: Instant,
    own: ProcessTime,
}

/// What was seen of the machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observed {
    /// The share of all processors that others took; `None` if the system does not tell, or not for so short a time.
    pub others: Option<f64>,
    /// The share of its time that the timing thread was on a processor.
    pub on_processor: f64,
    /// What reads took.
    pub reads: Reads,
}

impl Watch {
    /// Begins to watch.
    #[must_use]
    pub fn start() -> Self {
        let mut system = System::new();
        system.refresh_cpu_usage();
        Self { system, started: Instant::now(), own: ProcessTime::now() }
    }

    /// What was seen since the start, with what the timed turns tell.
    pub(crate) fn observed(mut self, on_processor: f64, reads: Reads) -> Observed {
        Observed { others: self.others(), on_processor, reads }
    }

    fn others(&mut self) -> Option<f64> {
        let wall = self.started.elapsed();
        if wall < MINIMUM_CPU_UPDATE_INTERVAL {
            return None;
        }
        let own = self.own.elapsed();
        self.system.refresh_cpu_usage();
        let cores = f64::from(u32::try_from(self.system.cpus().len()).ok().filter(|&cores| cores > 0)?);
        let all = f64::from(self.system.global_cpu_usage()) / 100.0;
        Some((all - own.as_secs_f64() / wall.as_secs_f64() / cores).clamp(0.0, 1.0))
    }

    /// Looks at the machine for a third of a second.
    #[must_use]
    pub fn look() -> Observed {
        let watch = Self::start();
        let mut walks = Walks::new(&Caches::of_this_machine());
        let (start, thread) = (Instant::now(), ThreadTime::now());
        let mut reads = Vec::new();
        while start.elapsed() < Duration::from_millis(330) {
            reads.push(walks.read().1);
        }
        let on_processor = thread.elapsed().as_secs_f64() / start.elapsed().as_secs_f64();
        watch.observed(on_processor, Reads::median(&reads))
    }
}

/// Whether times can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// They can.
    Quiet,
    /// Others were at work: times may be a few percent too long.
    Disturbed,
    /// Others walked through memory: what takes more than half of the second-level cache cannot be told.
    CannotTellLarge,
    /// The thread hardly ran: nothing can be told.
    CannotTell,
}

impl Observed {
    /// The verdict, given what reads take on this machine when it is quiet.
    #[must_use]
    pub fn verdict(&self, quiet: Reads) -> Verdict {
        let reads = self.reads.over(quiet);
        if self.on_processor < HOPELESS_ON_PROCESSOR {
            Verdict::CannotTell
        } else if reads > HOPELESS_READS {
            Verdict::CannotTellLarge
        } else if self.others.is_some_and(|others| others > QUIET_OTHERS)
            || self.on_processor < QUIET_ON_PROCESSOR
            || reads > QUIET_READS
        {
            Verdict::Disturbed
        } else {
            Verdict::Quiet
        }
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let others = self.others.map_or_else(|| "an unknown share".to_owned(), percent);
        let (on, Reads { far, wide }) = (percent(self.on_processor), self.reads);
        write!(
            f,
            "other programs used {others} of the processors, the timing thread ran {on} of the time, reading beyond the L2 cache took {far:.2} times as long as \
             within it, and across a quarter of L3 {wide:.2} times"
        )
    }
}

impl Verdict {
    /// In a word or two: `quiet`, `disturbed`, `cannot tell`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Disturbed => "disturbed",
            Self::CannotTellLarge => "cannot tell large states",
            Self::CannotTell => "cannot tell",
        }
    }

    /// The verdict of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Quiet, Self::Disturbed, Self::CannotTellLarge, Self::CannotTell].into_iter().find(|one| one.name() == name)
    }

    /// What it means for a reader of times.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Quiet => "times can be compared",
            Self::Disturbed => "other programs were at work: times may be a few percent too long",
            Self::CannotTellLarge => "other programs used the memory: do not trust times of states above half of the L2 cache",
            Self::CannotTell => "the timing thread hardly ran: do not trust any time",
        }
    }

    /// Whether the time of a state of that many bytes says something.
    #[must_use]
    pub const fn tells(self, state_bytes: u64, second_level: u64) -> bool {
        match self {
            Self::Quiet | Self::Disturbed => true,
            Self::CannotTellLarge => state_bytes <= second_level / 2,
            Self::CannotTell => false,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_follows_from_what_was_seen() {
        let verdict = |others: f64, on_processor: f64, far: f64| {
            Observed { others: Some(others), on_processor, reads: Reads { far, wide: 5.0 } }
                .verdict(Reads { far: 2.0, wide: 5.0 })
        };
        assert_eq!(verdict(0.01, 0.999, 2.1), Verdict::Quiet);
        assert_eq!(verdict(0.06, 0.999, 2.1), Verdict::Disturbed);
        assert_eq!(verdict(0.01, 0.97, 2.1), Verdict::Disturbed);
        assert_eq!(verdict(0.01, 0.999, 3.1), Verdict::Disturbed);
        assert_eq!(verdict(0.01, 0.999, 4.6), Verdict::CannotTellLarge);
        assert_eq!(verdict(0.60, 0.4, 4.6), Verdict::CannotTell);
        let wide = Observed { others: None, on_processor: 1.0, reads: Reads { far: 2.0, wide: 12.0 } };
        assert_eq!(wide.verdict(Reads { far: 2.0, wide: 5.0 }), Verdict::CannotTellLarge);
        assert!(Verdict::CannotTellLarge.tells(1 << 19, 1 << 20) && !Verdict::CannotTellLarge.tells((1 << 19) + 1, 1 << 20));
    }

    #[test]
    fn names_lead_back_to_verdicts() {
        for verdict in [Verdict::Quiet, Verdict::Disturbed, Verdict::CannotTellLarge, Verdict::CannotTell] {
            assert_eq!(Verdict::of_name(verdict.name()), Some(verdict));
        }
        assert_eq!(Verdict::of_name("loud"), None);
    }

    #[test]
    fn looking_sees_something() {
        let observed = Watch::look();
        assert!(observed.on_processor > 0.0 && observed.reads.far > 0.0 && observed.reads.wide > 0.0, "{observed:?}");
        assert!(observed.others.is_some_and(|others| (0.0..=1.0).contains(&others)), "{observed:?}");
    }
}
