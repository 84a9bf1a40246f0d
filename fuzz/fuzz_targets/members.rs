//! A file of members: read, or refused with the line.
#![no_main]

use std::collections::HashSet;

use annulus_eval::keys::{Input, KeyReader};
use annulus_eval::members;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let Ok(reader) = KeyReader::new(Input::Stdin, file) else { return };
    match members::read(reader) {
        Ok(members) => {
            let names: HashSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
            assert_eq!(names.len(), members.len(), "names are there once");
            assert!(!members.is_empty() && !names.contains(""));
            assert!(members.is_sorted_by(|one, other| one.line < other.line));
        }
        Err(error) => assert!(error.to_string().starts_with("members from stdin")),
    }
});
