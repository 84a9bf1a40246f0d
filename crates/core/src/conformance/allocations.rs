//! A look-up allocates nothing, whichever way it is asked.

use alloc::{boxed::Box, vec};
use core::{hint::black_box, ops::ControlFlow};

use super::subject::{Outcome, Ring, build_if_room, ensure, memberships, random_digests, show};
use crate::{ConsistentHashRing, Kernel, NodeIndex};

/// A way of asking that answers without a `Vec`: its name, and how to ask so, which gives the number of answers.
type Way<K> = (&'static str, fn(&Ring<K>, &[u64], &mut [NodeIndex]) -> usize);

/// Each way of asking, among ten, a hundred and a thousand consumers, allocates nothing.
///
/// Only an allocator can tell, and a program has one. So the test brings it: `count` runs what it is given and returns how many
/// allocations that made on this thread. The crate `allocation-counter` is such an allocator, as soon as a test uses it:
///
/// ```
/// # use annulus_core::{DependsOn, Kernel, NodeIndex, Nodes, Properties};
/// # #[derive(Clone, Default)] struct MyKernel;
/// # impl Kernel for MyKernel {
/// #     const PROPERTIES: Properties = Properties::new("first", DependsOn::Order);
/// #     fn rebuild(&mut self, _: &Nodes) {}
/// #     fn lookup(&self, _: &Nodes, _: u64) -> NodeIndex { NodeIndex::new(0) }
/// # }
/// use annulus_core::conformance::allocations::look_ups_allocate_nothing;
///
/// let count = |run: &mut dyn FnMut()| allocation_counter::measure(run).count_total;
/// assert_eq!(look_ups_allocate_nothing(&MyKernel, count), Ok(()));
/// ```
///
/// # Errors
/// The way of asking that does allocate, or that `count` counts nothing.
pub fn look_ups_allocate_nothing<K: Kernel>(kernel: &K, count: impl Fn(&mut dyn FnMut()) -> u64) -> Outcome {
    let seen = count(&mut || drop(black_box(Box::new(1_u8))));
    ensure!(seen > 0, "the counter saw nothing where one box was allocated; give one that counts");
    let digests = random_digests(81, 1_000);
    let mut out = vec![NodeIndex::default(); digests.len()];
    for members in memberships::<K>([10, 100, 1_000]) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        for (name, ask) in ways::<K>() {
            let mut answers = 0;
            let allocated = count(&mut || answers = ask(&ring, &digests, &mut out));
            ensure!(answers > 0, "`{name}` answered nothing among {}", show(&members));
            ensure!(allocated == 0, "`{name}` made {allocated} allocations for {answers} answers among {}", show(&members));
        }
    }
    Ok(())
}

fn ways<K: Kernel>() -> [Way<K>; 6] {
    [
        ("locate", |ring, digests, _| digests.iter().filter(|&&digest| ring.locate(digest).is_some()).count()),
        ("locate_batch", |ring, digests, out| ring.locate_batch(digests, out)),
        ("locate_n", |ring, digests, out| digests.iter().map(|&digest| ring.locate_n(digest, &mut out[..5])).sum()),
        ("find_consumer", |ring, digests, _| {
            let found = |digest: &&u64| ring.find_consumer(**digest, &mut |member| member.name.ends_with('7')).is_some();
            digests.iter().filter(found).count()
        }),
        ("get_consumer", |ring, _, _| usize::from(ring.get_consumer("user:42").is_some())),
        // Everyone, past what a list on the stack holds.
        ("walk", |ring, digests, _| {
            let mut visits = 0;
            ring.walk(digests[0], &mut |_| {
                visits += 1;
                ControlFlow::Continue(())
            });
            visits
        }),
    ]
}
