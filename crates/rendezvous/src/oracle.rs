//! The weighted winner, held to the rule without its pruning: what the public interface cannot show.

use alloc::{format, vec::Vec};
use core::{cmp::Ordering, ops::ControlFlow};

use annulus_core::{Cluster, ConsistentHashRing, NodeIndex, Nodes, Weight, mix};

use crate::{
    cost::cost,
    draw::{Query, premix},
    kernel::RendezvousKernel,
};

/// All consumers by rising cost for their weight, compared exactly, ties by rising seed.
fn order(nodes: &Nodes, digest: u64) -> Vec<NodeIndex> {
    let query = Query::new(digest);
    let price = |index: NodeIndex| {
        let (s, t) = premix(nodes.seed(index));
        (u128::from(cost(query.draw(s, t))), u128::from(nodes.weight(index).get()))
    };
    let compare = |&a: &NodeIndex, &b: &NodeIndex| -> Ordering {
        let ((cost_a, weight_a), (cost_b, weight_b)) = (price(a), price(b));
        (cost_a * weight_b).cmp(&(cost_b * weight_a)).then(nodes.seed(a).cmp(&nodes.seed(b)))
    };
    let mut order: Vec<NodeIndex> = nodes.indices().collect();
    order.sort_by(compare);
    order
}

#[test]
fn weighted_answers_equal_the_rule() {
    let patterns: [fn(u32) -> u32; 5] =
        [|i| 1 + i % 10, |i| 10_u32.pow(i % 10), |i| if i == 0 { u32::MAX } else { 1 }, |i| u32::MAX - i, |i| 1 + i % 2];
    for pattern in patterns {
        for size in (2..40).chain([64, 65, 300, 1_000]) {
            let mut cluster = Cluster::<RendezvousKernel, ()>::new();
            for i in 0..size {
                cluster.add_weighted_consumer(&format!("node-{i}"), Weight::new(pattern(i)).unwrap(), ()).unwrap();
            }
            for i in 0..200 {
                let digest = mix(u64::from(size), i);
                let order = order(cluster.roster().nodes(), digest);
                assert_eq!(cluster.locate(digest), Some(order[0]), "{size} consumers, digest {digest:#x}");
                if i < 5 {
                    let mut walked = Vec::new();
                    cluster.walk(digest, &mut |index| {
                        walked.push(index);
                        ControlFlow::Continue(())
                    });
                    assert_eq!(walked, order, "{size} consumers, digest {digest:#x}");
                }
            }
        }
    }
}
