//! The program from end to end, a module for each subject: one binary, since linking one for each takes longer than running them.

mod choose;
mod cli;
mod clock;
mod documents;
mod draws;
mod fleet;
mod locate;
mod plan;
mod recompute;
mod recorded;
mod verify;
