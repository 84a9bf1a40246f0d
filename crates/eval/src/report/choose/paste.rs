//! Code to paste, which the tests compile.

use crate::choose::Wanted;

/// Blocks of code: for the owner of a key, for the nodes of its copies, and for copies in different zones.
const OWNER: &str = include_str!("owner.in");
const COPIES: &str = include_str!("copies.in");
const ZONES: &str = include_str!("zones.in");

/// The line that names the algorithm begins with this.
const NAMES: &str = "let spec: Spec = ";

/// What to write into a program to build what `spec` describes, for nodes and keys as they were asked about.
pub(crate) fn paste(spec: &str, wanted: &Wanted) -> String {
    let block = match (wanted.replicas, &wanted.zones) {
        (..=1, _) => OWNER,
        (_, None) => COPIES,
        (_, Some(_)) => ZONES,
    };
    let weights = [wanted.weight(0), wanted.weight(1)].map(|weight| format!("weight({weight})?, "));
    let is_equal = wanted.is_equal();
    let is_left_out = |line: &&str| ["{", "}"].contains(line) || (is_equal && line.contains("let weight"));
    let line = |line: &str| {
        let line = line.strip_prefix("    ").unwrap_or(line);
        if let Some(rest) = line.strip_prefix(NAMES) {
            let rest = rest.split_once(';').map_or("", |(_, rest)| rest);
            return format!("{NAMES}\"{spec}\".parse()?;{rest}\n");
        }
        let mut line = line.replace("COPIES", &wanted.replicas.to_string()) + "\n";
        for (name, stands, weight) in [("node-1", "weight(1)?, ", &weights[0]), ("node-2", "weight(2)?, ", &weights[1])] {
            let weight = if is_equal { "" } else { weight };
            line = line.replace(&format!("\"{name}\", {stands}"), &format!("\"{name}\", {weight}"));
        }
        if is_equal { line.replace("Spec, Weight", "Spec") } else { line }
    };
    block.lines().filter(|line| !is_left_out(line)).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::example;

    #[test]
    fn the_blocks_run() -> Result<(), Box<dyn std::error::Error>> {
        const COPIES: usize = 2;
        include!("owner.in");
        include!("copies.in");
        include!("zones.in");
        Ok(())
    }

    #[test]
    fn code_is_for_the_nodes_that_were_asked_about() {
        let equal = example(10..=10, 1.2);
        let code = paste("maglev:slots=5003", &equal);
        assert!(code.contains("let spec: Spec = \"maglev:slots=5003\".parse()?;") && code.contains("use annulus::{Ring, Spec};"));
        assert!(!code.contains("weight") && code.contains("nodes.extend([(\"node-1\", \"10.0.0.1:80\"), "), "{code}");
        let weights = [2, 7].map(|weight| annulus_core::Weight::new(weight).unwrap()).to_vec();
        let code = paste("ring:points=10/2", &Wanted { weights, replicas: 3, ..equal.clone() });
        assert!(code.contains("(\"node-1\", weight(2)?, \"10.0.0.1:80\"), (\"node-2\", weight(7)?, \"10.0.0.2:80\")"), "{code}");
        assert!(code.contains(".take(3)"), "{code}");
        let code = paste("rendezvous", &Wanted { replicas: 2, zones: Some(vec![0, 1]), ..equal });
        assert!(code.contains("if copies.len() == 2 {") && !code.contains("Weight"), "{code}");
    }
}
