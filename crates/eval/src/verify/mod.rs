//! `annulus verify`: acceptance gates, a file each and one list, that an algorithm is held to by what it promises.
//!
//! Figures without chance in them must hold exactly. Random figures are counted before anything runs, and each tail of
//! each gets its part of one false alarm in a thousand runs; values that are too good fail as well. Some intervals were
//! calibrated by simulation instead (see [`stats::slots`](crate::stats::slots)); they stand outside that count.

mod arcs;
mod asking;
mod balance;
mod cell;
mod collisions;
mod count;
mod figure;
mod gate;
mod gates;
mod heirs;
mod history;
mod instances;
mod movement;
mod names;
mod oracle;
mod order;
mod outcome;
mod over_seeds;
mod pearson;
mod places;
mod plan;
mod probes;
mod ranks;
mod replicas;
mod run;
mod shares;
mod slots;
mod together;
mod uniform;
mod weights;
mod widths;

pub use figure::Figure;
pub use outcome::Outcome;
pub use plan::Plan;
pub use run::{family, verify, work};
