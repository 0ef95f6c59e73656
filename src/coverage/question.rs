//! What is asked, and the assumptions that every answer carries.

use serde::Serialize;

use crate::{
    city::City,
    error::{Error, Result},
    paces::{Walkers, walkers},
    standard::Standard,
    walk::{Assumptions, Walk},
};

/// What to ask of a city.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// How far is near enough.
    pub standard: Standard,
    /// Count only centres that offer this service (服务); `None` counts all.
    pub service: Option<String>,
    /// Count this measure, such as `over_60`, instead of all residents.
    pub group: Option<String>,
    /// Measures whose people walk at a speed of their own, metres per second; all
    /// others walk at that of the standard. See [`crate::paces`].
    pub speeds: Vec<(String, f64)>,
}

impl Question {
    /// Everybody, any centre, within this standard.
    #[must_use]
    pub fn within(standard: Standard) -> Self {
        Self { standard, service: None, group: None, speeds: vec![] }
    }

    /// Everyone asked about, by the speed they walk at.
    pub(crate) fn walkers(&self, city: &City) -> Result<Vec<Walkers>> {
        if let (Some(group), false) = (&self.group, self.speeds.is_empty()) {
            let rule = "speeds counts everyone, group by group: give one of the two";
            return Err(Error::parameter("group", group, rule));
        }
        let people = city.demand().weight(self.group.as_deref())?;
        walkers(city.demand(), people, &self.speeds, self.standard)
    }

    /// Refuse speeds by group where a question does not ask of them.
    pub(crate) fn at_one_speed(&self) -> Result<()> {
        if self.speeds.is_empty() {
            return Ok(());
        }
        Err(Error::parameter("speeds", &"given", "this is asked of people who walk at one speed; ask coverage"))
    }
}

/// The assumptions an answer rests on; every result carries them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Provenance {
    /// How distance was measured.
    pub walk: Assumptions,
    /// The limit in minutes, where there is one.
    pub minutes: Option<f64>,
    /// Walking speed, metres per second.
    pub speed_m_per_s: f64,
    /// The limit in walking metres, where there is one.
    pub limit_m: Option<f64>,
    /// The service asked for.
    pub service: Option<String>,
    /// The measure that was counted; `None` is all residents.
    pub group: Option<String>,
    /// Groups with a walking speed of their own, metres per second.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub speeds: Vec<(String, f64)>,
    /// The layers of demand that were counted, where they are not the residents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Hash of the city's data.
    pub input_hash: String,
    /// Hash of the barriers, where the answer depends on them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barriers_hash: Option<String>,
    /// What a reader must be told about the data.
    pub note: Option<String>,
    /// Version of linli.
    pub version: &'static str,
}

impl Provenance {
    /// What an answer to this question rests on.
    #[must_use]
    pub fn of(city: &City, walk: &dyn Walk, question: &Question) -> Self {
        Self {
            walk: walk.assumptions(),
            minutes: Some(question.standard.minutes()),
            speed_m_per_s: question.standard.speed_m_per_s(),
            limit_m: Some(question.standard.limit_m()),
            service: question.service.clone(),
            group: question.group.clone(),
            speeds: question.speeds.clone(),
            layer: city.layer_name().map(str::to_owned),
            input_hash: city.input_hash().to_owned(),
            barriers_hash: None,
            note: city.frame().note.clone(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}
