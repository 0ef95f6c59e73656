//! Demand (需求): the committees, who lives there, and where exactly.

use std::ops::Range;

use geo::Geometry;

use crate::{
    error::{Error, Result},
    lookup::row_of,
};

/// One numeric column beside population: people over 60, jobs, staff.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Column name, as in the caller's data.
    pub name: String,
    /// One value per row; `None` is unknown, which is not zero.
    pub values: Vec<Option<f64>>,
}

/// The places whose residents need a centre: committees (居委会/村委会), one row each.
///
/// Columns all have one entry per row. Where a committee's people live is held
/// by [`DemandPoints`]: one point that stands for the whole, or finer ones, so
/// that a committee can be partly covered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Demand {
    /// Identifier, unique.
    pub id: Vec<String>,
    /// Name as written in the data; names may repeat where ids do not.
    pub name: Vec<String>,
    /// Row of the committee's town.
    pub town: Vec<Option<u32>>,
    /// Residents; `None` is unknown, which is not zero.
    pub population: Vec<Option<f64>>,
    /// Further measures.
    pub measures: Vec<Measure>,
    /// Point or outline in the caller's coordinate system; `None` is a
    /// committee without a place: its people count, but are not covered.
    pub shape: Vec<Option<Geometry<f64>>>,
    /// Where the people of each row live.
    pub points: DemandPoints,
}

/// Demand points (需求点) on the metric plane, grouped by row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DemandPoints {
    /// Easting and northing on the plane, metres.
    pub xy: Vec<[f64; 2]>,
    /// Part of its row's people that lives here; the shares of a row sum to 1.
    pub share: Vec<f64>,
    /// Points of row r are `start[r]..start[r + 1]`; rows + 1 entries.
    pub start: Vec<u32>,
}

impl DemandPoints {
    /// One point a row that holds all its people; `None` is a row without a place.
    ///
    /// ```
    /// let points = linli::demand::DemandPoints::one_each([Some([0.0, 0.0]), None]);
    /// assert_eq!((points.of(0), points.of(1)), (0..1, 1..1));
    /// ```
    #[must_use]
    pub fn one_each(places: impl IntoIterator<Item = Option<[f64; 2]>>) -> Self {
        Self::grouped(places.into_iter().map(|place| place.map(|xy| (xy, 1.0))))
    }

    /// Points with the people at each, row by row.
    ///
    /// The people at a row's points are turned into shares; where none are
    /// counted, its points share equally.
    #[must_use]
    pub fn grouped<Row>(rows: impl IntoIterator<Item = Row>) -> Self
    where
        Row: IntoIterator<Item = ([f64; 2], f64)>,
    {
        let mut points = Self { start: vec![0], ..Self::default() };
        for row in rows {
            let first = points.xy.len();
            for (xy, people) in row {
                points.xy.push(xy);
                points.share.push(people);
            }
            let shares = &mut points.share[first..];
            let total: f64 = shares.iter().sum();
            let equal = 1.0 / shares.len().max(1) as f64;
            for share in shares {
                *share = if total > 0.0 { *share / total } else { equal };
            }
            points.start.push(points.xy.len() as u32);
        }
        points
    }

    /// People at each point, from those of each row; of unknown number are nobody.
    #[must_use]
    pub(crate) fn people(&self, of_row: &[Option<f64>]) -> Vec<f64> {
        let mut people = vec![0.0; self.xy.len()];
        for (row, of_row) in of_row.iter().enumerate() {
            self.of(row).for_each(|point| people[point] = self.share[point] * of_row.unwrap_or(0.0));
        }
        people
    }

    /// The points of a row.
    #[must_use]
    pub fn of(&self, row: usize) -> Range<usize> {
        self.start[row] as usize..self.start[row + 1] as usize
    }
}

impl Demand {
    /// The row of a committee, by id or, where it is unique, by name.
    ///
    /// # Errors
    /// [`Error::Unknown`], or [`Error::Parameter`] for a name that several have.
    pub fn row(&self, id_or_name: &str) -> Result<usize> {
        row_of("committee", &self.id, &self.name, id_or_name)
    }

