//! What theory expects of one algorithm at one size on a number of keys; derived once for all sets of names.

use crate::algorithm::Law;
use crate::stats::arcs::ArcsLaw;
use crate::stats::dealt::{self, DealtLaw};
use crate::stats::multinomial::UniformLaw;
use crate::stats::slots::TableLaw;
use crate::stats::{Interval, Tail, float};

use super::error::MeasureError;
use super::row::Band;

/// A band for every figure of balance.
#[derive(Clone, Debug)]
pub(super) struct Bands {
    pub(super) tail: Tail,
    /// Whether no key comes twice; where some may, no law of counts is a gate.
    pub(super) are_distinct: bool,
    pub(super) variance: Band,
    pub(super) cv: Band,
    pub(super) max_over_mean: Band,
    pub(super) min_over_mean: Band,
    pub(super) signed_excess_variance: Band,
    pub(super) chi_square: Band,
    pub(super) share_cv: Band,
    pub(super) share_max_over_mean: Band,
    pub(super) share_min_over_mean: Band,
    pub(super) slots: Option<Slots>,
}

impl Bands {
    pub(super) fn new(law: Law, nodes: u64, keys: usize, tail: Tail) -> Result<Self, MeasureError> {
        let keys = keys as u64;
        let blank = Self {
            tail,
            are_distinct: true,
            variance: Band::NONE,
            cv: Band::NONE,
            max_over_mean: Band::NONE,
            min_over_mean: Band::NONE,
            signed_excess_variance: Band::NONE,
            chi_square: Band::NONE,
            share_cv: Band::NONE,
            share_max_over_mean: Band::NONE,
            share_min_over_mean: Band::NONE,
            slots: None,
        };
        match law {
            Law::Uniform => blank.uniform(UniformLaw::new(nodes, keys)?, nodes, keys),
            Law::Arcs { points } => Ok(blank.arcs(ArcsLaw::new(nodes, points)?, nodes, keys)),
            // More nodes than slots: the algorithm refuses, and there is nothing to hold against a law.
            Law::Slots { slots } | Law::Dealt { slots } | Law::Capped { slots, .. } if slots < nodes => Ok(blank),
            Law::Slots { slots } => Ok(blank.slots(TableLaw::new(nodes, slots)?, nodes, keys, slots)),
            Law::Dealt { slots } => Ok(blank.dealt(&DealtLaw::equal(nodes, slots)?, keys, nodes)),
            Law::Capped { slots, cap } => {
                let most = float(dealt::room(slots, cap, nodes)) * float(nodes) / float(slots);
                let band = Band { high: Some(most * (1.0 + 1e-9)), formula: "room", ..Band::NONE };
                Ok(Self { share_max_over_mean: band.gate(), ..blank })
            }
            Law::Probes { .. } | Law::Unknown => Ok(blank),
        }
    }

    /// The same for keys of which some may come twice: bands of counts to look at, gates of exact shares as they were.
    pub(super) fn of_repeated_keys(self) -> Self {
        let look = |band: Band| Band { is_gate: false, ..band };
        Self {
            are_distinct: false,
            max_over_mean: look(self.max_over_mean),
            min_over_mean: look(self.min_over_mean),
            chi_square: look(self.chi_square),
            ..self
        }
    }

    fn uniform(self, law: UniformLaw, nodes: u64, keys: u64) -> Result<Self, MeasureError> {
        const LAW: &str = "multinomial";
        let degrees = float(nodes - 1);
        let noise = degrees / float(keys);
        let square = law.chi_square_band(self.tail);
        let per_key = square.scaled(1.0 / float(keys));
        let mean = law.mean_load();
        let median = float(law.max_quantile(0.5)) / mean;
        // Below five keys a node, X² does not follow its law, and nothing else is a gate either.
        let is_dense = mean >= 5.0;
        let gate = |band: Band| if is_dense { band.gate() } else { band };
        Ok(Self {
            chi_square: gate(Band::expect(LAW, degrees).within(square)),
            cv: Band::expect(LAW, law.cv()).within(law.cv_band(self.tail)),
            variance: Band::expect(LAW, noise * mean * mean).within(per_key.scaled(mean * mean)),
            signed_excess_variance: Band::expect(LAW, 0.0)
                .within(Interval { low: per_key.low - noise, high: per_key.high - noise }),
            max_over_mean: gate(Band::expect("multinomial-maximum", median).within(law.max_band(self.tail))),
            min_over_mean: gate(Band { low: Some(law.min_bound(self.tail)), formula: "multinomial-minimum", ..Band::NONE }),
            ..self
        })
    }

