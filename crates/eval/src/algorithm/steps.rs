//! The steps of a look-up, where they are left to chance and their law is known.

use annulus_core::Digest;

/// Steps of a look-up that can be counted, with the law of their number.
///
/// The number is that of independent events which happen, each with a probability of its own.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    /// How many steps the look-up of a digest takes among that number of nodes.
    pub count: fn(Digest, u32) -> u32,
    /// The probabilities of the events among that number of nodes.
    pub probabilities: fn(u64) -> Vec<f64>,
    /// The law's name in records.
    pub formula: &'static str,
}
