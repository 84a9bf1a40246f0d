//! Look-ups of the four algorithms, of their textbook forms, of `hash % N` and of an empty loop.
//!
//! Four groups: *latency* (each look-up waits for the one before) and *throughput* (none does), by digest and by key. Inputs are
//! drawn again from a large set for every iteration, so that no branch is remembered. Before anything is timed, every
//! form is held against its oracle.
//!
//! Compare within one run only: machines differ from one hour to the next.

use std::hint::black_box;
use std::time::Duration;

use annulus::{Cluster, HashRing, JumpHash, Maglev, MaglevKernel, Rendezvous, RingKernel};
use annulus_core::{ByDigest, ConsistentHashRing, Digest, KeyHasher, Nodes, SipHash, Weight};
use annulus_eval::keys::generated;
use annulus_eval::known::Remainder;
use annulus_eval::textbook::bucket_loop::bucket_loop;
use annulus_eval::textbook::drawn_scores::drawn_scores;
use annulus_eval::textbook::named_scores::NamedScores;
use annulus_eval::textbook::point_map::PointMap;
use annulus_eval::textbook::slot_table::SlotTable;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const SIZES: [usize; 3] = [10, 100, 1000];

/// Look-ups in one iteration.
const CHUNK: usize = 256;

/// Digests and keys to draw chunks from.
struct Inputs {
    digests: Vec<Digest>,
    keys: Vec<String>,
}

impl Inputs {
    fn new() -> Self {
        Self { digests: generated::digests(1, 0, 1 << 16), keys: generated::strings(1, 0, 1 << 14) }
    }
}

/// One form of one algorithm: what it answers by digest and by key.
struct Form<D, K> {
    name: &'static str,
    nodes: usize,
    by_digest: D,
    by_key: K,
}

impl<D: Fn(Digest) -> u64, K: Fn(&str) -> u64> Form<D, K> {
    /// Holds every answer against the oracle's.
    fn checked(self, inputs: &Inputs, oracle: impl Fn(Digest) -> u64) -> Self {
        for &digest in &inputs.digests[..4096] {
            assert_eq!((self.by_digest)(digest), oracle(digest), "{} of {}, {digest:#x}", self.name, self.nodes);
        }
        for key in &inputs.keys[..1024] {
            let digest = SipHash::new().digest(key.as_bytes());
            assert_eq!((self.by_key)(key), oracle(digest), "{} of {}, {key}", self.name, self.nodes);
        }
        self
    }

    fn bench(&self, criterion: &mut Criterion, inputs: &Inputs) {
        let (by_digest, by_key) = (&self.by_digest, &self.by_key);
        self.group(criterion, "digest-throughput", &inputs.digests, |chunk| {
            chunk.iter().fold(0, |sum, &digest| sum ^ by_digest(digest))
        });
        self.group(criterion, "digest-latency", &inputs.digests, |chunk| {
            chunk.iter().fold(0, |before, digest| by_digest(Digest::of_hash(digest.bits().wrapping_add(before))))
        });
        self.group(criterion, "string-throughput", &inputs.keys, |chunk| chunk.iter().fold(0, |sum, key| sum ^ by_key(key)));
        self.group(criterion, "string-latency", &inputs.keys, |chunk| {
            // Which of two neighbours is next depends on the answer before.
            chunk.chunks_exact(2).fold(0, |before, pair| {
                let first = by_key(&pair[usize::from(before & 1 == 1)]);
                by_key(&pair[usize::from(first & 1 == 1)])
            })
        });
    }

    /// Times `ask` on chunk after chunk of `inputs`.
    fn group<T>(&self, criterion: &mut Criterion, group: &str, inputs: &[T], ask: impl Fn(&[T]) -> u64) {
        let mut chunks = inputs.chunks_exact(CHUNK).cycle();
        let mut group = criterion.benchmark_group(group);
        group.throughput(Throughput::Elements(CHUNK as u64));
        group.bench_function(BenchmarkId::new(self.name, self.nodes), |bencher| {
            bencher.iter(|| chunks.next().map(|chunk| ask(black_box(chunk))));
        });
        group.finish();
    }
}

/// A ring with `nodes` members.
fn filled<R: ConsistentHashRing<ConsumerInfo = ()>>(mut ring: R, nodes: usize) -> R {
    let names = generated::node_names(1, 0, nodes);
    ring.add_consumers(&mut names.iter().map(|name| (name.as_str(), Weight::ONE, ()))).expect("the names are distinct");
    ring
}

