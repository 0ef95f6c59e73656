//! The import report as a short text and as data.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use super::{Columns, ImportReport, Layer};
use crate::{
    crs::Crs,
    error::{Issue, Severity},
};

impl ImportReport {
    /// Issues that made a feature or the layer be refused.
    pub fn refused(&self) -> impl Iterator<Item = &Issue> {
        self.issues.iter().filter(|issue| issue.severity == Severity::Rejected)
    }

    /// Whether every feature was taken.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.accepted == self.features && self.refused().next().is_none()
    }

    /// What became of a layer.
    pub(super) fn of(layer: &Layer, crs: Option<&Crs>, columns: &Columns) -> Self {
        Self {
            layer: layer.name.clone(),
            features: layer.features,
            accepted: layer.findings.accepted(layer.features),
            encoding: layer.encoding.clone(),
            crs: crs.map_or_else(|| "undecided".to_owned(), |crs| crs.name().to_owned()),
            columns: columns.found.clone(),
            issues: layer.findings.sorted(),
        }
    }
}

/// A short text: counts, then what was found, alike issues together.
impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        writeln!(f, "{}: {} of {} features accepted", self.layer, self.accepted, self.features)?;
        writeln!(f, "  encoding {}, coordinates {}", self.encoding, self.crs)?;
        if !self.columns.is_empty() {
            let columns = self
                .columns
                .iter()
                .map(|(field, column)| if field == column { field.clone() } else { format!("{field} from {column}") });
            writeln!(f, "  columns {}", columns.collect::<Vec<_>>().join(", "))?;
        }
        let mut groups: BTreeMap<(Severity, &str), Vec<&Issue>> = BTreeMap::new();
        for issue in &self.issues {
            groups.entry((issue.severity, issue.code)).or_default().push(issue);
        }
        for ((severity, code), issues) in groups {
            let word = match severity {
                Severity::Rejected => "refused",
                Severity::Repaired => "repaired",
                Severity::Noted => "noted",
            };
            match issues.as_slice() {
                [only] => writeln!(f, "  {word}: {only}")?,
                several => {
                    let fix = several.first().map(|issue| issue.fix.as_str()).unwrap_or_default();
                    writeln!(f, "  {word}: {} times {code}; {fix}", several.len())?;
                    for issue in several.iter().take(SHOWN) {
                        let place = match (issue.feature, &issue.name) {
                            (Some(feature), Some(name)) => format!("feature {feature} ({name}): "),
                            (Some(feature), None) => format!("feature {feature}: "),
                            _ => String::new(),
                        };
                        writeln!(f, "    {place}{}", issue.cause)?;
                    }
                    if several.len() > SHOWN {
                        writeln!(f, "    and {} more", several.len() - SHOWN)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// [`ImportReport`] with its columns as an object.
#[derive(Serialize)]
struct AsData<'a> {
    layer: &'a str,
    features: usize,
    accepted: usize,
    encoding: &'a str,
    crs: &'a str,
    columns: serde_json::Map<String, serde_json::Value>,
    issues: &'a [Issue],
}

impl Serialize for ImportReport {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = self.columns.iter().map(|(field, column)| (field.clone(), column.clone().into())).collect();
        let Self { layer, features, accepted, encoding, crs, issues, .. } = self;
        AsData { layer, features: *features, accepted: *accepted, encoding, crs, columns, issues }.serialize(serializer)
    }
}
