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

use her2path::assessment::Triage;
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::{Chapter, Urgency};

/// Chapters whose plain texts are enforced.
const ENFORCED: [Chapter; 2] = [Chapter::Symptoms, Chapter::Support];

/// Grade 8 ends where grade 9 begins.
const HIGHEST_GRADE: f64 = 9.0;

/// On a text of one or two sentences a single long word costs two SMOG grades.
const HIGHEST_SMOG_OF_ONE_TEXT: f64 = 11.2;

/// Sentences of a patient's text hold at most so many words.
const MOST_WORDS: usize = 25;

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    sentences: usize,
    words: usize,
    syllables: usize,
    letters: usize,
    polysyllables: usize,
    longest_sentence: usize,
}

impl Counts {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        for sentence in sentences(text) {
            let words: Vec<&str> = words(sentence).collect();
            if words.is_empty() {
                continue;
            }
            counts.sentences += 1;
            counts.words += words.len();
            counts.longest_sentence = counts.longest_sentence.max(words.len());
            for word in words {
                let count = syllables(word);
                counts.syllables += count;
                counts.letters += word.chars().filter(|c| c.is_alphanumeric()).count();
                counts.polysyllables += usize::from(count >= 3);
            }
        }
        counts
    }

    fn flesch_kincaid(self) -> f64 {
        0.39 * ratio(self.words, self.sentences) + 11.8 * ratio(self.syllables, self.words) - 15.59
    }

    fn smog(self) -> f64 {
        3.1291 + 1.0430 * (ratio(self.polysyllables, self.sentences) * 30.0).sqrt()
    }

    fn coleman_liau(self) -> f64 {
        0.0588 * ratio(self.letters * 100, self.words) - 0.296 * ratio(self.sentences * 100, self.words) - 15.8
    }
}

fn ratio(one: usize, other: usize) -> f64 {
    f64::from(u32::try_from(one).expect("a count")) / f64::from(u32::try_from(other).expect("a count"))
}

/// A colon ends what is said before it as a full stop does; a point within a number does not.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '!', '?', ':', ';', ' '])
        .scan(0, |start, piece| {
            *start += piece.len();
            Some((*start, piece))
        })
        .filter(|(_, piece)| piece.ends_with(['.', '!', '?', ':', ';']))
        .map(|(end, _)| end)
        .filter(|end| text.get(*end..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '"', ')'])))
        .chain([text.len()])
        .scan(0, |start, end| {
            let sentence = text.get(*start..end).expect("ends of pieces");
            *start = end;
            Some(sentence)
        })
}

fn words(sentence: &str) -> impl Iterator<Item = &str> {
    sentence
        .split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'))
        .filter(|word| word.chars().any(char::is_alphanumeric))
}

/// Words that the rules miscount, by hand.
const EXCEPTIONS: [(&str, usize); 48] = [
    ("anxiety", 4),
    ("reaction", 3),
    ("area", 3),
    ("being", 2),
    ("breathe", 1),
    ("breathes", 1),
    ("create", 2),
    ("diarrhoea", 4),
    ("diarrhea", 4),
    ("diet", 2),
    ("doing", 2),
    ("every", 2),
    ("everybody", 4),
    ("fluid", 2),
    ("fluids", 2),
    ("germline", 2),
    ("going", 2),
    ("her2", 2),
    ("idea", 3),
    ("immune", 2),
    ("ivory", 3),
    ("lies", 1),
    ("limb", 1),
    ("medicine", 3),
    ("medicines", 3),
    ("people", 2),
    ("quiet", 2),
    ("radiation", 4),
    ("science", 2),
    ("seeing", 2),
    ("sometimes", 2),
    ("something", 2),
    ("someone", 2),
    ("survival", 3),
    ("trial", 2),
    ("trials", 2),
    ("usual", 3),
    ("usually", 4),
    ("vein", 1),
    ("whole", 1),
    ("oestrogen", 3),
    ("estrogen", 3),
    ("kadcyla", 3),
    ("enhertu", 3),
    ("er", 2),
    ("pr", 2),
    ("mri", 3),
    ("ct", 2),
];

