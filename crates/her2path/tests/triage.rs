//! The chapter on symptoms as a whole: every rule of the source table is there with its urgency, nothing lowers the
//! result, silence is never taken for health, and PRO-CTCAE grades are those of the published table.
//!
//! Single rules are shown by `vignettes/symptoms`.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};

use her2path::assessment::{Facts, Outcome, Quantity, Statement, Value};
use her2path::chapters::Chapters;
use her2path::chart::Chart;
use her2path::chart::stated;
use her2path::classify::pro_ctcae::{Answers, attributes, composite_grade};
use her2path::classify::urgency::{Signals, combine};
use her2path::criteria::{judge, missing_facts};
use her2path::fhir::Input;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::{Chapter, Criterion, FactIndex, FactType, Recommendation, Urgency, ValueIndex};
use her2path::render::triage::{Numbers, to_json, to_text};
use her2path::triage::Interview;
use her2path::{Question, assess};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 23);
const LEVELS: [Urgency; 4] = [Urgency::E3, Urgency::E2, Urgency::E1, Urgency::E0];
const NUMBERS: Numbers<'_> = Numbers { emergency: "112", cancer_line: "0123" };

fn table(name: &str) -> Vec<BTreeMap<String, String>> {
    let path = format!("{}/tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).expect("the table is there");
    reader.deserialize().collect::<Result<_, _>>().expect("the table is CSV")
}

fn rules() -> impl Iterator<Item = &'static Recommendation> {
    KNOWLEDGE.recommendations.iter().filter(|recommendation| recommendation.chapter == Chapter::Symptoms)
}

// The rules of the source table.

#[test]
fn every_rule_of_the_table_is_carried_with_its_urgency() {
    let table = table("triage_rules.csv");
    assert_eq!(table.len(), 38);
    let known: BTreeSet<&str> = table.iter().map(|row| row["id"].as_str()).collect();
    for rule in rules().flat_map(|rule| rule.rules.iter()) {
        assert!(known.contains(rule.as_ref()), "`{rule}` is not in the table");
    }
    for row in &table {
        let id = row["id"].as_str();
        let carried: BTreeSet<Urgency> = rules()
            .filter(|rule| rule.rules.iter().any(|carried| carried == id))
            .map(|rule| rule.urgency.expect("a rule has an urgency"))
            .collect();
        let named = |text: &str| -> BTreeSet<Urgency> {
            ["E3", "E2", "E1", "E0"]
                .into_iter()
                .zip(LEVELS)
                .filter(|(name, _)| text.contains(name))
                .map(|(_, u)| u)
                .collect()
        };
        // Two rules name a further level within the work-up: pain on use (O02), hepatic crisis (V01).
        let urgency = named(&row["urgency"]);
        let allowed: BTreeSet<Urgency> = urgency.union(&named(&row["clinician_workup"])).copied().collect();
        assert!(carried.is_superset(&urgency), "{id}: {urgency:?} of the table, {carried:?} in the guideline");
        assert!(carried.is_subset(&allowed), "{id}: {carried:?} in the guideline, {allowed:?} of the table");
    }
}

#[test]
fn every_code_of_the_table_is_read() {
    use her2path::knowledge::code_system::CodeSystem;
    // Heart failure is a diagnosis that stays; it is read elsewhere and is no new symptom.
    const ELSEWHERE: [&str; 1] = ["84114007"];
    let sets = ["symptom", "emergency"].map(|id| KNOWLEDGE.value_set(id).expect("the value set is there"));
    for row in table("triage_rules.csv") {
        for code in row["snomed"].split(';').filter_map(|entry| entry.split_whitespace().next()) {
            let read = sets.iter().any(|set| KNOWLEDGE.find(*set, CodeSystem::Snomed, code).is_some());
            assert!(read || ELSEWHERE.contains(&code), "{}: {code} is not read", row["id"]);
        }
    }
}

#[test]
fn every_meaning_of_a_coded_symptom_is_a_fact() {
    let set = KNOWLEDGE.value_set("symptom").expect("the value set is there");
    for concept in KNOWLEDGE.value_set_definition(set).expect("it has a definition").concepts.iter() {
        let meaning = concept.meaning.as_deref().expect("every symptom has a meaning");
        let known = meaning == "fever" || Fact::from_id(&format!("symptom.{meaning}")).is_some();
        assert!(known, "{} means `{meaning}`, which is no fact", concept.code);
    }
}

// PRO-CTCAE.

#[test]
fn composite_grades_are_those_of_the_table() {
    let rows = table("proctcae_composite_grades.csv");
    assert_eq!(rows.len(), 179);
    let items = item_groups();
    let number = |text: &str| text.parse::<u8>().ok();
    for row in &rows {
        let answers = Answers {
            frequency: number(&row["frq"]),
            severity: number(&row["sev"]),
            interference: number(&row["int"]),
        };
        let expected = number(&row["comp"]);
        for item in &items[row["rank"].as_str()] {
            assert_eq!(composite_grade(attributes(*item), answers), expected, "item {item}, {row:?}");
        }
    }
}

fn item_groups() -> BTreeMap<String, Vec<u8>> {
    let groups = table("proctcae_item_groups.csv");
    groups
        .iter()
        .map(|row| {
            let items = row["qset"].split_whitespace().map(|item| item.parse().expect("a number")).collect();
            (row["rank"].clone(), items)
        })
        .collect()
}

/// The attribute of every part of every item, against the list of items: `frq_5_fmt`, `sev_5_fmt`, `int_5_fmt`.
#[test]
fn parts_of_items_ask_for_the_attribute_of_the_list() {
    use her2path::classify::pro_ctcae::Attribute;
    let mut seen = 0;
    for row in table("proctcae_items.csv") {
        let Some(rest) = row["name"].strip_prefix("PROCTCAE_") else { continue };
        let (code, kind) = rest.split_once('_').expect("number, part and kind");
        let (number, part) = code.split_at(code.len() - 1);
        let number: u8 = number.parse().expect("a number");
        if kind == "IND" {
            assert!(attributes(number).is_empty(), "{number} is answered by yes or no");
            continue;
        }
        let position = usize::from(part.as_bytes()[0] - b'A');
        let expected = match row["fmt_name"].get(..3) {
            Some("frq") => Attribute::Frequency,
            Some("sev") => Attribute::Severity,
            Some("int") => Attribute::Interference,
            other => panic!("an unknown kind of answer: {other:?}"),
        };
        assert_eq!(attributes(number).get(position), Some(&expected), "{}", row["name"]);
        seen += 1;
    }
    assert_eq!(seen, 103, "parts that are graded");
}

