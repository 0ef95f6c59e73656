//! Tables to read: aligned also where names are Chinese.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

/// A table whose first column is text and whose others are numbers.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(heads: &[&str]) -> Self {
        Self { rows: vec![heads.iter().map(|&head| head.to_owned()).collect()] }
    }

    pub(super) fn push(&mut self, row: impl IntoIterator<Item = String>) {
        self.rows.push(row.into_iter().collect());
    }

    /// The lines; text on the left, numbers on the right, two spaces between.
    pub(super) fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        // A column is text when no cell below its head starts like a number.
        let is_text = |column: usize| {
            let numeric = |cell: &String| cell.starts_with(|c: char| c.is_ascii_digit() || "-+–".contains(c));
            self.rows.iter().skip(1).filter_map(|row| row.get(column)).any(|cell| !cell.is_empty() && !numeric(cell))
        };
        let texts: Vec<bool> = (0..columns).map(is_text).collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let pad = " ".repeat(widths[column] - cell.width());
                let (before, after) = if texts[column] { ("", pad.as_str()) } else { (pad.as_str(), "") };
                let _ = write!(line, "  {before}{cell}{after}");
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_names_take_two_columns() {
        let mut table = Table::new(&["town", "people"]);
        table.push(["桃浦镇".to_owned(), "5".to_owned()]);
        table.push(["x".to_owned(), "10,000".to_owned()]);
        assert_eq!(table.text(), "  town    people\n  桃浦镇       5\n  x       10,000\n");
    }
}
