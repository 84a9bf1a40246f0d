//! Axes: from values to positions, with ticks that a reader can use.

use crate::reading::number;
use crate::stats::float;

/// What the numbers of an axis are, and so how a single one reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// Numbers of nodes.
    Nodes,
    /// A count of things of that name.
    Count(&'static str),
    Percent,
    /// So many times something.
    Times,
    /// Nanoseconds, in the unit that suits them.
    Duration,
    Bytes,
    /// Numbers of something, its name first: `weight 3`.
    Named(&'static str),
    /// Names side by side.
    Names,
}

/// One axis of a panel.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// What it shows, with the unit.
    pub(super) name: String,
    reads: Reads,
    scale: Scale,
    ticks: Vec<(f64, String)>,
}

/// From values to positions.
#[derive(Clone, Copy, Debug)]
enum Scale {
    /// Equal steps for equal ratios of positive values; with a strip for zero at the low end where there is one.
    Log { low: f64, high: f64, has_zero: bool },
    /// That many names side by side; values are their numbers from 0.
    Names(usize),
}

/// The part of an axis with a strip for zero where the strip ends, and where zero lies in it.
const STRIP: (f64, f64) = (0.09, 0.04);

impl Reads {
    /// A value in words.
    pub(super) fn tell(self, value: f64) -> String {
        match self {
            Self::Nodes if (value - 1.0).abs() < 1e-9 => "1 node".to_owned(),
            Self::Nodes => format!("{} nodes", number::plain(value)),
            Self::Count(what) => format!("{} {what}", number::plain(value)),
            Self::Percent => format!("{} %", number::significant(value)),
            Self::Times => format!("× {}", number::ratio(value)),
            Self::Duration => number::duration(value),
            Self::Bytes => number::bytes(value),
            Self::Named(what) => format!("{what} {}", number::plain(value)),
            Self::Names => number::plain(value),
        }
    }

    fn tick(self, value: f64) -> String {
        match self {
            Self::Bytes => number::plain_bytes(value),
            Self::Duration => number::plain_duration(value),
            _ => number::plain(value),
        }
    }
}

impl Axis {
    /// A logarithmic axis over all values that are positive, with some air, and a strip for zero if one of them is; `None` where
    /// there are none.
    pub(super) fn over(name: impl Into<String>, reads: Reads, values: impl Iterator<Item = f64>) -> Option<Self> {
        let values: Vec<f64> = values.filter(|value| value.is_finite() && *value >= 0.0).collect();
        let has_zero = values.iter().any(|value| value.abs() <= f64::MIN_POSITIVE);
        let positive = extent(values.iter().copied().filter(|&value| value > f64::MIN_POSITIVE));
        // Where all are zero, what stands above the strip is arbitrary.
        let (low, high) = positive.or_else(|| has_zero.then_some((1.0, 10.0)))?;
        // Above a strip for zero, values that are near one another must not look far apart.
        let low = if has_zero { low.min(high / 10.0) } else { low };
        Some(Self::between(name.into(), reads, (low, high), 0.06, has_zero))
    }

    /// With air on either side, as a part of the span.
    fn between(name: String, reads: Reads, (low, high): (f64, f64), air: f64, has_zero: bool) -> Self {
        // A single value stands in the middle.
        let air = if high / low < 1.0005 { 3.0_f64.ln() } else { air * (high / low).ln() };
        let (low, high) = (low * (-air).exp(), high * air.exp());
        let mut ticks = ticked(ticks_between(low, high), reads);
        if has_zero {
            ticks.insert(0, (0.0, "0".to_owned()));
        }
        Self { name, reads, scale: Scale::Log { low, high, has_zero }, ticks }
    }

    /// An axis of counts or other steps that rise: with a tick at each if they are few and apart.
    pub(super) fn steps(name: impl Into<String>, reads: Reads, steps: &[f64]) -> Option<Self> {
        let extent = extent(steps.iter().copied().filter(|&step| step > 0.0))?;
        // Markers of several series stand side by side at the first and the last step.
        let mut axis = Self::between(name.into(), reads, extent, 0.1, false);
        let spans = steps.windows(2).map(|pair| axis.position(pair[1]) - axis.position(pair[0]));
        let are_apart = spans.fold(1.0, f64::min) > 0.09;
        let are_whole = steps.iter().all(|step| step.fract() == 0.0);
        let are_short = are_whole || steps.iter().all(|&step| number::plain(step).len() <= 5);
        if steps.len() <= 7 && are_apart && are_short {
            axis.ticks = ticked(steps.to_vec(), reads);
        } else if are_whole {
            axis.ticks.retain(|(tick, _)| tick.fract() == 0.0);
        }
        Some(axis)
    }