/// A missing answer leaves the grade missing, unless the gate is 0.
#[test]
fn missing_answers_leave_no_grade() {
    for item in 1..=80 {
        let asked = attributes(item);
        if asked.len() < 2 {
            continue;
        }
        let mut gate = Answers::default();
        gate.set(asked[0], 0);
        assert_eq!(composite_grade(asked, gate), Some(0), "item {item}");
        gate.set(asked[0], 1);
        assert_eq!(composite_grade(asked, gate), None, "item {item}");
        assert_eq!(composite_grade(asked, Answers::default()), None, "item {item}");
    }
}

// Nothing lowers the result.

/// Every combination of signals, each against itself with one signal more.
#[test]
fn a_further_signal_never_lowers_the_combination() {
    let governing: Vec<Option<Urgency>> = std::iter::once(None).chain(LEVELS.map(Some)).collect();
    let mut compared = 0;
    for (position, level) in governing.iter().enumerate() {
        for amber_areas in 0..4 {
            for unanswered_areas in 0..4 {
                for other_unanswered in [false, true] {
                    for raise in [false, true] {
                        let signals =
                            Signals { governing: *level, amber_areas, unanswered_areas, other_unanswered, raise };
                        let now = combine(signals);
                        let more = [
                            Signals { governing: *governing.get(position + 1).unwrap_or(level), ..signals },
                            Signals { amber_areas: amber_areas + 1, ..signals },
                            Signals { unanswered_areas: unanswered_areas + 1, ..signals },
                            Signals { other_unanswered: true, ..signals },
                            Signals { raise: true, ..signals },
                        ];
                        for with_more in more {
                            assert!(combine(with_more) >= now, "{signals:?} to {with_more:?}");
                            compared += 1;
                        }
                        assert!(Some(now) >= *level, "a rule governs at least with its own urgency");
                    }
                }
            }
        }
    }
    assert_eq!(compared, 5 * 4 * 4 * 2 * 2 * 5);
}

#[test]
fn ambers_count_as_the_rule_says() {
    let ambers = |amber_areas| {
        let governing = (amber_areas > 0).then_some(Urgency::E2);
        combine(Signals { governing, amber_areas, ..Signals::default() })
    };
    assert_eq!([ambers(0), ambers(1), ambers(2)], [Urgency::E3, Urgency::E2, Urgency::E1]);
    let open = |unanswered_areas| combine(Signals { unanswered_areas, ..Signals::default() });
    assert_eq!([open(1), open(2)], [Urgency::E2, Urgency::E1]);
    let worried = Signals { governing: Some(Urgency::E1), raise: true, ..Signals::default() };
    assert_eq!(combine(worried), Urgency::E0);
}

/// The states of a symptom, from what speaks least for it to what speaks most: "no", not asked, "yes".
fn states(fact: Fact) -> Vec<Option<Value>> {
    match KNOWLEDGE.fact_definition(fact.index()).expect("a fact has a definition").kind_of_value {
        FactType::Boolean => vec![Some(Value::Boolean(false)), None, Some(Value::Boolean(true))],
        FactType::Integer if fact == Fact::SymptomExtraStools => {
            [0, 3, 4, 6, 7, 12].into_iter().map(|number| Some(Value::Integer(number))).collect()
        }
        FactType::Integer => (0..4).map(|number| Some(Value::Integer(number))).collect(),
        FactType::Code => (0..3).map(|band| Some(Value::Code(ValueIndex(band)))).collect(),
        FactType::Codes => vec![Some(Value::Codes(Vec::new()))],
        _ => vec![None],
    }
}

fn is_symptom(fact: Fact) -> bool {
    ["symptom.", "pro-ctcae.", "phq9.item-9"].iter().any(|prefix| fact.id().starts_with(prefix))
}

fn facts_of(criteria: &[Criterion], found: &mut BTreeSet<FactIndex>) {
    for criterion in criteria {
        match criterion {
            Criterion::Test(test) => {
                found.insert(test.fact);
            }
            Criterion::All(members) | Criterion::Any(members) | Criterion::None(members) => facts_of(members, found),
        }
    }
}

fn state(facts: &mut Facts, fact: Fact, value: Value) {
    facts.state(fact, Statement { value, date: None, because: Vec::new() });
}

/// How much a rule counts: not at all, as an open question, with only the context open, met.
fn weight(rule: &Recommendation, facts: &Facts) -> u8 {
    let judgement = judge(rule, facts, &KNOWLEDGE);
    match judgement.outcome {
        Outcome::NotApplicable | Outcome::Contraindicated => 0,
        Outcome::NeedsData => {
            let context_only = |set: &Vec<FactIndex>| {
                set.iter().all(|fact| Fact::from_index(*fact).is_some_and(|fact| !is_symptom(fact)))
            };
            1 + u8::from(missing_facts(rule, &judgement, facts, &KNOWLEDGE).sets.iter().any(context_only))
        }
        Outcome::Recommended => 3,
    }
}

