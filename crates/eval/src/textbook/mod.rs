//! The algorithms as a textbook has them: short, plain, slow. Oracles of the fast forms and the baselines of their speed.
//!
//! They take the members' seeds where the fast forms do, so that both give the same answers. [`named_scores`] hashes names
//! instead, as most published code does, and is another mapping: a baseline alone. [`multi_probe`] is a kernel that no crate of ours has, for its published figures.

pub mod drawn_scores;
pub mod jump_loop;
pub mod multi_probe;
pub mod named_scores;
pub mod slot_table;
pub mod tree_ring;
