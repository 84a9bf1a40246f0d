//! What theory says of the survivors.

use crate::algorithm::{Algorithm, Law, Moves};
use crate::stats::arcs::ArcsLaw;
use crate::stats::dealt::DealtLaw;
use crate::stats::multinomial::UniformLaw;
use crate::stats::receivers::ReceiversLaw;
use crate::stats::slots::TableLaw;
use crate::stats::{Interval, Tail, float, remap};

use super::super::error::MeasureError;
use super::super::movement::{Known, collateral_of_one, over_own_of_one};
use super::super::row::Band;

/// What is expected of the survivors.
pub(super) struct Theory<'a> {
    pub(super) algorithm: &'a Algorithm,
    /// Keys of a node before the failure, in the mean.
    pub(super) mean: f64,
    pub(super) keys: u64,
    pub(super) nodes: u64,
    pub(super) survivors: u64,
    /// Keys that the dead nodes had.
    pub(super) orphans: u64,
    pub(super) last_died: bool,
    pub(super) tail: Tail,
}

impl Theory<'_> {
    /// Whether each orphan goes to a survivor at random: the key's next choice among equals.
    pub(super) fn spreads_evenly(&self) -> bool {
        self.algorithm.law() == Law::Uniform && self.algorithm.properties().minimal_remove_any
    }

    /// The busiest survivor over the mean before the failure.
    pub(super) fn worst_load(&self) -> Result<Band, MeasureError> {
        let grown = float(self.nodes) / float(self.survivors);
        Ok(match self.algorithm.law() {
            // The survivors are a uniform placement of their own, whichever nodes died.
            Law::Uniform => busiest(self.survivors, self.keys, self.mean, self.tail)?,
            Law::Arcs { points } => {
                let law = ArcsLaw::new(self.survivors, points)?;
                Band::expect("ring-gamma-maximum", law.expected_count_max_over_mean(self.keys) * grown)
            }
            _ => Band::NONE,
        })
    }

    /// The largest part of the orphans, over the mean before the failure.
    pub(super) fn largest_gain(&self) -> Result<Band, MeasureError> {
        if !self.spreads_evenly() || self.orphans == 0 {
            return Ok(Band::NONE);
        }
        busiest(self.survivors, self.orphans, self.mean, self.tail)
    }

    /// What is promised and known of the keys that move.
    pub(super) fn known(&self) -> Known {
        let properties = self.algorithm.properties();
        let only_the_last = self.is_one() && self.last_died && properties.minimal_remove_last;
        let is_minimal = properties.minimal_remove_any || only_the_last;
        let share = float(self.nodes - self.survivors) / float(self.nodes);
        let one = |band: Band| band.only_if(self.is_one());
        let over_own = match self.algorithm.moves() {
            Moves::SwapLast => Band::expect("swap-last", remap::swap_last(self.nodes, self.last_died)),
            _ => over_own_of_one(self.algorithm, self.nodes),
        };
        Known {
            is_minimal,
            moved: Band::expect("share-of-the-removed", share).only_if(is_minimal),
            over_own: one(over_own),
            collateral: one(collateral_of_one(self.algorithm, self.nodes)),
        }
    }

    fn is_one(&self) -> bool {
        self.nodes - self.survivors == 1
    }

    pub(super) fn receivers(&self) -> Result<Band, MeasureError> {
        let is_one = self.is_one();
        Ok(match (self.algorithm.law(), self.algorithm.moves()) {
            _ if self.spreads_evenly() => {
                let missed = (1.0 - 1.0 / float(self.survivors)).powf(float(self.orphans));
                Band::expect("occupancy", float(self.survivors) * (1.0 - missed))
            }
            (_, Moves::SwapLast) if is_one && !self.last_died && self.orphans > 0 => {
                Band::expect("swap-last", 1.0).within(Interval { low: 1.0, high: 1.0 }).gate()
            }
            (Law::Arcs { points }, _) if is_one => {
                Band::expect("ring-receivers", ArcsLaw::new(self.nodes, points)?.expected_receivers_of(self.orphans))
            }
            (Law::Slots { slots }, _) if is_one => Band::expect(
                "table-receivers",
                TableLaw::new(self.nodes, slots.max(self.nodes))?.expected_receivers_of(self.orphans),
            ),
            (Law::Dealt { slots }, _) if is_one => Band::expect(
                "dealt-receivers",
                ReceiversLaw::dealt(&DealtLaw::equal(self.nodes, slots.max(self.nodes))?, self.orphans).mean(),
            ),
            _ => Band::NONE,
        })
    }
}

/// The busiest of `nodes` that share `keys` evenly, over `mean`; a gate where there are five keys a node or more.
fn busiest(nodes: u64, keys: u64, mean: f64, tail: Tail) -> Result<Band, MeasureError> {
    let law = UniformLaw::new(nodes, keys)?;
    let band = Band::expect("multinomial-maximum", float(law.max_quantile(0.5)) / mean)
        .within(law.max_band(tail).scaled(law.mean_load() / mean));
    // One survivor has everything, in which there is no chance.
    Ok(if law.mean_load() >= 5.0 && nodes > 1 { band.gate() } else { band })
}