/// For every rule, every combination of its symptoms, in every context: one symptom more never makes the rule count less.
/// "Not asked" to "yes" and "no" to "yes" are both steps up; so is a higher temperature or number.
#[test]
fn a_further_symptom_never_weakens_a_rule() {
    let mut combinations = 0_usize;
    for rule in rules() {
        let mut indices = BTreeSet::new();
        facts_of(&rule.when, &mut indices);
        assert!(rule.contraindicated_if.is_empty(), "{}: a red flag is never forbidden", rule.id);
        let all: Vec<Fact> = indices.into_iter().filter_map(Fact::from_index).collect();
        let (symptoms, context): (Vec<Fact>, Vec<Fact>) = all.into_iter().partition(|fact| is_symptom(*fact));
        for situation in situations(&context) {
            let states: Vec<Vec<Option<Value>>> = symptoms.iter().map(|fact| states(*fact)).collect();
            let total: usize = states.iter().map(Vec::len).product();
            let weights: Vec<u8> = (0..total)
                .map(|number| {
                    let mut facts = situation.clone();
                    let mut rest = number;
                    for (fact, states) in symptoms.iter().zip(&states) {
                        if let Some(value) = &states[rest % states.len()] {
                            state(&mut facts, *fact, value.clone());
                        }
                        rest /= states.len();
                    }
                    weight(rule, &facts)
                })
                .collect();
            combinations += total;
            let mut step = 1;
            for (fact, states) in symptoms.iter().zip(&states) {
                let yes = states.len() - 1;
                for number in 0..total {
                    let here = number / step % states.len();
                    // From "no" and from "not asked" to "yes"; for numbers and bands to every higher one.
                    let higher = if states.contains(&None) { yes..states.len() } else { here + 1..states.len() };
                    for there in higher.filter(|there| *there > here) {
                        let other = number + (there - here) * step;
                        assert!(
                            weights[other] >= weights[number],
                            "{}: {} from {:?} to {:?} makes it count less",
                            rule.id,
                            fact.id(),
                            states[here],
                            states[there]
                        );
                    }
                }
                step *= states.len();
            }
        }
    }
    assert!(combinations > 100_000, "only {combinations} combinations were tried");
}

/// Contexts of a rule: nothing known, and each fact met or not met as far as it has values to try.
fn situations(context: &[Fact]) -> Vec<Facts> {
    let mut situations = vec![Facts::new()];
    for fact in context {
        let definition = KNOWLEDGE.fact_definition(fact.index()).expect("a fact has a definition");
        let values: Vec<Value> = match definition.kind_of_value {
            FactType::Boolean => vec![Value::Boolean(false), Value::Boolean(true)],
            FactType::Code => vec![Value::Code(ValueIndex(0)), Value::Code(ValueIndex(1))],
            FactType::Codes => ["trastuzumab-deruxtecan", "denosumab", "liver"]
                .iter()
                .filter_map(|name| definition.value(name))
                .map(|value| Value::Codes(vec![value]))
                .chain([Value::Codes(Vec::new())])
                .collect(),
            FactType::Decimal => vec![Value::Decimal(Quantity::from(rust_decimal::Decimal::ONE))],
            _ => Vec::new(),
        };
        let before = situations.clone();
        for value in values {
            situations.extend(before.iter().cloned().map(|mut facts| {
                state(&mut facts, *fact, value.clone());
                facts
            }));
        }
    }
    situations
}

fn symptoms_asked() -> Vec<Fact> {
    Fact::ALL
        .into_iter()
        .filter(|fact| fact.id().starts_with("symptom."))
        .filter(|fact| {
            KNOWLEDGE
                .fact_definition(fact.index())
                .is_some_and(|definition| definition.kind_of_value == FactType::Boolean)
        })
        .filter(|fact| !matches!(fact, Fact::SymptomCordCompression | Fact::SymptomNeurological | Fact::SymptomAnyNew))
        .collect()
}

const CONTEXTS: [&str; 3] = [
    "\"disease.breast-cancer\" = \"invasive\"",
    "\"disease.breast-cancer\" = \"invasive\"\n\"therapy.current-drugs\" = []\n\"therapy.supportive-drugs\" = []\n\"therapy.myelosuppression-risk\" = false\n\"metastasis.spine\" = false\n\"metastasis.sites\" = []\n\"therapy.systemic-6-weeks\" = false",
    "\"disease.breast-cancer\" = \"invasive\"\n\"therapy.current-drugs\" = [\"trastuzumab-deruxtecan\"]\n\"therapy.supportive-drugs\" = [\"denosumab\"]\n\"therapy.myelosuppression-risk\" = true\n\"metastasis.spine\" = true\n\"metastasis.sites\" = [\"liver\"]",
];

fn chart(context: &str) -> Chart {
    let (chart, issues) = stated::read(context, "context", &KNOWLEDGE, TODAY);
    assert!(issues.is_empty(), "{issues:?}");
    chart
}

fn urgency(context: &str, there: &[Fact], others_denied: bool) -> Option<Urgency> {
    let mut interview = Interview::new(&KNOWLEDGE, TODAY, Some(chart(context)));
    for fact in there {
        interview.answer(*fact, Value::Boolean(true));
    }
    if others_denied {
        interview.answer(Fact::SymptomTemperatureBand, Value::Code(ValueIndex(0)));
        interview.deny_the_rest();
    }
    interview.assess().chapters.first().and_then(|chapter| chapter.triage.as_ref()).map(|triage| triage.urgency)
}

/// Through the whole path, every symptom and every pair of symptoms, in three contexts, with all others denied and with all
/// others not asked.
#[test]
fn a_second_symptom_never_lowers_the_urgency() {
    let symptoms = symptoms_asked();
    assert!(symptoms.len() >= 75, "{} symptoms", symptoms.len());
    for (number, context) in CONTEXTS.into_iter().enumerate() {
        for denied in [true, false] {
            let alone: Vec<_> = symptoms.iter().map(|fact| urgency(context, &[*fact], denied)).collect();
            // All pairs where everything else is denied on T-DXd; every seventh elsewhere, which is quicker.
            let thinned = if denied && number == 2 { 1 } else { 7 };
            let mut count = 0;
            for (i, one) in symptoms.iter().enumerate() {
                for (j, other) in symptoms.iter().enumerate().skip(i + 1) {
                    count += 1;
                    if count % thinned == 0 {
                        let together = urgency(context, &[*one, *other], denied);
                        assert!(
                            together >= alone[i].max(alone[j]),
                            "{} {:?} and {} {:?} together {together:?}",
                            one.id(),
                            alone[i],
                            other.id(),
                            alone[j]
                        );
                    }
                }
            }
        }
    }
}

// No false reassurance.

/// Each symptom alone in somebody with breast cancer off treatment, all others denied and no fever: never the lowest level,
/// unless the answer is that it is mild, unchanged and known.
#[test]
fn any_symptom_alone_is_at_least_e2() {
    // Staging asks for it by that name; it is no answer in triage.
    const OTHER: [Fact; 2] = [Fact::SymptomMildStableKnown, Fact::SymptomDistant];
    for fact in symptoms_asked().into_iter().filter(|fact| !OTHER.contains(fact)) {
        let level = urgency(CONTEXTS[1], &[fact], true);
        assert!(level >= Some(Urgency::E2), "{} alone is {level:?}", fact.id());
    }
    assert_eq!(urgency(CONTEXTS[1], &[Fact::SymptomMildStableKnown], true), Some(Urgency::E3));
}

