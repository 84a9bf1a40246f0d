//! Nodes of unequal weight.

use super::error::{StatsError, require};
use super::family::Tail;
use super::interval::Interval;
use super::numeric::size;
use super::numeric::{bisect, float};
use super::remap;

/// The relative standard deviation of a node's count of K keys, of which it should have the fraction p: √((1−p)/(Kp)).
///
/// # Errors
/// A share outside (0, 1], or no keys.
pub fn count_cv(share: f64, keys: u64) -> Result<f64, StatsError> {
    require(share > 0.0 && share <= 1.0, "a share", "in (0, 1]", share)?;
    require(keys > 0, "the number of keys", "at least 1", float(keys))?;
    Ok(((1.0 - share) / (float(keys) * share)).sqrt())
}

/// The band of each node's count, binomial, together at the tail's level (union bound over the nodes).
///
/// # Errors
/// A share outside (0, 1], no keys, or a node so light that its lower band would be 0 keys and so blind to a node that
/// gets nothing: it must expect more than ln(N/α) keys.
pub fn count_bands(shares: &[f64], keys: u64, tail: Tail) -> Result<Vec<Interval>, StatsError> {
    let each = tail.shared_by(size(shares.len()));
    let least = -each.probability().ln();
    shares
        .iter()
        .map(|&share| {
            count_cv(share, keys)?;
            let expected = share * float(keys);
            require(expected > least, "the keys that the lightest node expects", "more than ln(N/α)", expected)?;
            Ok(remap::binomial_band(keys, share, each))
        })
        .collect()
}

/// The probability that each node is among the first two picks without replacement, each pick in proportion to weight:
/// `p_i + Σ_{j≠i} p_j·p_i/(1 − p_j)`.
///
/// It is not twice the share: the light ones get more than their part of the replicas.
///
/// # Errors
/// Fewer than two nodes, or a weight that is not positive and finite.
pub fn inclusion_in_two(weights: &[f64]) -> Result<Vec<f64>, StatsError> {
    if weights.len() < 2 {
        return Err(StatsError::TooFew { what: "two replicas", least: 2, given: weights.len() });
    }
    for &weight in weights {
        require(weight > 0.0 && weight.is_finite(), "a weight", "positive and finite", weight)?;
    }
    let total: f64 = weights.iter().sum();
    let shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
    let odds: f64 = shares.iter().map(|p| p / (1.0 - p)).sum();
    Ok(shares.iter().map(|p| p * (1.0 + odds - p / (1.0 - p))).collect())
}

/// The probability that each is among the first `picks` without replacement, each pick in proportion to weight.
///
/// Exact up to 16 of them, by adding over all sets of those that were picked before. Beyond, by the race in which each arrives after an
/// exponential time: those are picked that arrive by the time at which `picks` are expected to have. That is near where no one has a
/// large part; with 17 equal ones it is exact again, since all are alike.
///
/// # Errors
/// More picks than there are weights, or a weight that is not positive and finite.
///
/// ```
/// use annulus_eval::stats::weights::inclusion;
///
/// // Three zones, two copies: the small zone has more than its part, 2 × 2/10.
/// let copies = inclusion(&[2.0, 4.0, 4.0], 2)?;
/// assert!((copies[0] - 0.4667).abs() < 1e-4);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
pub fn inclusion(weights: &[f64], picks: usize) -> Result<Vec<f64>, StatsError> {
    const MOST_EXACT: usize = 16;
    if weights.len() < picks {
        return Err(StatsError::TooFew { what: "as many picks", least: picks, given: weights.len() });
    }
    for &weight in weights {
        require(weight > 0.0 && weight.is_finite(), "a weight", "positive and finite", weight)?;
    }
    Ok(if picks == weights.len() {
        vec![1.0; picks]
    } else if weights.len() <= MOST_EXACT {
        inclusion_by_sets(weights, picks)
    } else {
        inclusion_by_race(weights, picks)
    })
}

