//! The chapter on risk: figures from a record equal the models called directly, what is missing is named, and whoever is not
//! meant is refused with the reason.

#![cfg(test)]

use std::fmt::Write as _;

use her2path::chapters::{Chapters, assess};
use her2path::chart::stated;
use her2path::date::PartialDate;
use her2path::fhir::Input;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::Chapter;
use her2path::{Question, assessment};
use her2path_models::Exclusions;
use her2path_models::bcrat::{self, FirstBirth, Hyperplasia, Profile, Race};
use her2path_models::icare_lit::{
    self, AgeAtMenarche, AgeAtMenopause, AgeFirstBirth, Alcohol, Bmi, Covariates, Hrt, HrtType, Interval, Parity,
};
use jiff::civil::{Date, date};

const DAY: Date = date(2026, 11, 23);

/// The example of the NCI's model in the project's oracle: 50 to 55, 1 biopsy without hyperplasia, menarche 11, first birth 32,
/// 1 relative, White: 2.534456527 % against 1.288555468 %.
const NCI_EXAMPLE: &str = r#"
"disease.breast-cancer" = "not-recorded"
"patient.sex" = "female"
"patient.age" = 50
"risk.race" = "white"
"risk.menarche-age" = 11
"risk.births" = 1
"risk.first-birth-age" = 32
"risk.relatives" = 1
"risk.biopsies" = 1
"risk.atypical-hyperplasia" = false
"#;

fn typed(text: &str) -> assessment::Assessment<'static> {
    let (chart, issues) = stated::read(text, "case.toml", &KNOWLEDGE, DAY);
    assert!(issues.is_empty(), "{issues:?}");
    let question = Question::new(&KNOWLEDGE, DAY).chapters(Chapters::of(&[Chapter::Risk]));
    her2path::assess_chart(chart, issues, &question)
}

fn from_fhir(json: &str) -> assessment::Assessment<'static> {
    let question = Question::new(&KNOWLEDGE, DAY).chapters(Chapters::of(&[Chapter::Risk]));
    let (mut found, issues) = her2path::assess([Input { bytes: json.as_bytes(), name: "record.json" }], &question);
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(found.len(), 1);
    found.remove(0)
}

fn value(assessment: &assessment::Assessment<'_>, fact: Fact) -> Option<String> {
    let statement = assessment.facts.get(fact)?;
    Some(assessment::display(&KNOWLEDGE, fact.index(), &statement.value))
}

fn texts(assessment: &assessment::Assessment<'_>) -> String {
    let chapter = &assessment.chapters[0];
    chapter.findings.iter().fold(String::new(), |mut all, finding| {
        writeln!(all, "{}: {}", finding.title, finding.text).unwrap();
        all
    })
}

fn percent(probability: f64) -> String {
    // As the data dictionary says: percent to four decimals, without trailing zeros being added.
    let rounded = (probability * 1e6).round() / 1e4;
    format!("{rounded} %")
}

#[test]
fn bcrat_of_a_typed_case_is_the_oracles() {
    let assessment = typed(NCI_EXAMPLE);
    assert_eq!(value(&assessment, Fact::RiskBcratFiveYear).as_deref(), Some("2.5345 %"));
    assert_eq!(value(&assessment, Fact::RiskBcratFiveYearAverage).as_deref(), Some("1.2886 %"));
    let texts = texts(&assessment);
    assert!(
        texts.contains("about 25 of 1,000 women like her get invasive breast cancer between 50 and 55 (2.5 %)"),
        "{texts}"
    );
    assert!(
        texts.contains("13 of 1,000 among average women of her age and race (1.3 %), White (non-Hispanic)"),
        "{texts}"
    );
    assert!(texts.contains("version 4.1 (December 2017)"), "{texts}");
    assert!(texts.contains("radiation of the chest when young; a BRCA1 or BRCA2 variant"), "{texts}");
}

