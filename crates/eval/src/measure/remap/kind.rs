//! Kinds of change, what algorithms promise of them, and what theory says.

use annulus_core::{DependsOn, Properties};

use crate::algorithm::{Algorithm, Law, Moves};
use crate::known::REMAINDER_FORMULA;
use crate::record::Case;
use crate::stats::arcs::ArcsLaw;
use crate::stats::{float, remap};

use super::super::bands::Bands;
use super::super::error::MeasureError;
use super::super::movement::over_own_of_one;
use super::super::row::Band;

/// One kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    AddOne,
    RemoveLast,
    RemoveAny,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::AddOne, Self::RemoveLast, Self::RemoveAny];

    /// Its case in records.
    pub(super) fn case(self) -> Case {
        match self {
            Self::AddOne => Case::AddOne,
            Self::RemoveLast => Case::RemoveLast,
            Self::RemoveAny => Case::RemoveAny,
        }
    }

    /// Whether the algorithm promises to move nothing needlessly.
    pub(super) fn is_minimal(self, properties: &Properties) -> bool {
        match self {
            Self::AddOne => properties.minimal_add,
            Self::RemoveLast => properties.minimal_remove_last,
            Self::RemoveAny => properties.minimal_remove_any,
        }
    }

    /// Whether the change and its undoing must lead back to every answer.
    pub(super) fn returns(self, properties: &Properties) -> bool {
        match properties.depends_on {
            DependsOn::Set => true,
            DependsOn::Order => self != Self::RemoveAny,
            DependsOn::History => false,
        }
    }

    /// What theory says of the fraction that moves.
    pub(super) fn moved_band(self, algorithm: &Algorithm, nodes: u64, keys: u64, bands: &Bands) -> Result<Band, MeasureError> {
        let joins = 1.0 / (float(nodes) + 1.0);
        let per_key = 1.0 / float(keys);
        Ok(match (self, algorithm.law(), algorithm.moves()) {
            (Self::AddOne, _, Moves::Remainder) => Band::expect(REMAINDER_FORMULA, remap::remainder_joining(nodes)),
            (Self::AddOne, Law::Uniform, _) if algorithm.properties().minimal_add => {
                Band::expect("binomial", joins).within(remap::joining_band(nodes, keys, bands.tail)?.scaled(per_key)).gate()
            }
            (Self::AddOne, Law::Arcs { points }, _) => {
                let law = ArcsLaw::new(nodes, points)?.new_node(keys)?;
                Band::expect("ring-beta-binomial", joins).within(law.band(bands.tail).scaled(per_key)).gate()
            }
            (Self::RemoveLast | Self::RemoveAny, _, _) if self.is_minimal(algorithm.properties()) => {
                Band::expect("share-of-the-removed", 1.0 / float(nodes))
            }
            _ => Band::NONE,
        })
    }

    /// What theory says of the movement over the changed node's own keys, where more moves than must.
    pub(super) fn needless_band(self, algorithm: &Algorithm, nodes: u64) -> Band {
        match (self, algorithm.law(), algorithm.moves()) {
            (Self::RemoveAny, _, Moves::SwapLast) => Band::expect("swap-last", remap::swap_last_mean(nodes)),
            (Self::AddOne, _, Moves::Remainder) => Band::expect(REMAINDER_FORMULA, float(nodes)),
            _ => over_own_of_one(algorithm, nodes),
        }
    }
}
