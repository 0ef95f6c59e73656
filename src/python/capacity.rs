//! Assignment with limited room; see `linli.assign` and `City.assign`.

use numpy::{IntoPyArray, PyReadonlyArray1};
use pyo3::{prelude::*, types::PyDict};

use super::{city::City, convert, detached, exceptions::wrong, reach::Reach, walk::Walk};
use crate::{
    assign::capacity::{
        self, Balance, CapacityPlan, CityAssignment, CityMeasure, Levels, Measure, Objective, Request, Room, Task,
        Terms, TradeOff,
    },
    words,
};

/// What is asked of an assignment: terms and rules.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct AssignRules {
    terms: Terms,
    neighbours: Option<Vec<(u32, u32)>>,
    stay: Vec<(u32, u32)>,
    together: Vec<Vec<u32>>,
    apart: Vec<(u32, u32)>,
    today: Option<Vec<Option<u32>>>,
    most_moved: Option<f64>,
}

/// Name, amounts of the rows, least and most of the sites.
type Amounts = (String, Vec<f64>, Vec<f64>, Vec<f64>);
/// Name, room by a column or by centre, tolerance of the share, and the column that shares go by.
type Named = (String, Option<String>, Option<Vec<f64>>, Option<f64>, Option<String>);

#[pymethods]
impl AssignRules {
    #[new]
    #[pyo3(signature = (*, whole, everyone, objective, time_limit_s, gap, neighbours, stay, together, apart, today, most_moved))]
    #[allow(clippy::too_many_arguments, clippy::fn_params_excessive_bools)]
    fn new(
        whole: bool,
        everyone: bool,
        objective: &str,
        time_limit_s: Option<f64>,
        gap: f64,
        neighbours: Option<Vec<(u32, u32)>>,
        stay: Vec<(u32, u32)>,
        together: Vec<Vec<u32>>,
        apart: Vec<(u32, u32)>,
        today: Option<Vec<Option<u32>>>,
        most_moved: Option<f64>,
    ) -> PyResult<Self> {
        let objective = match objective {
            "total" => Objective::Total,
            "worst" => Objective::Worst,
            "moved" => Objective::Moved,
            _ => return Err(wrong("objective", &objective, "give total, worst or moved")),
        };
        let terms = Terms { whole, everyone, objective, time_limit_s, gap };
        Ok(Self { terms, neighbours, stay, together, apart, today, most_moved })
    }
}

/// Rows of a reach to sites with limited room; with `points`, the front against people moved.
#[pyfunction]
#[pyo3(signature = (reach, people, capacity, allowed, rules, measures, points = None))]
pub(super) fn assign_capacitated<'py>(
    py: Python<'py>,
    reach: &Reach,
    people: PyReadonlyArray1<'py, f64>,
    capacity: PyReadonlyArray1<'py, f64>,
    allowed: Option<Vec<Vec<u32>>>,
    rules: &AssignRules,
    measures: Vec<Amounts>,
    points: Option<usize>,
) -> PyResult<Bound<'py, PyDict>> {
    let (reach, people, room) = (reach.shared(), people.as_array().to_vec(), capacity.as_array().to_vec());
    let (terms, neighbours, today) = (rules.terms.clone(), rules.neighbours.clone(), rules.today.clone());
    let (stay, together, apart) = (rules.stay.clone(), rules.together.clone(), rules.apart.clone());
    let most_moved = rules.most_moved;
    let measures = measures.into_iter().map(|(name, amount, least, most)| Measure { name, amount, least, most });
    let measures: Vec<Measure> = measures.collect();
    let found = detached::owned(py, move |control| {
        let plain = Task::new(&reach, &people, &room);
        let task = Task { allowed, neighbours, stay, together, apart, measures, today, most_moved, ..plain };
        match points {
            None => capacity::solve(&task, &terms, control).map(Answer::Plan),
            Some(points) => capacity::trade_off(&task, &terms, points, control).map(Answer::Front),
        }
    })?;
    match found {
        Answer::Plan(plan) => plan_columns(py, &plan),
        Answer::Front(front) => {
            let plans = front.points.iter().map(|point| plan_columns(py, &point.plan)).collect::<PyResult<Vec<_>>>()?;
            front_columns(py, &front, plans)
        }
    }
}

