//! What a few words of a laboratory or registry say about a receptor.
//!
//! The grammar is a closed list of phrases: a text is read only if every word of it is understood. "Not amplified" is
//! one phrase, so no rule ever sees the "amplified" in it; a text with an unknown word ("no family history of HER2
//! positive disease") is not read at all and becomes an issue. Deliberately absent: any search for substrings.

use rust_decimal::Decimal;

use crate::classify::her2::{Group, Ihc, IhcZeroDetail};
use crate::classify::hormone_receptors::{Comparator, Word};

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Reading {
    /// IHC scores that the text leaves possible (`0-1+` leaves two), lowest first.
    pub(crate) scores: Vec<Ihc>,
    /// The words of a result, each once, in the order met.
    pub(crate) results: Vec<ResultWord>,
    /// Plain numbers.
    pub(crate) numbers: Vec<Number>,
    /// What the text says of the staining behind a score of 0.
    pub(crate) ihc_zero: Option<IhcZeroDetail>,
    /// An ISH group that the text names ("group 2", "G2").
    pub(crate) group: Option<Group>,
    /// Percentages.
    pub(crate) percents: Vec<Number>,
    /// The text says that there is no result (not done, unknown, pending).
    pub(crate) no_result: bool,
    /// What another laboratory found, where the text says so ("outside").
    pub(crate) outside: Option<Box<Reading>>,
}

/// A result in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResultWord {
    Positive,
    LowPositive,
    Negative,
    Equivocal,
    Indeterminate,
}

impl ResultWord {
    /// As the classification of hormone receptors takes it; an open result says nothing there.
    pub(crate) fn word(self) -> Option<Word> {
        match self {
            Self::Positive => Some(Word::Positive),
            Self::LowPositive => Some(Word::LowPositive),
            Self::Negative => Some(Word::Negative),
            Self::Equivocal | Self::Indeterminate => None,
        }
    }
}

/// A number in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) value: Decimal,
    pub(crate) comparator: Comparator,
    /// Named as a copy number ("CN 4.3").
    pub(crate) copies: bool,
}

/// Reads a text; `None` if some word of it is not understood.
pub(crate) fn read(text: &str) -> Option<Reading> {
    let lower = text.to_lowercase();
    let mut reading = Reading::default();
    let mut rest = lower.trim();
    // A remark in parentheses about another laboratory is a result of its own.
    if let Some((before, remark)) = rest.split_once('(')
        && let Some((remark, after)) = remark.split_once(')')
        && remark.contains("outside")
        && after.trim().is_empty()
    {
        let words: Vec<String> =
            tokens(remark).into_iter().filter(|token| !matches!(token.as_str(), "outside" | ":")).collect();
        reading.outside = Some(Box::new(phrases(&words)?));
        rest = before;
    }
    let read = phrases(&tokens(rest))?;
    Some(Reading { outside: reading.outside, ..read })
}

