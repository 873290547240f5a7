//! One person's way: who they are, the disease, what was found and given, and how it ended.
//!
//! A journey is what happened; how a record tells it is the business of `record`. Days are whole; everything that the
//! record will hold happens on or before [`Journey::last_day`]. What the guideline offered on a day of decision is worked
//! out in [`options`] from what the record holds on that day, and kept beside what was chosen.

mod disease;
mod early;
pub(crate) mod options;
mod regimen;
mod treatment;
pub(crate) mod workup;

use crate::day::Day;
use crate::drug::Drug;
use crate::plan::{Group, Plan};
use crate::random::{Purpose, Random};
use workup::{LvefSeries, Workup};

/// What happened.
#[derive(Debug, Clone)]
pub(crate) struct Journey {
    pub(crate) group: Group,
    pub(crate) male: bool,
    pub(crate) birth: Day,
    /// Age at the last menstruation.
    pub(crate) menopause: i32,
    pub(crate) death: Option<Day>,
    /// The day of death or, alive, the day on which the data end.
    pub(crate) last_day: Day,
    pub(crate) hospital: Hospital,
    /// Medicines for other illnesses, taken since before the cancer.
    pub(crate) other_medicines: Vec<usize>,
    pub(crate) cancer: Option<Cancer>,
}

/// How the hospital of a patient works and writes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hospital {
    /// Rules things out in writing before each new line: lung disease, dialysis, long QT, allergy, DPYD.
    pub(crate) thorough: bool,
    /// Writes down that no cancer drug was taken so far.
    pub(crate) states_none_taken: bool,
    pub(crate) entries: Entries,
    /// Writes the intent of a treatment into its entries.
    pub(crate) writes_intent: bool,
    /// Writes receptors as scores and percentages, else as an interpretation alone.
    pub(crate) scores: bool,
    /// Codes diagnoses in ICD-10-CM beside SNOMED CT.
    pub(crate) icd: bool,
}

/// How cancer drugs are entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entries {
    /// One order for each course, and every infusion.
    OrdersAndAdministrations,
    /// One order for each course.
    Orders,
    /// One statement for each course.
    Statements,
    /// One order for each cycle.
    OrderEachCycle,
}

/// A breast cancer.
#[derive(Debug, Clone)]
pub(crate) struct Cancer {
    pub(crate) found: Day,
    pub(crate) left: bool,
    pub(crate) stage: Stage,
    pub(crate) grade: u8,
    pub(crate) primary: Receptors,
    pub(crate) early: Vec<Course>,
    pub(crate) surgery: Option<Day>,
    pub(crate) metastatic: Option<Metastatic>,
    pub(crate) lvef: LvefSeries,
}

/// Clinical stage at first diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) t: u8,
    pub(crate) n: u8,
    pub(crate) m: u8,
}

/// HER2, ER and PgR of one specimen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Receptors {
    pub(crate) ihc: u8,
    /// Ratio and HER2 copies of dual-probe ISH, in tenths.
    pub(crate) ish: Option<(i32, i32)>,
    /// Percent of cells.
    pub(crate) er: u8,
    pub(crate) pr: u8,
    pub(crate) ki67: u8,
}

impl Receptors {
    /// ASCO/CAP 2018: score 3+, or 2+ with ISH of group 1 (ratio from 2.0, copies from 4.0).
    pub(crate) fn her2_positive(self) -> bool {
        self.ihc == 3 || (self.ihc == 2 && self.ish.is_some_and(|(ratio, copies)| ratio >= 20 && copies >= 40))
    }

    /// ASCO/CAP 2020: 1 % of cells.
    pub(crate) const fn hormone_receptor_positive(self) -> bool {
        self.er >= 1 || self.pr >= 1
    }
}

/// Disease that has spread.
#[derive(Debug, Clone)]
pub(crate) struct Metastatic {
    pub(crate) found: Day,
    pub(crate) de_novo: bool,
    /// Each site with the day on which it was found.
    pub(crate) sites: Vec<(Site, Day)>,
    /// Day and receptors of a biopsy of a metastasis, and where from.
    pub(crate) biopsy: Option<(Day, Receptors, Site)>,
    pub(crate) lines: Vec<Line>,
    /// Days on which progression was recorded.
    pub(crate) progressions: Vec<Day>,
    pub(crate) brain_local: Vec<Day>,
    pub(crate) workups: Vec<Workup>,
    pub(crate) decisions: Vec<Decision>,
    /// Interstitial lung disease from T-DXd since this day.
    pub(crate) lung_disease: Option<Day>,
}

/// A metastatic site, by its name in the guideline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Site {
    Adrenal,
    Bone,
    Brain,
    Leptomeninges,
    Liver,
    Lung,
    Ovary,
    Peritoneum,
    Pleura,
    Skin,
}

impl Site {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Adrenal => "adrenal",
            Self::Bone => "bone",
            Self::Brain => "brain",
            Self::Leptomeninges => "leptomeninges",
            Self::Liver => "liver",
            Self::Lung => "lung",
            Self::Ovary => "ovary",
            Self::Peritoneum => "peritoneum",
            Self::Pleura => "pleura",
            Self::Skin => "skin",
        }
    }

    /// The guideline's list of visceral sites (a project rule).
    pub(crate) const fn is_visceral(self) -> bool {
        matches!(self, Self::Lung | Self::Pleura | Self::Liver | Self::Brain | Self::Leptomeninges | Self::Peritoneum)
    }
}

/// One drug from its first to its last day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course {
    pub(crate) drug: Drug,
    pub(crate) start: Day,
    /// Absent while it goes on.
    pub(crate) end: Option<Day>,
    pub(crate) stop: Option<Stop>,
    pub(crate) intent: Intent,
}

/// Why a drug was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    Progression,
    Toxicity,
    Completed,
    Death,
}

impl Stop {
    /// The name among the reasons for the end of a line; death says nothing about the disease.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Progression => "progression",
            Self::Toxicity => "toxicity",
            Self::Completed => "completed",
            Self::Death => "unknown",
        }
    }
}

/// What a treatment is meant to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    Neoadjuvant,
    Adjuvant,
    Palliative,
}

/// A line of therapy for metastatic disease.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) number: u16,
    pub(crate) start: Day,
    pub(crate) courses: Vec<Course>,
    /// Last day by rule LOT-12; absent while it goes on.
    pub(crate) end: Option<Day>,
    pub(crate) end_reason: Option<&'static str>,
    pub(crate) maintenance_from: Option<Day>,
}

/// What was decided on a day, and what the guideline of that day offered.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    /// The evening of this day: everything recorded up to it is known.
    pub(crate) day: Day,
    pub(crate) line: u16,
    pub(crate) offered: options::Offered,
    pub(crate) chosen: &'static str,
}

/// Makes the journey of one patient.
pub(crate) fn make(plan: &Plan, patient: u64) -> Journey {
    let mut random = Random::new(plan.seed, patient, Purpose::Journey);
    disease::make(plan, &mut random)
}
