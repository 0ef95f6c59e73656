//! Another layer of demand: where people are at another time, put into their committees.

use geo::{BoundingRect, Geometry, Intersects, Point};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use super::{
    ImportReport, ReadOptions, Role, Source,
    amounts::population,
    columns::check_mapping,
    findings::{At, Refusal},
    layer::load,
    places::{between, check_systems, lonlats, on_plane},
    settle::Settled,
    tables::{label, places},
};
use crate::{city::City, error::Result, layer::Layer};

type Boxed = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// Read places with the people there, such as workplaces with their jobs, and
/// give the city that has them as a layer beside the residents.
///
/// `weight` is the column that holds how many. Each place belongs to the committee
/// that a column `committee` names, else to the one whose outline holds it (an
/// outline by a point inside).
///
/// # Errors
/// As [`read_city`](super::read_city) for a layer; places that lie in no committee are refused.
pub fn read_layer(
    city: &City,
    name: &str,
    source: &Source,
    weight: &str,
    options: &ReadOptions,
) -> Result<(City, ImportReport)> {
    let mut columns = options.columns.clone();
    columns.retain(|field, _| field == "committee");
    columns.insert("population".to_owned(), weight.to_owned());
    let options = ReadOptions { columns, ..options.clone() };
    let layer = load(source)?;
    check_mapping(&[(&layer, Role::Points)], &options)?;
    let mut read = Settled::new(layer, Role::Points, &options);
    let amount = population(&mut read.layer, &read.columns);
    let place = places(&read.layer);
    for (row, place) in place.iter().enumerate() {
        if place.is_none() && !read.layer.shape_refused.get(row).copied().unwrap_or(false) {
            let refusal = Refusal::new("no_geometry", "no geometry", "give its position, or remove it");
            read.layer.findings.refuse(read.layer.at(row), refusal);
        }
    }
    let crs = read.accepted()?;
    check_systems(&[&city.frame().crs, &crs])?;
    let committee = committees(city, &mut read, &between(&place, &crs, &city.frame().crs)?);
    read.accepted()?;
    let xy = on_plane(&city.frame().plane, &lonlats(&place, &crs)?)?;
    let placed = committee.into_iter().zip(xy).zip(amount);
    let placed: Vec<_> = placed.filter_map(|((row, xy), amount)| Some((row?, xy?, amount))).collect();
    let layer = Layer::new(name, city.demand().len(), &placed)?;
    Ok((city.with_layer(layer)?, read.report()))
}

/// The committee of each place: as its column says, else by outline.
fn committees(city: &City, read: &mut Settled, places: &[Option<[f64; 2]>]) -> Vec<Option<u32>> {
    let named: Option<Vec<Option<String>>> =
        read.columns.values(&read.layer, "committee").map(|values| values.iter().map(label).collect());
    let outlines = Outlines::of(&city.demand().shape);
    if named.is_none() && outlines.tree.size() == 0 {
        let fix = "name it with a column committee: the committees have no outlines";
        let refusal = Refusal::new("committee_missing", "which committee each place lies in is not known", fix);
        read.layer.findings.refuse_layer(At::layer(), refusal);
        return vec![];
    }
    let mut found = vec![];
    for (row, place) in places.iter().enumerate() {
        let name = named.as_ref().and_then(|named| named.get(row)?.as_ref());
        let committee = match (name, place) {
            (Some(name), _) => city.demand().row(name).map(|row| row as u32).map_err(|error| {
                let fix = "give the id of a committee in the demand layer";
                Refusal::new("committee_unknown", error.to_string(), fix)
            }),
            (None, Some(place)) => outlines.holding(*place).ok_or_else(|| {
                let fix = "move it, remove it, or name its committee in a column committee";
                Refusal::new("outside_committees", "lies in no committee", fix)
            }),
            (None, None) => continue,
        };
        match committee {
            Ok(committee) => found.push(Some(committee)),
            Err(refusal) => {
                read.layer.findings.refuse(read.layer.at(row), refusal);
                found.push(None);
            }
        }
    }
    found
}

/// Outlines of committees, to be asked which one holds a place.
struct Outlines<'a> {
    shape: &'a [Option<Geometry<f64>>],
    tree: RTree<Boxed>,
}

impl<'a> Outlines<'a> {
    fn of(shape: &'a [Option<Geometry<f64>>]) -> Self {
        let boxes = shape.iter().enumerate().filter_map(|(row, shape)| {
            let area = shape.as_ref().filter(|shape| matches!(shape, Geometry::Polygon(_) | Geometry::MultiPolygon(_)));
            let bounds = area?.bounding_rect()?;
            let (low, high) = (bounds.min(), bounds.max());
            Some(Boxed::new(Rectangle::from_corners([low.x, low.y], [high.x, high.y]), row as u32))
        });
        Self { shape, tree: RTree::bulk_load(boxes.collect()) }
    }

    /// The committee that holds a place, its border included; the lower row where two do.
    fn holding(&self, [x, y]: [f64; 2]) -> Option<u32> {
        let near = self.tree.locate_in_envelope_intersecting(&AABB::from_point([x, y]));
        let holds = |row: &u32| self.shape[*row as usize].as_ref().is_some_and(|s| s.intersects(&Point::new(x, y)));
        near.map(|boxed| boxed.data).filter(holds).min()
    }
}
