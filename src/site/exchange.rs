//! Why this site and not that one: what exchanging them would cost.

use serde::Serialize;

use crate::{
    error::{Error, Result},
    reach::Reach,
};

use super::{
    problem::{NONE, Role},
    rules::Rules,
    terms::{Asked, Terms, check_weight},
};

/// What every exchange of a chosen site for a rejected one would lose.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Exchanges {
    /// Chosen sites that are not fixed, rising.
    pub chosen: Vec<u32>,
    /// Sites that could take their place, rising.
    pub rejected: Vec<u32>,
    /// Row by row of `chosen`: people no longer covered, or person-metres more, when
    /// the site is exchanged for each of `rejected`. Negative where it would be better.
    pub lost: Vec<f64>,
    /// The same when the site of the row is closed and none takes its place; infinite
    /// where someone would then have no site at all.
    pub closed: Vec<f64>,
}

impl Exchanges {
    /// What is lost when the `chosen`-th site is exchanged for the `rejected`-th.
    #[must_use]
    pub fn lost(&self, chosen: usize, rejected: usize) -> f64 {
        self.lost[chosen * self.rejected.len() + rejected]
    }

    /// The next best: the rejected site that loses least in the place of the `chosen`-th, and what it loses.
    ///
    /// Of equals the lower row.
    #[must_use]
    pub fn next_best(&self, chosen: usize) -> Option<(u32, f64)> {
        let row = self.rejected.iter().enumerate().map(|(at, &site)| (site, self.lost(chosen, at)));
        row.reduce(|best, next| if next.1 < best.1 { next } else { best })
    }
}

/// What a siting plan is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Worth {
    /// People within the limit of a site, as in [`mclp`](super::mclp()).
    Covered,
    /// People times metres, as in [`p_median`](super::p_median()).
    PersonMetres,
}

/// What exchanging each chosen site for each rejected one would lose, by definition.
///
/// `chosen` are the sites of a plan, the fixed ones among them; sites fixed or
/// forbidden by the terms take no part. Work: chosen × pairs.
///
/// # Errors
/// As [`mclp`](super::mclp()), and [`Error::Parameter`] for chosen sites that do
/// not exist, are forbidden or given twice, that lack a fixed site, or (for
/// person-metres) leave a row without a site.
pub fn exchanges(reach: &Reach, weight: &[f64], chosen: &[u32], worth: Worth, terms: &Terms) -> Result<Exchanges> {
    let asked = Asked::new(reach, terms)?;
    Rules::none(terms, "exchanges")?;
    check_weight(reach, weight)?;
    let open = check_chosen(&asked, chosen)?;
    let price = |row: usize, walk_m: f64| match worth {
        Worth::Covered => weight[row] * f64::from(u8::from(walk_m.is_infinite())),
        Worth::PersonMetres => weight[row] * walk_m,
    };
    let served = two_nearest(reach, &asked, &open);
    if worth == Worth::PersonMetres
        && let Some(row) = served.iter().position(|served| served.0 == NONE)
    {
        let rule = format!("demand row {row} has none of these sites within its limit");
        return Err(Error::parameter("chosen", &format!("{} sites", chosen.len()), &rule));
    }
    let free = |&site: &u32| asked.role[site as usize] == Role::Free;
    let (chosen, rejected): (Vec<u32>, Vec<u32>) =
        (0..asked.role.len() as u32).filter(free).partition(|&site| open[site as usize]);
    let mut found = Exchanges { chosen, rejected, lost: vec![], closed: vec![] };
    for &closing in &found.chosen {
        // Each row's walk without the site; rows that then have none are counted apart.
        let without = |row: usize| if served[row].0 == closing { served[row].2 } else { served[row].1 };
        let missed = |row: usize| worth == Worth::PersonMetres && without(row).is_infinite();
        let mut apart = 0;
        let mut closed = 0.0;
        for (row, _) in reach.column(closing as usize).filter(|&(row, _)| served[row as usize].0 == closing) {
            let row = row as usize;
            if missed(row) {
                apart += 1;
            } else {
                closed += price(row, without(row)) - price(row, served[row].1);
            }
        }
        found.closed.push(if apart > 0 { f64::INFINITY } else { closed });
        for &opening in &found.rejected {
            let (mut lost, mut left) = (closed, apart);
            for (row, walk_m) in reach.column(opening as usize).filter(|&(_, walk_m)| walk_m <= asked.limit_m) {
                let row = row as usize;
                if missed(row) {
                    left -= 1;
                    lost += price(row, walk_m) - price(row, served[row].1);
                } else if walk_m < without(row) {
                    lost += price(row, walk_m) - price(row, without(row));
                }
            }
            found.lost.push(if left > 0 { f64::INFINITY } else { lost });
        }
    }
    Ok(found)
}

/// Which sites are open, if the choice keeps the terms.
fn check_chosen(asked: &Asked, chosen: &[u32]) -> Result<Vec<bool>> {
    let mut open = vec![false; asked.role.len()];
    for &site in chosen {
        let rule = match asked.role.get(site as usize) {
            None => "there is no such site",
            Some(Role::Forbidden) => "is forbidden",
            Some(_) if open[site as usize] => "is given twice",
            Some(_) => {
                open[site as usize] = true;
                continue;
            }
        };
        return Err(Error::parameter("chosen", &site, rule));
    }
    match asked.fixed.iter().find(|&&site| !open[site as usize]) {
        Some(site) => Err(Error::parameter("chosen", site, "is fixed and must be among the chosen sites")),
        None => Ok(open),
    }
}

/// Nearest open site of each row, the walk to it, and the walk to the second nearest, metres.
fn two_nearest(reach: &Reach, asked: &Asked, open: &[bool]) -> Vec<(u32, f64, f64)> {
    let nearest = |row| {
        let mut found = (NONE, f64::INFINITY, f64::INFINITY);
        for (site, walk_m) in reach.row(row) {
            if !open[site as usize] || walk_m > asked.limit_m {
                continue;
            }
            if walk_m < found.1 {
                found = (site, walk_m, found.1);
            } else {
                found.2 = found.2.min(walk_m);
            }
        }
        found
    };
    (0..reach.shape().0).map(nearest).collect()
}
