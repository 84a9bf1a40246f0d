//! What the evaluation knows of an algorithm by its name.

use std::any::Any;

use crate::algorithm::Algorithm;

use super::look::Look;
use super::search::Search;

/// One algorithm: the file of its name fills this in.
pub(crate) struct Known {
    /// Its name, as the facade's catalogue and records have it.
    pub(super) name: &'static str,
    /// Adds what is known beyond the kernel's promises; leaves an algorithm of another kernel as it is.
    pub(super) describe: fn(Algorithm, &dyn Any) -> Algorithm,
    /// Colours are told apart with every kind of colour vision (Okabe and Ito 2008, <https://jfly.uni-koeln.de/color/>); each
    /// has a marker of its own.
    pub(super) look: Look,
    /// What its parameter is, in the words of a caption.
    pub(super) parameter: Option<&'static str>,
    /// Its text for nodes whose least weight is this, where weights far from 1 need another than the default.
    pub(super) of_least_weight: Option<fn(u32) -> String>,
    /// How its parameters are searched for somebody's system; nothing where it has none.
    pub(super) search: Option<Search>,
    /// Whether it is what no one would take, shown to compare with: where it would stretch an axis tenfold, a note stands for it.
    pub(super) is_baseline: bool,
}
