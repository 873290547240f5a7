//! A report's conclusion in words, as far as it can be read without a guess: whole, or not at all.
//!
//! Every sentence is either on one receptor after the other ("ER positive (95 %), PgR negative, HER2 2+"), or describes the
//! tumour in words of a closed list ("Invasive ductal carcinoma, grade 2"). One sentence that is neither, be it on an
//! earlier result, another laboratory or a relative, and nothing of the conclusion is used: it might be what the other
//! sentences are about. What is said of a receptor is then read by the grammar of short texts
//! ([`super::receptor_text`]), which is as strict. Deliberately absent: any attempt at language.

use super::cancer_words;
use super::receptor_text::{self, Receptor};
use super::receptor_words::RECEPTORS;

/// What a conclusion in words comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Conclusion {
    /// It names neither a receptor nor a cancer.
    Silent,
    /// It names a cancer and no receptor; it is not read.
    Other,
    /// It names a receptor, and some of it is not understood.
    NotRead,
    /// All of it is understood.
    Read {
        /// What is said of each receptor, in the order met.
        sentences: Vec<(Receptor, String)>,
        /// The one side of the body that is named.
        side: Option<&'static str>,
    },
}

/// Words by which a report describes the tumour that it is about. None of them can make a result that of another tumour,
/// time, laboratory or person.
const DESCRIPTION: [&str; 52] = [
    "invasive",
    "infiltrating",
    "ductal",
    "duct",
    "lobular",
    "mammary",
    "mucinous",
    "tubular",
    "carcinoma",
    "adenocarcinoma",
    "cancer",
    "breast",
    "core",
    "needle",
    "biopsy",
    "excision",
    "specimen",
    "left",
    "right",
    "of",
    "the",
    "with",
    "no",
    "special",
    "type",
    "nst",
    "nos",
    "not",
    "otherwise",
    "specified",
    "grade",
    "histologic",
    "histological",
    "nottingham",
    "g1",
    "g2",
    "g3",
    "1",
    "2",
    "3",
    "i",
    "ii",
    "iii",
    "well",
    "moderately",
    "poorly",
    "differentiated",
    "diagnosis",
    "conclusion",
    "receptor",
    "receptors",
    "status",
];

/// Names that are words of everyday language too (the emergency room, "her").
const AMBIGUOUS: [&str; 4] = ["er", "pr", "her", "neu"];

/// Reads a conclusion.
pub(super) fn read(text: &str) -> Conclusion {
    let lower = text.to_lowercase();
    let suspicious = cancer_words::suspicion(text).is_some();
    let aside = if suspicious { Conclusion::Other } else { Conclusion::Silent };
    if receptors(&lower).is_empty() {
        return aside;
    }
    let named = |word: &str| {
        let receptor = RECEPTORS.iter().any(|(name, _)| *name == word) && !AMBIGUOUS.contains(&word);
        receptor || matches!(word, "positive" | "negative" | "pos" | "neg")
    };
    let not_read = if suspicious || words(&lower).any(named) { Conclusion::NotRead } else { aside };
    let mut found = Vec::new();
    for sentence in sentences(&lower) {
        match of_sentence(&sentence) {
            Some(said) => found.extend(said),
            None => return not_read,
        }
    }
    let sides: Vec<&'static str> =
        ["left", "right"].into_iter().filter(|side| words(&lower).any(|word| word == *side)).collect();
    match sides.as_slice() {
        [] => Conclusion::Read { sentences: found, side: None },
        [side] => Conclusion::Read { sentences: found, side: Some(side) },
        // Of results on both sides the text does not say which is which.
        _ => not_read,
    }
}

/// The sentences: what stands between full stops (not those within numbers), semicolons and ends of lines.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = vec![String::new()];
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let ends = match c {
            ';' | '\n' | '\r' => true,
            '.' => rest.peek().is_none_or(|next| next.is_whitespace()),
            _ => false,
        };
        if ends {
            sentences.push(String::new());
        } else if let Some(sentence) = sentences.last_mut() {
            sentence.push(c);
        }
    }
    sentences.retain(|sentence| !sentence.trim().is_empty());
    sentences
}

