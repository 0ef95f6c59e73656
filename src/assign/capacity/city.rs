//! Assignment of a city's committees to centres with limited room.

use super::{CapacityPlan, CityMeasure, GONE, Levels, Measure, Task, Terms, TradeOff, solve, trade_off};
use crate::{
    city::City,
    control::Control,
    coverage::{Provenance, Question},
    error::{Error, Result},
    reach::{Access, Reach},
    standard::Standard,
    walk::{OnPlane, Walk},
};

/// What to ask of a city's assignment.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Longest mean walk of a committee; `None` for any.
    pub minutes: Option<f64>,
    /// Walking speed, metres per second.
    pub speed_m_per_s: f64,
    /// Count only centres that offer this service.
    pub service: Option<String>,
    /// Count this measure instead of all residents.
    pub group: Option<String>,
    /// Room at each centre.
    pub room: Room,
    /// Committees go to centres of their own town; those without a town, and to
    /// centres without one, as they like.
    pub within_town: bool,
    /// Pairs of committee and centre that are allowed all the same.
    pub exceptions: Vec<(u32, u32)>,
    /// Committees that touch, where catchments must hang together.
    pub neighbours: Option<Vec<(u32, u32)>>,
    /// Committees that stay at a centre.
    pub stay: Vec<(u32, u32)>,
    /// Committees that go to one centre together.
    pub together: Vec<Vec<u32>>,
    /// Pairs of committees that must not share a centre.
    pub apart: Vec<(u32, u32)>,
    /// What else centres have limits of.
    pub measures: Vec<CityMeasure>,
    /// The centre of each committee today, as a row of the facilities; one that
    /// is not open any more counts too: whoever has it must move.
    pub today: Option<Vec<Option<u32>>>,
    /// At most so many people may change their centre.
    pub most_moved: Option<f64>,
    /// What is asked of the answer.
    pub terms: Terms,
}

/// How much room each centre has.
#[derive(Debug, Clone, PartialEq)]
pub enum Room {
    /// No limit.
    Unlimited,
    /// A measure of the centres, such as `capacity`.
    Measure(String),
    /// A number for every row of the facilities; closed ones are passed over.
    Given(Vec<f64>),
}

/// Who belongs where in a city, with limited room.
#[derive(Debug, Clone, PartialEq)]
pub struct CityAssignment {
    /// The plan; its sites are places in `facility`.
    pub plan: CapacityPlan,
    /// Rows of the open centres.
    pub facility: Vec<u32>,
    /// Room at each of them.
    pub capacity: Vec<f64>,
    /// People (or the group asked for) of each committee; `None` is unknown and counts as nobody.
    pub people: Vec<Option<f64>>,
    /// Mean walk of each committee to the centre most of it goes to, metres.
    pub walk_m: Vec<Option<f64>>,
    /// The centre of each committee if everyone chose the nearest, as a place in `facility`, and that walk.
    pub free_choice: Vec<Option<(u32, f64)>>,
    /// What becomes of the people of each committee.
    pub levels: Vec<Levels>,
    /// What else centres have limits of.
    pub measures: Vec<Measure>,
    /// The assumptions.
    pub provenance: Provenance,
}

/// Assign a city's committees to existing centres with room for them.
///
/// # Errors
/// As [`solve`]: a shortage inside one town is named after it. Names that are not in the data.
pub fn assign(city: &City, walk: &dyn Walk, request: &Request, control: &Control) -> Result<CityAssignment> {
    let asked = Asked::new(city, walk, request, control)?;
    let plan = solve(&asked.task(), &request.terms, control).map_err(|error| in_town(city, error))?;
    Ok(asked.answer(plan))
}

/// What more people who change their centre are worth in shorter walks, as assignments of a city.
#[derive(Debug, Clone, PartialEq)]
pub struct CityTradeOff {
    /// The assignments, fewest moves first; their plans' objectives are those of the front.
    pub assignments: Vec<CityAssignment>,
    /// The front in numbers.
    pub front: TradeOff,
}

