//! An algorithm without nodes, from which placements and subjects are built.

use std::sync::Arc;

use annulus_core::{Cluster, Kernel, KeyHasher};

use super::placement::{NodeId, Placement};
use super::subject::{SharedHasher, Subject};

/// What it is measured with and what the gates judge, both without nodes.
#[derive(Clone)]
pub(super) struct Empties {
    pub(super) placement: Empty,
    pub(super) subject: EmptySubject,
}

impl Empties {
    pub(super) fn new<K, H>(kernel: K, hasher: H) -> Self
    where
        K: Kernel + Send + Sync + 'static,
        H: KeyHasher + Clone + Send + Sync + 'static,
    {
        let (placed, own) = (kernel.clone(), hasher.clone());
        Self {
            placement: Arc::new(move |bytes| {
                Box::new(Cluster::<K, NodeId, H>::with(placed.clone(), own.clone()).with_memory_limit(bytes))
            }),
            subject: Arc::new(move |bytes, other| match other {
                None => Box::new(Cluster::<K, NodeId, H>::with(kernel.clone(), hasher.clone()).with_memory_limit(bytes)),
                Some(other) => Box::new(Cluster::<K, NodeId, SharedHasher>::with(kernel.clone(), other).with_memory_limit(bytes)),
            }),
        }
    }
}

/// Makes an empty placement with a limit on its memory in bytes.
pub(super) type Empty = Arc<dyn Fn(u64) -> Box<dyn Placement> + Send + Sync>;

/// The same for the gates, under another hasher where one is given.
pub(super) type EmptySubject = Arc<dyn Fn(u64, Option<SharedHasher>) -> Box<dyn Subject> + Send + Sync>;
