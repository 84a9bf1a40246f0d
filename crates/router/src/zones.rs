//! Replicas in as many zones as there are.

use std::{collections::BTreeMap, fmt, ops::ControlFlow, sync::Arc};

use annulus_core::{ByDigest, Digest, NodeIndex};

use crate::{Available, Beside};

/// The number of consumers visited before it is counted in how many zones there is anybody left to find. With three equal
/// zones, one key in two hundred has not met all of them by then.
const NEAR: usize = 16;

/// In which zone each consumer is, and how many replicas of a key one zone may hold.
///
/// ```
/// use annulus::Rendezvous;
/// use annulus_router::{Beside, Everyone, Zones};
///
/// let ring = Rendezvous::from_consumers([("a", "east"), ("b", "east"), ("c", "west"), ("d", "west"), ("e", "north")])?;
/// let zones = Zones::by(|zone: &&'static str| *zone).at_most(1);
/// let view = zones.view(&ring); // once for each membership
///
/// let mut replicas = [annulus::NodeIndex::default(); 3];
/// let placed = view.replicas(&ring, &Everyone, ring.digest_of("user:42"), &mut replicas);
/// assert_eq!((placed.replicas, placed.zones), (3, 3)); // one in each zone
/// assert_eq!(Some(replicas[0]), ring.owner("user:42").map(|member| member.index));
///
/// let mut many = [annulus::NodeIndex::default(); 4];
/// let placed = view.replicas(&ring, &Everyone, ring.digest_of("user:42"), &mut many);
/// assert!(placed.is_short() && placed.replicas == 3); // a fourth would be the second in its zone
/// # Ok::<(), annulus::ChangeError>(())
/// ```
///
/// Zones are any values that can be ordered: data centres, racks, disks of one server. The closure reads them from a consumer's data.
///
/// # Which consumers
/// Give each consumer its rank: how many consumers of its zone come before it in the preference order. The replicas are the first
/// n consumers by rank, then by the order, among those of a rank below the limit. So the owner is always the first, the replicas
/// are distinct, there are as many zones as possible, and no zone has two more than another unless that one has no more consumers.
/// With fewer zones than replicas, zones hold several; without a limit, every key has n replicas if there are n consumers.
///
/// Only consumers that take the key count here. If they are too few, those that are warming up and do not take it yet fill the
/// rest, first in zones that hold the fewest replicas, and in the preference order.
///
/// If removing any consumer moves no other keys (ring, rendezvous), a consumer that leaves or fails changes at most one replica of
/// a key, as long as its zone is not empty then.
pub struct Zones<T, Z> {
    zone_of: Arc<dyn Fn(&T) -> Z + Send + Sync>,
    at_most: usize,
}

impl<T, Z> Zones<T, Z> {
    /// Reads the zone of each consumer from its data. There is no limit for a zone at first.
    pub fn by(zone_of: impl Fn(&T) -> Z + Send + Sync + 'static) -> Self {
        Self { zone_of: Arc::new(zone_of), at_most: usize::MAX }
    }

    /// At most `limit` replicas of a key in one zone. With a limit of 0 no replica is placed, and [`Placed::is_short`] says so.
    #[must_use]
    pub fn at_most(mut self, limit: usize) -> Self {
        self.at_most = limit;
        self
    }
}

impl<T, Z> Clone for Zones<T, Z> {
    fn clone(&self) -> Self {
        Self { zone_of: Arc::clone(&self.zone_of), at_most: self.at_most }
    }
}

impl<T, Z> fmt::Debug for Zones<T, Z> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zones").field("at_most", &self.at_most).finish_non_exhaustive()
    }
}

impl<R: ByDigest + ?Sized, Z: Ord> Beside<R> for Zones<R::ConsumerInfo, Z> {
    type View = ZoneView;

