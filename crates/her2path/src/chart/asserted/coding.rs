//! From codes to meanings, and what is wrong with a code.
//!
//! A code is matched by system and code, never by its display. The display is only compared: one that says something
//! else becomes an issue with its place.

use std::borrow::Cow;

use her2path_knowledge::check_digit::{self, Verdict};
use her2path_knowledge::code_system::CodeSystem;
use her2path_knowledge::model::{Concept, Knowledge, ValueSetIndex};

use crate::fhir::{CodeableConcept, Coding};
use crate::issue::Issue;

/// The concepts of one value set that a CodeableConcept names.
pub(crate) fn concepts_in<'k>(
    knowledge: &'k Knowledge,
    concept: &CodeableConcept<'_>,
    set: ValueSetIndex,
) -> impl Iterator<Item = &'k Concept> {
    concept.coding.iter().filter_map(move |coding| {
        let (system, code) = system_and_code(coding)?;
        knowledge.find(set, system, &code)
    })
}

/// Whether any coding is in a value set.
pub(crate) fn is_in(knowledge: &Knowledge, concept: &CodeableConcept<'_>, set: ValueSetIndex) -> bool {
    concepts_in(knowledge, concept, set).next().is_some()
}

/// The first meaning within a value set.
pub(crate) fn meaning<'k>(
    knowledge: &'k Knowledge,
    concept: &CodeableConcept<'_>,
    set: ValueSetIndex,
) -> Option<&'k str> {
    concepts_in(knowledge, concept, set).find_map(|concept| concept.meaning.as_deref())
}

/// Every value set that lists a coding of a CodeableConcept, with the concept.
pub(crate) fn roles<'k>(
    knowledge: &'k Knowledge,
    concept: &CodeableConcept<'_>,
) -> impl Iterator<Item = (ValueSetIndex, &'k Concept)> {
    concept
        .coding
        .iter()
        .filter_map(system_and_code)
        .flat_map(|(system, code)| knowledge.concepts(system, &code).collect::<Vec<_>>())
}

/// The system and code of a coding, if it has both and the system is one we know.
///
/// ICD codes are written with and without their dot; here they get it.
pub(crate) fn system_and_code<'c>(coding: &'c Coding<'_>) -> Option<(CodeSystem, Cow<'c, str>)> {
    let system = CodeSystem::from_uri(coding.system.as_deref()?)?;
    let code = coding.code.as_deref()?.trim();
    let icd = matches!(system, CodeSystem::Icd10Cm | CodeSystem::Icd10 | CodeSystem::Icd9Cm);
    Some((
        system,
        match code.split_at_checked(3) {
            Some((category, rest)) if icd && !rest.is_empty() && !rest.starts_with('.') => {
                Cow::Owned(format!("{category}.{rest}"))
            }
            _ => Cow::Borrowed(code),
        },
    ))
}

/// What a CodeableConcept says, for a note: its text, else the first display, else the first code.
pub(crate) fn said(concept: &CodeableConcept<'_>) -> String {
    let display = || concept.coding.iter().find_map(|coding| coding.display.as_deref());
    let code = || concept.coding.iter().find_map(|coding| coding.code.as_deref());
    concept.text.as_deref().or_else(display).or_else(code).unwrap_or_default().to_owned()
}

/// Reports codes that cannot be: damaged, with a bad check digit, under the wrong system, or with another code's display.
pub(crate) fn check(
    knowledge: &Knowledge,
    concept: &CodeableConcept<'_>,
    source: &str,
    element: &str,
    issues: &mut Vec<Issue>,
) {
    for coding in &concept.coding {
        let Some((system, code)) = system_and_code(coding) else { continue };
        let place = || format!("{source}.{element}");
        let code = code.as_ref();
        match check_digit::verdict(system, code) {
            Verdict::WellFormed | Verdict::NotChecked => {}
            Verdict::BadCheckDigit { .. } => issues.push(
                Issue::warning(
                    "bad-check-digit",
                    format!("`{code}` is not a {} code: its check digit is wrong; it was not used", system.name()),
                )
                .at(place()),
            ),
            Verdict::WrongShape => {
                let remark = match check_digit::looks_like(code).filter(|other| *other != system) {
                    Some(other) => format!(
                        "`{code}` stands under {} but looks like {}; it was not used",
                        system.name(),
                        other.name()
                    ),
                    None => format!(
                        "`{code}` is not a {} code, perhaps damaged by a spreadsheet; it was not used",
                        system.name()
                    ),
                };
                issues.push(Issue::warning("wrong-code-system", remark).at(place()));
            }
        }
        if let Some(display) = coding.display.as_deref()
            && let Some((_, known)) = knowledge.concepts(system, code).next()
            && !display_fits(display, known)
        {
            issues.push(
                Issue::warning(
                    "display-contradicts-code",
                    format!("`{code}` is `{}`, but its display says `{display}`; the code was used", known.display),
                )
                .at(place()),
            );
        }
    }
}

