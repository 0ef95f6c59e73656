//! What is found on the way in, collected feature by feature.

use std::collections::BTreeSet;

use crate::error::{Issue, Severity};

/// Why a feature or layer cannot be taken, before it is known which one it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) cause: String,
    pub(super) fix: String,
}

impl Refusal {
    pub(super) fn new(code: &'static str, cause: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { code, cause: cause.into(), fix: fix.into() }
    }
}

/// The feature an issue speaks of.
#[derive(Debug, Clone, Default)]
pub(super) struct At {
    pub(super) feature: Option<usize>,
    pub(super) name: Option<String>,
}

impl At {
    /// The layer as a whole.
    pub(super) fn layer() -> Self {
        Self::default()
    }

    /// A feature whose name is not known yet.
    pub(super) fn feature(feature: usize) -> Self {
        Self { feature: Some(feature), name: None }
    }

    /// A feature with its id or name.
    pub(super) fn named(feature: usize, name: Option<String>) -> Self {
        Self { feature: Some(feature), name }
    }
}

/// Everything found in one layer.
#[derive(Debug, Clone, Default)]
pub(super) struct Findings {
    issues: Vec<Issue>,
    whole_layer_refused: bool,
}

impl Findings {
    /// Refuse one feature.
    pub(super) fn refuse(&mut self, at: At, why: Refusal) {
        self.push(Severity::Rejected, at, why);
    }

    /// Refuse the layer; `at` may still name the feature that shows why.
    pub(super) fn refuse_layer(&mut self, at: At, why: Refusal) {
        self.whole_layer_refused = true;
        self.push(Severity::Rejected, at, why);
    }

    /// Say what was changed.
    pub(super) fn repaired(&mut self, at: At, code: &'static str, cause: impl Into<String>, fix: impl Into<String>) {
        self.push(Severity::Repaired, at, Refusal::new(code, cause, fix));
    }

    /// Say what is worth knowing.
    pub(super) fn note(&mut self, at: At, code: &'static str, cause: impl Into<String>, fix: impl Into<String>) {
        self.push(Severity::Noted, at, Refusal::new(code, cause, fix));
    }

    fn push(&mut self, severity: Severity, at: At, what: Refusal) {
        let Refusal { code, cause, fix } = what;
        self.issues.push(Issue { severity, feature: at.feature, name: at.name, code, cause, fix });
    }

    /// Whether the layer cannot be used at all.
    pub(super) fn is_layer_refused(&self) -> bool {
        self.whole_layer_refused
    }

    /// Whether anything was refused.
    pub(super) fn any_refused(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Rejected)
    }

    /// Features taken, of so many.
    pub(super) fn accepted(&self, features: usize) -> usize {
        if self.whole_layer_refused {
            return 0;
        }
        let refused = self.issues.iter().filter(|issue| issue.severity == Severity::Rejected);
        let refused: BTreeSet<usize> = refused.filter_map(|issue| issue.feature).collect();
        features.saturating_sub(refused.len())
    }

    /// Refusals first, then repairs and notes, each by feature; the layer's own before its features'.
    pub(super) fn sorted(&self) -> Vec<Issue> {
        let mut issues = self.issues.clone();
        issues.sort_by_key(|issue| (issue.severity, issue.feature));
        issues
    }
}
