//! Whether the times of two recorded runs can be compared.

use annulus_clock::Verdict;
use toml::Table;

/// What `environment.toml` tells of a run's times.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clock {
    /// The processor, the number of cores and the target.
    pub(crate) machine: String,
    /// Whether the machine was quiet; `None` if nothing was timed, or by an older version.
    pub(crate) verdict: Option<Verdict>,
    /// Nanoseconds of a multiplication that waits for the one before: what times are divided by.
    multiplication: Option<f64>,
}

impl Clock {
    pub(crate) fn of(environment: &Table) -> Self {
        let text = |key: &str| environment.get(key).and_then(toml::Value::as_str);
        let cores = environment.get("cores").map_or_else(|| "?".to_owned(), ToString::to_string);
        let machine = format!("{}, {cores} cores, {}", text("cpu").unwrap_or("unknown"), text("target").unwrap_or("unknown"));
        Self {
            machine,
            verdict: text("verdict").and_then(Verdict::of_name),
            multiplication: environment.get("multiplication_ns").and_then(toml::Value::as_float).filter(|&time| time > 0.0),
        }
    }

    /// The machine, and how it was.
    pub(crate) fn told(&self) -> String {
        let how = self.verdict.map_or("no verdict on its times", Verdict::name);
        format!("{} ({how})", self.machine)
    }

    /// How many times as long this machine took for a multiplication as the other: a change of frequency, which ratios are
    /// divided by.
    ///
    /// # Errors
    /// Why no two times of these runs can be called different.
    pub(crate) fn over(&self, other: &Self) -> Result<f64, String> {
        if self.machine != other.machine {
            return Err("times are of two machines".to_owned());
        }
        for clock in [self, other] {
            match clock.verdict {
                None => return Err("a run has no verdict on its times".to_owned()),
                Some(verdict @ (Verdict::CannotTell | Verdict::CannotTellLarge)) => {
                    return Err(format!("the machine's verdict is `{verdict}`"));
                }
                Some(_) => {}
            }
        }
        let both = self.multiplication.zip(other.multiplication);
        both.map(|(mine, its)| mine / its).ok_or_else(|| "a run does not say how long a multiplication took".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(cpu: &str, verdict: &str, multiplication: f64) -> Clock {
        let text = format!("cpu = \"{cpu}\"\ncores = 2\nverdict = \"{verdict}\"\nmultiplication_ns = {multiplication:?}\n");
        Clock::of(&text.parse().unwrap())
    }

    #[test]
    fn times_are_compared_on_one_machine_that_was_quiet() {
        let quiet = clock("A", "quiet", 1.0);
        assert_eq!(quiet.over(&clock("A", "disturbed", 0.5)), Ok(2.0));
        assert_eq!(quiet.over(&clock("B", "quiet", 1.0)).unwrap_err(), "times are of two machines");
        assert_eq!(quiet.over(&clock("A", "", 1.0)).unwrap_err(), "a run has no verdict on its times");
        assert_eq!(quiet.over(&clock("A", "cannot tell", 1.0)).unwrap_err(), "the machine's verdict is `cannot tell`");
        assert_eq!(quiet.told(), "A, 2 cores, unknown (quiet)");
    }
}
