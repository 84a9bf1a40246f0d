//! Distributions and bands that theory gives for what is measured.
