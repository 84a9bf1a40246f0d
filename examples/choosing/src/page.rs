//! A page whose tables stand between markers: `<!-- table: NAME -->` and `<!-- end of table -->`, each on a line of its own.

use std::fs;

use crate::tables;

const END: &str = "<!-- end of table -->";

/// Writes every table of the page again.
pub fn write(path: &str) -> Result<(), String> {
    let new = filled(path, &read(path)?)?;
    fs::write(path, new).map_err(|error| format!("{path}: {error}"))
}

/// Says whether every table of the page is as it would be written.
pub fn check(path: &str) -> Result<(), String> {
    let old = read(path)?;
    let new = filled(path, &old)?;
    match old.lines().zip(new.lines()).position(|(old, new)| old != new) {
        None if old == new => Ok(()),
        line => {
            Err(format!("{path}, line {}: a table is out of date; write it again", line.map_or(old.lines().count(), |at| at + 1)))
        }
    }
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}

fn filled(path: &str, page: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(name) = line.strip_prefix("<!-- table: ").and_then(|rest| rest.strip_suffix(" -->")) else { continue };
        let at = |what: &str| format!("{path}, line {}: {what}", number + 1);
        let table = tables::by_name(name).ok_or_else(|| at(&format!("there is no table `{name}`")))?;
        out.push_str(&format!("\n{table}\n{END}\n"));
        if !lines.any(|(_, line)| line == END) {
            return Err(at(&format!("the table `{name}` has no `{END}`")));
        }
    }
    Ok(out)
}
