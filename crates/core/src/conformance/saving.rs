//! Laws of saving, restoring and fingerprints.

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::subject::{
    Draws, Given, Outcome, Ring, Snapshot, build, digests, enrol, ensure, few_sizes, given, go_on, memberships, mixed, order,
    owners, show, weight, worn,
};
use crate::{Cluster, DependsOn, History, HistoryError, Kernel, Refusal, RestoreError, Saved, SipHash, fingerprint::Parameters};

/// What is saved is restored with equal answers, orders, shares and fingerprint, after removals too, and goes on alike: the same
/// changes of both give the same.
///
/// # Errors
/// What differs, or why it could not be saved or restored.
pub fn restoring_gives_the_same_ring<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>(few_sizes()) {
        let mut ring = worn(kernel, &members)?;
        let mut restored = restore(kernel, saved(&ring)?)?;
        Snapshot::of(&ring)?.check_mapping(&restored, "saving and restoring")?;
        go_on(&mut ring)?;
        go_on(&mut restored)?;
        Snapshot::of(&ring)?.check_mapping(&restored, "changing what was restored, not what was saved,")?;
    }
    Ok(())
}

fn saved<K: Kernel>(ring: &Ring<K>) -> Result<Saved<u64>, String> {
    ring.save().map_err(|error| format!("{} could not be saved: {error}", show(&given(ring))))
}

fn restore<K: Kernel>(kernel: &K, saved: Saved<u64>) -> Result<Ring<K>, String> {
    let history = format!("{:?}", saved.history);
    Ring::restore_with(saved, kernel.clone(), SipHash::new())
        .map_err(|error| format!("a ring saved with the history {history} could not be restored: {error}"))
}

/// What another algorithm, other parameters, another hasher or layout saved is refused, and so are duplicates, members that were
/// changed, and what takes more than the memory limit.
///
/// # Errors
/// What was restored all the same, or refused for another reason.
pub fn foreign_saves_are_refused<K: Kernel>(kernel: &K) -> Outcome {
    let ring = build(kernel, &mixed::<K>(111, 5))?;
    let good = saved(&ring)?;
    let restore = |saved: Saved<u64>| Ring::restore_with(saved, kernel.clone(), SipHash::new()).map(|_| ());
    let change = |change: fn(&mut Saved<u64>)| {
        let mut saved = good.clone();
        change(&mut saved);
        saved
    };
    let other = "another".to_string();
    let unexpected = if good.history.is_some() { HistoryError::Missing } else { HistoryError::Unexpected };
    let cases = [
        (change(|saved| saved.format = 99), RestoreError::Format { found: 99 }),
        (
            change(|saved| saved.algorithm = "another".into()),
            RestoreError::Algorithm { expected: K::PROPERTIES.algorithm, found: other.clone() },
        ),
        (
            change(|saved| saved.parameters = "another".into()),
            RestoreError::Parameters { expected: good.parameters.clone(), found: other },
        ),
        (change(|saved| saved.hasher_check ^= 1), RestoreError::Hasher),
        (
            change(|saved| {
                saved.history = if saved.history.is_some() { None } else { Some(History::new(5, (0..5).collect(), Vec::new())) };
            }),
            RestoreError::History(unexpected),
        ),
    ];
    for (saved, expected) in cases {
        let answer = restore(saved);
        ensure!(answer.as_ref() == Err(&expected), "where {expected:?} was due, restoring answered {answer:?}");
    }
    for (what, saved) in [
        ("another name", change(|saved| saved.members[1].name.push('x'))),
        ("a member twice", change(|saved| saved.members[4].name = saved.members[2].name.clone())),
        ("a member less", change(|saved| drop((saved.members.pop(), saved.history.as_mut().map(|history| history.held.pop()))))),
        ("another fingerprint", change(|saved| saved.fingerprint ^= 1)),
    ] {
        let answer = restore(saved);
        ensure!(matches!(answer, Err(RestoreError::Fingerprint { .. })), "with {what}, restoring answered {answer:?}");
    }
    if K::PROPERTIES.depends_on == DependsOn::Order {
        let answer = restore(change(|saved| saved.members.swap(1, 3)));
        ensure!(matches!(answer, Err(RestoreError::Fingerprint { .. })), "in another order, restoring answered {answer:?}");
    }
    memory_is_held_against_counts(kernel, &ring, good)
}

