//! Labels by day and place. `labels.csv` lists decisions with their days (project data, CC BY 4.0).

use std::collections::BTreeSet;

use her2path::assessment::{LabelReason, LabelStatus};
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::Jurisdiction::{self, Eu, Us};

use super::{recommendation, treatment, typed};

const FIRST: &str = r#"
"disease.setting" = "metastatic"
"her2.status" = "positive"
"therapy.decision" = "new-line"
"therapy.line" = 1
"therapy.her2-lines-before" = 0
"therapy.chemo-lines-before" = 0
"therapy.her2-regimens-any-setting" = 0
"#;

const SECOND: &str = r#"
"disease.setting" = "metastatic"
"her2.status" = "positive"
"therapy.decision" = "new-line"
"therapy.line" = 2
"therapy.her2-lines-before" = 1
"therapy.chemo-lines-before" = 1
"therapy.her2-regimens-any-setting" = 1
"#;

/// Status by place, and the day on which the label that was read was granted.
fn reading(as_of: &str, facts: &str, id: &str, place: Jurisdiction) -> (LabelStatus, LabelReason, Option<String>) {
    let assessment = typed(as_of, facts, None);
    let item = recommendation(&assessment, id).expect("the statement stands on the day");
    let reading = item.labels.iter().find(|reading| reading.jurisdiction == place).expect("both places are read");
    (reading.status, reading.reason, reading.label.and_then(|label| label.granted).map(|day| day.to_string()))
}

#[test]
fn tucatinib_needs_one_regimen_in_the_us_and_two_in_the_eu() {
    let id = "second-line/tucatinib-triplet";
    let us = reading("2025-06-01", SECOND, id, Us);
    assert_eq!(us, (LabelStatus::Labelled, LabelReason::Met, Some("2020-04-17".into())));
    let eu = reading("2025-06-01", SECOND, id, Eu);
    assert_eq!(eu, (LabelStatus::OffLabel, LabelReason::NotMet, Some("2021-02-11".into())));
    // The adjuvant regimen counts in the EU and not in the US.
    let after_adjuvant = SECOND.replace("any-setting\" = 1", "any-setting\" = 2");
    assert_eq!(reading("2025-06-01", &after_adjuvant, id, Eu).0, LabelStatus::Labelled);
    let adjuvant_only = FIRST.replace("any-setting\" = 0", "any-setting\" = 2");
    assert_eq!(reading("2025-06-01", &adjuvant_only, id, Us).0, LabelStatus::OffLabel);
    assert_eq!(reading("2025-06-01", &adjuvant_only, id, Eu).0, LabelStatus::Labelled);
    // Between the two decisions the EU had no label.
    let eu = reading("2020-12-01", &after_adjuvant, id, Eu);
    assert_eq!((eu.0, eu.1), (LabelStatus::OffLabel, LabelReason::Later(jiff::civil::date(2021, 2, 11))));
}

#[test]
fn the_place_asked_for_is_the_only_one_read() {
    for (asked, expected) in [(Some(Us), vec![Us]), (Some(Eu), vec![Eu]), (None, vec![Us, Eu])] {
        let assessment = typed("2026-11-23", SECOND, asked);
        let item = recommendation(&assessment, "second-line/t-dxd").expect("it stands");
        let places: Vec<_> = item.labels.iter().map(|reading| reading.jurisdiction).collect();
        assert_eq!(places, expected);
    }
}

#[test]
fn as_of_2019_there_is_no_t_dxd_and_no_tucatinib() {
    for facts in [FIRST, SECOND] {
        let assessment = typed("2019-06-30", facts, None);
        for item in &treatment(&assessment).recommendations {
            let regimen = &item.recommendation.regimen;
            for drug in ["trastuzumab-deruxtecan", "tucatinib", "margetuximab", "neratinib", "palbociclib"] {
                assert!(!regimen.iter().any(|named| named == drug), "{} in {}", drug, item.recommendation.id);
            }
        }
    }
}

#[test]
fn t_dxd_in_2020_was_labelled_after_two_regimens_only() {
    let id = "later-lines/t-dxd";
    let one = reading("2020-06-01", SECOND, id, Us);
    assert_eq!(one, (LabelStatus::OffLabel, LabelReason::NotMet, Some("2019-12-20".into())));
    let two = SECOND.replace("her2-lines-before\" = 1", "her2-lines-before\" = 2");
    assert_eq!(reading("2020-06-01", &two, id, Us).0, LabelStatus::Labelled);
    assert_eq!(reading("2020-06-01", &two, id, Eu).1, LabelReason::Later(jiff::civil::date(2021, 1, 18)));
    // The EU asked for two regimens, in any setting, from its conditional approval to the wording of 2022.
    let in_2021 = two.replace("any-setting\" = 1", "any-setting\" = 2");
    assert_eq!(
        reading("2021-06-01", &in_2021, id, Eu),
        (LabelStatus::Labelled, LabelReason::Met, Some("2021-01-18".into()))
    );
    assert_eq!(reading("2021-06-01", &two, id, Eu).0, LabelStatus::OffLabel);
    assert_eq!(reading("2022-07-11", &two, id, Eu).2, Some("2022-07-11".into()));
    // From 2022-05-04 on the new wording stands, and the old one no longer.
    let after = reading("2022-05-04", SECOND, id, Us);
    assert_eq!(after, (LabelStatus::Labelled, LabelReason::Met, Some("2022-05-04".into())));
    assert_eq!(reading("2022-05-03", SECOND, id, Us).0, LabelStatus::OffLabel);
}

