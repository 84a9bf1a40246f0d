//! Answers before times: ours are the textbook's, and a claim to the paper's jump function is tried.

use annulus_clock::{Kind, SHORT_BATCH};
use annulus_core::{Digest, KeyHasher, NodeIndex, SipHash};
use annulus_jump::jump_hash;
use rand::Rng;

use crate::cell::Cell;
use crate::error::Error;
use crate::jump_loop::jump_loop;
use crate::keys::{Chunk, Purpose, below, generator};
use crate::ours::{OURS_SLOTS, OURS_XXH3};
use crate::peers::{self, Claim};
use crate::plan::Plan;
use crate::results::Claimed;
use crate::subject::{Entry, Subject};

/// The digests that ours are held to the textbook form on, and the steps that a textbook form may take for it.
const DIGESTS: u64 = 16_384;
const STEPS: u64 = 100_000_000;

/// The keys that are text.
const KEYS: usize = 500;

/// The same after changes, where a look-up costs either form next to nothing.
const KEYS_AFTER: usize = 20_000;

/// Answers of published implementations near the boundaries of integers, where a form that rounds otherwise answers otherwise.
const EDGES: &str = include_str!("../../crates/jump/tests/vectors/edge.tsv");

/// Holds one of ours to the textbook form: digests, single, in one batch and in short ones, and text.
pub(crate) fn against_oracle(
    cell: Cell,
    entry: &Entry,
    subject: &dyn Subject,
    textbook: &dyn Subject,
    plan: &Plan,
) -> Result<(), Error> {
    let name = entry.name;
    // Under another hasher the nodes have other seeds, and the answers are others; and slots are another algorithm.
    if [OURS_XXH3, OURS_SLOTS].contains(&name) {
        return Ok(());
    }
    let mut rng = generator(plan.seed, Purpose::Checking);
    let length = DIGESTS.min(STEPS / u64::from(cell.nodes));
    let digests: Vec<Digest> = (0..length).map(|_| Digest::of_hash(rng.next_u64())).collect();
    let mut ways: Vec<Vec<u64>> = vec![digests.iter().map(|&digest| subject.owner(digest)).collect()];
    if entry.kinds.contains(&Kind::Batch) {
        ways.extend([digests.len(), SHORT_BATCH].map(|batch| in_batches(subject, &digests, batch)));
    }
    for (at, &digest) in digests.iter().enumerate() {
        let Some(expected) = textbook.oracle(digest) else { return Ok(()) };
        if let Some(got) = ways.iter().map(|answers| answers[at]).find(|&got| got != expected) {
            return Err(Error::Wrong { cell, subject: name, digest: digest.bits(), got, expected });
        }
    }
    for key in Chunk::default().keys(KEYS, &mut rng) {
        let (digest, got) = (SipHash::new().digest(key.as_bytes()), subject.owner_of_key(key));
        if let Some(expected) = textbook.oracle(digest).filter(|&expected| expected != got) {
            return Err(Error::Wrong { cell, subject: name, digest: digest.bits(), got, expected });
        }
    }
    Ok(())
}

/// The answers by the interface for many, `batch` digests a call.
fn in_batches(subject: &dyn Subject, digests: &[Digest], batch: usize) -> Vec<u64> {
    let mut owners = vec![NodeIndex::default(); digests.len()];
    for (digests, owners) in digests.chunks(batch).zip(owners.chunks_mut(batch)) {
        subject.owners(digests, owners);
    }
    owners.into_iter().map(|owner| u64::from(owner.get())).collect()
}

/// Holds ours to the textbook form after both were changed alike: by text, since an index of ours may have moved.
pub(crate) fn after_changes(
    cell: Cell,
    name: &'static str,
    ours: impl Fn(&str) -> u64,
    textbook: impl Fn(&str) -> u64,
    plan: &Plan,
) -> Result<(), Error> {
    let mut rng = generator(plan.seed, Purpose::Checking);
    for key in Chunk::default().keys(KEYS_AFTER, &mut rng) {
        let (got, expected) = (ours(key), textbook(key));
        if got != expected {
            return Err(Error::Diverged { cell, subject: name, key: key.to_owned(), got, expected });
        }
    }
    Ok(())
}

