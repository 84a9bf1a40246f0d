//! What all parts of the picture share: colours, words, and names that fit.

use crate::fleet::plan::Plan;

use super::super::canvas::{Outcome, text_width};
use super::super::ink::Ink;

/// What is moved for a reason, and what without one.
pub(super) const NEEDED: Ink = Ink { light: (0, 114, 178), dark: (86, 170, 235) };
pub(super) const NEEDLESS: Ink = Ink { light: (213, 94, 0), dark: (245, 140, 60) };

/// Whether what moves has a reason in the change, or no member changes at all.
pub(super) fn has_reasons(plan: &Plan) -> bool {
    plan.change.nodes.iter().any(|node| node.before != node.after)
}

/// What moves: keys, or copies where a key has several.
pub(super) const fn unit(plan: &Plan) -> &'static str {
    if plan.replicas > 1 { "copies" } else { "keys" }
}

/// A name that fits: what is too long loses its middle, since names of nodes differ at either end.
pub(super) fn fitted(name: &str, size: i32, wide: f64) -> Outcome<String> {
    if text_width(name, size)? <= wide {
        return Ok(name.to_owned());
    }
    let letters: Vec<char> = name.chars().collect();
    for kept in (2..letters.len()).rev() {
        let (head, tail) = (kept.div_ceil(2), kept / 2);
        let short: String =
            letters[..head].iter().copied().chain(['…']).chain(letters[letters.len() - tail..].iter().copied()).collect();
        if text_width(&short, size)? <= wide {
            return Ok(short);
        }
    }
    Ok("…".to_owned())
}