/// Phrases of several words before those of one: the longest match wins.
const PHRASES: &[(&str, Meaning)] = &[
    ("not over expressed", Meaning::Result(ResultWord::Negative)),
    ("no over expression", Meaning::Result(ResultWord::Negative)),
    ("not amplified", Meaning::Result(ResultWord::Negative)),
    ("non amplified", Meaning::Result(ResultWord::Negative)),
    ("not overexpressed", Meaning::Result(ResultWord::Negative)),
    ("no overexpression", Meaning::Result(ResultWord::Negative)),
    ("no amplification", Meaning::Result(ResultWord::Negative)),
    ("without amplification", Meaning::Result(ResultWord::Negative)),
    ("amplification not detected", Meaning::Result(ResultWord::Negative)),
    ("amplification absent", Meaning::Result(ResultWord::Negative)),
    ("nicht amplifiziert", Meaning::Result(ResultWord::Negative)),
    ("keine amplifikation", Meaning::Result(ResultWord::Negative)),
    ("not detected", Meaning::Result(ResultWord::Negative)),
    ("not positive", Meaning::Result(ResultWord::Negative)),
    ("amplification detected", Meaning::Result(ResultWord::Positive)),
    ("amplification present", Meaning::Result(ResultWord::Positive)),
    ("over expressed", Meaning::Result(ResultWord::Positive)),
    ("low positive", Meaning::Result(ResultWord::LowPositive)),
    ("weakly positive", Meaning::Result(ResultWord::Positive)),
    ("strongly positive", Meaning::Result(ResultWord::Positive)),
    ("cannot be determined", Meaning::Result(ResultWord::Indeterminate)),
    ("can not be determined", Meaning::Result(ResultWord::Indeterminate)),
    ("not applicable", Meaning::NoResult),
    ("not available", Meaning::NoResult),
    ("not performed", Meaning::NoResult),
    ("not done", Meaning::NoResult),
    ("not assessed", Meaning::NoResult),
    ("not tested", Meaning::NoResult),
    ("not reported", Meaning::NoResult),
    ("not found in record", Meaning::NoResult),
    ("abstraction pending", Meaning::NoResult),
    ("msk failed", Meaning::Filler),
    ("copy number", Meaning::Copies),
    ("less than or equal to", Meaning::Comparator(Comparator::LessOrEqual)),
    ("greater than or equal to", Meaning::Comparator(Comparator::GreaterOrEqual)),
    ("less than", Meaning::Comparator(Comparator::Less)),
    ("greater than", Meaning::Comparator(Comparator::Greater)),
    ("more than", Meaning::Comparator(Comparator::Greater)),
    ("at least", Meaning::Comparator(Comparator::GreaterOrEqual)),
    ("at most", Meaning::Comparator(Comparator::LessOrEqual)),
    ("no staining", Meaning::Zero(IhcZeroDetail::Null)),
    ("ultralow", Meaning::Zero(IhcZeroDetail::Ultralow)),
    ("ultra low", Meaning::Zero(IhcZeroDetail::Ultralow)),
    ("null", Meaning::Zero(IhcZeroDetail::Null)),
    ("positive", Meaning::Result(ResultWord::Positive)),
    ("positiv", Meaning::Result(ResultWord::Positive)),
    ("pos", Meaning::Result(ResultWord::Positive)),
    ("amplified", Meaning::Result(ResultWord::Positive)),
    ("amplifiziert", Meaning::Result(ResultWord::Positive)),
    ("overexpressed", Meaning::Result(ResultWord::Positive)),
    ("overexpression", Meaning::Result(ResultWord::Positive)),
    ("detected", Meaning::Result(ResultWord::Positive)),
    ("present", Meaning::Result(ResultWord::Positive)),
    ("negative", Meaning::Result(ResultWord::Negative)),
    ("negativ", Meaning::Result(ResultWord::Negative)),
    ("neg", Meaning::Result(ResultWord::Negative)),
    ("unamplified", Meaning::Result(ResultWord::Negative)),
    ("nonamplified", Meaning::Result(ResultWord::Negative)),
    ("absent", Meaning::Result(ResultWord::Negative)),
    ("equivocal", Meaning::Result(ResultWord::Equivocal)),
    ("borderline", Meaning::Result(ResultWord::Equivocal)),
    ("indeterminate", Meaning::Result(ResultWord::Indeterminate)),
    ("unknown", Meaning::NoResult),
    ("unk", Meaning::NoResult),
    ("nd", Meaning::NoResult),
    ("na", Meaning::NoResult),
    ("pending", Meaning::NoResult),
    ("multiple", Meaning::NoResult),
    ("cn", Meaning::Copies),
    ("copies", Meaning::Filler),
    ("<=", Meaning::Comparator(Comparator::LessOrEqual)),
    ("≤", Meaning::Comparator(Comparator::LessOrEqual)),
    (">=", Meaning::Comparator(Comparator::GreaterOrEqual)),
    ("≥", Meaning::Comparator(Comparator::GreaterOrEqual)),
    ("<", Meaning::Comparator(Comparator::Less)),
    (">", Meaning::Comparator(Comparator::Greater)),
];