/// What a sentence says of each receptor, `None` where it is not understood. A description says nothing of any.
fn of_sentence(sentence: &str) -> Option<Vec<(Receptor, String)>> {
    let mut said: Vec<(Receptor, String)> = Vec::new();
    for piece in pieces(sentence) {
        match (receptors(&piece).as_slice(), said.last_mut()) {
            ([receptor], _) => said.push((*receptor, piece)),
            // "HER2 2+, FISH not amplified": what follows the receptor is about it.
            ([], Some((_, before))) => {
                before.push_str(", ");
                before.push_str(&piece);
            }
            ([], None) => {
                if !words(&piece).all(|word| DESCRIPTION.contains(&word)) {
                    return None;
                }
            }
            // "ER and PgR positive" is clear to a reader; what "ER/PgR 90 %" means is not.
            _ => return None,
        }
    }
    let understood = |(receptor, piece): &(Receptor, String)| receptor_text::read(piece, *receptor).is_ok();
    said.iter().all(understood).then_some(said)
}

/// The parts between commas; a comma within parentheses or a number divides nothing.
fn pieces(sentence: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut depth = 0_u8;
    let mut rest = sentence.chars().peekable();
    let mut before = ' ';
    while let Some(c) = rest.next() {
        depth = match c {
            '(' => depth.saturating_add(1),
            ')' => depth.saturating_sub(1),
            _ => depth,
        };
        let in_number = before.is_ascii_digit() && rest.peek().is_some_and(char::is_ascii_digit);
        if c == ',' && depth == 0 && !in_number {
            pieces.push(String::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
        before = c;
    }
    pieces.iter().map(|piece| piece.trim().to_owned()).filter(|piece| !piece.is_empty()).collect()
}

/// The receptors that a text names, each once.
fn receptors(text: &str) -> Vec<Receptor> {
    let named = |word: &str| RECEPTORS.iter().find(|(name, _)| *name == word).map(|(_, receptor)| *receptor);
    let mut found: Vec<Receptor> = words(text).filter_map(named).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Conclusion, Receptor, read};

    #[test]
    fn a_conclusion_is_read_as_a_whole() {
        let (er, pr, her2) = (Receptor::Er, Receptor::Pr, Receptor::Her2);
        type Row = (&'static str, Vec<(Receptor, &'static str)>, Option<&'static str>);
        let rows: [Row; 6] = [
            ("HER2 positive (3+).", vec![(her2, "her2 positive (3+)")], None),
            (
                "ER positive (95%), PR negative, HER2 2+ by IHC, FISH not amplified.",
                vec![(er, "er positive (95%)"), (pr, "pr negative"), (her2, "her2 2+ by ihc, fish not amplified")],
                None,
            ),
            (
                "Left breast, core biopsy: invasive ductal carcinoma, grade 2.\nEstrogen receptor: positive, 90%\nHER2: negative",
                vec![(er, "estrogen receptor: positive, 90%"), (her2, "her2: negative")],
                Some("left"),
            ),
            ("HER2/CEP17 ratio 1.2; ER 0%", vec![(her2, "her2/cep17 ratio 1.2"), (er, "er 0%")], None),
            ("HER-2 negative", vec![(her2, "her-2 negative")], None),
            ("Diagnosis: invasive lobular carcinoma, ER positive", vec![(er, "er positive")], None),
        ];
        for (text, expected, expected_side) in rows {
            let expected: Vec<(Receptor, String)> =
                expected.iter().map(|(of, said)| (*of, (*said).to_owned())).collect();
            assert_eq!(read(text), Conclusion::Read { sentences: expected, side: expected_side }, "{text}");
        }
    }

    #[test]
    fn one_sentence_that_is_not_understood_and_nothing_is_used() {
        for text in [
            "No family history of HER2 positive disease.",
            "Prior biopsy from 2015. HER2 positive.",
            "Prior biopsy, HER2 positive.",
            "HER2 positive. Recommend review.",
            "HER2 was positive in the primary, negative in the liver.",
            "ER/PR positive.",
            "ER and PgR positive.",
            "Left breast: HER2 positive. Right breast: HER2 negative.",
            "HER2 not positive as previously reported.",
            "Metastatic carcinoma of the liver. HER2 positive.",
            "Outside report: HER2 3+.",
        ] {
            assert_eq!(read(text), Conclusion::NotRead, "{text}");
        }
        assert_eq!(read("Invasive ductal carcinoma, grade 3."), Conclusion::Other);
        assert_eq!(read("Normal sinus rhythm."), Conclusion::Silent);
        assert_eq!(read(""), Conclusion::Silent);
        assert_eq!(read("Seen in the ER."), Conclusion::Silent);
        assert_eq!(read("Seen in the ER with breast cancer."), Conclusion::NotRead);
    }
}
