//! How much load a consumer may hold: a multiple of the mean, or a fixed amount.

use std::{
    error, fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::WHOLE;

pub(crate) mod sealed {
    /// What the cap of a consumer follows from.
    #[derive(Clone, Copy, Debug)]
    pub struct Reading {
        /// The total load that was read, with the request to be admitted.
        pub total: u64,
        /// The consumer's weight, multiplied by its part.
        pub weight: u64,
        /// The sum of these over all consumers.
        pub live: u64,
    }

    /// A rule for caps, as [`Loads`](crate::Loads) applies it.
    pub trait Rule: Send + Sync {
        /// Held while a request is admitted or released.
        type Turn<'a>
        where
            Self: 'a;
        /// Whether the cap depends on the total, so that somebody has room if the loads stand still.
        const BY_TOTAL: bool;
        fn turn(&self) -> Self::Turn<'_>;
        fn has_room(&self, load: u64, reading: &Reading) -> bool;
        fn cap(&self, reading: &Reading) -> u64;
    }
}

pub(crate) use sealed::Reading;
use sealed::Rule;

/// A rule for caps: [`Relative`], [`Locked`] or [`Fixed`]. It says what is promised under many threads.
///
/// ```
/// use annulus::{ByDigest, Digest, NodeIndex};
/// use annulus_router::{Cap, Everyone, LoadView, NotAdmitted};
///
/// /// With any caps.
/// fn admit<R: ByDigest>(ring: &R, loads: &LoadView<impl Cap>, digest: Digest) -> Result<NodeIndex, NotAdmitted> {
///     loads.acquire(ring, &Everyone, digest).map(|permit| permit.index())
/// }
/// ```
pub trait Cap: Rule {}

/// A rule under which caps grow with the total load: [`Relative`] or [`Locked`].
///
/// ```compile_fail,E0277
/// # use annulus::{HashRing, ByDigest};
/// # use annulus_router::{Beside, Everyone, Loads};
/// # let ring = HashRing::<()>::new();
/// let view = Loads::fixed(100).view(&ring);
/// // Serves above the cap if it must, so it is not there for caps that are never exceeded.
/// let _ = view.acquire_better(&ring, &Everyone, ring.digest_of("session:7"), None);
/// ```
pub trait ByTotal: Cap {}

/// Caps of factor × the mean load, without a lock.
///
/// ```
/// use annulus_router::{Loads, Relative};
/// let loads: Loads<Relative> = Loads::relative(1.25)?; // no consumer above 1.25 times the mean
/// assert!(Loads::relative(0.8).unwrap_err().to_string().starts_with("a factor of 0.8 "));
/// # Ok::<(), annulus_router::FactorError>(())
/// ```
///
/// The cap is ⌈factor · L · w / W⌉: L is the total load with the request, w the consumer's weight, and W the weight of all live
/// consumers. L includes the requests that consumers still hold while they are down or after they were removed.
///
/// **Promise:** no admission takes a consumer past the cap of the total that was read for it. Other threads may change the total
/// between the reading and the admission. If the cap of the true total must hold at each admission, use [`Locked`].
#[derive(Debug)]
pub struct Relative {
    /// In units of 1/65,536.
    factor: u32,
}

/// Caps of factor × the mean load, one admission or release at a time.
///
/// ```
/// use annulus_router::{Locked, Loads};
/// let loads: Loads<Locked> = Loads::locked(1.25)?;
/// # Ok::<(), annulus_router::FactorError>(())
/// ```
///
/// **Promise:** at each admission, the consumer is within the cap of the total at that moment. Afterwards the total may shrink,
/// and with it the caps; nobody is moved then. A permit takes the lock again when it is dropped.
#[derive(Debug)]
pub struct Locked {
    relative: Relative,
    lock: Mutex<()>,
}

/// Fixed caps: an amount for each unit of weight.
///
/// ```
/// use annulus_router::{Fixed, Loads};
/// let loads: Loads<Fixed> = Loads::fixed(100); // a consumer of weight 2 takes 200 requests at once
/// ```
///
/// **Promise:** no admission takes a consumer above its cap, however many threads there are. If all are full, a request is
/// refused. Only [`count_at`](crate::LoadView::count_at), which says so, counts without the cap. The cap
/// of a consumer that is warming up is its share of this, rounded up.
#[derive(Debug)]
pub struct Fixed {
    of_weight_one: u64,
}

/// A factor that is not a number from 1 to 1,000.
///
/// ```
/// let error = annulus_router::Loads::relative(0.25).unwrap_err();
/// assert!(error.to_string().ends_with("use 1.25 to allow a quarter more than the mean"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FactorError(f64);

impl fmt::Display for FactorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let factor = self.0;
        write!(f, "a factor of {factor} is not between 1 and 1,000; use 1.25 to allow a quarter more than the mean")
    }
}

