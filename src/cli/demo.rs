//! `linli demo`: the main job on the embedded district.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    OK, Say,
    ask::{ADULT_M_PER_S, Pace},
    print,
    table::Table,
    tables,
};
use crate::{
    assign::{Rule, nearest},
    city::{City, WhatIf},
    control::Control,
    coverage::{Coverage, Question, by_service, compare, coverage, severance},
    datasets,
    error::{Error, Result},
    facility::Status,
    io::{self, Format},
    map::Map,
    proposal::{Ask, Candidates, propose},
    standard::Standard,
    walk::CrowFly,
    words::{self, count, percent},
};

/// Committees listed as worst.
const WORST: usize = 10;

/// Measure, plan and draw the embedded district, which is synthetic.
///
/// Prints who is within the limit by town and by service, the committees worst
/// off, and which planned centre would bring most people within it; writes
/// coverage, assignment and a map, and says where.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[command(after_help = "Examples:
  linli demo
  linli demo --minutes 10 --out ten-minutes
  linli demo --open C17 C24 --out two-more
  linli demo --speed 0.9 --group over_60")]
pub(super) struct Demo {
    /// Folder for coverage.geojson, assignment.geojson and map.html.
    #[arg(long, default_value = "linli-demo", value_name = "FOLDER")]
    out: PathBuf,

    /// How long a walk is near enough, minutes.
    #[arg(long, default_value_t = 15.0)]
    minutes: f64,

    /// Open these planned centres first, by id or name (repeatable).
    #[arg(long, value_name = "CENTRE", num_args = 1..)]
    open: Vec<String>,

    /// Count this measure, such as over_60, instead of all residents.
    #[arg(long)]
    group: Option<String>,

    #[command(flatten)]
    pace: Pace,
}

impl Demo {
    pub(super) fn run(&self, say: Say) -> Result<i32> {
        let standard = Standard::new(self.minutes, self.pace.speed_or(ADULT_M_PER_S))?;
        let walk = self.pace.crow_fly()?;
        let question = Question { standard, service: None, group: self.group.clone(), speeds: vec![] };
        let today = datasets::putuo()?;
        let city = today.what_if(&WhatIf { open: self.open.clone(), ..WhatIf::default() })?;
        let control = Control::new();
        let found = coverage(&city, &walk, &question, &control)?;
        let uncovered = found.uncovered();
        let mut text = String::new();
        let note = city.frame().note.clone().unwrap_or_default();
        let _ = writeln!(text, "Putuo District 普陀区 (synthetic 合成数据)\n{note}\n");
        let (headline, zh) = (words::headline(&found), words::headline_zh(&found));
        let _ = writeln!(text, "{headline}\n{zh}\n{}", words::details(&found));
        let _ = writeln!(text, "{}", words::assumptions(found.provenance()));
        if !self.open.is_empty() {
            let before = coverage(&today, &walk, &question, &control)?;
            let gained = count(compare(&before, &found)?.people_gained());
            let share = percent(before.totals().share());
            let _ = writeln!(text, "With {} open: {gained} more people than today's {share}.", self.open.join(", "));
        }
        let (streets, barriers) = (datasets::putuo_streets()?, datasets::putuo_barriers()?);
        let index = barriers.index(streets.plane())?;
        let cost = severance(&city, &walk, &streets, &question, &index, &control)?;
        let _ = writeln!(text, "\nOn real ways 按实际道路\n{}", tables::severance(&cost, &barriers.name));
        let _ = writeln!(text, "By town 按街镇\n{}", tables::groups("town", &found.by_town()));
        let services = by_service(&city, &walk, &question, &control)?;
        let _ = writeln!(text, "By service 按服务\n{}", tables::groups("service", &services));
        let worst = &uncovered[..uncovered.len().min(WORST)];
        let _ = writeln!(text, "Most people beyond the limit 最需要关注的居委会");
        let _ = writeln!(text, "{}", tables::committees(&city, &found, worst));
        let _ = writeln!(text, "{}", self.plan(&city, walk, &question, &found)?);
        let _ = writeln!(text, "{}", anywhere(&city, walk, &question)?);
        print(text.as_bytes())?;
        let written = self.write(&city, walk, &found)?;
        let mut places = String::from("Written\n");
        for path in written {
            let shown = path.canonicalize().unwrap_or(path);
            let _ = writeln!(places, "  {}", shown.display());
        }
        print(places.as_bytes())?;
        say.line("Open map.html in a browser; it works without a network.");
        Ok(OK)
    }

