//! Proposals; see `linli.Proposal`.

use std::sync::Arc;

use numpy::{PyArray2, ToPyArray, ndarray::Array2};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};

use super::{
    OrRaise,
    city::City,
    convert,
    coverage::format,
    detached,
    exceptions::wrong,
    locate::{Exchanges, Point, Tradeoff, point, swaps, tradeoff},
    siting_plan::SitingPlan,
    siting_terms::{count, seed},
};
use crate::{
    city,
    coverage::{Question, coverage},
    io::write_proposal,
    map::Map,
    proposal::{self, Candidates, Model, Place},
    standard::Standard,
    walk::Walk,
    words,
};

/// What a planner asks.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Ask {
    pub(super) ask: proposal::Ask,
}

#[pymethods]
impl Ask {
    #[new]
    #[pyo3(signature = (model, new, *, minutes, speed_m_per_s, candidates, spacing_m, places, service, group,
                        forbidden, speeds, full_minutes, gap, time_limit_s, seed))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        model: &str,
        new: Vec<Bound<'_, PyAny>>,
        minutes: f64,
        speed_m_per_s: f64,
        candidates: &str,
        spacing_m: Option<f64>,
        places: Vec<(String, String, [f64; 2])>,
        service: Option<String>,
        group: Option<String>,
        forbidden: Vec<String>,
        speeds: Vec<(String, f64)>,
        full_minutes: Option<f64>,
        gap: f64,
        time_limit_s: Option<f64>,
        seed: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let model = match (model, full_minutes) {
            ("gradual", Some(full_minutes)) => Model::Gradual { full_minutes },
            ("gradual", None) => {
                return Err(wrong("full_minutes", &"None", "gradual needs the minutes up to which people count fully"));
            }
            (_, Some(full_minutes)) => {
                return Err(wrong("full_minutes", &full_minutes, "belongs to model=\"gradual\" only"));
            }
            ("mclp", None) => Model::Mclp,
            ("lscp", None) => Model::Lscp,
            ("p_median", None) => Model::PMedian,
            ("p_center", None) => Model::PCenter,
            _ => return Err(wrong("model", &model, "give mclp, gradual, lscp, p_median or p_center")),
        };
        let parameter = if new.len() > 1 { "phases" } else { "new" };
        let new = new.iter().map(|new| count(parameter, new)).collect::<PyResult<Vec<usize>>>()?;
        let candidates = match candidates {
            "auto" if spacing_m.is_some() => Candidates::Grid(spacing_m),
            "auto" => Candidates::Auto,
            "listed" if spacing_m.is_some() => {
                return Err(wrong(
                    "spacing_m",
                    &"given",
                    "listed facilities have no spacing; ask for \"both\" or \"grid\"",
                ));
            }
            "listed" => Candidates::Listed,
            "grid" => Candidates::Grid(spacing_m),
            "both" => Candidates::Both(spacing_m),
            "given" if spacing_m.is_some() => {
                return Err(wrong("spacing_m", &"given", "the places given have no spacing; leave it out"));
            }
            "given" => {
                let place = |(id, name, position)| Place { id, name, position };
                Candidates::Given(places.into_iter().map(place).collect())
            }
            _ => {
                return Err(wrong(
                    "candidates",
                    &candidates,
                    "give \"listed\", \"grid\", \"both\" or places of your own",
                ));
            }
        };
        let standard = Standard::new(minutes, speed_m_per_s).or_raise()?;
        let seed = self::seed(seed)?;
        let ask = proposal::Ask {
            standard,
            model,
            new,
            service,
            group,
            candidates,
            forbidden,
            speeds,
            gap,
            time_limit_s,
            seed,
        };
        Ok(Self { ask })
    }
}

/// Where the next centres should go.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Proposal {
    city: Arc<city::City>,
    walk: Arc<dyn Walk + Send + Sync>,
    found: Arc<proposal::Proposal>,
}

impl Proposal {
    /// Ask beside the interpreter.
    pub(super) fn ask(
        py: Python<'_>,
        city: Arc<city::City>,
        walk: Arc<dyn Walk + Send + Sync>,
        ask: &Ask,
    ) -> PyResult<Self> {
        let ask = ask.ask.clone();
        detached::owned(py, move |control| {
            let found = proposal::propose(&city, walk.as_ref(), &ask, control)?;
            Ok(Self { city, walk, found: Arc::new(found) })
        })
    }

    fn minutes(&self, walk_m: Option<f64>) -> Option<f64> {
        walk_m.map(|walk_m| self.found.ask().standard.minutes_for(walk_m))
    }
}

/// Sites open, sites opened, plan, the best plan that need not be nested.
type Phase = (usize, Vec<u32>, SitingPlan, SitingPlan);

