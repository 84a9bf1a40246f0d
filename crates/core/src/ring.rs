//! One box for any algorithm.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    vec::Vec,
};

use core::fmt;

use crate::{
    ByDigest, CandidateList, Candidates, ChangeError, Cluster, Consumer, Digest, Kernel, Key, KeyHasher, Member, SaveError,
    Saved, consumers::lend, fingerprint::Parameters, key::with_bytes,
};

/// Everything that a ring of any algorithm can do, in one trait object: both levels, cloning, saving, and sharing among threads.
///
/// ```
/// use annulus_ring::{ConsistentHashRing, HashRing, Ring};
///
/// let mut ring: Box<dyn Ring<u16>> = Box::new(HashRing::from_consumers([("a", 6379), ("b", 6380)])?);
/// let owner = ring.owner("user:42").unwrap(); // as a cluster is asked, without an import
/// let next = ring.find("user:42", |member| member.name != owner.name);
/// let before = ring.clone();
/// ring.extend([("c", 6381)])?;
/// assert_ne!(ring.fingerprint(), before.fingerprint());
/// assert_eq!(ring.save()?.members.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The box is a `Ring<T>` itself, so `fn serve<R: Ring<u16>>(ring: R)` takes a `HashRing<u16>` and a `Box<dyn Ring<u16>>`.
///
/// ```
/// use annulus_ring::{HashRing, Ring};
/// fn algorithm<R: Ring<u16>>(ring: &R) -> String {
///     ring.algorithm()
/// }
/// let ring = HashRing::from_consumers([("a", 6379)])?;
/// assert_eq!(algorithm(&ring.boxed()), algorithm(&ring));
/// # Ok::<(), annulus_ring::ChangeError>(())
/// ```
pub trait Ring<T>: ByDigest<ConsumerInfo = T> + Send + Sync {
    /// The members and what identifies the mapping, ready to be serialised. O(N).
    ///
    /// # Errors
    /// [`SaveError`] if the algorithm depends on its history and its kernel does not return it. This does not occur with this
    /// project's algorithms.
    fn save(&self) -> Result<Saved<T>, SaveError>
    where
        T: Clone;

    /// The algorithm and its parameters as text: `ring:points=160`, `jump`.
    fn algorithm(&self) -> String;

    /// A boxed copy. Cloning the box calls it.
    fn boxed(&self) -> Box<dyn Ring<T>>;
}

impl<K, T, H> Ring<T> for Cluster<K, T, H>
where
    K: Kernel + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
    H: KeyHasher + Clone + Send + Sync + 'static,
{
    fn save(&self) -> Result<Saved<T>, SaveError> {
        Self::save(self)
    }

    fn algorithm(&self) -> String {
        let parameters = Parameters(&self.kernel).to_string();
        let colon = if parameters.is_empty() { "" } else { ":" };
        format!("{}{colon}{parameters}", K::PROPERTIES.algorithm)
    }

    fn boxed(&self) -> Box<dyn Ring<T>> {
        Box::new(self.clone())
    }
}

/// What a user types, as [`Cluster`] has it, for any algorithm.
impl<T> dyn Ring<T> + '_ {
    /// The consumer that `key` belongs to; see [`Cluster::owner`].
    pub fn owner(&self, key: impl Key) -> Option<Member<'_, T>> {
        self.roster().get(self.locate(self.digest_of(key))?)
    }

    /// The first consumer in the key's order of preference that `accept` takes; see [`Cluster::find`].
    pub fn find<'r>(&'r self, key: impl Key, mut accept: impl FnMut(Member<'r, T>) -> bool) -> Option<Member<'r, T>> {
        self.candidates(key).find(|&member| accept(member))
    }

    /// Every consumer once in the key's order of preference; see [`Cluster::candidates`].
    pub fn candidates(&self, key: impl Key) -> Candidates<'_, Self> {
        Candidates::new(self, self.digest_of(key))
    }

    /// The key's candidates without a borrow; see [`Cluster::candidate_list`].
    pub fn candidate_list(&self, key: impl Key) -> CandidateList {
        CandidateList::new(self.digest_of(key))
    }

    /// Adds consumers, all or none; see [`Cluster::extend`].
    ///
    /// # Errors
    /// The name, position and reason of the first that is refused; nothing has changed then.
    pub fn extend<I>(&mut self, consumers: I) -> Result<(), ChangeError>
    where
        I: IntoIterator,
        I::Item: Consumer<T>,
    {
        lend(consumers, |members| self.add_consumers(members))
    }

    /// Removes consumers and returns their data; see [`Cluster::remove_all`].
    pub fn remove_all<I>(&mut self, names: I) -> Vec<Option<T>>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let names: Vec<_> = names.into_iter().collect();
        self.remove_consumers(&mut names.iter().map(AsRef::as_ref))
    }

    /// How many consumers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.roster().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.roster().is_empty()
    }

    /// The digest of a key; see [`Cluster::digest_of`].
    pub fn digest_of(&self, key: impl Key) -> Digest {
        with_bytes(&key, |bytes| self.digest(bytes))
    }
}

impl<T> fmt::Debug for dyn Ring<T> + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (roster, fingerprint) = (self.roster(), self.fingerprint());
        f.debug_struct("Ring")
            .field("algorithm", &self.algorithm())
            .field("consumers", &roster.len())
            .field("total_weight", &roster.nodes().total_weight())
            .field("fingerprint", &format_args!("{fingerprint:#018x}"))
            .finish_non_exhaustive()
    }
}

/// So that code for `R: Ring<T>` takes the box as well.
impl<T> Ring<T> for Box<dyn Ring<T>> {
    fn save(&self) -> Result<Saved<T>, SaveError>
    where
        T: Clone,
    {
        (**self).save()
    }

    fn algorithm(&self) -> String {
        (**self).algorithm()
    }

    fn boxed(&self) -> Self {
        (**self).boxed()
    }
}

impl<T> Clone for Box<dyn Ring<T>> {
    fn clone(&self) -> Self {
        (**self).boxed()
    }
}