fn memory_is_held_against_counts<K: Kernel>(kernel: &K, ring: &Ring<K>, saved: Saved<u64>) -> Outcome {
    let census = ring.roster.nodes().census();
    let bytes = saved.history.as_ref().map_or_else(|| ring.heap_bytes(), |history| kernel.resumed_bytes(census, history));
    let restore = |saved, limit| Ring::restore_within(saved, kernel.clone(), SipHash::new(), limit);
    let answer = restore(saved.clone(), bytes).map(|ring| ring.heap_bytes());
    ensure!(
        answer.as_ref().is_ok_and(|&taken| taken <= bytes),
        "with a limit of the {bytes} bytes that it takes, restoring answered {answer:?}"
    );
    let Some(limit) = bytes.checked_sub(1) else { return Ok(()) };
    let answer = restore(saved, limit).map(|_| ());
    let reason = if let Err(RestoreError::Member(error)) = &answer { Some(&error.reason) } else { None };
    ensure!(
        matches!(reason, Some(Refusal::TooLarge { bytes: told, limit: of, .. }) if (*told, *of) == (bytes, limit)),
        "{bytes} bytes are needed, and with a limit of {limit} restoring answered {answer:?}"
    );
    Ok(())
}

/// An algorithm tells a history exactly if it depends on one. What it tells is all that counts: a ring that resumes from it, with the
/// members listed in another order, answers alike and tells the same. Histories that cannot be are refused or resumed, without a
/// panic.
///
/// # Errors
/// The membership, and what was told or answered.
pub fn a_history_is_told_and_resumed<K: Kernel>(kernel: &K) -> Outcome {
    let depends = K::PROPERTIES.depends_on == DependsOn::History;
    let (mut draws, digests) = (Draws::new(71), digests(71, 2_000));
    for members in memberships::<K>(few_sizes()) {
        let ring = worn(kernel, &members)?;
        let history = ring.kernel.history(ring.roster.nodes());
        ensure!(
            history.is_some() == depends,
            "{} tell the history {history:?}, and the answers depend on {:?}",
            show(&members),
            K::PROPERTIES.depends_on
        );
        let Some(history) = history else { continue };
        history.check(members.len()).map_err(|error| format!("{} tell {history:?}: {error}", show(&members)))?;
        let mut saved = saved(&ring)?;
        shuffle_members(&mut saved, &mut draws);
        let resumed = restore(kernel, saved)?;
        let told = (ring.fingerprint(), owners(&ring, &digests)?, order(&ring, digests[0])?);
        let again = (resumed.fingerprint(), owners(&resumed, &digests)?, order(&resumed, digests[0])?);
        ensure!(told.0 == again.0, "after resuming from {history:?}, the fingerprint of {} is another", show(&members));
        ensure!(told == again, "after resuming from {history:?}, {} answer otherwise", show(&members));
        survives_other_histories(&ring, &history)?;
    }
    Ok(())
}

/// The same members with the same buckets, in another index order.
fn shuffle_members(saved: &mut Saved<u64>, draws: &mut Draws) {
    let Some(history) = &mut saved.history else { return };
    let mut pairs: Vec<_> = saved.members.drain(..).zip(history.held.drain(..)).collect();
    draws.shuffle(&mut pairs);
    (saved.members, history.held) = pairs.into_iter().unzip();
}

/// Has a kernel resume from what is nearly a history: it refuses, or tells just that afterwards.
fn survives_other_histories<K: Kernel>(ring: &Ring<K>, history: &History) -> Outcome {
    let nodes = ring.roster.nodes();
    let mut others = vec![history.clone(); 5];
    others[0].capacity += 1;
    others[1].capacity = others[1].capacity.saturating_sub(1);
    others[2].freed.pop();
    others[3].freed.reverse();
    others[4].freed.retain(|bucket| bucket % 2 == 0);
    for other in others.into_iter().filter(|other| other.check(nodes.len()).is_ok()) {
        let mut kernel = ring.kernel.clone();
        if kernel.resume(nodes, &other).is_ok() {
            let told = kernel.history(nodes);
            ensure!(told.as_ref() == Some(&other), "a kernel that resumed from {other:?} tells {told:?}");
        }
    }
    Ok(())
}

