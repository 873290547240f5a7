//! Penetrance: how many carriers of a pathogenic variant get breast cancer, by age where that is published.
//!
//! By age: Tung 2016, PMC5513673, table 2 (a model for genes of moderate risk; its PALB2 is 44 % over a lifetime where
//! Yang 2020 found 53 %, so both are shown). Over a lifetime: the source of each row. Deliberately absent: a risk for one
//! family, which needs a pedigree model (CanRisk), and advice on testing.

use crate::Support;
use crate::tables;

/// One age band of the table: 5-year and cumulative risk in percent. The last row, `80 (lifetime)`, has no 5-year risks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgeBand {
    /// `25-29` … `70-75`, `80 (lifetime)`.
    pub age_band: &'static str,
    /// Population, 5 years.
    pub pop_5y_pct: Option<f64>,
    /// Population, to the end of the band.
    pub pop_cum_pct: f64,
    /// ATM and NBN, 5 years.
    pub atm_nbn_5y: Option<f64>,
    /// ATM and NBN, cumulative.
    pub atm_nbn_cum: f64,
    /// CHEK2 1100delC, 5 years.
    pub chek2_1100delc_5y: Option<f64>,
    /// CHEK2 1100delC, cumulative.
    pub chek2_1100delc_cum: f64,
    /// CHEK2 I157T, 5 years.
    pub chek2_i157t_5y: Option<f64>,
    /// CHEK2 I157T, cumulative.
    pub chek2_i157t_cum: f64,
    /// PALB2, 5 years.
    pub palb2_5y: Option<f64>,
    /// PALB2, cumulative.
    pub palb2_cum: f64,
}

/// Lifetime risk of breast cancer in women who carry a variant, in percent. A range without an interval is a range of
/// estimates; where both ends are `None` only a relative risk is published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LifetimeRisk {
    /// Gene symbol (HGNC).
    pub gene: &'static str,
    /// Variant or kind of families, empty for any.
    pub variant: &'static str,
    /// Lower end of the estimates.
    pub risk_low_pct: Option<f64>,
    /// Upper end; `None` beside a lower end means at least.
    pub risk_high_pct: Option<f64>,
    /// 95 % interval of a single estimate, lower end.
    pub ci_low_pct: Option<f64>,
    /// 95 % interval of a single estimate, upper end.
    pub ci_high_pct: Option<f64>,
    /// To what age.
    pub by_age: Option<f64>,
    /// Relative risk as published, possibly with its interval.
    pub relative_risk: &'static str,
    /// What else goes with it.
    pub also: &'static str,
    /// Source.
    pub citation: &'static str,
    /// How well it is supported.
    pub support: Support,
}

/// A column of the table by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModerateRiskGene {
    /// ATM and NBN, whose figures are one.
    AtmNbn,
    /// CHEK2 1100delC.
    Chek2Truncating,
    /// CHEK2 I157T.
    Chek2I157t,
    /// PALB2.
    Palb2,
}

/// The table by age, youngest band first.
#[must_use]
pub fn by_age() -> &'static [AgeBand] {
    &tables::MODERATE_PENETRANCE
}

/// The lifetime risks, by gene.
#[must_use]
pub fn lifetime() -> &'static [LifetimeRisk] {
    &tables::LIFETIME
}

impl AgeBand {
    /// Risk within 5 years and to the end of the band, in percent.
    #[must_use]
    pub const fn of(&self, gene: ModerateRiskGene) -> (Option<f64>, f64) {
        match gene {
            ModerateRiskGene::AtmNbn => (self.atm_nbn_5y, self.atm_nbn_cum),
            ModerateRiskGene::Chek2Truncating => (self.chek2_1100delc_5y, self.chek2_1100delc_cum),
            ModerateRiskGene::Chek2I157t => (self.chek2_i157t_5y, self.chek2_i157t_cum),
            ModerateRiskGene::Palb2 => (self.palb2_5y, self.palb2_cum),
        }
    }

    /// First and last year of age of the band.
    #[must_use]
    pub fn ages(&self) -> Option<(u32, u32)> {
        let (first, last) = self.age_band.split_once('-')?;
        Some((first.parse().ok()?, last.parse().ok()?))
    }
}

/// The band an age falls into; `None` under 25 and over 75, where nothing is published by age.
#[must_use]
pub fn band(age: u32) -> Option<&'static AgeBand> {
    by_age().iter().find(|band| band.ages().is_some_and(|(first, last)| (first..=last).contains(&age)))
}
