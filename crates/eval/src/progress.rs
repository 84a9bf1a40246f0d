//! How far a run is: a bar on standard error where that is a terminal, else a line every half minute.

use std::io::{IsTerminal, Write, stderr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};

/// How long standard error is silent where it is no terminal.
const SILENCE: Duration = Duration::from_secs(30);

/// A bar on a terminal, or lines elsewhere.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    /// When the last line was written; nothing where there are no lines.
    said: Option<Mutex<Instant>>,
}

impl Progress {
    /// A bar over `steps` units of work.
    #[must_use]
    pub fn new(steps: u64) -> Self {
        let bar = ProgressBar::new(steps);
        // The template is fixed and tested, so the fallback is never seen.
        let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        let said = (!stderr().is_terminal()).then(|| Mutex::new(Instant::now()));
        Self { bar, said }
    }

    /// A count of keys, of which nobody knows how many there will be.
    #[must_use]
    pub fn of_keys() -> Self {
        let progress = Self { bar: ProgressBar::no_length(), ..Self::new(0) };
        let style = ProgressStyle::with_template(COUNT).unwrap_or_else(|_| ProgressStyle::default_spinner());
        progress.bar.set_style(style);
        progress
    }

    /// One that is never shown.
    #[must_use]
    pub fn hidden() -> Self {
        Self { bar: ProgressBar::hidden(), said: None }
    }

    /// Says what is being done.
    pub fn begin(&self, what: String) {
        self.bar.set_message(what);
        self.say();
    }

    /// Counts work as done.
    pub fn advance(&self, steps: u64) {
        self.bar.inc(steps);
        self.say();
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Writes a line, if there was none for half a minute.
    fn say(&self) {
        let Some(mut said) = self.said.as_ref().and_then(|said| said.lock().ok()) else { return };
        if said.elapsed() >= SILENCE {
            *said = Instant::now();
            // Nobody may be reading any more.
            let _ = writeln!(stderr(), "annulus: {}", self.line());
        }
    }

    /// How far it is, in words.
    fn line(&self) -> String {
        let Some(length) = self.bar.length() else {
            return format!("{} keys after {}", HumanCount(self.bar.position()), HumanDuration(self.bar.elapsed()));
        };
        let part = self.bar.position().saturating_mul(100) / length.max(1);
        format!("{part} % after {}: {}", HumanDuration(self.bar.elapsed()), self.bar.message())
    }
}

const TEMPLATE: &str = "{percent:>3}% [{bar:30}] {elapsed} of about {duration}  {msg}";
const COUNT: &str = "{human_pos} keys after {elapsed}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_valid() {
        ProgressStyle::with_template(TEMPLATE).unwrap();
        ProgressStyle::with_template(COUNT).unwrap();
    }

    #[test]
    fn a_line_says_how_far_it_is_and_what_is_being_done() {
        let progress =
            Progress { bar: ProgressBar::with_draw_target(Some(8), indicatif::ProgressDrawTarget::hidden()), said: None };
        progress.begin("weights of ten nodes".to_owned());
        progress.advance(2);
        assert_eq!(progress.line(), "25 % after 0 seconds: weights of ten nodes");
        let keys = Progress::of_keys();
        keys.advance(1_200_000);
        assert_eq!(keys.line(), "1,200,000 keys after 0 seconds");
    }
}
