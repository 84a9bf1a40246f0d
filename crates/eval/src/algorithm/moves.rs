//! What is known of the keys that an algorithm moves.

/// What is known of the keys that an algorithm moves, beyond what it promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moves {
    /// What it promises, and no more.
    #[default]
    AsPromised,
    /// The last node takes the place of the removed one: about twice the least.
    SwapLast,
    /// As the remainder of `hash % N` does: nearly all keys.
    Remainder,
}
