//! Promises, held both ways.

use alloc::{format, string::String};

use super::subject::Outcome;
use crate::Kernel;

/// Holds a promise to what was found: where it is given there must be no witness against it, where it is not there must be one.
///
/// So the constants of [`Properties`](crate::Properties) are exact, and a chooser may read them as facts.
pub(super) fn exactly<K: Kernel>(promise: &str, promised: bool, witness: Option<String>) -> Outcome {
    let algorithm = K::PROPERTIES.algorithm;
    match witness {
        Some(witness) if promised => Err(format!("{algorithm} promises `{promise}`, and {witness}")),
        None if !promised => Err(format!(
            "{algorithm} does not promise `{promise}`, yet no case was found against it: the promise holds, so give it"
        )),
        _ => Ok(()),
    }
}

/// The promises do not contradict one another, and the algorithm has a name that can be saved.
///
/// # Errors
/// The two that do, or the name.
pub fn promises_agree_with_one_another<K: Kernel>(_: &K) -> Outcome {
    let given = K::PROPERTIES;
    let is_word =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !is_word(given.algorithm) {
        return Err(format!("the algorithm's name is {:?}, and not one word of a to z, 0 to 9 and -", given.algorithm));
    }
    let implied = [
        ("minimal_on_any_removal", given.minimal_remove_any, "minimal_on_last_removal", given.minimal_remove_last),
        ("minimal_on_reweighting", given.minimal_reweight, "weighted", given.weighted),
        ("scale_free", given.scale_free, "weighted", given.weighted),
    ];
    match implied.iter().find(|(_, one, _, other)| *one && !*other) {
        Some((one, _, other, _)) => Err(format!("`{one}` is promised without `{other}`, which it implies")),
        None => Ok(()),
    }
}
