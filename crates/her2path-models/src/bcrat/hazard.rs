//! From relative risk to absolute risk: hazards constant within 5-year bands from 20 to 90, other death competing.
//! Ages may be fractions of years; the strata of relative and attributable risk change at exactly 50.

/// The published constants of one race code.
pub(super) struct Constants {
    /// NB, AM, AF, NR, NB from 50, AF by NR.
    pub(super) beta: [f64; 6],
    /// Before 50, from 50.
    pub(super) one_minus_attributable_risk: [f64; 2],
    /// Breast cancer per person-year in [20, 25) … [85, 90).
    pub(super) incidence: [f64; 14],
    /// Death of other causes per person-year in the same bands.
    pub(super) mortality: [f64; 14],
    /// As `incidence`, for the average woman.
    pub(super) average_incidence: [f64; 14],
    /// As `mortality`, for the average woman.
    pub(super) average_mortality: [f64; 14],
}

/// Probability between ages `from` and `to` of a woman with these relative risks (before 50, from 50).
pub(super) fn projected(constants: &Constants, relative: [f64; 2], from: f64, to: f64) -> f64 {
    let [younger, older] = constants.one_minus_attributable_risk;
    let factors = [younger * relative[0], older * relative[1]];
    accumulated(&constants.incidence, &constants.mortality, factors, from, to)
}

/// Probability between ages `from` and `to` of the average woman.
pub(super) fn average(constants: &Constants, from: f64, to: f64) -> f64 {
    accumulated(&constants.average_incidence, &constants.average_mortality, [1.0, 1.0], from, to)
}

fn accumulated(incidence: &[f64; 14], mortality: &[f64; 14], factors: [f64; 2], from: f64, to: f64) -> f64 {
    let (mut risk, mut hazard_so_far) = (0.0, 0.0_f64);
    let bands = (20_u8..90).step_by(5).map(f64::from);
    for ((start, incidence), mortality) in bands.zip(incidence).zip(mortality) {
        let length = to.min(start + 5.0) - from.max(start);
        if length <= 0.0 {
            continue;
        }
        let factor = if start < 50.0 { factors[0] } else { factors[1] };
        let cancer = incidence * factor;
        let total = cancer + mortality;
        risk += cancer / total * (-hazard_so_far).exp() * -(-total * length).exp_m1();
        hazard_so_far += total * length;
    }
    risk
}
