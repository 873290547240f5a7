//! What is to be made.

use crate::day::Day;

/// What is to be made. The same plan gives the same bytes.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many patients.
    pub patients: u64,
    /// The seed of every random number.
    pub seed: u64,
    /// The first day on which metastatic disease is found in anybody.
    pub from: Day,
    /// The day on which the data end; nothing is recorded later.
    pub until: Day,
    /// Who the patients are.
    pub mix: Mix,
    /// How badly the records are damaged.
    pub mess: Mess,
    /// How the files are laid out.
    pub layout: Layout,
}

/// The share of each group of patients, as weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mix {
    /// HER2-positive metastatic breast cancer.
    pub her2_metastatic: f64,
    /// HER2-positive breast cancer that has not spread.
    pub her2_early: f64,
    /// Other breast cancer, early or metastatic.
    pub other_breast: f64,
    /// No breast cancer.
    pub other: f64,
}

impl Default for Mix {
    fn default() -> Self {
        Self { her2_metastatic: 0.7, her2_early: 0.1, other_breast: 0.1, other: 0.1 }
    }
}

/// A group of patients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// HER2-positive metastatic breast cancer.
    Her2Metastatic,
    /// HER2-positive breast cancer that has not spread.
    Her2Early,
    /// HER2-negative breast cancer, early or metastatic.
    OtherBreast,
    /// No breast cancer.
    Other,
}

impl Group {
    /// The name in the truth file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Her2Metastatic => "her2-metastatic",
            Self::Her2Early => "her2-early",
            Self::OtherBreast => "other-breast",
            Self::Other => "other",
        }
    }
}

/// How badly records are damaged: the mean number of defects in a record that has a cancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mess {
    /// As a good system writes them.
    #[default]
    None,
    /// One defect.
    Light,
    /// Three defects.
    Moderate,
    /// Eight defects.
    Heavy,
}

impl Mess {
    /// Mean number of defects.
    pub(crate) const fn mean(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Light => 1.0,
            Self::Moderate => 3.0,
            Self::Heavy => 8.0,
        }
    }
}

/// How the files are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// One NDJSON file for each type of resource, as Bulk Data servers export them.
    #[default]
    Bulk,
    /// One NDJSON file with a Bundle for each patient on a line.
    Bundles,
}
