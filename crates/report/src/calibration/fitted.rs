//! What the fit says, as rows.

use joulegram::calibrate::fit::Fit;
use joulegram::calibrate::fit::terms::ALL;
use serde::Serialize;

use super::kind_name;

/// What a unit of work costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoefficientRow {
    /// The kind of layer, or `inference`.
    pub kind: &'static str,
    /// Of what, by its name in a profile.
    pub per: &'static str,
    /// Ticks for one.
    pub ticks: f64,
    /// 95 % of resamplings are above.
    pub low: f64,
    /// 95 % of resamplings are below.
    pub high: f64,
}

/// A step and how well the fit knows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepRow {
    /// Its name.
    pub step: String,
    /// Its kind of layer.
    pub kind: &'static str,
    /// Median ticks of an iteration.
    pub measured: f64,
    /// What the fit says.
    pub fitted: f64,
    /// Its error.
    pub error: f64,
    /// The error of a fit without the step.
    pub error_left_out: f64,
}

pub(super) fn coefficients(fit: &Fit) -> Vec<CoefficientRow> {
    let rows = fit.coefficients.iter().zip(ALL).map(|(one, term)| CoefficientRow {
        kind: kind_name(term.kind),
        per: if term.kind.is_none() { "per_inference" } else { term.count.name() },
        ticks: one.value,
        low: one.interval.0,
        high: one.interval.1,
    });
    rows.collect()
}

pub(super) fn steps(fit: &Fit) -> Vec<StepRow> {
    let rows = fit.steps.iter().map(|step| StepRow {
        step: step.name.to_string(),
        kind: step.kind.name(),
        measured: step.measured,
        fitted: step.fitted,
        error: step.error(),
        error_left_out: step.error_left_out(),
    });
    rows.collect()
}