/// A whole record of a Black woman, in whose model the age at first birth has no place: nothing is typed in.
const RECORD: &str = r#"{"resourceType": "Bundle", "type": "collection", "entry": [
  {"resource": {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1974-05-02", "extension": [
    {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race", "extension": [
      {"url": "ombCategory", "valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.238", "code": "2054-5", "display": "Black or African American"}}]},
    {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity", "extension": [
      {"url": "ombCategory", "valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.238", "code": "2186-5", "display": "Not Hispanic or Latino"}}]}]}},
  {"resource": {"resourceType": "Observation", "id": "menarche", "status": "final", "subject": {"reference": "Patient/p"},
    "code": {"coding": [{"system": "http://loinc.org", "code": "42798-9", "display": "Age at menarche"}]},
    "valueQuantity": {"value": 11, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}}},
  {"resource": {"resourceType": "Observation", "id": "parity", "status": "final", "subject": {"reference": "Patient/p"},
    "code": {"coding": [{"system": "http://loinc.org", "code": "11977-6", "display": "[#] Parity"}]}, "valueInteger": 2}},
  {"resource": {"resourceType": "Procedure", "id": "biopsy", "status": "completed", "subject": {"reference": "Patient/p"},
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "122548005", "display": "Biopsy of breast (procedure)"}]},
    "performedDateTime": "2019-03-04"}},
  {"resource": {"resourceType": "Condition", "id": "adh", "subject": {"reference": "Patient/p"}, "recordedDate": "2019-03-08",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "427785007", "display": "Atypical ductal hyperplasia of breast"}]}}},
  {"resource": {"resourceType": "FamilyMemberHistory", "id": "mother", "status": "completed", "patient": {"reference": "Patient/p"},
    "relationship": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH", "display": "mother"}]},
    "condition": [{"code": {"coding": [{"system": "http://snomed.info/sct", "code": "254837009", "display": "Malignant neoplasm of breast"}]},
      "onsetAge": {"value": 47, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}}]}},
  {"resource": {"resourceType": "FamilyMemberHistory", "id": "aunt", "status": "completed", "patient": {"reference": "Patient/p"},
    "relationship": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MAUNT", "display": "maternal aunt"}]},
    "condition": [{"code": {"coding": [{"system": "http://snomed.info/sct", "code": "363443007", "display": "Malignant tumor of ovary"}]}}]}},
  {"resource": {"resourceType": "FamilyMemberHistory", "id": "brother", "status": "completed", "patient": {"reference": "Patient/p"},
    "relationship": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "BRO", "display": "brother"}]},
    "condition": [{"code": {"coding": [{"system": "http://snomed.info/sct", "code": "254837009", "display": "Malignant neoplasm of breast"}]},
      "onsetAge": {"value": 60, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}}]}},
  {"resource": {"resourceType": "Observation", "id": "density", "status": "final", "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2026-01-10",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "733851004", "display": "Breast consistency (observable entity)"}]},
    "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "129718006", "display": "Heterogeneously dense breast composition (finding)"}]}}},
  {"resource": {"resourceType": "Observation", "id": "height", "status": "final", "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2026-01-10",
    "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2", "display": "Body Height"}]},
    "valueQuantity": {"value": 1.65, "unit": "m", "system": "http://unitsofmeasure.org", "code": "m"}}},
  {"resource": {"resourceType": "Observation", "id": "bmi", "status": "final", "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2026-01-10",
    "code": {"coding": [{"system": "http://loinc.org", "code": "39156-5", "display": "Body Mass Index"}]},
    "valueQuantity": {"value": 31.2, "unit": "kg/m2", "system": "http://unitsofmeasure.org", "code": "kg/m2"}}},
  {"resource": {"resourceType": "Observation", "id": "bmi-old", "status": "final", "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2016-01-10",
    "code": {"coding": [{"system": "http://loinc.org", "code": "39156-5", "display": "Body Mass Index"}]},
    "valueQuantity": {"value": 24, "unit": "kg/m2", "system": "http://unitsofmeasure.org", "code": "kg/m2"}}},
  {"resource": {"resourceType": "Observation", "id": "alcohol", "status": "final", "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2026-01-10",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "160573003", "display": "Alcohol intake (observable entity)"}]},
    "valueQuantity": {"value": 140, "unit": "g/wk", "system": "http://unitsofmeasure.org", "code": "g/wk"}}}
]}"#;

