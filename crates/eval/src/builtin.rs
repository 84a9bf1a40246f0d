//! The algorithms of the Annulus crates, as a [`Spec`] describes them, and the baseline.

use std::any::Any;
use std::num::NonZeroU32;

use annulus::{
    DEFAULT_MEMORY_LIMIT, JumpKernel, Kernel, MaglevKernel, RendezvousKernel, RingKernel, Spec, Visitor, Weight, catalogue,
};

use crate::modulo::Modulo;
use crate::registry::{Algorithm, Law, Moves};
use crate::verify::Oracle;

/// Those that are compiled in, with default parameters, and the baseline.
pub(crate) fn all() -> Vec<Algorithm> {
    let ours = catalogue().into_iter().filter_map(|entry| entry.name.parse().ok());
    ours.map(|spec| of_spec(&spec)).chain([modulo()]).collect()
}

/// The algorithm that a spec describes. Its key is the shortest text for it, without a memory limit.
pub(crate) fn of_spec(spec: &Spec) -> Algorithm {
    struct Known(String);
    impl Visitor for Known {
        type Output = Algorithm;
        fn visit<K: Kernel + Send + Sync + 'static>(self, kernel: K) -> Algorithm {
            known(Algorithm::of(&self.0, kernel.clone()), &kernel)
        }
    }
    let plain = spec.clone().with_hash(annulus::Hash::default()).with_memory_limit(DEFAULT_MEMORY_LIMIT);
    let algorithm = spec.visit(Known(plain.to_string())).ours();
    let algorithm = match catalogue().into_iter().find(|entry| entry.name == spec.name()) {
        Some(entry) => algorithm.title(entry.title).reference(entry.reference),
        None => algorithm,
    };
    // Under `of`, it has no hasher of its own, so that nothing is refused.
    algorithm.clone().under(spec.hash()).unwrap_or(algorithm)
}

/// Adds what is known of an algorithm beyond its promises.
fn known(algorithm: Algorithm, kernel: &dyn Any) -> Algorithm {
    if let Some(ring) = kernel.downcast_ref::<RingKernel>() {
        // The oracle is asked about nodes of weight one alone.
        return algorithm.law(ring_law(ring)).oracle(Oracle::ring(ring.points(Weight::ONE)));
    }
    if let Some(maglev) = kernel.downcast_ref::<MaglevKernel>() {
        let slots = u64::from(maglev.slots());
        return algorithm.law(Law::Slots { slots }).oracle(Oracle::maglev(slots));
    }
    match () {
        () if kernel.is::<JumpKernel>() => algorithm.moving(Moves::SwapLast).oracle(Oracle::jump()),
        () if kernel.is::<RendezvousKernel>() => algorithm.oracle(Oracle::rendezvous()),
        () => algorithm,
    }
}

/// The law of the arcs, where a node's points are its weight times those of weight one. Where they are rounded, no law is
/// claimed: its figures for nodes of unequal weight would be wrong. Rounding shows at the greatest weight, if anywhere.
fn ring_law(kernel: &RingKernel) -> Law {
    let (points, greatest) = (kernel.points(Weight::ONE), Weight::from(NonZeroU32::MAX));
    let is_exact = kernel.points(greatest) == points * u64::from(greatest.get());
    if is_exact { Law::Ring { points } } else { Law::Unknown }
}

fn modulo() -> Algorithm {
    Algorithm::of(Modulo::PROPERTIES.algorithm, Modulo).title("hash % N, the baseline").moving(Moves::Modulo)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: u32, unit: u32) -> RingKernel {
        RingKernel::with_points_per(points, unit).unwrap()
    }

    #[test]
    fn a_ring_has_its_law_where_points_follow_weights_without_rounding() {
        for (points, unit, per_weight) in [(160, 1, 160), (320, 2, 160), (7, 7, 1), (u32::MAX, 1, u64::from(u32::MAX))] {
            assert_eq!(ring_law(&ring(points, unit)), Law::Ring { points: per_weight }, "{points}/{unit}");
        }
        for (points, unit) in [(160, 16_000), (160, 3), (1, 2), (1, u32::MAX), (u32::MAX, u32::MAX - 1), (u32::MAX - 1, u32::MAX)]
        {
            assert_eq!(ring_law(&ring(points, unit)), Law::Unknown, "{points}/{unit}");
        }
    }

    #[test]
    fn parameters_are_told_as_the_kernel_writes_them() {
        let texts: Vec<String> = all().iter().map(|algorithm| algorithm.parameter_text().to_owned()).collect();
        assert_eq!(texts, ["points=160", "", "", "slots=65537", ""]);
        let of = |text: &str| of_spec(&text.parse().unwrap());
        let coarse = of("ring:points=160/16000");
        assert_eq!((coarse.key(), coarse.parameter_text()), ("ring:points=160/16000", "points=160/16000"));
        assert_eq!((of("ring:points=160/1").key(), of("ring:points=160/1").parameter_text()), ("ring", "points=160"));
    }
}
