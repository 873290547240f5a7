//! The figures of the outlook, for renderers that draw them or say them in plain words.

use her2path_models::conditional::PublishedConditionalSurvival;
use her2path_models::population::RegistrySurvival;
use her2path_models::trial_curves::TrialArm;

use super::Outcome;

/// What the chapter on prognosis found to be about people like this person; only where the chapter was asked for by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outlook {
    /// Registry survival of the stage and subtype.
    pub registry: Vec<&'static RegistrySurvival>,
    /// Of people who have lived as long as this person since the spread was found.
    pub conditional: Option<&'static PublishedConditionalSurvival>,
    /// Trial arms that were given an option at hand, each with the outcome of that option.
    pub arms: Vec<(&'static TrialArm, Outcome)>,
}
