//! The hash ring keeps every law of the contract.

annulus_core::conformance!(annulus_ring::RingKernel);