/// Words that say what was tested and how, not what came of it.
const FILLERS: &[&str] = &[
    "her2",
    "her",
    "neu",
    "erbb2",
    "er",
    "pr",
    "pgr",
    "estrogen",
    "oestrogen",
    "progesterone",
    "receptor",
    "gene",
    "protein",
    "by",
    "ihc",
    "fish",
    "ish",
    "cish",
    "sish",
    "dish",
    "immunohistochemistry",
    "immunohistochemical",
    "hybridization",
    "hybridisation",
    "in",
    "situ",
    "fluorescence",
    "score",
    "scored",
    "status",
    "result",
    "results",
    "is",
    "are",
    "the",
    "for",
    "ratio",
    "cep17",
    "staining",
    "membrane",
    "membranous",
    "stain",
    "tumor",
    "tumour",
    "tumors",
    "cells",
    "cell",
    "focal",
    "heterogenous",
    "heterogeneous",
    "weak",
    "moderate",
    "strong",
    "intensity",
    "intense",
    "complete",
    "incomplete",
    "circumferential",
    "with",
    "and",
    "to",
    "of",
    "or",
    "finding",
    "qualifier",
    "value",
    "ag",
    "nuclear",
    "nuclei",
    "2",
    "test",
    "(",
    ")",
    ",",
    ";",
    ":",
    "/",
    "-",
    ".",
    "[",
    "]",
    "=",
];

#[derive(Clone, Copy)]
enum Meaning {
    Result(ResultWord),
    NoResult,
    Comparator(Comparator),
    Copies,
    Zero(IhcZeroDetail),
    Filler,
}

fn phrases(words: &[String]) -> Option<Reading> {
    let mut reading = Reading::default();
    let mut comparator = Comparator::Exact;
    let mut copies = false;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if let Some(group) = group(words, at) {
            reading.group = Some(group);
            at = at.saturating_add(if word == "group" { 2 } else { 1 });
            continue;
        }
        if let Some(scores) = scores(word) {
            reading.scores.extend(scores);
        } else if let Some((meaning, length)) = longest_phrase(words, at) {
            match meaning {
                Meaning::Result(result) if reading.results.contains(&result) => {}
                Meaning::Result(result) => reading.results.push(result),
                Meaning::NoResult => reading.no_result = true,
                Meaning::Comparator(found) => comparator = found,
                Meaning::Copies => copies = true,
                Meaning::Zero(detail) => reading.ihc_zero = Some(detail),
                Meaning::Filler => {}
            }
            at = at.saturating_add(length);
            continue;
        } else if let Some(percents) = percents(word, comparator) {
            reading.percents.extend(percents);
            comparator = Comparator::Exact;
        } else if let Some(value) = number(word) {
            // "HER2" written "HER 2" or "HER-2" is a name, not a number.
            let name = value == Decimal::TWO && names_her2(words, at);
            if !name {
                reading.numbers.push(Number { value, comparator, copies });
                comparator = Comparator::Exact;
                copies = false;
            }
        } else if !FILLERS.contains(&word.as_str()) {
            return None;
        }
        at = at.saturating_add(1);
    }
    reading.scores.sort_unstable();
    reading.scores.dedup();
    Some(reading)
}

/// `g2`, or `group` followed by `2`.
fn group(words: &[String], at: usize) -> Option<Group> {
    const ALL: [(&str, Group); 5] =
        [("1", Group::G1), ("2", Group::G2), ("3", Group::G3), ("4", Group::G4), ("5", Group::G5)];
    let word = words.get(at)?;
    let digit = if word == "group" { words.get(at.checked_add(1)?)?.as_str() } else { word.strip_prefix('g')? };
    ALL.into_iter().find(|(name, _)| *name == digit).map(|(_, group)| group)
}

