//! Somebody's own members: how evenly keys and load lie on them, what each member's leaving moves and to whom, what look-ups
//! take under these weights. All algorithms side by side.

mod amount;
mod chance;
mod leaving;
mod placed;
pub(crate) mod plan;
pub(crate) mod rows;
mod standing;
mod times;
mod whole;

pub(crate) use amount::{Amount, Spread};
pub(crate) use leaving::Leaving;
pub(crate) use placed::Placed;
pub(crate) use standing::{Side, Standing};
pub(crate) use times::Times;
pub(crate) use whole::Fleet;
