//! The words of records, each written once.

use std::fmt;
use std::str::FromStr;

/// What stands before the metric in the row of a published figure.
pub const PUBLISHED: &str = "published_";

/// The name of a key set of random digests.
pub const RANDOM_DIGESTS: &str = "random-digests";

/// The kind of node names that have no pattern.
pub const RANDOM_NAMES: &str = "random";

/// An enum of words: each variant with its text, to write, to read, and to compare with the text of a record.
macro_rules! words {
    ($(#[$about:meta])* $type:ident { $($(#[$of:meta])* $name:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$of])* $name,)*
        }

        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word in records.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let known = Self::ALL.iter().copied().find(|word| word.as_str() == text);
                known.ok_or_else(|| format!("`{text}` is no word of records for this"))
            }
        }

        impl PartialEq<$type> for String {
            fn eq(&self, word: &$type) -> bool {
                self == word.as_str()
            }
        }
    };
}

words! {
    /// A family of figures.
    Measure {
        /// How evenly keys lie on nodes.
        Balance = "balance",
        /// Which keys move when one node joins or leaves.
        Remap = "remap",
        /// Nodes that fail together.
        Failure = "failure",
        /// Larger changes.
        Churn = "churn",
        /// Sets of replicas.
        Replicas = "replicas",
        /// Nodes of unequal weight.
        Weighted = "weighted",
        /// Keys and names with a pattern.
        Patterns = "patterns",
        /// Keys of unequal popularity.
        Popularity = "popularity",
        /// Steps of look-ups.
        Work = "work",
        /// Published figures.
        Paper = "paper",
        /// Memory.
        Memory = "memory",
        /// Times of changes.
        Change = "change",
        /// Times of look-ups.
        Lookup = "lookup",
    }
}

