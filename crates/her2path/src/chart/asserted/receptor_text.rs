//! What a few words of a laboratory or registry say about a receptor.
//!
//! The grammar is a closed list of phrases: a text is read only if every word of it is understood. "Not amplified" is
//! one phrase, so no rule ever sees the "amplified" in it; a text with an unknown word ("no family history of HER2
//! positive disease") is not read at all and becomes an issue, and so does one that names another receptor.
//! Deliberately absent: any search for substrings.

use rust_decimal::Decimal;

pub(crate) use super::receptor_words::{Amount, Probe, Receptor};
use super::receptor_words::{FILLERS, IMPLIED, Meaning, PHRASES, RECEPTORS};
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
    pub(crate) percents: Vec<Percent>,
    /// The result is called weak, focal or incomplete.
    pub(crate) weak: bool,
    /// The result is called heterogeneous.
    pub(crate) uneven: bool,
    /// The text says that there is no result (not done, unknown, pending).
    pub(crate) no_result: bool,
    /// The tests by which the text says that its result was found.
    pub(crate) probes: Vec<Probe>,
    /// The tests that the text says were not done.
    pub(crate) not_done: Vec<Probe>,
    /// What another laboratory found, where the text says so ("outside").
    pub(crate) outside: Option<Box<Reading>>,
    /// Two statements within one entry that exclude each other (code and text).
    pub(crate) contradiction: Option<String>,
}

impl Reading {
    /// Whether it says anything about a result.
    pub(crate) fn has_content(&self) -> bool {
        let says =
            !(self.scores.is_empty() && self.results.is_empty() && self.numbers.is_empty() && self.percents.is_empty());
        says || self.ihc_zero.is_some() || self.group.is_some() || self.outside.is_some()
    }
}

/// A result in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    /// What it counts, as far as the text says ("CN 4.3").
    pub(crate) of: Amount,
}

/// A percentage, or a range of them with both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Percent {
    pub(crate) low: Decimal,
    pub(crate) high: Decimal,
    /// For a single percentage: whether it is a bound.
    pub(crate) comparator: Comparator,
}

/// Why a text was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// Some word of it is not understood.
    NotUnderstood,
    /// It names another receptor than was asked for.
    OtherReceptor,
}

/// Reads a text on a receptor.
pub(crate) fn read(text: &str, receptor: Receptor) -> Result<Reading, Unread> {
    let lower = text.to_lowercase();
    let mut outside = None;
    let mut rest = lower.trim();
    let other = |word: &String| RECEPTORS.iter().any(|(name, named)| name == word && *named != receptor);
    if tokens(rest).iter().any(other) {
        return Err(Unread::OtherReceptor);
    }
    // A remark in parentheses about another laboratory is a result of its own.
    if let Some((before, remark)) = rest.split_once('(')
        && let Some((remark, after)) = remark.split_once(')')
        && remark.contains("outside")
        && after.trim().is_empty()
    {
        let words: Vec<String> =
            tokens(remark).into_iter().filter(|token| !matches!(token.as_str(), "outside" | ":")).collect();
        outside = Some(Box::new(phrases(&words).ok_or(Unread::NotUnderstood)?));
        rest = before;
    }
    let read = phrases(&tokens(rest)).ok_or(Unread::NotUnderstood)?;
    Ok(Reading { outside, ..read })
}

fn phrases(words: &[String]) -> Option<Reading> {
    let mut reading = Reading::default();
    for clause in words.split(|word| matches!(word.as_str(), "," | ";" | "(" | ")" | "[" | "]" | ".")) {
        clause_of(clause, &mut reading)?;
    }
    reading.scores.sort_unstable();
    reading.scores.dedup();
    reading.probes.sort_unstable();
    reading.probes.dedup();
    Some(reading)
}

