//! The example of annulus-maglev's README, as a program of one's own.

use annulus_maglev::{Maglev, Weight};

fn main() -> Result<(), annulus_maglev::ChangeError> {
    let mut backends = Maglev::from_consumers([("web-a", "10.0.0.1"), ("web-b", "10.0.0.2")])?;
    backends.add_consumer("web-c", "10.0.0.3")?;
    // Twice the keys:
    backends.add_weighted_consumer("web-d", Weight::new(2).unwrap(), "10.0.0.4")?;

    // A key is text, bytes or a u64.
    let owner = backends.owner("198.51.100.7:51234").unwrap();
    println!("{} at {}", owner.name, owner.info);
    // While the owner is down:
    let next = backends.find("198.51.100.7:51234", |member| member.name != owner.name).unwrap();
    let replicas: Vec<_> = backends.candidates("198.51.100.7:51234").take(2).collect();
    assert_eq!(replicas, [owner, next]);

    assert_eq!(backends.remove_consumer("web-d"), Some("10.0.0.4"));
    Ok(())
}
