//! iCARE-Lit against Py-iCARE 1.3.0 and R iCARE 1.38.0.

use crate::support::{Row, assert_close, rows};
use her2path_models::Exclusions;
use her2path_models::icare_lit::{
    self, AgeAtMenarche, AgeAtMenopause, AgeFirstBirth, Alcohol, Bmi, Covariates, Hrt, HrtType, Interval, Model,
    Parity, Refusal,
};

/// Nothing is known that excludes the women of the files.
const NOBODY: Exclusions =
    Exclusions { breast_cancer: None, in_situ: None, chest_radiation: None, hereditary_syndrome: None };

/// The factors of one model; `prefix` is `lt50_` or `ge50_` in the file of split intervals.
fn covariates(row: &Row, prefix: &str, model: Model) -> Covariates {
    let cell = |name: &str| row.text(&format!("{prefix}{name}"));
    let flag = |name: &str| Some(row.flag(&format!("{prefix}{name}")));
    let bmi = cell("bmi_curc");
    let shared = Covariates {
        age_at_menarche: AgeAtMenarche::parse(cell("age_at_menarche")),
        parity: Parity::parse(cell("parity")),
        age_first_birth: AgeFirstBirth::parse(cell("age_first_birth")),
        oc_ever: flag("oc_ever"),
        alcohol_intake: Alcohol::parse(cell("alcohol_intake")),
        bbd: flag("bbd"),
        famhist: flag("famhist"),
        height: Some(row.number(&format!("{prefix}height"))),
        bmi_curc: Bmi::parse(if bmi == "<25" { "18.5-25" } else { bmi }),
        ..Covariates::default()
    };
    match model {
        Model::Under50 => Covariates { oc_current: flag("oc_current"), ..shared },
        Model::From50 => Covariates {
            age_at_menopause: AgeAtMenopause::parse(cell("age_at_menopause")),
            hrt: Hrt::parse(cell("hrt")),
            hrt_type: HrtType::parse(cell("hrt_type")),
            ..shared
        },
    }
}

fn interval(row: &Row) -> Interval {
    let whole = |name| row.text(name).parse().expect("a whole number");
    Interval { start: whole("age_start"), years: whole("interval_years") }
}

#[test]
fn equals_py_icare() {
    let mut by_model = [0, 0];
    for row in rows("risk/icare_lit/icare_lit_vectors.csv", 120) {
        let model = if row.text("model") == "lt50" { Model::Under50 } else { Model::From50 };
        let covariates = covariates(&row, "", model);
        let lp = covariates.linear_predictor(model).expect("complete");
        assert_close(lp, row.number("linear_predictor"), 0.0, row.text("id"));
        let risk = icare_lit::absolute_risk(model, lp, interval(&row), &NOBODY).expect("in range");
        // The reference prints 10 decimals.
        assert_close(risk, row.number("risk_pyicare"), 0.5000001e-10, row.text("id"));
        by_model[usize::from(model == Model::From50)] += 1;
    }
    assert_eq!(by_model, [60, 60]);
}

#[test]
fn equals_r_icare() {
    for (file, model) in [("lt50", Model::Under50), ("ge50", Model::From50)] {
        for row in rows(&format!("risk/icare_lit/icare_lit_R_golden_{file}.csv"), 25) {
            let lp = covariates(&row, "", model).linear_predictor(model).expect("complete");
            assert_close(lp, row.number("linear_predictor_R"), 0.0, row.text("id"));
            let risk = icare_lit::absolute_risk(model, lp, interval(&row), &NOBODY).expect("in range");
            assert_close(risk, row.number("risk_R_iCARE_1_38_0"), 0.0, row.text("id"));
        }
    }
}

#[test]
fn equals_r_icare_across_50() {
    for row in rows("risk/icare_lit/icare_lit_R_golden_split.csv", 25) {
        let under_50 = covariates(&row, "lt50_", Model::Under50);
        let from_50 = covariates(&row, "ge50_", Model::From50);
        let risk = icare_lit::absolute_risk_split(&under_50, &from_50, interval(&row), &NOBODY).expect("in range");
        assert_close(risk, row.number("risk_R_iCARE_1_38_0"), 0.0, row.text("id"));
    }
}

