//! Prints the tables of `docs/SLOTS.md`: laws beside what is measured, orders of slots, and balance against movement.
//!
//! ```text
//! cargo run --release -p annulus-slots --example tables
//! cargo run --release -p annulus-slots --example tables -- 10        (ten times as many tables; the last digits settle)
//! ```

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts far below 2^53, and words cut to 32 bits"
)]

mod balance;
mod frontier;
mod names;
mod orders;
mod places;

fn main() -> std::process::ExitCode {
    let times = match std::env::args().nth(1).map(|text| text.parse::<u32>()) {
        None => 1,
        Some(Ok(times)) if times > 0 => times,
        Some(_) => {
            eprintln!("tables: write how many times as many tables as a whole number from 1 on, as `tables -- 10`");
            return std::process::ExitCode::FAILURE;
        }
    };
    balance::print(times);
    balance::print_weighted(times);
    places::print(times);
    orders::print(times);
    frontier::print(times);
    std::process::ExitCode::SUCCESS
}
