//! The algorithms of the Annulus crates, with default parameters or with others.

use annulus_core::{Kernel, Weight};
use annulus_jump::JumpKernel;
use annulus_maglev::MaglevKernel;
use annulus_rendezvous::RendezvousKernel;
use annulus_ring::RingKernel;

use crate::modulo::Modulo;
use crate::registry::{Algorithm, Law, Moves, Parameters};
use crate::verify::Oracle;

/// The four, and the baseline.
pub(crate) fn all() -> [Algorithm; 5] {
    [ring_of("ring", RingKernel::default()), jump(), rendezvous(), maglev_of("maglev", MaglevKernel::default()), modulo()]
}

fn ring_of(key: &str, kernel: RingKernel) -> Algorithm {
    let points = kernel.points(Weight::ONE);
    Algorithm::of(key, kernel)
        .title("Hash ring with virtual nodes")
        .parameters(format!("points={points}"))
        .law(Law::Ring { points })
        .oracle(Oracle::ring(points))
        .reference("Karger et al. 1997, https://doi.org/10.1145/258533.258660")
        .configurable(ring_with)
}

fn ring_with(key: &str, parameters: &mut Parameters) -> Result<Algorithm, String> {
    let kernel = match parameters.take("points") {
        Some(points) => RingKernel::with_points(points).map_err(|error| error.to_string())?,
        None => RingKernel::default(),
    };
    Ok(ring_of(key, kernel))
}

fn maglev_of(key: &str, kernel: MaglevKernel) -> Algorithm {
    let slots = kernel.slots();
    Algorithm::of(key, kernel)
        .title("Maglev hashing")
        .parameters(format!("slots={slots}"))
        .law(Law::Slots { slots: u64::from(slots) })
        .oracle(Oracle::maglev(u64::from(slots)))
        .reference("Eisenbud et al. 2016, https://www.usenix.org/conference/nsdi16/technical-sessions/presentation/eisenbud")
        .configurable(maglev_with)
}

fn maglev_with(key: &str, parameters: &mut Parameters) -> Result<Algorithm, String> {
    let kernel = match parameters.take("slots") {
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
