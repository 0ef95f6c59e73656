//! How a report is written: to read, or for programs.

use clap::ValueEnum;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// To read.
    Text,
    /// For programs.
    Json,
}
