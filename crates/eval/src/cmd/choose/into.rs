//! The answers for typical systems, written into a page.

use std::fs;
use std::path::Path;

use super::{find, systems};
use crate::algorithm::Registry;
use crate::cmd::environment::{Machine, name};
use crate::cmd::error::Error;
use crate::report::choose::markdown;

const BEGIN: &str = "<!-- chosen: ";
const CLOSE: &str = " -->";
const END: &str = "<!-- end of chosen -->";

/// Fills every marked place of the page at `path`.
pub(super) fn write(path: &Path, registry: &Registry) -> Result<(), Error> {
    let page = |reason: String| Error::Page { path: path.to_owned(), reason };
    let text = fs::read_to_string(path).map_err(|error| page(error.to_string()))?;
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(system) = line.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(CLOSE)) else { continue };
        if !lines.by_ref().any(|(line, _)| line.trim() == END) {
            return Err(page(format!("line {number}: `{system}` has no end; write {END} below it")));
        }
        out.push_str(&format!("\n{}\n{END}\n", answer(system, registry)?));
    }
    fs::write(path, out).map_err(|error| page(error.to_string()))
}

/// One system's answer, with the command, the day and the machine.
fn answer(system: &str, registry: &Registry) -> Result<String, Error> {
    let answers = systems::of(system)?;
    let what = answers.what.clone().unwrap_or_default();
    let answer = find(answers.wanted(1)?, registry);
    let day = Machine::look().date().strftime("%Y-%m-%d").to_string();
    let capital: String = what.chars().take(1).flat_map(char::to_uppercase).chain(what.chars().skip(1)).collect();
    Ok(format!("### {capital}\n\n`annulus choose --system {system}`, {day}, {}.\n\n{}", name(), markdown(&answer)))
}