    fn view(&self, ring: &R) -> ZoneView {
        let mut zones = BTreeMap::<Z, Vec<NodeIndex>>::new();
        for member in ring.roster().iter() {
            zones.entry((self.zone_of)(member.info)).or_default().push(member.index);
        }
        let mut view = ZoneView {
            of: vec![0; ring.roster().len()].into(),
            members: zones.into_values().map(Into::into).collect(),
            at_most: self.at_most,
        };
        for (zone, members) in (0..).zip(&view.members) {
            members.iter().for_each(|member| view.of[member.as_usize()] = zone);
        }
        view
    }
}

/// The zones of one membership, by index. Made by [`Zones`].
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Beside, Health, State, Zones};
///
/// let ring = HashRing::from_consumers([("a", 1_u8), ("b", 1), ("c", 2), ("d", 2)])?;
/// let view = Zones::by(|zone: &u8| *zone).view(&ring);
/// let health = Health::new();
/// let up = health.view(&ring);
/// health.set_all([("a", State::Down), ("b", State::Down)]);
///
/// let mut replicas = [annulus::NodeIndex::default(); 2];
/// let placed = view.replicas(&ring, &up, ring.digest_of("user:42"), &mut replicas);
/// assert_eq!((placed.replicas, placed.zones), (2, 1)); // zone 1 is down: both are in zone 2, and the answer says so
/// # Ok::<(), annulus::ChangeError>(())
/// ```
///
/// Pass the ring that the view was made for. With another one nothing panics, but a zone may belong to another consumer.
#[derive(Clone)]
pub struct ZoneView {
    of: Box<[u32]>,
    members: Box<[Box<[NodeIndex]>]>,
    at_most: usize,
}

/// How many replicas were found, and in how many zones.
///
/// ```
/// use annulus::{HashRing, NodeIndex};
/// use annulus_router::{Beside, Everyone, Zones};
///
/// let ring = HashRing::from_consumers([("a", "east"), ("b", "west")])?;
/// let view = Zones::by(|zone: &&'static str| *zone).view(&ring);
/// let mut replicas = [NodeIndex::default(); 3];
/// let placed = view.replicas(&ring, &Everyone, ring.digest_of("user:42"), &mut replicas);
/// assert!(placed.is_short() && placed.replicas == 2 && placed.zones == 2); // there are two consumers
/// # Ok::<(), annulus::ChangeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "there may be fewer replicas than wanted"]
pub struct Placed {
    /// The number of replicas written.
    pub replicas: usize,
    /// The number of zones that they are in.
    pub zones: usize,
    wanted: usize,
}

impl Placed {
    /// The replicas that were written to `out`, without the places that stayed free.
    ///
    /// ```
    /// # use annulus_router::{Beside, Everyone, Zones};
    /// # let ring = annulus::HashRing::from_consumers([("a", "east"), ("b", "west")])?;
    /// # let view = Zones::by(|zone: &&'static str| *zone).view(&ring);
    /// let mut out = [annulus::NodeIndex::default(); 3];
    /// let placed = view.replicas(&ring, &Everyone, ring.digest_of("user:42"), &mut out);
    /// for replica in placed.of(&out) {
    ///     println!("{}", ring.roster().get(*replica).unwrap().name); // two names: there are two consumers
    /// }
    /// # assert_eq!(placed.of(&out).len(), 2);
    /// # Ok::<(), annulus::ChangeError>(())
    /// ```
    #[must_use]
    pub fn of<'o>(&self, out: &'o [NodeIndex]) -> &'o [NodeIndex] {
        &out[..self.replicas.min(out.len())]
    }

    /// Whether there are fewer replicas than wanted: too few consumers, or too few zones for the limit.
    #[must_use]
    pub const fn is_short(&self) -> bool {
        self.replicas < self.wanted
    }
}

/// How many consumers and zones there are.
impl fmt::Debug for ZoneView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZoneView").field("consumers", &self.of.len()).field("zones", &self.zones()).finish_non_exhaustive()
    }
}

impl ZoneView {
    /// The number of zones.
    #[must_use]
    pub fn zones(&self) -> usize {
        self.members.len()
    }

