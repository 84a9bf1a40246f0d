//! Which crates, at which versions, asked how.

use toml::Table;

use super::markdown::{header, table};
use crate::cell::Algorithm;
use crate::registry;
use crate::results::Results;

/// What this program was built from.
const LOCK: &str = include_str!("../../Cargo.lock");

pub(super) fn section(results: &Results) -> String {
    let mut rows = Vec::new();
    for algorithm in Algorithm::ALL {
        if results.of(algorithm).next().is_none() {
            continue;
        }
        for entry in registry::entries(algorithm) {
            let version = entry.package.map_or_else(String::new, version);
            rows.push(vec![algorithm.to_string(), entry.name.to_owned(), version, entry.how.to_owned()]);
        }
    }
    format!("## Who took part\n\n{}", table(&header(&["algorithm", "subject", "version", "how it is asked"]), &rows))
}

/// The version of a package in the lock file.
fn version(package: &str) -> String {
    let lock: Option<Table> = LOCK.parse().ok();
    let packages = lock.as_ref().and_then(|lock| lock.get("package")?.as_array());
    let found = packages.into_iter().flatten().find(|entry| entry.get("name").and_then(|name| name.as_str()) == Some(package));
    found.and_then(|entry| Some(entry.get("version")?.as_str()?.to_owned())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_has_a_version() {
        for algorithm in Algorithm::ALL {
            for package in registry::entries(algorithm).iter().filter_map(|entry| entry.package) {
                assert!(version(package).contains('.'), "{package}");
            }
        }
    }
}
