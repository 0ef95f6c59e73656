//! The `linli` command: the same questions for pipelines, GeoJSON in and out.
//!
//! Answers go to standard output or a file; everything said about them goes to
//! standard error. Exit codes: 0 answered, 1 a fault in the data, 2 wrong usage,
//! 130 stopped by Ctrl-C.

// These comments are the help text, read in a terminal where backticks are noise.
#![allow(clippy::doc_markdown)]

mod apportion;
mod ask;
mod assign;
mod check;
mod coverage;
mod demo;
mod form;
mod partition;
mod partition_ground;
mod progress;
mod research;
mod robust;
mod room;
mod site;
mod sources;
mod standard;
mod standard_answer;
mod streets;
mod table;
mod tables;
mod today;

use std::{
    ffi::OsString,
    io::{self, Write},
};

use clap::{Parser, Subcommand, error::ErrorKind};

use crate::error::{Error, Result};

/// Answered.
const OK: i32 = 0;
/// The data or a file is at fault.
const FAULT: i32 = 1;
/// The command line is at fault.
const USAGE: i32 = 2;
/// Stopped by Ctrl-C, as shells count it.
const STOPPED: i32 = 130;

/// Who lives within a 15-minute walk of a community centre, and what to do for those who don't.
#[derive(Debug, Parser)]
#[command(name = "linli", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Examples:
  linli demo
  linli coverage committees.geojson --facilities centers.geojson > coverage.geojson
  linli COMMAND --help      options and examples of a command

Exit codes: 0 answered, 1 a fault in the data, 2 wrong usage, 130 stopped by Ctrl-C.")]
struct Cli {
    /// Say nothing on standard error but errors.
    #[arg(long, short, global = true)]
    quiet: bool,

    /// Write errors as one line of JSON, with the facts of the message as fields.
    #[arg(long, global = true)]
    json_errors: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Coverage(coverage::Coverage),
    Assign(assign::Assign),
    Apportion(apportion::Apportion),
    Partition(partition::Partition),
    Streets(streets::Streets),
    Site(site::Site),
    Check(check::Check),
    Robust(robust::Robust),
    /// Compare ways to divide a district, for research (in the Python package).
    Bench(research::InPython),
    /// Check a comparison, or a saved division (in the Python package).
    Verify(research::InPython),
}

/// Run the command line, program name first, on the process's own streams.
///
/// Returns the exit code.
#[must_use]
pub fn main<Arg: Into<OsString> + Clone>(args: impl IntoIterator<Item = Arg>) -> i32 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers; clap writes them to standard output.
            let code = match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => OK,
                _ => USAGE,
            };
            let _ = error.print();
            return code;
        }
    };
    let say = Say { quiet: cli.quiet };
    let answered = match cli.command {
        Command::Demo(demo) => demo.run(say),
        Command::Coverage(coverage) => coverage.run(say),
        Command::Assign(assign) => assign.run(say),
        Command::Apportion(apportion) => apportion.run(say),
        Command::Partition(partition) => partition.run(say),
        Command::Streets(streets) => streets.run(say),
        Command::Site(site) => site.run(say),
        Command::Check(check) => check.run(say),
        Command::Robust(robust) => robust.run(say),
        Command::Bench(_) => Ok(research::elsewhere("bench")),
        Command::Verify(_) => Ok(research::elsewhere("verify")),
    };
    match answered {
        Ok(code) => code,
        Err(error) => {
            let code = exit_code(&error);
            let text = if cli.json_errors { as_json(&error, code) } else { format!("error: {error}") };
            let _ = writeln!(io::stderr(), "{text}");
            code
        }
    }
}

/// The error's facts, its message and the exit code, for programs.
fn as_json(error: &Error, code: i32) -> String {
    let mut facts = error.facts();
    facts.insert("message".to_owned(), error.to_string().into());
    facts.insert("exit".to_owned(), code.into());
    serde_json::Value::Object(facts).to_string()
}

/// Arguments that make no sense are the caller's usage; all else is the data's.
fn exit_code(error: &Error) -> i32 {
    match error {
        Error::Parameter { parameter, .. } if USAGE_PARAMETERS.contains(parameter) => USAGE,
        Error::Unknown {
            kind: "service" | "group" | "facility" | "field" | "column" | "walker's profile" | "committee" | "standard",
            ..
        } => USAGE,
        Error::Interrupted => STOPPED,
        error if site::is_usage(error) => USAGE,
        _ => FAULT,
    }
}

/// Parameters that come from the command line and not from a file.
const USAGE_PARAMETERS: &[&str] = &[
    "objective",
    "cut",
    "exception_cost",
    "curve",
    "points",
    "most-moved",
    "most_moved",
    "minutes",
    "speed_m_per_s",
    "detour",
    "crs",
    "output",
    "layers",
    "facility",
    "format",
    "profile",
    "tolerance_m",
    "max_m",
    "gap_m",
    "committee",
    "ratio",
    "crow_m",
    "parts",
    "slack",
    "town_parts",
    "blocks",
    "balance",
    "tolerance",
    "capacity",
    "stay",
    "speeds",
    "group",
    "change",
    "curve",
];

/// Where a command speaks of its work.
#[derive(Debug, Clone, Copy)]
struct Say {
    quiet: bool,
}

impl Say {
    /// A line on standard error, unless asked to be quiet.
    fn line(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", text.trim_end());
        }
    }
}

/// Write an answer to standard output. A reader that has seen enough is no fault.
fn print(content: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(content).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::file("cannot write", std::path::Path::new("standard output"), &error))
        }
        _ => Ok(()),
    }
}
