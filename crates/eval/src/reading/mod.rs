//! What pictures and reports share in reading records: selecting rows, deriving figures, writing numbers.

pub(crate) mod derived;
pub(crate) mod number;
pub(crate) mod select;