/// Parameters are told alike by a kernel in use and by one without members, in the words that can stand in a configuration:
/// `name=value`, with commas between.
///
/// # Errors
/// What is told instead.
pub fn parameters_are_words<K: Kernel>(kernel: &K) -> Outcome {
    let told = |ring: &Ring<K>| Parameters(&ring.kernel).to_string();
    let (empty, full) = (told(&Ring::with_kernel(kernel.clone())), told(&build(kernel, &mixed::<K>(7, 10))?));
    ensure!(empty == full, "without members the parameters are {empty:?}, and with ten {full:?}");
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-./_".contains(&b))
    };
    let is_parameter = |text: &str| text.split_once('=').is_some_and(|(name, value)| is_word(name) && is_word(value));
    ensure!(
        full.is_empty() || full.split(',').all(is_parameter),
        "the parameters are {full:?}, and not of the form name=value,name=value in a-z, 0-9 and -./_"
    );
    Ok(())
}

/// Fingerprints differ with a member more or less, a weight, the hasher's secret and, where the order decides, the order; they
/// agree for the same members in another order or after another history where neither counts. Where history counts, equal
/// fingerprints mean equal answers.
///
/// # Errors
/// The two views that have one fingerprint, or the one view that has two.
pub fn fingerprints_tell_views_apart<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>([2, 3, 10, 40]) {
        let ring = build(kernel, &members)?;
        let own = ring.fingerprint();
        let reversed: Vec<Given> = members.iter().rev().copied().collect();
        let others = [("in reverse order", build(kernel, &reversed)?), ("after removals", worn(kernel, &members)?)];
        for (what, other) in others {
            let same = other.fingerprint() == own;
            match K::PROPERTIES.depends_on {
                DependsOn::Set => ensure!(same, "{} and the same {what} have two fingerprints", show(&members)),
                _ if same => Snapshot::of(&ring)?.check_answers(&other, what)?,
                _ => {}
            }
            let apart = what != "in reverse order" || K::PROPERTIES.depends_on == DependsOn::Set || !same;
            ensure!(apart, "{} and the same {what} have one fingerprint", show(&members));
        }
        let other = other_views(kernel, &ring, &members)?.into_iter().find(|(_, other)| *other == own);
        if let Some((what, _)) = other {
            return Err(format!("{} and the same with {what} have one fingerprint", show(&members)));
        }
    }
    Ok(())
}

/// Fingerprints of what is not the ring of `members`.
fn other_views<K: Kernel>(kernel: &K, ring: &Ring<K>, members: &[Given]) -> Result<Vec<(&'static str, u64)>, String> {
    let mut secret = Cluster::<K, u64>::with(kernel.clone(), SipHash::with_keys(1, 2));
    enrol(&mut secret, members).map_err(|error| error.to_string())?;
    let mut changed = ring.clone();
    changed.add_consumer("newcomer", 0).map_err(|error| error.to_string())?;
    let mut others = vec![
        ("one member less", build(kernel, &members[1..])?.fingerprint()),
        ("no members", build(kernel, &[])?.fingerprint()),
        ("another hasher", secret.fingerprint()),
        ("one member more", changed.fingerprint()),
    ];
    changed.remove_consumer("newcomer");
    if changed.fingerprint() != ring.fingerprint() {
        ensure!(
            K::PROPERTIES.depends_on == DependsOn::History,
            "adding one to {} and removing it changed the fingerprint",
            show(members)
        );
    }
    if K::PROPERTIES.weighted {
        let to = weight(members[0].weight.get() + 1);
        changed.set_weight(&members[0].name(), to).map_err(|error| error.to_string())?;
        others.push(("another weight", changed.fingerprint()));
    }
    Ok(others)
}
