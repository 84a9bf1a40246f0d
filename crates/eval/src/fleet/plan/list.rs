//! The keys that move, one by one, in constant memory.

use std::io::{self, Write};

use rayon::prelude::*;

use super::change::{Change, position};
use super::count::{CHUNK, for_each};
use super::keys::{Batch, Source};
use super::measure::{Contender, in_batches};
use super::roles::Roles;
use super::router::{Router, Sets};
use crate::keys::KeyError;

/// What ends a list.
pub(crate) enum Failure {
    Keys(KeyError),
    Output(io::Error),
    Refused(String),
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::Keys(error)
    }
}

/// How many keys passed, and how many rows were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) keys: u64,
    pub(crate) rows: u64,
}

/// Writes `key,from,to` for each copy that moves, in the order of the keys.
pub(crate) fn list(
    change: &Change,
    contender: &Contender,
    sets: &Sets,
    mut source: Source<'_>,
    out: &mut dyn Write,
) -> Result<Listed, Failure> {
    let roles = Roles::of(change, sets.zones.is_some());
    let routers = contender.routers(change, sets).map_err(Failure::Refused)?;
    out.write_all(b"key,from,to\n").map_err(Failure::Output)?;
    let mut rows = 0;
    let rows_of = |batch: &Batch| -> Vec<io::Result<(Vec<u8>, u64)>> {
        let starts: Vec<usize> = (0..batch.len()).step_by(CHUNK).collect();
        starts.into_par_iter().map(|start| of_chunk(batch, start, change, &routers, &roles)).collect()
    };
    in_batches(&mut source, rows_of, |chunks| {
        for chunk in chunks {
            let (text, count) = chunk.map_err(Failure::Output)?;
            out.write_all(&text).map_err(Failure::Output)?;
            rows += count;
        }
        Ok::<(), Failure>(())
    })?;
    Ok(Listed { keys: source.passed().0, rows })
}

fn of_chunk(
    batch: &Batch,
    start: usize,
    change: &Change,
    routers: &[Router<'_>; 2],
    roles: &Roles,
) -> io::Result<(Vec<u8>, u64)> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let (mut rows, mut key, mut done) = (0, String::new(), Ok(()));
    for_each(batch, start, routers, roles, |at, _, pairs| {
        if pairs.is_empty() || done.is_err() {
            return;
        }
        batch.write_key(at, &mut key);
        for &(from, to) in pairs {
            let [from, to] = [from, to].map(|node| change.nodes[position(node)].name.as_str());
            done = writer.write_record([key.as_str(), from, to]);
            rows += 1;
        }
    });
    done.map_err(io::Error::other)?;
    Ok((writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?, rows))
}