/// What a clinician found to be reassured falsely (each symptom with its drug, all else denied, 36.8 °C), and its floor.
#[test]
fn floors_that_a_clinician_asked_for() {
    let level = |drugs: &str, there: &[Fact], band: &str| {
        let context = format!("\"disease.breast-cancer\" = \"invasive\"\n\"therapy.current-drugs\" = [{drugs}]");
        let mut interview = Interview::new(&KNOWLEDGE, TODAY, Some(chart(&context)));
        for fact in there {
            interview.answer(*fact, Value::Boolean(true));
        }
        let definition = KNOWLEDGE.fact_definition(Fact::SymptomTemperatureBand.index()).expect("it has a definition");
        interview.answer(Fact::SymptomTemperatureBand, Value::Code(definition.value(band).expect("a band")));
        interview.deny_the_rest();
        interview.assess().chapters[0].triage.clone().expect("answers").urgency
    };
    let normal = "under-37-5";
    for (drugs, there, band, floor) in [
        ("\"docetaxel\"", &[Fact::SymptomOrthopnoea][..], normal, Urgency::E1),
        ("\"trastuzumab-emtansine\"", &[Fact::SymptomCough], normal, Urgency::E1),
        ("\"lapatinib\"", &[Fact::SymptomCough], normal, Urgency::E1),
        ("\"trastuzumab\"", &[Fact::SymptomBreathlessness], normal, Urgency::E1),
        ("", &[Fact::SymptomPalpitations], normal, Urgency::E2),
        ("", &[Fact::SymptomDrowsiness], normal, Urgency::E1),
        ("", &[Fact::SymptomVomiting], normal, Urgency::E2),
        ("", &[Fact::SymptomBackPain], normal, Urgency::E2),
        ("", &[Fact::SymptomSphincter, Fact::SymptomLimbWeakness], normal, Urgency::E0),
        ("", &[Fact::SymptomSaddleNumbness], normal, Urgency::E0),
        ("", &[Fact::SymptomRadicularPain], normal, Urgency::E1),
        ("", &[Fact::SymptomHeadache, Fact::SymptomVomiting], normal, Urgency::E1),
        ("\"docetaxel\"", &[], "37-5-to-37-9", Urgency::E1),
        ("\"docetaxel\"", &[], "under-36", Urgency::E1),
        ("\"trastuzumab\"", &[], "under-36", Urgency::E1),
    ] {
        assert!(level(drugs, there, band) >= floor, "[{drugs}] {there:?} {band}: {:?}", level(drugs, there, band));
    }
    // Numbness alone on a taxane is neuropathy, and not the spine.
    assert_eq!(level("\"paclitaxel\"", &[Fact::SymptomNumbness], normal), Urgency::E2);
}

/// A rule that can stand open for a drug or a diagnosis alone speaks to the person under that condition.
#[test]
fn rules_on_drugs_and_diagnoses_have_a_conditional_sentence() {
    for rule in rules() {
        let mut facts = BTreeSet::new();
        facts_of(&rule.when, &mut facts);
        let context: Vec<Fact> =
            facts.into_iter().filter_map(Fact::from_index).filter(|fact| !is_symptom(*fact)).collect();
        let mut opens = false;
        for fact in symptoms_asked() {
            let mut facts = Facts::new();
            state(&mut facts, fact, Value::Boolean(true));
            opens |= !context.is_empty() && weight(rule, &facts) == 2;
        }
        assert!(!opens || rule.plain_if.is_some(), "{} has no `plain-if`", rule.id);
        if let Some(words) = &rule.plain_if {
            assert!(
                words.starts_with("If ") || words.starts_with("In someone") || words.contains(" If "),
                "{}: `{words}` states no condition",
                rule.id
            );
        }
    }
}

/// The level that only a temperature not taken makes is said to be that, before anything else.
#[test]
fn a_level_that_rests_on_open_questions_says_so_first() {
    let mut interview = Interview::new(&KNOWLEDGE, TODAY, Some(chart(CONTEXTS[1])));
    interview.answer(Fact::SymptomFatigueLimiting, Value::Boolean(true));
    interview.deny_the_rest();
    let assessment = interview.assess();
    let triage = assessment.chapters[0].triage.as_ref().expect("answers");
    assert_eq!(triage.by_answers, Urgency::E2);
    let text = to_text(&assessment, NUMBERS, 200);
    if triage.urgency > triage.by_answers {
        let first = text.lines().find(|line| line.contains('•')).expect("a bullet");
        assert!(first.contains("only because your temperature is not known"), "{text}");
    }
    // Answered, it says nothing of the kind.
    interview.answer(Fact::SymptomTemperatureBand, Value::Code(ValueIndex(0)));
    let text = to_text(&interview.assess(), NUMBERS, 200);
    assert!(text.starts_with("AT LEAST E2") && !text.contains("this high"), "{text}");
}

// Silence is not health.

#[test]
fn everything_denied_is_the_lowest_level_and_nothing_asked_is_no_level() {
    assert_eq!(urgency(CONTEXTS[1], &[], true), Some(Urgency::E3));
    let mut record = chart(CONTEXTS[1]);
    let interview = Interview::new(&KNOWLEDGE, TODAY, Some(record.clone()));
    let silent = interview.assess();
    assert!(silent.chapters[0].triage.is_none());
    assert_eq!(to_json(&silent, NUMBERS)["urgency"], serde_json::Value::Null);
    state(&mut record.facts, Fact::SymptomCough, Value::Boolean(true));
    let coughing = Interview::new(&KNOWLEDGE, TODAY, Some(record)).assess();
    assert!(coughing.chapters[0].triage.is_some());
}

