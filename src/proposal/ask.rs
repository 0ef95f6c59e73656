//! What a planner asks: how many more, by which measure, and where they may stand.

use serde::Serialize;

use super::candidates::Candidates;
use crate::{
    error::{Error, Result},
    standard::Standard,
};

/// By what the new centres are judged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// As many people as possible within the standard.
    Mclp,
    /// The same, when nearer counts more: fully up to so many minutes, not at all at the standard.
    Gradual {
        /// Walk up to which people count fully, minutes.
        full_minutes: f64,
    },
    /// As few new centres as bring everyone within the standard.
    Lscp,
    /// The shortest walks on average.
    PMedian,
    /// The shortest longest walk.
    PCenter,
}

impl Model {
    /// The word used in every file and table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Mclp => "mclp",
            Self::Gradual { .. } => "gradual",
            Self::Lscp => "lscp",
            Self::PMedian => "p_median",
            Self::PCenter => "p_center",
        }
    }

    /// Whether only walks within the standard matter.
    pub(super) fn is_covering(self) -> bool {
        matches!(self, Self::Mclp | Self::Gradual { .. } | Self::Lscp)
    }

    /// Whether every place counts alike, whoever lives there.
    pub(super) fn counts_places(self) -> bool {
        matches!(self, Self::Lscp | Self::PCenter)
    }
}

/// Where to put the next centres, and on which terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// How far is near enough.
    pub standard: Standard,
    /// By what to judge.
    pub model: Model,
    /// New centres in each phase; one entry where there are no phases, none for LSCP.
    pub new: Vec<usize>,
    /// Count only centres that offer this service; new ones do.
    pub service: Option<String>,
    /// Count this measure, such as `over_60`, instead of all residents.
    pub group: Option<String>,
    /// Where new centres may stand.
    pub candidates: Candidates,
    /// Candidates that may not be chosen, by id or unique name.
    pub forbidden: Vec<String>,
    /// Measures whose people walk at a speed of their own, metres per second; they
    /// must not overlap. All others walk at the speed of the standard.
    pub speeds: Vec<(String, f64)>,
    /// Stop when objective and bound are this close, relative to the objective.
    pub gap: f64,
    /// Stop after this many seconds with the best plan so far.
    pub time_limit_s: Option<f64>,
    /// Seed of the random restarts.
    pub seed: u64,
}

impl Ask {
    /// Five new centres for as many people as possible, with proof.
    #[must_use]
    pub fn within(standard: Standard) -> Self {
        Self {
            standard,
            model: Model::Mclp,
            new: vec![5],
            service: None,
            group: None,
            candidates: Candidates::default(),
            forbidden: vec![],
            speeds: vec![],
            gap: 0.0,
            time_limit_s: None,
            seed: 0,
        }
    }

    /// Refuse what cannot be asked.
    pub(super) fn check(&self) -> Result<()> {
        let shown = || self.new.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        if self.model == Model::Lscp {
            if !self.new.is_empty() {
                return Err(Error::parameter(
                    "new",
                    &shown(),
                    "lscp finds the fewest new centres itself: leave it out",
                ));
            }
        } else if self.new.is_empty() {
            return Err(Error::parameter("new", &"nothing", "say how many new centres there shall be"));
        }
        if let Some(phase) = self.new.iter().position(|&new| new == 0) {
            if self.new.len() == 1 {
                return Err(Error::parameter("new", &0, "give at least 1 new centre"));
            }
            let rule = format!("phase {} opens no centre; give at least 1 in each", phase + 1);
            return Err(Error::parameter("phases", &shown(), &rule));
        }
        if self.new.len() > 1 && self.model == Model::PCenter {
            return Err(Error::parameter(
                "phases",
                &shown(),
                "longest walks cannot be added up over phases: ask mclp, gradual or p_median",
            ));
        }
        if let Model::Gradual { full_minutes } = self.model
            && !(full_minutes >= 0.0 && full_minutes < self.standard.minutes())
        {
            let rule = format!("give minutes from 0 to below the {} of the standard", self.standard.minutes());
            return Err(Error::parameter("full_minutes", &full_minutes, &rule));
        }
        if !self.speeds.is_empty() {
            if !matches!(self.model, Model::Mclp | Model::Lscp) {
                let rule = "only mclp and lscp ask of groups that walk at speeds of their own";
                return Err(Error::parameter("speeds", &self.model.word(), rule));
            }
            if let Some(group) = &self.group {
                return Err(Error::parameter(
                    "group",
                    group,
                    "speeds counts everyone, group by group: give one of the two",
                ));
            }
        }
        Ok(())
    }
}
