//! Refusals in the words of the program: where a library's user calls a method, the program's user writes a parameter or a flag.

use annulus::Bytes;
use annulus_core::{ChangeError, Refusal};

/// How the library calls what allows more memory.
const METHOD: &str = "`with_memory_limit`";

/// Why a change was refused of the algorithm called `key`, in a run of a scenario, whose nodes have weights that nobody gave them.
pub(crate) fn in_scenario(error: &ChangeError, key: &str) -> String {
    match error.reason {
        Refusal::WeightUnsupported { weight } => {
            format!("only nodes of equal weight are served; this measure gives one the weight {weight} on purpose")
        }
        _ => in_run(error, key),
    }
}

/// Why a change was refused of the algorithm called `key`, in a run.
pub(crate) fn in_run(error: &ChangeError, key: &str) -> String {
    said(&error.reason, |enough| format!("`--memory {enough}`, or for this algorithm alone with `{}`", with_memory(key, enough)))
}

/// Why a change was refused of the algorithm called `key`, where its text is the only place for a limit.
pub(crate) fn by_text(error: &ChangeError, key: &str) -> String {
    said(&error.reason, |enough| format!("`{}`", with_memory(key, enough)))
}

/// As [`by_text`], with the node that was refused.
pub(crate) fn of_node(error: &ChangeError, key: &str) -> String {
    let (whole, reason) = (error.to_string(), error.reason.to_string());
    whole.strip_suffix(&reason).map_or_else(|| whole.clone(), |node| format!("{node}{}", by_text(error, key)))
}

/// Whether it is of the membership as a whole, so that no single member is at fault.
pub(crate) const fn is_of_all(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::TooLarge { .. } | Refusal::OutOfMemory { .. } | Refusal::TooManyNodes { .. })
}

/// The refusal, with what the program's user writes in the place of the method.
fn said(refusal: &Refusal, words: impl Fn(Bytes) -> String) -> String {
    let text = without_calls(&refusal.to_string());
    match refusal {
        Refusal::TooLarge { bytes, .. } => text.replace(METHOD, &words(Bytes::at_least(*bytes))),
        _ => text,
    }
}

/// The text without calls of the library in brackets, which the remedies of kernels have after each parameter.
fn without_calls(text: &str) -> String {
    let mut parts = text.split(" (`");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("`)") {
            Some((call, rest)) if call.contains("::") => kept.push_str(rest),
            _ => kept = format!("{kept} (`{part}"),
        }
    }
    kept
}

/// The text of the algorithm `key` with this memory limit: what a message tells to write.
fn with_memory(key: &str, limit: Bytes) -> String {
    let before = if key.contains(':') { ',' } else { ':' };
    format!("{key}{before}memory={limit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn too_large() -> ChangeError {
        let remedy = Some("use at most points=8 (`Kernel::with_points(8)`)".into());
        ChangeError::new("disk-99", 99, Refusal::TooLarge { bytes: 4_733_445_381, limit: 256_000_000, remedy })
    }

    #[test]
    fn a_refusal_for_memory_says_what_to_write() {
        let head = "the state would take 4.734 GB, and the memory limit is 256 MB; use at most points=8; or allow more with";
        let run = "`--memory 5GB`, or for this algorithm alone with `ring:memory=5GB`";
        assert_eq!(in_run(&too_large(), "ring"), format!("{head} {run}"));
        assert_eq!(by_text(&too_large(), "ring:points=9"), format!("{head} `ring:points=9,memory=5GB`"));
        let of_node = of_node(&too_large(), "ring");
        assert_eq!(of_node, format!("consumer \"disk-99\" was refused: {head} `ring:memory=5GB`"));
    }

    #[test]
    fn other_refusals_are_as_the_library_says_them() {
        let error = ChangeError::new("a", 0, Refusal::Duplicate);
        let (whole, reason) = (error.to_string(), error.reason.to_string());
        assert_eq!([in_run(&error, "ring"), by_text(&error, "ring"), of_node(&error, "ring")], [reason.clone(), reason, whole]);
    }

    #[test]
    fn what_a_message_tells_to_write_is_read_as_such() {
        assert_eq!(with_memory("ring", Bytes(5_000_000_000)), "ring:memory=5GB");
        assert_eq!(with_memory("ring:points=1000", Bytes(1 << 30)), "ring:points=1000,memory=1GiB");
    }
}