words! {
    /// A figure within its family.
    Metric {
        /// The coefficient of variation of loads.
        Cv = "cv",
        /// The variance of loads.
        Variance = "variance",
        /// The busiest node over the mean.
        MaxOverMean = "max_over_mean",
        /// The idlest node over the mean.
        MinOverMean = "min_over_mean",
        /// CV² beyond that of keys thrown at random.
        SignedExcessVariance = "signed_excess_variance",
        /// X² of counts.
        ChiSquare = "chi_square",
        /// X² of counts against exact shares.
        ChiSquareGivenShares = "chi_square_given_shares",
        /// The fraction of keys that would have to move to make all equal.
        TotalVariation = "total_variation",
        /// The Gini coefficient.
        Gini = "gini",
        /// Jain's index of fairness.
        Jain = "jain",
        /// The load that 1 % of the nodes stay below.
        LoadP01 = "load_p01",
        /// The same of 5 %.
        LoadP05 = "load_p05",
        /// The same of half.
        LoadP50 = "load_p50",
        /// The same of 95 %.
        LoadP95 = "load_p95",
        /// The same of 99 %.
        LoadP99 = "load_p99",
        /// The coefficient of variation of exact shares.
        ShareCv = "share_cv",
        /// The largest exact share over the mean.
        ShareMaxOverMean = "share_max_over_mean",
        /// The smallest exact share over the mean.
        ShareMinOverMean = "share_min_over_mean",
        /// The lower end of 99 % of the shares.
        ShareLow99 = "share_low_99",
        /// The upper end of 99 % of the shares.
        ShareHigh99 = "share_high_99",
        /// The coefficient of variation, as publications call it.
        StandardError = "standard_error",
        /// Nodes with another number of slots than allowed.
        SlotsOff = "slots_off",
        /// The fraction of keys that move.
        Moved = "moved",
        /// The least fraction that can.
        Least = "least",
        /// Keys of the nodes that come or go.
        Own = "own",
        /// The fraction that moves between nodes that stay.
        Collateral = "collateral",
        /// Its median over tables.
        CollateralMedian = "collateral_median",
        /// What moves over the least.
        MovedOverLeast = "moved_over_least",
        /// What moves over the keys of the nodes that come or go.
        MovedOverOwn = "moved_over_own",
        /// Keys that move against a promise.
        Violations = "violations",
        /// Answers that name no node.
        Invalid = "invalid",
        /// Answers unlike a fresh build's.
        NotAsBuiltAfresh = "not_as_built_afresh",
        /// Answers that a change and its undoing alter.
        NotReturned = "not_returned",
        /// Keys that another order of arrival sends elsewhere.
        OrderDependence = "order_dependence",
        /// The busiest survivor over the mean before.
        WorstLoad = "worst_load",
        /// The most that a survivor gets in addition.
        LargestGain = "largest_gain",
        /// Survivors that get any key.
        Receivers = "receivers",
        /// Keys of the dead.
        Orphans = "orphans",
        /// X² of what survivors inherit.
        InheritedChiSquare = "inherited_chi_square",
        /// The largest inheritance over the mean.
        InheritedMaxOverMean = "inherited_max_over_mean",
        /// Faulty sets of replicas.
        Repeats = "repeats",
        /// X² of how often nodes are in a set.
        InclusionChiSquare = "inclusion_chi_square",
        /// The node in the most sets, over the mean.
        InclusionMaxOverMean = "inclusion_max_over_mean",
        /// Different sets in use.
        DistinctSets = "distinct_sets",
        /// Members that a removal replaces.
        Churn = "churn",
        /// The same over the least.
        ChurnOverLeast = "churn_over_least",
        /// Sets in which more than one member is new.
        MoreThanOne = "more_than_one",
        /// X² of pairs.
        PairChiSquare = "pair_chi_square",
        /// How far the worst node is off its weight's part.
        WorstRelativeError = "worst_relative_error",
        /// The same of exact shares.
        ShareWorstRelativeError = "share_worst_relative_error",
        /// Nodes outside their own band.
        NodesOff = "nodes_off",
        /// The load of a weight over its part.
        AchievedOverWanted = "achieved_over_wanted",
        /// The busiest node over what the hottest key forces.
        MaxOverLeast = "max_over_least",
        /// What the hottest key forces.
        LeastMaxOverMean = "least_max_over_mean",
        /// The mean number of steps.
        Steps = "steps",
        /// The most steps.
        StepsMax = "steps_max",
        /// Building all nodes.
        Build = "build",
        /// Adding one node.
        AddOne = "add_one",
        /// Removing one node.
        RemoveOne = "remove_one",
        /// Each look-up waits for the one before.
        Latency = "latency",
        /// Its 99th percentile over chunks.
        LatencyP99 = "latency_p99",
        /// No look-up waits.
        Throughput = "throughput",
        /// Its 99th percentile over chunks.
        ThroughputP99 = "throughput_p99",
        /// The algorithm's own state.
        StateBytes = "state_bytes",
        /// The same a node.
        StateBytesPerNode = "state_bytes_per_node",
        /// State, names and data.
        LiveBytes = "live_bytes",
        /// The most that building held.
        PeakBytes = "peak_bytes",
    }
}

words! {
    /// The unit of a figure.
    Unit {
        /// One number over another.
        Ratio = "ratio",
        /// A part of all keys.
        Fraction = "fraction",
        /// Keys.
        Keys = "keys",
        /// Squared keys.
        KeysSquared = "keys²",
        /// Nodes.
        Nodes = "nodes",
        /// Members of a set.
        Members = "members",
        /// Sets.
        Sets = "sets",
        /// Steps.
        Steps = "steps",
        /// Nanoseconds.
        Nanoseconds = "ns",
        /// Bytes.
        Bytes = "bytes",
    }
}

words! {
    /// A floor of time, which stands in the place of an algorithm.
    Floor {
        /// The loop and the clock.
        EmptyLoop = "empty-loop",
        /// The hash of the key.
        HashAlone = "hash-alone",
    }
}

impl Floor {
    /// Whether a record's algorithm is a floor.
    #[must_use]
    pub fn is(algorithm: &str) -> bool {
        algorithm.parse::<Self>().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_no_two_are_the_same() {
        for (at, metric) in Metric::ALL.iter().enumerate() {
            assert_eq!(metric.to_string().parse(), Ok(*metric));
            assert!(!Metric::ALL[..at].iter().any(|other| other.as_str() == metric.as_str()), "{metric}");
        }
        assert!("no_such".parse::<Metric>().is_err());
        assert!("balance".to_owned() == Measure::Balance && "keys²".to_owned() == Unit::KeysSquared);
        assert!(Floor::is("empty-loop") && !Floor::is("mine"));
    }
}
