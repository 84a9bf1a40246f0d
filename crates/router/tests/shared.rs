//! A shared ring is the plain ring at every version, whatever the readers hold.
#![allow(missing_docs)]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use annulus::{ConsistentHashRing, Digest, HashFn, HashRing, Refusal, Ring, Weight};
use annulus_router::{Beside, Changes, Settings, Shared, UpdateError};
use common::{Draw, batch, members, plainly, rings};

mod common;

/// No thread and no patience, so that a test decides what happens.
const STILL: Settings = Settings::new().without_thread().patience(Duration::ZERO);

#[test]
fn random_histories_end_as_on_a_plain_ring() {
    for plain in rings() {
        for seed in 0..8 {
            history(plain.clone(), seed, if seed % 2 == 0 { Settings::new() } else { STILL });
        }
    }
}

/// Updates while readers come, stay and go, and one is never asked again.
fn history(mut plain: Box<dyn Ring<u32>>, seed: u64, settings: Settings) {
    let is_weighted = plain.algorithm() != "jump";
    let shared = Shared::with(plain.clone(), (), settings.max_copies(5).patience(Duration::ZERO));
    let mut draw = Draw::new(seed);
    let (mut readers, mut news, mut seen) = (vec![shared.reader(); 3], shared.subscribe(), members(&plain));
    let mut refused = 0;
    for step in 0..60 {
        let changes = batch(&mut draw, is_weighted);
        let (before, is_taken) = (plain.fingerprint(), plainly(&mut plain, &changes));
        match shared.update(changes.clone()) {
            Ok(published) => assert!(is_taken && published.version == shared.snapshot().version(), "{changes:?}"),
            Err(UpdateError::Refused(error)) => {
                assert!(!is_taken && error.position < changes.as_slice().len(), "{error}: {changes:?}");
                assert_eq!(changes.as_slice()[error.position].name(), &*error.name);
                assert_eq!(shared.snapshot().fingerprint(), before);
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
        equal(&**shared.snapshot().ring(), &*plain, &mut draw);
        let at = draw.below(4);
        match readers.get_mut(usize::try_from(at).unwrap()) {
            Some(reader) if step % 3 == 0 => reader.release(),
            Some(reader) => assert_eq!(reader.get().fingerprint(), plain.fingerprint()),
            None => {
                // What a subscriber was told leads from what it knew to what is.
                if let Some(changed) = news.next(Duration::ZERO) {
                    for change in changed.members {
                        let now = plain.roster().find(&change.name).map(|member| (member.weight, *member.info));
                        assert_eq!(seen.get(&*change.name).map(|known| known.0), change.before);
                        assert_eq!(now.map(|now| now.0), change.after);
                        match now {
                            Some(now) => drop(seen.insert(change.name.to_string(), now)),
                            None => drop(seen.remove(&*change.name)),
                        }
                    }
                }
                assert_eq!(seen, members(&plain));
            }
        }
        assert!(shared.copy_counts().copies <= 5);
    }
    assert!((1..60).contains(&refused), "{refused} refused");
}

/// The same members in the same places, and the same answers.
fn equal(one: &dyn Ring<u32>, other: &dyn Ring<u32>, draw: &mut Draw) {
    assert_eq!(one.fingerprint(), other.fingerprint());
    assert!(one.roster().iter().eq(other.roster().iter()));
    for _ in 0..20 {
        let digest = Digest::of_id(draw.below(u64::MAX));
        assert_eq!(one.locate(digest), other.locate(digest));
    }
}

#[test]
fn a_batch_that_is_refused_in_the_middle_changes_nothing() {
    for mut ring in rings() {
        ring.extend([("a", 1), ("b", 2), ("c", 3)]).unwrap();
        let shared = Shared::with(ring, (), STILL);
        let before = shared.snapshot();
        // The spare has lost "a" by the time "b" is refused.
        let error = shared.update(Changes::new().remove("a").add("d", 4).add("b", 5)).unwrap_err();
        let UpdateError::Refused(error) = error else { panic!("{error}") };
        assert_eq!((error.position, &*error.name), (2, "b"));
        let text = UpdateError::Refused(error).to_string();
        assert!(text.starts_with("change 3 of the batch: consumer \"b\" was refused: a consumer of this name"), "{text}");
        assert!(text.contains("`Changes::replace`") && !text.contains("consumer_mut"), "{text}");
        assert!(before.roster().iter().eq(shared.snapshot().roster().iter()));
        assert_eq!(shared.update(Changes::new().remove("a").add("d", 4)).unwrap().version, 1);
        assert_eq!(shared.snapshot().roster().iter().map(|member| member.name).collect::<Vec<_>>(), ["c", "b", "d"]);
    }
}

fn ring(n: u32) -> HashRing<u32> {
    HashRing::from_consumers((0..n).map(|i| (format!("node-{i}"), i))).unwrap()
}

#[test]
fn with_a_limit_of_three_a_reader_that_never_comes_back_costs_one_copy_and_two_stop_updates() {
    let shared = Shared::with(ring(100), (), STILL.max_copies(3));
    let add = |i: u32| shared.update(Changes::new().add(format!("more-{i}"), i));
    let mut gone = shared.reader();
    let _ = gone.get();
    (0..20).for_each(|i| assert_eq!(add(i).unwrap().version, u64::from(i) + 1));
    let counts = shared.copy_counts();
    assert_eq!((counts.copies, counts.held), (3, 1));
    // The first copy, and another beside the one that is held; further ones only where a replay was slower than a clone.
    assert!(counts.clones >= 2 && counts.clones + counts.replays >= 19, "{counts:?}");

    // A second one stops at another version: all three copies are held.
    let mut second = shared.reader();
    let _ = second.get();
    add(20).unwrap();
    let Err(UpdateError::Behind(behind)) = add(21) else { panic!("it is behind") };
    assert_eq!((behind.max_copies, behind.version, behind.oldest), (3, 21, 0));
    assert_eq!(shared.snapshot().len(), 121);
    gone.release();
    add(21).unwrap();
    assert_eq!((gone.get().len(), second.get().len()), (122, 122));
}

#[test]
fn readers_that_hold_copies_stop_no_update() {
    // Without patience: an update may wait for nobody.
    let shared = Shared::with(ring(100), (), STILL);
    let mut held = Vec::new();
    for i in 0..20 {
        held.push(shared.snapshot());
        shared.update(Changes::new().add(format!("more-{i}"), i)).unwrap();
    }
    let counts = shared.copy_counts();
    assert_eq!((counts.held, counts.copies), (20, 21), "{counts:?}");
    assert!(held.iter().zip(100..).all(|(snapshot, len)| snapshot.len() == len));

    // What was let go of is freed by the next update.
    held.clear();
    shared.update(Changes::new().remove("more-0")).unwrap();
    assert_eq!(shared.copy_counts().copies, 2);
}

#[test]
fn a_pool_of_threads_that_hold_requests_sees_every_update_with_default_settings() {
    // Eight threads with a request of 6 ms each, and an update every 2 ms.
    let shared = Shared::new(ring(100));
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let _over = Over(&is_over);
        for _ in 0..8 {
            let (mut reader, is_over) = (shared.reader(), &is_over);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let ring = reader.get();
                    thread::sleep(Duration::from_millis(6));
                    assert!(ring.owner(ring.version()).is_some());
                }
            });
        }
        for i in 0..100 {
            shared.update(Changes::new().add(format!("more-{i}"), i)).unwrap();
            assert!(shared.copy_counts().copies <= 10, "{:?}", shared.copy_counts());
            thread::sleep(Duration::from_millis(2));
        }
    });
    assert_eq!(shared.snapshot().len(), 200);
}

