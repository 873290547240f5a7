//! The chapter on prognosis: no figure unless asked for; figures equal the models and R; refusals happen.

#![cfg(test)]

use std::fmt::Write as _;

use her2path::assessment::{Assessment, ChapterAssessment};
use her2path::chapters::{ALL, Chapters, DEFAULT, ORDER};
use her2path::chart::stated;
use her2path::fhir::Input;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::Chapter;
use her2path::render::json;
use her2path::{Question, assessment};
use her2path_models::breast_gpa::{self, Kps, Subtype};
use her2path_models::predict::{self, Chemotherapy, Detection, Grade, Hormone, Treatment, Version};
use her2path_models::trial_curves::arms;
use her2path_survival::confidence::{Scale, critical_value};
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::observations::Observations;
use jiff::civil::{Date, date};

const DAY: Date = date(2026, 11, 23);

const METASTATIC: &str = r#"
"her2.status" = "positive"
"hormone-receptor.status" = "positive"
"disease.setting" = "metastatic"
"metastasis.sites" = ["brain", "liver"]
"metastasis.first-date" = 2024-09-01
"patient.age" = 52
"therapy.line" = 1
"#;

fn typed(text: &str, chapters: Chapters) -> Assessment<'static> {
    let (chart, issues) = stated::read(text, "case.toml", &KNOWLEDGE, DAY);
    assert!(issues.is_empty(), "{issues:?}");
    her2path::assess_chart(chart, issues, &Question::new(&KNOWLEDGE, DAY).chapters(chapters))
}

fn prognosis(text: &str) -> ChapterAssessment<'static> {
    let mut assessment = typed(text, Chapters::of(&[Chapter::Prognosis]));
    assert_eq!(assessment.chapters.len(), 1);
    assessment.chapters.remove(0)
}

fn texts(chapter: &ChapterAssessment<'_>) -> String {
    chapter.findings.iter().fold(String::new(), |mut all, finding| {
        writeln!(all, "{}: {}", finding.title, finding.text).unwrap();
        all
    })
}

fn line<'t>(texts: &'t str, title: &str) -> &'t str {
    texts.lines().find(|line| line.starts_with(title)).unwrap_or_else(|| panic!("no `{title}` in\n{texts}"))
}

#[test]
fn no_figure_unless_asked_for() {
    let unasked = typed(METASTATIC, DEFAULT);
    let names: Vec<Chapter> = unasked.chapters.iter().map(|found| found.chapter).collect();
    assert_eq!(names, ORDER, "the chapter is there, in its place");
    let chapter = unasked.chapters.iter().find(|found| found.chapter == Chapter::Prognosis).unwrap();
    assert_eq!(chapter.summary, "survival figures are shown when asked for: --chapter prognosis");
    assert_eq!(texts(chapter), "Survival figures: shown when asked for: --chapter prognosis\n");
    // Neither in what the chapter says nor anywhere in the rules it brings along.
    let json = json::to_string(&unasked).unwrap();
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let printed = value["chapters"]["prognosis"].to_string();
    for figure in ["of 100", " months", "median 2", "45.6", "39.5", "56.5"] {
        assert!(!printed.contains(figure), "`{figure}` in {printed}");
    }
    // Asked for, they are there; and other chapters asked for by name bring no trace of it.
    assert!(texts(&prognosis(METASTATIC)).contains("45.6 %"));
    let other = typed(METASTATIC, Chapters::of(&[Chapter::Diagnosis, Chapter::Treatment]));
    assert!(other.chapters.iter().all(|found| found.chapter != Chapter::Prognosis));
}

#[test]
fn no_fact_is_a_survival_figure() {
    let facts = typed(METASTATIC, ALL);
    let ids: Vec<&str> = facts.facts.iter().map(|(fact, _)| fact.id()).collect();
    assert!(ids.contains(&"metastasis.months-since"));
    assert!(ids.iter().all(|id| !id.starts_with("prognosis.")), "{ids:?}");
}

