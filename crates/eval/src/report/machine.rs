//! The machine and the run in words: what `environment.toml` holds.

use toml::{Table as Toml, Value};

use crate::reading::number::{bytes, significant};

use super::page::plain;

/// What each field is, in the order of the pages. A field that is not here is shown under its own name, after these.
const FIELDS: [(&str, &str, Format); 32] = [
    ("date", "Date", plain),
    ("command", "Command", plain),
    ("seed", "Seed", plain),
    ("annulus", "Version of annulus", plain),
    ("revision", "Revision of the source", plain),
    ("compiler", "Compiler", plain),
    ("profile", "Build", plain),
    ("target", "Platform", plain),
    ("cpu", "Processor", plain),
    ("cpu_features", "Its vector instructions", plain),
    ("cores", "Cores", plain),
    ("memory_bytes", "Memory", in_bytes),
    ("second_level_cache_bytes", "L2 cache", in_binary),
    ("third_level_cache_bytes", "L3 cache", in_binary),
    ("caches", "Sizes of the caches", plain),
    ("wall_seconds", "Duration of the run", in_seconds),
    ("processor_seconds", "Processor time of the run", in_seconds),
    ("before_verdict", "The machine before the run", plain),
    ("before_share_of_others", "Processors used by other programs, before the run", in_percent),
    ("before_share_on_processor", "Time that the timing thread ran, before the run", in_percent),
    ("before_far_over_near_reads", "Reading beyond the L2 cache, before the run (× within it)", in_digits),
    ("before_wide_over_near_reads", "Reading across a quarter of L3, before the run (× within L2)", in_digits),
    ("verdict", "The machine while look-ups were timed", plain),
    ("share_of_others", "Processors used by other programs, meanwhile", in_percent),
    ("share_on_processor", "Time that the timing thread ran, meanwhile", in_percent),
    ("far_over_near_reads", "Reading beyond the L2 cache, meanwhile (× within it)", in_digits),
    ("wide_over_near_reads", "Reading across a quarter of L3, meanwhile (× within L2)", in_digits),
    ("quiet_far_over_near_reads", "Reading beyond the L2 cache on a quiet machine (× within it)", in_digits),
    ("quiet_wide_over_near_reads", "Reading across a quarter of L3 on a quiet machine (× within L2)", in_digits),
    ("quiet_day", "When the quiet machine was looked at", plain),
    ("cold_read_ns", "Time of a read that no cache holds", in_nanoseconds),
    ("multiplication_ns", "Time of a multiplication, the unit of all times", in_nanoseconds),
];

type Format = fn(&Value) -> String;

/// What is said of the machine, as names and values.
pub(super) fn facts(environment: &Toml) -> Vec<(String, String)> {
    let known = FIELDS.iter().filter_map(|&(key, name, format)| Some((name.to_owned(), format(environment.get(key)?))));
    let is_known = |key: &str| FIELDS.iter().any(|(field, ..)| *field == key);
    let others = environment.iter().filter(|(key, _)| !is_known(key));
    known.chain(others.map(|(key, value)| (key.replace('_', " "), plain(value)))).collect()
}

fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| plain(value).parse().ok())
}

fn formatted(value: &Value, format: impl Fn(f64) -> String) -> String {
    number(value).map_or_else(|| plain(value), format)
}

fn in_bytes(value: &Value) -> String {
    formatted(value, bytes)
}

/// Caches come in powers of two.
fn in_binary(value: &Value) -> String {
    match value.as_integer() {
        Some(bytes) if bytes > 0 && bytes % (1 << 20) == 0 => format!("{} MiB", bytes >> 20),
        Some(bytes) if bytes > 0 && bytes % (1 << 10) == 0 => format!("{} KiB", bytes >> 10),
        _ => in_bytes(value),
    }
}

fn in_seconds(value: &Value) -> String {
    formatted(value, |seconds| format!("{seconds:.0} s"))
}

fn in_percent(value: &Value) -> String {
    formatted(value, |share| format!("{:.1} %", 100.0 * share))
}

fn in_digits(value: &Value) -> String {
    formatted(value, significant)
}

fn in_nanoseconds(value: &Value) -> String {
    formatted(value, |nanoseconds| format!("{nanoseconds} ns"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_words_and_units_and_none_is_lost() {
        let environment = "odd_field = true\nmemory_bytes = 25276510208\nsecond_level_cache_bytes = 1048576\nwall_seconds = 37.0\nshare_of_others = \"unknown\"";
        let said = facts(&environment.parse().unwrap());
        let said: Vec<(&str, &str)> = said.iter().map(|(what, value)| (what.as_str(), value.as_str())).collect();
        let others = ("Processors used by other programs, meanwhile", "unknown");
        assert_eq!(
            said,
            [("Memory", "25.3 GB"), ("L2 cache", "1 MiB"), ("Duration of the run", "37 s"), others, ("odd field", "true")]
        );
    }
}
