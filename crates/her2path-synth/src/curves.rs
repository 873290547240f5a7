//! Times to progression and death, drawn from the curves of trials.
//!
//! Where patients' data were reconstructed from a published figure (KMDATA, raredd/kmdata commit 8972d41b, MIT licence;
//! Guyot's method), a curve is the months at which its Kaplan-Meier estimate falls to 95, 90, 85 … %, as long as eight
//! patients are at risk; between them it is a straight line, and behind the last it goes on with the mean hazard so
//! far. Other trials are a Weibull curve through the published median.

/// A survival curve.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Curve {
    /// Months at which survival is 95, 90, 85 … %.
    Quantiles(&'static [f64]),
    /// Weibull with this median in months and this shape.
    Median(f64, f64),
}

/// Step of the tables of quantiles.
const STEP: f64 = 0.05;

impl Curve {
    /// Months until survival has fallen to a probability between 0 and 1.
    pub(crate) fn time_at(self, survival: f64) -> f64 {
        match self {
            Self::Median(median, shape) => median * (survival.ln() / 0.5_f64.ln()).powf(shape.recip()),
            Self::Quantiles(times) => {
                let mut before = (0.0, 1.0);
                for (place, time) in times.iter().enumerate() {
                    let level = 1.0 - STEP * (place as f64 + 1.0);
                    if survival >= level {
                        let (from, above) = before;
                        return from + (time - from) * (above - survival) / (above - level);
                    }
                    before = (*time, level);
                }
                let (last, level) = before;
                last * survival.ln() / level.ln()
            }
        }
    }
}

/// CLEOPATRA (NCT00567190), Swain 2015, figure 3A: PFS, pertuzumab arm; median 19.0 (16.9 to 22.3) months.
pub(crate) const PFS_THP: Curve =
    Curve::Quantiles(&[2.4, 4.5, 6.4, 8.4, 10.4, 10.5, 12.6, 14.6, 16.9, 19.0, 22.1, 25.5, 32.3, 37.8, 49.2, 59.2]);
/// CLEOPATRA, figure 3A: PFS, placebo arm; median 12.5 (10.6 to 14.4) months.
pub(crate) const PFS_TRASTUZUMAB_TAXANE: Curve =
    Curve::Quantiles(&[2.0, 3.8, 5.1, 6.2, 6.6, 8.2, 8.3, 10.0, 10.5, 12.5, 14.2, 16.0, 18.3, 20.8, 27.5, 33.4, 48.4]);
/// CLEOPATRA, figure 2A: overall survival, pertuzumab arm; median 60.3 (50.1 to not reached) months.
pub(crate) const OS_THP: Curve = Curve::Quantiles(&[10.0, 15.1, 18.3, 24.1, 27.3, 35.2, 39.6, 45.4, 50.5, 60.3]);
/// MARIANNE (NCT01120184), Perez 2017, figure 2A: PFS, T-DM1 arm, first line.
pub(crate) const PFS_TDM1_FIRST: Curve =
    Curve::Quantiles(&[2.1, 2.3, 4.0, 4.3, 5.4, 6.4, 8.0, 8.6, 11.7, 14.0, 16.8, 21.5, 24.7, 32.3, 38.6]);
/// TH3RESA (NCT01419197), Krop 2014, figure 2A: PFS, T-DM1 arm, third line and later.
pub(crate) const PFS_TDM1_LATER: Curve =
    Curve::Quantiles(&[1.3, 1.5, 1.8, 2.7, 3.0, 4.0, 4.3, 5.3, 5.7, 6.3, 6.9, 7.3, 8.4, 9.9, 11.8, 12.5]);
/// TH3RESA, figure 2A: PFS, treatment of physician's choice.
pub(crate) const PFS_CHOICE_LATER: Curve =
    Curve::Quantiles(&[1.1, 1.3, 1.4, 1.5, 1.6, 2.2, 2.7, 2.9, 3.1, 3.3, 4.0, 4.6, 5.1, 5.8, 6.8, 7.1, 8.5]);
/// CEREBEL (NCT00820222), Pivot 2015, figure 2A: PFS, lapatinib and capecitabine.
pub(crate) const PFS_LAPATINIB_CAPECITABINE: Curve =
    Curve::Quantiles(&[2.2, 2.7, 2.8, 2.9, 4.0, 5.4, 5.6, 5.7, 5.9, 6.7, 8.1, 8.4, 8.6, 11.0, 12.0, 13.8, 16.7, 21.9]);
