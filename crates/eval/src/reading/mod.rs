//! What pictures and reports share in reading records: selecting rows, writing numbers.

pub(crate) mod clock;
pub(crate) mod figure;
pub(crate) mod folder;
pub(crate) mod index;
pub(crate) mod number;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod select;
