//! Small true algorithms of every kind keep every law.
#![allow(missing_docs)]

mod toys;

mod set_uniform_minimal {
    annulus_core::conformance!(crate::toys::Greatest);
}

mod set_weighted_minimal {
    use crate::toys::Points;
    annulus_core::conformance!(Points);
}

mod set_weighted_scale_free {
    annulus_core::conformance!(crate::toys::Ranges, crate::toys::Ranges::default());
}

mod order_minimal_at_the_end {
    annulus_core::conformance!(crate::toys::Coins);
}

mod order_only {
    annulus_core::conformance!(crate::toys::Modulo);
}

mod history {
    annulus_core::conformance!(crate::toys::Slots);
}
