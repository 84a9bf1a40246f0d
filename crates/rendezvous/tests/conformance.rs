//! Rendezvous hashing keeps every law of the contract.

annulus_core::conformance!(annulus_rendezvous::RendezvousKernel);
