//! Three replicas of each key, in three zones.
//!
//! The zone is the consumer's data. A key's replicas are the first of its order of preference whose zone is new. When a server
//! leaves, only the replicas that it held move. With as many zones as replicas, they stay in their zone.

use annulus_rendezvous::{ChangeError, Member, Rendezvous};

struct Server {
    address: String,
    zone: &'static str,
}

/// The first three in three zones, owner first; fewer if there are fewer zones.
fn replicas<'r>(servers: &'r Rendezvous<Server>, key: &str) -> Vec<Member<'r, Server>> {
    let mut chosen: Vec<Member<'r, Server>> = Vec::with_capacity(3);
    for candidate in servers.candidates(key) {
        if chosen.iter().all(|other| other.info.zone != candidate.info.zone) {
            chosen.push(candidate);
        }
        if chosen.len() == 3 {
            break;
        }
    }
    chosen
}

fn main() -> Result<(), ChangeError> {
    let server = |zone: &'static str, i: u8| (format!("{zone}-{i}"), Server { address: format!("10.0.{i}.1:9000"), zone });
    let zones = ["east", "west", "north"];
    let mut servers = Rendezvous::from_consumers(zones.into_iter().flat_map(|zone| (0..4).map(move |i| server(zone, i))))?;

    for replica in replicas(&servers, "user:42") {
        println!("user:42 is on {} in {} at {}", replica.name, replica.info.zone, replica.info.address);
    }

    let names = |servers: &Rendezvous<Server>, key: u64| -> Vec<String> {
        replicas(servers, &format!("user:{key}")).iter().map(|replica| replica.name.to_owned()).collect()
    };
    let before: Vec<_> = (0..1_000).map(|key| names(&servers, key)).collect();
    servers.remove_consumer("west-2");
    let mut moved = 0;
    for (key, before) in (0..).zip(&before) {
        let after = names(&servers, key);
        let lost = before.iter().filter(|name| !after.contains(name)).count();
        assert_eq!(after.iter().filter(|name| name.starts_with("west")).count(), 1, "one replica is in the west, as before");
        assert!(lost == 0 || (lost == 1 && before.contains(&"west-2".to_owned())), "only replicas on west-2 move");
        moved += lost;
    }
    println!("without west-2, {moved} of 3,000 replicas moved");
    assert!((150..350).contains(&moved), "one of four in its zone, so about 250");
    Ok(())
}
