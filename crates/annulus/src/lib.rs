#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod bytes;
mod capacity;
mod catalogue;
mod hash;
mod parameters;
mod shown;
mod spec;
mod visitor;

pub use annulus_core::*;
#[cfg(feature = "jump")]
pub use annulus_jump::{Jump, JumpHash, JumpKernel, jump_hash};
#[cfg(feature = "maglev")]
pub use annulus_maglev::{Maglev, MaglevKernel, SlotsError};
#[cfg(feature = "rendezvous")]
pub use annulus_rendezvous::{Rendezvous, RendezvousKernel};
#[cfg(feature = "ring")]
pub use annulus_ring::{HashRing, PointsError, RingKernel};
#[cfg(feature = "slots")]
pub use annulus_slots::{BitsError, CapError, CappedSlotsKernel, SlotTable, SlotsKernel};
pub use bytes::{Bytes, BytesError};
pub use capacity::{CapacityError, Weighed, weigh};
pub use catalogue::{Entry, catalogue};
pub use hash::{Hash, Hasher};
pub use parameters::{ParameterError, Parameters};
pub use spec::{Spec, SpecError};
pub use visitor::Visitor;