enum Answer {
    Plan(CapacityPlan),
    Front(TradeOff),
}

/// A city's committees to centres with limited room; with `points`, the front against people moved.
#[pyfunction]
#[pyo3(signature = (city, walk, rules, *, minutes, speed_m_per_s, service, group, measure, given, within_town, exceptions, measures, points = None))]
#[allow(clippy::too_many_arguments)]
pub(super) fn city_assign_capacitated<'py>(
    py: Python<'py>,
    city: &City,
    walk: &Walk,
    rules: &AssignRules,
    minutes: Option<f64>,
    speed_m_per_s: f64,
    service: Option<String>,
    group: Option<String>,
    measure: Option<String>,
    given: Option<PyReadonlyArray1<'py, f64>>,
    within_town: bool,
    exceptions: Vec<(u32, u32)>,
    measures: Vec<Named>,
    points: Option<usize>,
) -> PyResult<Bound<'py, PyDict>> {
    let mut request = request_of(rules, measure, given);
    (request.minutes, request.speed_m_per_s, request.service) = (minutes, speed_m_per_s, service);
    (request.group, request.within_town, request.exceptions) = (group, within_town, exceptions);
    let measure = |(name, measure, given, tolerance, by): Named| CityMeasure {
        name,
        room: room_of(measure, given),
        balance: tolerance.map(|tolerance| Balance { tolerance, by }),
    };
    request.measures = measures.into_iter().map(measure).collect();
    let (city, walk) = (city.shared(), walk.shared());
    let shared = std::sync::Arc::clone(&city);
    let Some(points) = points else {
        let found = detached::owned(py, move |control| capacity::assign(&shared, walk.as_ref(), &request, control))?;
        return city_columns(py, &city, &found);
    };
    let found = detached::owned(py, move |control| {
        capacity::city_trade_off(&shared, walk.as_ref(), &request, points, control)
    })?;
    let plans = found.assignments.iter().map(|found| city_columns(py, &city, found)).collect::<PyResult<Vec<_>>>()?;
    front_columns(py, &found.front, plans)
}

/// What a city is asked, but for whom and how they walk.
pub(super) fn request_of(
    rules: &AssignRules,
    measure: Option<String>,
    given: Option<PyReadonlyArray1<'_, f64>>,
) -> Request {
    let room = room_of(measure, given.map(|values| values.as_array().to_vec()));
    Request {
        minutes: None,
        speed_m_per_s: f64::NAN,
        service: None,
        group: None,
        room,
        within_town: false,
        exceptions: vec![],
        neighbours: rules.neighbours.clone(),
        stay: rules.stay.clone(),
        together: rules.together.clone(),
        apart: rules.apart.clone(),
        measures: vec![],
        today: rules.today.clone(),
        most_moved: rules.most_moved,
        terms: rules.terms.clone(),
    }
}

fn room_of(measure: Option<String>, given: Option<Vec<f64>>) -> Room {
    match (measure, given) {
        (Some(name), _) => Room::Measure(name),
        (None, Some(values)) => Room::Given(values),
        (None, None) => Room::Unlimited,
    }
}

fn front_columns<'py>(
    py: Python<'py>,
    front: &TradeOff,
    plans: Vec<Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    columns.set_item("plans", plans)?;
    columns.set_item("supported", front.points.iter().map(|point| point.supported).collect::<Vec<_>>())?;
    columns.set_item("complete", front.complete)?;
    columns.set_item("seconds", front.seconds)?;
    Ok(columns)
}

