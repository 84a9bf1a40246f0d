//! The table keeps every law of the contract.

annulus_core::conformance!(annulus_slots::SlotsKernel);

/// Under a cap it keeps them too, with fewer promises.
mod capped {
    use annulus_slots::{CappedSlotsKernel, SlotsKernel};

    /// A small table, because each change builds it.
    fn kernel() -> CappedSlotsKernel {
        SlotsKernel::with_bits(12).expect("a number of bits").with_cap(1, 1).expect("at least 1")
    }

    annulus_core::conformance!(CappedSlotsKernel, kernel());
}
