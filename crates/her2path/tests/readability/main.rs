//! What patients read is written for grades 6 to 8: two published indices, own formulas.
//!
//! * Flesch-Kincaid grade level (Kincaid JP, et al. Research Branch Report 8-75, Naval Technical Training, 1975):
//!   0.39 words/sentence + 11.8 syllables/word - 15.59.
//! * SMOG grade (McLaughlin GH. J Reading 1969;12:639-646): 3.1291 + 1.0430 sqrt(words of three or more syllables × 30 /
//!   sentences). It was made for samples of 30 sentences; on a short text one long word weighs much, so it is held on
//!   whole chapters, and on single texts with a wider limit.
//! * Coleman-Liau index (Coleman M, Liau TL. J Appl Psychol 1975;60:283-284): 0.0588 L - 0.296 S - 15.8, with L letters
//!   and S sentences in a hundred words. Letters need no counting of syllables, so it checks the other two.
//!
//! Syllables are counted by rule with a list of exceptions; the counter is itself held to words counted by hand.

#![cfg(test)]

mod counts;
mod pages;

use counts::{Counts, HIGHEST_GRADE, too_hard, wrong_word};
use her2path::assessment::Triage;
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::{Chapter, Urgency};

/// Chapters whose plain texts are enforced.
const ENFORCED: [Chapter; 6] =
    [Chapter::Symptoms, Chapter::Risk, Chapter::Diagnosis, Chapter::Treatment, Chapter::Prognosis, Chapter::Support];

/// Worked out from answers and records, so never put to the person.
const WORKED_OUT: [&str; 5] = [
    "symptom.any-new",
    "symptom.cord-compression",
    "symptom.earlier-alarm",
    "symptom.neurological",
    "symptom.recorded-emergency",
];

/// Every text of a chapter that a patient can see, with where it stands.
fn texts(chapter: Chapter) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = KNOWLEDGE
        .recommendations
        .iter()
        .filter(|recommendation| recommendation.chapter == chapter)
        .flat_map(|recommendation| {
            let said = std::iter::once(&recommendation.plain).chain(&recommendation.plain_if);
            said.map(|text| (recommendation.id.to_string(), text.to_string())).collect::<Vec<_>>()
        })
        .collect();
    let facts = KNOWLEDGE.facts.iter().filter(|fact| match chapter {
        Chapter::Symptoms => ["symptom.", "pro-ctcae."].iter().any(|prefix| fact.id.starts_with(prefix)),
        Chapter::Support => ["distress.", "phq", "gad7."].iter().any(|prefix| fact.id.starts_with(prefix)),
        // What the page says to be missing.
        Chapter::Diagnosis => {
            !["symptom.", "pro-ctcae.", "distress.", "phq", "gad7."].iter().any(|prefix| fact.id.starts_with(prefix))
        }
        _ => false,
    });
    for fact in facts {
        texts.push((format!("{} (plain)", fact.id), fact.plain.to_string()));
        // Clinicians ask for scores by their names; the questions on symptoms are put to the person.
        if fact.id.starts_with("symptom.") && !WORKED_OUT.contains(&fact.id.as_ref()) {
            texts.push((format!("{} (ask)", fact.id), fact.ask.to_string()));
        }
    }
    if chapter == Chapter::Support {
        texts
            .extend(KNOWLEDGE.glossary.iter().map(|term| (format!("glossary: {}", term.term), term.plain.to_string())));
        let organisations = KNOWLEDGE.organisations.iter();
        texts.extend(organisations.map(|o| (format!("organisation: {}", o.name), o.offers.to_string())));
    }
    if chapter == Chapter::Treatment {
        let checks = KNOWLEDGE.medicine.checks.iter();
        texts.extend(checks.map(|check| (format!("check: {}", check.id), check.plain.to_string())));
    }
    if chapter == Chapter::Symptoms {
        use her2path::render::triage::{LOWER_BOUND, NO_RULE, NOTHING_ANSWERED, OPEN_QUESTIONS, OPEN_TEMPERATURE};
        let said = [LOWER_BOUND, NO_RULE, NOTHING_ANSWERED, OPEN_QUESTIONS, OPEN_TEMPERATURE];
        texts.extend(said.map(|text| ("triage".to_owned(), text.to_owned())));
        for urgency in [Urgency::E0, Urgency::E1, Urgency::E2, Urgency::E3] {
            let (reasons, unanswered, raised_by) = (Vec::new(), Vec::new(), Vec::new());
            let triage = Triage { urgency, reasons, unanswered, by_answers: urgency, raised_by };
            texts.push((format!("{urgency:?}"), triage.words().to_owned()));
        }
    }
    texts
}

#[test]
fn every_text_for_patients_is_plain() {
    let hard: Vec<String> = ENFORCED
        .into_iter()
        .flat_map(texts)
        .filter_map(|(place, text)| Some(format!("{place}: {}", too_hard(&text)?)))
        .collect();
    assert!(hard.is_empty(), "{} texts are too hard:\n{}", hard.len(), hard.join("\n"));
}

#[test]
fn each_chapter_as_a_whole_is_grade_8_or_less_by_all_indices() {
    for chapter in ENFORCED {
        let all: Vec<String> = texts(chapter).into_iter().map(|(_, text)| text).collect();
        let counts = Counts::of(&all.join(" "));
        // Fewer sentences than SMOG was made for; the texts of such a chapter are held one by one.
        if counts.sentences < 30 {
            continue;
        }
        for (index, grade) in [
            ("Flesch-Kincaid", counts.flesch_kincaid()),
            ("SMOG", counts.smog()),
            ("Coleman-Liau", counts.coleman_liau()),
        ] {
            assert!(grade < HIGHEST_GRADE, "{chapter:?}: {index} {grade:.1}");
        }
    }
}

#[test]
fn no_text_speaks_of_war_blames_or_comforts_falsely() {
    let wrong: Vec<String> = ENFORCED
        .into_iter()
        .flat_map(texts)
        .filter_map(|(place, text)| Some(format!("{place} says `{}`: {text}", wrong_word(&text)?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