#[test]
fn the_newest_options_stand_from_their_day_on() {
    let id = "first-line/t-dxd-pertuzumab";
    assert!(recommendation(&typed("2025-12-14", FIRST, None), id).is_none());
    let us = reading("2025-12-15", FIRST, id, Us);
    assert_eq!(us, (LabelStatus::Labelled, LabelReason::Met, Some("2025-12-15".into())));
    // No decision of the EMA was verified: neither labelled nor off-label once it was asked for.
    assert_eq!(reading("2026-01-18", FIRST, id, Eu).1, LabelReason::NotNamed);
    let eu = reading("2026-11-23", FIRST, id, Eu);
    assert_eq!((eu.0, eu.1), (LabelStatus::CannotBeSaid, LabelReason::Pending));

    let maintenance = format!(
        "{}\n\"therapy.current-phase\" = \"maintenance\"\n\"hormone-receptor.status\" = \"positive\"",
        FIRST.replace("new-line", "running")
    );
    let id = "maintenance/palbociclib-endocrine";
    assert!(recommendation(&typed("2026-06-23", &maintenance, None), id).is_none());
    assert_eq!(reading("2026-06-24", &maintenance, id, Us).0, LabelStatus::Labelled);
    let eu = reading("2026-11-23", &maintenance, id, Eu);
    assert_eq!((eu.0, eu.1), (LabelStatus::OffLabel, LabelReason::NotNamed));
}

#[test]
fn the_label_names_docetaxel_and_not_paclitaxel() {
    for place in [Us, Eu] {
        let docetaxel = reading("2026-11-23", FIRST, "first-line/docetaxel-trastuzumab-pertuzumab", place);
        assert_eq!(docetaxel.0, LabelStatus::Labelled);
        let paclitaxel = reading("2026-11-23", FIRST, "first-line/paclitaxel-trastuzumab-pertuzumab", place);
        assert_eq!((paclitaxel.0, paclitaxel.1), (LabelStatus::OffLabel, LabelReason::NotNamed));
    }
    // A single-agent label covers no combination, and the label of a combination no single agent.
    let any = reading("2026-11-23", SECOND, "later-lines/trastuzumab-vinorelbine", Us);
    assert_eq!((any.0, any.1), (LabelStatus::OffLabel, LabelReason::NotNamed));
}

#[test]
fn what_is_not_known_or_for_a_clinician_cannot_be_said() {
    let unknown = SECOND.replace("\"therapy.her2-lines-before\" = 1\n", "");
    let assessment = typed("2026-11-23", &unknown, Some(Us));
    let item = recommendation(&assessment, "second-line/tucatinib-triplet").expect("it stands");
    assert_eq!((item.labels[0].status, item.labels[0].reason), (LabelStatus::CannotBeSaid, LabelReason::Unknown));
    let missing = KNOWLEDGE.fact("therapy.her2-lines-before").expect("a fact");
    assert_eq!(item.labels[0].missing, vec![missing]);
    // The EU label of trastuzumab with paclitaxel asks whether an anthracycline is suitable: no fact holds that.
    let paclitaxel = reading("2026-11-23", FIRST, "first-line/trastuzumab-paclitaxel", Eu);
    assert_eq!((paclitaxel.0, paclitaxel.1), (LabelStatus::CannotBeSaid, LabelReason::Conditions));
}

/// Chemotherapy and endocrine therapy alone have no reading: their labels are not kept.
#[test]
fn options_without_such_drugs_are_not_judged() {
    let assessment = typed("2026-11-23", FIRST, None);
    assert!(recommendation(&assessment, "first-line/endocrine-alone").expect("it stands").labels.is_empty());
}

/// Every decision of the list is a label with the same day, and every label with a day is on the list, but for what the
/// labels say on going on with the antibodies, which is no decision of its own.
#[test]
fn the_days_are_those_of_the_list() {
    let rows: BTreeSet<(String, String)> = include_str!("labels.csv")
        .lines()
        .skip(1)
        // Docetaxel's own authorisation; its combination with trastuzumab has its own row.
        .filter(|line| !line.starts_with("eu,1995-11-27,docetaxel"))
        .map(|line| {
            let mut fields = line.split(',');
            (fields.next().expect("place").to_owned(), fields.next().expect("day").to_owned())
        })
        .collect();
    let labels: BTreeSet<(String, String)> = KNOWLEDGE
        .medicine
        .labels
        .iter()
        .filter(|label| !label.id.ends_with("-continued"))
        .filter_map(|label| {
            let place = if label.jurisdiction == Us { "us" } else { "eu" };
            Some((place.to_owned(), label.granted?.to_string()))
        })
        .collect();
    assert_eq!(labels, rows);
    assert_eq!(include_str!("labels.csv").lines().count(), 33);
}
