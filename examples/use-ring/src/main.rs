//! The example of annulus-ring's README, as a program of one's own.

use annulus_ring::{ConsistentHashRing, HashRing, Weight};

fn main() -> Result<(), annulus_ring::ChangeError> {
    let mut caches = HashRing::new();
    for (name, address) in [("cache-a", "10.0.0.1:11211"), ("cache-b", "10.0.0.2:11211"), ("cache-c", "10.0.0.3:11211")] {
        caches.add_consumer(name, address)?;
    }
    caches.add_weighted_consumer("cache-d", Weight::new(2).unwrap(), "10.0.0.4:11211")?; // twice the keys
    let owner = caches.get_consumer("user:42");
    assert_eq!(owner, caches.get_consumers("user:42", 2).first().copied());

    assert_eq!(caches.remove_consumer("cache-d"), Some("10.0.0.4:11211"));
    assert_eq!(caches.roster().len(), 3);
    println!("{:?}", caches.get_consumer("user:42"));
    Ok(())
}
