//! An algorithm chosen by a configuration file.
//!
//! The rest of the program holds a `Box<dyn Ring<T>>` and does not know which one it is.

use std::error::Error;

use annulus_core::{Ring, Weight};
use annulus_jump::JumpHash;
use annulus_maglev::{Maglev, MaglevKernel};
use annulus_rendezvous::Rendezvous;
use annulus_ring::{HashRing, RingKernel};

const CONFIGURATION: &str = "
# the algorithm, with its parameter if it has one
algorithm = ring:160

# name, weight, address
server = cache-a 1 10.0.0.1:11211
server = cache-b 1 10.0.0.2:11211
server = cache-c 2 10.0.0.3:11211
";

/// An empty ring of the algorithm that is named.
fn ring_of(algorithm: &str) -> Result<Box<dyn Ring<String>>, Box<dyn Error>> {
    let (name, parameter) = algorithm.split_once(':').unwrap_or((algorithm, ""));
    Ok(match (name, parameter) {
        ("rendezvous", "") => Box::new(Rendezvous::new()),
        ("jump", "") => Box::new(JumpHash::new()),
        ("ring", "") => Box::new(HashRing::new()),
        ("ring", points) => Box::new(HashRing::with_kernel(RingKernel::with_points(points.parse()?)?)),
        ("maglev", "") => Box::new(Maglev::new()),
        ("maglev", slots) => Box::new(Maglev::with_kernel(MaglevKernel::with_slots(slots.parse()?)?)),
        _ => return Err(format!("no algorithm is called {algorithm:?}; there are rendezvous, jump, ring and maglev").into()),
    })
}

/// The ring that a configuration describes.
fn configured(text: &str) -> Result<Box<dyn Ring<String>>, Box<dyn Error>> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let values = |key| lines().filter_map(move |line| Some(line.strip_prefix(key)?.trim_start().strip_prefix('=')?.trim()));
    let mut ring = ring_of(values("algorithm").next().ok_or("the configuration names no algorithm")?)?;
    let mut members = Vec::new();
    for server in values("server") {
        let mut words = server.split_whitespace();
        let (Some(name), Some(weight), Some(address)) = (words.next(), words.next(), words.next()) else {
            return Err(format!("not a name, a weight and an address: {server:?}").into());
        };
        let weight = weight.parse().ok().and_then(Weight::new).ok_or_else(|| format!("the weight of {name:?} is {weight:?}"))?;
        members.push((name, weight, address.to_owned()));
    }
    ring.add_consumers(&mut members.into_iter())?;
    Ok(ring)
}

fn main() -> Result<(), Box<dyn Error>> {
    let ring = configured(CONFIGURATION)?;
    let owner = ring.owner_of(b"user:42").ok_or("no servers")?;
    println!("user:42 belongs to {} at {}", owner.name, owner.info);
    println!("fingerprint {:#018x}, to compare with other routers", ring.fingerprint());

    // The same servers under another algorithm: only the file changes.
    let other = configured(&CONFIGURATION.replace("ring:160", "rendezvous"))?;
    assert_ne!(other.fingerprint(), ring.fingerprint());
    assert_eq!(other.clone().fingerprint(), other.fingerprint());
    let refused = configured(&CONFIGURATION.replace("ring:160", "jump")).err().map(|error| error.to_string());
    assert_eq!(
        refused.as_deref().map(|error| error.starts_with("consumer \"cache-c\" was refused: its weight is 2")),
        Some(true)
    );
    Ok(())
}