impl error::Error for FactorError {}

impl Relative {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 2^16 and 2^26")]
    pub(crate) fn new(factor: f64) -> Result<Self, FactorError> {
        if (1.0..=1_000.0).contains(&factor) {
            Ok(Self { factor: (factor * f64::from(WHOLE)).round() as u32 })
        } else {
            Err(FactorError(factor))
        }
    }

    /// The cap as a fraction: numerator and denominator. Exact as long as the total stays below 2⁵⁴.
    fn fraction(&self, reading: &Reading) -> (u128, u128) {
        let above = (u128::from(self.factor) * u128::from(reading.total)).saturating_mul(reading.weight.into());
        // The sum may be older than the part: a consumer that just came up counts at least itself.
        (above, u128::from(reading.live.max(reading.weight)) * u128::from(WHOLE))
    }
}

impl Locked {
    pub(crate) fn new(factor: f64) -> Result<Self, FactorError> {
        Ok(Self { relative: Relative::new(factor)?, lock: Mutex::new(()) })
    }
}

impl Fixed {
    pub(crate) const fn new(of_weight_one: u64) -> Self {
        Self { of_weight_one }
    }
}

impl Rule for Relative {
    type Turn<'a> = ();
    const BY_TOTAL: bool = true;

    #[inline]
    fn turn(&self) {}

    /// `load + 1 ≤ ⌈above / below⌉` without a division, which would take longer than all the rest.
    #[inline]
    fn has_room(&self, load: u64, reading: &Reading) -> bool {
        let (above, below) = self.fraction(reading);
        u128::from(load).saturating_mul(below) < above
    }

    fn cap(&self, reading: &Reading) -> u64 {
        let (above, below) = self.fraction(reading);
        u64::try_from(above.div_ceil(below.max(1))).unwrap_or(u64::MAX)
    }
}

impl Rule for Locked {
    type Turn<'a> = MutexGuard<'a, ()>;
    const BY_TOTAL: bool = true;

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn has_room(&self, load: u64, reading: &Reading) -> bool {
        self.relative.has_room(load, reading)
    }
    fn cap(&self, reading: &Reading) -> u64 {
        self.relative.cap(reading)
    }
}

impl Rule for Fixed {
    type Turn<'a> = ();
    const BY_TOTAL: bool = false;

    #[inline]
    fn turn(&self) {}

    #[inline]
    fn has_room(&self, load: u64, reading: &Reading) -> bool {
        u128::from(load) * u128::from(WHOLE) < u128::from(self.of_weight_one) * u128::from(reading.weight)
    }

    fn cap(&self, reading: &Reading) -> u64 {
        let cap = (u128::from(self.of_weight_one) * u128::from(reading.weight)).div_ceil(WHOLE.into());
        u64::try_from(cap).unwrap_or(u64::MAX)
    }
}

impl Cap for Relative {}
impl Cap for Locked {}
impl Cap for Fixed {}
impl ByTotal for Relative {}
impl ByTotal for Locked {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_ends_exactly_at_the_cap() {
        fn check(rule: &impl Rule) {
            for total in (1..200).chain([1 << 40, (1 << 53) - 1]) {
                for weight in [1, 2, 3, 65_535, 65_536, 10 << 16] {
                    for others in [0, 1, 65_536, 99 << 16] {
                        let reading = Reading { total, weight, live: weight + others };
                        let most = rule.cap(&reading);
                        assert!(most >= 1 && rule.has_room(most - 1, &reading) && !rule.has_room(most, &reading), "{reading:?}");
                    }
                }
            }
        }
        check(&Relative::new(1.25).unwrap());
        check(&Locked::new(1.0).unwrap());
        check(&Fixed::new(7));
    }

    #[test]
    fn the_cap_is_the_papers() {
        // ⌈1.25 · 1,000 · 3 / 100⌉ = ⌈37.5⌉
        let reading = Reading { total: 1_000, weight: 3 << 16, live: 100 << 16 };
        assert_eq!(Relative::new(1.25).unwrap().cap(&reading), 38);
        for factor in [f64::NAN, f64::INFINITY, -1.0, 0.0, 0.999, 1_000.1] {
            assert!(Relative::new(factor).is_err(), "{factor}");
        }
    }
}
