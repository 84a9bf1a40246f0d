//! Laws of saving, restoring and fingerprints.

use alloc::{format, string::ToString, vec, vec::Vec};

use super::subject::{Given, Outcome, Ring, Snapshot, build, enrol, ensure, few_sizes, memberships, mixed, show, weight};
use crate::{
    AddError, Cluster, ConsistentHashRing, DependsOn, Kernel, Refusal, RestoreError, SaveError, Saved, SavedMember, SipHash,
};

/// What is saved is restored with equal answers, orders, shares and fingerprint, after removals too; where answers depend on the
/// history, both saving and restoring are refused.
///
/// # Errors
/// What differs, or what was answered instead of the refusal.
pub fn restoring_gives_the_same_ring<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>(few_sizes()) {
        let mut ring = build(kernel, &members)?;
        ring.remove_consumer(&members[members.len() / 3].name());
        if K::PROPERTIES.depends_on == DependsOn::History {
            let answer = ring.save().map(|_| ());
            ensure!(
                answer == Err(SaveError::DependsOnHistory),
                "saving answered {answer:?}, though answers depend on the history"
            );
            continue;
        }
        let saved = ring.save().map_err(|error| format!("{} could not be saved: {error}", show(&members)))?;
        let restored = Cluster::restore_with(saved, kernel.clone(), SipHash::new())
            .map_err(|error| format!("{} could not be restored: {error}", show(&members)))?;
        Snapshot::of(&ring)?.check_mapping(&restored, "saving and restoring")?;
    }
    Ok(())
}

/// What another algorithm, other parameters, another hasher or layout saved is refused, and so are duplicates and what takes more
/// than the memory limit.
///
/// # Errors
/// What was restored all the same, or refused for another reason.
pub fn foreign_saves_are_refused<K: Kernel>(kernel: &K) -> Outcome {
    if K::PROPERTIES.depends_on == DependsOn::History {
        return Ok(());
    }
    let ring = build(kernel, &mixed::<K>(111, 5))?;
    let good = ring.save().map_err(|error| error.to_string())?;
    let restore = |saved: Saved<u64>| Ring::restore_with(saved, kernel.clone(), SipHash::new()).map(|_| ());
    let mut cases = Vec::new();
    let mut saved = good.clone();
    saved.format = 99;
    cases.push((saved, RestoreError::Format { found: 99 }));
    let mut saved = good.clone();
    saved.algorithm = "another".into();
    cases.push((saved, RestoreError::Algorithm { found: "another".into() }));
    let mut saved = good.clone();
    saved.parameters ^= 1;
    cases.push((saved, RestoreError::Parameters { expected: good.parameters, found: good.parameters ^ 1 }));
    let mut saved = good.clone();
    saved.hasher_check ^= 1;
    cases.push((saved, RestoreError::Hasher));
    let mut saved = good.clone();
    saved.members.push(SavedMember { name: saved.members[2].name.clone(), ..saved.members[0] });
    cases.push((saved, RestoreError::Member(AddError::new(5, Refusal::Duplicate))));
    for (saved, expected) in cases {
        let answer = restore(saved);
        ensure!(answer.as_ref() == Err(&expected), "where {expected:?} was due, restoring answered {answer:?}");
    }
    if let Some(limit) = ring.heap_bytes().checked_sub(1) {
        let answer = Ring::restore_within(good, kernel.clone(), SipHash::new(), limit).map(|_| ());
        let too_large = Refusal::TooLarge { bytes: ring.heap_bytes(), limit };
        ensure!(
            answer == Err(RestoreError::Member(AddError::new(4, too_large))),
            "restoring past the memory limit answered {answer:?}"
        );
    }
    Ok(())
}

/// Fingerprints differ with a member more or less, a weight, the hasher's secret and, where the order decides, the order; they
/// agree for the same members in another order where it does not, and after changes that were undone.
///
/// # Errors
/// The two views that have one fingerprint, or the one view that has two.
pub fn fingerprints_tell_views_apart<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>([2, 3, 10, 40]) {
        let ring = build(kernel, &members)?;
        let own = ring.fingerprint();
        let reversed: Vec<Given> = members.iter().rev().copied().collect();
        let permuted = build(kernel, &reversed)?.fingerprint();
        if K::PROPERTIES.depends_on == DependsOn::Set {
            ensure!(permuted == own, "{} and the same in reverse order have two fingerprints", show(&members));
        } else {
            ensure!(permuted != own, "{} and the same in reverse order have one fingerprint", show(&members));
        }
        let mut others = vec![
            ("one member less", build(kernel, &members[1..])?.fingerprint()),
            ("no members", build(kernel, &[])?.fingerprint()),
        ];
        let mut secret = Cluster::<K, u64>::with(kernel.clone(), SipHash::with_keys(1, 2));
        enrol(&mut secret, &members).map_err(|error| error.to_string())?;
        others.push(("another hasher", secret.fingerprint()));
        let mut changed = ring.clone();
        changed.add_consumer("newcomer", 0).map_err(|error| error.to_string())?;
        others.push(("one member more", changed.fingerprint()));
        changed.remove_consumer("newcomer");
        ensure!(changed.fingerprint() == own, "adding one to {} and removing it changed the fingerprint", show(&members));
        if K::PROPERTIES.weighted {
            let to = weight(members[0].weight.get() + 1);
            changed.set_weight(&members[0].name(), to).map_err(|error| error.to_string())?;
            others.push(("another weight", changed.fingerprint()));
        }
        if let Some((what, _)) = others.iter().find(|(_, other)| *other == own) {
            return Err(format!("{} and the same with {what} have one fingerprint", show(&members)));
        }
    }
    Ok(())
}