#[test]
fn registry_survival_is_that_of_the_subtype_with_the_older_figure_explained() {
    let texts = texts(&prognosis(METASTATIC));
    let registry = line(&texts, "Registry, HR+/HER2+, metastatic at diagnosis");
    assert!(registry.contains("46 of 100 alive after 5 years (45.6 %)"), "{registry}");
    assert!(registry.contains("diagnosed 2013-2019, SEER 22"), "{registry}");
    assert_eq!(texts.lines().filter(|line| line.starts_with("Registry, ")).count(), 1);
    let other = line(&texts, "Why other figures are quoted");
    assert!(other.contains("29 % of those diagnosed 2011-2017, from memory"), "{other}");
    assert!(other.contains("45.6 % with and 39.5 % without hormone receptors"), "{other}");
    assert!(line(&texts, "Whom the registry figures are about").contains("is not settled"));
    let negative =
        METASTATIC.replace("\"hormone-receptor.status\" = \"positive\"", "\"hormone-receptor.status\" = \"negative\"");
    assert!(line(&self::texts(&prognosis(&negative)), "Registry, HR-/HER2+").contains("39.5 %"));
    // Unknown receptors leave both rows of HER2-positive disease open.
    let open = METASTATIC.replace("\"hormone-receptor.status\" = \"positive\"", "");
    let open = self::texts(&prognosis(&open));
    assert_eq!(open.lines().filter(|line| line.starts_with("Registry, ")).count(), 2, "{open}");
    let recurrent = format!("{METASTATIC}\"disease.presentation\" = \"recurrent\"");
    assert!(self::texts(&prognosis(&recurrent)).contains("this person's disease came back"));
}

/// 2024-09-01 to 2026-11-23 are 26 completed months, 2 full years.
#[test]
fn conditional_survival_is_the_published_one() {
    let assessment = typed(METASTATIC, Chapters::of(&[Chapter::Prognosis]));
    let months = assessment.facts.get(Fact::MetastasisMonthsSince).unwrap();
    assert_eq!(assessment::display(&KNOWLEDGE, Fact::MetastasisMonthsSince.index(), &months.value), "26 mo");
    let texts = texts(&assessment.chapters[0]);
    let said = line(&texts, "Having lived so far");
    assert!(said.contains("2 full years") && said.contains("about 57 reached 5 years"), "{said}");
    let with_date = |date: &str| METASTATIC.replace("2024-09-01", date);
    let said = self::texts(&prognosis(&with_date("2020-01-01")));
    assert!(line(&said, "Having lived so far").contains("end at 4 years"));
    // A year alone leaves 22 to 34 months open: no count.
    let said = self::texts(&prognosis(&METASTATIC.replace("2024-09-01", "\"2024\"")));
    assert!(line(&said, "Having lived so far").contains("no figure"), "{said}");
}

#[test]
fn completed_months_and_years_are_counted_by_the_calendar() {
    // First date, day of the assessment, completed months.
    for (from, to, months) in [
        ("2026-08-31", date(2026, 9, 30), "1 mo"),
        ("2026-08-31", date(2026, 9, 29), "0 mo"),
        ("2026-01-15", date(2026, 3, 14), "1 mo"),
        ("2026-01-15", date(2026, 3, 15), "2 mo"),
        ("2024-02-29", date(2025, 2, 28), "12 mo"),
    ] {
        let text = METASTATIC.replace("2024-09-01", from);
        let (chart, _) = stated::read(&text, "case.toml", &KNOWLEDGE, to);
        let found = chart.facts.get(Fact::MetastasisMonthsSince).unwrap();
        assert_eq!(
            assessment::display(&KNOWLEDGE, Fact::MetastasisMonthsSince.index(), &found.value),
            months,
            "{from} {to}"
        );
    }
    let text =
        "\"patient.birth-date\" = 1970-06-15\n\"disease.primary-date\" = 2020-06-14\n\"her2.status\" = \"positive\"";
    let (chart, _) = stated::read(text, "case.toml", &KNOWLEDGE, DAY);
    let found = chart.facts.get(Fact::DiseaseAgeAtDiagnosis).unwrap();
    assert_eq!(assessment::display(&KNOWLEDGE, Fact::DiseaseAgeAtDiagnosis.index(), &found.value), "49 years");
}

