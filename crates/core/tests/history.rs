//! Algorithms that depend on their history: whatever was done, its twin that came there another way answers alike.
#![allow(missing_docs)]

mod toys;

use std::ops::ControlFlow;

use annulus_core::{
    ByDigest, Cluster, ConsistentHashRing, Digest, Gone, History, HistoryError, Kernel, NodeIndex, Nodes, Properties, Saved,
    SipHash, Weight,
    conformance::{self, Outcome, history, membership, movement, saving},
    mix,
};
use toys::{SLOTS, Slots};

/// Draws that repeat.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 += 1;
        usize::try_from(mix(3, self.0) % bound as u64).unwrap()
    }
}

/// One is changed step by step and never copied; the other in batches, and it is cloned, saved as JSON and restored in between.
#[derive(Default)]
struct Twins {
    steps: Cluster<Slots, u32>,
    batches: Cluster<Slots, u32>,
    born: u32,
}

impl Twins {
    fn join(&mut self, count: usize) {
        let room = SLOTS as usize - self.steps.roster().len();
        let names: Vec<(String, u32)> = (self.born..).take(count.min(room)).map(|born| (format!("node-{born}"), born)).collect();
        self.born += u32::try_from(names.len()).unwrap();
        for (name, born) in &names {
            self.steps.add_consumer(name, *born).unwrap();
        }
        self.batches.add_consumers(&mut names.iter().map(|(name, born)| (name.as_str(), Weight::ONE, *born))).unwrap();
    }

    fn leave(&mut self, draws: &mut Draws, count: usize) {
        let mut names: Vec<String> = self.steps.roster().iter().map(|member| member.name.to_owned()).collect();
        for _ in 0..names.len().saturating_sub(count) {
            names.swap_remove(draws.below(names.len()));
        }
        for name in &names {
            self.steps.remove_consumer(name).unwrap();
        }
        self.batches.remove_consumers(&mut names.iter().map(String::as_str));
    }

    fn copy(&mut self, restore: bool) {
        self.batches = if restore {
            let json = serde_json::to_string(&self.batches.save().unwrap()).unwrap();
            let saved: Saved<u32> = serde_json::from_str(&json).unwrap();
            Cluster::restore(saved, SipHash::new()).unwrap()
        } else {
            self.batches.clone()
        };
    }

    fn agree(&self, digests: impl Iterator<Item = Digest>) {
        assert_eq!(self.steps.fingerprint(), self.batches.fingerprint());
        for digest in digests {
            assert_eq!(self.steps.locate(digest), self.batches.locate(digest), "{digest:#x}");
        }
    }
}

#[test]
fn any_history_agrees_with_its_twin_on_a_hundred_thousand_digests() {
    for seed in 0..3 {
        let (mut draws, mut twins) = (Draws(seed << 32), Twins::default());
        for step in 0..400 {
            match draws.below(10) {
                0..=2 => twins.join(1),
                3 | 4 => twins.join(2 + draws.below(9)),
                5 | 6 => twins.leave(&mut draws, 1),
                7 => {
                    let count = 1 + draws.below(12);
                    twins.leave(&mut draws, count);
                }
                copy => twins.copy(copy == 9),
            }
            twins.agree((0..50).map(|i| Digest::of_hash(mix(seed, step * 50 + i))));
        }
        twins.agree((0..100_000).map(|i| Digest::of_hash(mix(9, i))));
        assert!(twins.born > 300, "only {} members have come", twins.born);
    }
}

#[test]
fn what_no_history_leads_to_is_refused_before_the_kernel_sees_it() {
    let check = |capacity, held: &[u32], freed: &[u32], members| History::new(capacity, held.into(), freed.into()).check(members);
    assert_eq!(check(4, &[0, 3], &[1], 2), Ok(()));
    assert_eq!(check(4, &[0, 3], &[1], 3), Err(HistoryError::Members { told: 2, members: 3 }));
    assert_eq!(check(2, &[0, 3], &[1], 2), Err(HistoryError::TooMany { named: 3, capacity: 2 }));
    assert_eq!(check(4, &[0, 4], &[1], 2), Err(HistoryError::NoSuchBucket { bucket: 4, capacity: 4 }));
    assert_eq!(check(4, &[0, 3], &[u32::MAX], 2), Err(HistoryError::NoSuchBucket { bucket: u32::MAX, capacity: 4 }));
    assert_eq!(check(4, &[0, 3], &[3], 2), Err(HistoryError::Twice { bucket: 3 }));
    assert_eq!(check(4, &[], &[2, 2], 0), Err(HistoryError::Twice { bucket: 2 }));
    let mut kernel = Slots::default();
    let impossible = kernel.resume(&Nodes::default(), &History::new(63, Vec::new(), (0..63).collect()));
    assert!(matches!(impossible, Err(HistoryError::Impossible { .. })));
}