/// Reads one clause: a test named in it is the one that its result, or its "not done", is about.
fn clause_of(words: &[String], reading: &mut Reading) -> Option<()> {
    let said_before = (reading.scores.len(), reading.results.len(), reading.numbers.len());
    let mut probes: Vec<Probe> = Vec::new();
    let mut comparator = Comparator::Exact;
    let mut amount = Amount::Unnamed;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let implied = |word: &String| IMPLIED.iter().find(|(name, _)| name == word).map(|(_, probe)| *probe);
        if let Some(group) = group(words, at) {
            if reading.group.is_some_and(|other| other != group) {
                return None;
            }
            reading.group = Some(group);
            at = at.saturating_add(if word == "group" { 2 } else { 1 });
            continue;
        }
        if let Some(total) = allred(words, at) {
            reading.numbers.push(Number { value: total, comparator: Comparator::Exact, of: Amount::Allred });
            at = at.saturating_add(3);
            continue;
        }
        if let Some(scores) = scores(word) {
            reading.scores.extend(scores);
        } else if let Some((meaning, length)) = longest_phrase(words, at) {
            match meaning {
                Meaning::Result(result) => {
                    reading.probes.extend(words.iter().skip(at).take(length).filter_map(implied));
                    if !reading.results.contains(&result) {
                        reading.results.push(result);
                    }
                }
                // "3+, FISH not performed": the test named before it was not done, the rest stands.
                Meaning::NoResult if !probes.is_empty() => reading.not_done.append(&mut probes),
                Meaning::NoResult => reading.no_result = true,
                Meaning::Comparator(found) => comparator = found,
                // "4.3 copies": the number may stand before its name.
                Meaning::Amount(found) => match reading.numbers.last_mut() {
                    Some(last) if at > 0 && last.of == Amount::Unnamed && number_at(words, at.wrapping_sub(1)) => {
                        last.of = found;
                    }
                    _ => amount = named(amount, found, words, at),
                },
                Meaning::Zero(detail) => reading.ihc_zero = Some(detail),
                Meaning::Weak => reading.weak = true,
                Meaning::Uneven => reading.uneven = true,
                Meaning::Probe(probe) => probes.push(probe),
                Meaning::Filler => {}
            }
            at = at.saturating_add(length);
            continue;
        } else if let Some(percent) = percent(word, comparator) {
            reading.percents.push(percent);
            comparator = Comparator::Exact;
        } else if let Some(value) = number(word) {
            // "HER2" written "HER 2" or "HER-2" is a name, not a number.
            let name = value == Decimal::TWO && names_her2(words, at);
            if !name {
                reading.numbers.push(Number { value, comparator, of: amount });
                comparator = Comparator::Exact;
                amount = Amount::Unnamed;
            }
        } else if !FILLERS.contains(&word.as_str()) && !RECEPTORS.iter().any(|(name, _)| name == word) {
            return None;
        }
        at = at.saturating_add(1);
    }
    if said_before != (reading.scores.len(), reading.results.len(), reading.numbers.len()) {
        reading.probes.append(&mut probes);
    }
    Some(())
}

/// Which amount is named when a second name follows the first: "HER2/CEP17 ratio" and "ratio HER2/CEP17" are ratios,
/// "CEP17 copies" are copies of the chromosome.
fn named(before: Amount, found: Amount, words: &[String], at: usize) -> Amount {
    let over = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| word == "/");
    match (before, found) {
        (_, Amount::Cep17) if over => Amount::Ratio,
        (Amount::Ratio, Amount::Cep17) | (_, Amount::Ratio) => Amount::Ratio,
        (Amount::Cep17, Amount::Copies) => Amount::Cep17,
        (_, found) => found,
    }
}

fn number_at(words: &[String], at: usize) -> bool {
    words.get(at).is_some_and(|word| number(word).is_some())
}

