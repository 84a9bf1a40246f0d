//! Saving a cluster as its members, and restoring it.

#[cfg(feature = "serde")]
mod form;
mod restore;

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{error::Error, fmt};

use crate::{Cluster, DependsOn, History, Kernel, KeyHasher, Weight, fingerprint::Parameters};

pub use restore::RestoreError;

/// The version of [`Saved`]'s layout.
const FORMAT: u32 = 2;

/// A cluster as it is saved: its members and what identifies the mapping, never derived state and never a secret.
///
/// With the feature `serde` it can be written in any of serde's formats. In human-readable ones (JSON, TOML), numbers of 64 bits are
/// text, so that tools which know floating point only do not round them.
///
/// Restoring compares the fingerprint, so a name or weight that was changed is refused, and a changed order where order counts.
/// **Data is not covered**: give it a checksum of its own where that matters.
///
/// ```
/// use annulus_ring::{HashRing, SipHash};
///
/// let ring = HashRing::from_consumers([("a", 6379), ("b", 6380)])?;
/// let saved = ring.save()?; // write it, send it, read it back
/// let restored = HashRing::restore(saved, SipHash::new())?;
/// assert_eq!(restored.fingerprint(), ring.fingerprint());
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Saved<T> {
    /// The version of this layout.
    pub format: u32,
    /// The algorithm's name.
    pub algorithm: String,
    /// The kernel's parameters, as [`Kernel::parameters`] writes them: `points=160`.
    pub parameters: String,
    /// [`KeyHasher::check`] of the hasher.
    #[cfg_attr(feature = "serde", serde(with = "form::word"))]
    pub hasher_check: u64,
    /// [`Cluster::fingerprint`].
    #[cfg_attr(feature = "serde", serde(with = "form::word"))]
    pub fingerprint: u64,
    /// What [`Kernel::history`] tells, where the algorithm depends on its history.
    pub history: Option<History>,
    /// The members in index order.
    pub members: Vec<SavedMember<T>>,
}

/// A member as it is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct SavedMember<T> {
    /// Its name.
    pub name: String,
    /// Its weight.
    pub weight: Weight,
    /// Its data.
    pub data: T,
}

/// Why a cluster cannot be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SaveError {
    /// The answers depend on the history of changes, and the kernel does not tell it.
    HistoryUntold,
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "this algorithm's answers depend on the history of changes, and its kernel does not tell it (`Kernel::history`)",
        )
    }
}

impl Error for SaveError {}

impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// The members and what identifies the mapping, ready to be written. O(N).
    ///
    /// # Errors
    /// [`SaveError`] where the algorithm depends on its history and its kernel does not tell it; none of this project's does.
    pub fn save(&self) -> Result<Saved<T>, SaveError>
    where
        T: Clone,
    {
        let history = self.kernel.history(self.roster.nodes());
        if K::PROPERTIES.depends_on == DependsOn::History && history.is_none() {
            return Err(SaveError::HistoryUntold);
        }
        let members = self.roster.iter().map(|member| SavedMember {
            name: member.name.to_string(),
            weight: member.weight,
            data: member.info.clone(),
        });
        Ok(Saved {
            format: FORMAT,
            algorithm: K::PROPERTIES.algorithm.to_string(),
            parameters: format!("{}", Parameters(&self.kernel)),
            hasher_check: self.hasher().check(),
            fingerprint: self.fingerprint_with(history.as_ref()),
            history,
            members: members.collect(),
        })
    }
}
