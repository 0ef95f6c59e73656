//! The question asked.

use super::{
    answer::{Pick, Proposal, Provenance},
    ask::{Ask, Model},
    table::Table,
    uncoverable::{in_the_citys_words, refuse_uncoverable},
    worth::{Walks, worths},
};
use crate::{
    city::City,
    control::Control,
    coverage,
    error::Result,
    site,
    walk::{OnPlane, Walk},
};

/// Find where the next centres of a city should go (选址).
///
/// Existing centres stay open; those that do not offer the service asked for
/// count as closed. Committees without a place, of unknown population, or from
/// which no site can be reached are in [`Proposal::left_out`].
///
/// For `p_median` and `p_center` everybody walks to some centre, and the
/// standard only counts who is near.
///
/// # Errors
/// [`Error::Infeasible`](crate::Error::Infeasible) when there are fewer
/// candidates than new centres, or `lscp` cannot reach everyone: it names the
/// committees and the minutes that would do.
/// [`Error::Unknown`](crate::Error::Unknown) and
/// [`Error::Parameter`](crate::Error::Parameter) for names and numbers that cannot be.
pub fn propose(city: &City, walk: &dyn Walk, ask: &Ask, control: &Control) -> Result<Proposal> {
    let walk = &OnPlane::new(walk, &city.frame().plane)?;
    let table = Table::new(city, walk, ask, control)?;
    let terms = table.terms(ask);
    if ask.model == Model::Lscp {
        refuse_uncoverable(city, walk, &table, ask, control)?;
    }
    let words = |error| in_the_citys_words(error, city, &table, ask);
    let new: usize = ask.new.iter().sum();
    let (plan, phases) = if ask.new.len() > 1 {
        let maximise = ask.model != Model::PMedian;
        let sites = table.sites.len();
        let found = site::phases(&ask.new, &terms, maximise, sites, control, |p, terms| table.solve(p, terms, control));
        let found = found.map_err(words)?;
        (found.phases[found.phases.len() - 1].plan.clone(), Some(found))
    } else {
        (table.solve(table.existing + new, &terms, control).map_err(words)?, None)
    };
    let opened: Vec<Vec<u32>> = match &phases {
        Some(found) => found.phases.iter().map(|phase| phase.opened.clone()).collect(),
        None => vec![plan.sites.iter().filter(|chosen| !chosen.fixed).map(|chosen| chosen.site).collect()],
    };
    let mut picks = vec![];
    for (phase, worths) in worths(&table, &opened).into_iter().enumerate() {
        picks.extend(worths.into_iter().map(|worth| Pick {
            site: worth.site,
            phase: phase + 1,
            gained: Some(worth.gained).filter(|gained| gained.is_finite()),
            lost: Some(worth.lost).filter(|lost| lost.is_finite()),
            people_gained: worth.people_gained,
            people_lost: worth.people_lost,
        }));
    }
    let walks = Walks::with(&table, plan.sites.iter().map(|chosen| chosen.site));
    let before = Walks::with(&table, 0..table.existing as u32);
    let provenance = provenance(city, walk, &table, ask);
    Ok(Proposal { table, ask: ask.clone(), plan, phases, picks, walks, before, provenance })
}

fn provenance(city: &City, walk: &dyn Walk, table: &Table, ask: &Ask) -> Provenance {
    Provenance {
        coverage: coverage::Provenance {
            walk: walk.assumptions(),
            minutes: Some(ask.standard.minutes()),
            speed_m_per_s: ask.standard.speed_m_per_s(),
            limit_m: Some(ask.standard.limit_m()),
            service: ask.service.clone(),
            group: ask.group.clone(),
            // Those of the proposal stand beside these.
            speeds: vec![],
            layer: city.layer_name().map(str::to_owned),
            input_hash: city.input_hash().to_owned(),
            barriers_hash: None,
            note: city.frame().note.clone(),
            version: env!("CARGO_PKG_VERSION"),
        },
        model: ask.model.word(),
        full_minutes: if let Model::Gradual { full_minutes } = ask.model { Some(full_minutes) } else { None },
        new: ask.new.clone(),
        candidates: table.about.clone(),
        spacing_m: table.spacing_m,
        forbidden: ask.forbidden.clone(),
        speeds: ask.speeds.clone(),
        gap: ask.gap,
        time_limit_s: ask.time_limit_s,
        seed: ask.seed,
    }
}
