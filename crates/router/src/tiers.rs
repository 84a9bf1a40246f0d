//! Tiers of consumers: the next is asked when nobody in the one before is up.

use annulus_core::{ByDigest, Digest, NodeIndex};

use crate::{HealthView, NoneUp};

/// The tier and the consumer that serve a key: the first tier in which somebody is up. For spares, or a second data centre.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Beside, Health, State, first_tier};
///
/// let (ring, spares) = (HashRing::from_consumers(["a", "b"])?, HashRing::from_consumers(["spare-1", "spare-2"])?);
/// let health = Health::new();
/// let (up, spares_up) = (health.view(&ring), health.view(&spares));
/// let digest = ring.digest_of("user:42");
///
/// let tiers = [(&ring, &up), (&spares, &spares_up)];
/// assert_eq!(first_tier(&tiers, digest)?.0, 0);
/// health.set_all([("a", State::Down), ("b", State::Down)]);
/// let (tier, index) = first_tier(&tiers, digest)?;
/// assert_eq!((tier, index), (1, spares.owner("user:42").unwrap().index));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The rings must have the same hasher, since they share the digest. A tier that is down as a whole costs no walk.
///
/// # Errors
/// [`NoneUp`] of the last tier that has consumers, if nobody is up in any of them.
pub fn first_tier<R: ByDigest + ?Sized>(tiers: &[(&R, &HealthView)], digest: Digest) -> Result<(usize, NodeIndex), NoneUp> {
    let mut none = NoneUp::Empty;
    for (tier, (ring, view)) in tiers.iter().enumerate() {
        match view.owner(*ring, digest) {
            Ok(index) => return Ok((tier, index)),
            Err(NoneUp::Empty) => {}
            Err(why) => none = why,
        }
    }
    Err(none)
}