/// Trade people who change their centre off against walks, with `points` assignments at most.
///
/// # Errors
/// As [`assign`] and [`trade_off`].
pub fn city_trade_off(
    city: &City,
    walk: &dyn Walk,
    request: &Request,
    points: usize,
    control: &Control,
) -> Result<CityTradeOff> {
    let asked = Asked::new(city, walk, request, control)?;
    let front = trade_off(&asked.task(), &request.terms, points, control).map_err(|error| in_town(city, error))?;
    let assignments = front.points.iter().map(|point| asked.answer(point.plan.clone())).collect();
    Ok(CityTradeOff { assignments, front })
}

/// A request in rows and numbers.
struct Asked<'a> {
    city: &'a City,
    request: &'a Request,
    facility: Vec<u32>,
    people: Vec<Option<f64>>,
    counted: Vec<f64>,
    capacity: Vec<f64>,
    reach: Reach,
    names: Vec<String>,
    stay: Vec<(u32, u32)>,
    today: Option<Vec<Option<u32>>>,
    measures: Vec<Measure>,
    provenance: Provenance,
}

impl<'a> Asked<'a> {
    fn new(city: &'a City, walk: &dyn Walk, request: &'a Request, control: &Control) -> Result<Self> {
        let standard = Standard::new(request.minutes.unwrap_or(15.0), request.speed_m_per_s)?;
        let facility = city.facilities().open(request.service.as_deref())?;
        let people = city.demand().weight(request.group.as_deref())?.to_vec();
        let capacity = room(city, &facility, &request.room)?;
        let limit_m = request.minutes.map(|_| standard.limit_m());
        let reach = committee_reach(city, walk, &facility, limit_m, control)?;
        let question =
            Question { standard, service: request.service.clone(), group: request.group.clone(), speeds: vec![] };
        let provenance = Provenance { minutes: request.minutes, limit_m, ..Provenance::of(city, walk, &question) };
        let place = |centre: u32| facility.binary_search(&centre).map_or(GONE, |place| place as u32);
        let today = request.today.as_ref();
        let measures = request.measures.iter();
        Ok(Self {
            counted: people.iter().map(|people| people.unwrap_or(0.0)).collect(),
            names: facility.iter().map(|&row| city.facilities().name[row as usize].clone()).collect(),
            stay: stays(&facility, &request.stay)?,
            today: today.map(|today| today.iter().map(|centre| centre.map(place)).collect()),
            measures: measures
                .map(|measure| measure.resolve(city, &facility, request.within_town))
                .collect::<Result<_>>()?,
            city,
            request,
            facility,
            people,
            capacity,
            reach,
            provenance,
        })
    }

    fn task(&self) -> Task<'_> {
        let request = self.request;
        Task {
            allowed: request.within_town.then(|| allowed(self.city, &self.facility, &request.exceptions)),
            neighbours: request.neighbours.clone(),
            stay: self.stay.clone(),
            together: request.together.clone(),
            apart: request.apart.clone(),
            measures: self.measures.clone(),
            today: self.today.clone(),
            most_moved: request.most_moved,
            names: Some((&self.city.demand().name, &self.names)),
            ..Task::new(&self.reach, &self.counted, &self.capacity)
        }
    }

    fn answer(&self, plan: CapacityPlan) -> CityAssignment {
        let walk_m = (0..self.counted.len()).map(|row| {
            let site = plan.site(row)?;
            self.reach.row(row).find(|(known, _)| *known == site).map(|(_, walk_m)| walk_m)
        });
        let nearest = self.reach.nearest();
        CityAssignment {
            walk_m: walk_m.collect(),
            free_choice: (0..self.counted.len()).map(|row| nearest.get(row)).collect(),
            facility: self.facility.clone(),
            capacity: self.capacity.clone(),
            people: self.people.clone(),
            levels: (0..).zip(&self.people).map(|(row, &people)| Levels::of(people, &plan, row)).collect(),
            measures: self.measures.clone(),
            provenance: self.provenance.clone(),
            plan,
        }
    }
}

