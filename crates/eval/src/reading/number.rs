//! Numbers as people read them.

/// A whole number with its thousands apart: `146,219`.
pub(crate) fn count(number: u64) -> String {
    grouped(&number.to_string())
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Three significant figures, as `0.0787`, `1.21`, `12.3`, `146,000`; very small ones as `3.2e-7`.
pub(crate) fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    let sign = if value < 0.0 { "−" } else { "" };
    if size < 1e-4 {
        return format!("{sign}{size:.1e}");
    }
    // Rounding first, so that 9.996 is 10.0 and not 10.00.
    let rounded: f64 = format!("{size:.2e}").parse().unwrap_or(size);
    let text = if rounded < 1.0 {
        let leading = leading_zeros(rounded);
        format!("{rounded:.*}", leading + 3)
    } else if rounded < 10.0 {
        format!("{rounded:.2}")
    } else if rounded < 100.0 {
        format!("{rounded:.1}")
    } else {
        grouped(&format!("{rounded:.0}"))
    };
    format!("{sign}{text}")
}

/// A value with how far its interval reaches, to one figure of the latter: `13.4 ± 0.2`.
pub(crate) fn with_reach(value: f64, reach: f64) -> String {
    if !(reach > 0.0 && reach.is_finite()) {
        return significant(value);
    }
    // One figure, rounded up: an interval is not narrower than it says.
    let unit = 10_f64.powf(reach.log10().floor());
    let reach = (reach / unit).ceil() * unit;
    let digits = if reach < 1.0 { leading_zeros(reach) + 1 } else { 0 };
    let text = |number: f64| if digits == 0 { grouped(&format!("{number:.0}")) } else { format!("{number:.digits$}") };
    format!("{} ± {}", text(value), text(reach))
}

/// A ratio to something that it is near, with two figures of the difference at least: `1.0045`, `0.987`, `1.16`, `6.76`;
/// exactly 1 is `1`.
pub(crate) fn ratio(value: f64) -> String {
    let distance = (value - 1.0).abs();
    if distance == 0.0 {
        return "1".to_owned();
    }
    if distance >= 0.1 || !distance.is_finite() {
        return significant(value);
    }
    format!("{value:.*}", (leading_zeros(distance) + 2).min(6))
}

/// Zeros between the point and the first digit of a number below one.
fn leading_zeros(value: f64) -> usize {
    let text = format!("{value:.10}");
    text.trim_start_matches("0.").chars().take_while(|&digit| digit == '0').count()
}

/// A number with no more digits than it has, as on an axis: `0.5`, `20`, `1,000`, `1e-6`.
pub(crate) fn plain(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e7).contains(&size) {
        return format!("{value:e}");
    }
    let text = format!("{size:.5}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (whole, rest) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let sign = if value < 0.0 { "−" } else { "" };
    rest.map_or_else(|| format!("{sign}{}", grouped(whole)), |rest| format!("{sign}{}.{rest}", grouped(whole)))
}

/// A time given in nanoseconds, in the unit that suits it: `4.95 ns`, `11.0 µs`, `1.80 ms`, `2.50 s`.
pub(crate) fn duration(nanoseconds: f64) -> String {
    scaled(nanoseconds, 1000.0, &["ns", "µs", "ms", "s"])
}

/// A number of bytes in the unit that suits it: `512 B`, `131 kB`, `1.05 MB`.
pub(crate) fn bytes(bytes: f64) -> String {
    scaled(bytes, 1000.0, &BYTES)
}

/// A number of bytes with no more digits than it has, as on an axis: `512 B`, `20 kB`, `1 MB`.
pub(crate) fn plain_bytes(bytes: f64) -> String {
    let (value, unit) = in_unit(bytes, 1000.0, &BYTES);
    format!("{} {unit}", plain(value))
}

/// A time in nanoseconds with no more digits than it has, as on an axis: `20 ns`, `5 µs`.
pub(crate) fn plain_duration(nanoseconds: f64) -> String {
    let (value, unit) = in_unit(nanoseconds, 1000.0, &["ns", "µs", "ms", "s"]);
    format!("{} {unit}", plain(value))
}

const BYTES: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];

fn scaled(value: f64, step: f64, units: &[&'static str]) -> String {
    let (value, unit) = in_unit(value, step, units);
    format!("{} {unit}", significant(value))
}

fn in_unit(mut value: f64, step: f64, units: &[&'static str]) -> (f64, &'static str) {
    let mut units = units.iter().peekable();
    let mut unit = units.next().copied().unwrap_or_default();
    // What rounds to a thousand is one of the next unit.
    while value.abs() >= step * 0.9995
        && let Some(next) = units.next()
    {
        value /= step;
        unit = next;
    }
    (value, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reach_has_one_figure_and_is_rounded_up() {
        for (value, reach, text) in [
            (13.42, 0.17, "13.4 ± 0.2"),
            (2.5, 0.031, "2.50 ± 0.04"),
            (1234.0, 12.0, "1,234 ± 20"),
            (13.4, 2.1, "13 ± 3"),
            (5.0, 0.0, "5.00"),
        ] {
            assert_eq!(with_reach(value, reach), text);
        }
    }

    #[test]
    fn three_figures_whatever_the_size() {
        let cases = [
            (1.0, "1.00"),
            (0.999_6, "1.00"),
            (9.996, "10.0"),
            (99.96, "100"),
            (0.012_345, "0.0123"),
            (0.100_4, "0.100"),
            (0.099_96, "0.100"),
            (1_234_567.0, "1,230,000"),
            (-0.002_5, "−0.00250"),
            (3.21e-7, "3.2e-7"),
            (-3.11e-5, "−3.1e-5"),
            (f64::NAN, "–"),
        ];
        for (value, text) in cases {
            assert_eq!(significant(value), text);
        }
    }

    #[test]
    fn ratios_near_one_show_their_difference() {
        let cases = [
            (1.0, "1"),
            (1.004_52, "1.0045"),
            (0.986_9, "0.987"),
            (1.093_6, "1.094"),
            (1.158, "1.16"),
            (6.762, "6.76"),
            (1.000_000_000_1, "1.000000"),
            (0.0, "0"),
            (1013.2, "1,010"),
        ];
        for (value, text) in cases {
            assert_eq!(ratio(value), text);
        }
    }

    #[test]
    fn axes_have_no_idle_digits() {
        let cases = [(0.5, "0.5"), (20.0, "20"), (1000.0, "1,000"), (1.25, "1.25"), (0.0, "0"), (1e-6, "1e-6"), (1e7, "1e7")];
        for (value, text) in cases {
            assert_eq!(plain(value), text);
        }
    }

    #[test]
    fn units_suit_their_numbers() {
        assert_eq!(duration(4.951), "4.95 ns");
        assert_eq!(duration(999.7), "1.00 µs");
        assert_eq!(duration(1_800_000.0), "1.80 ms");
        assert_eq!(duration(3.6e12), "3,600 s");
        assert_eq!([20.0, 5e3, 2e9].map(plain_duration), ["20 ns", "5 µs", "2 s"]);
        assert_eq!(bytes(0.0), "0 B");
        assert_eq!(bytes(131_074.0), "131 kB");
        assert_eq!(plain_bytes(131_074.0), "131.074 kB");
        assert_eq!([20.0, 5e4, 1e9].map(plain_bytes), ["20 B", "50 kB", "1 GB"]);
        assert_eq!(count(146_219), "146,219");
        assert_eq!(count(7), "7");
    }
}
