//! Which ways a walker may use, and how fast: tag rules as data.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use super::hex;
use crate::error::{Error, Result};

/// Tag rules of one kind of walker, written as TOML.
///
/// Values match exactly; `*` matches any. A way is judged in this order, and the
/// first rule that speaks decides:
///
/// 1. it must have a `highway` tag, or one of the tags in `also`;
/// 2. `never`: tags that refuse it whatever else is said;
/// 3. `foot`: values that forbid it; `highway` values that need a tag in
///    `permits`; then `foot` values that permit it;
/// 4. `access`: values that forbid it;
/// 5. `unless_foot`: tags that refuse it without a permit in `foot`;
/// 6. `highway`: values that are allowed, values that need a permit (from `foot`
///    or `permits`), and what becomes of values that are not listed.
///
/// Foot goes before access and access before the default of the road, as
/// OpenStreetMap's access rules have it (wiki: Key:access).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its name, shown in every result.
    pub name: String,
    /// Usual speed of this walker, metres per second: for the reader to pick a
    /// standard by. No walk is measured with it.
    pub speed_m_per_s: f64,
    /// What is made of `highway` values.
    pub highway: Highway,
    /// What is made of `foot` values.
    pub foot: Foot,
    /// Values of `access` that forbid a way.
    #[serde(default)]
    pub access: Vec<String>,
    /// Tags (key, values) that count as a way where there is no `highway`, such
    /// as platforms; a ferry would be `route = ["ferry"]`.
    #[serde(default)]
    pub also: BTreeMap<String, Vec<String>>,
    /// Tags that refuse a way in any case.
    #[serde(default)]
    pub never: BTreeMap<String, Vec<String>>,
    /// Tags that refuse a way unless `foot` permits it.
    #[serde(default)]
    pub unless_foot: BTreeMap<String, Vec<String>>,
    /// Tags that permit a way whose `highway` needs it, as `foot` would.
    #[serde(default)]
    pub permits: Vec<Permit>,
    /// Ways walked more slowly; the first that matches counts.
    #[serde(default)]
    pub slower: Vec<Slower>,
    /// Keys that make a way one-way for walkers (`yes`, `1`, `-1`, `reverse`).
    #[serde(default)]
    pub oneway: Vec<String>,
    /// Barriers on ways.
    #[serde(default)]
    pub gates: Gates,
}

/// What is made of `highway` values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Highway {
    /// Walkable unless another rule refuses.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Walkable only with a permit.
    #[serde(default)]
    pub with_permit: Vec<String>,
    /// Walkable only with a tag in `permits`: that walkers may use it is not
    /// enough, such as steps for wheelchairs.
    #[serde(default)]
    pub with_tag: Vec<String>,
    /// Whether values that are not listed are walkable.
    pub allow_others: bool,
}

/// What is made of `foot` values.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foot {
    /// Values that permit a way.
    #[serde(default)]
    pub permit: Vec<String>,
    /// Values that forbid it.
    #[serde(default)]
    pub forbid: Vec<String>,
}

/// A tag that permits ways of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permit {
    /// The `highway` value it holds for.
    pub highway: String,
    /// The tag's key.
    pub key: String,
    /// Values that permit.
    pub values: Vec<String>,
}

/// A tag that slows a walker down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slower {
    /// The tag's key.
    pub key: String,
    /// Values it holds for.
    pub values: Vec<String>,
    /// Speed as a part of the usual one, above 0 and at most 1. A flight of 20 m
    /// at 0.5 counts as 40 walking metres.
    pub factor: f64,
}

/// Nodes tagged `barrier` at which a way is cut.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// Barriers that are closed where `foot` or `access` forbids.
    #[serde(default)]
    pub closed_where_forbidden: Vec<String>,
    /// Barriers this walker never passes.
    #[serde(default)]
    pub closed: Vec<String>,
}

/// Names of the profiles that come with linli, and their rules.
const BUILT_IN: [(&str, &str); 4] = [
    ("adult", include_str!("profiles/adult.toml")),
    ("older", include_str!("profiles/older.toml")),
    ("stroller", include_str!("profiles/stroller.toml")),
    ("wheelchair", include_str!("profiles/wheelchair.toml")),
];

/// What a profile makes of a way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// It is walked, at this part of the usual speed.
    Walkable {
        /// Part of the usual speed, above 0 and at most 1.
        factor: f64,
        /// In the direction it is drawn in.
        forward: bool,
        /// Against it.
        backward: bool,
    },
    /// It is not, for this reason.
    Refused(Reason),
}

/// Why a way is not walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Neither a `highway` nor anything the profile takes for one; not counted as refused.
    NotAWay,
    /// A tag in `never`.
    Never,
    /// `foot` forbids it.
    Foot,
    /// `access` forbids it.
    Access,
    /// A tag in `unless_foot`.
    UnlessFoot,
    /// Its `highway` value is not walkable without a permit.
    Highway,
}

impl Reason {
    /// The reasons that are counted while reading.
    pub const COUNTED: [Self; 5] = [Self::Never, Self::Foot, Self::Access, Self::UnlessFoot, Self::Highway];
}