#[test]
fn bcrat_of_a_record_is_the_model_called_directly() {
    let assessment = from_fhir(RECORD);
    let woman = Profile {
        age: 52.0,
        until_age: 57.0,
        biopsies: Some(1),
        hyperplasia: Hyperplasia::Present,
        menarche: Some(11.0),
        first_birth: FirstBirth::Unknown,
        relatives: Some(1),
        race: Race::Black,
    };
    let direct = bcrat::absolute_risk(&woman.codes(), &Exclusions::default()).unwrap();
    assert_eq!(value(&assessment, Fact::RiskBcratFiveYear), Some(percent(direct.absolute)));
    assert_eq!(value(&assessment, Fact::RiskBcratFiveYearAverage), Some(percent(direct.average)));
    assert!(direct.absolute > 0.02 && direct.absolute > direct.average, "{direct:?}");
}

#[test]
fn every_carrier_of_the_record_states_its_fact() {
    let assessment = from_fhir(RECORD);
    let expected = [
        (Fact::RiskRace, "black"),
        (Fact::RiskMenarcheAge, "11 years"),
        (Fact::RiskBirths, "2"),
        (Fact::RiskBiopsies, "1"),
        (Fact::RiskAtypicalHyperplasia, "yes"),
        (Fact::RiskBenignBreastDisease, "yes"),
        (Fact::RiskRelatives, "1"),
        (Fact::RiskRelativesMale, "yes"),
        (Fact::RiskRelativesOvarian, "yes"),
        (Fact::RiskRelativesYoungestAge, "47 years"),
        (Fact::RiskDensity, "heterogeneously-dense"),
        (Fact::RiskHeight, "165 cm"),
        (Fact::RiskBmi, "31.2 kg/m2"),
        (Fact::RiskAlcohol, "20 g/d"),
    ];
    for (fact, wanted) in expected {
        assert_eq!(value(&assessment, fact).as_deref(), Some(wanted), "{fact:?}");
    }
    let statement = assessment.facts.get(Fact::RiskRelatives).unwrap();
    assert_eq!(statement.because[0].source, "FamilyMemberHistory/mother");
    // What nobody recorded stays unknown.
    for fact in
        [Fact::RiskFirstBirthAge, Fact::RiskHormoneTherapy, Fact::RiskChestRadiation, Fact::RiskHereditarySyndrome]
    {
        assert_eq!(assessment.facts.get(fact), None, "{fact:?}");
    }
}

