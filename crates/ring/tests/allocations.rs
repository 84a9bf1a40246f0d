//! A look-up allocates nothing, whichever way it is asked.

use core::ops::ControlFlow;

use allocation_counter::measure;
use annulus_core::mix;
use annulus_ring::{ConsistentHashRing, HashRing, NodeIndex, Weight};

/// Every way of asking that answers without a `Vec`.
fn ask(cluster: &HashRing<String>) {
    let digests: Vec<u64> = (0..1_000).map(|i| mix(1, i)).collect();
    let mut owners = vec![NodeIndex::default(); digests.len()];
    let mut replicas = [NodeIndex::default(); 5];
    let mut found = 0;
    let allocated = measure(|| {
        found += cluster.locate_batch(&digests, &mut owners);
        for &digest in &digests {
            found += usize::from(cluster.locate(digest).is_some()) + cluster.locate_n(digest, &mut replicas);
            found += usize::from(cluster.find_consumer(digest, &mut |member| member.name.ends_with('7')).is_some());
        }
        found += usize::from(cluster.get_consumer("user:42").is_some());
        // Everyone, past what a list on the stack holds.
        cluster.walk(7, &mut |_| {
            found += 1;
            ControlFlow::Continue(())
        });
    });
    assert_eq!(found, 8_001 + cluster.roster().len());
    assert_eq!(allocated.count_total, 0, "{} consumers", cluster.roster().len());
}

#[test]
fn a_look_up_allocates_nothing() {
    for size in [10, 100, 1_000] {
        let mut cluster = HashRing::new();
        for node in 0..size {
            let name = format!("node-{node}");
            cluster.add_consumer(&name.clone(), name).expect("room for it");
        }
        ask(&cluster);
    }
}

#[test]
fn nor_does_one_among_unequal_consumers() {
    for size in [10, 100, 1_000] {
        let mut cluster = HashRing::new();
        for node in 0..size {
            let (name, weight) = (format!("node-{node}"), Weight::new(1 + node % 10).expect("not zero"));
            cluster.add_weighted_consumer(&name.clone(), weight, name).expect("room for it");
        }
        ask(&cluster);
    }
}
