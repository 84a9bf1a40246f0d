//! Health, bounded loads, zones, shards and hot keys, over every algorithm of the facade.
#![allow(missing_docs, clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

mod allocations;
mod common;
mod figures;
mod health;
mod histories;
mod hot;
mod loads;
mod replicas;
mod shards;
#[path = "../../examples/balance/simulate.rs"]
mod simulate;
mod threads;
