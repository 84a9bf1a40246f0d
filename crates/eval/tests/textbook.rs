//! The fast forms answer as the textbook's do.

use annulus::{HashRing, Maglev, MaglevKernel, Rendezvous, RingKernel, jump_hash};
use annulus_core::{ByDigest, ConsistentHashRing, Digest, NodeIndex, Weight};
use annulus_eval::keys::generated;
use annulus_eval::textbook::{bucket_loop::bucket_loop, drawn_scores::drawn_scores, point_map::PointMap, slot_table::SlotTable};

const SIZES: [usize; 5] = [1, 2, 10, 100, 1000];

fn filled<R: ConsistentHashRing<ConsumerInfo = ()>>(mut ring: R, nodes: usize) -> R {
    for name in generated::node_names(1, 0, nodes) {
        ring.add_consumer(&name, ()).unwrap();
    }
    ring
}

#[test]
fn the_ring_answers_as_a_sorted_map_does() {
    for nodes in SIZES {
        let kernel = RingKernel::default();
        let points = kernel.points(Weight::ONE);
        let ring = filled(HashRing::with_kernel(kernel), nodes);
        let tree = PointMap::new(ring.roster().nodes().seeds(), points);
        for digest in generated::digests(2, 0, 100_000).into_iter().chain([0, u64::MAX].map(Digest::of_hash)) {
            assert_eq!(ring.locate(digest), Some(NodeIndex::new(tree.lookup(digest))), "{nodes} nodes, {digest:#x}");
        }
    }
}

#[test]
fn the_sorted_map_takes_out_what_it_took_in() {
    let ring = filled(HashRing::<()>::new(), 20);
    let seeds = ring.roster().nodes().seeds();
    let mut tree = PointMap::new(seeds, 160);
    tree.remove(19, seeds[19]);
    let fewer = PointMap::new(&seeds[..19], 160);
    for digest in generated::digests(3, 0, 10_000) {
        assert_eq!(tree.lookup(digest), fewer.lookup(digest));
    }
}

#[test]
fn jump_answers_as_the_papers_loop_does() {
    for buckets in [1, 2, 3, 64, 1000, 1_000_000, i32::MAX.unsigned_abs()] {
        for key in generated::digests(4, 0, 20_000).into_iter().map(Digest::bits).chain([0, 1, u64::MAX, 0xceb1_3748_0c7f_7142]) {
            assert_eq!(jump_hash(key, buckets), Some(bucket_loop(key, buckets)), "{buckets} buckets, {key:#x}");
        }
    }
}

#[test]
fn maglevs_table_is_the_papers_entry_for_entry() {
    for slots in [1009, 65_537] {
        for nodes in SIZES {
            let maglev = filled(Maglev::with_kernel(MaglevKernel::with_slots(slots).unwrap()), nodes);
            let members = maglev.roster().nodes();
            let table = SlotTable::new(members.seeds(), u64::from(slots));
            for (slot, &owner) in (0..slots).zip(table.owners()) {
                assert_eq!(
                    maglev.kernel().owner_of_slot(members, slot),
                    NodeIndex::from_usize(owner),
                    "{nodes} nodes, slot {slot}"
                );
            }
            assert_eq!(table.owners().len(), usize::try_from(slots).unwrap());
        }
    }
}

#[test]
fn rendezvous_answers_by_its_draws() {
    for nodes in SIZES {
        let rendezvous = filled(Rendezvous::new(), nodes);
        let seeds = rendezvous.roster().nodes().seeds();
        for digest in generated::digests(5, 0, 20_000).into_iter().chain([0, u64::MAX].map(Digest::of_hash)) {
            let expected = NodeIndex::from_usize(drawn_scores(seeds, digest));
            assert_eq!(rendezvous.locate(digest), expected, "{nodes} nodes, {digest:#x}");
        }
    }
}