    /// The zone of the consumer at `index`, as a number below [`zones`](Self::zones), in the order of the zones' values.
    #[must_use]
    pub fn zone(&self, index: NodeIndex) -> Option<usize> {
        self.of.get(index.as_usize()).map(|&zone| zone as usize)
    }

    /// Writes the replicas of a key to `out`, owner first: as many as fit, distinct, in as many zones as there are. See
    /// [`Zones`] for which they are.
    ///
    /// Consumers that are not available are left out, as if they were not there. One that is warming up takes a key that is not in
    /// its share yet if there are too few others.
    ///
    /// # Cost
    /// One walk over the preference order for each rank that is needed: one if there are at least as many zones as replicas. It
    /// ends when the last replica is found: with 3 replicas and 3 equal zones after 5.5 consumers on average. If that takes
    /// more than 16, it reads once who is available in each zone, O(N), so that it does not search for a zone that is down. If the
    /// replicas are too few, all this is done once more for those that are warming up. Up to
    /// the 32nd consumer, nothing is allocated.
    pub fn replicas<R, A>(&self, ring: &R, available: &A, digest: Digest, out: &mut [NodeIndex]) -> Placed
    where
        R: ByDigest + ?Sized,
        A: Available + ?Sized,
    {
        let wanted = out.len();
        let mut found = self.fill(ring, digest, &|index| available.admits(index, digest), 0, out);
        if found < wanted {
            found = self.fill(ring, digest, &|index| available.part(index) > 0, found, out);
        }
        let is_first = |at: usize| !out[..at].iter().any(|&other| self.zone(other) == self.zone(out[at]));
        Placed { replicas: found, zones: (0..found).filter(|&at| is_first(at)).count(), wanted }
    }

    /// Adds the consumers that `may`, rank by rank, to the `found` first of `out`, and returns how many there are then.
    fn fill<R>(&self, ring: &R, digest: Digest, may: &dyn Fn(NodeIndex) -> bool, found: usize, out: &mut [NodeIndex]) -> usize
    where
        R: ByDigest + ?Sized,
    {
        let mut found = found;
        for rank in 0..self.at_most.min(out.len()) {
            let may_have =
                |zone: u32| out[..found].iter().filter(|&&chosen| self.of.get(chosen.as_usize()) == Some(&zone)).count() >= rank;
            // Nobody has a later rank if nobody has this one.
            if found == out.len() || !(0..).take(self.zones()).any(may_have) {
                break;
            }
            found = self.next_rank(ring, digest, may, rank, found, out);
        }
        found
    }

    /// Adds the consumers of this rank, in the order, and returns how many replicas there are then. The first of its zone that is
    /// not chosen yet is the next rank of that zone.
    fn next_rank<R>(
        &self,
        ring: &R,
        digest: Digest,
        may: &dyn Fn(NodeIndex) -> bool,
        rank: usize,
        before: usize,
        out: &mut [NodeIndex],
    ) -> usize
    where
        R: ByDigest + ?Sized,
    {
        let (mut found, mut visited, mut most) = (before, 0, self.zones());
        let chosen_of =
            |chosen: &[NodeIndex], zone: usize| chosen.iter().filter(|&&index| self.zone(index) == Some(zone)).count();
        ring.walk(digest, &mut |index| {
            visited += 1;
            if let Some(zone) = self.zone(index) {
                let chosen = &out[..found];
                if chosen_of(chosen, zone) == rank && may(index) && !chosen.contains(&index) {
                    out[found] = index;
                    found += 1;
                }
            }
            if visited == NEAR {
                let chosen = &out[..before];
                let has_more = |zone: usize, members: &[NodeIndex]| {
                    chosen_of(chosen, zone) == rank && members.iter().any(|&index| may(index) && !chosen.contains(&index))
                };
                most = self.members.iter().enumerate().filter(|(zone, members)| has_more(*zone, members)).count();
            }
            if found == out.len() || found - before >= most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found
    }
}
