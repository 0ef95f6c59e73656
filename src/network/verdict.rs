//! What a profile's rules make of a way or a gate.

use std::collections::BTreeMap;

use serde::Serialize;

use super::profile::{Permit, Profile};

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
}
