//! Numbers as a reader wants them.

use crate::stats::{self, Estimate};

/// Three significant digits.
pub(super) fn short(number: f64) -> String {
    if !number.is_finite() {
        return "–".to_owned();
    }
    match number.abs() {
        n if n >= 999.5 => grouped(number.round()),
        n if n >= 99.95 => format!("{number:.0}"),
        n if n >= 9.995 => format!("{number:.1}"),
        n if n >= 0.0995 || n == 0.0 => format!("{number:.2}"),
        n if n >= 0.00095 => format!("{number:.3}"),
        _ => format!("{number:.0e}"),
    }
}

/// A whole number with its thousands apart.
fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0.0 { format!("-{text}") } else { text }
}

pub(super) fn count(number: u64) -> String {
    grouped(stats::float(number))
}

/// A ratio with its interval.
pub(super) fn ratio(ratio: Estimate) -> String {
    format!("{}× [{}, {}]", short(ratio.value), short(ratio.low), short(ratio.high))
}

/// A time in the unit that suits it.
pub(super) fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e3 => format!("{} ns", short(n)),
        n if n < 1e6 => format!("{} µs", short(n / 1e3)),
        n if n < 1e9 => format!("{} ms", short(n / 1e6)),
        n => format!("{} s", short(n / 1e9)),
    }
}

/// Bytes in the unit that suits them.
pub(super) fn bytes(bytes: u64) -> String {
    match stats::float(bytes) {
        b if b < 1e3 => format!("{b} B"),
        b if b < 1e6 => format!("{} kB", short(b / 1e3)),
        b if b < 1e9 => format!("{} MB", short(b / 1e6)),
        b => format!("{} GB", short(b / 1e9)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        let shown: Vec<String> = [0.0, 0.004, 0.456, 1.234, 9.999, 12.34, 99.96, 123.4, 999.7, 12_345.6].map(short).to_vec();
        assert_eq!(shown, ["0.00", "0.004", "0.46", "1.23", "10.0", "12.3", "100", "123", "1,000", "12,346"]);
        assert_eq!(short(f64::NAN), "–");
    }

    #[test]
    fn units_suit() {
        assert_eq!([12.0, 1_500.0, 2e6, 3.2e9].map(time), ["12.0 ns", "1.50 µs", "2.00 ms", "3.20 s"]);
        assert_eq!([12, 1_500, 2_000_000].map(bytes), ["12 B", "1.50 kB", "2.00 MB"]);
        assert_eq!(count(1_234_567), "1,234,567");
    }
}
