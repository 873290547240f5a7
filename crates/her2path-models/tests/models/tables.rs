//! The tables of facts: complete, consistent in themselves, and as the sources say in the figures that are quoted most.

use her2path_models::conditional::{self, Refusal, Step};
use her2path_models::genes::{self, ModerateRiskGene};
use her2path_models::{Support, population, risk_factors};
use std::collections::BTreeSet;

#[test]
fn penetrance_by_age_rises_to_the_published_lifetime_risk() {
    assert_eq!(genes::by_age().len(), 11);
    let genes = [
        (ModerateRiskGene::AtmNbn, 30.0),
        (ModerateRiskGene::Chek2Truncating, 31.8),
        (ModerateRiskGene::Chek2I157t, 18.3),
        (ModerateRiskGene::Palb2, 44.0),
    ];
    for (gene, lifetime) in genes {
        assert!(genes::by_age().is_sorted_by(|a, b| a.of(gene).1 <= b.of(gene).1));
        let last = genes::by_age().last().expect("a band");
        assert_eq!((last.age_band, last.of(gene)), ("80 (lifetime)", (None, lifetime)));
        assert!(genes::by_age().iter().all(|band| band.of(gene).1 >= band.pop_cum_pct));
    }
    assert_eq!(genes::band(47).map(|band| band.of(ModerateRiskGene::Palb2)), Some((Some(6.35), 14.0)));
    assert_eq!(genes::band(75).map(|band| band.age_band), Some("70-75"));
    assert_eq!((genes::band(24), genes::band(76)), (None, None));
    let covered: Vec<_> = (25..=75).filter(|age| genes::band(*age).is_none()).collect();
    assert!(covered.is_empty(), "no band for {covered:?}");
}

#[test]
fn lifetime_risks_are_those_of_the_sources() {
    let of = |gene| genes::lifetime().iter().find(|row| row.gene == gene).expect("a gene");
    let brca1 = of("BRCA1");
    assert_eq!((brca1.risk_low_pct, brca1.ci_low_pct, brca1.ci_high_pct), (Some(72.0), Some(65.0), Some(79.0)));
    assert_eq!((of("PALB2").risk_low_pct, of("PALB2").support), (Some(53.0), Support::Seen));
    assert_eq!(of("TP53").support, Support::FromMemory);
    for row in genes::lifetime() {
        assert!(!row.citation.is_empty());
        assert!(row.risk_low_pct.is_some() || !row.relative_risk.is_empty(), "{}", row.gene);
        assert!(row.risk_high_pct.is_none_or(|high| row.risk_low_pct.is_some_and(|low| low <= high)));
    }
}

#[test]
fn risk_factors_lie_in_their_intervals_and_have_a_source() {
    let ids: BTreeSet<_> = risk_factors::all().iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), risk_factors::all().len(), "ids are unique");
    let mut with_interval = 0;
    for row in risk_factors::all() {
        assert!(!row.citation.is_empty() && !row.compared_with.is_empty(), "{}", row.id);
        assert!(row.estimate.is_some() || (row.low.is_some() && row.high.is_some()), "{}", row.id);
        if let (Some(estimate), Some(low), Some(high)) = (row.estimate, row.low, row.high) {
            assert!(low < estimate && estimate < high, "{}", row.id);
            assert!(!row.interval.is_empty(), "{}", row.id);
            with_interval += 1;
        }
    }
    assert_eq!(with_interval, 31);
    let extreme = risk_factors::all().iter().find(|row| row.id == "density-extreme").expect("a row");
    let [without, with] = extreme.natural_frequency(0.02).expect("an estimate");
    // 1 - 0.98^4.03 = 0.0782.
    assert_eq!((without.to_string(), with.to_string()), ("20 of 1,000".into(), "78 of 1,000".into()));
}

#[test]
fn registry_figures_are_those_of_seer() {
    let of = |subtype, stage, years| {
        let mut rows = population::registry_survival().iter();
        rows.find(|row| (row.subtype, row.stage, row.diagnosed) == (subtype, stage, years))
            .map(|row| row.relative_survival_5y_pct)
    };
    assert_eq!(population::registry_survival().len(), 25);
    assert_eq!(of("HR+/HER2+", "distant", "2013-2019"), Some(45.6));
    assert_eq!(of("HR-/HER2+", "distant", "2013-2019"), Some(39.5));
    assert_eq!(of("all", "distant", "2011-2017"), Some(29.0));
    assert_eq!(population::trial_overall_survival().len(), 8);
    assert!(population::prognostic_factors().iter().all(|row| row.hazard_ratio > 0.0));
}

/// By hand: 10 at risk, deaths at 1, 2, 3 and 5 of 10, 9, 8 and 5 at risk.
#[test]
fn conditional_survival_by_hand() {
    let steps = [(1.0, 10, 1), (2.0, 9, 1), (3.0, 8, 2), (5.0, 5, 1)].map(|(time, at_risk, deaths)| Step {
        time,
        at_risk,
        deaths,
    });
    let cs = conditional::of_steps(&steps, 2.0, 3.0).expect("an answer");
    assert!((cs.probability - 0.75 * 0.8).abs() < 1e-15);
    let variance: f64 = 2.0 / (8.0 * 6.0) + 1.0 / (5.0 * 4.0);
    assert!((cs.log_standard_error - variance.sqrt()).abs() < 1e-15);
    assert_eq!(cs.at_risk, 8);
    let whole = 0.9 * (8.0 / 9.0) * 0.75 * 0.8;
    let ratio = conditional::conditional_survival(0.8, whole).expect("an answer");
    assert!((ratio - cs.probability).abs() < 1e-15);
    assert_eq!(conditional::conditional_survival(0.0, 0.0), Err(Refusal::NobodyLeft));
    assert_eq!(conditional::conditional_survival(0.5, 0.6), Err(Refusal::NotASurvivalCurve));
    assert_eq!(conditional::of_steps(&steps, -1.0, 3.0), Err(Refusal::Times));
    let all_dead = [Step { time: 1.0, at_risk: 2, deaths: 2 }];
    assert_eq!(conditional::of_steps(&all_dead, 1.0, 1.0), Err(Refusal::NobodyLeft));
}

#[test]
fn scenarios_of_a_median() {
    let ranges = conditional::scenarios(40.0).expect("an answer");
    assert_eq!((ranges.worst_case, ranges.typical, ranges.best_case), (10.0, (20.0, 80.0), 120.0));
    assert_eq!(conditional::scenarios(0.0), Err(Refusal::Times));
    assert_eq!(conditional::scenarios(f64::NAN), Err(Refusal::Times));
    let chances: Vec<_> = conditional::published().iter().map(|row| row.chance_of_reaching_5_years_pct).collect();
    assert_eq!(chances, [39.0, 46.0, 57.0, 71.0, 85.0]);
}