#[test]
fn without_readers_two_copies_serve_all_updates() {
    let shared = Shared::with(ring(2_000), (), STILL);
    assert!(shared.prepare());
    for i in 0..50 {
        shared.update(Changes::new().add(format!("more-{i}"), i)).unwrap();
        assert!(shared.prepare());
    }
    let counts = shared.copy_counts();
    assert_eq!((counts.copies, counts.held), (2, 0));
    // Adding one of 2,000 is far cheaper than copying all; a clone is chosen only if this thread was stopped in between.
    assert!(counts.replays >= 40, "{counts:?}");
}

#[test]
fn updates_of_many_threads_are_all_published_and_in_order_for_each() {
    let shared = Shared::with(ring(50), (), Settings::new().patience(Duration::from_secs(60)));
    thread::scope(|scope| {
        for thread in 0..4 {
            let shared = shared.clone();
            scope.spawn(move || {
                let mut last = 0;
                for i in 0..25 {
                    let published = shared.update(Changes::new().add(format!("{thread}-{i}"), i)).unwrap();
                    assert!(published.version > last && published.merged >= 1);
                    last = published.version;
                }
            });
        }
    });
    assert_eq!(shared.snapshot().len(), 150);
}

#[test]
fn updates_that_wait_for_a_reader_are_merged() {
    let shared = Shared::with(ring(50), (), Settings::new().without_thread().max_copies(2).patience(Duration::from_secs(60)));
    shared.update(Changes::new().add("first", 0)).unwrap();
    let mut reader = shared.reader();
    let _ = reader.get();
    shared.update(Changes::new().add("second", 0)).unwrap();
    let merged = thread::scope(|scope| {
        let shared = &shared;
        let updates: Vec<_> = (0..4)
            .map(|i| scope.spawn(move || shared.update(Changes::new().add(format!("more-{i}"), i)).unwrap().merged))
            .collect();
        thread::sleep(Duration::from_millis(50));
        reader.release();
        updates.into_iter().map(|update| update.join().unwrap()).max()
    });
    // All four waited, unless a thread took more than 50 ms to start.
    assert!(merged > Some(1), "{merged:?}");
    assert_eq!(shared.snapshot().len(), 56);
}

