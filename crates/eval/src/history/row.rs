//! A row of a history: when, what, who, how much.

use super::error::Problem;
use super::time::Time;

/// What happens to a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It comes.
    Join {
        /// Its capacity.
        capacity: f64,
        /// Its zone, where one is given.
        zone: Option<String>,
    },
    /// It goes.
    Leave,
    /// It gets another capacity.
    Weight {
        /// The new one.
        capacity: f64,
        /// Its new zone, where one is given.
        zone: Option<String>,
    },
}

/// A change of a node, and the line that says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The line, from 1.
    pub line: u64,
    /// The node.
    pub node: String,
    /// What happens to it.
    pub change: Change,
}

/// The columns of every history, and the one that only some have.
const COLUMNS: [&str; 4] = ["time", "event", "node", "capacity"];
const ZONE: &str = "zone";

/// The header of a file: whether its rows have a zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    has_zone: bool,
}

impl Header {
    /// Reads the header; else what was wrong with it.
    pub(super) fn parse(fields: &[String]) -> Result<Self, String> {
        let names: Vec<&str> = fields.iter().map(|field| field.trim()).collect();
        match names.as_slice() {
            names if names == COLUMNS => Ok(Self { has_zone: false }),
            [names @ .., ZONE] if names == COLUMNS => Ok(Self { has_zone: true }),
            _ => Err(format!(
                "has the columns `{}`; give the header `{}`, or `{}`",
                names.join(","),
                Self { has_zone: false }.text(),
                Self { has_zone: true }.text()
            )),
        }
    }

    fn text(self) -> String {
        let zone = if self.has_zone { ",zone" } else { "" };
        COLUMNS.join(",") + zone
    }

    /// Reads a row.
    pub(super) fn row(self, fields: &[String], line: u64) -> Result<(Time, Event), Problem> {
        let expected = COLUMNS.len() + usize::from(self.has_zone);
        let [time, event, node, capacity, zone @ ..] = fields else {
            return Err(Problem::Columns { found: fields.len(), expected, header: self.text() });
        };
        if fields.len() != expected {
            return Err(Problem::Columns { found: fields.len(), expected, header: self.text() });
        }
        let time = time.trim().parse::<Time>().map_err(|_| Problem::Time(time.clone()))?;
        let zone = zone.first().map(|zone| zone.trim()).filter(|zone| !zone.is_empty()).map(str::to_owned);
        let change = match event.trim() {
            "join" => Change::Join { capacity: number(capacity)?, zone },
            "weight" => Change::Weight { capacity: number(capacity)?, zone },
            "leave" if capacity.trim().is_empty() => Change::Leave,
            // The last capacity, which says nothing more, but must be one.
            "leave" => number(capacity).map(|_| Change::Leave)?,
            other => return Err(Problem::Event(other.to_owned())),
        };
        let node = node.trim();
        if node.is_empty() {
            return Err(Problem::Nameless);
        }
        Ok((time, Event { line, node: node.to_owned(), change }))
    }
}

fn number(text: &str) -> Result<f64, Problem> {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| Problem::Capacity(text.to_owned()))
}

/// The fields of a line of CSV.
pub(super) fn fields(line: &str) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(256).from_reader(line.as_bytes());
    // From memory, and UTF-8: there is nothing to fail.
    let record = reader.records().next().and_then(Result::ok).unwrap_or_default();
    record.iter().map(str::to_owned).collect()
}
