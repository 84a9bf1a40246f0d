//! Restoring a saved cluster, or an error that says why it cannot be restored.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::{error::Error, fmt};

use super::{FORMAT, Saved, SavedMember};
use crate::{
    Census, ChangeError, Cluster, DependsOn, History, HistoryError, Kernel, KeyHasher, NodeIndex, Refusal,
    change::{Given, heaviest},
    error::{Quoted, Size},
    fingerprint::Parameters,
};

/// Why a save cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestoreError {
    /// It has a layout version that this release does not know.
    Format {
        /// The layout's version.
        found: u32,
    },
    /// It belongs to another algorithm.
    Algorithm {
        /// This algorithm's name.
        expected: &'static str,
        /// The saved algorithm's name.
        found: String,
    },
    /// It was made with other parameters: restore it with a kernel that has them.
    Parameters {
        /// The given kernel's parameters.
        expected: String,
        /// The saved parameters.
        found: String,
    },
    /// It was saved with another hasher or another secret.
    Hasher,
    /// Its history cannot be resumed.
    History(HistoryError),
    /// One of its members is refused.
    Member(ChangeError),
    /// Its members, their weights, their order if it matters, or its history were changed after saving.
    Fingerprint {
        /// The saved fingerprint.
        expected: u64,
        /// The fingerprint of the members and history in the save.
        found: u64,
        /// What the algorithm's answers depend on. Order and history matter for some algorithms only.
        depends_on: DependsOn,
    },
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { found } => f.write_str(&wrong_format(*found)),
            Self::Algorithm { expected, found } => {
                write!(f, "it was saved by the algorithm {}, and this is {expected:?}; restore it with that one", Quoted(found))
            }
            Self::Parameters { expected, found } => write!(
                f,
                "it was saved with {}, and the kernel given has {}; give `restore_with` a kernel with the same",
                Told(found),
                Told(expected)
            ),
            Self::Hasher => f.write_str("it was saved under another hasher or another secret; give the same to `restore_with`"),
            Self::History(error) => write!(f, "its history cannot be resumed: {error}"),
            Self::Member(ChangeError { reason: Refusal::TooLarge { bytes, limit, .. }, .. }) => write!(
                f,
                "it cannot be restored: the state would take {}, and the memory limit is {}; allow more with `restore_within`",
                Size::Needed(*bytes),
                Size::Allowed(*limit)
            ),
            Self::Member(error) => write!(f, "it cannot be restored: {error}"),
            Self::Fingerprint { expected, found, depends_on } => {
                let what = match depends_on {
                    DependsOn::Set => "the members or their weights",
                    DependsOn::Order => "the members, their weights or their order",
                    DependsOn::History => "the members, their weights or their history",
                };
                write!(
                    f,
                    "it is not as it was saved: {what} have changed (fingerprint {found:#018x}, and {expected:#018x} was saved); \
                     restore an unchanged copy, or add the members to a new cluster if the change was meant"
                )
            }
        }
    }
}

// The message includes the reason's, so the reason is no `source`: a chain of messages would print it twice.
impl Error for RestoreError {}

/// Parameters in a message.
struct Told<'a>(&'a str);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("no parameters") } else { write!(f, "the parameters {}", Quoted(self.0)) }
    }
}

/// The message for another format.
pub(super) fn wrong_format(found: u32) -> String {
    let by = match found {
        1 => "an earlier release wrote format 1; add its members to a new cluster and save that",
        _ if found > FORMAT => "a later release wrote it; read it with that one",
        _ => "no release wrote one",
    };
    alloc::format!("it is saved in format {found}, and this release reads format {FORMAT}: {by}")
}

impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
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
    /// [`RestoreError`] if the save has another format, algorithm, parameters or hasher, was changed, or does not fit the memory
    /// limit.
    pub fn restore_with(saved: Saved<T>, kernel: K, hasher: H) -> Result<Self, RestoreError> {
        Self::with(kernel, hasher).refilled(saved)
    }

    /// [`restore_with`](Self::restore_with) under a memory limit of `bytes` instead of the
    /// [default](crate::DEFAULT_MEMORY_LIMIT). The restored cluster keeps the limit. It is checked by counts and weights, before
    /// anything is allocated.
    ///
    /// # Errors
    /// As [`restore_with`](Self::restore_with), and if the state would take more than `bytes`.
    pub fn restore_within(saved: Saved<T>, kernel: K, hasher: H, bytes: u64) -> Result<Self, RestoreError> {
        Self::with(kernel, hasher).with_memory_limit(bytes).refilled(saved)
    }

    /// Fills this empty cluster with the saved members.
    fn refilled(mut self, saved: Saved<T>) -> Result<Self, RestoreError> {
        self.check_identity(&saved)?;
        self.check_history(&saved)?;
        self.check_fingerprint(&saved)?;
        let Saved { history, members, .. } = saved;
        let bytes = self.check_size(history.as_ref(), &members)?;
        let (names, rest): (Vec<_>, Vec<_>) =
            members.into_iter().map(|member| (member.name, (member.weight, member.data))).unzip();
        let given = names.iter().zip(rest).map(|(name, (weight, data))| {
            let name = name.as_str();
            Given { name, seed: self.seed(name), weight, data }
        });
        let mut given = given.collect::<Vec<_>>().into_iter();
        self.push_all(&mut given).map_err(RestoreError::Member)?;
        let (nodes, any) = (self.roster.nodes(), |_| true);
        let admitted = self.admit(any).and_then(|()| self.check_room(nodes.census(), bytes, 0));
        admitted.map_err(|reason| self.refused(reason))?;
        match history {
            Some(history) => self.kernel.resume(self.roster.nodes(), &history).map_err(RestoreError::History)?,
            None if self.roster.is_empty() => {}
            None => self.kernel.added(self.roster.nodes(), NodeIndex::default()),
        }
        Ok(self)
    }

    /// Checks format, algorithm, parameters and hasher.
    fn check_identity(&self, saved: &Saved<T>) -> Result<(), RestoreError> {
        let Saved { format, algorithm, parameters, hasher_check, .. } = saved;
        if *format != FORMAT {
            return Err(RestoreError::Format { found: *format });
        }
        if algorithm != K::PROPERTIES.algorithm {
            return Err(RestoreError::Algorithm { expected: K::PROPERTIES.algorithm, found: algorithm.clone() });
        }
        let expected = Parameters(&self.kernel).to_string();
        if *parameters != expected {
            return Err(RestoreError::Parameters { expected, found: parameters.clone() });
        }
        if *hasher_check == self.hasher().check() { Ok(()) } else { Err(RestoreError::Hasher) }
    }

    /// Checks that there is a history exactly if the algorithm needs one, and that it fits the number of members.
    fn check_history(&self, saved: &Saved<T>) -> Result<(), RestoreError> {
        let checked = match (K::PROPERTIES.depends_on == DependsOn::History, &saved.history) {
            (true, None) => Err(HistoryError::Missing),
            (false, Some(_)) => Err(HistoryError::Unexpected),
            (true, Some(history)) => history.check(saved.members.len()),
            (false, None) => Ok(()),
        };
        checked.map_err(RestoreError::History)
    }

    /// Checks that members, weights, order and history are as saved. Allocates nothing.
    fn check_fingerprint(&self, saved: &Saved<T>) -> Result<(), RestoreError> {
        let members = saved.members.iter().map(|member| (self.seed(&member.name), member.weight));
        let (expected, found) = (saved.fingerprint, self.fingerprint_of(members, saved.history.as_ref()));
        if found == expected {
            return Ok(());
        }
        Err(RestoreError::Fingerprint { expected, found, depends_on: K::PROPERTIES.depends_on })
    }

    /// Checks the limit from counts and weights alone. Returns the bytes that the state will take.
    fn check_size(&self, history: Option<&History>, members: &[SavedMember<T>]) -> Result<u64, RestoreError> {
        let weights = || members.iter().map(|member| member.weight);
        let census: Census = weights().collect();
        let bytes = match history {
            Some(history) => self.blank.resumed_bytes(&census, history),
            None => self.blank.heap_bytes(&census),
        };
        self.check_limit(&census, bytes, 0).map_err(|reason| {
            let position = heaviest(weights());
            let name = members.get(position).map(|member| member.name.as_str()).unwrap_or_default();
            RestoreError::Member(ChangeError::new(name, position, reason))
        })?;
        Ok(bytes)
    }

    /// The error for a refusal of the members in the roster.
    fn refused(&self, reason: Refusal) -> RestoreError {
        let nodes = self.roster.nodes();
        let position =
            if let Refusal::NoShare { node, .. } = reason { node.as_usize() } else { heaviest(nodes.weights().iter().copied()) };
        let name = NodeIndex::from_usize(position).and_then(|index| self.roster.get(index)).map_or("", |member| member.name);
        RestoreError::Member(ChangeError::new(name, position, reason))
    }
}
