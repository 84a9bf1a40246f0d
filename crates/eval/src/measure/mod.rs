//! What is measured: a file for each family of figures, and one list of them, `parts.rs`. All of it writes
//! [`Record`](crate::record::Record)s and nothing else.

mod balance;
mod bands;
mod change;
mod churn;
mod count;
mod error;
mod failure;
pub mod lookup;
mod memory;
mod movement;
mod paper;
mod part;
mod parts;
mod patterns;
mod placements;
mod popularity;
mod remap;
mod replicas;
mod row;
mod run;
mod side;
pub mod stream;
mod study;
mod tally;
mod weighted;
mod work;

pub use error::MeasureError;
pub use run::Steps;
pub use study::Study;
