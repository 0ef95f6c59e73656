//! `linli bench` and `linli verify`: for research, and written in Python.
//!
//! They run other programs beside linli, which are Python packages, each run in
//! a Python process of its own. The command of the Python package answers these
//! two itself and hands the others to this one.

use std::{
    ffi::OsString,
    io::{self, Write},
};

use clap::Args;

use super::USAGE;

/// A command that is in the Python package only.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(super) struct InPython {
    /// What the command of the Python package takes.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    _rest: Vec<OsString>,
}

/// Say where the command is.
pub(super) fn elsewhere(command: &str) -> i32 {
    let _ = writeln!(io::stderr(), "error: linli {command} comes with the Python package: pip install 'linli[bench]'");
    USAGE
}