fn names_her2(words: &[String], at: usize) -> bool {
    let word = |back: usize| at.checked_sub(back).and_then(|at| words.get(at)).map(String::as_str);
    word(1) == Some("her") || (word(1) == Some("-") && word(2) == Some("her"))
}

fn longest_phrase(words: &[String], at: usize) -> Option<(Meaning, usize)> {
    PHRASES
        .iter()
        .filter_map(|(phrase, meaning)| {
            let mut length = 0_usize;
            for (offset, part) in phrase.split(' ').enumerate() {
                if words.get(at.checked_add(offset)?)? != part {
                    return None;
                }
                length = offset.checked_add(1)?;
            }
            Some((*meaning, length))
        })
        .max_by_key(|(_, length)| *length)
}

/// `3+`, `0-1+`, `1-2+`, `2+`, `0+`, `2-3+`: every score of the range.
fn scores(word: &str) -> Option<Vec<Ihc>> {
    const ALL: [Ihc; 4] = [Ihc::Zero, Ihc::One, Ihc::Two, Ihc::Three];
    let digits = word.strip_suffix('+')?;
    let (low, high) = digits.split_once('-').unwrap_or((digits, digits));
    let (low, high) = (low.trim_end_matches('+').parse::<u8>().ok()?, high.parse::<u8>().ok()?);
    (low <= high && high <= 3).then(|| {
        ALL.into_iter().zip(0_u8..).filter(|(_, n)| (low..=high).contains(n)).map(|(score, _)| score).collect()
    })
}

fn percents(word: &str, comparator: Comparator) -> Option<Vec<Number>> {
    let digits = word.strip_suffix('%')?;
    let number = |text: &str| Some(Number { value: number(text)?, comparator, copies: false });
    match digits.split_once('-') {
        Some((low, high)) => Some(vec![number(low)?, number(high)?]),
        None => Some(vec![number(digits)?]),
    }
}

