//! Saving a cluster as its members, and restoring it.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::{error::Error, fmt};

use crate::{AddError, Cluster, ConsistentHashRing, DependsOn, Kernel, KeyHasher, Weight};

/// The version of [`Saved`]'s layout.
const FORMAT: u32 = 1;

/// A cluster as it is saved: its members and what identifies the mapping, never derived state and never a secret.
///
/// With the feature `serde` it can be written in any of serde's formats.
///
/// ```
/// use annulus_core::{Cluster, ConsistentHashRing, SipHash};
/// # use annulus_core::{DependsOn, Kernel, NodeIndex, Nodes, Properties};
/// # #[derive(Clone, Default)]
/// # struct First;
/// # impl Kernel for First {
/// #     const PROPERTIES: Properties = Properties::new("first", DependsOn::Order);
/// #     fn rebuild(&mut self, _: &Nodes) {}
/// #     fn lookup(&self, _: &Nodes, _: u64) -> NodeIndex { NodeIndex::default() }
/// # }
///
/// let mut cluster = Cluster::<First, u16>::new();
/// cluster.add_consumer("shard-0", 6379)?;
/// let saved = cluster.save()?; // write it, send it, read it back
/// let restored = Cluster::<First, u16>::restore(saved, SipHash::new())?;
/// assert_eq!(restored.fingerprint(), cluster.fingerprint());
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Saved<T> {
    /// The version of this layout.
    pub format: u32,
    /// The algorithm's name.
    pub algorithm: String,
    /// The kernel's parameters, as [`Kernel::parameters`] tells them.
    pub parameters: u64,
    /// [`KeyHasher::check`] of the hasher.
    pub hasher_check: u64,
    /// The members in index order.
    pub members: Vec<SavedMember<T>>,
}

/// A member as it is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
    /// The answers depend on the history of changes, which a list of members does not hold.
    DependsOnHistory,
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this algorithm's answers depend on the history of changes, which a list of members cannot restore")
    }
}

impl Error for SaveError {}

/// Why what was saved cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestoreError {
    /// It was written in a layout that this version does not know.
    Format {
        /// The layout's version.
        found: u32,
    },
    /// It is another algorithm's.
    Algorithm {
        /// That algorithm's name.
        found: String,
    },
    /// It was made with other parameters: restore it with a kernel that has them.
    Parameters {
        /// What the kernel given has.
        expected: u64,
        /// What was saved.
        found: u64,
    },
    /// It was made with another hasher or another secret.
    Hasher,
    /// One of its members is refused.
    Member(AddError),
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { found } => write!(f, "it is saved in format {found}, and this version reads format {FORMAT}"),
            Self::Algorithm { found } => write!(f, "it was saved by the algorithm \"{found}\"; restore it with that one"),
            Self::Parameters { expected, found } => write!(
                f,
                "it was saved with the parameters {found:#x}, and the kernel given has {expected:#x}; give a kernel with the same"
            ),
            Self::Hasher => f.write_str("it was saved under another hasher or another secret; give the same"),
            Self::Member(AddError { position, reason }) => {
                write!(f, "its member {position}, counted from 0, was refused: {reason}")
            }
        }
    }
}

impl Error for RestoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Member(error) => Some(error),
            _ => None,
        }
    }
}

impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// The members and what identifies the mapping, ready to be written. O(N).
    ///
    /// # Errors
    /// [`SaveError`] where the algorithm's answers depend on more than its list of members.
    pub fn save(&self) -> Result<Saved<T>, SaveError>
    where
        T: Clone,
    {
        if K::PROPERTIES.depends_on == DependsOn::History {
            return Err(SaveError::DependsOnHistory);
        }
        let members = self.roster.iter().map(|member| SavedMember {
            name: member.name.to_string(),
            weight: member.weight,
            data: member.info.clone(),
        });
        Ok(Saved {
            format: FORMAT,
            algorithm: K::PROPERTIES.algorithm.to_string(),
            parameters: self.kernel.parameters(),
            hasher_check: self.hasher().check(),
            members: members.collect(),
        })
    }

    /// A cluster that places every key as the saved one did, with the algorithm's default parameters.
    ///
    /// # Errors
    /// [`RestoreError`] as [`restore_with`](Self::restore_with).
    pub fn restore(saved: Saved<T>, hasher: H) -> Result<Self, RestoreError>
    where
        K: Default,
    {
        Self::restore_with(saved, K::default(), hasher)
    }

    /// A cluster that places every key as the saved one did, with the parameters of `kernel`.
    ///
    /// # Errors
    /// What was saved is of another format, algorithm, parameters or hasher, or names a member twice, or does not fit.
    pub fn restore_with(saved: Saved<T>, kernel: K, hasher: H) -> Result<Self, RestoreError> {
        Self::with(kernel, hasher).refilled(saved)
    }

    /// [`restore_with`](Self::restore_with) under a memory limit, which the restored cluster keeps.
    ///
    /// # Errors
    /// As [`restore_with`](Self::restore_with), and where the state would take more than `bytes`.
    pub fn restore_within(saved: Saved<T>, kernel: K, hasher: H, bytes: u64) -> Result<Self, RestoreError> {
        Self::with(kernel, hasher).with_memory_limit(bytes).refilled(saved)
    }

    /// This cluster, still empty, with the saved members.
    fn refilled(mut self, saved: Saved<T>) -> Result<Self, RestoreError> {
        if saved.format != FORMAT {
            return Err(RestoreError::Format { found: saved.format });
        }
        if K::PROPERTIES.depends_on == DependsOn::History || saved.algorithm != K::PROPERTIES.algorithm {
            return Err(RestoreError::Algorithm { found: saved.algorithm });
        }
        if saved.parameters != self.kernel.parameters() {
            return Err(RestoreError::Parameters { expected: self.kernel.parameters(), found: saved.parameters });
        }
        if saved.hasher_check != self.hasher().check() {
            return Err(RestoreError::Hasher);
        }
        let (names, rest): (Vec<_>, Vec<_>) =
            saved.members.into_iter().map(|member| (member.name, (member.weight, member.data))).unzip();
        let mut members = names.iter().zip(rest).map(|(name, (weight, data))| (name.as_str(), weight, data));
        self.add_consumers(&mut members).map_err(RestoreError::Member)?;
        Ok(self)
    }
}
