//! Code to paste, which the tests compile.

/// Blocks of code that build `"ring"`, of nodes that weigh the same and of others.
const EQUAL: &str = include_str!("paste.in");
const WEIGHTED: &str = include_str!("paste_weighted.in");

/// The name in the code that stands for the answer.
const STANDS_FOR: &str = "\"ring\"";

/// What to write into a program to build what `spec` describes.
pub(crate) fn paste(spec: &str, is_equal: bool) -> String {
    let lines = if is_equal { EQUAL } else { WEIGHTED }.lines().filter(|line| !["{", "}"].contains(line));
    let code: Vec<&str> = lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    code.join("\n").replace(STANDS_FOR, &format!("\"{spec}\"")) + "\n"
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
