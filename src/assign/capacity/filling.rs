//! What an assignment with limited room comes to, committee by committee and centre by centre.

use serde::Serialize;

use super::CityAssignment;

/// The catchment (服务范围) of one centre and its room.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Filling {
    /// Row of the centre.
    pub facility: u32,
    /// Committees that have people there.
    pub committees: usize,
    /// Their people there.
    pub people: f64,
    /// People it has room for; `None` is no limit.
    pub capacity: Option<f64>,
    /// Room that is left.
    pub spare: Option<f64>,
    /// People who would come if all went to the nearest centre.
    pub by_choice: f64,
}

impl CityAssignment {
    /// One filling per open centre, in the facilities' order.
    #[must_use]
    pub fn fillings(&self) -> Vec<Filling> {
        let of = |(place, (&facility, &capacity)): (usize, (&u32, &f64))| {
            let capacity = Some(capacity).filter(|capacity| capacity.is_finite());
            let people = self.plan.load[place];
            let spare = capacity.map(|capacity| capacity - people);
            Filling { facility, committees: 0, people, capacity, spare, by_choice: 0.0 }
        };
        let mut fillings: Vec<Filling> = self.facility.iter().zip(&self.capacity).enumerate().map(of).collect();
        for &(_, site, _) in &self.plan.parts {
            fillings[site as usize].committees += 1;
        }
        for (choice, people) in self.free_choice.iter().zip(&self.people) {
            if let Some((site, _)) = choice {
                fillings[*site as usize].by_choice += people.unwrap_or(0.0);
            }
        }
        fillings
    }

    /// Load of each further measure at each centre; of a committee in parts, its people's part.
    #[must_use]
    pub fn loads(&self) -> Vec<Vec<f64>> {
        let mut loads = vec![vec![0.0; self.facility.len()]; self.measures.len()];
        for &(row, site, people) in &self.plan.parts {
            let all = self.people[row as usize].unwrap_or(0.0);
            let part = if all > 0.0 { people / all } else { 1.0 };
            for (load, measure) in loads.iter_mut().zip(&self.measures) {
                load[site as usize] += part * measure.amount[row as usize];
            }
        }
        loads
    }

    /// What becomes of a committee: `served`, `partly`, `no_capacity` or `out_of_reach`.
    #[must_use]
    pub fn status(&self, row: usize) -> &'static str {
        if !self.plan.in_reach[row] {
            "out_of_reach"
        } else if self.plan.site(row).is_none() {
            "no_capacity"
        } else if self.levels[row].no_capacity > 0.0 || self.levels[row].out_of_reach > 0.0 {
            // Out of reach though the centre is not: a group of them that walks more slowly.
            "partly"
        } else {
            "served"
        }
    }
}
