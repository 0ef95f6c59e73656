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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_faulty_profile_names_its_line() {
        let message = Profile::from_toml("name = \"x\"\nspeed = 1.0\n").unwrap_err().to_string();
        assert!(message.contains("line 2") && message.contains("speed"), "{message}");
        let text = include_str!("profiles/adult.toml").replace("factor = 0.5", "factor = 0.0");
        assert!(Profile::from_toml(&text).unwrap_err().to_string().contains("factor"));
    }
}
