//! Nodes of unequal weight.

use super::error::{StatsError, require};
use super::family::Tail;
use super::interval::Interval;
use super::numeric::float;
use super::numeric::size;
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

#[cfg(test)]
mod tests {
    use super::*;

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