#[test]
fn what_is_without_effect_is_reported_and_not_published() {
    for mut ring in rings() {
        ring.extend([("a", 1), ("b", 2)]).unwrap();
        let shared = Shared::with(ring, (), STILL);
        let mut news = shared.subscribe();
        let changes = Changes::new().remove("c").replace("d", 4).reweight("e", Weight::ONE).reweight("a", Weight::ONE);
        let published = shared.update(changes).unwrap();
        assert_eq!((published.version, &*published.ignored), (0, &["c".into(), "d".into(), "e".into()][..]));
        assert_eq!((shared.snapshot().version(), news.next(Duration::ZERO)), (0, None));

        let published = shared.update(Changes::new().remove("a").remove("a").replace("b", 5)).unwrap();
        assert_eq!((published.version, &*published.ignored), (1, &["a".into()][..]));
        assert_eq!(shared.snapshot().roster().iter().map(|member| *member.info).collect::<Vec<_>>(), [5]);
    }
}

#[test]
fn names_that_collide_are_refused_and_change_nothing() {
    // Names of one length have one seed.
    let shared = Shared::with(HashRing::with_hasher(HashFn(|bytes: &[u8]| bytes.len() as u64)), (), STILL);
    let mut plain = shared.snapshot().ring().clone();
    let (mut draw, mut collided) = (Draw::new(9), 0);
    for _ in 0..200 {
        let name = "n".repeat(usize::try_from(draw.below(12)).unwrap()) + &draw.below(3).to_string();
        let (changes, expected) = if draw.below(3) == 0 {
            plain.remove_consumer(&name);
            (Changes::new().remove(name), Ok(()))
        } else {
            let expected = plain.add_consumer(&name, ());
            (Changes::new().add(name, ()), expected)
        };
        match (shared.update(changes), expected) {
            (Ok(_), Ok(())) => {}
            (Err(UpdateError::Refused(error)), Err(expected)) => {
                collided += u32::from(matches!(error.reason, Refusal::SeedCollision { .. }));
                assert_eq!(error, expected);
            }
            (got, expected) => panic!("{got:?}, {expected:?}"),
        }
        assert!(shared.snapshot().roster().iter().eq(plain.roster().iter()));
    }
    assert!(collided > 10, "{collided}");
}

/// Whether this becomes true within a time that no machine needs.
fn soon(is_true: impl Fn() -> bool) -> bool {
    (0..10_000).any(|_| {
        thread::sleep(Duration::from_millis(1));
        is_true()
    })
}

#[test]
fn the_thread_makes_the_spare_ahead_and_ends_with_the_ring() {
    let alive = Arc::new(());
    let ring = HashRing::from_consumers([("a", Arc::clone(&alive))]).unwrap();
    let shared = Shared::new(ring);
    assert!(soon(|| shared.copy_counts().copies == 2), "no spare before the first update");
    shared.update(Changes::new().add("b", Arc::clone(&alive))).unwrap();
    // The second copy has it too: each has its handle of the data, and so has the log, until the thread has replayed it.
    assert!(soon(|| shared.prepare() && Arc::strong_count(&alive) >= 5), "{}", Arc::strong_count(&alive));
    drop(shared);
    assert!(soon(|| Arc::strong_count(&alive) == 1), "a copy is left");
}

