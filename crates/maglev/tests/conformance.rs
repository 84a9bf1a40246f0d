//! Maglev keeps every law of the contract.

annulus_core::conformance!(annulus_maglev::MaglevKernel);
