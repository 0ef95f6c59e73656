//! JSON objects member by member, in order, without losing one that stands twice.

use std::{cell::Cell, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// The members of an object, values still as text.
#[derive(Debug)]
pub(super) struct Members<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The text of a member, where it is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(key, _)| key == name).map(|&(_, value)| value).filter(|value| value.get() != "null")
    }

    /// A member that is text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// A name that stands twice.
    pub(super) fn repeated(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).find_map(|pair| match pair {
            [a, b] if a == b => Some(*a),
            _ => None,
        })
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = vec![];
                while let Some(name) = map.next_key::<String>()? {
                    members.push((name, map.next_value::<&'de RawValue>()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// What the top object of a file holds beside its features.
#[derive(Debug)]
pub(super) struct Top<'a> {
    /// Every member but the first `features`.
    pub(super) members: Members<'a>,
    /// What `features` was, where it was no array.
    pub(super) features: Features,
}

/// Whether there were features to hand over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Features {
    /// No such member.
    Missing,
    /// Something else than an array.
    NotAnArray,
    /// An array, handed over element by element.
    Read,
    /// The member stands twice.
    Twice,
}

/// Reads the top object, and hands over its features one by one without holding them all.
pub(super) struct Streaming<'c, F> {
    /// Takes the feature's number and text.
    pub(super) each: F,
    /// The feature being read, so that a syntax error can name it.
    pub(super) at: &'c Cell<Option<usize>>,
}

impl<'de, F: FnMut(usize, &'de RawValue)> DeserializeSeed<'de> for Streaming<'_, F> {
    type Value = Top<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(usize, &'de RawValue)> Visitor<'de> for Streaming<'_, F> {
    type Value = Top<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = vec![];
        let mut features = Features::Missing;
        while let Some(name) = map.next_key::<String>()? {
            if name == "features" {
                features = if features == Features::Missing {
                    map.next_value_seed(FeatureArray { each: &mut self.each, at: self.at })?
                } else {
                    map.next_value::<IgnoredAny>()?;
                    Features::Twice
                };
            } else {
                members.push((name, map.next_value::<&'de RawValue>()?));
            }
        }
        Ok(Top { members: Members(members), features })
    }
}

struct FeatureArray<'f, 'c, F> {
    each: &'f mut F,
    at: &'c Cell<Option<usize>>,
}

impl<'de, F: FnMut(usize, &'de RawValue)> DeserializeSeed<'de> for FeatureArray<'_, '_, F> {
    type Value = Features;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(usize, &'de RawValue)> Visitor<'de> for FeatureArray<'_, '_, F> {
    type Value = Features;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut feature = 0;
        loop {
            self.at.set(Some(feature));
            let Some(text) = seq.next_element::<&'de RawValue>()? else { break };
            (self.each)(feature, text);
            feature += 1;
        }
        self.at.set(None);
        Ok(Features::Read)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Features::NotAnArray)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Features::NotAnArray)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Features::NotAnArray)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Features::NotAnArray)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Features::NotAnArray)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Features::NotAnArray)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Features::NotAnArray)
    }
}
