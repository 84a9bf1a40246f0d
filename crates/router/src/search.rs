//! The search through a preference order.

use std::ops::ControlFlow;

use annulus_core::{ByDigest, Digest, NodeIndex};

use crate::{Available, NoneUp};

/// A consumer that `take` took, and how many were offered.
pub(crate) struct Taken<X> {
    pub(crate) index: NodeIndex,
    pub(crate) got: X,
    pub(crate) tries: usize,
}

/// The first consumer in the preference order that `take` takes, within `tries`. In most cases it is the owner, and the order is
/// not walked.
#[inline]
pub(crate) fn first<R: ByDigest + ?Sized, X>(
    ring: &R,
    digest: Digest,
    tries: usize,
    mut take: impl FnMut(NodeIndex) -> Option<X>,
) -> Option<Taken<X>> {
    let owner = if tries == 0 { None } else { ring.locate(digest) }?;
    match take(owner) {
        Some(got) => Some(Taken { index: owner, got, tries: 1 }),
        None => further(ring, digest, tries, &mut take),
    }
}

/// The search past the owner.
#[cold]
fn further<R: ByDigest + ?Sized, X>(
    ring: &R,
    digest: Digest,
    tries: usize,
    take: &mut impl FnMut(NodeIndex) -> Option<X>,
) -> Option<Taken<X>> {
    let (mut taken, mut offered) = (None, 0);
    let tries = tries.min(ring.roster().len());
    if tries > 1 {
        ring.walk(digest, &mut |index| {
            offered += 1;
            // The owner was asked before.
            taken = if offered == 1 { None } else { take(index).map(|got| Taken { index, got, tries: offered }) };
            if taken.is_some() || offered == tries { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    }
    taken
}

/// One of the first `over` consumers in the preference order that take the key: the one at `turn` modulo their number.
pub(crate) fn nth<R, A>(ring: &R, available: &A, digest: Digest, over: usize, turn: u64) -> Result<NodeIndex, NoneUp>
where
    R: ByDigest + ?Sized,
    A: Available + ?Sized,
{
    let place = |over: usize| usize::try_from(turn % over as u64).unwrap_or_default();
    let (mut passed, mut wanted) = (0, place(over));
    let find = |passed: &mut usize, wanted: usize| {
        first(ring, digest, usize::MAX, |index| {
            *passed += usize::from(available.admits(index, digest));
            (*passed == wanted + 1).then_some(())
        })
    };
    let mut found = find(&mut passed, wanted);
    if found.is_none() && passed > 0 {
        // Fewer than `over` are available, and now it is known how many.
        wanted = place(passed);
        found = find(&mut 0, wanted);
    }
    found
        .or_else(|| first(ring, digest, usize::MAX, |index| (available.part(index) > 0).then_some(())))
        .map(|taken| taken.index)
        .ok_or_else(|| none(ring, digest))
}

/// Why nobody serves the key, after all were tried.
pub(crate) fn none<R: ByDigest + ?Sized>(ring: &R, digest: Digest) -> NoneUp {
    match ring.locate(digest) {
        Some(owner) => NoneUp::Out { owner, reserve: None, tried: ring.roster().len(), cut: false },
        None => NoneUp::Empty,
    }
}
