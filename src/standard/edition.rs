//! Planning standards (规划标准) as data, each in one edition.

use serde::{Deserialize, Serialize};

use super::{
    band::{Band, Positive},
    built_in::BUILT_IN,
};
use crate::error::{Error, Result};

/// A planning standard in one edition: what must be how near, and for how many people.
///
/// ```
/// use linli::standard::Edition;
///
/// let draft = Edition::named("shanghai-2024-draft/main-city")?;
/// assert_eq!(draft.circle.and_then(|circle| circle.people).map(|people| people.most), Some(Some(50_000.0)));
/// # Ok::<(), linli::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Name with edition and tier, such as `gb50180-2018/15`.
    pub name: String,
    /// What it is, for a reader.
    pub title: String,
    /// Number, title and year of the document.
    pub edition: String,
    /// Where its numbers were read.
    pub source: String,
    /// The life circle (生活圈) of a centre.
    #[serde(default)]
    pub circle: Option<Circle>,
    /// Facilities that must be near.
    #[serde(default, rename = "facility")]
    pub facilities: Vec<Need>,
    /// The neighbourhood block (居住街坊): the smallest residential unit, bounded by streets.
    #[serde(default)]
    pub neighbourhood_block: Option<Block>,
    /// What it asks for and no city here can be asked, written down so that nobody takes it for met.
    #[serde(default)]
    pub not_judged: Vec<NotJudged>,
}

/// The life circle of a centre.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circle {
    /// Longest walk, minutes.
    #[serde(default)]
    pub minutes: Option<Positive>,
    /// Longest walk, metres: from the strict to the lenient reading.
    #[serde(default)]
    pub radius_m: Option<Band>,
    /// People of a circle.
    #[serde(default)]
    pub people: Option<Band>,
    /// Least floor area of a centre, square metres.
    #[serde(default)]
    pub floor_m2: Option<Positive>,
    /// Kinds of barriers that must not lie between a centre and the people of its circle,
    /// as the data names them.
    #[serde(default)]
    pub not_cut_by: Vec<String>,
    /// Whether the numbers were seen in a source; if not, compare them with the printed standard.
    pub verified: bool,
    /// Where they were seen.
    pub source: String,
}

/// A facility that must be near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Name of the service in the data.
    pub service: String,
    /// Name in the standard.
    pub title: String,
    /// Other names in the data that count as this one.
    #[serde(default)]
    pub also: Vec<String>,
    /// Longest walk, minutes, where the standard gives no metres.
    #[serde(default)]
    pub minutes: Option<Positive>,
    /// Service radius (服务半径), metres: from the strict to the lenient reading.
    #[serde(default)]
    pub radius_m: Option<Band>,
    /// Floor area, square metres.
    #[serde(default)]
    pub floor_m2: Option<Band>,
    /// People that one serves.
    #[serde(default)]
    pub people: Option<Band>,
    /// Whether the numbers were seen in a source; if not, compare them with the printed standard.
    pub verified: bool,
    /// Where they were seen.
    pub source: String,
}

/// A unit of people that is no circle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// People of one.
    pub people: Band,
    /// Whether the numbers were seen in a source; if not, compare them with the printed standard.
    pub verified: bool,
    /// Where they were seen.
    pub source: String,
}

/// Something a standard asks for that is not judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotJudged {
    /// What it is about.
    pub what: String,
    /// What the standard says of it, with its numbers and units.
    pub says: String,
    /// Why it is not judged.
    pub reason: String,
    /// Whether the numbers were seen in a source; if not, compare them with the printed standard.
    pub verified: bool,
    /// Where they were seen.
    pub source: String,
}

