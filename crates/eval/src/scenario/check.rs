//! Values that make no sense are refused by the name of their field, before anything is measured.

use super::error::ScenarioError;
use super::fields::{MOST_NODES, Scenario};

impl Scenario {
    /// Checks all values that have nothing to do with algorithms.
    ///
    /// # Errors
    /// The first field that makes no sense, and why.
    pub fn validate(&self) -> Result<(), ScenarioError> {
        self.require(!self.name.is_empty(), "name", "is empty")?;
        let is_empty = self.nodes.is_empty() && self.paper.is_none();
        self.require(!is_empty, "nodes", "is empty; give at least one number of nodes")?;
        self.require_nodes("nodes", &self.nodes)?;
        self.require(all_distinct(&self.algorithms), "algorithms", "names one twice")?;
        self.require(self.repetitions > 0, "repetitions", "must be at least 1")?;
        self.require(self.victims > 0, "victims", "must be at least 1")?;
        for sweep in &self.sweeps {
            self.require(!sweep.nodes.is_empty(), "sweep.nodes", "is empty; give at least one number of nodes")?;
            self.require_nodes("sweep.nodes", &sweep.nodes)?;
            self.require(!sweep.algorithms.is_empty(), "sweep.algorithms", "is empty; name at least one algorithm")?;
        }
        self.validate_changes()?;
        self.validate_keys()?;
        self.validate_times()
    }

    /// Checks what joins and leaves, and how many keys are placed for it.
    fn validate_changes(&self) -> Result<(), ScenarioError> {
        if let Some(synthetic) = &self.synthetic {
            self.require_keys("synthetic.digests", synthetic.digests)?;
            self.require_repetitions("synthetic.repetitions", synthetic.repetitions)?;
            self.require(synthetic.victims > 0, "synthetic.victims", "must be at least 1")?;
        }
        if let Some(failure) = &self.failure {
            self.require_keys("failure.digests", failure.digests)?;
            self.require_repetitions("failure.repetitions", failure.repetitions)?;
            self.require_counts("failure.failed", &failure.failed)?;
            self.require_nodes("failure.nodes", &failure.nodes)?;
        }
        if let Some(churn) = &self.churn {
            let most = usize::try_from(MOST_NODES).unwrap_or(usize::MAX);
            self.require_keys("churn.digests", churn.digests)?;
            self.require_repetitions("churn.repetitions", churn.repetitions)?;
            self.require_counts("churn.joining", &churn.joining)?;
            let fit = churn.joining.iter().all(|&count| count <= most);
            self.require(fit, "churn.joining", format!("must be numbers of at most {most}"))?;
            self.require((1..=most).contains(&churn.replaced), "churn.replaced", format!("must be from 1 to {most}"))?;
            self.require_nodes("churn.nodes", &churn.nodes)?;
        }
        if let Some(replicas) = &self.replicas {
            self.require_keys("replicas.digests", replicas.digests)?;
            self.require_repetitions("replicas.repetitions", replicas.repetitions)?;
            self.require_counts("replicas.counts", &replicas.counts)?;
            self.require_nodes("replicas.nodes", &replicas.nodes)?;
        }
        Ok(())
    }

    /// Checks how many keys are placed where nobody comes or goes.
    fn validate_keys(&self) -> Result<(), ScenarioError> {
        if let Some(weights) = &self.weights {
            self.require_keys("weights.digests", weights.digests)?;
            self.require_repetitions("weights.repetitions", weights.repetitions)?;
            self.require_nodes("weights.nodes", &weights.nodes)?;
        }
        if let Some(patterns) = &self.patterns {
            self.require_keys("patterns.keys", patterns.keys)?;
            self.require_nodes("patterns.nodes", &patterns.nodes)?;
        }
        if let Some(zipf) = &self.zipf {
            self.require_keys("zipf.keys", zipf.keys)?;
            self.require(zipf.requests > 0, "zipf.requests", "must be at least 1")?;
            self.require_repetitions("zipf.repetitions", zipf.repetitions)?;
            let fit = zipf.exponents.iter().all(|exponent| (0.0..=10.0).contains(exponent));
            self.require(fit && !zipf.exponents.is_empty(), "zipf.exponents", "must be some numbers from 0 to 10")?;
            self.require_nodes("zipf.nodes", &zipf.nodes)?;
        }
        if let Some(work) = &self.work {
            self.require_keys("work.digests", work.digests)?;
            self.require_repetitions("work.repetitions", work.repetitions)?;
            self.require_nodes("work.nodes", &work.nodes)?;
        }
        if let Some(paper) = &self.paper {
            self.require(paper.rings >= 2, "paper.rings", "must be at least 2")?;
            self.require_keys("paper.digests", paper.digests)?;
        }
        Ok(())
    }

    /// Checks how times are taken.
    fn validate_times(&self) -> Result<(), ScenarioError> {
        if let Some(lookup) = &self.lookup {
            self.require(lookup.sittings > 0, "lookup.sittings", "must be at least 1")?;
            self.require(lookup.rounds > 0, "lookup.rounds", "must be at least 1")?;
            let fit = lookup.keys.iter().all(|&bytes| bytes > 0 && bytes % 8 == 0) && all_distinct(&lookup.keys);
            self.require(fit, "lookup.keys", "must be different multiples of 8 bytes")?;
            let fit = lookup.weights.iter().all(|&greatest| greatest > 1) && all_distinct(&lookup.weights);
            self.require(fit, "lookup.weights", "must be different numbers of at least 2")?;
        }
        if let Some(change) = &self.change {
            self.require(change.sittings > 0, "change.sittings", "must be at least 1")?;
            self.require(change.rounds > 0, "change.rounds", "must be at least 1")?;
        }
        Ok(())
    }

    fn require_nodes(&self, field: &'static str, numbers: &[u64]) -> Result<(), ScenarioError> {
        for nodes in numbers {
            let fits = (1..=MOST_NODES).contains(nodes);
            self.require(fits, field, format!("has {nodes}; a number of nodes is 1 to {MOST_NODES}"))?;
        }
        self.require(all_distinct(numbers), field, "names a number twice")
    }

    fn require_keys(&self, field: &'static str, keys: usize) -> Result<(), ScenarioError> {
        self.require(keys > 0, field, "must be at least 1")
    }

    fn require_repetitions(&self, field: &'static str, repetitions: u32) -> Result<(), ScenarioError> {
        self.require(repetitions > 0, field, "must be at least 1")
    }

    fn require_counts(&self, field: &'static str, counts: &[usize]) -> Result<(), ScenarioError> {
        let fit = !counts.is_empty() && counts.iter().all(|&count| count > 0) && all_distinct(counts);
        self.require(fit, field, "must be some different numbers of at least 1")
    }

    pub(super) fn require(&self, holds: bool, field: &'static str, reason: impl Into<String>) -> Result<(), ScenarioError> {
        if holds { Ok(()) } else { Err(self.error(field, reason)) }
    }

    pub(super) fn error(&self, field: &'static str, reason: impl Into<String>) -> ScenarioError {
        ScenarioError::Value { name: self.name.clone(), field, reason: reason.into() }
    }
}

fn all_distinct<T: Ord + Clone>(values: &[T]) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}
