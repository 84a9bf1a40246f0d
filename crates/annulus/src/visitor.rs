//! Code that is generic over kernels, run on the one that a text names.

use annulus_core::Kernel;

/// Generic code that needs the kernel's type. [`Spec::visit`](crate::Spec::visit) runs it.
pub trait Visitor {
    /// The result.
    type Output;

    /// Receives the kernel, which has no members yet.
    fn visit<K: Kernel + Send + Sync + 'static>(self, kernel: K) -> Self::Output;
}
