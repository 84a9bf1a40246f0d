//! The example of annulus-maglev's README, as a program of one's own.

use annulus_maglev::{ConsistentHashRing, Maglev, Weight};

fn main() -> Result<(), annulus_maglev::ChangeError> {
    let mut backends = Maglev::new();
    for (name, address) in [("web-1", "10.0.0.1:443"), ("web-2", "10.0.0.2:443"), ("web-3", "10.0.0.3:443")] {
        backends.add_consumer(name, address)?;
    }
    backends.add_weighted_consumer("web-4", Weight::new(2).unwrap(), "10.0.0.4:443")?; // twice the keys
    let owner = backends.get_consumer("198.51.100.7:51234");
    assert_eq!(owner, backends.get_consumers("198.51.100.7:51234", 2).first().copied());

    assert_eq!(backends.remove_consumer("web-4"), Some("10.0.0.4:443"));
    assert_eq!(backends.roster().len(), 3);
    println!("{:?}", backends.get_consumer("198.51.100.7:51234"));
    Ok(())
}