/// Syllables: groups of vowels, less a silent final "e" or "ed", plus a syllabic final "le" or "sm".
fn syllables(word: &str) -> usize {
    let word: String = word.to_lowercase().replace(['\'', '’'], "");
    if let Some((_, count)) = EXCEPTIONS.iter().find(|(exception, _)| *exception == word) {
        return *count;
    }
    if word.chars().all(|c| c.is_ascii_digit()) {
        return 1;
    }
    let letters: Vec<char> = word.chars().collect();
    let is_vowel = |at: usize| {
        let c = letters[at];
        "aeiou".contains(c) || (c == 'y' && at > 0)
    };
    let mut count = 0;
    for at in 0..letters.len() {
        if is_vowel(at) && (at == 0 || !is_vowel(at - 1)) {
            count += 1;
        }
    }
    let ends = |ending: &str| word.ends_with(ending);
    let before = |back: usize| letters.len() > back && is_vowel(letters.len() - 1 - back);
    if ends("e") && !ends("le") && count > 1 && !before(1) {
        count -= 1;
    }
    if ends("le") && before(2) && count > 1 {
        count -= 1;
    }
    // "Muddled" keeps its "le"; "called" and "curled" have none.
    let syllabic_l = ends("led") && letters.len() > 3 && !before(3) && !"lrw".contains(letters[letters.len() - 4]);
    if ends("ed") && count > 1 && !ends("ted") && !ends("ded") && !before(2) && !syllabic_l {
        count -= 1;
    }
    if ends("es")
        && count > 1
        && !before(2)
        && !["ses", "zes", "ces", "ges", "xes", "ches", "shes"].iter().any(|e| ends(e))
    {
        count -= 1;
    }
    // Two vowels that are spoken apart, except after the letters that soften before them.
    for apart in ["ia", "io", "iu", "ua"] {
        count += word.match_indices(apart).filter(|(at, _)| *at > 0 && !"ctgsxq".contains(letters[at - 1])).count();
    }
    count.max(1)
}

/// Worked out from answers and records, so never put to the person.
const WORKED_OUT: [&str; 3] = ["symptom.cord-compression", "symptom.neurological", "symptom.recorded-emergency"];

