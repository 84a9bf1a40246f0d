//! A line of configuration, sizes of memory, and capacities: each is explained, or keeps what it promises.
#![no_main]

use annulus::{Bytes, Spec, weigh};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    text: &'a str,
    parameters: Vec<(Word, u32, &'a str)>,
    capacities: Vec<f64>,
    tolerance: f64,
}

#[derive(Arbitrary, Debug)]
enum Word {
    Points,
    Slots,
    Hash,
    Memory,
}

fuzz_target!(|input: Input<'_>| {
    read(input.text);
    size(input.text);
    let parameters: Vec<String> = input.parameters.iter().map(parameter).collect();
    for name in ["ring", "jump", "rendezvous", "maglev", input.text] {
        read(&format!("{name}:{}", parameters.join(",")));
    }
    weighed(&input.capacities, input.tolerance);
});

fn parameter((word, number, text): &(Word, u32, &str)) -> String {
    match word {
        Word::Points => format!("points={number}{text}"),
        Word::Slots => format!("slots={number}{text}"),
        Word::Hash => format!("hash={text}"),
        Word::Memory => format!("memory={number}{text}"),
    }
}

/// A text is read and prints as one that means the same, or is explained in one line.
fn read(text: &str) {
    match text.parse::<Spec>() {
        Ok(spec) => {
            let printed = spec.to_string();
            let again = printed.parse::<Spec>();
            assert_eq!(again.as_ref(), Ok(&spec), "{text:?} printed as {printed:?}");
            assert_eq!(again.map(|again| again.to_string()), Ok(printed));
        }
        Err(error) => {
            let message = error.to_string();
            assert!(!message.is_empty());
            // What was given stands in the message, with any breaks that it has.
            assert!(message.lines().count() <= 1 + 3 * text.lines().count());
        }
    }
}

fn size(text: &str) {
    if let Ok(bytes) = text.parse::<Bytes>() {
        assert_eq!(bytes.to_string().parse(), Ok(bytes));
    }
}

/// Weights are as close to the capacities as they say, and as was asked.
fn weighed(capacities: &[f64], tolerance: f64) {
    let Ok(weighed) = weigh(capacities, tolerance) else { return };
    assert_eq!(weighed.weights.len(), capacities.len());
    assert!(weighed.worst <= tolerance);
    let greatest = capacities.iter().copied().fold(0.0, f64::max);
    let most = weighed.weights.iter().map(|weight| weight.get()).max().unwrap_or(1);
    for (weight, capacity) in weighed.weights.iter().zip(capacities) {
        let error = (f64::from(weight.get()) / f64::from(most) / (capacity / greatest) - 1.0).abs();
        assert!(error <= weighed.worst + 1e-9, "{error} and not {}", weighed.worst);
    }
}
