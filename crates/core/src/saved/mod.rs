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

/// A saved cluster: its members and what identifies the mapping. It contains no derived state and no secret.
///
/// With the feature `serde` it can be written in any serde format. In human-readable ones (JSON, TOML), 64-bit numbers are text,
/// so that tools which know only floating point do not round them.
///
/// Restoring compares the fingerprint, so a changed name or weight is refused, and so is a changed order if the order matters.
/// **Data is not covered**: add your own checksum if that matters.
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
    /// The result of [`Kernel::history`], if the algorithm depends on its history.
    pub history: Option<History>,
    /// The members in index order.
    pub members: Vec<SavedMember<T>>,
}

/// A saved member.
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
    /// The answers depend on the history of changes, and the kernel does not return it.
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
    /// The members and what identifies the mapping, ready to be serialised. O(N).
    ///
    /// # Errors
    /// [`SaveError`] if the algorithm depends on its history and its kernel does not return it. This does not occur with this
    /// project's algorithms.
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