impl Edition {
    /// Names of the standards that come with linli.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        BUILT_IN.iter().map(|(name, _)| *name).collect()
    }

    /// A standard that comes with linli.
    ///
    /// # Errors
    /// [`Error::Unknown`] with the names there are.
    pub fn named(name: &str) -> Result<Self> {
        match BUILT_IN.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Self::from_toml(text),
            None => Err(Error::Unknown {
                kind: "standard",
                name: name.to_owned(),
                known: BUILT_IN.iter().map(|(known, _)| (*known).to_owned()).collect(),
            }),
        }
    }

    /// A standard from the text of a TOML file.
    ///
    /// # Errors
    /// [`Error::Parameter`] with the line and the key at fault.
    pub fn from_toml(text: &str) -> Result<Self> {
        let edition: Self = toml::from_str(text).map_err(|fault| {
            let start = fault.span().map_or(0, |span| span.start.min(text.len()));
            let line = text[..start].matches('\n').count();
            let key = text.lines().nth(line).and_then(|line| line.split_once('=')).map(|(key, _)| key.trim());
            let place = key.map_or(format!("line {}", line + 1), |key| format!("line {} ({key})", line + 1));
            Error::parameter("standard", &place, fault.message())
        })?;
        let asks = edition.circle.is_some() || edition.neighbourhood_block.is_some();
        if !asks && edition.facilities.is_empty() && edition.not_judged.is_empty() {
            let rule = "asks for nothing: add a [circle] or a [[facility]]";
            return Err(Error::parameter("standard", &edition.name, rule));
        }
        let mut kinds = edition.circle.iter().flat_map(|circle| &circle.not_cut_by);
        if kinds.any(|kind| kind.trim().is_empty()) {
            let rule = "not_cut_by has a kind without a name; give kinds of barriers, such as \"railway\"";
            return Err(Error::parameter("standard", &edition.name, rule));
        }
        let limits = edition.circle.iter().map(|circle| ("[circle]", circle.radius_m, circle.minutes));
        let needs = edition.facilities.iter().map(|need| (need.service.as_str(), need.radius_m, need.minutes));
        for (what, radius_m, minutes) in limits.chain(needs) {
            let has_end = radius_m.is_some_and(|band| band.most.is_some()) || minutes.is_some();
            if !has_end {
                let rule = format!("{what} has no limit: give radius_m with an upper end, or minutes");
                return Err(Error::parameter("standard", &edition.name, &rule));
            }
        }
        Ok(edition)
    }
}

impl Circle {
    /// The lenient limit, walking metres, at a walking speed.
    #[must_use]
    pub fn limit_m(&self, speed_m_per_s: f64) -> f64 {
        limit_m(self.radius_m, self.minutes, speed_m_per_s)
    }
}

impl Need {
    /// The lenient limit, walking metres, at a walking speed.
    #[must_use]
    pub fn limit_m(&self, speed_m_per_s: f64) -> f64 {
        limit_m(self.radius_m, self.minutes, speed_m_per_s)
    }
}

/// Metres where the standard gives them, else its minutes at this speed.
fn limit_m(radius_m: Option<Band>, minutes: Option<Positive>, speed_m_per_s: f64) -> f64 {
    let by_minutes = minutes.map(|minutes| minutes.0 * 60.0 * speed_m_per_s);
    // Checked when read: one of the two is there.
    radius_m.and_then(|band| band.most).or(by_minutes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_standard_is_named_as_it_is_called() {
        for (name, text) in BUILT_IN {
            let edition = Edition::from_toml(text).unwrap();
            assert_eq!(edition.name, *name);
            assert!(!edition.source.is_empty() && !edition.edition.is_empty());
            assert!(edition.not_judged.iter().all(|open| !open.says.is_empty() && !open.reason.is_empty()));
        }
        assert!(Edition::named("gb50180-2018/20").unwrap_err().to_string().contains("gb50180-2018/15"));
    }

    #[test]
    fn a_fault_names_its_line_and_key() {
        let good = "name = \"x\"\ntitle = \"x\"\nedition = \"x\"\nsource = \"x\"\n\n[circle]\nradius_m = [800, 1000]\nverified = true\nsource = \"x\"\n";
        assert!(Edition::from_toml(good).is_ok());
        for (from, to, said) in [
            ("[800, 1000]", "[1000, 800]", ["line 7 (radius_m)", "must be above 0 and rise"]),
            ("[800, 1000]", "-5", ["line 7 (radius_m)", "must be above 0"]),
            ("[800, 1000]", "\"far\"", ["line 7 (radius_m)", "give a number"]),
            ("radius_m", "radius", ["line 7 (radius)", "unknown field"]),
            ("verified = true\n", "", ["line 6", "missing field `verified`"]),
            ("[800, 1000]", "[800]", ["no limit", "upper end"]),
            ("verified", "not_cut_by = [\"railway\", \" \"]\nverified", ["not_cut_by", "such as \"railway\""]),
            ("verified", "not_cut_by = \"railway\"\nverified", ["line 8 (not_cut_by)", "expected a sequence"]),
            (
                "[circle]\nradius_m = [800, 1000]\nverified = true\nsource = \"x\"\n",
                "",
                ["asks for nothing", "[circle]"],
            ),
        ] {
            let message = Edition::from_toml(&good.replace(from, to)).unwrap_err().to_string();
            assert!(said.iter().all(|said| message.contains(said)), "{message}");
        }
    }
}
