//! Whole pages: every sentence that a patient can see for every value of the facts that pages speak of.

use std::collections::BTreeSet;

use her2path::assessment::Assessment;
use her2path::chapters::Chapters;
use her2path::chart::stated;
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::FactType;
use her2path::render::html;
use her2path::render::patient::{Block, Contacts, Page, page, to_text};
use her2path::{Question, assess_chart, chapters};

use super::counts::{Counts, HIGHEST_GRADE, too_hard, wrong_word};

const CONTACTS: Contacts<'_> = Contacts { emergency: "112", cancer_line: "555 0100" };

const METASTATIC: &str = r#"
"patient.id" = "p"
"patient.sex" = "female"
"patient.age" = 54
"disease.breast-cancer" = "invasive"
"disease.setting" = "metastatic"
"her2.status" = "positive"
"hormone-receptor.status" = "positive"
"metastasis.sites" = ["bone", "liver"]
"metastasis.origin" = "breast"
"brain-metastases.status" = "absent"
"therapy.line" = 2
"therapy.decision" = "new-line"
"lvef.latest" = 61
"lvef.recent" = 61
"#;

/// Prefixes of the facts that pages speak of.
const SPOKEN_OF: [&str; 16] = [
    "patient.",
    "disease.",
    "metastasis.",
    "her2.",
    "er.",
    "pr.",
    "hormone-receptor.",
    "stage.",
    "ecog",
    "germline.",
    "birads.",
    "brain-metastases.",
    "therapy.decision",
    "therapy.current-",
    "menopausal.",
    "symptom.",
];

fn assessed(chart: &str, which: Chapters) -> Assessment<'static> {
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(which);
    let (chart, issues) = stated::read(chart, "case.toml", &KNOWLEDGE, question.as_of);
    assert!(issues.iter().all(|issue| issue.code != "unreadable-value"), "{issues:?}");
    assess_chart(chart, issues, &question)
}

fn page_of(assessment: &Assessment<'_>) -> Page {
    page(assessment, &chapters::warning_signs(assessment), CONTACTS)
}

/// The base case with one fact replaced.
fn with(base: &str, id: &str, value: &str) -> String {
    let line = format!("\"{id}\" =");
    let kept: Vec<&str> = base.lines().filter(|other| !other.starts_with(&line)).collect();
    format!("{}\n\"{id}\" = {value}\n", kept.join("\n"))
}

/// Each coded or yes-no fact that pages speak of, with each of its values.
fn cases() -> Vec<(String, String)> {
    let mut cases = Vec::new();
    for fact in KNOWLEDGE.facts.iter().filter(|fact| SPOKEN_OF.iter().any(|prefix| fact.id.starts_with(prefix))) {
        let values: Vec<String> = match fact.kind_of_value {
            FactType::Boolean => vec!["true".to_owned(), "false".to_owned()],
            FactType::Code => fact.values.iter().map(|value| format!("\"{}\"", value.code)).collect(),
            FactType::Codes if fact.id.contains("drugs") || fact.id.contains("classes") => {
                vec!["[\"trastuzumab-deruxtecan\"]".to_owned()]
            }
            FactType::Codes => fact.values.iter().map(|value| format!("[\"{}\"]", value.code)).collect(),
            FactType::Integer if fact.id == "ecog" => (0..=4).map(|score| score.to_string()).collect(),
            _ => Vec::new(),
        };
        for value in values.into_iter().filter(|_| !fact.id.contains("classes")) {
            cases.push((format!("{} = {value}", fact.id), with(METASTATIC, &fact.id, &value)));
        }
    }
    for (id, chart) in [
        ("empty", ""),
        (
            "risk",
            "\"patient.sex\" = \"female\"\n\"disease.breast-cancer\" = \"not-recorded\"\n\"patient.age\" = 50\n\"risk.bcrat-five-year\" = 2.5\n\"risk.bcrat-five-year-average\" = 1.3\n",
        ),
        (
            "early",
            "\"disease.breast-cancer\" = \"invasive\"\n\"disease.setting\" = \"not-metastatic\"\n\"her2.status\" = \"negative\"\n",
        ),
        (
            "running",
            "\"disease.breast-cancer\" = \"invasive\"\n\"disease.setting\" = \"metastatic\"\n\"her2.status\" = \"positive\"\n\"therapy.decision\" = \"running\"\n\"therapy.current-drugs\" = [\"tucatinib\", \"trastuzumab\", \"capecitabine\"]\n",
        ),
    ] {
        cases.push((id.to_owned(), chart.to_owned()));
    }
    cases
}

/// Words of figures of survival.
const SURVIVAL: [&str; 6] = ["alive", "survival", "median", "months to live", "years to live", "life expectancy"];

/// Names of drugs are as long as they are: they stand in lists of their own, apart from the sentence behind the full stop.
fn without_drug_names(text: &str) -> String {
    let mut text = text.to_owned();
    for drug in KNOWLEDGE.drugs.list.iter() {
        let name = drug.title.split(',').next().unwrap_or_default();
        text = text.replace(name, "x");
    }
    text
}