/// CEREBEL, figure 2A: PFS, trastuzumab and capecitabine.
pub(crate) const PFS_TRASTUZUMAB_CHEMOTHERAPY: Curve =
    Curve::Quantiles(&[2.7, 3.0, 3.2, 5.0, 5.5, 5.7, 5.7, 6.0, 6.9, 8.1, 8.6, 9.9, 11.2, 14.0, 18.4, 24.9, 25.3, 27.5]);
/// EMILIA (NCT00829166): median PFS 9.6 months, T-DM1 second line.
pub(crate) const PFS_TDM1_SECOND: Curve = Curve::Median(9.6, 1.0);
/// DESTINY-Breast03 (NCT03529110), Cortes 2024: median PFS 28.8 months (BICR), T-DXd second line.
pub(crate) const PFS_TDXD_SECOND: Curve = Curve::Median(28.8, 1.0);
/// DESTINY-Breast02 (NCT03523585), Andre 2023: median PFS 17.8 months, T-DXd after T-DM1.
pub(crate) const PFS_TDXD_LATER: Curve = Curve::Median(17.8, 1.0);
/// DESTINY-Breast09 (NCT04784715), Tolaney 2025: median PFS 40.7 months, T-DXd and pertuzumab first line.
pub(crate) const PFS_TDXD_PERTUZUMAB: Curve = Curve::Median(40.7, 1.0);
/// HER2CLIMB (NCT02614794): median PFS 7.8 months, tucatinib triplet.
pub(crate) const PFS_TUCATINIB: Curve = Curve::Median(7.8, 1.1);
/// NALA (NCT01808573): median PFS 5.6 months, neratinib and capecitabine.
pub(crate) const PFS_NERATINIB: Curve = Curve::Median(5.6, 1.0);
/// SOPHIA (NCT02492711): median PFS 5.8 months, margetuximab and chemotherapy.
pub(crate) const PFS_MARGETUXIMAB: Curve = Curve::Median(5.8, 1.0);
/// PERTAIN (NCT01491737): median PFS 20.6 months, pertuzumab, trastuzumab and an aromatase inhibitor.
pub(crate) const PFS_HP_ENDOCRINE: Curve = Curve::Median(20.6, 1.0);
/// EGF30008 (NCT00073528), HER2-positive subset: median PFS 8.2 months, lapatinib and letrozole.
pub(crate) const PFS_LAPATINIB_LETROZOLE: Curve = Curve::Median(8.2, 1.0);
/// monarcHER (NCT02675231): median PFS 8.3 months, abemaciclib, fulvestrant and trastuzumab.
pub(crate) const PFS_ABEMACICLIB: Curve = Curve::Median(8.3, 1.0);
/// EGF104900 (NCT00320385): median PFS 12.0 weeks, lapatinib and trastuzumab.
pub(crate) const PFS_LAPATINIB_TRASTUZUMAB: Curve = Curve::Median(2.8, 1.0);
/// Cancers other than HER2-positive ones, first line (project figure: about what CDK4/6 inhibitors reached).
pub(crate) const PFS_OTHER: Curve = Curve::Median(20.0, 1.0);
/// Overall survival of other metastatic breast cancer (project figure; SEER de novo 1988 to 2016: 25 months; more today).
pub(crate) const OS_OTHER: Curve = Curve::Median(36.0, 1.0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_pass_through_the_published_medians() {
        let median = |curve: Curve| curve.time_at(0.5);
        assert!((median(PFS_THP) - 19.0).abs() < 1e-9);
        assert!((median(OS_THP) - 60.3).abs() < 1e-9);
        assert!((median(PFS_TDM1_SECOND) - 9.6).abs() < 1e-9);
        assert!((median(PFS_TUCATINIB) - 7.8).abs() < 1e-9);
    }

    #[test]
    fn less_survival_takes_longer() {
        for curve in [PFS_THP, OS_THP, PFS_CHOICE_LATER, PFS_TDXD_SECOND] {
            let times: Vec<f64> = (1..1000).rev().map(|part| curve.time_at(f64::from(part) / 1000.0)).collect();
            assert!(times.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9), "{curve:?}");
            assert!(times[0] >= 0.0 && times[998].is_finite());
        }
    }
}