/// Whatever single question on a red flag stays open while all others are denied, the lowest level is not given.
#[test]
fn one_unanswered_red_flag_never_gives_the_lowest_level() {
    let mut red = BTreeSet::new();
    for rule in rules().filter(|rule| rule.urgency >= Some(Urgency::E1)) {
        facts_of(&rule.when, &mut red);
    }
    let mut left_open = 0;
    for fact in symptoms_asked().into_iter().filter(|fact| red.contains(&fact.index())) {
        let mut text = format!("{}\n\"symptom.temperature-band\" = \"under-37-5\"\n", CONTEXTS[1]);
        for other in symptoms_asked().into_iter().filter(|other| *other != fact) {
            text += &format!("{:?} = false\n", other.id());
        }
        let chart = chart(&text);
        let settled = chart.facts.get(fact).is_some();
        let assessment = Interview::new(&KNOWLEDGE, TODAY, Some(chart)).assess();
        let triage = assessment.chapters[0].triage.as_ref().expect("questions were answered");
        // Where "no cough" settles "a cough for three weeks" there is nothing left to ask; and a rule that needs a second
        // sign, which is denied, stays denied.
        let is_open = !settled && open_rules(&assessment) > 0;
        if is_open {
            left_open += 1;
            assert!(triage.urgency > Urgency::E3, "{} without an answer: {:?}", fact.id(), triage.urgency);
        }
    }
    assert!(left_open >= 20, "only {left_open} red flags stay open alone");
    // The temperature is no question of yes or no.
    let mut text = CONTEXTS[1].to_owned();
    for fact in symptoms_asked() {
        text += &format!("\n{:?} = false", fact.id());
    }
    let assessment = Interview::new(&KNOWLEDGE, TODAY, Some(chart(&text))).assess();
    assert!(assessment.chapters[0].triage.as_ref().expect("answers").urgency > Urgency::E3);
}

fn open_rules(assessment: &her2path::assessment::Assessment<'_>) -> usize {
    assessment.chapters[0].recommendations.iter().filter(|item| item.judgement.outcome == Outcome::NeedsData).count()
}

#[test]
fn no_output_says_that_all_is_well() {
    for context in CONTEXTS {
        for there in [vec![], vec![Fact::SymptomMildStableKnown], vec![Fact::SymptomCough]] {
            let mut interview = Interview::new(&KNOWLEDGE, TODAY, Some(chart(context)));
            for fact in there {
                interview.answer(fact, Value::Boolean(true));
            }
            interview.deny_the_rest();
            let assessment = interview.assess();
            let text = to_text(&assessment, NUMBERS, 100);
            assert!(text.contains("AT LEAST"), "{text}");
            assert!(text.contains("112") && text.contains("0123"), "guidance ends with the numbers: {text}");
            for comfort in ["all is well", "no risk", "nothing is wrong", "you are fine", "not serious", "safe to"] {
                assert!(!text.to_lowercase().contains(comfort), "`{comfort}` in: {text}");
            }
        }
    }
}

// The interview.

#[test]
fn the_interview_asks_red_flags_first_and_stops_at_an_emergency() {
    let mut interview = Interview::new(&KNOWLEDGE, TODAY, None);
    let first = interview.next_screen().expect("a first screen");
    assert_eq!((first.urgency, first.area.as_str()), (Urgency::E0, "any"));
    interview.answer(Fact::SymptomCollapse, Value::Boolean(true));
    assert_eq!(interview.next_screen(), None);
    let triage = interview.assess().chapters[0].triage.clone().expect("an emergency");
    assert_eq!(triage.urgency, Urgency::E0);
}

/// Somebody who answers nothing is asked every red flag twice, nothing more often, and ends with unanswered red flags.
#[test]
fn the_interview_asks_open_red_flags_a_second_time() {
    let mut interview = Interview::new(&KNOWLEDGE, TODAY, None);
    let mut asked: BTreeMap<FactIndex, usize> = BTreeMap::new();
    let mut levels = Vec::new();
    while let Some(screen) = interview.next_screen() {
        if !screen.again {
            levels.push(screen.urgency);
        }
        for fact in screen.facts {
            *asked.entry(fact).or_default() += 1;
        }
    }
    assert!(asked.values().all(|times| *times <= 2));
    assert_eq!(asked[&Fact::SymptomSeizure.index()], 2);
    assert_eq!(asked[&Fact::SymptomVeryWorried.index()], 1);
    assert!(levels.windows(2).all(|pair| pair[0] >= pair[1]), "most urgent first: {levels:?}");
    assert!(interview.assess().chapters[0].triage.is_none(), "nothing was answered");
}

/// Somebody who answers "no" to every screen comes to the end and to the lowest level.
#[test]
fn the_interview_ends_when_every_question_is_answered() {
    let mut interview = Interview::new(&KNOWLEDGE, TODAY, None);
    let mut screens = 0;
    while let Some(screen) = interview.next_screen() {
        screens += 1;
        for index in screen.facts {
            let fact = Fact::from_index(index).expect("a fact");
            let value = match KNOWLEDGE.fact_definition(index).expect("a definition").kind_of_value {
                FactType::Boolean => Value::Boolean(false),
                FactType::Integer => Value::Integer(0),
                FactType::Code => Value::Code(ValueIndex(0)),
                FactType::Codes => Value::Codes(Vec::new()),
                other => panic!("{} of type {other:?} is asked", fact.id()),
            };
            interview.answer(fact, value);
        }
    }
    let triage = interview.assess().chapters[0].triage.clone().expect("questions were answered");
    assert_eq!((triage.urgency, triage.unanswered.len()), (Urgency::E3, 0), "{triage:?}");
    assert!(screens <= 40, "{screens} screens are too many");
}

// Records.

fn assess_record(resources: &str) -> (Option<Urgency>, serde_json::Value) {
    let cancer = r#"{"resourceType": "Condition", "id": "cancer", "subject": {"reference": "Patient/p"}, "code": {"coding": [
        {"system": "http://snomed.info/sct", "code": "254837009", "display": "Malignant neoplasm of breast"}]}}"#;
    let record = format!("[{cancer}, {resources}]");
    let question = Question::new(&KNOWLEDGE, TODAY).chapters(Chapters::of(&[Chapter::Symptoms, Chapter::Support]));
    let (assessments, issues) = assess([Input { bytes: record.as_bytes(), name: "record" }], &question);
    assert!(issues.is_empty(), "{issues:?}");
    let assessment = &assessments[0];
    let urgency = assessment.chapters[0].triage.as_ref().map(|triage| triage.urgency);
    let json = her2path::render::json::to_string(assessment).expect("JSON");
    (urgency, serde_json::from_str(&json).expect("JSON"))
}

