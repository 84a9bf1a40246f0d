//! The example of annulus-slots's README, as a program of one's own.

use annulus_slots::{SlotTable, Weight};

fn main() -> Result<(), annulus_slots::ChangeError> {
    let mut caches = SlotTable::from_consumers([("cache-a", "10.0.0.1"), ("cache-b", "10.0.0.2")])?;
    caches.add_consumer("cache-c", "10.0.0.3")?;
    // Twice the keys:
    caches.add_weighted_consumer("cache-d", Weight::new(2).unwrap(), "10.0.0.4")?;

    // A key is text, bytes or a u64.
    let owner = caches.owner("user:42").unwrap();
    println!("{} at {}", owner.name, owner.info);
    // While the owner is down:
    let next = caches.find("user:42", |member| member.name != owner.name).unwrap();
    let replicas: Vec<_> = caches.candidates("user:42").take(2).collect();
    assert_eq!(replicas, [owner, next]);

    // Only its keys move.
    assert_eq!(caches.remove_consumer("cache-d"), Some("10.0.0.4"));
    Ok(())
}
