//! An algorithm chosen by a configuration file.
//!
//! The rest of the program holds a `Box<dyn Ring<T>>` and does not know which one it is.

use std::error::Error;

use annulus::{ConsistentHashRing, Ring, Spec, Weight};
use serde::Deserialize;

const CONFIGURATION: &str = r#"
# ring, jump, rendezvous, maglev or slots, with parameters after a colon
placement = "ring:points=320"

[[server]]
name = "cache-a"
address = "10.0.0.1:11211"

[[server]]
name = "cache-b"
address = "10.0.0.2:11211"
weight = 2
"#;

#[derive(Deserialize)]
struct Configuration {
    placement: Spec,
    server: Vec<Server>,
}

#[derive(Deserialize)]
struct Server {
    name: String,
    address: String,
    #[serde(default)]
    weight: Weight,
}

/// The ring that a configuration describes.
fn ring_of(text: &str) -> Result<Box<dyn Ring<String>>, Box<dyn Error>> {
    let Configuration { placement, server } = toml::from_str(text)?;
    let mut ring = placement.build();
    ring.add_consumers(&mut server.iter().map(|server| (server.name.as_str(), server.weight, server.address.clone())))?;
    Ok(ring)
}

fn main() -> Result<(), Box<dyn Error>> {
    let ring = ring_of(CONFIGURATION)?;
    let owner = ring.owner("user:42").ok_or("no servers")?;
    println!("user:42 belongs to {} at {}", owner.name, owner.info);
    println!("fingerprint {:#018x}, to compare with other routers", ring.fingerprint());

    // The same servers under another algorithm: only the file changes.
    let other = ring_of(&CONFIGURATION.replace("ring:points=320", "maglev"))?;
    assert_ne!(other.fingerprint(), ring.fingerprint());

    // What is wrong is explained.
    for (instead, says) in [
        ("rign", "`rign` names no algorithm; write ring, jump, rendezvous, maglev or slots"),
        ("ring:points=many", "`points=many`: write a whole number"),
        ("jump", "consumer \"cache-b\" was refused: its weight is 2, and this algorithm serves equal consumers only"),
    ] {
        let error = ring_of(&CONFIGURATION.replace("ring:points=320", instead)).map(|_| ()).unwrap_err().to_string();
        println!("{instead}: {}", error.lines().last().unwrap_or_default());
        assert!(error.contains(says), "{error}");
    }

    // Restored from a save, by what the save says of itself.
    let saved = ring.save()?;
    let again = Spec::of(&saved)?.restore(saved)?;
    assert_eq!(again.fingerprint(), ring.fingerprint());
    Ok(())
}