/// A kernel that remembers, with one function replaced.
trait Forgets: Clone + Default {
    fn added(slots: &mut Slots, nodes: &Nodes, first: NodeIndex) {
        slots.added(nodes, first);
    }
    fn history(slots: &Slots, nodes: &Nodes) -> Option<History> {
        slots.history(nodes)
    }
    fn resume(slots: &mut Slots, nodes: &Nodes, history: &History) -> Result<(), HistoryError> {
        slots.resume(nodes, history)
    }
}

#[derive(Clone, Default)]
struct Planted<F>(Slots, std::marker::PhantomData<F>);

impl<F: Forgets> Kernel for Planted<F> {
    const PROPERTIES: Properties = Slots::PROPERTIES;
    fn rebuild(&mut self, nodes: &Nodes) {
        self.0.rebuild(nodes);
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        self.0.lookup(nodes, digest)
    }
    fn walk(&self, nodes: &Nodes, digest: Digest, visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        self.0.walk(nodes, digest, visit);
    }
    fn admit(&self, candidate: &Nodes) -> Result<(), annulus_core::Refusal> {
        self.0.admit(candidate)
    }
    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        F::added(&mut self.0, nodes, first);
    }
    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        self.0.removed(nodes, gone);
    }
    fn history(&self, nodes: &Nodes) -> Option<History> {
        F::history(&self.0, nodes)
    }
    fn resume(&mut self, nodes: &Nodes, history: &History) -> Result<(), HistoryError> {
        F::resume(&mut self.0, nodes, history)
    }
}

/// Declares a way of forgetting, and the test that the named law catches it.
macro_rules! plant {
    ($(#[doc = $what:literal])+ $fault:ident, $test:ident, $law:path, $word:literal, { $($replaced:tt)* }) => {
        $(#[doc = $what])+
        #[derive(Clone, Default)]
        struct $fault;
        impl Forgets for $fault { $($replaced)* }
        #[test]
        fn $test() {
            let law: fn(&Planted<$fault>) -> Outcome = $law;
            let message = law(&Planted::default()).expect_err("the law did not notice");
            assert!(message.contains($word), "{message}");
        }
    };
}

#[derive(Clone, Default)]
struct Remembers;
impl Forgets for Remembers {}

#[test]
fn the_kernel_that_faults_are_planted_in_is_true() {
    for law in conformance::laws::<Planted<Remembers>>() {
        conformance::enforce(&law, &Planted::default());
    }
}

plant!(
    /// An addition begins from the beginning, as the provided one does.
    Amnesiac, additions_that_forget_every_removal, movement::addition_moves_keys_to_the_new_one_only, "was added", {
        fn added(slots: &mut Slots, nodes: &Nodes, _: NodeIndex) {
            slots.rebuild(nodes);
        }
    }
);

plant!(
    /// One newcomer takes the slot freed last, and several of one call begin from the beginning.
    Hasty, batches_that_forget_every_removal, membership::a_batch_equals_one_by_one, "in one call, not one by one", {
        fn added(slots: &mut Slots, nodes: &Nodes, first: NodeIndex) {
            if first.as_usize() + 1 == nodes.len() { slots.added(nodes, first) } else { slots.rebuild(nodes) }
        }
    }
);

plant!(
    /// No history is told.
    Untold, histories_that_are_not_told, saving::a_history_is_told_and_resumed, "tell the history None", {
        fn history(_: &Slots, _: &Nodes) -> Option<History> {
            None
        }
    }
);

plant!(
    /// The free slots are told, but not in which order they fell free.
    Sorted, histories_told_without_their_order, saving::restoring_gives_the_same_ring, "changing what was restored", {
        fn history(slots: &Slots, nodes: &Nodes) -> Option<History> {
            let mut history = slots.history(nodes)?;
            history.freed.sort_unstable_by(|a, b| b.cmp(a));
            Some(history)
        }
    }
);

plant!(
    /// Whatever was told, a restored cluster begins from the beginning.
    Careless, resuming_that_forgets, saving::restoring_gives_the_same_ring, "saving and restoring changed", {
        fn resume(slots: &mut Slots, nodes: &Nodes, _: &History) -> Result<(), HistoryError> {
            slots.rebuild(nodes);
            Ok(())
        }
    }
);

plant!(
    /// Slots are taken up in index order, and not as they were held.
    Indexed, resuming_by_index, saving::a_history_is_told_and_resumed, "after resuming from", {
        fn resume(slots: &mut Slots, nodes: &Nodes, history: &History) -> Result<(), HistoryError> {
            let mut sorted = history.clone();
            sorted.held.sort_unstable();
            slots.resume(nodes, &sorted)
        }
    }
);

#[test]
fn a_history_that_no_answer_depends_on_is_not_to_be_claimed() {
    #[derive(Clone, Default)]
    struct Still;
    impl Kernel for Still {
        const PROPERTIES: Properties = Slots::PROPERTIES;
        fn rebuild(&mut self, _: &Nodes) {}
        fn lookup(&self, _: &Nodes, _: Digest) -> NodeIndex {
            NodeIndex::default()
        }
    }
    assert!(
        history::any_history_equals_a_fresh_build(&Still).unwrap_err().contains("does not promise `DependsOn::Set or Order`")
    );
}
