//! Answers in words, the same on the map, the command line and in Python.

pub(crate) mod division;
pub(crate) mod streets;

use std::fmt::Write as _;

use crate::{
    coverage::{Coverage, Provenance, Totals},
    proposal::{Model, Proposal, Reason},
};

/// "74.5 % of 1,239,800 people live within 15 minutes of a centre"
pub(crate) fn headline(found: &Coverage) -> String {
    let totals = found.totals();
    let about = found.provenance();
    let who = match (about.group.as_deref().or(about.layer.as_deref()), totals.share()) {
        (None, Some(share)) => format!("{} of {} people live", percent(Some(share)), count(totals.people)),
        (Some(group), Some(share)) => format!("{} of {} {group} are", percent(Some(share)), count(totals.people)),
        // Without any population there is nothing to say of people.
        (_, None) => format!("{} of {} committees are", totals.covered, totals.committees),
    };
    let centre = about.service.as_deref().map_or("a centre".to_owned(), |service| format!("a centre with {service}"));
    format!("{who} within {} minutes of {centre}", about.minutes.unwrap_or_default())
}

/// "1,239,800人中的74.5 %步行15分钟可达社区中心", for a reader of Chinese.
pub(crate) fn headline_zh(found: &Coverage) -> String {
    let totals = found.totals();
    let about = found.provenance();
    let minutes = about.minutes.unwrap_or_default();
    let named = |name: Option<&str>| name.map_or(String::new(), |name| format!("（{name}）"));
    let (service, group) = (named(about.service.as_deref()), named(about.group.as_deref().or(about.layer.as_deref())));
    let who = match totals.share() {
        Some(share) => format!("{}人{group}中的{}", count(totals.people), percent(Some(share)).replace(' ', "")),
        None => format!("{}个居委会中的{}个", totals.committees, totals.covered),
    };
    format!("{who}步行{minutes}分钟可达社区中心{service}")
}

/// The numbers behind the headline, and what a reader must not miss.
pub(crate) fn details(found: &Coverage) -> String {
    let Totals { people, people_covered, committees, covered, partial, .. } = found.totals();
    let totals = found.totals();
    let mut out = String::new();
    if people > 0.0 {
        let _ = write!(out, "{} within, {} beyond. ", count(people_covered), count(people - people_covered));
    }
    let _ = write!(out, "Of {committees} committees {covered} are covered");
    if partial > 0 {
        let _ = write!(out, ", {partial} in part");
    }
    let _ = write!(out, ", {} not.", committees - covered - partial);
    if totals.unknown > 0 {
        let _ = write!(out, " Of {} it is not known: no street is near, or the streets end too soon.", totals.unknown);
    }
    if totals.unlocated > 0 {
        let _ = write!(out, " {} without a place in the data: counted, not as covered.", totals.unlocated);
    }
    if totals.population_unknown > 0 {
        let _ = write!(out, " {} without a known population: in no number of people.", totals.population_unknown);
    }
    out
}

/// Headline, numbers, assumptions and note, a line each.
pub(crate) fn summary(found: &Coverage) -> String {
    let about = found.provenance();
    let lines = [headline(found), details(found), assumptions(about)];
    lines.iter().chain(&about.note).fold(String::new(), |out, line| out + line + "\n")
}