#[test]
fn every_sentence_of_every_page_is_plain_and_none_is_a_survival_figure() {
    let (mut hard, mut wrong, mut seen) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut figures = BTreeSet::new();
    let cases = cases();
    assert!(cases.len() > 300, "only {} cases", cases.len());
    for (name, chart) in cases {
        // Unless the chapter on the outlook was asked for by name, no page says how long people live.
        let page = page_of(&assessed(&chart, chapters::DEFAULT));
        assert!(page.sections.iter().all(|section| section.id != "outlook"), "{name}");
        for text in page.texts() {
            if !seen.insert(text.to_owned()) {
                continue;
            }
            let lower = text.to_lowercase();
            figures
                .extend(SURVIVAL.into_iter().filter(|word| lower.contains(word)).map(|word| format!("{word}: {text}")));
            hard.extend(too_hard(&without_drug_names(text)).map(|what| format!("{name}: {what}")));
            wrong.extend(wrong_word(text).map(|word| format!("{name} says `{word}`: {text}")));
        }
    }
    assert!(hard.is_empty(), "{} texts are too hard:\n{}", hard.len(), hard.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(figures.is_empty(), "{figures:#?}");
    assert!(seen.len() > 200, "only {} texts were seen", seen.len());
}

#[test]
fn a_whole_page_is_grade_8_or_less_by_all_indices() {
    for chart in [METASTATIC, ""] {
        let page = page_of(&assessed(chart, chapters::DEFAULT));
        let all: Vec<String> = page.texts().map(without_drug_names).collect();
        let counts = Counts::of(&all.join(" "));
        for grade in [counts.flesch_kincaid(), counts.smog(), counts.coleman_liau()] {
            assert!(grade < HIGHEST_GRADE, "{grade}: {}", all.join(" "));
        }
    }
}

/// Every word of the glossary that a page uses leads to its meaning where it first appears, and the meaning is there.
#[test]
fn every_term_is_explained_where_it_first_appears() {
    let mut explained = 0;
    for chart in [METASTATIC, "", "\"disease.breast-cancer\" = \"in-situ-only\"\n"] {
        let assessment = assessed(chart, chapters::DEFAULT);
        let page = page_of(&assessment);
        let html = html::patient(&[(page.clone(), &assessment)]);
        let plain = to_text(&page, &assessment, 10_000);
        let texts: Vec<&str> = page
            .sections
            .iter()
            .flat_map(|section| section.blocks.iter())
            .flat_map(|block| match block {
                Block::Paragraph(text) | Block::Urgent(text) | Block::Named { text, .. } => vec![text.as_str()],
                Block::List { lead, items } => std::iter::once(lead).chain(items).map(String::as_str).collect(),
                Block::Figure { caption, .. } => vec![caption.as_str()],
                Block::Contacts { .. } => Vec::new(),
            })
            .collect();
        for term in KNOWLEDGE.glossary.iter() {
            let name: String =
                term.term.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            let anchor = format!("page-1-word-{name}");
            let links = html.matches(&format!("href=\"#{anchor}\"")).count();
            let entries = html.matches(&format!("id=\"{anchor}\"")).count();
            // The words of a longer term are met inside it; the term's own heading is the plainest form.
            let used = texts.iter().any(|text| holds_word(text, &term.term));
            assert!(links <= 1 && entries <= 1, "{}: {links} links, {entries} entries", term.term);
            assert!(links <= entries, "{} leads nowhere", term.term);
            let inside = KNOWLEDGE.glossary.iter().any(|longer| {
                let mut forms = std::iter::once(&longer.term).chain(longer.also.iter());
                longer.term != term.term && forms.any(|form| holds_word(form, &term.term))
            });
            if used && !inside {
                assert_eq!(links, 1, "{} is not explained", term.term);
            }
            if links == 1 {
                explained += 1;
                assert!(plain.contains(&format!("{}: {}", term.term, term.plain)), "{}", term.term);
            }
        }
    }
    assert!(explained > 10, "{explained} words");
}

fn holds_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    text.match_indices(&word).any(|(at, _)| {
        let (before, after) = text.split_at(at);
        before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '-')
            && after.chars().nth(word.chars().count()).is_none_or(|c| !c.is_alphanumeric())
    })
}

#[test]
fn one_who_has_died_gets_no_advice() {
    let chart = with(METASTATIC, "patient.deceased", "true");
    let page = page_of(&assessed(&chart, chapters::ALL));
    assert_eq!(page.sections.len(), 1);
    let all: String = page.texts().collect::<Vec<_>>().join(" ");
    assert!(all.contains("has died") && all.contains("We are sorry"));
    for word in ["HER2", "your visit", "your heart", "next visit", "your treatment"] {
        assert!(!all.contains(word), "{word}");
    }
}

