//! Why there is no scenario, or none that can be measured.

use std::io;

/// A scenario that cannot be had, or asks for what cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// It is neither embedded nor a file that can be read.
    #[error("scenario `{name}` is not built in ({known}) and cannot be read as a file: {source}{meant}", known = super::embedded::embedded_names(), meant = super::embedded::meant(name))]
    Missing {
        /// What was asked for.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no scenario.
    #[error("scenario {name}: {reason}")]
    Syntax {
        /// The file.
        name: String,
        /// What is wrong, on one line.
        reason: String,
    },
    /// A value that makes no sense.
    #[error("scenario {name}: {field} {reason}")]
    Value {
        /// The scenario's name.
        name: String,
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}