/// One of ours, by the trait that users call.
fn ours(name: &'static str, ring: impl ByDigest<ConsumerInfo = ()>) -> Form<impl Fn(Digest) -> u64, impl Fn(&str) -> u64> {
    let ring = std::rc::Rc::new(ring);
    let same = std::rc::Rc::clone(&ring);
    let by_digest = move |digest| ring.locate(digest).map_or(0, |index| u64::from(index.get()));
    let nodes = same.roster().len();
    let by_key = move |key: &str| same.locate(same.digest(key.as_bytes())).map_or(0, |index| u64::from(index.get()));
    Form { name, nodes, by_digest, by_key }
}

/// A textbook form that hashes the key and then looks the digest up.
fn textbook(
    name: &'static str,
    nodes: usize,
    by_digest: impl Fn(Digest) -> u64 + Clone,
) -> Form<impl Fn(Digest) -> u64, impl Fn(&str) -> u64> {
    let (hasher, same) = (SipHash::new(), by_digest.clone());
    Form { name, nodes, by_digest, by_key: move |key: &str| same(hasher.digest(key.as_bytes())) }
}

fn bench_size(criterion: &mut Criterion, inputs: &Inputs, nodes: usize) {
    let members = filled(HashRing::new(), nodes).roster().nodes().clone();
    let seeds = members.seeds();
    let count = u64::try_from(nodes).expect("a thousand");
    let buckets = u32::try_from(nodes).expect("a thousand");

    textbook("empty-loop", nodes, |digest| digest.bits() & 1).bench(criterion, inputs);
    let modulo = move |digest: Digest| digest.bits() % count;
    ours("modulo", filled(Cluster::<Remainder, ()>::new(), nodes)).checked(inputs, modulo).bench(criterion, inputs);

    let tree = PointMap::new(seeds, RingKernel::default().points(Weight::ONE));
    let by_tree = |digest: Digest| u64::from(tree.lookup(digest));
    ours("ring", filled(HashRing::new(), nodes)).checked(inputs, by_tree).bench(criterion, inputs);
    textbook("ring-textbook", nodes, by_tree).bench(criterion, inputs);

    let by_loop = move |digest: Digest| u64::from(bucket_loop(digest.bits(), buckets));
    ours("jump", filled(JumpHash::new(), nodes)).checked(inputs, by_loop).bench(criterion, inputs);
    textbook("jump-textbook", nodes, by_loop).bench(criterion, inputs);

    let by_draw = |digest| drawn_scores(seeds, digest) as u64;
    ours("rendezvous", filled(Rendezvous::new(), nodes)).checked(inputs, by_draw).bench(criterion, inputs);
    bench_named_scores(criterion, inputs, nodes);

    bench_maglev(criterion, inputs, &members);
}

/// Names are hashed with every key, digests as their eight bytes. It is a mapping of its own and has no oracle but its definition.
fn bench_named_scores(criterion: &mut Criterion, inputs: &Inputs, nodes: usize) {
    let scores = NamedScores::new(generated::node_names(1, 0, nodes));
    let form = Form {
        name: "rendezvous-textbook",
        nodes,
        by_digest: |digest: Digest| scores.lookup(&digest.bits().to_le_bytes()) as u64,
        by_key: |key: &str| scores.lookup(key.as_bytes()) as u64,
    };
    form.bench(criterion, inputs);
}

/// The textbook takes the remainder where ours multiplies, so they choose other slots of the same table.
fn bench_maglev(criterion: &mut Criterion, inputs: &Inputs, members: &Nodes) {
    let slots = u64::from(MaglevKernel::default().slots());
    let table = SlotTable::new(members.seeds(), slots);
    let by_high_bits = |digest: Digest| {
        let slot = (u128::from(digest.bits()) * u128::from(slots)) >> 64;
        table.owners()[usize::try_from(slot).expect("below the number of slots")] as u64
    };
    let nodes = members.len();
    ours("maglev", filled(Maglev::new(), nodes)).checked(inputs, by_high_bits).bench(criterion, inputs);
    let by_remainder = |digest| table.lookup(digest) as u64;
    let by_hand =
        |digest: Digest| table.owners()[usize::try_from(digest.bits() % slots).expect("below the number of slots")] as u64;
    textbook("maglev-textbook", nodes, by_remainder).checked(inputs, by_hand).bench(criterion, inputs);
}

fn bench(criterion: &mut Criterion) {
    let inputs = Inputs::new();
    for nodes in SIZES {
        bench_size(criterion, &inputs, nodes);
    }
}

criterion_group! {
    name = lookup;
    // 120 figures in under five minutes: about a second and a half for each.
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
        .sample_size(30);
    targets = bench
}
criterion_main!(lookup);
