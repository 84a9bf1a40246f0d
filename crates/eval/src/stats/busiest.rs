//! How busy the busiest node is whose arcs lie on a circle, of nodes of any weight.

use super::beta::BetaLaw;
use super::error::{StatsError, require};
use super::numeric::{bisect, float};

/// Nodes with the same number of points and the same part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alike {
    /// How many there are.
    pub nodes: u64,
    /// Points of each.
    pub points: u64,
    /// The part of all keys that each should have.
    pub part: f64,
}

/// A circle whose nodes have points in proportion to their weights, or nearly.
///
/// A node's share is Beta(V, T−V), where V of all T points are its own. Shares are negatively correlated, so the sum of the chances
/// of single nodes is a bound of the chance that any is busier. Where that is 0.001, the bound is exact to one part in 2,000.
///
/// ```
/// use annulus_eval::stats::busiest::{Alike, BusiestLaw};
///
/// // 40 nodes of 1,701 points each: in one set of names of a thousand, the busiest node has more than 1.1 times its part.
/// let law = BusiestLaw::new(vec![Alike { nodes: 40, points: 1_701, part: 1.0 / 40.0 }])?;
/// assert!((law.quantile(0.001) - 1.1).abs() < 1e-4);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BusiestLaw {
    groups: Vec<Alike>,
    total: u64,
}

impl BusiestLaw {
    /// The law of these nodes.
    ///
    /// # Errors
    /// No nodes, a node without points, or a part that is not positive.
    pub fn new(groups: Vec<Alike>) -> Result<Self, StatsError> {
        if groups.iter().all(|group| group.nodes == 0) {
            return Err(StatsError::TooFew { what: "the busiest node", least: 1, given: 0 });
        }
        for group in &groups {
            require(group.points > 0, "a node's points", "at least 1", float(group.points))?;
            require(group.part > 0.0, "a node's part", "positive", group.part)?;
        }
        let total = groups.iter().map(|group| group.nodes * group.points).sum();
        Ok(Self { groups, total })
    }

    /// The chance that some node has more than `multiple` times its part, over sets of names; at most 1.
    #[must_use]
    pub fn chance_above(&self, multiple: f64) -> f64 {
        let of = |group: &Alike| {
            let others = self.total - group.points;
            // A node alone has everything.
            let above = if others == 0 {
                f64::from(u8::from(1.0 > multiple * group.part))
            } else {
                BetaLaw::new(float(group.points), float(others)).above(multiple * group.part)
            };
            float(group.nodes) * above
        };
        self.groups.iter().map(of).sum::<f64>().min(1.0)
    }

    /// How many times its part the busiest node has, at most, in all but the fraction `tail` of the sets of names.
    #[must_use]
    pub fn quantile(&self, tail: f64) -> f64 {
        let most = self.groups.iter().map(|group| 1.0 / group.part).fold(1.0, f64::max);
        bisect(0.0, most, |multiple| self.chance_above(multiple) <= tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    fn equal(nodes: u64, points: u64) -> BusiestLaw {
        BusiestLaw::new(vec![Alike { nodes, points, part: 1.0 / float(nodes) }]).unwrap()
    }

    #[test]
    fn the_points_that_keep_the_busiest_node_within_a_tenth_are_known() {
        for (nodes, points) in [(10, 1_312), (40, 1_701), (500, 2_256), (2_000, 2_543)] {
            // Known to a point.
            assert!(equal(nodes, points + 1).quantile(0.001) <= 1.1, "{nodes}");
            assert!(equal(nodes, points - 1).quantile(0.001) > 1.1, "{nodes}");
        }
    }

    /// Points thrown on a circle, without any law.
    #[test]
    fn circles_are_exceeded_as_often_as_the_law_says() {
        const CIRCLES: u32 = 20_000;
        let (law, weights) = (
            BusiestLaw::new(vec![
                Alike { nodes: 3, points: 8, part: 1.0 / 9.0 },
                Alike { nodes: 2, points: 24, part: 1.0 / 3.0 },
            ])
            .unwrap(),
            [1_usize, 1, 1, 3, 3],
        );
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let busiest: Vec<f64> = (0..CIRCLES)
            .map(|_| {
                let mut points: Vec<(u64, usize)> = weights
                    .iter()
                    .enumerate()
                    .flat_map(|(node, weight)| (0..8 * weight).map(move |_| node))
                    .map(|node| (rng.next_u64(), node))
                    .collect();
                points.sort_unstable();
                let mut shares = [0.0; 5];
                let mut before = points.last().unwrap().0;
                for (at, node) in points {
                    shares[node] += float(at.wrapping_sub(before)) / 2.0_f64.powi(64);
                    before = at;
                }
                let over = shares.iter().zip(weights).map(|(share, weight)| share * 9.0 / float(weight));
                over.fold(0.0, f64::max)
            })
            .collect();
        for tail in [0.01, 0.001] {
            let limit = law.quantile(tail);
            let seen = busiest.iter().filter(|&&busiest| busiest > limit).count();
            // A union bound leaves out pairs, at most tail²/2; the count is binomial, here within 5 standard deviations.
            let expected = f64::from(CIRCLES) * tail;
            assert!((float(seen) - expected).abs() < 5.0 * expected.sqrt() + expected * tail, "{seen} of {expected}");
        }
    }

    #[test]
    fn a_node_alone_has_its_part_and_bad_input_is_refused() {
        assert!((equal(1, 5).quantile(0.001) - 1.0).abs() < 1e-9);
        assert!(BusiestLaw::new(Vec::new()).is_err());
        assert!(BusiestLaw::new(vec![Alike { nodes: 1, points: 0, part: 1.0 }]).is_err());
        assert!(BusiestLaw::new(vec![Alike { nodes: 1, points: 1, part: 0.0 }]).is_err());
    }
}