/// Tries our claim to the paper's function and those of jump's peers, key by key.
pub(crate) fn claims(plan: &Plan) -> Vec<Claimed> {
    let ours = Claim { package: "annulus-jump", function: |digest, buckets| jump_hash(digest, buckets).unwrap_or(u32::MAX) };
    [ours].into_iter().chain(peers::claims()).map(|claim| tried(&claim, plan)).collect()
}

fn tried(claim: &Claim, plan: &Plan) -> Claimed {
    let mut rng = generator(plan.seed, Purpose::Checking);
    let sizes = [10, 1_000, 100_000, 1_000_000, (1 << 31) - 1];
    let differs = |digest, buckets| (claim.function)(digest, buckets) != jump_loop(digest, buckets);
    let random = (0..plan.claimed).filter(|_| differs(rng.next_u64(), sizes[below(&mut rng, sizes.len())])).count();
    let edges: Vec<(u64, u32)> = EDGES.lines().filter_map(edge).collect();
    let edge_differing = edges.iter().filter(|&&(digest, buckets)| differs(digest, buckets)).count();
    Claimed {
        package: claim.package,
        keys: plan.claimed,
        differing: random as u64,
        edge_keys: edges.len() as u64,
        edge_differing: edge_differing as u64,
    }
}

/// The key and the number of buckets of a line that is no comment.
fn edge(line: &str) -> Option<(u64, u32)> {
    let mut fields = line.split('\t');
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Algorithm;
    use crate::change;
    use crate::ours::OURS;
    use crate::registry;
    use crate::subject::{Change, Role};
    use crate::textbook::{MODULO, TEXTBOOK};

    #[test]
    fn ours_are_the_textbooks_answers() {
        for algorithm in Algorithm::ALL {
            for nodes in [1, 10, 300] {
                let cell = Cell::new(algorithm, nodes);
                let entries = registry::entries(algorithm);
                let textbook = entries.iter().find(|entry| entry.name == TEXTBOOK).unwrap();
                let textbook = (textbook.build)(cell).unwrap();
                for entry in entries.iter().filter(|entry| entry.role == Role::Ours) {
                    let subject = (entry.build)(cell).unwrap();
                    against_oracle(cell, entry, subject.as_ref(), textbook.as_ref(), &Plan::QUICK).unwrap();
                }
            }
        }
    }

    #[test]
    fn a_wrong_answer_is_found() {
        let cell = Cell::new(Algorithm::Ring, 10);
        let entries = registry::entries(Algorithm::Ring);
        let entry = |name| entries.iter().find(|entry| entry.name == name).unwrap();
        let build = |name| (entry(name).build)(cell).unwrap();
        let (modulo, textbook) = (build(MODULO), build(TEXTBOOK));
        assert!(against_oracle(cell, entry(MODULO), modulo.as_ref(), textbook.as_ref(), &Plan::QUICK).is_err());
    }

    #[test]
    fn rings_that_change_alike_answer_alike() {
        let cell = Cell::new(Algorithm::Ring, 10);
        let entries = registry::entries(Algorithm::Ring);
        let build = |name| (entries.iter().find(|entry| entry.name == name).unwrap().build)(cell).unwrap();
        let (mut ours, mut textbook) = (build(OURS), build(TEXTBOOK));
        let updates = change::updates(&mut [ours.as_mut(), textbook.as_mut()], cell, &Plan::QUICK);
        assert_eq!(updates.len(), 2);
        let compare = |ours: &dyn Subject, textbook: &dyn Subject| {
            after_changes(cell, OURS, |key| ours.owner_of_key(key), |key| textbook.owner_of_key(key), &Plan::QUICK)
        };
        compare(ours.as_ref(), textbook.as_ref()).unwrap();
        textbook.apply(Change::Add(1_000_000));
        assert!(compare(ours.as_ref(), textbook.as_ref()).is_err());
    }

    #[test]
    fn edge_keys_tell_the_integer_quotient_from_the_paper() {
        let claims = claims(&Plan { claimed: 1_000, ..Plan::QUICK });
        let differing = |package| claims.iter().find(|claim| claim.package == package).map(|claim| claim.edge_differing);
        assert!(claims.iter().all(|claim| claim.edge_keys >= 700));
        assert_eq!((differing("annulus-jump"), differing("jumpch")), (Some(0), Some(0)));
        assert!(differing("jumpconsistenthash").is_some_and(|keys| keys > 0));
    }
}
