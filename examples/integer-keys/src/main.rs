//! Keys that are numbers: user ids, row ids, counters.
//!
//! Give a `u64` as a key. It is hashed as its eight little-endian bytes, so ids in sequence spread evenly, and a hasher with a secret
//! keeps strangers from aiming ids at one shard.

use annulus_jump::{ByDigest, ChangeError, Digest, JumpHash, KeyColumn, NodeIndex, SipHash};

fn main() -> Result<(), ChangeError> {
    let shards = JumpHash::from_consumers((0..16).map(|i| (format!("shard-{i}"), i)))?;
    let mut counts = [0; 16];
    for id in 1_000_000..1_160_000_u64 {
        counts[*shards.owner(id).expect("16 shards").info] += 1;
    }
    println!("of 160,000 ids in sequence, each shard got {} to {}", counts.iter().min().unwrap(), counts.iter().max().unwrap());
    assert!(counts.iter().all(|count| (9_500..10_500).contains(count)));

    // Other integers: widen them. Signed ones keep their bits.
    let narrow: u32 = 7;
    let signed: i64 = -7;
    let _ = (shards.owner(u64::from(narrow)), shards.owner(signed.cast_unsigned()));
    // Two fields: one array, in an order that you pin.
    let (tenant, user) = (3_u32, 42_u64);
    let mut both = [0; 12];
    both[..4].copy_from_slice(&tenant.to_le_bytes());
    both[4..].copy_from_slice(&user.to_le_bytes());
    let _ = shards.owner(both);

    // Many at once: a column of ids, as a data frame has them.
    let ids: Vec<u8> = (0..1_000_u64).flat_map(u64::to_le_bytes).collect();
    let column = KeyColumn::of_width(&ids, 8).expect("eight bytes each");
    let mut owners = [NodeIndex::default(); 1_000];
    assert_eq!(shards.owners_of(&column, &mut owners), 1_000);
    assert_eq!(shards.owner(999).map(|owner| owner.index), Some(owners[999]));

    // Where ids are your own and nobody aims them, mixing is cheaper than hashing. It is another mapping: choose one and keep it.
    let digests: Vec<Digest> = (0..1_000).map(Digest::of_id).collect();
    assert_eq!(shards.locate_batch(&digests, &mut owners), 1_000);

    // Where strangers choose ids, use a secret that all routers share.
    let mut guarded = JumpHash::with_hasher(SipHash::with_keys(0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210));
    guarded.extend((0..16).map(|i| (format!("shard-{i}"), i)))?;
    assert!((0..100).any(|id| guarded.owner(id).map(|owner| owner.index) != shards.owner(id).map(|owner| owner.index)));
    Ok(())
}