/// Whether a display can be a name of a concept: it shares two thirds of the words of substance with one of the known
/// names (of the shorter of the two), and no word of it says the opposite.
fn display_fits(display: &str, concept: &Concept) -> bool {
    let names = || std::iter::once(&concept.display).chain(concept.also.iter());
    // Most records write a code's name as it was published: then there is nothing to compare by words.
    if names().any(|name| name == display) {
        return true;
    }
    let lower = display.to_lowercase();
    let shown = substance(&lower);
    // What it means to us ("breast") is less than its name, so it fits only as a whole.
    let meant = concept.meaning.as_deref().is_some_and(|meaning| substance(&meaning.to_lowercase()) == shown);
    let named = |name: &str| {
        let lower = name.to_lowercase();
        let known = substance(&lower);
        !known.is_empty() && alike(&shown, &known)
    };
    shown.is_empty() || meant || names().any(|name| named(name))
}

/// The words of substance of a text in small letters, sorted, each once.
fn substance(lower: &str) -> Vec<&str> {
    let mut words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '+')
        .filter(|word| !word.is_empty() && !HOLLOW.contains(word))
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Both lists are sorted.
fn alike(shown: &[&str], known: &[&str]) -> bool {
    let has = |words: &[&str], word: &str| words.binary_search(&word).is_ok();
    let shared = shown.iter().filter(|word| has(known, word)).count();
    let fewer = shown.len().min(known.len());
    if shared.saturating_mul(3) < fewer.saturating_mul(2) {
        return false;
    }
    // Of one kind of word (result, side, receptor) both must name the same, where both name any.
    let apart = |a: &[&str], b: &[&str]| !a.is_empty() && !b.is_empty() && !a.iter().any(|word| b.contains(word));
    let opposed = OPPOSITES.iter().any(|kind| {
        let named = |words: &[&str]| -> Vec<&str> {
            kind.iter().filter(|(word, _)| has(words, word)).map(|(_, meaning)| *meaning).collect()
        };
        apart(&named(shown), &named(known))
    });
    fn numbered<'w>(words: &[&'w str]) -> Vec<&'w str> {
        words.iter().copied().filter(|word| word.contains(|c: char| c.is_ascii_digit())).collect()
    }
    let negated = |words: &[&str]| has(words, "not") || has(words, "no");
    !opposed && !apart(&numbered(shown), &numbered(known)) && negated(shown) == negated(known)
}

/// Words of which two names of one concept cannot hold different ones, with what each means.
const OPPOSITES: [&[(&str, &str)]; 3] = [
    &[
        ("positive", "positive"),
        ("present", "positive"),
        ("detected", "positive"),
        ("amplified", "positive"),
        ("negative", "negative"),
        ("absent", "negative"),
        ("equivocal", "open"),
        ("indeterminate", "open"),
        ("inconclusive", "open"),
    ],
    &[("left", "left"), ("right", "right"), ("both", "both"), ("bilateral", "both")],
    &[
        ("estrogen", "er"),
        ("oestrogen", "er"),
        ("er", "er"),
        ("progesterone", "pr"),
        ("pr", "pr"),
        ("pgr", "pr"),
        ("her2", "her2"),
        ("erbb2", "her2"),
        ("neu", "her2"),
    ],
];

/// Words that say nothing about which concept is meant.
const HOLLOW: &[&str] = &[
    "of",
    "the",
    "in",
    "by",
    "and",
    "or",
    "to",
    "for",
    "with",
    "a",
    "an",
    "disorder",
    "finding",
    "procedure",
    "qualifier",
    "value",
    "observable",
    "entity",
    "structure",
    "body",
    "situation",
    "status",
    "specimen",
    "tissue",
];

#[cfg(test)]
mod tests {
    use her2path_knowledge::code_system::CodeSystem;

    use super::display_fits;
    use crate::guideline::KNOWLEDGE;

    fn fits(system: &str, code: &str, display: &str) -> bool {
        let system = CodeSystem::from_uri(system).expect(system);
        let mut concepts = KNOWLEDGE.concepts(system, code);
        let (_, concept) = concepts.next().expect(code);
        display_fits(display, concept)
    }

    /// Displays that public records give to codes of the value sets: all name what the code means.
    #[test]
    fn displays_of_real_records_fit() {
        let rows = include_str!("../../../tests/data/displays/displays.tsv").lines().skip(1);
        let mut compared = 0;
        for row in rows {
            let [system, code, display] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
            assert!(fits(system, code, display), "{code}: {display}");
            compared += 1;
        }
        assert!(compared >= 50, "only {compared} displays");
    }

    #[test]
    fn displays_of_something_else_do_not() {
        const LOINC: &str = "http://loinc.org";
        const SNOMED: &str = "http://snomed.info/sct";
        let rows = [
            (LOINC, "85337-4", "Progesterone receptor Ag [Presence] in Breast cancer specimen by Immune stain"),
            (LOINC, "85339-0", "Estrogen receptor Ag [Presence] in Breast cancer specimen by Immune stain"),
            (LOINC, "85319-2", "Estrogen receptor Ag [Presence] in Breast cancer specimen by Immune stain"),
            (LOINC, "48676-1", "Potassium"),
            (LOINC, "LA6576-8", "Negative"),
            (LOINC, "LA11841-6", "3+"),
            (SNOMED, "260415000", "Detected"),
            (SNOMED, "80248007", "Right breast"),
            (SNOMED, "427685000", "Human epidermal growth factor 2 negative carcinoma of breast"),
            (SNOMED, "416053008", "Progesterone receptor positive tumor"),
        ];
        for (system, code, display) in rows {
            assert!(!fits(system, code, display), "{code}: {display}");
        }
    }
}
