//! A file of members: read, or refused with the line.
#![no_main]

use std::collections::HashSet;

use annulus_eval::keys::{Input, KeyReader};
use annulus_eval::members;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let Ok(reader) = KeyReader::new(Input::Stdin, file) else { return };
    // What is compressed may hold more lines than can be counted here.
    let compressed = file.starts_with(b"\x1f\x8b") || file.starts_with(b"\x28\xb5\x2f\xfd");
    let lines = file.split(|&byte| byte == b'\n').count() as u64;
    let within = |line: u64| compressed || line <= lines;
    match members::read(reader) {
        Ok(members) => {
            let names: HashSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
            assert_eq!(names.len(), members.len(), "names are there once");
            assert!(!members.is_empty() && !names.contains(""));
            assert!(members.is_sorted_by(|one, other| one.line < other.line));
            assert!(members.iter().all(|member| member.line > 0 && within(member.line)));
        }
        Err(error) => {
            let message = error.to_string();
            assert!(message.starts_with("members from stdin") && message.lines().count() == 1, "{message:?}");
            assert!(within(error.line), "line {} of {lines}", error.line);
        }
    }
});
