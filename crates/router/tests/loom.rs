//! Every interleaving of the swap: `RUSTFLAGS="--cfg loom" cargo test -p annulus-router --test loom --release`.
#![cfg(loom)]
#![allow(missing_docs)]

use annulus_router::swap::{Hold, Swap};
use loom::{sync::Arc, thread};

/// One writer publishes 1 and 2, a reader reads meanwhile.
fn race(publish: fn(&Swap<u32>, Arc<u32>)) {
    loom::model(move || {
        let swap = Arc::new(Swap::new(Arc::new(0)));
        let mut reader = Hold::new(Arc::clone(&swap));
        let writer = {
            let swap = Arc::clone(&swap);
            thread::spawn(move || [1, 2].into_iter().for_each(|value| publish(&swap, Arc::new(value))))
        };
        let first = *reader.get();
        let second = *reader.get();
        assert!(first <= second, "a reader goes back from {second} to {first}");
        writer.join().unwrap();
        assert_eq!(*reader.get(), 2, "a reader stays with an old value");
    });
}

#[test]
fn a_reader_never_goes_back_and_sees_what_was_published() {
    race(|swap, value| drop(swap.publish(value)));
}

#[test]
#[should_panic(expected = "a reader stays with an old value")]
fn raising_the_generation_first_is_found() {
    race(|swap, value| drop(swap.publish_too_early(value)));
}

/// What the writer takes back is not held: it may change it in place.
#[test]
fn a_value_that_is_taken_back_is_held_by_nobody() {
    loom::model(|| {
        let swap = Arc::new(Swap::new(Arc::new(0)));
        let mut reader = Hold::new(Arc::clone(&swap));
        let writer = {
            let swap = Arc::clone(&swap);
            thread::spawn(move || {
                let mut former = swap.publish(Arc::new(1));
                if let Some(value) = Arc::get_mut(&mut former) {
                    *value = 100;
                }
                // Kept to the end: no reader frees it.
                former
            })
        };
        assert!(*reader.get() < 2);
        reader.release();
        assert!(*reader.get() < 2);
        drop(writer.join().unwrap());
        assert_eq!(*reader.get(), 1);
    });
}

/// Two readers at once: the lock and the generation serve both.
#[test]
fn two_readers_see_what_was_published() {
    loom::model(|| {
        let swap = Arc::new(Swap::new(Arc::new(0)));
        let mut kept = Hold::new(Arc::clone(&swap));
        assert_eq!(*kept.get(), 0);
        let other = {
            let mut reader = kept.clone();
            thread::spawn(move || *reader.get())
        };
        drop(swap.publish(Arc::new(1)));
        assert_eq!(*kept.get(), 1, "the writer's own reader");
        assert!(other.join().unwrap() <= 1);
        assert_eq!(swap.load().as_ref(), &1);
    });
}