/// What is left open brackets what the known factor gives, whichever factor is taken away.
#[test]
fn a_missing_factor_is_named_and_bounded() {
    let mut checked = 0;
    for row in rows("risk/icare_lit/icare_lit_vectors.csv", 120) {
        let model = if row.text("model") == "lt50" { Model::Under50 } else { Model::From50 };
        let full = covariates(&row, "", model);
        let lp = full.linear_predictor(model).expect("complete");
        let without: [fn(&mut Covariates); 9] = [
            |c| c.age_at_menarche = None,
            |c| (c.parity, c.age_first_birth) = (None, None),
            |c| (c.oc_ever, c.oc_current) = (None, None),
            |c| c.alcohol_intake = None,
            |c| c.bbd = None,
            |c| c.famhist = None,
            |c| c.bmi_curc = None,
            |c| c.age_at_menopause = None,
            |c| (c.hrt, c.hrt_type) = (None, None),
        ];
        for take in without {
            let mut less = full;
            take(&mut less);
            let missing = less.missing(model);
            let (least, most) = less.bounds(model).expect("height is known");
            assert!(least <= lp + 1e-12 && lp <= most + 1e-12, "{}", row.text("id"));
            if missing.is_empty() {
                assert_eq!(least, most);
            } else {
                assert!(less.linear_predictor(model).expect_err("refused").to_string().starts_with("missing: `"));
                assert!(least < most);
                checked += 1;
            }
        }
        let mut blank = full;
        blank.height = None;
        assert!(blank.bounds(model).is_err(), "height has no bounds");
    }
    // 7 factors before 50, 9 from 50.
    assert_eq!(checked, 60 * 7 + 60 * 9);
}

#[test]
fn refuses_what_it_cannot_answer() {
    let risk = |model, start, years| icare_lit::absolute_risk(model, 2.5, Interval { start, years }, &NOBODY);
    assert_eq!(risk(Model::Under50, 45, 0), Err(Refusal::Empty));
    assert_eq!(risk(Model::From50, 75, 7), Err(Refusal::Ages(75, 82)));
    assert_eq!(risk(Model::Under50, 17, 5), Err(Refusal::Ages(17, 22)));
    assert_eq!(risk(Model::From50, 250, 250), Err(Refusal::Ages(250, 500)));
    assert!(matches!(risk(Model::Under50, 45, 6), Err(Refusal::WrongModel { model: "lt50", .. })));
    assert!(matches!(risk(Model::From50, 49, 6), Err(Refusal::WrongModel { model: "ge50", .. })));
    assert!(risk(Model::Under50, 45, 5).is_ok() && risk(Model::From50, 75, 6).is_ok());
    let patient = Exclusions { breast_cancer: Some(true), ..NOBODY };
    let interval = Interval { start: 45, years: 5 };
    let refused = icare_lit::absolute_risk(Model::Under50, 2.5, interval, &patient).expect_err("refused");
    assert!(refused.to_string().contains("for women without it"));
    let nothing = Covariates::default();
    assert_eq!(icare_lit::absolute_risk_split(&nothing, &nothing, interval, &patient), Err(refused));
    let says = |covariates: Covariates, model| covariates.linear_predictor(model).expect_err("refused").to_string();
    let nulliparous = Covariates {
        parity: Some(Parity::None),
        age_first_birth: Some(AgeFirstBirth::From30),
        ..Covariates::default()
    };
    assert!(says(nulliparous, Model::Under50).contains("without a birth"));
    let metric = Covariates { height: Some(165.0), ..Covariates::default() };
    assert!(says(metric, Model::Under50).contains("16.5"));
    let pill = Covariates { oc_ever: Some(false), oc_current: Some(true), ..Covariates::default() };
    assert!(says(pill, Model::Under50).contains("`oc_ever` is 0"));
    let therapy = Covariates { hrt: Some(Hrt::Never), hrt_type: Some(HrtType::One), ..Covariates::default() };
    assert!(says(therapy, Model::From50).contains("`hrt`"));
}

/// The quantiles are of the reference population: its ends are 0 and 100 hundredths.
#[test]
fn percentiles_follow_the_reference_population() {
    assert_eq!(icare_lit::percentile(Model::Under50, 0.0), 0);
    assert_eq!(icare_lit::percentile(Model::Under50, 9.0), 100);
    // Quantile 0.99 of the file is 3.85888697 before 50.
    assert_eq!(icare_lit::percentile(Model::Under50, 3.8589), 99);
    assert_eq!(icare_lit::percentile(Model::Under50, 3.8588), 98);
}