#[test]
fn entries_that_do_not_count_state_nothing() {
    let cases = [
        (
            "\"id\": \"menarche\", \"status\": \"final\"",
            "\"id\": \"menarche\", \"status\": \"entered-in-error\"",
            Fact::RiskMenarcheAge,
        ),
        (
            "\"id\": \"menarche\", \"status\": \"final\"",
            "\"id\": \"menarche\", \"status\": \"preliminary\"",
            Fact::RiskMenarcheAge,
        ),
        (
            "\"value\": 11, \"unit\": \"years\", \"system\": \"http://unitsofmeasure.org\", \"code\": \"a\"",
            "\"value\": 11, \"unit\": \"months\", \"system\": \"http://unitsofmeasure.org\", \"code\": \"mo\"",
            Fact::RiskMenarcheAge,
        ),
        (
            "\"id\": \"biopsy\", \"status\": \"completed\"",
            "\"id\": \"biopsy\", \"status\": \"not-done\"",
            Fact::RiskBiopsies,
        ),
        (
            "\"id\": \"mother\", \"status\": \"completed\"",
            "\"id\": \"mother\", \"status\": \"entered-in-error\"",
            Fact::RiskRelatives,
        ),
        (
            "\"code\": \"MTH\", \"display\": \"mother\"",
            "\"code\": \"STPMTH\", \"display\": \"stepmother\"",
            Fact::RiskRelatives,
        ),
        (
            "\"code\": \"MTH\", \"display\": \"mother\"",
            "\"code\": \"MAUNT\", \"display\": \"maternal aunt\"",
            Fact::RiskRelatives,
        ),
        (
            "\"value\": 140, \"unit\": \"g/wk\", \"system\": \"http://unitsofmeasure.org\", \"code\": \"g/wk\"",
            "\"value\": 10, \"unit\": \"{drinks}/wk\"",
            Fact::RiskAlcohol,
        ),
        (
            "\"code\": \"2186-5\", \"display\": \"Not Hispanic or Latino\"",
            "\"code\": \"2135-2\", \"display\": \"Hispanic or Latino\"",
            Fact::RiskBcratFiveYear,
        ),
    ];
    for (from, to, fact) in cases {
        assert_eq!(RECORD.matches(from).count(), 1, "{from}");
        assert!(from_fhir(RECORD).facts.get(fact).is_some(), "{fact:?}");
        assert_eq!(from_fhir(&RECORD.replace(from, to)).facts.get(fact), None, "{to}");
    }
}

#[test]
fn a_missing_age_of_one_relative_leaves_an_older_age_unproven() {
    // The mother's age is not recorded: the brother at 60 does not show that she was older than 50.
    let without = RECORD.replace(
        r#""onsetAge": {"value": 47, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}"#,
        r#""onsetString": "when young""#,
    );
    assert_eq!(from_fhir(&without).facts.get(Fact::RiskRelativesYoungestAge), None);
    // The brother's is not: 47 stays young enough whatever his was.
    let without = RECORD.replace(
        r#""onsetAge": {"value": 60, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}"#,
        r#""onsetString": "when young""#,
    );
    assert_eq!(value(&from_fhir(&without), Fact::RiskRelativesYoungestAge).as_deref(), Some("47 years"));
}

/// Without one input there is no figure, and the input is named; nothing is counted as favourable.
#[test]
fn what_bcrat_lacks_is_named() {
    let lines: Vec<&str> = NCI_EXAMPLE.lines().filter(|line| !line.is_empty()).collect();
    let needed =
        ["patient.age", "risk.race", "risk.menarche-age", "risk.first-birth-age", "risk.relatives", "risk.biopsies"];
    for id in needed {
        let rest: Vec<&str> = lines.iter().copied().filter(|line| !line.starts_with(&format!("\"{id}\""))).collect();
        assert_eq!(rest.len(), lines.len() - 1, "{id}");
        let assessment = typed(&rest.join("\n"));
        assert_eq!(assessment.facts.get(Fact::RiskBcratFiveYear), None, "{id}");
        let texts = texts(&assessment);
        let bcrat = texts.lines().find(|line| line.starts_with("BCRAT")).unwrap();
        assert!(
            bcrat.contains("no figure, because these are not known") && bcrat.contains(&format!("({id})")),
            "{bcrat}"
        );
        assert!(assessment.chapters[0].applicable);
    }
    // A woman without a birth has no age at first birth to know.
    let no_birth = NCI_EXAMPLE.replace("\"risk.births\" = 1\n\"risk.first-birth-age\" = 32", "\"risk.births\" = 0");
    assert!(typed(&no_birth).facts.get(Fact::RiskBcratFiveYear).is_some());
}

const ICARE: &str = r#"
"disease.breast-cancer" = "not-recorded"
"patient.sex" = "female"
"patient.age" = 47
"risk.race" = "white"
"risk.menarche-age" = 12
"risk.births" = 2
"risk.first-birth-age" = 27
"risk.relatives" = 1
"risk.benign-breast-disease" = false
"risk.oral-contraceptive" = "former"
"risk.height" = 168
"risk.bmi" = 26
"risk.alcohol" = 10
"risk.menopause-age" = 51
"risk.hormone-therapy" = "current"
"risk.hormone-therapy-kind" = "oestrogen-only"
"#;