/// Every text of a chapter that a patient can see, with where it stands.
fn texts(chapter: Chapter) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = KNOWLEDGE
        .recommendations
        .iter()
        .filter(|recommendation| recommendation.chapter == chapter)
        .map(|recommendation| (recommendation.id.to_string(), recommendation.plain.to_string()))
        .collect();
    let facts = KNOWLEDGE.facts.iter().filter(|fact| match chapter {
        Chapter::Symptoms => ["symptom.", "pro-ctcae."].iter().any(|prefix| fact.id.starts_with(prefix)),
        Chapter::Support => ["distress.", "phq", "gad7."].iter().any(|prefix| fact.id.starts_with(prefix)),
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
    if chapter == Chapter::Symptoms {
        use her2path::render::triage::{LOWER_BOUND, NO_RULE, NOTHING_ANSWERED};
        texts.extend([LOWER_BOUND, NO_RULE, NOTHING_ANSWERED].map(|text| ("triage".to_owned(), text.to_owned())));
        for urgency in [Urgency::E0, Urgency::E1, Urgency::E2, Urgency::E3] {
            let triage = Triage { urgency, reasons: Vec::new(), unanswered: Vec::new(), raised_by: Vec::new() };
            texts.push((format!("{urgency:?}"), triage.words().to_owned()));
        }
    }
    texts
}

#[test]
fn syllables_are_those_counted_by_hand() {
    let by_hand = [
        ("call", 1),
        ("the", 1),
        ("number", 2),
        ("now", 1),
        ("emergency", 4),
        ("cancer", 2),
        ("breath", 1),
        ("swollen", 2),
        ("belly", 2),
        ("treatment", 2),
        ("infection", 3),
        ("hospital", 3),
        ("bleeding", 2),
        ("headache", 2),
        ("whole", 1),
        ("people", 2),
        ("table", 2),
        ("called", 1),
        ("started", 2),
        ("needed", 2),
        ("changes", 2),
        ("makes", 1),
        ("eyes", 1),
        ("yellow", 2),
        ("urine", 2),
        ("bladder", 2),
        ("anxiety", 4),
        ("serious", 3),
        ("diarrhoea", 4),
        ("medicine", 3),
        ("metastatic", 4),
        ("pressure", 2),
        ("reaction", 3),
        ("muddled", 2),
        ("trouble", 2),
        ("team", 1),
        ("question", 2),
        ("vision", 2),
        ("brain", 1),
        ("dizzy", 2),
    ];
    let wrong: Vec<String> = by_hand
        .iter()
        .filter(|(word, count)| syllables(word) != *count)
        .map(|(word, count)| format!("{word}: {} instead of {count}", syllables(word)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Two sentences counted by hand: 4 + 6 words, 4 + 13 syllables, two words of three or more syllables, 15 + 32 letters.
#[test]
fn indices_are_those_worked_out_by_hand() {
    let counts = Counts::of("Call your team now. Infection is a common emergency today.");
    assert_eq!((counts.sentences, counts.words), (2, 10));
    assert_eq!((counts.syllables, counts.polysyllables), (17, 2));
    // 0.39 × 5 + 11.8 × 1.7 - 15.59 = 6.42
    assert!((counts.flesch_kincaid() - 6.42).abs() < 1e-9);
    // 3.1291 + 1.043 × sqrt(30) = 8.84186…
    assert!((counts.smog() - 8.841_86).abs() < 1e-4);
    // 0.0588 × 470 - 0.296 × 20 - 15.8 = 5.916
    assert_eq!(counts.letters, 47);
    assert!((counts.coleman_liau() - 5.916).abs() < 1e-9);
}

#[test]
fn every_text_for_patients_is_plain() {
    let mut hard = Vec::new();
    for chapter in ENFORCED {
        for (place, text) in texts(chapter) {
            let counts = Counts::of(&text);
            let (grade, smog) = (counts.flesch_kincaid(), counts.smog());
            if counts.longest_sentence > MOST_WORDS {
                hard.push(format!("{place}: a sentence of {} words: {text}", counts.longest_sentence));
            }
            // A phrase of a few words has no grade: one long word is a quarter of it.
            if counts.words >= 8 && (grade >= HIGHEST_GRADE || smog >= HIGHEST_SMOG_OF_ONE_TEXT) {
                hard.push(format!("{place}: Flesch-Kincaid {grade:.1}, SMOG {smog:.1}: {text}"));
            }
        }
    }
    assert!(hard.is_empty(), "{} texts are too hard:\n{}", hard.len(), hard.join("\n"));
}

#[test]
fn each_chapter_as_a_whole_is_grade_8_or_less_by_all_indices() {
    for chapter in ENFORCED {
        let all: Vec<String> = texts(chapter).into_iter().map(|(_, text)| text).collect();
        let counts = Counts::of(&all.join(" "));
        assert!(counts.sentences >= 30, "SMOG needs 30 sentences");
        for (index, grade) in [
            ("Flesch-Kincaid", counts.flesch_kincaid()),
            ("SMOG", counts.smog()),
            ("Coleman-Liau", counts.coleman_liau()),
        ] {
            assert!(grade < HIGHEST_GRADE, "{chapter:?}: {index} {grade:.1}");
        }
    }
}

/// The house's rules of wording: no war, no blame, no false comfort.
#[test]
fn no_text_fights_blames_or_comforts_falsely() {
    const NEVER: [&str; 9] = [
        "fight",
        "battle",
        "war on",
        "failed",
        "all is well",
        "nothing to worry",
        "you are fine",
        "harmless",
        "no need to",
    ];
    for chapter in ENFORCED {
        for (place, text) in texts(chapter) {
            let lower = text.to_lowercase();
            for word in NEVER {
                let fights_germs = word == "fight"
                    && lower
                        .replace("infection-fighting", "")
                        .replace("fight germs", "")
                        .replace("fight cancer", "")
                        .find(word)
                        .is_none();
                assert!(!lower.contains(word) || fights_germs, "{place} says `{word}`: {text}");
            }
        }
    }
}