impl Profile {
    /// A profile that comes with linli: `adult` (the default), `older`,
    /// `stroller` or `wheelchair`.
    ///
    /// ```
    /// let wheelchair = linli::network::Profile::built_in("wheelchair")?;
    /// assert!(wheelchair.judge(&[("highway", "steps")]) != wheelchair.judge(&[("highway", "footway")]));
    /// # Ok::<(), linli::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Unknown`] for another name.
    pub fn built_in(name: &str) -> Result<Self> {
        Self::from_toml(Self::built_in_toml(name)?)
    }

    /// The TOML text of a profile that comes with linli, to start one's own from.
    ///
    /// # Errors
    /// As [`Profile::built_in`].
    pub fn built_in_toml(name: &str) -> Result<&'static str> {
        let found = BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, rules)| *rules);
        found.ok_or_else(|| Error::Unknown {
            kind: "walker's profile",
            name: name.to_owned(),
            known: BUILT_IN.iter().map(|(known, _)| (*known).to_owned()).collect(),
        })
    }

    /// A profile from the text of a TOML file.
    ///
    /// # Errors
    /// [`Error::Parameter`] with the line at fault.
    pub fn from_toml(text: &str) -> Result<Self> {
        let profile: Self = toml::from_str(text).map_err(|fault| {
            let start = fault.span().map_or(0, |span| span.start.min(text.len()));
            let line = text[..start].matches('\n').count() + 1;
            Error::parameter("profile", &format!("line {line}"), fault.message())
        })?;
        if let Some(slower) = profile.slower.iter().find(|slower| !(slower.factor > 0.0 && slower.factor <= 1.0)) {
            return Err(Error::parameter("profile: slower.factor", &slower.factor, "must be above 0 and at most 1"));
        }
        if !(profile.speed_m_per_s > 0.0 && profile.speed_m_per_s <= 5.0) {
            let value = profile.speed_m_per_s;
            return Err(Error::parameter("profile: speed_m_per_s", &value, "must be above 0 and at most 5"));
        }
        Ok(profile)
    }

    /// SHA-256 of the rules, the first 16 hexadecimal digits. Comments and layout don't change it.
    #[must_use]
    pub fn hash(&self) -> String {
        // Every map is sorted, so equal rules give equal text.
        let rules = serde_json::to_string(self).unwrap_or_default();
        hex(&Sha256::digest(rules)[..8])
    }

    /// What this walker makes of a way with these tags.
    #[must_use]
    pub fn judge(&self, tags: &[(&str, &str)]) -> Verdict {
        let value = |key: &str| tags.iter().find(|(k, _)| *k == key).map(|(_, value)| *value);
        let any = |rules: &BTreeMap<String, Vec<String>>| {
            rules.iter().any(|(key, values)| value(key).is_some_and(|value| matches(values, value)))
        };
        let highway = value("highway");
        if highway.is_none() && !any(&self.also) {
            return Verdict::Refused(Reason::NotAWay);
        }
        if any(&self.never) {
            return Verdict::Refused(Reason::Never);
        }
        if value("foot").is_some_and(|foot| matches(&self.foot.forbid, foot)) {
            return Verdict::Refused(Reason::Foot);
        }
        let permitted = |kind: &str| {
            let holds = |permit: &Permit| {
                permit.highway == kind && value(&permit.key).is_some_and(|value| matches(&permit.values, value))
            };
            self.permits.iter().any(holds)
        };
        if highway.is_some_and(|kind| self.highway.with_tag.iter().any(|known| known == kind) && !permitted(kind)) {
            return Verdict::Refused(Reason::Highway);
        }
        if !value("foot").is_some_and(|foot| matches(&self.foot.permit, foot)) {
            if value("access").is_some_and(|access| matches(&self.access, access)) {
                return Verdict::Refused(Reason::Access);
            }
            if any(&self.unless_foot) {
                return Verdict::Refused(Reason::UnlessFoot);
            }
            let walkable = highway.is_none_or(|kind| {
                let listed = |list: &[String]| list.iter().any(|known| known == kind);
                listed(&self.highway.allow)
                    || permitted(kind)
                    || (self.highway.allow_others && !listed(&self.highway.with_permit))
            });
            if !walkable {
                return Verdict::Refused(Reason::Highway);
            }
        }
        let factor = self.slower.iter().find(|slower| value(&slower.key).is_some_and(|v| matches(&slower.values, v)));
        let (mut forward, mut backward) = (true, true);
        for direction in self.oneway.iter().filter_map(|key| value(key)) {
            match direction {
                "yes" | "1" | "true" => backward = false,
                "-1" | "reverse" => forward = false,
                _ => {}
            }
        }
        Verdict::Walkable { factor: factor.map_or(1.0, |slower| slower.factor), forward, backward }
    }

    /// Whether a way is cut at a node with these tags.
    #[must_use]
    pub fn is_closed(&self, tags: &[(&str, &str)]) -> bool {
        let value = |key: &str| tags.iter().find(|(k, _)| *k == key).map(|(_, value)| *value);
        let Some(barrier) = value("barrier") else { return false };
        if matches(&self.gates.closed, barrier) {
            return true;
        }
        let forbidden = match value("foot") {
            Some(foot) if matches(&self.foot.permit, foot) => false,
            Some(foot) if matches(&self.foot.forbid, foot) => true,
            _ => value("access").is_some_and(|access| matches(&self.access, access)),
        };
        forbidden && matches(&self.gates.closed_where_forbidden, barrier)
    }
}

