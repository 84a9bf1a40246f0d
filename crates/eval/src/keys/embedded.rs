//! The keys that are compiled in; `data/README.md` says what they are.

/// Their name in records.
pub(super) const NAME: &str = "paths-debian";

/// One key a line, zstd.
pub(super) const COMPRESSED: &[u8] = include_bytes!("../../data/keys_paths_debian.txt.zst");
