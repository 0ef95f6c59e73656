//! What can go wrong, said so that the reader can mend it.
//!
//! Every variant keeps as fields the facts that its message states, so that
//! Python, the command line and the map can use them: see [`Error::facts`].

use std::{fmt, path::PathBuf};

use serde::Serialize;

/// The result of anything in linli that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Why linli could not answer.
#[derive(Debug, thiserror::Error, Serialize)]
#[serde(tag = "error", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Error {
    /// A position that is NaN or infinite.
    #[error("{table} row {row}: position ({x}, {y}) is not finite")]
    NotFinite {
        /// The table the row belongs to.
        table: &'static str,
        /// Row in that table, from 0.
        row: usize,
        /// First coordinate as given.
        x: f64,
        /// Second coordinate as given.
        y: f64,
    },

    /// A number in a table that breaks the rule of its column.
    #[error("{table} row {row}: {column} = {value} {rule}")]
    BadValue {
        /// The table the row belongs to.
        table: &'static str,
        /// Row in that table, from 0.
        row: usize,
        /// The column, by its name in the caller's data.
        column: String,
        /// What stood there.
        value: f64,
        /// The rule it breaks, as the end of a sentence.
        rule: &'static str,
    },

    /// A column whose length differs from its table's.
    #[error("{column} has {got} rows, but the {table} table has {expected}")]
    Length {
        /// The table.
        table: &'static str,
        /// The column that does not fit.
        column: String,
        /// Rows in the table.
        expected: usize,
        /// Rows in the column.
        got: usize,
    },

    /// An argument outside what the question allows.
    #[error("{parameter} = {value}: {rule}")]
    Parameter {
        /// The argument's name, the same in Rust, Python and on the command line.
        parameter: &'static str,
        /// What was given.
        value: String,
        /// What is allowed instead.
        rule: String,
    },

    /// A name that is not in the data.
    #[error("no {kind} named {name:?}; {}", known_names(known))]
    Unknown {
        /// What was looked for: a service, a group, a facility.
        kind: &'static str,
        /// The name as given.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },

    /// Input that was read and refused; each issue names its feature, cause and fix.
    #[error("{}", rejection(layer, issues))]
    Rejected {
        /// The file or layer.
        layer: String,
        /// Everything found wrong with it, refusals first.
        issues: Vec<Issue>,
    },

    /// A siting question without an answer: what stands in the way, and the smallest change that helps.
    #[error("{model} has no answer: {why}; {change}")]
    Infeasible {
        /// The model asked, such as `p_median`.
        model: &'static str,
        /// What stands in the way, with the numbers.
        why: Box<str>,
        /// The smallest change that helps, as far as it is known.
        change: Box<str>,
        /// Demand rows that stand in the way; empty where none does in particular.
        rows: Vec<usize>,
        /// The argument that is too small.
        parameter: &'static str,
        /// Its value.
        given: f64,
        /// The least value that would do, where it is known.
        needed: Option<f64>,
    },

    /// No facility can answer: there are none, or none is open, or none offers the service.
    #[error("no facility to walk to: {why}")]
    NoFacility {
        /// Which of the reasons it is, with the counts.
        why: String,
    },

    /// More pairs within reach than this build can hold.
    #[error(
        "{pairs} demand-site pairs lie within {limit_m} m, about {gib:.1} GiB: {why}; lower the limit or split the area"
    )]
    TooManyPairs {
        /// Pairs within the limit.
        pairs: u64,
        /// The limit, metres.
        limit_m: f64,
        /// Memory they would take, GiB.
        gib: f64,
        /// Which bound was met.
        why: &'static str,
    },

    /// A file that could not be read or written.
    #[error("{action} {}: {cause}", path.display())]
    File {
        /// What was being done, such as "cannot read".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        cause: String,
    },

    /// Stopped by Ctrl-C; nothing was changed.
    #[error("stopped by the user")]
    Interrupted,
}

impl Error {
    /// The facts of the message as a flat JSON object.
    ///
    /// ```
    /// let error = linli::Error::NotFinite { table: "demand", row: 3, x: f64::NAN, y: 0.0 };
    /// assert_eq!(error.facts()["row"], 3);
    /// ```
    #[must_use]
    pub fn facts(&self) -> serde_json::Map<String, serde_json::Value> {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(facts)) => facts,
            _ => serde_json::Map::new(),
        }
    }

    /// A file error with the operating system's words.
    #[must_use]
    pub fn file(action: &'static str, path: &std::path::Path, cause: &dyn fmt::Display) -> Self {
        Self::File { action, path: path.to_owned(), cause: cause.to_string() }
    }

    /// An argument outside what is allowed.
    #[must_use]
    pub fn parameter(parameter: &'static str, value: &dyn fmt::Display, rule: &str) -> Self {
        Self::Parameter { parameter, value: value.to_string(), rule: rule.to_owned() }
    }
}

/// How serious an [`Issue`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The feature or layer was refused.
    Rejected,
    /// The value was changed or completed; the note says how.
    Repaired,
    /// Taken as it is, and worth knowing.
    Noted,
}

/// One thing found in the input: where, what, why, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// How serious it is.
    pub severity: Severity,
    /// Feature number in its file, from 0; `None` speaks of the whole layer.
    pub feature: Option<usize>,
    /// The feature's id or name, where it has one.
    pub name: Option<String>,
    /// A stable word for the kind of issue, such as `ring_not_closed`.
    pub code: &'static str,
    /// What was found, with the numbers.
    pub cause: String,
    /// What the user can do, or what linli did.
    pub fix: String,
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.feature, &self.name) {
            (Some(feature), Some(name)) => write!(f, "feature {feature} ({name}): ")?,
            (Some(feature), None) => write!(f, "feature {feature}: ")?,
            _ => {}
        }
        write!(f, "{} [{}]; {}", self.cause, self.code, self.fix)
    }
}

/// The first refusal in full and a count of the others.
fn rejection(layer: &str, issues: &[Issue]) -> String {
    let refused: Vec<&Issue> = issues.iter().filter(|issue| issue.severity == Severity::Rejected).collect();
    match refused.as_slice() {
        [] => format!("{layer}: refused"),
        [only] => format!("{layer}: {only}"),
        [first, rest @ ..] => format!("{layer}: {first} (and {} more like it; see the import report)", rest.len()),
    }
}

/// "known: a, b, c", cut after a dozen.
fn known_names(known: &[String]) -> String {
    const SHOWN: usize = 12;
    if known.is_empty() {
        return "the data names none".to_owned();
    }
    let shown = known[..known.len().min(SHOWN)].join(", ");
    let rest = known.len().saturating_sub(SHOWN);
    if rest == 0 { format!("known: {shown}") } else { format!("known: {shown} and {rest} more") }
}