    fn arcs(self, law: ArcsLaw, nodes: u64, keys: u64) -> Self {
        const LAW: &str = "ring-beta";
        let mean = float(keys) / float(nodes);
        let gate = law.arc_gate(self.tail);
        let share_cv = Band::expect(LAW, law.share_cv());
        let excess = law.share_cv().powi(2) * (1.0 - 1.0 / float(keys));
        Self {
            cv: Band::expect(LAW, law.count_cv(keys)),
            variance: Band::expect(LAW, law.count_cv(keys).powi(2) * mean * mean),
            signed_excess_variance: Band::expect(LAW, excess),
            max_over_mean: Band::expect("ring-gamma-maximum", law.expected_count_max_over_mean(keys)),
            share_cv: gate.share_cv.map_or(share_cv, |band| share_cv.within(band).gate()),
            share_max_over_mean: Band {
                high: Some(gate.max_over_mean),
                ..Band::expect("ring-gamma-maximum", law.expected_max_over_mean())
            }
            .gate(),
            share_min_over_mean: Band::expect("ring-gamma-minimum", law.expected_min_over_mean()),
            ..self
        }
    }

    fn dealt(self, law: &DealtLaw, keys: u64, nodes: u64) -> Self {
        const LAW: &str = "dealt-ranks";
        if nodes < 2 {
            return self;
        }
        let mean = float(keys) / float(nodes);
        Self {
            cv: Band::expect(LAW, law.count_cv(keys)),
            variance: Band::expect(LAW, law.count_cv(keys).powi(2) * mean * mean),
            signed_excess_variance: Band::expect(LAW, law.share_cv().powi(2) * (1.0 - 1.0 / float(keys))),
            share_cv: Band::expect(LAW, law.share_cv()).within(law.share_cv_band(self.tail)).gate(),
            share_max_over_mean: Band {
                high: Some(law.quantile(self.tail.probability())),
                ..Band::expect("dealt-maximum", law.quantile(0.5))
            }
            .gate(),
            ..self
        }
    }

    fn slots(self, law: TableLaw, nodes: u64, keys: u64, slots: u64) -> Self {
        const LAW: &str = "table-slots";
        let mean = float(keys) / float(nodes);
        Self {
            cv: Band::expect(LAW, law.count_cv(keys)),
            variance: Band::expect(LAW, law.count_cv(keys).powi(2) * mean * mean),
            signed_excess_variance: Band::expect(LAW, law.share_cv().powi(2)),
            share_cv: Band::expect(LAW, law.share_cv()),
            share_max_over_mean: Band::expect(LAW, law.max_over_mean()),
            share_min_over_mean: Band::expect(LAW, law.min_over_mean()),
            slots: Some(Slots { slots, allowed: law.slots_a_node() }),
            ..self
        }
    }
}

/// A table whose nodes must have that many slots each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slots {
    slots: u64,
    allowed: (u64, u64),
}

impl Slots {
    /// How many nodes have neither of the two numbers of slots that are allowed.
    pub(super) fn odd_counts(self, shares: &[f64]) -> usize {
        let (low, high) = (float(self.allowed.0), float(self.allowed.1));
        // A share is a number of slots over all slots, so it is whole again to within rounding.
        let counts = shares.iter().map(|share| share * float(self.slots));
        counts.filter(|count| !(count - low).abs().min((count - high).abs()).lt(&1e-6)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail() -> Tail {
        Tail::new(1e-6).unwrap()
    }

    #[test]
    fn a_node_with_a_slot_too_few_is_seen() {
        let bands = Bands::new(Law::Slots { slots: 7 }, 3, 100, tail()).unwrap();
        let slots = bands.slots.unwrap();
        assert_eq!(slots.odd_counts(&[3.0 / 7.0, 2.0 / 7.0, 2.0 / 7.0]), 0);
        assert_eq!(slots.odd_counts(&[4.0 / 7.0, 2.0 / 7.0, 1.0 / 7.0]), 2);
        assert_eq!(slots.odd_counts(&[f64::NAN]), 1);
    }

    #[test]
    fn the_ideal_is_expected_to_have_no_excess_and_a_ring_its_own() {
        let ideal = Bands::new(Law::Uniform, 100, 100_000, tail()).unwrap();
        assert_eq!(ideal.signed_excess_variance.expected, Some(0.0));
        let ring = Bands::new(Law::Arcs { points: 100 }, 100, 100_000, tail()).unwrap();
        let excess = ring.signed_excess_variance.expected.unwrap();
        assert!((excess.sqrt() - 0.0995).abs() < 1e-4, "{excess}");
    }

    #[test]
    fn sparse_keys_are_no_gate() {
        assert!(Bands::new(Law::Uniform, 100, 1000, tail()).unwrap().chi_square.is_gate);
        assert!(!Bands::new(Law::Uniform, 1000, 1000, tail()).unwrap().chi_square.is_gate);
    }
}
