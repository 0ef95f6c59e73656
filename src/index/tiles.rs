//! The few sites that matter to each patch of the plane.
//!
//! Asking a tree once per demand point costs a descent each time. Neighbouring
//! points get nearly the same answer, so the tree is asked once per tile of the
//! plane and each point then looks only at its tile's short list. A tile that
//! holds far more points than its fellows is divided again, so that towns in an
//! empty landscape cost no more than an even spread.

use rayon::prelude::*;

use super::SiteIndex;
use crate::{control::Control, error::Result};

/// Below this many points a tile, asking the tree costs more than it saves.
const FEWEST_POINTS: usize = 16;
/// Divide a tile again when it holds more points than this ...
const CROWDED: u32 = 2048;
/// ... and its list is longer than this ...
const LONG_LIST: usize = 16;
/// ... but points that coincide can't be told apart, however often we divide.
const DEEPEST: u32 = 6;

/// Which sites a tile must list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Candidates {
    /// All that lie within this straight-line radius of some place in the tile, metres.
    Within(f64),
    /// All that are the nearest site of some place in the tile.
    Nearest,
}

impl Candidates {
    /// How many tiles to lay over an area, in square metres, with so many sites:
    /// small enough that lists hold little more than their points need.
    fn tiles(self, points: usize, sites: usize, area_m2: f64) -> usize {
        const PER_SITE: usize = 4;
        const PER_RADIUS: f64 = 10.0;
        let wanted = match self {
            Self::Nearest => PER_SITE * sites,
            // A cast from infinity or beyond the largest number gives the largest.
            #[allow(clippy::cast_sign_loss)] // never below zero
            Self::Within(radius_m) => (area_m2 * (PER_RADIUS / radius_m.max(1e-3)).powi(2)) as usize,
        };
        wanted.min(points / FEWEST_POINTS).max(1)
    }
}

/// Sites listed for one tile, by rising row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed<'a> {
    pub site: &'a [u32],
    pub x: &'a [f64],
    pub y: &'a [f64],
}

/// Tiles over a set of demand points, each with its candidate sites.
#[derive(Debug)]
pub(crate) struct Tiles {
    grids: Vec<Grid>,
    cells: Vec<Cell>,
    /// Sites of list l are `start[l]..start[l + 1]`.
    start: Vec<usize>,
    site: Vec<u32>,
    x: Vec<f64>,
    y: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
enum Cell {
    List(u32),
    Divided(u32),
}

/// A rectangle divided into equal cells.
#[derive(Debug, Clone, Copy)]
struct Grid {
    low: [f64; 2],
    cell_m: [f64; 2],
    columns: u32,
    rows: u32,
    first_cell: usize,
}

impl Grid {
    /// Nearly square cells over the points' bounding box, as many as `cells` asks for its area.
    fn over(points: &[[f64; 2]], first_cell: usize, cells: impl Fn(f64) -> usize) -> Self {
        let mut low = [f64::INFINITY; 2];
        let mut high = [f64::NEG_INFINITY; 2];
        for point in points {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        // A line or a single place still gets a rectangle.
        let size = [0, 1].map(|axis| (high[axis] - low[axis]).max(1e-3));
        let area_m2 = size[0] * size[1];
        let cells = cells(area_m2) as f64;
        let edge_m = (area_m2 / cells).sqrt().max(1e-3);
        let count = |size: f64| (size / edge_m).ceil().clamp(1.0, cells);
        let [columns, rows] = size.map(count);
        let cell_m = [size[0] / columns, size[1] / rows];
        #[allow(clippy::cast_sign_loss)] // both are at least 1
        Self { low, cell_m, columns: columns as u32, rows: rows as u32, first_cell }
    }

    fn len(&self) -> usize {
        self.columns as usize * self.rows as usize
    }

    /// The cell a point falls into, from 0 in this grid.
    #[inline]
    fn cell(&self, [x, y]: [f64; 2]) -> usize {
        #[allow(clippy::cast_sign_loss)] // a cast from below zero gives zero, as wanted
        let place = |at: f64, low: f64, cell_m: f64, cells: u32| (((at - low) / cell_m) as u32).min(cells - 1);
        let column = place(x, self.low[0], self.cell_m[0], self.columns);
        let row = place(y, self.low[1], self.cell_m[1], self.rows);
        row as usize * self.columns as usize + column as usize
    }

    /// Middle and half size of a cell, a trifle larger than it is, so that a
    /// point which rounding puts on the wrong side of an edge is still inside.
    fn bounds(&self, cell: usize) -> ([f64; 2], [f64; 2]) {
        let place = [cell % self.columns as usize, cell / self.columns as usize];
        let middle = [0, 1].map(|axis| self.low[axis] + (place[axis] as f64 + 0.5) * self.cell_m[axis]);
        let half = [0, 1].map(|axis| {
            let magnitude = self.low[axis].abs().max(middle[axis].abs()) + self.cell_m[axis];
            self.cell_m[axis] * 0.5 * (1.0 + 1e-9) + magnitude * 1e-12
        });
        (middle, half)
    }
}

impl Tiles {
    /// Tiles for these points, which must be finite, and sites.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted).
    pub(crate) fn new(
        points: &[[f64; 2]],
        sites: &[[f64; 2]],
        index: &SiteIndex,
        rule: Candidates,
        control: &Control,
    ) -> Result<Self> {
        let mut tiles = Self { grids: vec![], cells: vec![], start: vec![0], site: vec![], x: vec![], y: vec![] };
        if !points.is_empty() {
            tiles.divide(points, &Task { sites, index, rule, control }, sites.len(), 0)?;
        }
        Ok(tiles)
    }