/// All 96 combinations of the score, through facts, against the model, which is held against the published table elsewhere.
#[test]
fn breast_gpa_is_the_model_called_directly() {
    let mut compared = 0;
    for (karnofsky, kps) in [(60, Kps::UpTo60), (80, Kps::From70To80), (90, Kps::From90To100)] {
        for (hormone_receptor, her2) in [(false, false), (true, false), (false, true), (true, true)] {
            for (age, from_60) in [(59, false), (60, true)] {
                for (lesions, several) in [(1, false), (2, true)] {
                    for (sites, extracranial) in [(r#"["brain"]"#, false), (r#"["brain", "bone"]"#, true)] {
                        let sign = |positive: bool| if positive { "positive" } else { "negative" };
                        let text = format!(
                            "\"disease.setting\" = \"metastatic\"\n\"metastasis.sites\" = {sites}\n\"karnofsky\" = {karnofsky}\n\
                             \"her2.status\" = \"{}\"\n\"hormone-receptor.status\" = \"{}\"\n\"patient.age\" = {age}\n\
                             \"brain.lesion-count\" = {lesions}",
                            sign(her2),
                            sign(hormone_receptor)
                        );
                        let direct = breast_gpa::outlook(&breast_gpa::Patient {
                            kps,
                            subtype: Subtype { hormone_receptor, her2 },
                            from_60,
                            several_brain_metastases: several,
                            extracranial_metastases: extracranial,
                        });
                        let texts = texts(&prognosis(&text));
                        let said = line(&texts, "Breast-GPA 2020");
                        let expected = format!(
                            "{} points: median {} months, the middle half {} to {} months",
                            direct.gpa, direct.median_survival_months, direct.iqr_low, direct.iqr_high
                        );
                        assert!(said.contains(&expected), "`{expected}` is not in `{said}`");
                        assert!(
                            said.contains("2006 to 2017, n = 2,473") && said.contains("before tucatinib"),
                            "{said}"
                        );
                        compared += 1;
                    }
                }
            }
        }
    }
    assert_eq!(compared, 96);
}

#[test]
fn breast_gpa_names_what_is_missing_and_is_only_for_brain_metastases() {
    let texts = texts(&prognosis(METASTATIC));
    let said = line(&texts, "Breast-GPA 2020");
    // HER2-positive, under 60, with liver metastases: 1.5 + 0.5 + 0, and 0 to 1 for Karnofsky, 0 to 0.5 for the number.
    assert!(
        said.contains("not settled") && said.contains("(karnofsky), Number of brain metastases (brain.lesion-count)"),
        "{said}"
    );
    assert!(said.contains("They leave 2 to 3.5 points open: median 12.9 months"), "{said}");
    assert!(said.contains("to median 36.3 months"), "{said}");
    let ecog = self::texts(&prognosis(&format!("{METASTATIC}ecog = 1\n\"brain.lesion-count\" = 1")));
    // 0.5 + 1.5 + 0.5 + 0.5 + 0.
    assert!(line(&ecog, "Breast-GPA 2020").contains("3 points: median 23.5 months"), "{ecog}");
    assert!(line(&ecog, "Breast-GPA 2020").contains("Karnofsky status was taken from ECOG"), "{ecog}");
    let none = self::texts(&prognosis(&METASTATIC.replace(r#"["brain", "liver"]"#, r#"["liver"]"#)));
    assert!(!none.contains("Breast-GPA"), "{none}");
    let leptomeningeal = self::texts(&prognosis(&METASTATIC.replace(r#"["brain", "liver"]"#, r#"["leptomeninges"]"#)));
    assert!(
        line(&leptomeningeal, "Breast-GPA 2020")
            .contains("not used: it does not hold for leptomeningeal disease alone")
    );
}

/// Medians with their limits, and survival at 12 units of time, of all 32 arms as R 4.2.2 survival 3.5-3 computes them from
/// the same data. BOLERO-3 is in weeks there and in months here.
#[test]
fn trial_curves_are_those_of_r() {
    const WEEKS_PER_MONTH: f64 = 365.25 / 12.0 / 7.0;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../oracles/survival/trials/trials_ipd_arm_reference.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows = text.lines();
    let header: Vec<&str> = rows.next().unwrap().split(',').collect();
    assert_eq!(header[..9], ["name", "outcome", "units", "arm", "n", "events", "median", "med_lo_log", "med_hi_log"]);
    assert_eq!(header[11..15], ["S12", "se12", "lo12_log", "hi12_log"]);
    let close = |found: f64, expected: &str, what: &str| {
        let expected: f64 = expected.parse().unwrap();
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1e-3), "{what}: {found}, R {expected}");
    };
    let mut compared = 0;
    for row in rows {
        let row: Vec<&str> = row.split(',').collect();
        let id = format!("{}/{}", row[0].replace('(', "_").replace(')', ""), row[3]);
        let arm = arms().iter().find(|arm| arm.id == id).unwrap_or_else(|| panic!("no arm {id}"));
        let unit = if row[2] == "weeks" { WEEKS_PER_MONTH } else { 1.0 };
        let follow_up = arm.follow_up();
        let curve = KaplanMeier::fit(&Observations::new(&follow_up.months, &follow_up.event).unwrap());
        let median = curve.median(Scale::Log, 0.95).unwrap();
        for (found, expected) in [(median.time, row[6]), (median.lower, row[7]), (median.upper, row[8])] {
            match found {
                Some(found) => close(found * unit, expected, &id),
                None => assert_eq!(expected, "NA", "{id}"),
            }
            compared += 1;
        }
        let point = curve.at(12.0 / unit).unwrap();
        let limits = Scale::Log.limits(point.survival, point.std_error_log, critical_value(0.95).unwrap()).unwrap();
        close(point.survival, row[11], &id);
        close(limits.lower, row[13], &id);
        close(limits.upper, row[14], &id);
        compared += 3;
    }
    assert_eq!(compared, 32 * 6);
}

/// Docetaxel, trastuzumab and pertuzumab is the classic first line; whether it stands or needs data depends on what else is known.
/// The numbers are R's (see above) and the trial's own median.
#[test]
fn the_curve_of_an_option_at_hand_is_shown_with_its_comparator_and_the_trials_own_median() {
    let texts = texts(&prognosis(METASTATIC));
    let said = line(&texts, "CLEOPATRA, overall survival (reconstructed)");
    for part in [
        "docetaxel, trastuzumab and pertuzumab: the trial reports a median of 56.5 months; where the curve read from it differs, the report counts. 402 participants, median 60.3 months (95 % interval 50.1 to not reached)",
        "94 (91 to 96) of 100 alive at 1 year",
        "docetaxel, trastuzumab and placebo: 406 participants, median 41.8 months (95 % interval 37.0 to 49.4)",
        "median of 56.5 months about 1 in 10 live less than 14 months, about half 28 to 113 months, about 1 in 10 longer than 170",
        "not the trial's own data",
        "known brain metastases excluded",
    ] {
        assert!(said.contains(part), "`{part}` is not in `{said}`");
    }
    // What is no option of this line has no curve here.
    assert!(!texts.contains("TH3RESA") && !texts.contains("afatinib"), "{texts}");
    let third = self::texts(&prognosis(&METASTATIC.replace("\"therapy.line\" = 1", "\"therapy.line\" = 3")));
    assert!(!third.contains("CLEOPATRA"), "{third}");
    assert!(line(&third, "TH3RESA, overall survival").contains("404 participants, median not reached"), "{third}");
}

#[test]
fn published_medians_follow_the_line() {
    let first = texts(&prognosis(METASTATIC));
    let said = line(&first, "Published median overall survival");
    assert!(said.contains("CLEOPATRA: 56.5 months") && !said.contains("H0648g") && !said.contains("DESTINY"), "{said}");
    let second = texts(&prognosis(&METASTATIC.replace("\"therapy.line\" = 1", "\"therapy.line\" = 2")));
    let said = line(&second, "Published median overall survival");
    assert!(
        said.contains("DESTINY-Breast03: 52.6 months with trastuzumab deruxtecan, 42.7") && !said.contains("CLEOPATRA"),
        "{said}"
    );
    // Not known, and not HER2-positive: no curve, and the reason.
    let unknown = texts(&prognosis(&METASTATIC.replace("\"therapy.line\" = 1", "")));
    assert!(line(&unknown, "Trials").contains("(therapy.line)"), "{unknown}");
    let negative = METASTATIC.replace("\"her2.status\" = \"positive\"", "\"her2.status\" = \"negative\"");
    assert!(line(&texts(&prognosis(&negative)), "Trials").contains("HER2 is negative"));
    let equivocal = METASTATIC.replace("\"her2.status\" = \"positive\"", "\"her2.status\" = \"equivocal\"");
    assert!(line(&texts(&prognosis(&equivocal)), "Trials").contains("HER2 is not settled"));
}

const EARLY: &str = r#"
"her2.status" = "positive"
"er.status" = "positive"
"pr.status" = "positive"
"disease.setting" = "not-metastatic"
"disease.age-at-diagnosis" = 50
"patient.sex" = "female"
"tumor.size" = 20
"stage.positive-nodes" = 2
"histology.grade" = "2"
"tumor.ki67" = 20
"smoking.status" = "never"
"#;

fn alive(treatment: &Treatment) -> [u32; 3] {
    let woman = predict::Patient {
        age: 50.0,
        detection: Detection::Unknown,
        size_mm: 20.0,
        grade: Grade::Two,
        nodes: 2,
        er: true,
        her2: Some(true),
        ki67: Some(true),
        pr: Some(true),
        smoker: Some(false),
    };
    let years = predict::survival(Version::V3_1, &woman, treatment).unwrap();
    [5, 10, 15].map(|year| {
        let point = years.iter().find(|point| point.year == year).unwrap();
        format!("{:.0}", 100.0 * point.alive).parse().unwrap()
    })
}

#[test]
fn predict_of_early_disease_is_the_model_called_directly() {
    let chapter = prognosis(EARLY);
    let texts = texts(&chapter);
    let said = line(&texts, "PREDICT Breast 3.1");
    let surgery = Treatment::default();
    let hormone = Treatment { hormone: Hormone::FiveYears, ..surgery };
    let chemotherapy = Treatment { chemotherapy: Some(Chemotherapy::Third), ..surgery };
    let trastuzumab = Treatment { trastuzumab: true, ..chemotherapy };
    for (name, treatment) in [
        ("surgery alone", surgery),
        ("5 years of hormone therapy", hormone),
        ("chemotherapy of the third generation", chemotherapy),
        ("that chemotherapy and trastuzumab", trastuzumab),
    ] {
        let [five, ten, fifteen] = alive(&treatment);
        let expected =
            format!("{name}: {five} of 100 at 5 years, {ten} of 100 at 10 years, {fifteen} of 100 at 15 years");
        assert!(said.contains(&expected), "`{expected}` is not in `{said}`");
    }
    assert!(said.contains("3.1 (2023)") && said.contains("never for metastatic disease"), "{said}");
    assert!(said.contains("counted as unknown, as the model provides: how it was found"), "{said}");
    assert!(!texts.contains("metastatic at diagnosis"), "{texts}");
    // A treatment that cannot work is not shown.
    let negative =
        self::texts(&prognosis(&EARLY.replace("\"er.status\" = \"positive\"", "\"er.status\" = \"negative\"")));
    assert!(!line(&negative, "PREDICT").contains("hormone therapy:"), "{negative}");
    let negative =
        self::texts(&prognosis(&EARLY.replace("\"her2.status\" = \"positive\"", "\"her2.status\" = \"negative\"")));
    assert!(!line(&negative, "PREDICT").contains("chemotherapy and trastuzumab"), "{negative}");
}

#[test]
fn predict_is_refused_where_it_does_not_hold_and_names_what_it_lacks() {
    let metastatic = EARLY.replace("not-metastatic", "metastatic");
    let said = texts(&prognosis(&metastatic));
    assert!(
        line(&said, "PREDICT").contains("not used: it is for early breast cancer after surgery, never for metastatic")
    );
    assert!(!said.contains("of women like her alive"), "{said}");
    let unsettled = texts(&prognosis(&EARLY.replace("\"disease.setting\" = \"not-metastatic\"", "")));
    assert!(
        !unsettled.contains("PREDICT") && line(&unsettled, "What is missing").contains("(disease.setting)"),
        "{unsettled}"
    );
    let male = texts(&prognosis(&EARLY.replace("\"female\"", "\"male\"")));
    assert!(line(&male, "PREDICT").contains("not used: it was made from women"));
    let young = texts(&prognosis(&EARLY.replace("= 50", "= 22")));
    assert!(line(&young, "PREDICT").contains("no answer: the age `22` is not between 25 and 85"), "{young}");
    for id in ["disease.age-at-diagnosis", "tumor.size", "stage.positive-nodes", "er.status", "smoking.status"] {
        let rest: Vec<&str> = EARLY.lines().filter(|line| !line.starts_with(&format!("\"{id}\""))).collect();
        assert_eq!(rest.len(), EARLY.lines().count() - 1, "{id}");
        let said = texts(&prognosis(&rest.join("\n")));
        let said = line(&said, "PREDICT");
        assert!(said.contains("no figure, because these are not known") && said.contains(&format!("({id})")), "{said}");
    }
}

#[test]
fn there_is_no_outlook_without_invasive_breast_cancer_or_after_death() {
    let cases = [
        ("\"disease.breast-cancer\" = \"not-recorded\"", "no breast cancer on record"),
        ("\"disease.breast-cancer\" = \"in-situ-only\"", "carcinoma in situ"),
        ("\"disease.breast-cancer\" = \"unclear\"", "not established"),
        ("\"her2.status\" = \"positive\"\n\"patient.deceased\" = true", "has died"),
    ];
    for (text, reason) in cases {
        let chapter = prognosis(text);
        assert!(!chapter.applicable && chapter.findings.is_empty(), "{text}");
        assert!(chapter.summary.contains(reason), "{}", chapter.summary);
        // The closed chapter gives the same reason, not a way to open it.
        let closed = typed(text, DEFAULT);
        let closed = closed.chapters.iter().find(|found| found.chapter == Chapter::Prognosis).unwrap();
        assert_eq!(closed.summary, chapter.summary);
    }
}

#[test]
fn nodes_smoking_and_ki67_are_read_from_a_record() {
    let record = r#"[
      {"resourceType": "Observation", "id": "nodes", "status": "final", "subject": {"reference": "Patient/p"},
       "code": {"coding": [{"system": "http://loinc.org", "code": "21893-3"}]}, "valueInteger": 3},
      {"resourceType": "Observation", "id": "ki67", "status": "final", "subject": {"reference": "Patient/p"},
       "code": {"coding": [{"system": "http://loinc.org", "code": "85330-9"}]},
       "valueQuantity": {"value": 35, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}},
      {"resourceType": "Observation", "id": "old", "status": "final", "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2011-01-01",
       "code": {"coding": [{"system": "http://loinc.org", "code": "72166-2"}]},
       "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "449868002"}]}},
      {"resourceType": "Observation", "id": "new", "status": "final", "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2021-01-01",
       "code": {"coding": [{"system": "http://loinc.org", "code": "72166-2"}]},
       "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "8517006", "display": "Ex-smoker (finding)"}]}}]"#;
    let question = Question::new(&KNOWLEDGE, DAY).chapters(Chapters::NONE);
    let (found, issues) = her2path::assess([Input { bytes: record.as_bytes(), name: "record.json" }], &question);
    assert!(issues.is_empty(), "{issues:?}");
    let value = |fact: Fact| {
        found[0].facts.get(fact).map(|statement| assessment::display(&KNOWLEDGE, fact.index(), &statement.value))
    };
    assert_eq!(value(Fact::StagePositiveNodes).as_deref(), Some("3"));
    assert_eq!(value(Fact::TumorKi67).as_deref(), Some("35 %"));
    assert_eq!(value(Fact::SmokingStatus).as_deref(), Some("former"));
    assert!(found[0].chapters.is_empty());
}