#[pymethods]
impl Proposal {
    /// Objective, bound, gap, whether it is proven, why the search ended, seconds, seed.
    fn proof<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (objective, bound, gap, proven, stop) = self.found.proof();
        let facts = PyDict::new(py);
        facts.set_item("objective", objective)?;
        facts.set_item("bound", bound)?;
        facts.set_item("gap", gap)?;
        facts.set_item("proven", proven)?;
        facts.set_item("stop", convert::serialized(py, &stop)?)?;
        facts.set_item("seconds", self.found.seconds())?;
        facts.set_item("seed", self.found.ask().seed)?;
        Ok(facts)
    }

    /// People, and those within the standard before and after.
    #[getter]
    fn people(&self) -> (f64, f64, f64) {
        (self.found.people(), self.found.covered_before(), self.found.covered_after())
    }

    /// Mean walk before and after, metres.
    #[getter]
    fn mean_walk_m(&self) -> (Option<f64>, Option<f64>) {
        self.found.mean_walk_m()
    }

    /// Longest walk before and after, metres.
    #[getter]
    fn longest_walk_m(&self) -> (Option<f64>, Option<f64>) {
        self.found.longest_walk_m()
    }

    /// Every site, existing centres first: id, name, origin, town, row of the facility or -1.
    fn sites<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let sites = self.found.sites();
        let town = |site: &proposal::Site| site.town.map(|town| self.city.towns().name[town as usize].clone());
        let columns = PyDict::new(py);
        columns.set_item("id", sites.iter().map(|site| site.id.as_str()).collect::<Vec<_>>())?;
        columns.set_item("name", sites.iter().map(|site| site.name.as_str()).collect::<Vec<_>>())?;
        let origins: Vec<_> = sites.iter().map(|site| site.origin).collect();
        columns.set_item("origin", convert::serialized(py, &origins)?)?;
        columns.set_item("town", sites.iter().map(town).collect::<Vec<_>>())?;
        let facilities: Vec<i64> = sites.iter().map(|site| site.facility.map_or(-1, i64::from)).collect();
        columns.set_item("facility", facilities.to_pyarray(py))?;
        Ok(columns)
    }

    /// Positions of the sites in the facilities' coordinate system.
    fn site_positions<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray2<f64>> {
        let positions: Vec<[f64; 2]> = self.found.sites().iter().map(|site| site.position).collect();
        PyArray2::from_owned_array(py, Array2::from(positions))
    }

    /// The new centres: columns, with the next best in the place of each.
    fn picks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let picks = self.found.picks();
        let columns = PyDict::new(py);
        columns.set_item("site", picks.iter().map(|pick| pick.site).collect::<Vec<_>>())?;
        columns.set_item("phase", picks.iter().map(|pick| pick.phase).collect::<Vec<_>>())?;
        columns.set_item("gained", convert::amounts(py, picks.iter().map(|pick| pick.gained)))?;
        columns.set_item("lost", convert::amounts(py, picks.iter().map(|pick| pick.lost)))?;
        columns.set_item("people_gained", convert::amounts(py, picks.iter().map(|pick| Some(pick.people_gained))))?;
        columns.set_item("people_lost", convert::amounts(py, picks.iter().map(|pick| Some(pick.people_lost))))?;
        Ok(columns)
    }

    /// Open centres under the plan: columns.
    fn centres<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let centres = self.found.centres();
        let columns = PyDict::new(py);
        columns.set_item("site", centres.iter().map(|centre| centre.site).collect::<Vec<_>>())?;
        columns.set_item("phase", centres.iter().map(|centre| centre.phase).collect::<Vec<_>>())?;
        columns.set_item("people", convert::amounts(py, centres.iter().map(|centre| Some(centre.people))))?;
        columns.set_item("mean_walk_m", convert::amounts(py, centres.iter().map(|centre| centre.mean_walk_m)))?;
        columns.set_item("minutes", convert::amounts(py, centres.iter().map(|c| self.minutes(c.mean_walk_m))))?;
        columns.set_item("farthest_m", convert::amounts(py, centres.iter().map(|centre| centre.farthest_m)))?;
        Ok(columns)
    }

    /// From each demand point to its centre: columns, and both ends in longitude and latitude
    /// (in metres where the city has no place on Earth).
    fn lines<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyDict>, Bound<'py, PyArray2<f64>>)> {
        let lines = self.found.lines();
        let plane = &self.city.frame().plane;
        let columns = PyDict::new(py);
        columns.set_item("committee", lines.iter().map(|line| line.committee).collect::<Vec<_>>())?;
        columns.set_item("site", lines.iter().map(|line| line.site).collect::<Vec<_>>())?;
        columns.set_item("people", convert::amounts(py, lines.iter().map(|line| Some(line.people))))?;
        columns.set_item("walk_m", convert::amounts(py, lines.iter().map(|line| Some(line.walk_m))))?;
        let mut ends = vec![];
        for line in &lines {
            let [x, y] = plane.inverse(self.city.demand().points.xy[line.point as usize]).or_raise()?;
            let [u, v] = plane.inverse(self.found.sites()[line.site as usize].xy).or_raise()?;
            ends.push([x, y, u, v]);
        }
        Ok((columns, PyArray2::from_owned_array(py, Array2::from(ends))))
    }

    /// What every exchange of a new centre for a candidate not chosen would lose.
    fn exchanges<'py>(&self, py: Python<'py>) -> PyResult<Exchanges<'py>> {
        let found = Arc::clone(&self.found);
        Ok(swaps(py, detached::owned(py, move |_| found.exchanges())?))
    }

    /// Which new centres are in every plan within a share of the best.
    fn robust<'py>(&self, py: Python<'py>, within: f64, nearby_m: f64) -> PyResult<Bound<'py, PyAny>> {
        let found = Arc::clone(&self.found);
        let robust = detached::owned(py, move |control| found.robust(within, nearby_m, control))?;
        convert::serialized(py, &robust)
    }

    /// The best plan for each number of new centres.
    fn curve(&self, py: Python<'_>, most: &Bound<'_, PyAny>) -> PyResult<Vec<Point>> {
        let most = count("most", most)?;
        let found = Arc::clone(&self.found);
        let points = detached::owned(py, move |control| found.curve(most, control))?;
        Ok(points.into_iter().map(point).collect())
    }

    /// Plans between most people covered and shortest walks; whether all are found, and people in all.
    fn pareto(&self, py: Python<'_>, most: &Bound<'_, PyAny>) -> PyResult<(Vec<Tradeoff>, bool, f64)> {
        let most = count("most", most)?;
        let (city, walk, found) = (Arc::clone(&self.city), Arc::clone(&self.walk), Arc::clone(&self.found));
        let front = detached::owned(py, move |control| found.pareto(&city, walk.as_ref(), most, control))?;
        Ok((front.points.into_iter().map(tradeoff).collect(), front.complete, front.people))
    }

    /// The phases, where there are several.
    fn phases(&self) -> Option<Vec<Phase>> {
        let plan = |plan: &crate::site::SitingPlan| SitingPlan::new(plan.clone());
        let phase = |phase: &crate::site::Phase| (phase.p, phase.opened.clone(), plan(&phase.plan), plan(&phase.free));
        self.found.phases().map(|found| found.phases.iter().map(phase).collect())
    }

    /// Committees that took no part: rows, reasons and people.
    fn left_out<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, &self.found.left_out())
    }

    /// Groups with a walking speed of their own, before and after.
    fn groups<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, &self.found.groups())
    }

    /// The assumptions.
    fn provenance<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, self.found.provenance())
    }

    /// The answer in a sentence, the same as on the command line.
    #[getter]
    fn headline(&self) -> String {
        words::proposal(&self.found)
    }

    /// Where sites could stand, and who took no part.
    #[getter]
    fn details(&self) -> String {
        words::proposal_details(&self.found)
    }

    /// The assumptions in a line.
    #[getter]
    fn assumptions(&self) -> String {
        words::assumptions(&self.found.provenance().coverage)
    }

    /// The city with the plan carried out, up to and with a phase, and which sites opened.
    #[pyo3(signature = (phase=None))]
    fn city(&self, py: Python<'_>, phase: Option<usize>) -> PyResult<(City, Vec<u32>)> {
        let picks = self.found.picks().iter().filter(|pick| phase.is_none_or(|phase| pick.phase <= phase));
        let opened = picks.map(|pick| pick.site).collect();
        let (city, found) = (Arc::clone(&self.city), Arc::clone(&self.found));
        let after = detached::owned(py, move |_| found.city(&city, phase))?;
        Ok((City::new(after), opened))
    }

    /// The offline map of coverage under the plan, with these GeoJSON texts of lines drawn beneath.
    fn map_html(&self, py: Python<'_>, lines: Vec<String>) -> PyResult<String> {
        let (city, walk, found) = (Arc::clone(&self.city), Arc::clone(&self.walk), Arc::clone(&self.found));
        detached::owned(py, move |control| {
            let after = found.city(&city, None)?;
            let about = &found.provenance().coverage;
            let standard = found.ask().standard;
            let question =
                Question { standard, service: about.service.clone(), group: about.group.clone(), speeds: vec![] };
            let covered = coverage(&after, walk.as_ref(), &question, control)?;
            let map = Map::of(&after, &covered).proposal(&found)?;
            lines.iter().try_fold(map, |map, geojson| map.lines(geojson))?.html()
        })
    }

    /// The centres as GeoJSON, or one feature a line.
    #[pyo3(signature = (*, one_per_line=false))]
    fn geojson<'py>(&self, py: Python<'py>, one_per_line: bool) -> PyResult<Bound<'py, PyBytes>> {
        let (city, found) = (Arc::clone(&self.city), Arc::clone(&self.found));
        let text = detached::owned(py, move |_| {
            let mut text = vec![];
            write_proposal(&city, &found, format(one_per_line), &mut text)?;
            Ok(text)
        })?;
        Ok(PyBytes::new(py, &text))
    }
}