/// Mean walks of committees to centres: a pair is there when all people of the
/// committee have a way, and the mean is within the limit.
///
/// # Errors
/// Those of the walk.
pub fn committee_reach(
    city: &City,
    walk: &dyn Walk,
    facility: &[u32],
    limit_m: Option<f64>,
    control: &Control,
) -> Result<Reach> {
    let points = &city.demand().points;
    let sites = city.facilities().places(facility);
    let walk = OnPlane::new(walk, &city.frame().plane)?;
    let of_points = walk.reach(&points.xy, &sites, None, control)?;
    let (mut start, mut site, mut walk_m) = (vec![0], vec![], vec![]);
    let mut access = vec![];
    for row in 0..city.demand().len() {
        let range = points.of(row);
        let mut sums = vec![(0_usize, 0.0); sites.len()];
        for point in range.clone() {
            for (to, metres) in of_points.row(point) {
                let (ways, sum) = &mut sums[to as usize];
                *ways += 1;
                *sum += points.share[point] * metres;
            }
        }
        for (to, (ways, mean_m)) in sums.into_iter().enumerate() {
            if ways > 0 && ways == range.len() && limit_m.is_none_or(|limit_m| mean_m <= limit_m) {
                site.push(to as u32);
                walk_m.push(mean_m);
            }
        }
        start.push(site.len() as u32);
        let unsnapped = range.clone().any(|point| of_points.access(point) == Access::Unsnapped);
        access.push(if unsnapped { Access::Unsnapped } else { Access::Known });
    }
    Ok(Reach::from_csr(sites.len(), start, site, walk_m, limit_m)?.with_access(access))
}

pub(crate) fn room(city: &City, facility: &[u32], room: &Room) -> Result<Vec<f64>> {
    match room {
        Room::Unlimited => Ok(vec![f64::INFINITY; facility.len()]),
        Room::Measure(name) => city.facilities().amounts(facility, name),
        Room::Given(values) if values.len() == city.facilities().len() => {
            Ok(facility.iter().map(|&row| values[row as usize]).collect())
        }
        Room::Given(values) => Err(Error::Length {
            table: "facilities",
            column: "capacity".to_owned(),
            expected: city.facilities().len(),
            got: values.len(),
        }),
    }
}

/// Centres of each committee's own town, and exceptions, as places in `facility`.
pub(crate) fn allowed(city: &City, facility: &[u32], exceptions: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let may = |row: usize, centre: u32| {
        let (home, there) = (city.demand().town[row], city.facilities().town[centre as usize]);
        home.is_none() || there.is_none() || home == there || exceptions.contains(&(row as u32, centre))
    };
    let of = |row: usize| {
        let places = facility.iter().enumerate().filter(|&(_, &centre)| may(row, centre));
        places.map(|(place, _)| place as u32).collect()
    };
    (0..city.demand().len()).map(of).collect()
}

/// Locks with the centre as a place in `facility`.
pub(crate) fn stays(facility: &[u32], stay: &[(u32, u32)]) -> Result<Vec<(u32, u32)>> {
    let place = |&(row, centre): &(u32, u32)| match facility.binary_search(&centre) {
        Ok(place) => Ok((row, place as u32)),
        Err(_) => {
            Err(Error::parameter("stay", &format!("{row}: {centre}"), "this centre is not open, or lacks the service"))
        }
    };
    stay.iter().map(place).collect()
}

/// A shortage whose rows all lie in one town is that town's.
pub(crate) fn in_town(city: &City, error: Error) -> Error {
    match error {
        Error::Infeasible { model, why, change, rows, parameter, given, needed } => {
            let mut towns: Vec<Option<u32>> = rows.iter().map(|&row| city.demand().town[row]).collect();
            towns.dedup();
            let why = match towns.as_slice() {
                [Some(town)] => format!("in {}, {why}", city.towns().name[*town as usize]).into(),
                _ => why,
            };
            Error::Infeasible { model, why, change, rows, parameter, given, needed }
        }
        other => other,
    }
}
