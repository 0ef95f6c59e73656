//! A plan of small fields where the search has found none.

use super::{
    anneal::Best,
    asked::Asked,
    field::Field,
    proof::Question,
    search::{self, Problem},
};
use crate::{control::Control, error::Result};

/// Units of a field up to which all its plans may be looked at.
const SMALL: usize = 100;

/// Build a plan within the first measure's band, field by field, and take it over if it keeps the other rules, too.
///
/// Searching moves from plan to plan; where few are within the band, it may meet
/// none of them, although the diagram of all parts holds them all.
pub(super) fn build(
    asked: &Asked<'_>,
    problem: &Problem,
    best: &mut Best,
    effort: usize,
    control: &Control,
    stop: &dyn Fn() -> bool,
) -> Result<()> {
    if problem.fields.iter().any(|field| field.parts > 1 && field.nodes.len() > SMALL) {
        return Ok(());
    }
    let mut label = best.label.clone();
    for nodes in &problem.fields {
        let Some(plan) = divided(asked, problem, nodes, effort, control, stop)? else { return Ok(()) };
        nodes.nodes.iter().zip(plan).for_each(|(&node, part)| label[node as usize] = nodes.first + part);
    }
    problem.take_over(label, best);
    Ok(())
}

/// The part of each unit of a field in the plan with the fewest cut edges.
fn divided(
    asked: &Asked<'_>,
    problem: &Problem,
    nodes: &search::Field,
    effort: usize,
    control: &Control,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Vec<u32>>> {
    if nodes.parts == 1 {
        return Ok(Some(vec![0; nodes.nodes.len()]));
    }
    let field = Field::of(&problem.graph, &nodes.nodes);
    let edges = field.ends.len();
    let mut field = Field::new(field.weight, field.ends, vec![1.0; edges]);
    field.put_in_order()?;
    // More than any plan costs.
    let known = edges as f64 + 1.0;
    let question = Question { field: &field, band: asked.bands[0], parts: nodes.parts, known, whole: true, effort };
    Ok(question.answer(0.0, control, stop)?.plan)
}
