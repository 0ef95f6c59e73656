//! Answers in words, the same on the map, the command line and in Python.

use std::fmt::Write as _;

use crate::coverage::{Coverage, Provenance, Totals};

/// "923,651 of 1,239,800 people (74.5 %) and 169 of 264 committees are within 15 minutes."
pub(crate) fn headline(found: &Coverage) -> String {
    let Totals { people, people_covered, committees, covered, partial, .. } = found.totals();
    let about = found.provenance();
    let who = about.group.as_deref().map_or_else(|| "people".to_owned(), |group| format!("people ({group})"));
    let whole = match found.totals().share() {
        Some(share) => {
            format!("{} of {} {who} ({}) and ", count(people_covered), count(people), percent(Some(share)))
        }
        // Without any population there is nothing to say of people.
        None => String::new(),
    };
    let part = if partial > 0 { format!(" (and {partial} more in part)") } else { String::new() };
    let centre = about.service.as_deref().map_or("a centre".to_owned(), |service| format!("a centre with {service}"));
    let minutes = about.minutes.unwrap_or_default();
    format!("{whole}{covered} of {committees} committees{part} are within {minutes} minutes of {centre}.")
}

/// The rest of the totals that a reader must not miss.
pub(crate) fn caveats(found: &Coverage) -> String {
    let totals = found.totals();
    let mut out = String::new();
    if totals.unlocated > 0 {
        let _ = writeln!(out, "{} committee(s) have no place: counted, not as covered.", totals.unlocated);
    }
    if totals.population_unknown > 0 {
        let _ =
            writeln!(out, "{} committee(s) of unknown population: in no number of people.", totals.population_unknown);
    }
    out
}

/// "crow-fly × 1.3 at 1.33 m/s: 1,197 m; data 0123…, linli 0.1.0"
pub(crate) fn assumptions(about: &Provenance) -> String {
    let detour = about.walk.detour.map_or_else(String::new, |detour| format!(" × {detour}"));
    let limit = about.limit_m.map_or_else(String::new, |limit_m| format!(": at most {} m", count(limit_m)));
    let (method, speed) = (&about.walk.method, about.speed_m_per_s);
    format!("{method}{detour} at {speed} m/s{limit}; data {}, linli {}", about.input_hash, about.version)
}

/// A count with separators: 1,239,800. Rounded to whole people.
pub(crate) fn count(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if value <= -0.5 { format!("-{out}") } else { out }
}

/// A share as per cent with one decimal; a dash where it is not known.
pub(crate) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// A number with one decimal; a dash where it is not known.
pub(crate) fn decimal(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_separators() {
        assert_eq!([0.0, 999.0, 1000.0, 1_239_800.4, -2500.0].map(count), ["0", "999", "1,000", "1,239,800", "-2,500"]);
    }
}