    /// An axis of names side by side.
    pub(super) fn names(names: impl IntoIterator<Item = String>) -> Self {
        let ticks: Vec<(f64, String)> = names.into_iter().enumerate().map(|(i, name)| (float(i), name)).collect();
        Self { name: String::new(), reads: Reads::Names, scale: Scale::Names(ticks.len()), ticks }
    }

    /// Where a value lies: 0 at the low end, 1 at the high end; beyond them for values outside.
    pub(super) fn position(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Log { has_zero: true, .. } if value <= f64::MIN_POSITIVE => STRIP.1,
            // What has no place on the axis stands at its end.
            Scale::Log { .. } if value <= 0.0 || value.is_nan() => 0.0,
            Scale::Log { low, high, has_zero } => {
                let position = (value / low).ln() / (high / low).ln();
                if has_zero { (1.0 - STRIP.0).mul_add(position, STRIP.0) } else { position }
            }
            Scale::Names(count) => (value + 0.5) / float(count.max(1)),
        }
    }

    /// Where the strip for zero ends, if there is one.
    pub(super) fn strip(&self) -> Option<f64> {
        matches!(self.scale, Scale::Log { has_zero: true, .. }).then_some(STRIP.0)
    }

    /// The ends of the axis; the strip for zero lies beyond.
    pub(super) fn ends(&self) -> (f64, f64) {
        match self.scale {
            Scale::Log { low, high, .. } => (low, high),
            Scale::Names(count) => (-0.5, float(count) - 0.5),
        }
    }

    /// Whether it has names and not numbers.
    pub(super) fn is_of_names(&self) -> bool {
        matches!(self.scale, Scale::Names(_))
    }

    /// A value in words.
    pub(super) fn tell(&self, value: f64) -> String {
        match self.scale {
            Scale::Names(_) => {
                let name = self.ticks.iter().find(|(tick, _)| (tick - value).abs() < 0.5);
                name.map(|(_, name)| name.clone()).unwrap_or_default()
            }
            Scale::Log { .. } => self.reads.tell(value),
        }
    }

    /// The ticks with their labels.
    pub(super) fn ticks(&self) -> impl Iterator<Item = (f64, &str)> {
        self.ticks.iter().map(|(tick, label)| (*tick, label.as_str()))
    }
}

fn ticked(ticks: Vec<f64>, reads: Reads) -> Vec<(f64, String)> {
    ticks.into_iter().map(|tick| (tick, reads.tick(tick))).collect()
}

fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |extent, value| {
        let (low, high): (f64, f64) = extent.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    })
}

/// Ticks of an axis: as many of 1, 2, 5 times a power of ten as are neither crowded nor scarce.
fn ticks_between(low: f64, high: f64) -> Vec<f64> {
    const MOST: usize = 8;
    let exponents = || (-30..=30).map(|exponent| 10.0_f64.powi(exponent));
    let of = |digits: &[f64]| -> Vec<f64> {
        exponents()
            .flat_map(|power| digits.iter().map(move |digit| digit * power))
            .filter(|&tick| tick >= low * 0.999 && tick <= high * 1.001)
            .collect()
    };
    for digits in [&[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0][..], &[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]] {
        let ticks = of(digits);
        if ticks.len() <= MOST && ticks.len() >= 3 {
            return ticks;
        }
    }
    let decades = of(&[1.0]);
    if decades.len() > MOST {
        let stride = decades.len().div_ceil(MOST);
        return decades.into_iter().step_by(stride).collect();
    }
    // Less than half a decade: even steps are finer.
    even_ticks(low, high)
}

