//! Counts the keys that changes move needlessly: joins, leaves and changes of weight, with and without weights.
//!
//! ```text
//! cargo run --release -p annulus-slots --example needless_moves -- 10000000
//! ```
//!
//! The argument is the number of digests that are asked for before and after each of 200 changes, a million if it is left out.

#[path = "../tests/changes/mod.rs"]
mod changes;

use changes::{Moved, moved};

fn main() -> std::process::ExitCode {
    let digests: u64 = std::env::args().nth(1).map_or(1_000_000, |text| text.parse().expect("a number of digests"));
    let mut all = 0;
    for (bits, size) in [(12, 50), (17, 1_000), (20, 5_000)] {
        for is_weighted in [false, true] {
            let Moved { changes, keys, needless } = moved(bits, size, is_weighted, digests, 200);
            let weights = if is_weighted { "weights 1 to 9" } else { "equal weights" };
            println!(
                "{bits} bits, {size} consumers, {weights}: {changes} changes moved {keys} of {digests} keys, {needless} needlessly"
            );
            all += needless;
        }
    }
    if all == 0 { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}
