//! The example of annulus-rendezvous's README, as a program of one's own.

use annulus_rendezvous::{Rendezvous, Weight};

fn main() -> Result<(), annulus_rendezvous::ChangeError> {
    let mut backends = Rendezvous::from_consumers([("web-a", "10.0.0.1"), ("web-b", "10.0.0.2")])?;
    backends.add_consumer("web-c", "10.0.0.3")?;
    // Twice the keys:
    backends.add_weighted_consumer("web-d", Weight::new(2).unwrap(), "10.0.0.4")?;

    // A key is text, bytes or a u64.
    let owner = backends.owner("user:42").unwrap();
    println!("{} at {}", owner.name, owner.info);
    // While the owner is down:
    let next = backends.find("user:42", |member| member.name != owner.name).unwrap();
    let replicas: Vec<_> = backends.candidates("user:42").take(2).collect();
    assert_eq!(replicas, [owner, next]);

    // Only its keys move.
    assert_eq!(backends.remove_consumer("web-d"), Some("10.0.0.4"));
    Ok(())
}
