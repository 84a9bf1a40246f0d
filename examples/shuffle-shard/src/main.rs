//! Shuffle sharding: each tenant has a few servers of its own choosing, so a tenant that overloads its servers hurts few others.
//!
//! A tenant's shard is the first servers in the order of preference of the tenant's name. It follows from the names alone, and
//! when a server leaves, one member of the shards that had it changes. A shard that grows by one keeps the members it has.

use annulus_rendezvous::{ChangeError, Member, Rendezvous};

/// The servers of a tenant.
fn shard<'r>(servers: &'r Rendezvous<()>, tenant: &str, size: usize) -> Vec<Member<'r, ()>> {
    servers.candidates(tenant).take(size).collect()
}

/// Which of the tenant's servers a key belongs to.
fn owner<'r>(servers: &'r Rendezvous<()>, tenant: &str, key: &str, size: usize) -> Option<Member<'r, ()>> {
    let shard = shard(servers, tenant, size);
    // The first in the key's order of preference that is in the shard.
    servers.find(format!("{tenant}/{key}"), |member| shard.contains(&member))
}

fn main() -> Result<(), ChangeError> {
    let mut servers = Rendezvous::from_consumers((0..40).map(|i| format!("server-{i}")))?;
    let names = |shard: Vec<Member<'_, ()>>| shard.iter().map(|member| member.name.to_owned()).collect::<Vec<_>>();

    let before = names(shard(&servers, "acme", 4));
    println!("acme is on {}", before.join(", "));
    assert_eq!(names(shard(&servers, "acme", 5))[..4], before, "a shard that grows keeps its members");
    let serves = owner(&servers, "acme", "user:42", 4).expect("four servers").name;
    assert!(before.contains(&serves.to_owned()));

    // How many of 1,000 tenants share all four servers with acme, and how many none?
    let shared = |tenant: u32| {
        let other = names(shard(&servers, &format!("tenant-{tenant}"), 4));
        other.iter().filter(|name| before.contains(name)).count()
    };
    let overlaps: Vec<usize> = (0..1_000).map(shared).collect();
    let with = |n| overlaps.iter().filter(|&&overlap| overlap == n).count();
    println!("of 1,000 tenants, {} share no server with acme, {} one, and {} all four", with(0), with(1), with(4));
    assert!(with(0) > 550 && with(4) < 5);

    // A server leaves: one member changes, the others stay.
    servers.remove_consumer(&before[1]);
    let after = names(shard(&servers, "acme", 4));
    println!("without {}, on {}", before[1], after.join(", "));
    assert_eq!(after.iter().filter(|name| before.contains(name)).count(), 3);
    Ok(())
}