/// 47 to 52 crosses the two models.
#[test]
fn icare_lit_of_a_typed_case_is_the_model_called_directly() {
    let woman = Covariates {
        age_at_menarche: Some(AgeAtMenarche::At12),
        parity: Some(Parity::Two),
        age_first_birth: Some(AgeFirstBirth::From25),
        oc_ever: Some(true),
        oc_current: Some(false),
        alcohol_intake: Some(Alcohol::From5),
        bbd: Some(false),
        famhist: Some(true),
        height: Some(16.8),
        bmi_curc: Some(Bmi::From25),
        age_at_menopause: Some(AgeAtMenopause::From50),
        hrt: Some(Hrt::Current),
        hrt_type: Some(HrtType::One),
    };
    let interval = Interval { start: 47, years: 5 };
    let direct = icare_lit::absolute_risk_split(&woman, &woman, interval, &Exclusions::default()).unwrap();
    let assessment = typed(ICARE);
    assert_eq!(value(&assessment, Fact::RiskIcareLitFiveYear), Some(percent(direct)));
    let without = typed(&ICARE.replace("\"risk.alcohol\" = 10\n", ""));
    assert_eq!(without.facts.get(Fact::RiskIcareLitFiveYear), None);
    let said = texts(&without);
    let said = said.lines().find(|line| line.starts_with("iCARE-Lit")).unwrap();
    assert!(said.contains("(risk.alcohol); they leave"), "{said}");
    // It was made from White women.
    let black = texts(&typed(&ICARE.replace("\"white\"", "\"black\"")));
    assert!(black.contains("not shown: it was made from White non-Hispanic women, and black is recorded"), "{black}");
}

#[test]
fn whoever_is_not_meant_is_refused_with_the_reason() {
    let with = |from: &str, to: &str| typed(&NCI_EXAMPLE.replace(from, to));
    let cases = [
        (with("not-recorded", "invasive"), false, "breast cancer is on record"),
        (with("not-recorded", "unclear"), false, "not settled"),
        (with("not-recorded", "in-situ-only"), true, "no model of absolute risk holds: she has or had DCIS or LCIS"),
        (with("\"female\"", "\"male\""), true, "the models of absolute risk are for women"),
        (with("= 50", "= 12"), false, "under 18"),
        (with("= 50", "= 95"), true, "between 20 and 90"),
        (typed(&format!("{NCI_EXAMPLE}\"patient.deceased\" = true")), false, "has died"),
        (typed(&format!("{NCI_EXAMPLE}\"germline.brca\" = \"pathogenic\"")), true, "hereditary predisposition"),
        (typed(&format!("{NCI_EXAMPLE}\"risk.chest-radiation\" = true")), true, "radiation of the chest"),
    ];
    for (assessment, applicable, reason) in cases {
        let chapter = &assessment.chapters[0];
        assert_eq!(chapter.applicable, applicable, "{reason}");
        assert!(chapter.summary.contains(reason), "`{}` does not say `{reason}`", chapter.summary);
        assert_eq!(assessment.facts.get(Fact::RiskBcratFiveYear), None, "{reason}");
        assert!(!texts(&assessment).contains("women like her get"), "{reason}");
    }
    // A record of breast cancer, from FHIR.
    let record = r#"{"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, "code": {"coding": [
        {"system": "http://snomed.info/sct", "code": "254837009", "display": "Malignant neoplasm of breast"}]}}"#;
    let chapter = &from_fhir(record).chapters[0];
    assert!(!chapter.applicable && chapter.findings.is_empty());
    assert!(chapter.summary.starts_with("breast cancer is on record"), "{}", chapter.summary);
}