    /// Rows in the table.
    #[must_use]
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether the table has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// Population, or the measure of that name.
    ///
    /// # Errors
    /// [`Error::Unknown`] with the names that exist.
    pub fn weight(&self, group: Option<&str>) -> Result<&[Option<f64>]> {
        let Some(group) = group.filter(|&name| name != "population") else { return Ok(&self.population) };
        let found = self.measures.iter().find(|measure| measure.name == group);
        found.map(|measure| measure.values.as_slice()).ok_or_else(|| Error::Unknown {
            kind: "group",
            name: group.to_owned(),
            known: self.measures.iter().map(|measure| measure.name.clone()).collect(),
        })
    }

    /// Refuse columns of other lengths, repeated ids, and numbers that cannot be.
    pub(crate) fn check(&self, towns: usize) -> Result<()> {
        const TABLE: &str = "demand";
        let rows = self.len();
        check_length(TABLE, "name", rows, self.name.len())?;
        check_length(TABLE, "town", rows, self.town.len())?;
        check_length(TABLE, "population", rows, self.population.len())?;
        check_length(TABLE, "shape", rows, self.shape.len())?;
        check_length(TABLE, "points.start", rows + 1, self.points.start.len())?;
        check_length(TABLE, "points.share", self.points.xy.len(), self.points.share.len())?;
        check_unique_ids(TABLE, &self.id)?;
        check_towns(TABLE, &self.town, towns)?;
        check_amounts(TABLE, "population", &self.population)?;
        for measure in &self.measures {
            check_length(TABLE, &measure.name, rows, measure.values.len())?;
            check_amounts(TABLE, &measure.name, &measure.values)?;
        }
        let starts = &self.points.start;
        let grouped = starts.first() == Some(&0)
            && starts.windows(2).all(|pair| pair[0] <= pair[1])
            && starts.last().is_some_and(|&end| end as usize == self.points.xy.len());
        if !grouped {
            return Err(Error::parameter("points.start", &"this", "must rise from 0 to the number of points"));
        }
        check_finite(TABLE, &self.points.xy)
    }
}

/// Refuse positions that are NaN or infinite, naming the row.
pub(crate) fn check_finite(table: &'static str, xy: &[[f64; 2]]) -> Result<()> {
    match xy.iter().position(|[x, y]| !(x.is_finite() && y.is_finite())) {
        Some(row) => Err(Error::NotFinite { table, row, x: xy[row][0], y: xy[row][1] }),
        None => Ok(()),
    }
}

pub(crate) fn check_length(table: &'static str, column: &str, expected: usize, got: usize) -> Result<()> {
    if expected == got {
        return Ok(());
    }
    Err(Error::Length { table, column: column.to_owned(), expected, got })
}

pub(crate) fn check_amounts(table: &'static str, column: &str, values: &[Option<f64>]) -> Result<()> {
    for (row, value) in values.iter().enumerate() {
        if let Some(value) = *value
            && !(value.is_finite() && value >= 0.0)
        {
            let rule = "must be a finite number, 0 or more; leave it empty where it is unknown";
            return Err(Error::BadValue { table, row, column: column.to_owned(), value, rule });
        }
    }
    Ok(())
}

pub(crate) fn check_towns(table: &'static str, town: &[Option<u32>], towns: usize) -> Result<()> {
    match town.iter().position(|town| town.is_some_and(|town| town as usize >= towns)) {
        Some(row) => Err(Error::BadValue {
            table,
            row,
            column: "town".to_owned(),
            value: town[row].map_or(f64::NAN, f64::from),
            rule: "is not a row of the towns table",
        }),
        None => Ok(()),
    }
}

pub(crate) fn check_unique_ids(table: &'static str, ids: &[String]) -> Result<()> {
    let mut rows: Vec<u32> = (0..ids.len() as u32).collect();
    rows.sort_by(|&a, &b| ids[a as usize].cmp(&ids[b as usize]).then(a.cmp(&b)));
    match rows.windows(2).find(|pair| ids[pair[0] as usize] == ids[pair[1] as usize]) {
        Some(pair) => Err(Error::parameter(
            "id",
            &format!("{:?}", ids[pair[0] as usize]),
            &format!("stands in rows {} and {} of the {table} table; ids must be unique", pair[0], pair[1]),
        )),
        None => Ok(()),
    }
}
