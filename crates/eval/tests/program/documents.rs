//! Examples of the pages that are data and not code: they are what the crates write and read today.

use std::fs;
use std::path::Path;

use annulus::HashRing;
use annulus_core::{Saved, SipHash};

/// The first block of this language of a page.
fn block(page: &str, language: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(page);
    let text = fs::read_to_string(path).unwrap();
    let (_, from) = text.split_once(&format!("```{language}\n")).unwrap();
    from.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_saved_ring_of_the_readme_of_core_is_one() {
    let saved: Saved<String> = serde_json::from_str(&block("crates/core/README.md", "json")).unwrap();
    let mut ring = HashRing::new();
    ring.add_consumer("cache-0", "10.0.0.1:11211".to_owned()).unwrap();
    assert_eq!(ring.save().unwrap(), saved);
    assert!(HashRing::restore(saved, SipHash::new()).is_ok());
}
