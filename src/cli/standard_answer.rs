//! A city beside a standard, as text and as JSON.

use std::fmt::Write as _;

use serde_json::json;

use super::table::Table;
use crate::{
    check::{BlockFound, Check, CircleFound, CutOff, NeedFound, Verdict},
    city::City,
    standard::Fit,
    words::{self, count, percent},
};

/// The answer to read.
pub(super) fn text(city: &City, found: &Check, barriers: &[String]) -> String {
    let mut out = String::new();
    let edition = &found.edition;
    let _ = writeln!(out, "{}: {}\n{}; source: {}\n", edition.name, edition.title, edition.edition, edition.source);
    if !found.needs.is_empty() {
        out += &facilities(found);
    }
    if !found.circles.is_empty() {
        out += &circles(city, found, barriers);
    }
    if !found.blocks.is_empty() {
        let number = |fit| found.blocks.iter().filter(|block| block.fit == Some(fit)).count();
        let _ = writeln!(
            out,
            "Of {} finer demand points, each taken for a neighbourhood block 居住街坊, {} have too few people, {} fit, {} have too many.\n",
            found.blocks.len(),
            number(Fit::TooEmpty),
            number(Fit::Fits),
            number(Fit::TooFull),
        );
    }
    if !found.not_judged.is_empty() {
        let mut table = Table::new(&["not judged", "the standard says", "because"]);
        for open in &found.not_judged {
            let check = if open.verified { "" } else { " (not verified)" };
            table.push([open.what.clone(), format!("{}{check}", open.says), open.reason.clone()]);
        }
        let _ = writeln!(out, "{}", table.text());
    }
    let _ = writeln!(out, "{}", words::assumptions(&found.provenance));
    if let Some(note) = &found.provenance.note {
        let _ = writeln!(out, "{note}");
    }
    out
}

/// Facilities, one a row.
fn facilities(found: &Check) -> String {
    let mut needs = Table::new(&[
        "facility",
        "within m",
        "centres",
        "share of people",
        "met",
        "partial",
        "missed",
        "unknown",
        "numbers",
    ]);
    for need in &found.needs {
        let number = |of: fn(&crate::coverage::Totals) -> usize| {
            need.totals().map_or_else(|| "–".to_owned(), |totals| of(&totals).to_string())
        };
        needs.push([
            format!("{} ({})", need.title, need.service),
            format!("{:.0}", need.limit_m),
            if need.rows.is_some() { need.centres.to_string() } else { "–".to_owned() },
            percent(need.totals().and_then(|totals| totals.share())),
            number(|totals| totals.covered),
            number(|totals| totals.partial),
            number(|totals| totals.beyond),
            number(|totals| totals.unknown + totals.unlocated),
            if need.verified { "verified" } else { "not verified" }.to_owned(),
        ]);
    }
    let mut out = format!("Committees by facility 设施\n{}\n", needs.text());
    if !found.unknown().is_empty() {
        let _ = writeln!(out, "No centre of the data names {}: unknown, not missed.\n", found.unknown().join(", "));
    }
    out
}

/// Circles, one a row, and how many are cut.
fn circles(city: &City, found: &Check, barriers: &[String]) -> String {
    let cuts = found.count_cut();
    let cut_heads: &[&str] = if cuts.is_some() { &["cut off", "of people", "by"] } else { &[] };
    let heads = [&["centre", "people", "within reach of all", "circle", "floor m²", "floor"], cut_heads].concat();
    let mut table = Table::new(&heads);
    for circle in &found.circles {
        let floor_met = circle.floor_met.map_or("–", |met| if met { "met" } else { "too small" });
        let row = [
            city.facilities().name[circle.facility as usize].clone(),
            count(circle.people),
            count(circle.people_within),
            circle.fit.map_or("–", Fit::word).to_owned(),
            circle.floor_m2.map_or_else(|| "–".to_owned(), count),
            floor_met.to_owned(),
        ];
        let cut = circle
            .cut
            .iter()
            .flat_map(|cut| [count(cut.people), percent(circle.share_cut()), cut.names(barriers).join(", ")]);
        table.push(row.into_iter().chain(cut));
    }
    let mut out = format!("Circles 生活圈\n{}\n", table.text());
    if let (Some(cuts), Some(circle)) = (cuts, &found.edition.circle) {
        let people = found.cut_off.iter().flatten().fold(0.0, |sum, cut| sum + cut.people);
        let kinds = circle.not_cut_by.join(", ");
        let _ = writeln!(
            out,
            "{cuts} of {} circles are cut by {kinds}: {} people live across one from their centre.\n",
            found.circles.len(),
            count(people),
        );
    }
    out
}

/// The answer for programs.
pub(super) fn json(city: &City, found: &Check, barriers: &[String]) -> serde_json::Value {
    let need = |need: &NeedFound| {
        let committee = |(row, found): (usize, &crate::coverage::Row)| {
            json!({
                "id": city.demand().id[row],
                "verdict": Verdict::of(found),
                "people": found.people,
                "people_met": found.people_covered(),
                "walk_m": found.walk_m,
            })
        };
        let committees: Option<Vec<_>> =
            need.rows.as_ref().map(|rows| rows.iter().enumerate().map(committee).collect());
        json!({
            "facility": need.service, "title": need.title, "limit_m": need.limit_m, "strict_m": need.strict_m,
            "verified": need.verified, "centres": need.centres, "totals": need.totals(), "committees": committees,
        })
    };
    let circle = |circle: &CircleFound| {
        let cut = circle.cut.as_ref();
        json!({
            "facility": city.facilities().id[circle.facility as usize], "people": circle.people,
            "people_within": circle.people_within, "fit": circle.fit, "floor_m2": circle.floor_m2,
            "floor_met": circle.floor_met, "people_cut": cut.map(|cut| cut.people), "share_cut": circle.share_cut(),
            "cut_by": cut.map(|cut| cut.names(barriers)),
        })
    };
    let cut_off = |cut: &CutOff| {
        json!({
            "committee": city.demand().id[cut.committee as usize],
            "facility": city.facilities().id[cut.facility as usize],
            "barrier": barriers[cut.barrier as usize], "people": cut.people,
        })
    };
    let block = |block: &BlockFound| json!({"committee": city.demand().id[block.committee as usize], "people": block.people, "fit": block.fit});
    json!({
        "standard": found.edition,
        "facilities": found.needs.iter().map(need).collect::<Vec<_>>(),
        "circles": found.circles.iter().map(circle).collect::<Vec<_>>(),
        "cut_off": found.cut_off.as_ref().map(|cuts| cuts.iter().map(cut_off).collect::<Vec<_>>()),
        "neighbourhood_blocks": found.blocks.iter().map(block).collect::<Vec<_>>(),
        "not_judged": found.not_judged,
        "provenance": found.provenance,
    })
}