/// The index of each member as the writer saw it.
struct Names;

impl Beside<HashRing<u32>> for Names {
    type View = Vec<String>;

    fn view(&self, ring: &HashRing<u32>) -> Vec<String> {
        ring.roster().iter().map(|member| member.name.to_string()).collect()
    }
}

#[test]
fn no_reader_sees_half_a_change() {
    // "pair-i-a" and "pair-i-b" come and go together, and the view belongs to the ring.
    // On a busy machine a reader may be stopped for long.
    let shared = Shared::with(ring(20), Names, Settings::new().patience(Duration::from_secs(60)));
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        // Also if an assertion fails here, so that the readers end.
        let _over = Over(&is_over);
        for _ in 0..2 {
            let (mut reader, is_over) = (shared.reader(), &is_over);
            scope.spawn(move || {
                let mut last = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let ring = reader.get();
                    assert!(ring.version() >= last);
                    last = ring.version();
                    assert_eq!(ring.len() % 2, 0);
                    let owner = ring.owner(last).unwrap();
                    assert_eq!(ring.view()[owner.index.as_usize()], owner.name);
                }
            });
        }
        for i in 0..300 {
            let (a, b) = (format!("pair-{}-a", i / 2), format!("pair-{}-b", i / 2));
            let changes = Changes::new();
            let changes = if i % 2 == 0 { changes.add(a, 0).add(b, 0) } else { changes.remove(a).remove(b) };
            shared.update(changes).unwrap();
        }
    });
}

/// Says at the end of its scope that it is over.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Data that panics when it is cloned, once it is armed.
struct Fuse(Arc<AtomicBool>);

impl Clone for Fuse {
    fn clone(&self) -> Self {
        assert!(!self.0.load(Ordering::Relaxed), "the fuse");
        Self(Arc::clone(&self.0))
    }
}

#[test]
fn a_panic_of_the_callers_code_leaves_the_published_ring() {
    let armed = Arc::new(AtomicBool::new(false));
    let ring = HashRing::from_consumers([("a", Fuse(Arc::clone(&armed)))]).unwrap();
    let shared = Shared::with(ring, (), STILL);
    armed.store(true, Ordering::Relaxed);
    let caught = thread::scope(|scope| scope.spawn(|| shared.update(Changes::new().add("b", Fuse(Arc::clone(&armed))))).join());
    assert!(caught.is_err());
    armed.store(false, Ordering::Relaxed);
    assert_eq!(shared.snapshot().len(), 1);
    shared.update(Changes::new().add("b", Fuse(Arc::clone(&armed)))).unwrap();
    assert_eq!(shared.snapshot().len(), 2);
}

/// Data that counts how many there are, and which thread frees it.
struct Counted(Arc<AtomicUsize>, Arc<Mutex<Vec<thread::ThreadId>>>);

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0), Arc::clone(&self.1))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        self.1.lock().unwrap().push(thread::current().id());
    }
}

#[test]
fn readers_free_nothing_and_everything_is_freed_in_the_end() {
    let (alive, freed) = (Arc::new(AtomicUsize::new(1)), Arc::new(Mutex::new(Vec::new())));
    let first = Counted(Arc::clone(&alive), Arc::clone(&freed));
    let shared = Shared::with(HashRing::from_consumers([("a", first)]).unwrap(), (), STILL.max_copies(4));
    let mut reader = shared.reader();
    let read = thread::scope(|scope| {
        let shared = &shared;
        let thread = scope.spawn(move || {
            for i in 0..200 {
                let _ = reader.get().owner(i).unwrap();
                thread::yield_now();
            }
            reader.release();
            thread::current().id()
        });
        for _ in 0..100 {
            let weight = Weight::new(2).unwrap();
            shared.update(Changes::new().reweight("a", weight)).unwrap();
            shared.update(Changes::new().reweight("a", Weight::ONE)).unwrap();
        }
        thread.join().unwrap()
    });
    assert!(!freed.lock().unwrap().contains(&read), "a reader has freed a copy");
    drop(shared);
    assert_eq!(alive.load(Ordering::Relaxed), 0);
}

#[test]
fn a_subscription_ends_with_the_ring() {
    let shared = Shared::with(ring(2), (), STILL);
    let mut news = shared.subscribe();
    let waits = thread::spawn(move || (news.next(Duration::MAX), news.is_closed()));
    drop(shared);
    assert_eq!(waits.join().unwrap(), (None, true));
}