fn condition(code: &str, display: &str, onset: &str, clinical: &str) -> String {
    format!(
        r#"{{"resourceType": "Condition", "id": "s", "subject": {{"reference": "Patient/p"}}, "onsetDateTime": "{onset}",
        "clinicalStatus": {{"coding": [{{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "{clinical}"}}]}},
        "code": {{"coding": [{{"system": "http://snomed.info/sct", "code": "{code}", "display": "{display}"}}]}}}}"#
    )
}

#[test]
fn a_coded_symptom_counts_while_it_is_current() {
    let (urgency, json) = assess_record(&condition("91175000", "Seizure", "2026-11-20", "active"));
    assert_eq!(urgency, Some(Urgency::E0));
    assert_eq!(json["facts"]["symptom.seizure"]["value"], true);
    let (urgency, _) = assess_record(&condition("91175000", "Seizure", "2026-11-20", "resolved"));
    assert_eq!(urgency, None);
    let (urgency, json) = assess_record(&condition("91175000", "Seizure", "2026-06-01", "active"));
    assert_eq!(urgency, None, "half a year old");
    let issues = json["issues"].as_array().expect("issues");
    assert!(issues.iter().any(|issue| issue["code"] == "symptom-not-recent"), "{issues:?}");
    let (urgency, _) = assess_record(&condition("91175000", "Seizure", "2027-01-01", "active"));
    assert_eq!(urgency, None, "not yet recorded on the day");
}

/// A cough with drugs unknown could be a cough on T-DXd: it is seen the same day.
#[test]
fn a_cough_with_unknown_drugs_is_at_least_the_same_day() {
    let (urgency, json) = assess_record(&condition("49727002", "Cough", "2026-11-20", "active"));
    assert!(urgency >= Some(Urgency::E1));
    let reasons = json["chapters"]["symptoms"]["triage"]["reasons"].as_array().expect("reasons");
    let ild = reasons.iter().find(|reason| reason["id"] == "symptoms/chest/ild").expect("it cannot be ruled out");
    assert_eq!((ild["met"].as_bool(), ild["urgency"].as_str()), (Some(false), Some("E1")));
}

#[test]
fn a_cough_on_t_dxd_is_interstitial_lung_disease_until_shown_otherwise() {
    let t_dxd = r#", {"resourceType": "MedicationAdministration", "id": "m", "status": "completed", "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-11-10", "medicationCodeableConcept": {"text": "fam-trastuzumab deruxtecan"}}"#;
    let (_, json) = assess_record(&(condition("49727002", "Cough", "2026-11-20", "active") + t_dxd));
    let reasons = json["chapters"]["symptoms"]["triage"]["reasons"].as_array().expect("reasons");
    let ild = reasons.iter().find(|reason| reason["id"] == "symptoms/chest/ild").expect("the rule is met");
    assert_eq!((ild["met"].as_bool(), ild["urgency"].as_str()), (Some(true), Some("E1")), "{reasons:?}");
}

/// Six weeks are 42 days: T-DXd that ended 34 days ago counts for U03, and 50 days ago no longer.
#[test]
fn a_conjugate_of_the_last_six_weeks_is_a_risk_of_sepsis() {
    let given = |day: &str| {
        let (_, json) = assess_record(&format!(
            r#"{{"resourceType": "MedicationStatement", "id": "m", "status": "completed", "subject": {{"reference": "Patient/p"}},
            "effectivePeriod": {{"start": "{day}", "end": "{day}"}}, "medicationCodeableConcept": {{"text": "fam-trastuzumab deruxtecan"}}}}"#
        ));
        json["facts"]["therapy.myelosuppression-risk"]["value"].as_bool()
    };
    assert_eq!(given("2026-10-20"), Some(true));
    assert_ne!(given("2026-10-04"), Some(true));
}

#[test]
fn temperature_is_read_in_both_units() {
    let reading = |value: &str, unit: &str, day: &str| {
        let (_, json) = assess_record(&format!(
            r#"{{"resourceType": "Observation", "id": "t", "status": "final", "subject": {{"reference": "Patient/p"}}, "effectiveDateTime": "{day}",
            "code": {{"coding": [{{"system": "http://loinc.org", "code": "8310-5", "display": "Body temperature"}}]}},
            "valueQuantity": {{"value": {value}, "unit": "{unit}", "system": "http://unitsofmeasure.org", "code": "{unit}"}}}}"#
        ));
        json["facts"]["symptom.temperature-band"]["value"].as_str().map(str::to_owned)
    };
    assert_eq!(reading("38.0", "Cel", "2026-11-23").as_deref(), Some("38-or-more"));
    assert_eq!(reading("37.9", "Cel", "2026-11-23").as_deref(), Some("37-5-to-37-9"));
    assert_eq!(reading("37.4", "Cel", "2026-11-23").as_deref(), Some("under-37-5"));
    // 100.4 °F is 38.0 °C, 99.5 °F is 37.5 °C.
    assert_eq!(reading("100.4", "[degF]", "2026-11-23").as_deref(), Some("38-or-more"));
    assert_eq!(reading("100.3", "[degF]", "2026-11-23").as_deref(), Some("37-5-to-37-9"));
    assert_eq!(reading("99.5", "[degF]", "2026-11-23").as_deref(), Some("37-5-to-37-9"));
    assert_eq!(reading("38.0", "K", "2026-11-23"), None, "an unknown unit");
    assert_eq!(reading("39.0", "Cel", "2026-11-01"), None, "three weeks old");
}

const DOCETAXEL: &str = r#", {"resourceType": "MedicationAdministration", "id": "m", "status": "completed",
    "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2026-11-10", "medicationCodeableConcept": {"text": "docetaxel"}}"#;

fn reading(code: &str, display: &str, value: &str, unit: &str, day: &str) -> String {
    format!(
        r#"{{"resourceType": "Observation", "id": "o{code}{day}", "status": "final", "subject": {{"reference": "Patient/p"}}, "effectiveDateTime": "{day}",
        "code": {{"coding": [{{"system": "http://loinc.org", "code": "{code}", "display": "{display}"}}]}},
        "valueQuantity": {{"value": {value}, "unit": "{unit}", "system": "http://unitsofmeasure.org", "code": "{unit}"}}}}"#
    )
}

fn reasons(json: &serde_json::Value) -> String {
    json["chapters"]["symptoms"]["triage"]["reasons"].to_string()
}