fn number(word: &str) -> Option<Decimal> {
    word.starts_with(|c: char| c.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

/// Words, numbers (with a trailing `+` or `%`, and ranges of them) and signs.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut current = String::new();
    let chars: Vec<char> = text.chars().collect();
    let mut flush = |current: &mut String| {
        let token = std::mem::take(current);
        if !token.is_empty() {
            tokens.push(token);
        }
    };
    let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    for (index, c) in chars.iter().enumerate() {
        let next = index.checked_add(1).and_then(|next| chars.get(next));
        let numeric = current.starts_with(|c: char| c.is_ascii_digit());
        match c {
            c if c.is_alphabetic() && numeric && !current.is_empty() => {
                flush(&mut current);
                current.push(*c);
            }
            c if c.is_alphanumeric() => current.push(*c),
            '.' if numeric && digit(next) => current.push('.'),
            '-' | '–' if numeric && digit(next) => current.push('-'),
            '+' | '%' if numeric => {
                current.push(*c);
                // `1+-2+` and `2+/3+` go on as ranges only with a plain minus.
                flush(&mut current);
            }
            c if c.is_whitespace() || *c == '_' => flush(&mut current),
            '<' | '>' if next == Some(&'=') => {
                flush(&mut current);
                current.push(*c);
            }
            '=' if current == "<" || current == ">" => {
                current.push('=');
                flush(&mut current);
            }
            c => {
                flush(&mut current);
                current.push(*c);
                flush(&mut current);
            }
        }
    }
    flush(&mut current);
    // A hyphen between words only joins them ("non-amplified", "over-expressed").
    let joined = |tokens: &[String], at: usize| {
        let alphabetic = |token: Option<&String>| token.is_some_and(|t| t.starts_with(char::is_alphabetic));
        tokens.get(at).is_some_and(|token| token == "-")
            && at.checked_sub(1).is_some_and(|before| alphabetic(tokens.get(before)))
            && at.checked_add(1).is_some_and(|after| alphabetic(tokens.get(after)))
    };
    (0..tokens.len()).filter(|at| !joined(&tokens, *at)).filter_map(|at| tokens.get(at).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{IhcZeroDetail, Reading, ResultWord, read};

    fn shown(reading: &Reading) -> String {
        let mut parts: Vec<String> = reading.scores.iter().map(|score| score.as_str().to_owned()).collect();
        parts.extend(reading.results.iter().map(|result| match result {
            ResultWord::Positive => "positive".to_owned(),
            ResultWord::LowPositive => "low-positive".to_owned(),
            ResultWord::Negative => "negative".to_owned(),
            ResultWord::Equivocal => "equivocal".to_owned(),
            ResultWord::Indeterminate => "indeterminate".to_owned(),
        }));
        parts.extend(reading.numbers.iter().map(|number| {
            format!("{}{}{}", if number.copies { "copies " } else { "" }, number.comparator.as_str(), number.value)
        }));
        parts.extend(reading.percents.iter().map(|p| format!("{}{}%", p.comparator.as_str(), p.value)));
        if reading.ihc_zero == Some(IhcZeroDetail::Ultralow) {
            parts.push("ultralow".to_owned());
        }
        parts.extend(reading.group.map(|group| group.as_str().to_owned()));
        if reading.no_result {
            parts.push("no result".to_owned());
        }
        if let Some(outside) = &reading.outside {
            parts.push(format!("outside [{}]", shown(outside)));
        }
        parts.join(" ")
    }

    /// Texts met in records, and what they say; `?` where they must not be read.
    #[test]
    fn texts() {
        let rows = [
            ("Not amplified", "negative"),
            ("HER2 negativ (nicht amplifiziert)", "negative"),
            ("amplification not detected", "negative"),
            ("Not detected", "negative"),
            ("non-amplified", "negative"),
            ("Negative (qualifier value)", "negative"),
            ("Absent", "negative"),
            ("Negativ", "negative"),
            ("HER-2 negative", "negative"),
            ("HER 2 not over-expressed", "negative"),
            ("Positive", "positive"),
            ("Amplified", "positive"),
            ("Equivocal", "equivocal"),
            ("2+ (equivocal)", "2+ equivocal"),
            ("3+", "3+"),
            ("HER2 IHC 3+", "3+"),
            ("0+", "0"),
            ("0-1+", "0 1+"),
            ("1-2+", "1+ 2+"),
            ("2-3+", "2+ 3+"),
            ("1+ (focal)", "1+"),
            ("3+ (2+ outside)", "3+ outside [2+]"),
            ("1+ (3+ outside)", "1+ outside [3+]"),
            ("3+ (heterogenous 70-80% pos)", "3+ positive 70% 80%"),
            ("1.9 (CN 4.3)", "1.9 copies 4.3"),
            ("1.7 (Outside: 2.4)", "1.7 outside [2.4]"),
            ("1.8, MSK failed", "1.8"),
            ("1.4, 1.9", "1.4 1.9"),
            ("Negative (Outside Positive)", "negative outside [positive]"),
            ("less than 1.8", "<1.8"),
            ("greater than 2.2", ">2.2"),
            (">14.5", ">14.5"),
            (">=2.0", ">=2.0"),
            ("<1%", "<1%"),
            ("1 (weak intensity)", "1"),
            ("UNk/ND", "no result"),
            ("Unk/ND", "no result"),
            ("Not Applicable", "no result"),
            ("NOT_FOUND_IN_RECORD", "no result"),
            ("ABSTRACTION_PENDING", "no result"),
            ("MULTIPLE", "no result"),
            ("group 2", "G2"),
            ("G5, not amplified", "negative G5"),
            ("0 (ultralow)", "0 ultralow"),
            ("", ""),
            ("no family history of HER2 positive disease", "?"),
            ("rule out positive", "?"),
            ("previously positive", "?"),
            ("not clearly negative", "?"),
            ("no evidence of amplified signal", "?"),
            ("4+", "?"),
        ];
        for (text, expected) in rows {
            let found = read(text).map_or_else(|| "?".to_owned(), |reading| shown(&reading));
            assert_eq!(found, expected, "`{text}`");
        }
    }
}
