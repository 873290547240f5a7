//! BCRAT against R BCRA 2.1.2, every row and every number of it, refusals included.

use crate::support::{Row, assert_close, rows};
use her2path_models::Exclusions;
use her2path_models::bcrat::{self, Category, Codes, HyperplasiaFactor, Refusal};

const VECTORS: &str = "risk/bcrat/bcrat_vectors_R_BCRA_2.1.2.csv";

fn codes(row: &Row) -> Codes {
    let number = |column| Some(row.number(column));
    Codes {
        t1: number("T1"),
        t2: number("T2"),
        n_biop: number("N_Biop"),
        hyp_plas: number("HypPlas"),
        age_men: number("AgeMen"),
        age_1st: number("Age1st"),
        n_rels: number("N_Rels"),
        race: number("Race"),
    }
}

fn category(category: Category) -> String {
    match category {
        Category::Of(value) => value.to_string(),
        Category::RequirementA => "A".into(),
        Category::RequirementB => "B".into(),
        Category::Invalid => "NA".into(),
    }
}

#[test]
fn equals_the_reference_in_every_row() {
    let (mut answered, mut refused, mut numbers) = (0, 0, 0);
    for row in rows(VECTORS, 205) {
        let id = row.text("ID");
        let codes = codes(&row);
        let recoded = codes.recode();
        let ours = [recoded.nb, recoded.am, recoded.af, recoded.nr].map(category);
        assert_eq!(ours, ["NB_cat", "AM_cat", "AF_cat", "NR_cat"].map(|c| row.text(c).to_owned()), "row {id}");
        match recoded.r_hyp {
            HyperplasiaFactor::Of(factor) => assert_close(factor, row.number("R_hyp"), 0.0, id),
            HyperplasiaFactor::RequirementA => assert_eq!(row.text("R_hyp"), "A"),
            HyperplasiaFactor::RequirementB => assert_eq!(row.text("R_hyp"), "B"),
            HyperplasiaFactor::Invalid => assert_eq!(row.text("R_hyp"), "NA"),
        }
        match recoded.relative_risk(&codes) {
            Some(relative) => {
                assert_close(relative[0], row.number("rr_lt50"), 0.0, id);
                assert_close(relative[1], row.number("rr_ge50"), 0.0, id);
                numbers += 2;
            }
            None => assert_eq!([row.text("rr_lt50"), row.text("rr_ge50")], ["NA", "NA"], "row {id}"),
        }
        match bcrat::absolute_risk(&codes, &Exclusions::default()) {
            Ok(risk) => {
                assert_eq!(row.text("error"), "0", "row {id}: the reference refuses it");
                assert_close(100.0 * risk.absolute, row.number("abs_risk_pct"), 0.0, id);
                assert_close(100.0 * risk.average, row.number("avg_risk_pct"), 0.0, id);
                answered += 1;
                numbers += 2;
            }
            Err(why) => {
                assert_eq!(row.text("error"), "1", "row {id}: refused for {why}, the reference answers");
                assert_eq!([row.text("abs_risk_pct"), row.text("avg_risk_pct")], ["NA", "NA"], "row {id}");
                assert!(!why.0.is_empty(), "row {id}: refused without a reason");
                refused += 1;
            }
        }
    }
    assert_eq!((answered, refused, numbers), (200, 5, 802));
}

fn refusals(change: impl FnOnce(&mut Codes)) -> Vec<Refusal> {
    let valid = Codes {
        t1: Some(45.0),
        t2: Some(50.0),
        n_biop: Some(0.0),
        hyp_plas: Some(99.0),
        age_men: Some(13.0),
        age_1st: Some(22.0),
        n_rels: Some(0.0),
        race: Some(1.0),
    };
    assert!(bcrat::absolute_risk(&valid, &Exclusions::default()).is_ok());
    let mut codes = valid;
    change(&mut codes);
    bcrat::absolute_risk(&codes, &Exclusions::default()).expect_err("refused").0
}