/// By the probability of each set of those picked first; a set is a number, with a bit for each member.
fn inclusion_by_sets(weights: &[f64], picks: usize) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    let sets = 1_usize << weights.len();
    let members = |set: usize| (0..weights.len()).filter(move |at| set >> at & 1 == 1);
    let mut chances = vec![0.0; sets];
    chances[0] = 1.0;
    let mut included = vec![0.0; weights.len()];
    // A set's number is greater than those of its parts.
    for set in 0..sets {
        let size = set.count_ones() as usize;
        if size == picks {
            members(set).for_each(|at| included[at] += chances[set]);
        }
        if size >= picks {
            continue;
        }
        let left = total - members(set).map(|at| weights[at]).sum::<f64>();
        for (at, weight) in weights.iter().enumerate().filter(|(at, _)| set >> at & 1 == 0) {
            chances[set | 1 << at] += chances[set] * weight / left;
        }
    }
    included
}

fn inclusion_by_race(weights: &[f64], picks: usize) -> Vec<f64> {
    let arrived = |time: f64| weights.iter().map(move |weight| -(-weight * time).exp_m1());
    let least = weights.iter().copied().fold(f64::INFINITY, f64::min);
    // By then even the lightest has arrived.
    let time = bisect(0.0, 50.0 / least, |time| arrived(time).sum::<f64>() >= float(picks));
    arrived(time).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_are_counted_over_all_orders() {
        let weights = [1.0, 2.0, 3.0, 4.0];
        let two = inclusion(&weights, 2).unwrap();
        for (one, other) in two.iter().zip(inclusion_in_two(&weights).unwrap()) {
            assert!((one - other).abs() < 1e-14, "{one} {other}");
        }
        for picks in 1..=4 {
            let sum: f64 = inclusion(&weights, picks).unwrap().iter().sum();
            assert!((sum - float(picks)).abs() < 1e-13, "{picks}");
        }
        assert!(inclusion(&weights, 5).is_err() && inclusion(&[1.0, 0.0], 1).is_err());
    }

    #[test]
    fn the_race_is_near_where_no_one_is_heavy() {
        // 16 of two weights, exactly and by the race: one part in N.
        let weights: Vec<f64> = (0..16).map(|at| if at % 2 == 0 { 1.0 } else { 3.0 }).collect();
        let (exact, race) = (inclusion_by_sets(&weights, 3), inclusion_by_race(&weights, 3));
        for (exact, race) in exact.iter().zip(&race) {
            assert!((exact / race - 1.0).abs() < 1.0 / 16.0, "{exact} {race}");
        }
        let equal = inclusion(&[2.5; 40], 3).unwrap();
        assert!(equal.iter().all(|one| (one - 3.0 / 40.0).abs() < 1e-9), "{equal:?}");
    }

    #[test]
    fn inclusions_sum_to_the_number_of_picks() {
        // The sum is exact up to some ten roundings.
        let sum: f64 = inclusion_in_two(&[1.0, 2.0, 3.0, 4.0]).unwrap().iter().sum();
        assert!((sum - 2.0).abs() < 1e-14);
        for equal in inclusion_in_two(&[5.0; 8]).unwrap() {
            assert!((equal - 0.25).abs() < 1e-14);
        }
    }

    #[test]
    fn a_node_too_light_to_be_judged_is_refused() {
        let tail = Tail::new(1e-6).unwrap();
        assert!(count_bands(&[0.5, 0.5], 1000, tail).is_ok());
        let error = count_bands(&[0.999, 0.001], 1000, tail).unwrap_err();
        assert!(error.to_string().contains("lightest node"), "{error}");
    }

    #[test]
    fn every_band_excludes_nothing_at_all() {
        let tail = Tail::new(1e-6).unwrap();
        for band in count_bands(&[0.97, 0.03], 1000, tail).unwrap() {
            assert!(band.low >= 1.0, "{band:?}");
        }
    }
}
