//! Follow-up of participants of HER2-positive trials, reconstructed from the printed Kaplan-Meier curves (KMDATA, MIT;
//! Guyot 2012, BMC Med Res Methodol 12:9). Data only: curves and medians are estimated from them by `her2path-survival`.
//!
//! Reconstructed means that order and times are those that curve and numbers at risk allow. It is not the trials' own data,
//! and nothing else about a participant is known. Deliberately absent: trials whose curves were not reconstructed
//! (trastuzumab deruxtecan and tucatinib among them); their published medians stand in [`crate::population`].

use crate::tables;

/// Weeks in a month of a twelfth of 365.25 days.
const WEEKS_PER_MONTH: f64 = 365.25 / 12.0 / 7.0;

/// What every text that shows such a curve has to say.
pub const RECONSTRUCTED: &str = "reconstructed from the printed curve (KMDATA), not the trial's own data";

/// One arm of a trial with one outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrialArm {
    /// Figure and arm: `CLEOPATRA_2A/pertuzumab`.
    pub id: &'static str,
    /// The reconstructed data as CSV, all arms of the figure; read with [`TrialArm::follow_up`].
    pub file: &'static str,
    /// The arm's name in the data.
    pub arm: &'static str,
    /// Trial.
    pub trial: &'static str,
    /// `overall survival` or `progression-free survival`.
    pub outcome: &'static str,
    /// Unit of the data: `month` or `week`.
    pub unit: &'static str,
    /// `investigated` or `comparator`.
    pub role: &'static str,
    /// What was given, in words.
    pub regimen: &'static str,
    /// What was given, as drug ids separated by spaces; empty where the trial left a drug open (a taxane, the physician's choice).
    pub drugs: &'static str,
    /// First line of therapy for metastatic disease that participants were in (our reading of the trial's population).
    pub line_from: u16,
    /// Last such line; 99 for any later one.
    pub line_to: u16,
    /// Whom the trial took.
    pub participants: &'static str,
    /// The report and figure.
    pub citation: &'static str,
    /// Year of the report, which dates the follow-up.
    pub published: u16,
    /// Hazard ratio that the report gives for this outcome.
    pub published_hazard_ratio: f64,
    /// How well the reconstruction meets the report, percent of KMDATA's points.
    pub quality_pct: u16,
}

/// Times from randomisation in months, and whether the event was seen then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FollowUp {
    /// Months to event or end of follow-up.
    pub months: Vec<f64>,
    /// Whether the event happened.
    pub event: Vec<bool>,
}

/// Every arm, those of one figure beside each other, the investigated one first.
#[must_use]
pub fn arms() -> &'static [TrialArm] {
    &tables::TRIAL_ARMS
}

impl TrialArm {
    /// The participants of this arm. The data are compiled in, and a test reads every row of them.
    #[must_use]
    pub fn follow_up(&self) -> FollowUp {
        let mut follow_up = FollowUp::default();
        let months_in_unit = if self.unit == "week" { 1.0 / WEEKS_PER_MONTH } else { 1.0 };
        for line in self.file.lines().skip(1) {
            let mut cells = line.splitn(3, ',');
            let (Some(time), Some(event), Some(arm)) = (cells.next(), cells.next(), cells.next()) else { continue };
            let Ok(time) = time.parse::<f64>() else { continue };
            if arm.trim().trim_matches('"') == self.arm {
                follow_up.months.push(time * months_in_unit);
                follow_up.event.push(event.trim() == "1");
            }
        }
        follow_up
    }

    /// Whether participants were in this line of therapy for metastatic disease.
    #[must_use]
    pub fn is_of_line(&self, line: i64) -> bool {
        (i64::from(self.line_from)..=i64::from(self.line_to)).contains(&line)
    }

    /// The other arms of the same figure.
    pub fn others(&self) -> impl Iterator<Item = &'static Self> {
        let (arm, file) = (self.arm, self.file);
        arms().iter().filter(move |other| other.file == file && other.arm != arm)
    }
}