    /// What each planned centre would bring, alone and together.
    fn plan(&self, city: &City, walk: CrowFly, question: &Question, before: &Coverage) -> Result<String> {
        let facilities = city.facilities();
        let planned: Vec<usize> =
            (0..facilities.len()).filter(|&row| facilities.status[row] == Status::Planned).collect();
        if planned.is_empty() {
            return Ok("Plan 规划: every planned centre is open.\n".to_owned());
        }
        let opened = |rows: &[usize]| -> Result<Coverage> {
            let open = rows.iter().map(|&row| facilities.id[row].clone()).collect();
            let after = city.what_if(&WhatIf { open, ..WhatIf::default() })?;
            coverage(&after, &walk, question, &Control::new())
        };
        let mut gains = vec![];
        for &row in &planned {
            gains.push((compare(before, &opened(&[row])?)?.people_gained(), row));
        }
        gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut table = Table::new(&["planned centre", "town", "people gained"]);
        for (gain, row) in gains {
            let town = facilities.town[row].map_or("", |town| &city.towns().name[town as usize]);
            table.push([facilities.name[row].clone(), town.to_owned(), format!("+{}", count(gain))]);
        }
        let after = opened(&planned)?;
        let share = |found: &Coverage| percent(found.totals().share());
        let gained = compare(before, &after)?.people_gained();
        let minutes = self.minutes;
        Ok(format!(
            "Plan: which planned centre first? 规划：先开哪个中心？\n{}\nAll {} together bring {} more people within {minutes} minutes: {} becomes {}.\n",
            table.text(),
            planned.len(),
            count(gained),
            share(before),
            share(&after),
        ))
    }

    fn write(&self, city: &City, walk: CrowFly, found: &Coverage) -> Result<Vec<PathBuf>> {
        let folder: &Path = &self.out;
        std::fs::create_dir_all(folder).map_err(|error| Error::file("cannot make folder", folder, &error))?;
        let rule = Rule {
            minutes: None,
            speed_m_per_s: self.pace.speed_or(ADULT_M_PER_S),
            service: None,
            group: self.group.clone(),
        };
        let assignment = nearest(city, &walk, &rule, &Control::new())?;
        let (mut coverage, mut assigned) = (vec![], vec![]);
        io::write_coverage(city, found, Format::GeoJson, &mut coverage)?;
        io::write_assignment(city, &assignment, Format::GeoJson, &mut assigned)?;
        let map = Map::of(city, found).lines(datasets::BARRIERS)?.lines(datasets::STREETS)?.html()?;
        let files = [("coverage.geojson", coverage), ("assignment.geojson", assigned), ("map.html", map.into_bytes())];
        let mut written = vec![];
        for (name, content) in files {
            let path = folder.join(name);
            io::save(&path, &content)?;
            written.push(path);
        }
        Ok(written)
    }
}

/// Where five more would go if they could stand anywhere, with proof.
fn anywhere(city: &City, walk: CrowFly, question: &Question) -> Result<String> {
    let (group, candidates) = (question.group.clone(), Candidates::Grid(None));
    let ask = Ask { group, candidates, ..Ask::within(question.standard) };
    let found = propose(city, &walk, &ask, &Control::new())?;
    let table = tables::new_centres(city, &found);
    let (answer, details) = (words::proposal(&found), words::proposal_details(&found));
    Ok(format!("Plan: five more, anywhere? 规划：任意选址？\n{table}\n{answer}\n{details}\n"))
}