/// "5 new centres bring 93,442 more people within 15 minutes: 74.5 % becomes 82.0 %; proven best"
pub(crate) fn proposal(found: &Proposal) -> String {
    let about = &found.provenance().coverage;
    let new = found.picks().len();
    let centres = if new == 1 { "1 new centre".to_owned() } else { format!("{new} new centres") };
    let with = about.service.as_deref().map_or_else(String::new, |service| format!(" with {service}"));
    let minutes = about.minutes.unwrap_or_default();
    let (before, after) = (found.covered_before(), found.covered_after());
    let whom = about.group.as_deref().or(about.layer.as_deref());
    let whom = whom.map_or_else(|| "people".to_owned(), |group| format!("of {group}"));
    let share = |covered: f64| percent((found.people() > 0.0).then(|| covered / found.people()));
    let verb = if new == 1 { "brings" } else { "bring" };
    let (more, change) = (count(after - before), format!("{} becomes {}", share(before), share(after)));
    let near = format!("{more} more {whom} within {minutes} minutes: {change}");
    let metres = |walks: (Option<f64>, Option<f64>)| match walks {
        (Some(before), Some(after)) => format!("from {} to {} m", count(before), count(after)),
        (_, after) => format!("to {} m", after.map_or_else(|| "–".to_owned(), count)),
    };
    let shorten = if new == 1 { "shortens" } else { "shorten" };
    let (objective, bound, gap, proven, _) = found.proof();
    let answer = match found.ask().model {
        Model::Mclp | Model::Gradual { .. } => format!("{verb} {near}"),
        Model::Lscp if new == 0 => format!("are needed: everyone with a place is within {minutes} minutes"),
        Model::Lscp => format!("{verb} everyone with a place within {minutes} minutes, {more} more {whom}: {change}"),
        Model::PMedian => format!("{shorten} the mean walk {} and {verb} {near}", metres(found.mean_walk_m())),
        Model::PCenter => format!("{shorten} the longest walk {} and {verb} {near}", metres(found.longest_walk_m())),
    };
    let proof = if proven {
        "proven best".to_owned()
    } else {
        format!("gap {:.3} % (objective {}, bound {})", 100.0 * gap, count(objective), count(bound))
    };
    let phases = match found.phases() {
        Some(phases) => format!(" in {} phases", phases.phases.len()),
        None => String::new(),
    };
    format!("{centres}{with}{phases} {answer}; {proof}")
}

/// What a reader of a proposal must not miss: where sites could stand, and who took no part.
pub(crate) fn proposal_details(found: &Proposal) -> String {
    let mut out = format!("Candidates: {}.", found.provenance().candidates);
    for (reason, says) in [
        (Reason::Unlocated, "without a place in the data: counted, not as covered"),
        (Reason::PopulationUnknown, "without a known population: in no number of people"),
        (Reason::Unreachable, "from where no centre can be walked to, for some or all of their people"),
        (Reason::Unsnapped, "without a street near, for some or all of their people"),
    ] {
        let committees = found.left_out().iter().filter(|out| out.reason == reason).count();
        if committees > 0 {
            let _ = write!(out, " {committees} {says}.");
        }
    }
    out
}

/// "crow-fly × 1.3 at 1.33 m/s: at most 1,197 m, `over_60` at 0.9 m/s; data 0123…, linli 0.1.0"
pub(crate) fn assumptions(about: &Provenance) -> String {
    let streets = about.walk.streets.as_ref().map_or_else(String::new, |streets| {
        let profile = streets.profile.as_ref().zip(streets.profile_hash.as_ref());
        let profile = profile.map_or_else(String::new, |(name, hash)| format!(", profile {name} {hash}"));
        format!(" ({} {}{profile})", streets.source, streets.network_hash)
    });
    let detour = about.walk.detour.map_or_else(String::new, |detour| format!(" × {detour}"));
    let limit = about.limit_m.map_or_else(String::new, |limit_m| format!(": at most {} m", count(limit_m)));
    let (method, speed) = (&about.walk.method, about.speed_m_per_s);
    let speeds = about.speeds.iter().fold(String::new(), |out, (name, speed)| format!("{out}, {name} at {speed} m/s"));
    format!(
        "{method}{streets}{detour} at {speed} m/s{limit}{speeds}; data {}{}, linli {}",
        about.input_hash,
        barriers(about.barriers_hash.as_deref()),
        about.version
    )
}

/// What a measure is called for a reader.
pub(crate) fn measure(name: &str) -> &str {
    if name == "population" { "people" } else { name }
}

/// ", barriers 0123…"; nothing where an answer does not depend on any
pub(crate) fn barriers(hash: Option<&str>) -> String {
    hash.map_or_else(String::new, |hash| format!(", barriers {hash}"))
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