#[test]
fn refuses_each_invalid_input_with_its_reason() {
    assert_eq!(refusals(|c| c.t1 = Some(18.0)), [Refusal::Age(18.0), Refusal::FirstBirth(22.0)]);
    assert_eq!(refusals(|c| c.t1 = Some(90.0)), [Refusal::Age(90.0), Refusal::AgeOrder { age: 90.0, until: 50.0 }]);
    assert_eq!(refusals(|c| c.t2 = Some(90.5)), [Refusal::UntilAge(90.5)]);
    assert_eq!(refusals(|c| c.t2 = Some(45.0)), [Refusal::AgeOrder { age: 45.0, until: 45.0 }]);
    assert_eq!(refusals(|c| c.hyp_plas = Some(0.0)), [Refusal::HyperplasiaWithoutBiopsy(0.0)]);
    assert_eq!(refusals(|c| (c.n_biop, c.hyp_plas) = (Some(1.0), Some(5.0))), [Refusal::Hyperplasia(5.0)]);
    assert_eq!(refusals(|c| c.n_biop = Some(-1.0)), [Refusal::Biopsies(-1.0)]);
    assert_eq!(refusals(|c| c.n_biop = Some(1.5)), [Refusal::Biopsies(1.5)]);
    assert_eq!(refusals(|c| c.age_men = Some(0.0)), [Refusal::Menarche(0.0)]);
    assert_eq!(refusals(|c| c.age_men = Some(46.0)), [Refusal::Menarche(46.0), Refusal::FirstBirth(22.0)]);
    assert_eq!(refusals(|c| c.age_1st = Some(12.0)), [Refusal::FirstBirth(12.0)]);
    assert_eq!(refusals(|c| c.age_1st = Some(46.0)), [Refusal::FirstBirth(46.0)]);
    assert_eq!(refusals(|c| c.n_rels = Some(100.0)), [Refusal::Relatives(100.0)]);
    assert_eq!(refusals(|c| c.race = Some(12.0)), [Refusal::Race(12.0)]);
    assert_eq!(refusals(|c| c.race = Some(1.5)), [Refusal::Race(1.5)]);
    assert_eq!(refusals(|c| (c.age_men, c.race) = (None, None)).len(), 2);
    assert_eq!(refusals(|c| (c.n_biop, c.hyp_plas) = (Some(2.0), None)), [Refusal::Missing("hyperplasia")]);
    assert!(matches!(refusals(|c| c.t1 = Some(f64::NAN))[..], [Refusal::Age(_), Refusal::AgeOrder { .. }]));
}

#[test]
fn does_not_answer_for_a_woman_it_was_not_made_for() {
    let codes = rows(VECTORS, 205).first().map(codes).expect("a row");
    let all = Exclusions {
        breast_cancer: Some(true),
        in_situ: Some(true),
        chest_radiation: Some(true),
        hereditary_syndrome: Some(true),
    };
    let refused = bcrat::absolute_risk(&codes, &all).expect_err("refused");
    assert_eq!(refused.0.len(), 4);
    assert!(refused.to_string().contains("the model is for women without it"), "{refused}");
    assert_eq!(Exclusions::default().unknown().len(), 4);
    assert!(bcrat::course(&codes, &all, 90.0).is_err());
}

/// The course ends where the projection does and never falls.
#[test]
fn the_course_leads_to_the_projection() {
    for row in rows(VECTORS, 205) {
        let mut codes = codes(&row);
        if row.text("error") == "1" || codes.t1.is_some_and(|age| age >= 89.0) {
            continue;
        }
        codes.t2 = Some(90.0);
        let end = bcrat::absolute_risk(&codes, &Exclusions::default()).expect("answered");
        let course = bcrat::course(&codes, &Exclusions::default(), 90.0).expect("answered");
        assert_eq!(course.last().copied(), Some((90.0, end.absolute, end.average)));
        assert!(course.is_sorted_by(|a, b| a.1 <= b.1 && a.2 <= b.2));
    }
}
