//! The algorithms of the Annulus crates, with default parameters or with others.

use std::num::NonZeroU32;

use annulus_core::{Kernel, Weight};
use annulus_jump::JumpKernel;
use annulus_maglev::MaglevKernel;
use annulus_rendezvous::RendezvousKernel;
use annulus_ring::RingKernel;

use crate::modulo::Modulo;
use crate::parameters::Parameters;
use crate::registry::{Algorithm, Law, Moves};
use crate::verify::Oracle;

/// The four, and the baseline.
pub(crate) fn all() -> [Algorithm; 5] {
    [ring_of("ring", RingKernel::default()), jump(), rendezvous(), maglev_of("maglev", MaglevKernel::default()), modulo()]
}

fn ring_of(key: &str, kernel: RingKernel) -> Algorithm {
    let (law, points) = (ring_law(&kernel), kernel.points(Weight::ONE));
    Algorithm::of(key, kernel)
        .title("Hash ring with virtual nodes")
        .law(law)
        // It is asked about nodes of weight one alone.
        .oracle(Oracle::ring(points))
        .reference("Karger et al. 1997, https://doi.org/10.1145/258533.258660")
        .configurable(ring_with)
}

/// The law of the arcs, where a node's points are its weight times those of weight one. Where they are rounded, no law is
/// claimed: its figures for nodes of unequal weight would be wrong. Rounding shows at the greatest weight, if anywhere.
fn ring_law(kernel: &RingKernel) -> Law {
    let (points, greatest) = (kernel.points(Weight::ONE), Weight::from(NonZeroU32::MAX));
    let is_exact = kernel.points(greatest) == points * u64::from(greatest.get());
    if is_exact { Law::Ring { points } } else { Law::Unknown }
}

fn ring_with(key: &str, parameters: &mut Parameters) -> Result<Algorithm, String> {
    let kernel = match parameters.take_text("points") {
        Some(text) => {
            let (points, unit) = points_per(&text)?;
            RingKernel::with_points_per(points, unit).map_err(|error| error.to_string())?
        }
        None => RingKernel::default(),
    };
    Ok(ring_of(key, kernel))
}

/// `160`, or `160/16000`: points, and for how many units of weight.
fn points_per(text: &str) -> Result<(u32, u32), String> {
    let (points, unit) = text.split_once('/').unwrap_or((text, "1"));
    let both = points.parse().ok().zip(unit.parse().ok());
    both.ok_or_else(|| {
        format!(
            "`points={text}` is no number of points; write points=160, or points=160/16000 for 160 points for each 16000 units of \
             weight"
        )
    })
}

fn maglev_of(key: &str, kernel: MaglevKernel) -> Algorithm {
    let slots = kernel.slots();
    Algorithm::of(key, kernel)
        .title("Maglev hashing")
        .law(Law::Slots { slots: u64::from(slots) })
        .oracle(Oracle::maglev(u64::from(slots)))
        .reference("Eisenbud et al. 2016, https://www.usenix.org/conference/nsdi16/technical-sessions/presentation/eisenbud")
        .configurable(maglev_with)
}

fn maglev_with(key: &str, parameters: &mut Parameters) -> Result<Algorithm, String> {
    let kernel = match parameters.take("slots")? {
        Some(slots) => MaglevKernel::with_slots(slots).map_err(|error| error.to_string())?,
        None => MaglevKernel::default(),
    };
    Ok(maglev_of(key, kernel))
}

fn jump() -> Algorithm {
    Algorithm::of("jump", JumpKernel::new())
        .title("Jump consistent hash")
        .moving(Moves::SwapLast)
        .oracle(Oracle::jump())
        .reference("Lamping and Veach 2014, https://doi.org/10.48550/arXiv.1406.2294")
}

fn rendezvous() -> Algorithm {
    Algorithm::of("rendezvous", RendezvousKernel::default())
        .title("Rendezvous hashing (highest random weight)")
        .oracle(Oracle::rendezvous())
        .reference("Thaler and Ravishankar 1998, https://doi.org/10.1109/90.663936")
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
        let texts = all().map(|algorithm| algorithm.parameter_text().to_owned());
        assert_eq!(texts, ["points=160", "", "", "slots=65537", ""]);
        assert_eq!(ring_of("any", ring(160, 16_000)).parameter_text(), "points=160/16000");
        assert_eq!(ring_of("any", ring(160, 1)).parameter_text(), "points=160");
    }
}
