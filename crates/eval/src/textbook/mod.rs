//! The algorithms as a textbook has them: short, plain, slow. Oracles of the fast forms and the baselines of their speed.
//!
//! They take the members' seeds where the fast forms do, so that both give the same answers. [`named_scores`] hashes names
//! instead, as most published code does, and is another mapping: a baseline alone.

pub mod bucket_loop;
pub mod drawn_scores;
pub mod named_scores;
pub mod point_map;
pub mod slot_table;