#[test]
fn factors_that_are_present_are_shown_with_effect_and_interval() {
    let texts = texts(&from_fhir(RECORD));
    for part in [
        "heterogeneously dense (BI-RADS), against almost entirely fatty: RR 2.95 (95 % 2.32 to 3.73)",
        "1 affected first-degree relative, against none: RR 1.8 (99 % 1.69 to 1.91); where 20 of 1,000 get breast cancer \
         without it, about 36 do with it; cannot be changed. Source: Collaborative Group 2001, Lancet 358:1389",
        "15 to 25 g a day, against none: RR 1.13",
        "What can be changed: Alcohol;",
        "must not be multiplied",
    ] {
        assert!(texts.contains(part), "`{part}` is not in\n{texts}");
    }
    // Obesity counts by the menopause, which this record does not say; nor is anything said on hormone therapy.
    assert!(!texts.contains("Obesity") && !texts.contains("hormone therapy:"), "{texts}");
}

#[test]
fn relatives_of_a_real_record_are_counted() {
    // The bundle holds the aunt; the sister is a resource of its own. Both belong to one patient.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/fhir/mcode_ig_stu4");
    let read = |name: &str| std::fs::read(format!("{folder}/{name}")).unwrap();
    let bundle = read("Bundle-mcode-patient-bundle-jenny-m.json");
    let sister = read("FamilyMemberHistory-family-member-history-sister-jenny-m.json");
    let inputs = [Input { bytes: &bundle, name: "bundle.json" }, Input { bytes: &sister, name: "sister.json" }];
    let question = Question::new(&KNOWLEDGE, DAY).chapters(Chapters::of(&[Chapter::Risk]));
    let (found, _) = her2path::assess(inputs, &question);
    let [jenny] = &found[..] else { panic!("{} patients", found.len()) };
    assert_eq!(value(jenny, Fact::RiskRelatives).as_deref(), Some("1"));
    assert_eq!(value(jenny, Fact::RiskRelativesYoungestAge).as_deref(), Some("64 years"));
    assert_eq!(value(jenny, Fact::RiskRelativesOvarian).as_deref(), Some("yes"));
    // She has breast cancer: the facts stay facts, the chapter is closed to her.
    assert!(!jenny.chapters[0].applicable);
}

#[test]
fn a_chapter_not_asked_for_is_not_there() {
    let (chart, _) = stated::read(NCI_EXAMPLE, "case.toml", &KNOWLEDGE, DAY);
    assert!(
        assess(&chart, &KNOWLEDGE, Chapters::of(&[Chapter::Diagnosis]), None)
            .iter()
            .all(|found| found.chapter == Chapter::Diagnosis)
    );
    assert_eq!(chart.as_of, PartialDate::day(DAY).earliest());
}

/// The picture stands on the page of a person of whom the model gives a figure, and on no other.
#[test]
fn the_picture_goes_with_the_figure() {
    let assessed = typed(NCI_EXAMPLE);
    let course = assessed.chapters[0].risk.as_ref().expect("a figure");
    let five_years = course.points.iter().find(|(age, ..)| *age == 55.0).expect("five years later");
    // The oracle's 2.534456527 % and 1.288555468 %.
    assert!((five_years.1 - 0.025_344_565_27).abs() < 1e-9 && (five_years.2 - 0.012_885_554_68).abs() < 1e-9);
    let page = her2path::render::html::clinician(std::slice::from_ref(&assessed), false);
    assert!(page.contains("<figure><svg") && page.contains("id=\"patient-1-risk-title\""), "the picture");
    assert!(texts(&assessed).contains("BCRAT"));
    let missing = typed(&NCI_EXAMPLE.replace("\"risk.biopsies\" = 1", ""));
    assert_eq!(missing.chapters[0].risk, None);
    let ill = typed(&NCI_EXAMPLE.replace("not-recorded", "invasive"));
    assert_eq!(ill.chapters[0].risk, None);
}
