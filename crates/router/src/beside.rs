//! What a router keeps for each consumer beside the placement.

use annulus_core::ByDigest;

/// State kept for each consumer by its name, such as its health or its load, and found by its index during a look-up.
///
/// The state itself survives changes of membership: it is kept by name, behind an `Arc`. Its [`View`](Self::View) belongs to one
/// membership and has an entry for each index, so that a look-up hashes no name and takes no lock. A view is made once for each
/// change of membership, by the writer.
pub trait Beside<R: ByDigest + ?Sized> {
    /// The state of the consumers of one membership, by index.
    type View: Send + Sync;

    /// The view of this membership. O(N).
    fn view(&self, ring: &R) -> Self::View;
}

/// Nothing beside the placement.
impl<R: ByDigest + ?Sized> Beside<R> for () {
    type View = ();

    fn view(&self, _: &R) {}
}

/// Two kinds of state side by side.
impl<R: ByDigest + ?Sized, A: Beside<R>, B: Beside<R>> Beside<R> for (A, B) {
    type View = (A::View, B::View);

    fn view(&self, ring: &R) -> Self::View {
        (self.0.view(ring), self.1.view(ring))
    }
}