/// A fever of four days ago on docetaxel is too old to be a fever now, and must not vanish; a later normal reading answers it.
#[test]
fn a_red_flag_reading_does_not_vanish_with_its_window() {
    let fever = reading("8310-5", "Body temperature", "38.6", "Cel", "2026-11-19");
    let (urgency, json) = assess_record(&(fever.clone() + DOCETAXEL));
    assert!(urgency >= Some(Urgency::E1));
    assert_eq!(json["facts"]["symptom.temperature-band"], serde_json::Value::Null);
    assert!(reasons(&json).contains("symptoms/infection/earlier-fever"), "{json}");
    assert!(json["facts"]["symptom.earlier-alarm"].to_string().contains("38.6 Cel of 2026-11-19"));
    let normal = reading("8310-5", "Body temperature", "36.8", "Cel", "2026-11-22");
    let (_, json) = assess_record(&format!("{fever}, {normal}{DOCETAXEL}"));
    assert!(!reasons(&json).contains("earlier-fever"), "{json}");
    let cold = reading("8310-5", "Body temperature", "35.1", "Cel", "2026-11-10");
    let (_, json) = assess_record(&(cold + DOCETAXEL));
    assert!(reasons(&json).contains("earlier-fever"), "{json}");
    let old = reading("8310-5", "Body temperature", "38.6", "Cel", "2026-10-01");
    let (urgency, _) = assess_record(&(old + DOCETAXEL));
    assert_eq!(urgency, None, "seven weeks old");
    let low = reading("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "88", "%", "2026-11-15");
    let (urgency, json) = assess_record(&low);
    assert!(urgency >= Some(Urgency::E1) && reasons(&json).contains("earlier-low-oxygen"), "{json}");
}

#[test]
fn grade_4_neutropenia_speaks_without_a_symptom() {
    let count = |value, day| {
        let count = reading("751-8", "Neutrophils [#/volume] in Blood by Automated count", value, "10*3/uL", day);
        assess_record(&(count + DOCETAXEL))
    };
    let (urgency, json) = count("0.2", "2026-11-20");
    assert!(urgency >= Some(Urgency::E2) && reasons(&json).contains("severe-neutropenia"), "{json}");
    assert_eq!(count("0.6", "2026-11-20").0, None);
    assert_eq!(count("0.2", "2026-10-20").0, None, "a month old");
}

/// Every sign that the chapter calls an emergency or red, and that records code as a finding, has a code that is read.
#[test]
fn codes_of_emergencies_are_read() {
    for (code, display, rule) in [
        ("66857006", "Hemoptysis", "chest/pulmonary-embolism"),
        ("8765009", "Hematemesis", "liver/encephalopathy"),
        ("2901004", "Melena", "liver/encephalopathy"),
        ("271594007", "Syncope", "chest/pulmonary-embolism"),
        ("230690007", "Cerebrovascular accident", "brain/stroke-signs"),
        ("54200006", "Tonic-clonic seizure", "brain/seizure"),
        ("230456007", "Status epilepticus", "brain/seizure"),
        ("6471006", "Suicidal thoughts", "mood/suicidal-thoughts"),
        ("40739000", "Dysphagia", "new-symptom/any"),
        ("165232002", "Urinary incontinence", "spine/cord-compression"),
        ("62744007", "Orthopnea", "heart/orthopnoea"),
        ("70407001", "Stridor", "chest/svc-severe"),
        ("91302008", "Sepsis", "infection/neutropenic-sepsis"),
    ] {
        let (urgency, json) = assess_record(&condition(code, display, "2026-11-20", "active"));
        assert!(urgency >= Some(Urgency::E2), "{display}: {urgency:?}");
        // Stridor alone does not make the obstruction; it is read all the same.
        let read =
            reasons(&json).contains(rule) || display == "Stridor" && json["facts"]["symptom.stridor"]["value"] == true;
        assert!(read, "{display}: {}", reasons(&json));
    }
}

/// A finding of these weeks that no rule reads is named; one read elsewhere or long past is not.
#[test]
fn findings_that_are_not_read_are_named() {
    let issue = |resource: &str| {
        let (_, json) = assess_record(resource);
        json["issues"].to_string().contains("finding-not-read")
    };
    let text = |words: &str, onset: &str| {
        format!(
            r#"{{"resourceType": "Condition", "id": "s", "subject": {{"reference": "Patient/p"}}, "onsetDateTime": "{onset}",
            "code": {{"text": "{words}"}}}}"#
        )
    };
    assert!(issue(&text("coughed up blood", "2026-11-20")));
    assert!(issue(&condition("111111119", "An unknown finding", "2026-11-20", "active")));
    assert!(!issue(&condition("111111119", "An unknown finding", "2026-01-20", "active")));
    assert!(!issue(&condition("111111119", "An unknown finding", "2026-11-20", "resolved")));
    assert!(!issue(&condition("66857006", "Hemoptysis", "2026-11-20", "active")));
    let coded = r#"{"resourceType": "Observation", "id": "o", "status": "final", "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-11-20", "code": {"coding": [{"system": "http://loinc.org", "code": "75325-1", "display": "Symptom"}]},
        "valueString": "feels odd"}"#;
    assert!(issue(coded));
}

/// Without invasive cancer or treatment a fever is no call to the emergency number; with treatment it is.
#[test]
fn signs_to_call_for_follow_the_situation() {
    use her2path::chapters::warning_signs;
    let signs = |context: &str| -> BTreeSet<FactIndex> {
        let question = Question::new(&KNOWLEDGE, TODAY);
        let assessment = her2path::assess_chart(chart(context), Vec::new(), &question);
        warning_signs(&assessment).into_iter().map(|sign| sign.fact).collect()
    };
    let fever = Fact::SymptomTemperatureBand.index();
    let reaction = Fact::SymptomInfusionReaction.index();
    let in_situ = signs("\"disease.breast-cancer\" = \"in-situ-only\"");
    assert!(!in_situ.contains(&fever) && !in_situ.contains(&reaction));
    assert!(in_situ.contains(&Fact::SymptomChestPainCrushing.index()));
    let treated = signs(CONTEXTS[2]);
    assert!(treated.contains(&fever) && treated.contains(&reaction));
    // Not known with invasive cancer: it counts.
    assert!(signs(CONTEXTS[0]).contains(&fever));
    // Loss of bladder control is for the emergency number in somebody with breast cancer.
    let question = Question::new(&KNOWLEDGE, TODAY);
    let assessment = her2path::assess_chart(chart(CONTEXTS[0]), Vec::new(), &question);
    let sphincter = warning_signs(&assessment).into_iter().find(|sign| sign.fact == Fact::SymptomSphincter.index());
    assert_eq!(sphincter.map(|sign| sign.urgency), Some(Urgency::E0));
}