impl Default for Profile {
    /// The built-in profile `adult`.
    fn default() -> Self {
        match Self::built_in("adult") {
            Ok(adult) => adult,
            Err(fault) => unreachable!("the built-in profiles are tested: {fault}"),
        }
    }
}

fn matches(values: &[String], value: &str) -> bool {
    values.iter().any(|known| known == value || known == "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walkable(profile: &str, tags: &[(&str, &str)]) -> bool {
        matches!(Profile::built_in(profile).unwrap().judge(tags), Verdict::Walkable { .. })
    }

    #[test]
    fn every_built_in_profile_is_named_as_it_is_called() {
        let mut hashes: Vec<String> = BUILT_IN
            .iter()
            .map(|(name, _)| {
                let profile = Profile::built_in(name).unwrap();
                assert_eq!(profile.name, *name);
                profile.hash()
            })
            .collect();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), BUILT_IN.len());
        assert!(Profile::built_in("cyclist").unwrap_err().to_string().contains("wheelchair"));
    }

    #[test]
    fn foot_goes_before_access_and_access_before_the_road() {
        assert!(walkable("adult", &[("highway", "residential")]));
        assert!(!walkable("adult", &[("highway", "residential"), ("access", "private")]));
        assert!(walkable("adult", &[("highway", "residential"), ("access", "private"), ("foot", "yes")]));
        assert!(!walkable("adult", &[("highway", "footway"), ("foot", "no")]));
        assert!(!walkable("adult", &[("highway", "motorway")]));
        assert!(walkable("adult", &[("highway", "motorway"), ("foot", "yes")]));
        assert!(!walkable("adult", &[("highway", "construction"), ("foot", "yes")]));
        assert!(!walkable("adult", &[("route", "ferry"), ("foot", "yes")]));
        assert!(walkable("adult", &[("railway", "platform")]));
        assert!(!walkable("adult", &[("building", "yes")]));
        // Roads whose pavement is mapped on its own stay: elsewhere it may not be joined to them.
        assert!(walkable("adult", &[("highway", "secondary"), ("sidewalk", "separate")]));
    }

    #[test]
    fn values_match_exactly_and_not_as_parts_of_words() {
        // A pattern of "no" would match this name of a track.
        assert!(walkable("adult", &[("highway", "track"), ("foot", "unknown")]));
        assert!(walkable("adult", &[("highway", "footway"), ("access", "no_such_value")]));
    }

    #[test]
    fn wheelchairs_take_no_steps_and_the_others_take_them_slowly() {
        let steps = [("highway", "steps")];
        assert!(
            !walkable("wheelchair", &steps)
                && walkable("wheelchair", &[("highway", "steps"), ("ramp:wheelchair", "yes")])
        );
        assert!(!walkable("wheelchair", &[("highway", "steps"), ("foot", "yes")]));
        let factor = |profile: &str| match Profile::built_in(profile).unwrap().judge(&steps) {
            Verdict::Walkable { factor, .. } => factor,
            Verdict::Refused(_) => 0.0,
        };
        assert!(factor("adult") == 0.5 && factor("older") < factor("adult") && factor("stroller") < factor("older"));
    }

    #[test]
    fn one_way_footways_hold_for_walkers_and_one_way_roads_don_t() {
        let direction = |tags: &[(&str, &str)]| match Profile::default().judge(tags) {
            Verdict::Walkable { forward, backward, .. } => (forward, backward),
            Verdict::Refused(_) => (false, false),
        };
        assert_eq!(direction(&[("highway", "residential"), ("oneway", "yes")]), (true, true));
        assert_eq!(direction(&[("highway", "footway"), ("oneway:foot", "yes")]), (true, false));
        assert_eq!(direction(&[("highway", "footway"), ("oneway:foot", "-1")]), (false, true));
    }

    #[test]
    fn a_gate_is_closed_where_walkers_may_not_pass() {
        let adult = Profile::default();
        assert!(!adult.is_closed(&[("barrier", "gate")]));
        assert!(adult.is_closed(&[("barrier", "gate"), ("access", "private")]));
        assert!(!adult.is_closed(&[("barrier", "gate"), ("access", "private"), ("foot", "yes")]));
        assert!(!adult.is_closed(&[("access", "private")]));
        assert!(Profile::built_in("wheelchair").unwrap().is_closed(&[("barrier", "stile")]));
    }

    #[test]
    fn a_faulty_profile_names_its_line() {
        let message = Profile::from_toml("name = \"x\"\nspeed = 1.0\n").unwrap_err().to_string();
        assert!(message.contains("line 2") && message.contains("speed"), "{message}");
        let text = include_str!("profiles/adult.toml").replace("factor = 0.5", "factor = 0.0");
        assert!(Profile::from_toml(&text).unwrap_err().to_string().contains("factor"));
    }
}
