//! Code to paste, which the tests compile.

/// Blocks of code that build an algorithm, of nodes that weigh the same and of others.
const EQUAL: &str = include_str!("paste.in");
const WEIGHTED: &str = include_str!("paste_weighted.in");

/// The line that names the algorithm begins with this.
const NAMES: &str = "let spec: Spec = ";

/// What to write into a program to build what `spec` describes.
pub(crate) fn paste(spec: &str, is_equal: bool) -> String {
    let lines = if is_equal { EQUAL } else { WEIGHTED }.lines().filter(|line| !["{", "}"].contains(line));
    let line = |line: &str| {
        let line = line.strip_prefix("    ").unwrap_or(line);
        if line.starts_with(NAMES) { format!("{NAMES}\"{spec}\".parse()?;\n") } else { format!("{line}\n") }
    };
    lines.map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_right() -> Result<(), Box<dyn std::error::Error>> {
        include!("paste.in");
        include!("paste_weighted.in");
        assert!(paste("maglev:slots=5003", true).contains("\"maglev:slots=5003\".parse()?"));
        assert!(paste("ring:points=10/4", false).contains("Weight"));
        Ok(())
    }
}
