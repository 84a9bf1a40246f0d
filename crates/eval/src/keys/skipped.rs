//! Lines that a lenient reader passed over.

use std::fmt;

/// How many lines were passed over, by what was wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// The kind of problem, how many lines had it, and the first line that had.
    kinds: Vec<(&'static str, u64, u64)>,
}

impl Skipped {
    pub(super) fn count(&mut self, kind: &'static str, line: u64) {
        match self.kinds.iter_mut().find(|(known, ..)| *known == kind) {
            Some((_, count, _)) => *count += 1,
            None => self.kinds.push((kind, 1, line)),
        }
    }

    /// Whether none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
}

impl fmt::Display for Skipped {
    /// `2 lines with a bad capacity (first on line 7), 1 line with a bad time (line 9)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (kind, count, line)) in self.kinds.iter().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            if *count == 1 {
                write!(f, "{comma}1 line {kind} (line {line})")?;
            } else {
                write!(f, "{comma}{count} lines {kind} (first on line {line})")?;
            }
        }
        Ok(())
    }
}
