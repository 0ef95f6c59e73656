//! Which town a committee or centre belongs to: by name, by code, else by where it lies.

use std::collections::{BTreeMap, HashMap};

use geo::{BoundingRect, Contains, Geometry, Intersects, Point};

use super::{
    findings::{At, Findings},
    ids::name_key,
    tables::Rows,
};
use crate::{crs::Crs, town::Towns};

/// Endings that a town's name may or may not carry.
const ENDINGS: [&str; 6] = ["街道办事处", "街道", "镇", "乡", " subdistrict", " town"];

/// Towns that can be looked up by what a table calls them.
pub(super) struct TownBook {
    pub(super) towns: Towns,
    /// By id and by the key of the name.
    exact: HashMap<String, Option<u32>>,
    /// By the name without its ending; `None` where several share it.
    bare: HashMap<String, Option<u32>>,
}

impl TownBook {
    pub(super) fn new(towns: Towns) -> Self {
        let (mut exact, mut bare) = (HashMap::new(), HashMap::new());
        let enter = |book: &mut HashMap<String, Option<u32>>, key: String, row: u32| {
            book.entry(key).and_modify(|known| *known = known.filter(|&known| known == row)).or_insert(Some(row));
        };
        for (row, (id, name)) in (0..).zip(towns.id.iter().zip(&towns.name)) {
            enter(&mut exact, name_key(id), row);
            enter(&mut exact, name_key(name), row);
            let once = without_ending(&name_key(name));
            // 真如镇街道 is also called 真如镇 and 真如.
            enter(&mut bare, without_ending(&once), row);
            enter(&mut bare, once, row);
        }
        Self { towns, exact, bare }
    }

    /// The towns that stand in the data, in order of appearance.
    pub(super) fn from_data(tables: &[&Rows], findings: &mut Findings) -> Self {
        let mut names: Vec<String> = vec![];
        let mut codes: Vec<Option<String>> = vec![];
        let mut place: HashMap<String, usize> = HashMap::new();
        for rows in tables {
            for (town, code) in rows.town.iter().zip(&rows.town_code) {
                let Some(name) = town.as_ref().or(code.as_ref()) else { continue };
                let place = *place.entry(name_key(name)).or_insert_with(|| {
                    names.push(name.clone());
                    codes.push(None);
                    names.len() - 1
                });
                if let (Some(known @ None), Some(code)) = (codes.get_mut(place), code) {
                    *known = Some(code.clone());
                }
            }
        }
        let mut all: Vec<&String> = codes.iter().flatten().collect();
        all.sort_unstable();
        all.dedup();
        let every_town_has_its_own_code = all.len() == names.len();
        let id = if every_town_has_its_own_code { codes.into_iter().flatten().collect() } else { names.clone() };
        note_renamed(&names, findings);
        let shape = vec![None; names.len()];
        Self::new(Towns { id, name: names, shape })
    }

    /// The town a table means by this text.
    fn named(&self, text: &str) -> Option<u32> {
        let key = name_key(text);
        match self.exact.get(&key) {
            Some(found) => *found,
            None => *self.bare.get(&key).or_else(|| self.bare.get(&without_ending(&key)))?,
        }
    }

    /// The town whose outline holds this place; the first in order where outlines overlap.
    fn around(&self, place: [f64; 2]) -> Option<u32> {
        let point = Point::from(place);
        let holds = |shape: &Geometry<f64>| {
            shape.bounding_rect().is_some_and(|bounds| bounds.intersects(&point)) && shape.contains(&point)
        };
        let found = self.towns.shape.iter().position(|shape| shape.as_ref().is_some_and(holds));
        found.and_then(|row| u32::try_from(row).ok())
    }

    /// The town of each row; `place` in the towns' system.
    pub(super) fn of_rows(
        &self,
        rows: &Rows,
        place: &[Option<[f64; 2]>],
        what: &str,
        findings: &mut Findings,
    ) -> Vec<Option<u32>> {
        let mut by_place = 0;
        let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
        let mut nowhere = 0;
        let mut towns = Vec::with_capacity(rows.id.len());
        for row in 0..rows.id.len() {
            let texts = [rows.town_code.get(row), rows.town.get(row)].into_iter().flatten().flatten();
            let named = texts.clone().find_map(|text| self.named(text));
            let town = named.or_else(|| self.around((*place.get(row)?)?));
            if named.is_none() {
                if let Some(text) = texts.last() {
                    *unknown.entry(text).or_default() += 1;
                }
                by_place += usize::from(town.is_some());
                nowhere += usize::from(town.is_none());
            }
            towns.push(town);
        }
        for (name, count) in unknown {
            let cause = format!("{count} {what} of town {name:?}, which is not in the towns layer");
            findings.note(At::layer(), "town_unknown", cause, "matched by place where an outline holds them");
        }
        if by_place > 0 {
            let cause = format!("{by_place} {what} whose town is not named in the data");
            findings.note(At::layer(), "town_by_place", cause, "given the town whose outline holds them");
        }
        if nowhere > 0 && !self.towns.is_empty() {
            let cause = format!("{nowhere} {what} in no town");
            findings.note(At::layer(), "town_missing", cause, "listed without a town; add a town column");
        }
        towns
    }
}

