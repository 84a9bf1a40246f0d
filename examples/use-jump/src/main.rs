//! The example of annulus-jump's README, as a program of one's own.

use annulus_jump::{JumpHash, jump_hash};

fn main() -> Result<(), annulus_jump::ChangeError> {
    let mut shards = JumpHash::from_consumers([("shard-0", "10.0.0.1"), ("shard-1", "10.0.0.2")])?;
    shards.add_consumer("shard-2", "10.0.0.3")?;

    // A key is text, bytes or a u64.
    let owner = shards.owner("user:42").unwrap();
    println!("{} at {}", owner.name, owner.info);
    // While the owner is down:
    let next = shards.find("user:42", |member| member.name != owner.name).unwrap();
    let replicas: Vec<_> = shards.candidates("user:42").take(2).collect();
    assert_eq!(replicas, [owner, next]);

    // The last may leave, and only its keys move.
    assert_eq!(shards.remove_consumer("shard-2"), Some("10.0.0.3"));
    // The paper's function alone:
    assert_eq!(jump_hash(256, 1024), Some(520));
    Ok(())
}
