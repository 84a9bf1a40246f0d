//! A table as data, and how it looks on a terminal and in Markdown.

use std::borrow::Cow;
use std::fmt::Write as _;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, Table as Grid};

/// A table with what the reader must know of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub(crate) title: String,
    /// How to read it.
    pub(crate) note: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A column's name, and what a number in it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// What it shows.
    pub(crate) name: Cow<'static, str>,
    /// The unit of its numbers; empty where they have none or say it themselves.
    pub(crate) unit: &'static str,
}

/// What stands in a cell, and the number behind it, by which rows can be sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) value: Option<f64>,
}

impl Cell {
    /// A number and how it reads.
    pub(crate) fn number(value: f64, text: impl Into<String>) -> Self {
        Self { text: text.into(), value: Some(value) }
    }

    /// Words.
    pub(crate) fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), value: None }
    }

    /// There is no such figure.
    pub(crate) fn nothing() -> Self {
        Self::words("–")
    }
}

impl Column {
    pub(crate) fn new(name: impl Into<Cow<'static, str>>, unit: &'static str) -> Self {
        Self { name: name.into(), unit }
    }

    /// The name with its unit: `latency (ns)`.
    pub(crate) fn heading(&self) -> String {
        if self.unit.is_empty() { self.name.to_string() } else { format!("{} ({})", self.name, self.unit) }
    }
}

impl Table {
    /// Whether a column holds words alone, and so stands to the left.
    pub(crate) fn is_words(&self, column: usize) -> bool {
        self.rows.iter().all(|row| row.get(column).is_none_or(|cell| cell.value.is_none()))
    }

    /// For a terminal: a value of the first column stands once for the rows that share it.
    pub(crate) fn terminal(&self) -> String {
        let mut grid = Grid::new();
        grid.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Disabled);
        grid.style_mut().row_separator = comfy_table::LineStyle::none();
        let heading = |column: &Column| {
            let unit = if column.unit.is_empty() { String::new() } else { format!("\n{}", column.unit) };
            narrow(&column.name) + &unit
        };
        grid.set_header(self.columns.iter().map(heading));
        let mut group = "";
        for row in &self.rows {
            let mut texts: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
            if let Some(first) = texts.first_mut() {
                if *first == group { *first = "" } else { group = first }
            }
            grid.add_row(texts);
        }
        for column in (0..self.columns.len()).filter(|&column| !self.is_words(column)) {
            if let Some(column) = grid.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        format!("{}\n{}\n{}\n", self.title, grid.trim_fmt(), self.note)
    }

    /// For Markdown: a heading of the third level, the note, the table.
    pub(crate) fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = format!("### {}\n\n{}\n\n", escaped(&self.title), escaped(&self.note));
        text += &line(self.columns.iter().map(Column::heading).collect());
        let rule = |column| if self.is_words(column) { "---" } else { "---:" };
        let _ = writeln!(text, "|{}|", (0..self.columns.len()).map(rule).collect::<Vec<_>>().join("|"));
        for row in &self.rows {
            text += &line(row.iter().map(|cell| escaped(&cell.text)).collect());
        }
        text
    }
}

/// A heading in short lines, so that a column is no wider than its numbers need.
fn narrow(heading: &str) -> String {
    const WIDTH: usize = 9;
    let mut lines: Vec<String> = Vec::new();
    for part in heading.split(", ") {
        lines.push(String::new());
        for word in part.split(' ') {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(word),
                Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
    }
    lines.join("\n")
}

/// A text that may hold anything, such as the name of a file of keys, so that Markdown shows it as it is.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '\\' | '#' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Table {
        Table {
            title: "Example".to_owned(),
            note: "A note.".to_owned(),
            columns: vec![Column::new("nodes", ""), Column::new("algorithm", ""), Column::new("time, digest", "ns")],
            rows: vec![
                vec![Cell::number(10.0, "10"), Cell::words("a|b"), Cell::number(1.5, "1.50")],
                vec![Cell::number(10.0, "10"), Cell::words("c"), Cell::nothing()],
                vec![Cell::number(100.0, "100"), Cell::words("c"), Cell::number(12.0, "12.0")],
            ],
        }
    }

    #[test]
    fn a_terminal_shows_a_group_once_and_numbers_to_the_right() {
        let expected = "\
Example
────────────────────────────
 nodes   algorithm     time
                     digest
                         ns
════════════════════════════
    10   a|b           1.50
         c                –
   100   c             12.0
────────────────────────────
A note.
";
        assert_eq!(example().terminal(), expected);
    }

    #[test]
    fn markdown_keeps_every_row_whole() {
        let expected = "\
### Example

A note.

| nodes | algorithm | time, digest (ns) |
|---:|---|---:|
| 10 | a\\|b | 1.50 |
| 10 | c | – |
| 100 | c | 12.0 |
";
        assert_eq!(example().markdown(), expected);
    }
}