#[test]
fn one_without_cancer_is_not_told_of_treatment_or_a_cancer_line() {
    for kind in ["not-recorded", "in-situ-only"] {
        let page = page_of(&assessed(
            &format!("\"disease.breast-cancer\" = \"{kind}\"\n\"patient.sex\" = \"female\"\n\"patient.age\" = 50\n"),
            chapters::DEFAULT,
        ));
        let all: String = page.texts().collect::<Vec<_>>().join(" ");
        assert!(!all.contains("24-hour cancer line"), "{all}");
        for drug in ["rastuzumab", "ucatinib", "chemo", "T-DXd", "Your treatment"] {
            assert!(!all.contains(drug), "{drug}: {all}");
        }
    }
    let page = page_of(&assessed("", chapters::DEFAULT));
    let all: String = page.texts().collect::<Vec<_>>().join(" ");
    assert!(all.contains("shows no breast cancer") && all.contains("have it checked"), "{all}");
}

#[test]
fn a_negative_result_names_no_her2_treatment_and_an_open_one_is_open() {
    let negative = page_of(&assessed(&with(METASTATIC, "her2.status", "\"negative\""), chapters::DEFAULT));
    let all: String = negative.texts().collect::<Vec<_>>().join(" ");
    assert!(all.contains("Negative. The cancer cells do not carry too much"), "{all}");
    assert!(!all.contains("ertuzumab"), "{all}");
    for (value, said) in [("equivocal", "Not clear yet"), ("pending", "still open"), ("conflict", "do not agree")] {
        let page = page_of(&assessed(&with(METASTATIC, "her2.status", &format!("\"{value}\"")), chapters::DEFAULT));
        let all: String = page.texts().collect::<Vec<_>>().join(" ");
        assert!(all.contains(said), "{value}: {all}");
    }
    let unknown = page_of(&assessed("\"disease.breast-cancer\" = \"invasive\"\n", chapters::DEFAULT));
    let all: String = unknown.texts().collect::<Vec<_>>().join(" ");
    assert!(all.contains("It does not say if it has spread") && all.contains("holds no result"), "{all}");
}

/// Dossier on symptoms, rule on lung disease: on trastuzumab deruxtecan a new cough is a reason to call the same day; off it a
/// cough alone is not.
#[test]
fn the_signs_follow_the_treatment() {
    let items = |chart: &str| -> Vec<String> {
        let page = page_of(&assessed(chart, chapters::DEFAULT));
        let section = page.sections.into_iter().find(|section| section.id == "call").expect("a section on calling");
        section
            .blocks
            .into_iter()
            .filter_map(|block| match block {
                Block::List { lead, items } if lead.contains("cancer line") => Some(items),
                _ => None,
            })
            .flatten()
            .collect()
    };
    let cough = "A new or worse cough.".to_owned();
    assert!(items(&with(METASTATIC, "therapy.current-drugs", "[\"trastuzumab-deruxtecan\"]")).contains(&cough));
    assert!(!items(&with(METASTATIC, "therapy.current-drugs", "[\"letrozole\"]")).contains(&cough));
}

/// By hand: SEER 2013-2019, HR+/HER2+, distant: 45.6 %. CLEOPATRA reports a median of 56.5 months (4.7 years), so a
/// quarter is 14, half 28.3 (2.4 years), twice 113 (9.4 years) and three times 169.5 months (14.1 years).
#[test]
fn the_outlook_is_told_only_where_asked_for_and_stays_closed() {
    let chart = with(METASTATIC, "therapy.line", "1")
        + "\"therapy.her2-lines-before\" = 0\n\"pregnancy.status\" = \"not-pregnant\"\n\"ecog\" = 0\n";
    let assessment = assessed(&chart, chapters::ALL);
    let page = page_of(&assessment);
    let section = page.sections.iter().find(|section| section.id == "outlook").expect("it was asked for");
    assert!(section.folded);
    let texts: Vec<String> =
        Page { title: String::new(), sections: vec![section.clone()] }.texts().map(str::to_owned).collect();
    let all = texts.join(" ");
    assert!(all.contains("Out of 100, about 46 were alive after 5 years"), "{all}");
    assert!(all.contains("Half of the people lived longer than 4.7 years"), "{all}");
    for said in
        ["less than 14 months", "from 2.4 years to 9.4 years", "longer than 14.1 years", "No number here knows you"]
    {
        assert!(all.contains(said), "{said}: {all}");
    }
    for text in &texts {
        assert_eq!(too_hard(&without_drug_names(text)), None);
        assert_eq!(wrong_word(text), None, "{text}");
    }
    let html = html::patient(&[(page, &assessment)]);
    assert_eq!(html.matches("<details>").count(), 1);
    let (before, folded) = html.split_once("<details>").expect("a closed part");
    assert!(!before.contains("<svg") && folded.contains("<svg") && folded.contains("reconstructed"));
}
