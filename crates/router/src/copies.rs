//! The copies of a shared ring: the published one, those that readers may still hold, and the spare to change next.

use std::{
    collections::VecDeque,
    mem,
    time::{Duration, Instant},
};

use annulus_core::ByDigest;

use crate::{
    Changes, Snapshot,
    changes::{Refused, apply},
    sync::Arc,
};

/// At most this many changes are kept to be replayed.
const MOST_LOGGED: usize = 1 << 16;

/// A copy that nobody else holds.
struct Spare<R> {
    ring: R,
    /// The published version that it equals.
    version: u64,
}

/// What a version added to the one before.
struct Logged<T> {
    version: u64,
    batches: Vec<Changes<T>>,
    /// How long it took to apply.
    took: Duration,
}

impl<T> Logged<T> {
    fn changes(&self) -> usize {
        self.batches.iter().map(|batch| batch.as_slice().len()).sum()
    }
}

/// All copies.
pub(crate) struct Copies<R: ByDigest, V> {
    current: Arc<Snapshot<R, V>>,
    /// Published before. Kept until no reader holds them, so that never a look-up frees one.
    retired: Vec<Arc<Snapshot<R, V>>>,
    spare: Option<Spare<R>>,
    /// The versions that a copy may have missed, oldest first.
    log: VecDeque<Logged<R::ConsumerInfo>>,
    /// How long the last clone took.
    clone_took: Duration,
    pub(crate) clones: u64,
    pub(crate) replays: u64,
}

impl<R, V> Copies<R, V>
where
    R: ByDigest + Clone,
    R::ConsumerInfo: Clone,
{
    pub(crate) fn new(current: Arc<Snapshot<R, V>>) -> Self {
        let (retired, log) = (Vec::new(), VecDeque::new());
        Self { current, retired, spare: None, log, clone_took: Duration::ZERO, clones: 0, replays: 0 }
    }

    pub(crate) fn current(&self) -> &Snapshot<R, V> {
        &self.current
    }

    /// How many rings there are now.
    pub(crate) fn count(&self) -> usize {
        1 + self.retired.len() + usize::from(self.spare.is_some())
    }

    /// How many former rings readers hold.
    pub(crate) fn held(&self) -> usize {
        self.retired.iter().filter(|retired| Arc::strong_count(retired) > 1).count()
    }

    /// The oldest version that is still there.
    pub(crate) fn oldest(&self) -> u64 {
        self.retired.iter().map(|retired| retired.version).min().unwrap_or(self.current.version)
    }

    /// Whether readers may hold a former ring.
    pub(crate) fn has_retired(&self) -> bool {
        !self.retired.is_empty()
    }

    /// How long the last clone took; zero before the first.
    pub(crate) fn clone_took(&self) -> Duration {
        self.clone_took
    }

    /// Whether there is a ring that nobody holds.
    pub(crate) fn has_spare(&self) -> bool {
        self.spare.is_some()
    }

    /// Takes back the copies that readers let go of: the newest as the spare, and the others are freed.
    pub(crate) fn reclaim(&mut self) {
        for retired in mem::take(&mut self.retired) {
            match Arc::try_unwrap(retired) {
                Ok(Snapshot { ring, version, .. }) if self.spare.as_ref().is_none_or(|spare| spare.version < version) => {
                    self.spare = Some(Spare { ring, version });
                }
                Ok(_) => {}
                Err(held) => self.retired.push(held),
            }
        }
    }

    /// A ring equal to the published one, out of the spare if there is one.
    pub(crate) fn take_spare(&mut self) -> Option<R> {
        let spare = self.spare.take()?;
        Some(self.caught_up(spare))
    }

    /// Gives a ring that equals the published one to the next update.
    pub(crate) fn put_spare(&mut self, ring: R) {
        self.spare = Some(Spare { ring, version: self.current.version });
    }

    /// Brings the spare up to date. Returns whether there is one.
    pub(crate) fn prepare(&mut self) -> bool {
        let Some(ring) = self.take_spare() else { return false };
        self.put_spare(ring);
        true
    }

    /// Another copy of the published ring.
    pub(crate) fn cloned(&mut self) -> R {
        let start = Instant::now();
        let ring = self.current.ring.clone();
        self.clone_took = start.elapsed();
        self.clones += 1;
        ring
    }

    /// Replays what the spare missed, or clones if that is cheaper: a table is rebuilt by each change, and copied in no time.
    fn caught_up(&mut self, spare: Spare<R>) -> R {
        let Spare { mut ring, version } = spare;
        if version == self.current.version {
            return ring;
        }
        let is_known = self.log.front().is_some_and(|first| first.version <= version + 1);
        if is_known && self.replay(&mut ring, version).is_ok() {
            self.replays += 1;
            return ring;
        }
        // Freed before the new one is made, so that there is never one more.
        drop(ring);
        self.cloned()
    }

    fn replay(&self, ring: &mut R, version: u64) -> Result<(), Refused> {
        let missed = self.log.iter().filter(|logged| logged.version > version);
        missed.flat_map(|logged| &logged.batches).try_for_each(|batch| apply(ring, batch.as_slice()).map(drop))
    }

    /// Makes `next` the current one, which `batches` made of the former in the time `took`.
    pub(crate) fn advance(&mut self, next: Arc<Snapshot<R, V>>, batches: Vec<Changes<R::ConsumerInfo>>, took: Duration) {
        self.log.push_back(Logged { version: next.version, batches, took });
        self.retired.push(mem::replace(&mut self.current, next));
        self.trim();
    }

    /// Forgets what will not be replayed: what no copy missed, and what takes longer to replay than a clone takes.
    fn trim(&mut self) {
        let oldest = self.spare.iter().map(|spare| spare.version).chain([self.oldest()]).min().unwrap_or_default();
        let (mut took, mut changes) = (Duration::ZERO, 0);
        let kept = self.log.iter().rev().take_while(|logged| {
            took += logged.took;
            changes += logged.changes();
            logged.version > oldest && took <= self.clone_took && changes <= MOST_LOGGED
        });
        let kept = kept.count();
        self.log.drain(..self.log.len() - kept);
    }
}
