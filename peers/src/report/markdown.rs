//! Tables in Markdown, padded so that they read as text too.

/// A table of these columns and rows.
pub(super) fn table(header: &[String], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(Vec::as_slice).chain([header]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(3)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, &width)| format!(" {cell:width$} "));
        format!("|{}|\n", padded.collect::<Vec<_>>().join("|"))
    };
    let rule = widths.iter().map(|&width| "-".repeat(width + 2)).collect::<Vec<_>>().join("|");
    let body: String = rows.iter().map(|row| line(row)).collect();
    format!("{}|{rule}|\n{body}", line(header))
}

/// The header of a table.
pub(super) fn header(columns: &[&str]) -> Vec<String> {
    columns.iter().map(|&column| column.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["ring".to_owned(), "1".to_owned()], vec!["×".to_owned(), "2000".to_owned()]];
        let expected = "| who  | N    |\n|------|------|\n| ring | 1    |\n| ×    | 2000 |\n";
        assert_eq!(table(&header(&["who", "N"]), &rows), expected);
    }
}
