//! Jump consistent hash keeps every law of the contract.

annulus_core::conformance!(annulus_jump::JumpKernel);