/// Ticks in even steps of 1, 2 or 5 times a power of ten.
fn even_ticks(low: f64, high: f64) -> Vec<f64> {
    let rough = (high - low) / 5.0;
    let power = 10.0_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power).into_iter().find(|&step| step >= rough).unwrap_or(rough);
    let first = (low / step).ceil();
    (0..20).map(|i| (first + f64::from(i)) * step).take_while(|&tick| tick <= high + step * 1e-9).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks().map(|(_, label)| label).collect()
    }

    fn nodes(nodes: &[f64]) -> Option<Axis> {
        Axis::steps("number of nodes", Reads::Nodes, nodes)
    }

    fn over(values: &[f64]) -> Option<Axis> {
        Axis::over("", Reads::Times, values.iter().copied())
    }

    #[test]
    fn few_sizes_have_a_tick_each_and_many_have_round_ones() {
        assert_eq!(labels(&nodes(&[10.0, 100.0, 1000.0]).unwrap()), ["10", "100", "1,000"]);
        assert_eq!(labels(&nodes(&[7.0]).unwrap()), ["7"]);
        let many: Vec<f64> = (0..20).map(|i| 2_f64.powi(i)).collect();
        let axis = nodes(&many).unwrap();
        assert!((3..=8).contains(&labels(&axis).len()), "{:?}", labels(&axis));
        // Of counts, no tick lies between two.
        let weights: Vec<f64> = (1..=10).map(f64::from).collect();
        assert!(!labels(&nodes(&weights).unwrap()).contains(&"1.5"));
    }

    #[test]
    fn every_axis_has_some_ticks_and_holds_its_values() {
        let spans = [(1.0, 1.0), (1.0, 1.001), (1.0, 1.02), (1.0, 7.0), (0.001, 3.0), (1e-9, 1e9), (5.0, 6.0), (1.3, 1.9)];
        for (low, high) in spans {
            let axis = over(&[low, high]).unwrap();
            let ticks: Vec<f64> = axis.ticks().map(|(tick, _)| axis.position(tick)).collect();
            assert!((2..=9).contains(&ticks.len()), "{low}..{high}: {:?}", labels(&axis));
            assert!(ticks.iter().all(|tick| (-0.01..=1.01).contains(tick)), "{low}..{high}");
            for value in [low, high] {
                assert!((0.0..=1.0).contains(&axis.position(value)), "{low}..{high}");
            }
        }
    }

    #[test]
    fn zero_has_a_strip_of_its_own_below_all_others() {
        let axis = over(&[0.0, 5.0, 6.0]).unwrap();
        let strip = axis.strip().unwrap();
        assert!(axis.position(0.0) < strip && axis.position(5.0) > strip);
        assert_eq!(labels(&axis)[0], "0");
        // 5 and 6 do not fill it: the axis has a decade at least.
        assert!(axis.position(6.0) - axis.position(5.0) < 0.1);
        assert!(over(&[1.0, 2.0]).unwrap().strip().is_none());
        assert!(over(&[0.0]).unwrap().strip().is_some());
    }

    #[test]
    fn names_stand_in_the_middle_of_equal_parts() {
        let axis = Axis::names(["a", "b"].map(str::to_owned));
        assert_eq!(labels(&axis), ["a", "b"]);
        assert_eq!((axis.position(0.0), axis.position(1.0)), (0.25, 0.75));
        assert_eq!((axis.position(axis.ends().0), axis.position(axis.ends().1)), (0.0, 1.0));
        assert_eq!(axis.tell(1.0), "b");
    }

    #[test]
    fn values_are_told_in_words() {
        let told = [
            Reads::Nodes.tell(1.0),
            Reads::Nodes.tell(1000.0),
            Reads::Count("failed").tell(5.0),
            Reads::Percent.tell(12.34),
            Reads::Times.tell(1.0045),
            Reads::Duration.tell(1500.0),
            Reads::Bytes.tell(131_074.0),
            Reads::Named("weight").tell(3.0),
        ];
        assert_eq!(told, ["1 node", "1,000 nodes", "5 failed", "12.3 %", "× 1.0045", "1.50 µs", "131 kB", "weight 3"]);
    }

    #[test]
    fn nothing_to_show_is_no_axis() {
        assert!(over(&[-1.0, f64::NAN]).is_none());
        assert!(over(&[f64::INFINITY]).is_none());
        assert!(nodes(&[]).is_none());
    }
}
