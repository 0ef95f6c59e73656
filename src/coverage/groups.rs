//! Coverage of groups that walk at speeds of their own, each person counted once.

use serde::Serialize;

use super::{Row, RowStatus, Totals};
use crate::{paces::Walkers, standard::Standard};

/// Coverage of the people who walk at one speed.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupRows {
    /// Who they are, and how far they may walk.
    pub walkers: Walkers,
    /// One row per committee: of these people only.
    pub rows: Vec<Row>,
}

/// Sums over the people who walk at one speed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupTotals {
    /// The group, and which groups inside it are not counted here; "others" for all the rest.
    pub name: String,
    /// Their walking speed, metres per second.
    pub speed_m_per_s: f64,
    /// How far they may walk, metres.
    pub limit_m: f64,
    /// Their sums.
    #[serde(flatten)]
    pub totals: Totals,
}

impl GroupRows {
    pub(super) fn totals(&self) -> GroupTotals {
        let (speed_m_per_s, limit_m) = (self.walkers.speed_m_per_s, self.walkers.limit_m);
        GroupTotals { name: self.walkers.label(), speed_m_per_s, limit_m, totals: Totals::of(self.rows.iter()) }
    }
}

/// One row per committee from those of its groups, and the minutes its people walk on average.
///
/// A committee of which some group is unknown has unknown people; where nobody
/// lives, those at the standard's own speed stand for all.
pub(super) fn combined(groups: &[GroupRows], standard: Standard) -> (Vec<Row>, Vec<Option<f64>>) {
    let committees = groups.last().map_or(0, |others| others.rows.len());
    (0..committees).map(|row| combined_row(groups, row, standard)).unzip()
}

fn combined_row(groups: &[GroupRows], row: usize, standard: Standard) -> (Row, Option<f64>) {
    let parts = || groups.iter().map(|group| (&group.walkers, &group.rows[row]));
    let others = groups[groups.len() - 1].rows[row];
    let people = parts().map(|(_, part)| part.people).sum::<Option<f64>>();
    let nobody = people == Some(0.0);
    let counted = |part: &Row| nobody || part.people != Some(0.0);
    let all = parts().filter(|(_, part)| counted(part)).all(|(_, part)| part.status == RowStatus::Covered);
    let any = parts().filter(|(_, part)| counted(part)).any(|(_, part)| part.share > 0.0);
    let status = match others.status {
        _ if all => RowStatus::Covered,
        _ if any => RowStatus::Partial,
        RowStatus::Covered | RowStatus::Partial => RowStatus::BeyondLimit,
        // Why nobody is within reach does not depend on the speed.
        status => status,
    };
    let weighed = |of: &dyn Fn(&Walkers, &Row) -> f64| match people {
        Some(people) if people > 0.0 => {
            let sum = parts().fold(0.0, |sum, (walkers, part)| sum + part.people.unwrap_or(0.0) * of(walkers, part));
            Some(sum / people)
        }
        _ => None,
    };
    let share = if all { 1.0 } else { weighed(&|_, part| part.share).unwrap_or(others.share).min(1.0) };
    let minutes_per_m = weighed(&|walkers, _| 1.0 / walkers.speed_m_per_s / 60.0);
    let minutes = others.walk_m.map(|walk_m| minutes_per_m.map_or(standard.minutes_for(walk_m), |pace| pace * walk_m));
    (Row { status, people, share, ..others }, minutes)
}
