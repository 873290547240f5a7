//! Lines against the options of the day on which they began, by cases worked by hand.

use her2path::assessment::{Retrospect, RetrospectReason, Verdict};

use super::record::Record;
use super::treatment;

const START: &str = "2021-03-15";

fn lines(record: &Record, as_of: &str) -> Vec<Retrospect<'static>> {
    treatment(&record.assess(as_of)).treatment.as_ref().expect("a course").retrospect.clone()
}

fn positive() -> Record {
    Record::metastatic("2021-02-20").her2("2021-03-01", true)
}

fn thp(record: Record, start: &str) -> Record {
    record.drug("docetaxel", start, None).drug("trastuzumab", start, None).drug("pertuzumab", start, None)
}

#[test]
fn thp_first_line_is_concordant() {
    let lines = lines(&thp(positive().healthy("2021-03-10"), START), "2021-06-01");
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].verdict, Verdict::Concordant, "{:?}", lines[0].reason);
    let RetrospectReason::Recommended(by) = &lines[0].reason else { panic!("{:?}", lines[0].reason) };
    assert_eq!(by.id, "treatment/first-line/docetaxel-trastuzumab-pertuzumab");
    assert_eq!(lines[0].drugs, ["docetaxel", "pertuzumab", "trastuzumab"]);
    assert!(lines[0].preferred.contains(&"docetaxel + trastuzumab + pertuzumab".to_owned()));
}

/// One product of two antibodies is its components; the answer does not hang on the form.
#[test]
fn a_subcutaneous_product_counts_as_its_components() {
    let record = positive().healthy("2021-03-10").drug("docetaxel", START, None).drug("phesgo", START, None);
    assert_eq!(lines(&record, "2021-06-01")[0].verdict, Verdict::Concordant);
}

#[test]
fn what_was_not_on_record_is_never_called_discordant() {
    let lines = lines(&thp(positive().lvef("2021-03-10", 62), START), "2021-06-01");
    assert_eq!(lines[0].verdict, Verdict::CannotBeSaid);
    let RetrospectReason::Missing { indicated, facts, .. } = &lines[0].reason else { panic!("{:?}", lines[0].reason) };
    assert!(*indicated && !facts.is_empty());
}

/// What was recorded later was not known on the day.
#[test]
fn later_results_do_not_count() {
    let late = thp(positive().healthy("2021-03-16"), START);
    assert_eq!(lines(&late, "2021-06-01")[0].verdict, Verdict::CannotBeSaid);
    let same_day = thp(positive().healthy(START), START);
    assert_eq!(lines(&same_day, "2021-06-01")[0].verdict, Verdict::Concordant);
}

#[test]
fn a_contraindication_of_the_day_is_named() {
    let record = thp(positive().healthy("2021-03-01").lvef("2021-03-12", 45), START);
    let lines = lines(&record, "2021-06-01");
    assert_eq!(lines[0].verdict, Verdict::NotAmongOptions);
    let RetrospectReason::Against(by, words) = &lines[0].reason else { panic!("{:?}", lines[0].reason) };
    assert_eq!(by.id, "treatment/first-line/docetaxel-trastuzumab-pertuzumab");
    // 62 before, 45 now: low, and fallen by 17 points.
    let fall = ["lvef.fall >= 16 %", "all of (lvef.below-limit is true; lvef.fall >= 10 %)"];
    assert_eq!(words, &[fall[0], fall[1], "lvef.recent < 50 %"]);
}

/// T-DXd alone was labelled after two regimens in 2021; in the first line nothing named it.
#[test]
fn t_dxd_first_line_in_2021_was_no_option() {
    let record = positive().healthy("2021-03-10").drug("trastuzumab deruxtecan", START, None);
    let lines = lines(&record, "2021-06-01");
    assert_eq!(lines[0].verdict, Verdict::NotAmongOptions, "{:?}", lines[0].reason);
}

/// Tucatinib became an option on 2020-04-17: the same second line a year apart.
#[test]
fn a_drug_before_its_day_is_named_from_its_day_on() {
    let second = |start: &str, end: &str| {
        let record = Record::metastatic("2018-01-10").her2("2018-01-15", true);
        let record = ["docetaxel", "trastuzumab", "pertuzumab"]
            .into_iter()
            .fold(record, |record, drug| record.drug(drug, "2018-02-01", Some(end)));
        let record = record.worse(end);
        ["tucatinib", "trastuzumab", "capecitabine"]
            .into_iter()
            .fold(record, |record, drug| record.drug(drug, start, None))
    };
    let early = lines(&second("2019-06-10", "2019-06-01"), "2019-09-01");
    assert_eq!((early.len(), early[1].verdict), (2, Verdict::NotAmongOptions));
    let RetrospectReason::Later(by) = &early[1].reason else { panic!("{:?}", early[1].reason) };
    assert_eq!(by.effective.to_string(), "2020-04-17");
    let late = lines(&second("2021-06-10", "2021-06-01"), "2021-09-01");
    assert_eq!((late.len(), late[1].verdict), (2, Verdict::CannotBeSaid), "kidneys and DPYD are not on record");
    let RetrospectReason::Missing { by, .. } = &late[1].reason else { panic!("{:?}", late[1].reason) };
    assert_eq!(by.option.as_deref(), Some("TUC_TRIPLET"));
}

#[test]
fn a_line_without_a_day_cannot_be_said() {
    let lines = lines(&thp(positive(), "2021-03"), "2022-06-01");
    assert_eq!((lines.len(), lines[0].verdict), (1, Verdict::CannotBeSaid));
    assert_eq!(lines[0].reason, RetrospectReason::NoDate);
}

#[test]
fn the_guideline_has_a_beginning() {
    let record = Record::metastatic("1999-01-10").her2("1999-01-20", true);
    let record = record.drug("trastuzumab", "1999-02-01", None).drug("vinorelbine", "1999-02-01", None);
    let lines = lines(&record, "1999-06-01");
    assert_eq!((lines[0].verdict, &lines[0].reason), (Verdict::CannotBeSaid, &RetrospectReason::BeforeGuideline));
}

/// Drugs that no statement names together: discordant where HER2 was positive on that day, out of scope where it was not known.
#[test]
fn drugs_that_nothing_names() {
    let with = |record: Record| {
        record.drug("trastuzumab", START, None).drug("doxorubicin", START, None).drug("eribulin", START, None)
    };
    let known = lines(&with(positive()), "2021-06-01");
    assert_eq!((known[0].verdict, &known[0].reason), (Verdict::NotAmongOptions, &RetrospectReason::NotNamed));
    let unknown = lines(&with(Record::metastatic("2021-02-20")), "2021-06-01");
    assert_eq!(unknown[0].verdict, Verdict::CannotBeSaid);
    assert!(matches!(unknown[0].reason, RetrospectReason::NotInScope(_)));
}

#[test]
fn an_unknown_drug_settles_nothing() {
    let record = thp(positive().healthy("2021-03-10"), START).drug("study drug", START, None);
    let lines = lines(&record, "2021-06-01");
    assert_eq!((lines[0].verdict, &lines[0].reason), (Verdict::CannotBeSaid, &RetrospectReason::UnknownDrug));
}

/// The answer on a past line does not change with the day of the assessment.
#[test]
fn the_past_stands_still() {
    let record = thp(positive().healthy("2021-03-10"), START).worse("2024-01-10");
    let first = lines(&record, "2021-06-01");
    assert_eq!(lines(&record, "2026-11-23")[0].verdict, first[0].verdict);
}
