//! What an algorithm must answer: a plain form of it, answer for answer.

use std::fmt;

use annulus_core::Digest;

/// From a digest to a position among the members.
pub type Answers = Box<dyn Fn(Digest) -> usize + Send + Sync>;

type Build = Box<dyn Fn(&[u64]) -> Answers + Send + Sync>;
type BuildWeighted = Box<dyn Fn(&[(u64, u32)]) -> Answers + Send + Sync>;
type Probes = Box<dyn Fn(u64) -> Vec<Digest> + Send + Sync>;

/// What an algorithm must answer: a plain form of it over the members' seeds, digests on which faults show, and answers
/// that others have published.
///
/// ```
/// use annulus_eval::Algorithm;
/// use annulus_eval::algorithm::Oracle;
/// use annulus_eval::known::Remainder;
///
/// let oracle = Oracle::new("remainder", |seeds| {
///     let nodes = seeds.len() as u64;
///     Box::new(move |digest| (digest.bits() % nodes) as usize)
/// });
/// let mine = Algorithm::of("mine", Remainder).with_oracle(oracle.with_vectors(&[(17, 10, 7)]));
/// # assert_eq!(mine.key(), "mine");
/// ```
pub struct Oracle {
    name: &'static str,
    build: Build,
    weighted: Option<BuildWeighted>,
    probes: Probes,
    vectors: &'static [(u64, u64, u64)],
}

impl Oracle {
    /// A plain form: from the members' seeds in index order to a function from digests to indices. It is asked only where
    /// there are members.
    #[must_use]
    pub fn new(name: &'static str, build: impl Fn(&[u64]) -> Answers + Send + Sync + 'static) -> Self {
        Self { name, build: Box::new(build), weighted: None, probes: Box::new(|_| Vec::new()), vectors: &[] }
    }

    /// The plain form for members of any weights: from their seeds and weights.
    #[must_use]
    pub fn with_weights(mut self, build: impl Fn(&[(u64, u32)]) -> Answers + Send + Sync + 'static) -> Self {
        self.weighted = Some(Box::new(build));
        self
    }

    /// Digests on which faults show, for a number of members; random ones are asked for anyway.
    #[must_use]
    pub fn with_probes(mut self, probes: impl Fn(u64) -> Vec<Digest> + Send + Sync + 'static) -> Self {
        self.probes = Box::new(probes);
        self
    }

    /// Published answers: bits of a digest, number of members, index.
    #[must_use]
    pub fn with_vectors(mut self, vectors: &'static [(u64, u64, u64)]) -> Self {
        self.vectors = vectors;
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The plain form over members of these seeds.
    pub(crate) fn answers(&self, seeds: &[u64]) -> Answers {
        (self.build)(seeds)
    }

    /// The plain form over members of these seeds and weights, where there is one.
    pub(crate) fn weighted_answers(&self, members: &[(u64, u32)]) -> Option<Answers> {
        self.weighted.as_ref().map(|build| build(members))
    }

    /// Digests on which faults show, for that number of members.
    pub(crate) fn probes(&self, members: u64) -> Vec<Digest> {
        (self.probes)(members)
    }

    /// The published answers.
    pub(crate) fn vectors(&self) -> &'static [(u64, u64, u64)] {
        self.vectors
    }
}

impl fmt::Debug for Oracle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oracle").field("name", &self.name).finish_non_exhaustive()
    }
}