fn response(day: &str, items: &[(&str, &str)]) -> String {
    let items: Vec<String> =
        items.iter().map(|(link_id, value)| format!(r#"{{"linkId": "{link_id}", "answer": [{{{value}}}]}}"#)).collect();
    format!(
        r#"{{"resourceType": "QuestionnaireResponse", "id": "q{day}", "status": "completed", "subject": {{"reference": "Patient/p"}},
        "authored": "{day}", "item": [{}]}}"#,
        items.join(", ")
    )
}

/// Headache severe, frequent and quite disturbing: frequency 3, severity 3, interference 3 is grade 3.
#[test]
fn pro_ctcae_becomes_symptoms() {
    let severe = [
        ("PROCTCAE_49A_SCL", r#""valueInteger": 3"#),
        ("PROCTCAE_49B_SCL", r#""valueCoding": {"display": "Severe"}"#),
        ("PROCTCAE_49C_SCL", r#""valueString": "Quite a bit""#),
        ("PROCTCAE_20A_SCL", r#""valueInteger": 0"#),
    ];
    let (urgency, json) = assess_record(&response("2026-11-22", &severe));
    assert_eq!(json["facts"]["pro-ctcae.worst-grade"]["value"], 3);
    assert_eq!(json["facts"]["symptom.headache"]["value"], true);
    assert_eq!(json["facts"]["symptom.cough"]["value"], false);
    assert!(urgency >= Some(Urgency::E1));
    // A grade of 1 leaves open whether the headache is new.
    let mild = [
        ("PROCTCAE_49A_SCL", r#""valueInteger": 1"#),
        ("PROCTCAE_49B_SCL", r#""valueInteger": 1"#),
        ("PROCTCAE_49C_SCL", r#""valueInteger": 1"#),
    ];
    let (_, json) = assess_record(&response("2026-11-22", &mild));
    assert_eq!(json["facts"]["pro-ctcae.worst-grade"]["value"], 1);
    assert_eq!(json["facts"]["symptom.headache"], serde_json::Value::Null);
    // An answer outside the scale is no answer.
    let (_, json) = assess_record(&response("2026-11-22", &[("PROCTCAE_7A_SCL", r#""valueInteger": 5"#)]));
    assert_eq!(json["facts"]["pro-ctcae.worst-grade"], serde_json::Value::Null);
    assert!(json["issues"].to_string().contains("unreadable-answer"));
}

#[test]
fn a_grade_that_rose_to_two_is_followed_up() {
    let graded = |day, answer: &str| response(day, &[("PROCTCAE_7A_SCL", answer)]);
    let (before, now) = (graded("2026-11-15", r#""valueInteger": 1"#), graded("2026-11-22", r#""valueInteger": 2"#));
    let (_, json) = assess_record(&format!("{now}, {before}"));
    assert_eq!(json["facts"]["pro-ctcae.rising"]["value"], true);
    let (before, now) = (graded("2026-11-15", r#""valueInteger": 2"#), graded("2026-11-22", r#""valueInteger": 2"#));
    let (_, json) = assess_record(&format!("{before}, {now}"));
    assert_eq!(json["facts"]["pro-ctcae.rising"]["value"], false);
}

const PHQ_9: [&str; 9] =
    ["44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"];

/// Item 9 is a red flag at any score above 0, although the total is minimal.
#[test]
fn item_nine_of_the_phq_9_is_a_red_flag_at_any_score() {
    let answers = |item_9: &'static str| -> Vec<(&str, &str)> {
        PHQ_9.iter().map(|code| (*code, if *code == "44260-8" { item_9 } else { r#""valueInteger": 0"# })).collect()
    };
    let several_days = r#""valueCoding": {"system": "http://loinc.org", "code": "LA6569-3"}"#;
    let (urgency, json) = assess_record(&response("2026-11-20", &answers(several_days)));
    assert_eq!(json["facts"]["phq9.total"]["value"], 1);
    assert_eq!(json["facts"]["phq9.band"]["value"], "minimal");
    assert_eq!(json["facts"]["phq9.item-9"]["value"], 1);
    assert!(urgency >= Some(Urgency::E1));
    let reasons = json["chapters"]["symptoms"]["triage"]["reasons"].to_string();
    assert!(reasons.contains("symptoms/mood/suicidal-thoughts"), "{reasons}");
    let (urgency, json) = assess_record(&response("2026-11-20", &answers(r#""valueInteger": 0"#)));
    assert_eq!(json["facts"]["phq9.item-9"]["value"], 0);
    assert_eq!(urgency, None, "no symptom is reported");
}

/// Totals need every item; the bands are those of Kroenke 2001 and Spitzer 2006 at their limits.
#[test]
fn totals_and_bands_are_those_of_the_instruments() {
    use her2path::classify::distress::{gad7_band, phq9_band, total};
    assert_eq!(total(&[Some(3); 9]), Some(27));
    assert_eq!(total(&[Some(3), None, Some(1)]), None);
    assert_eq!(total(&[Some(4)]), None);
    let limits = [(0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate")];
    for (score, band) in limits {
        assert_eq!((phq9_band(score), gad7_band(score)), (Some(band), Some(band)), "{score}");
    }
    assert_eq!((phq9_band(15), gad7_band(15)), (Some("moderately-severe"), Some("severe")));
    assert_eq!((phq9_band(20), gad7_band(21)), (Some("severe"), Some("severe")));
    assert_eq!((phq9_band(28), gad7_band(22)), (None, None));
    let missing: Vec<(&str, &str)> = PHQ_9.iter().take(8).map(|code| (*code, r#""valueInteger": 1"#)).collect();
    let (_, json) = assess_record(&response("2026-11-20", &missing));
    assert_eq!(json["facts"]["phq9.total"], serde_json::Value::Null);
    assert_eq!(json["facts"]["phq2.total"]["value"], 2);
}
