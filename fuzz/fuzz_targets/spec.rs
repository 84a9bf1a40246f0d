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
    /// Capacities as people have them: of arbitrary bits, few are near enough to one another.
    eighths: Vec<u16>,
    parts: u8,
}

#[derive(Arbitrary, Debug)]
enum Word {
    Points,
    Slots,
    Bits,
    Hash,
    Memory,
}

fuzz_target!(|input: Input<'_>| {
    read(input.text);
    size(input.text);
    let parameters: Vec<String> = input.parameters.iter().map(parameter).collect();
    for name in ["ring", "jump", "rendezvous", "maglev", "slots", input.text] {
        read(&format!("{name}:{}", parameters.join(",")));
    }
    weighed(&input.capacities, input.tolerance);
    let capacities: Vec<f64> = input.eighths.iter().map(|&eighths| f64::from(eighths) / 8.0).collect();
    weighed(&capacities, 1.0 / f64::from(input.parts));
});

fn parameter((word, number, text): &(Word, u32, &str)) -> String {
    match word {
        Word::Points => format!("points={number}{text}"),
        Word::Slots => format!("slots={number}{text}"),
        Word::Bits => format!("bits={number}{text}"),
        Word::Hash => format!("hash={text}"),
        Word::Memory => format!("memory={number}{text}"),
    }
}

/// A text is read and prints as one that means the same, or is explained.
fn read(text: &str) {
    match text.parse::<Spec>() {
        Ok(spec) => {
            let printed = spec.to_string();
            let again = printed.parse::<Spec>();
            assert_eq!(again.as_ref(), Ok(&spec), "{text:?} printed as {printed:?}");
            assert_eq!(again.map(|again| again.to_string()), Ok(printed));
        }
        Err(error) => explained(&error.to_string()),
    }
}

/// What is wrong is told in one line, with nothing in it that controls a terminal.
fn explained(message: &str) {
    assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
}

fn size(text: &str) {
    match text.parse::<Bytes>() {
        Ok(bytes) => assert_eq!(bytes.to_string().parse(), Ok(bytes)),
        Err(error) => explained(&error.to_string()),
    }
}

/// Weights are as close to the capacities as they say, and as was asked.
fn weighed(capacities: &[f64], tolerance: f64) {
    let weighed = match weigh(capacities, tolerance) {
        Ok(weighed) => weighed,
        Err(error) => {
            // It is of a capacity that was given, or of the tolerance.
            assert!(error.position() < capacities.len().max(1));
            return explained(&error.to_string());
        }
    };
    assert_eq!(weighed.weights.len(), capacities.len());
    assert!(weighed.worst <= tolerance, "{} and not {tolerance}", weighed.worst);
    let greatest = capacities.iter().copied().fold(0.0, f64::max);
    let most = weighed.weights.iter().map(|weight| weight.get()).max().unwrap_or(1);
    for (weight, capacity) in weighed.weights.iter().zip(capacities) {
        let error = (f64::from(weight.get()) / f64::from(most) / (capacity / greatest) - 1.0).abs();
        assert!(error <= weighed.worst + 1e-9, "{error} and not {}", weighed.worst);
    }
}
