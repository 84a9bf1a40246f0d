//! Situations within a measure.

use std::fmt;
use std::str::FromStr;

/// Which of several situations within a measure a figure is of. Published figures have cases of their own, which are text.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Case {
    /// There is one situation only.
    Only,
    /// One node joins.
    AddOne,
    /// The last node leaves.
    RemoveLast,
    /// Any node leaves.
    RemoveAny,
    /// A look-up by digest.
    Digest,
    /// A look-up by a key of that many bytes.
    Key(u16),
    /// A chunk of digests in one call.
    Batch,
    /// Digests in calls of that many each.
    Batches(usize),
    /// The first three of the preference order.
    FirstThree,
    /// By digest, among nodes of the weights 1, 2, … up to this one.
    DigestWeights(u32),
    /// A chunk of digests in one call, among nodes of such weights.
    BatchWeights(u32),
    /// By a key of that many bytes, among nodes of such weights.
    KeyWeights(u16, u32),
    /// Look-ups among nodes of such weights, all of them.
    Weights(u32),
    /// The caches are cold.
    Cold,
    /// Keys have a pattern.
    Keys,
    /// Names have a pattern.
    Names,
    /// Keys and names have one pattern.
    Both,
    /// Nodes are replaced one by one.
    Rolling,
    /// A weight doubles.
    Reweight,
    /// That number of nodes joins.
    Joined(usize),
    /// That number of nodes fails.
    Failed(usize),
    /// Sets of that number of replicas.
    Replicas(usize),
    /// Nodes of that weight.
    Weight(u32),
    /// Popularity falls with the rank to that power.
    Zipf(f64),
}

/// Those without a number.
const PLAIN: [(Case, &str); 13] = [
    (Case::Only, ""),
    (Case::AddOne, "add_one"),
    (Case::RemoveLast, "remove_last"),
    (Case::RemoveAny, "remove_any"),
    (Case::Digest, "digest"),
    (Case::Batch, "batch"),
    (Case::FirstThree, "first-three"),
    (Case::Cold, "cold"),
    (Case::Keys, "keys"),
    (Case::Names, "names"),
    (Case::Both, "both"),
    (Case::Rolling, "rolling"),
    (Case::Reweight, "reweight"),
];

const JOINED: &str = "add_";
const FAILED: &str = "fail_";
const REPLICAS: &str = "r";
const WEIGHT: &str = "weight_";
const ZIPF: &str = "zipf_";
const KEY: &str = "key-";
const BATCHES: &str = "batch-";
const WEIGHTS: &str = "weights-";

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Joined(count) => write!(f, "{JOINED}{count}"),
            Self::Failed(count) => write!(f, "{FAILED}{count}"),
            Self::Replicas(count) => write!(f, "{REPLICAS}{count}"),
            Self::Weight(weight) => write!(f, "{WEIGHT}{weight}"),
            Self::Zipf(exponent) => write!(f, "{ZIPF}{exponent}"),
            Self::Key(bytes) => write!(f, "{KEY}{bytes}"),
            Self::Batches(count) => write!(f, "{BATCHES}{count}"),
            Self::DigestWeights(greatest) => write!(f, "digest-{WEIGHTS}{greatest}"),
            Self::BatchWeights(greatest) => write!(f, "{BATCHES}{WEIGHTS}{greatest}"),
            Self::KeyWeights(bytes, greatest) => write!(f, "{KEY}{bytes}-{WEIGHTS}{greatest}"),
            Self::Weights(greatest) => write!(f, "{WEIGHTS}{greatest}"),
            plain => f.write_str(PLAIN.iter().find(|(case, _)| case == plain).map_or("", |(_, text)| text)),
        }
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((case, _)) = PLAIN.iter().find(|(_, plain)| *plain == text) {
            return Ok(*case);
        }
        let count = |prefix: &str, case: fn(usize) -> Self| Some(case(text.strip_prefix(prefix)?.parse().ok()?));
        let weight = || Some(Self::Weight(text.strip_prefix(WEIGHT)?.parse().ok()?));
        let exponent = || Some(Self::Zipf(text.strip_prefix(ZIPF)?.parse().ok()?));
        (count(JOINED, Self::Joined).or_else(|| count(FAILED, Self::Failed)).or_else(|| count(REPLICAS, Self::Replicas)))
            .or_else(weight)
            .or_else(exponent)
            .or_else(|| of_look_ups(text))
            .ok_or_else(|| format!("`{text}` is no case that this version writes"))
    }
}

/// Cases of look-ups: `key-16`, `batch-16`, `digest-weights-10`, `key-16-weights-10`.
fn of_look_ups(text: &str) -> Option<Case> {
    let Some((asked, greatest)) = text.split_once(WEIGHTS) else {
        let key = || Some(Case::Key(text.strip_prefix(KEY)?.parse().ok()?));
        return key().or_else(|| Some(Case::Batches(text.strip_prefix(BATCHES)?.parse().ok()?)));
    };
    let greatest = greatest.parse().ok()?;
    match asked {
        "" => Some(Case::Weights(greatest)),
        "digest-" => Some(Case::DigestWeights(greatest)),
        BATCHES => Some(Case::BatchWeights(greatest)),
        _ => Some(Case::KeyWeights(asked.strip_prefix(KEY)?.strip_suffix('-')?.parse().ok()?, greatest)),
    }
}

impl PartialEq<Case> for String {
    fn eq(&self, case: &Case) -> bool {
        self.parse::<Case>().is_ok_and(|own| own == *case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_read_back_as_they_are_written() {
        let numbered =
            [Case::Joined(5), Case::Failed(50), Case::Replicas(3), Case::Weight(10), Case::Zipf(0.99), Case::Zipf(1.0)];
        let of_look_ups = [
            Case::Key(16),
            Case::Batches(16),
            Case::DigestWeights(10),
            Case::BatchWeights(10),
            Case::KeyWeights(16, 1_000),
            Case::Weights(1_000),
        ];
        for case in PLAIN.map(|(case, _)| case).into_iter().chain(numbered).chain(of_look_ups) {
            assert_eq!(case.to_string().parse(), Ok(case));
            let written = case.to_string();
            assert!(written == case);
        }
        assert_eq!(Case::Zipf(0.8).to_string(), "zipf_0.8");
        assert!("fail_".parse::<Case>().is_err() && "rolling_2".parse::<Case>().is_err());
    }
}
