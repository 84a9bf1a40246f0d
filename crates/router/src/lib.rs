#![doc = include_str!("../README.md")]

mod beside;

pub use beside::Beside;