/// `7/8`: an Allred total of at most 8. Any other number over a number is not read.
fn allred(words: &[String], at: usize) -> Option<Decimal> {
    let slash = at.checked_add(1).and_then(|at| words.get(at)).is_some_and(|word| word == "/");
    let eight = at.checked_add(2).and_then(|at| words.get(at)).is_some_and(|word| word == "8");
    let total = number(words.get(at)?)?;
    (slash && eight).then_some(total)
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

fn percent(word: &str, comparator: Comparator) -> Option<Percent> {
    let digits = word.strip_suffix('%')?;
    match digits.split_once('-') {
        Some((low, high)) => {
            let (low, high) = (number(low)?, number(high)?);
            (low <= high && comparator == Comparator::Exact).then_some(Percent { low, high, comparator })
        }
        None => number(digits).map(|value| Percent { low: value, high: value, comparator }),
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
            // "2,1" may be two numbers or a decimal comma: it stays one word that is no number.
            ',' if numeric && digit(next) => current.push(','),
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
    use super::{Amount, IhcZeroDetail, Probe, Reading, Receptor, ResultWord, Unread, read};

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
            let of = match number.of {
                Amount::Unnamed => "",
                Amount::Ratio => "ratio ",
                Amount::Copies => "copies ",
                Amount::Cep17 => "cep17 ",
                Amount::Allred => "allred ",
            };
            format!("{of}{}{}", number.comparator.as_str(), number.value)
        }));
        parts.extend(reading.percents.iter().map(|p| {
            if p.low == p.high {
                format!("{}{}%", p.comparator.as_str(), p.low)
            } else {
                format!("{}-{}%", p.low, p.high)
            }
        }));
        if reading.ihc_zero == Some(IhcZeroDetail::Ultralow) {
            parts.push("ultralow".to_owned());
        }
        parts.extend(reading.group.map(|group| group.as_str().to_owned()));
        if reading.no_result {
            parts.push("no result".to_owned());
        }
        if reading.weak {
            parts.push("weak".to_owned());
        }
        if reading.uneven {
            parts.push("uneven".to_owned());
        }
        parts.extend(
            reading.probes.iter().map(|probe| format!("by {}", if *probe == Probe::Ihc { "IHC" } else { "ISH" })),
        );
        parts.extend(
            reading.not_done.iter().map(|probe| format!("no {}", if *probe == Probe::Ihc { "IHC" } else { "ISH" })),
        );
        if let Some(outside) = &reading.outside {
            parts.push(format!("outside [{}]", shown(outside)));
        }
        parts.join(" ")
    }

    /// Texts met in records, and what they say; `?` where they must not be read.
    #[test]
    fn texts() {
        let rows = [
            ("Not amplified", "negative by ISH"),
            ("HER2 negativ (nicht amplifiziert)", "negative by ISH"),
            ("amplification not detected", "negative by ISH"),
            ("Not detected", "negative"),
            ("non-amplified", "negative by ISH"),
            ("Negative (qualifier value)", "negative"),
            ("Absent", "negative"),
            ("Negativ", "negative"),
            ("HER-2 negative", "negative"),
            ("HER 2 not over-expressed", "negative by IHC"),
            ("Positive", "positive"),
            ("Amplified", "positive by ISH"),
            ("Equivocal", "equivocal"),
            ("2+ (equivocal)", "2+ equivocal"),
            ("3+", "3+"),
            ("HER2 IHC 3+", "3+ by IHC"),
            ("0+", "0"),
            ("0-1+", "0 1+"),
            ("1-2+", "1+ 2+"),
            ("2-3+", "2+ 3+"),
            ("1+ (focal)", "1+ weak"),
            ("3+ (2+ outside)", "3+ outside [2+]"),
            ("1+ (3+ outside)", "1+ outside [3+]"),
            ("3+ (heterogenous 70-80% pos)", "3+ positive 70-80% uneven"),
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
            ("1 (weak intensity)", "1 weak"),
            ("UNk/ND", "no result"),
            ("Unk/ND", "no result"),
            ("Not Applicable", "no result"),
            ("NOT_FOUND_IN_RECORD", "no result"),
            ("ABSTRACTION_PENDING", "no result"),
            ("MULTIPLE", "no result"),
            ("group 2", "G2"),
            ("G5, not amplified", "negative G5 by ISH"),
            ("0 (ultralow)", "0 ultralow"),
            ("", ""),
            ("no family history of HER2 positive disease", "?"),
            ("rule out positive", "?"),
            ("previously positive", "?"),
            ("not clearly negative", "?"),
            ("no evidence of amplified signal", "?"),
            ("4+", "?"),
            // What was not done is said of the test that the clause names.
            ("3+, FISH not performed", "3+ no ISH"),
            ("IHC 2+; FISH pending", "2+ by IHC no ISH"),
            ("FISH not performed", "no ISH"),
            // A number is what its name says, before it or after it.
            ("4.0 copies/cell", "copies 4.0"),
            ("HER2/CEP17 ratio 2.1, HER2 copies 4.3, CEP17 copies 2.0", "ratio 2.1 copies 4.3 cep17 2.0"),
            ("HER2/CEP17 2.1", "ratio 2.1"),
            ("2,1", "?"),
            // Less than a plain positive.
            ("weakly positive", "positive weak"),
            ("low positive", "low-positive"),
            ("focal positive", "positive weak"),
            ("positive in 5% of cells", "positive 5%"),
            ("8/8", "allred 8"),
            ("30-60", "?"),
            // Another receptor is another question.
            ("ER positive", "other"),
            ("HER2 negative, ER positive", "other"),
            ("Estrogen receptor positive tumor", "other"),
        ];
        for (text, expected) in rows {
            let found = match read(text, Receptor::Her2) {
                Ok(reading) => shown(&reading),
                Err(Unread::NotUnderstood) => "?".to_owned(),
                Err(Unread::OtherReceptor) => "other".to_owned(),
            };
            assert_eq!(found, expected, "`{text}`");
        }
    }
}