fn without_ending(key: &str) -> String {
    let bare = ENDINGS.iter().find_map(|ending| key.strip_suffix(ending)).filter(|bare| bare.chars().count() > 1);
    bare.unwrap_or(key).to_owned()
}

/// Two names of what is probably one town before and after it was renamed.
pub(super) fn note_renamed(names: &[String], findings: &mut Findings) {
    let mut bare: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for name in names {
        let key = name_key(name);
        // 真如镇街道 was 真如镇: strip the new ending, then the old.
        bare.entry(without_ending(&without_ending(&key))).or_default().push(name);
    }
    for alike in bare.values().filter(|alike| alike.len() > 1) {
        let alike: Vec<&str> = alike.iter().map(|name| name.as_str()).collect();
        let cause = format!("{} look like one town before and after it was renamed", alike.join(" and "));
        findings.note(At::layer(), "town_renamed", cause, "kept apart; use one name, and do not add both years");
    }
}

/// Say when committees fit their towns only after taking the offset of Chinese web maps away.
pub(super) fn note_gcj02(committees: &Rows, town: &[Option<u32>], book: &TownBook, crs: &Crs, findings: &mut Findings) {
    const OUTSIDE_NOW: f64 = 0.20;
    const OUTSIDE_THEN: f64 = 0.05;
    let Ok(web_map) = Crs::parse("GCJ-02") else { return };
    if !crs.is_lonlat() {
        return;
    }
    let (mut compared, mut outside_now, mut outside_then) = (0, 0, 0);
    for (row, place) in committees.place.iter().enumerate() {
        let is_named = committees.town.get(row).is_some_and(Option::is_some);
        let outline = town.get(row).copied().flatten().and_then(|town| book.towns.shape.get(town as usize)?.as_ref());
        let (true, Some(place), Some(outline)) = (is_named, place, outline) else { continue };
        let holds = |place: [f64; 2]| geo::Intersects::intersects(outline, &geo::Point::from(place));
        compared += 1;
        outside_now += usize::from(!holds(*place));
        outside_then += usize::from(!web_map.to_lonlat(*place).is_ok_and(holds));
    }
    let share = |count: usize| count as f64 / f64::from(u32::try_from(compared).unwrap_or(u32::MAX).max(1));
    if compared > 0 && share(outside_now) > OUTSIDE_NOW && share(outside_then) <= OUTSIDE_THEN {
        let cause = format!(
            "{outside_now} of {compared} committees lie outside the town they name; read as GCJ-02 only {outside_then} do"
        );
        findings.note(At::layer(), "maybe_gcj02", cause, "if the file comes from a Chinese web map, pass crs = GCJ-02");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(names: &[&str]) -> TownBook {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        TownBook::new(Towns { id: names.clone(), shape: vec![None; names.len()], name: names })
    }

    #[test]
    fn endings_do_not_matter_where_they_leave_one_town() {
        let towns = book(&["长寿路街道", "长征镇", "真如镇街道"]);
        assert_eq!(towns.named("长寿路"), Some(0));
        assert_eq!(towns.named("长征"), Some(1));
        assert_eq!(towns.named("真如镇"), Some(2));
        assert_eq!(towns.named("桃浦镇"), None);
    }

    #[test]
    fn two_towns_of_one_bare_name_are_not_guessed() {
        let towns = book(&["城关镇", "城关街道"]);
        assert_eq!(towns.named("城关"), None);
        assert_eq!(towns.named("城关街道"), Some(1));
    }

    #[test]
    fn a_renamed_town_is_noticed() {
        let mut findings = Findings::default();
        note_renamed(&["真如镇".to_owned(), "真如镇街道".to_owned(), "长征镇".to_owned()], &mut findings);
        assert_eq!(findings.sorted().first().map(|issue| issue.code), Some("town_renamed"));
        assert_eq!(findings.sorted().len(), 1);
    }
}
