//! The example of annulus-jump's README, as a program of one's own.

use annulus_jump::{ConsistentHashRing, JumpHash, jump_hash};

fn main() -> Result<(), annulus_jump::ChangeError> {
    let mut shards = JumpHash::new();
    for (name, address) in [("shard-0", "10.0.0.1:6379"), ("shard-1", "10.0.0.2:6379"), ("shard-2", "10.0.0.3:6379")] {
        shards.add_consumer(name, address)?;
    }
    let owner = shards.get_consumer("user:42");
    assert_eq!(owner, shards.get_consumers("user:42", 2).first().copied());

    assert_eq!(shards.remove_consumer("shard-2"), Some("10.0.0.3:6379"));
    assert_eq!(shards.roster().len(), 2);

    assert_eq!(jump_hash(256, 1024), Some(520)); // the function alone, digest in, bucket out
    println!("{:?}", shards.get_consumer("user:42"));
    Ok(())
}
