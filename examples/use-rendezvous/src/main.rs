//! The example of annulus-rendezvous's README, as a program of one's own.

use annulus_rendezvous::{ConsistentHashRing, Rendezvous, Weight};

fn main() -> Result<(), annulus_rendezvous::ChangeError> {
    let mut backends = Rendezvous::new();
    for (name, address) in [("eu-1", "10.0.0.1:8080"), ("eu-2", "10.0.0.2:8080"), ("us-1", "10.0.1.1:8080")] {
        backends.add_consumer(name, address)?;
    }
    backends.add_weighted_consumer("us-2", Weight::new(3).unwrap(), "10.0.1.2:8080")?; // three times the keys
    let owner = backends.get_consumer("user:42");
    assert_eq!(owner, backends.get_consumers("user:42", 2).first().copied());

    assert_eq!(backends.remove_consumer("us-2"), Some("10.0.1.2:8080"));
    assert_eq!(backends.roster().len(), 3);
    println!("{:?}", backends.get_consumer("user:42"));
    Ok(())
}
