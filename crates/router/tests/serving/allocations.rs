//! Look-ups allocate nothing.

use annulus::{ByDigest, NodeIndex};
use annulus_router::{Beside, Health, HotKeys, Loads, Shard, State, Zones, spread};

use crate::{
    common::{digests, fleet, specs},
    simulate::Numbers,
};

#[test]
fn look_ups_allocate_nothing() {
    for spec in specs() {
        let ring = fleet(&spec, 100, 3);
        let (health, relative, fixed) = (Health::new(), Loads::relative(1.25).unwrap(), Loads::fixed(2));
        let (up, zones) = (health.view(&*ring), Zones::by(|zone: &u8| *zone).view(&*ring));
        let (relative, fixed) = (relative.view(&*ring), fixed.view(&*ring));
        // A fifth of the consumers is down, so that orders are walked, and none past the 32nd consumer.
        health.set_all((0..20).map(|i| (format!("server-{i}"), State::Down)));
        let shard = Shard::of(&*ring, ring.digest(b"acme"), 8);
        let mut hot = HotKeys::new(0.1).unwrap();
        let digests = digests(1, 200);
        let all = allocation_counter::measure(|| {
            for &digest in &digests {
                let mut replicas = [NodeIndex::default(); 3];
                assert!(up.owner(&*ring, digest).is_ok() && up.pinned_owner(&*ring, digest).is_ok());
                assert!(zones.replicas(&*ring, &up, digest, &mut replicas).replicas == 3);
                let admitted = relative.acquire(&*ring, &up, digest).unwrap().load();
                let owned = fixed.acquire(&*ring, &up, digest).unwrap().into_owned();
                let better = relative.acquire_better(&*ring, &up, digest, Some(owned.name())).unwrap().load();
                assert!(admitted == 1 && better == 1);
                let _ = (shard.owner(&*ring, &up, digest), spread(&*ring, &up, digest, 3, 1).unwrap());
                hot.count(digest);
            }
        });
        assert_eq!(all.count_total, 0, "{spec}");
    }
}

#[test]
fn a_detector_allocates_once() {
    for share in [1.0, 0.3, 0.01] {
        let mut hot = HotKeys::new(share).unwrap();
        let mut numbers = Numbers::new(1);
        let all = allocation_counter::measure(|| (0..50_000).for_each(|_| hot.count(numbers.digest())));
        assert_eq!(all.count_total, 0, "{share}");
    }
}