fn plan_columns<'py>(py: Python<'py>, plan: &CapacityPlan) -> PyResult<Bound<'py, PyDict>> {
    let rows = plan.served.len();
    let columns = PyDict::new(py);
    let column = |of: fn(&(u32, u32, f64)) -> i64| plan.parts.iter().map(of).collect::<Vec<_>>().into_pyarray(py);
    columns.set_item("part_row", column(|part| i64::from(part.0)))?;
    columns.set_item("part_site", column(|part| i64::from(part.1)))?;
    columns.set_item("part_people", convert::amounts(py, plan.parts.iter().map(|part| Some(part.2))))?;
    let (found, site) = convert::places(py, (0..rows).map(|row| plan.site(row)));
    columns.set_item("found", found)?;
    columns.set_item("site", site)?;
    columns.set_item("load", plan.load.clone().into_pyarray(py))?;
    columns.set_item("served", plan.served.clone().into_pyarray(py))?;
    columns.set_item("walked_m", plan.walked_m)?;
    columns.set_item("longest_m", plan.longest_m)?;
    columns.set_item("moved", plan.moved)?;
    columns.set_item("most_served", plan.most_served)?;
    columns.set_item("in_reach", plan.in_reach.clone().into_pyarray(py))?;
    columns.set_item("objective", plan.objective)?;
    columns.set_item("bound", plan.bound)?;
    columns.set_item("gap", plan.gap)?;
    columns.set_item("proven", plan.proven)?;
    columns.set_item("stop", convert::serialized(py, &plan.stop)?)?;
    columns.set_item("seconds", plan.seconds)?;
    Ok(columns)
}

pub(super) fn city_columns<'py>(
    py: Python<'py>,
    city: &crate::City,
    found: &CityAssignment,
) -> PyResult<Bound<'py, PyDict>> {
    let columns = plan_columns(py, &found.plan)?;
    let centre = |site: u32| found.facility[site as usize];
    let (_, facility) = convert::places(py, (0..found.people.len()).map(|row| found.plan.site(row).map(centre)));
    columns.set_item("facility", facility)?;
    let (has_nearest, nearest) =
        convert::places(py, found.free_choice.iter().map(|choice| choice.map(|(site, _)| centre(site))));
    columns.set_item("has_nearest", has_nearest)?;
    columns.set_item("nearest", nearest)?;
    columns
        .set_item("nearest_m", convert::amounts(py, found.free_choice.iter().map(|choice| choice.map(|to| to.1))))?;
    columns.set_item("people", convert::amounts(py, found.people.iter().copied()))?;
    columns.set_item("walk_m", convert::amounts(py, found.walk_m.iter().copied()))?;
    let centres: Vec<i64> = found.facility.iter().map(|&row| i64::from(row)).collect();
    columns.set_item("centres", centres.into_pyarray(py))?;
    columns.set_item("capacity", found.capacity.clone().into_pyarray(py))?;
    let towns = city.towns().len();
    let town = |row: usize| Some(city.demand().town[row].map_or(towns, |town| town as usize));
    columns.set_item(
        "levels_committee",
        level_columns(py, &(0..found.people.len()).map(|row| found.levels_of(row)).collect::<Vec<_>>())?,
    )?;
    columns.set_item("levels_town", level_columns(py, &found.levels_by(town, towns + 1))?)?;
    columns.set_item("levels_centre", level_columns(py, &found.levels_by_centre())?)?;
    columns.set_item("levels_district", level_columns(py, &[found.levels()])?)?;
    let loads = PyDict::new(py);
    for (measure, load) in found.measures.iter().zip(found.loads()) {
        let limits =
            (load.into_pyarray(py), measure.least.clone().into_pyarray(py), measure.most.clone().into_pyarray(py));
        loads.set_item(&measure.name, limits)?;
    }
    columns.set_item("loads", loads)?;
    columns.set_item("provenance", convert::serialized(py, &found.provenance)?)?;
    columns.set_item("assumptions", words::assumptions(&found.provenance))?;
    Ok(columns)
}

pub(super) fn level_columns<'py>(py: Python<'py>, levels: &[Levels]) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    let column = |of: fn(&Levels) -> f64| convert::amounts(py, levels.iter().map(|levels| Some(of(levels))));
    columns.set_item("people", column(|levels| levels.people))?;
    columns.set_item("served", column(|levels| levels.served))?;
    columns.set_item("no_capacity", column(|levels| levels.no_capacity))?;
    columns.set_item("out_of_reach", column(|levels| levels.out_of_reach))?;
    Ok(columns)
}