    /// The candidate sites of a point.
    #[inline]
    pub(crate) fn at(&self, point: [f64; 2]) -> Listed<'_> {
        let mut grid = &self.grids[0];
        loop {
            match self.cells[grid.first_cell + grid.cell(point)] {
                Cell::Divided(finer) => grid = &self.grids[finer as usize],
                Cell::List(list) => {
                    let range = self.start[list as usize]..self.start[list as usize + 1];
                    return Listed { site: &self.site[range.clone()], x: &self.x[range.clone()], y: &self.y[range] };
                }
            }
        }
    }

    /// Lay a grid over the points, list each cell's sites, and divide crowded cells again.
    ///
    /// `nearby` is the number of sites that matter here.
    fn divide(&mut self, points: &[[f64; 2]], task: &Task, nearby: usize, depth: u32) -> Result<()> {
        let Task { sites, rule, control, .. } = *task;
        let grid = Grid::over(points, self.cells.len(), |area_m2| rule.tiles(points.len(), nearby, area_m2));
        self.grids.push(grid);
        let population = count_points(&grid, points);
        let lists: Vec<Vec<u32>> = (0..grid.len())
            .into_par_iter()
            .map(|cell| {
                control.step(0)?;
                Ok(if population[cell] == 0 { vec![] } else { task.candidates(&grid, cell) })
            })
            .collect::<Result<_>>()?;
        let worth_dividing = |cell: usize| {
            let (points, sites) = (population[cell], lists[cell].len());
            let finer = rule.tiles(points as usize, sites, grid.cell_m[0] * grid.cell_m[1]);
            points > CROWDED && sites > LONG_LIST && finer > 1
        };
        let crowded: Vec<usize> = (0..grid.len()).filter(|&cell| depth < DEEPEST && worth_dividing(cell)).collect();
        self.cells.resize(grid.first_cell + grid.len(), Cell::List(0));
        for (cell, list) in lists.iter().enumerate() {
            if crowded.binary_search(&cell).is_err() {
                self.cells[grid.first_cell + cell] = Cell::List(self.push(list, sites));
            }
        }
        if crowded.is_empty() {
            return Ok(());
        }
        let mut inside = vec![vec![]; crowded.len()];
        for &point in points {
            if let Ok(place) = crowded.binary_search(&grid.cell(point)) {
                inside[place].push(point);
            }
        }
        for (cell, points) in crowded.into_iter().zip(inside) {
            self.cells[grid.first_cell + cell] = Cell::Divided(self.grids.len() as u32);
            let nearby = lists[cell].len();
            self.divide(&points, task, nearby, depth + 1)?;
        }
        Ok(())
    }

    fn push(&mut self, list: &[u32], sites: &[[f64; 2]]) -> u32 {
        self.site.extend_from_slice(list);
        self.x.extend(list.iter().map(|&site| sites[site as usize][0]));
        self.y.extend(list.iter().map(|&site| sites[site as usize][1]));
        self.start.push(self.site.len());
        self.start.len() as u32 - 2
    }
}

/// Points in each cell of a grid.
fn count_points(grid: &Grid, points: &[[f64; 2]]) -> Vec<u32> {
    let chunk = points.len().div_ceil(rayon::current_num_threads()).max(4096);
    points
        .par_chunks(chunk)
        .map(|points| {
            let mut counts = vec![0_u32; grid.len()];
            for &point in points {
                counts[grid.cell(point)] += 1;
            }
            counts
        })
        // Whole numbers: their sum does not depend on the order.
        .reduce(
            || vec![0; grid.len()],
            |mut left, right| {
                left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
                left
            },
        )
}

/// What stays the same from the whole plane down to the smallest tile.
struct Task<'a> {
    sites: &'a [[f64; 2]],
    index: &'a SiteIndex,
    rule: Candidates,
    control: &'a Control,
}

impl Task<'_> {
    /// The sites a cell must list, by rising row.
    fn candidates(&self, grid: &Grid, cell: usize) -> Vec<u32> {
        let Self { sites, index, rule, .. } = *self;
        let (middle, half) = grid.bounds(cell);
        let half_diagonal_m = half[0].hypot(half[1]);
        // A site that is nearest to some place in the tile is no farther from that
        // place than the middle's nearest site can be.
        let radius_m = match rule {
            Candidates::Within(radius_m) => radius_m,
            Candidates::Nearest => match index.nearest_m(middle) {
                Some(nearest_m) => nearest_m + half_diagonal_m,
                None => return vec![],
            },
        } * (1.0 + 1e-9)
            + 1e-9;
        let mut rows = index.within(middle, radius_m + half_diagonal_m);
        rows.retain(|&row| {
            let site = sites[row as usize];
            let outside = [0, 1].map(|axis| ((site[axis] - middle[axis]).abs() - half[axis]).max(0.0));
            outside[0].hypot(outside[1]) <= radius_m
        });
        rows
    }
}
