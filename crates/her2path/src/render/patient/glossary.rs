//! Words of the glossary in a text: found where they first appear, by whole words, the longest first.

use her2path_knowledge::model::{GlossaryTerm, Knowledge};

/// The glossary as far as a page has used it.
#[derive(Debug)]
pub struct Glossary<'k> {
    terms: &'k [GlossaryTerm],
    /// Every form with its term, the longest first.
    forms: Vec<(&'k str, usize)>,
    /// Terms met so far, in the order in which they were met.
    met: Vec<usize>,
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explained<'t, 'k> {
    /// Text as it is.
    Text(&'t str),
    /// A word that appears for the first time: as it is written, and its entry.
    First(&'t str, &'k GlossaryTerm),
}

impl<'k> Glossary<'k> {
    /// A glossary of which nothing was met yet.
    #[must_use]
    pub fn new(knowledge: &'k Knowledge) -> Self {
        let terms = knowledge.glossary.as_ref();
        let mut forms: Vec<(&str, usize)> = terms
            .iter()
            .enumerate()
            .flat_map(|(at, term)| {
                std::iter::once(term.term.as_ref()).chain(term.also.iter().map(AsRef::as_ref)).map(move |f| (f, at))
            })
            .collect();
        forms.sort_by_key(|(form, at)| (std::cmp::Reverse(form.len()), *at));
        Self { terms, forms, met: Vec::new() }
    }

    /// The text in pieces; words that were met before are plain text.
    pub fn explain<'t>(&mut self, text: &'t str) -> Vec<Explained<'t, 'k>> {
        let mut pieces = Vec::new();
        let (mut from, mut at) = (0, 0);
        let mut before: Option<char> = None;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            let begins = before.is_none_or(|c| !c.is_alphanumeric() && c != '-');
            let found = if begins { self.form_at(rest) } else { None };
            let Some((form, term)) = found else {
                before = rest.chars().next();
                at += length;
                continue;
            };
            before = rest.get(..form).and_then(|word| word.chars().next_back());
            if !self.met.contains(&term) {
                self.met.push(term);
                if let (Some(plain), Some(word), Some(entry)) =
                    (text.get(from..at), text.get(at..at + form), self.terms.get(term))
                {
                    if !plain.is_empty() {
                        pieces.push(Explained::Text(plain));
                    }
                    pieces.push(Explained::First(word, entry));
                    from = at + form;
                }
            }
            at += form;
        }
        if let Some(plain) = text.get(from..).filter(|plain| !plain.is_empty()) {
            pieces.push(Explained::Text(plain));
        }
        pieces
    }

    /// The longest form at the start of a text: its length in bytes, and its term.
    fn form_at(&self, rest: &str) -> Option<(usize, usize)> {
        self.forms.iter().find_map(|(form, term)| {
            let word = rest.get(..form.len())?;
            let same = if is_short_form(form) { word == *form } else { word.eq_ignore_ascii_case(form) };
            let after = rest.get(form.len()..)?;
            let ends = |text: &str| !text.starts_with(|c: char| c.is_alphanumeric());
            // The plural of a term is the term.
            let plural = after.strip_prefix('s').filter(|after| ends(after)).map(|_| form.len() + 1);
            same.then(|| if ends(after) { Some(form.len()) } else { plural }).flatten().map(|length| (length, *term))
        })
    }

    /// Every term met so far, and those that their explanations use, in order.
    #[must_use]
    pub fn used(&mut self) -> Vec<&'k GlossaryTerm> {
        let mut next = 0;
        while let Some(term) = self.met.get(next).and_then(|at| self.terms.get(*at)) {
            // Explaining a text adds the words that it uses for the first time.
            let _ = self.explain(&term.plain);
            next += 1;
        }
        self.met.iter().filter_map(|at| self.terms.get(*at)).collect()
    }
}

/// Short forms (`ER`, `FISH`) are words only as they are written; "er" and "port" in a sentence are other words.
fn is_short_form(form: &str) -> bool {
    form.chars().filter(char::is_ascii_uppercase).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::{Explained, Glossary};
    use crate::guideline::KNOWLEDGE;

    fn first(glossary: &mut Glossary<'_>, text: &str) -> Vec<String> {
        glossary
            .explain(text)
            .iter()
            .filter_map(|piece| match piece {
                Explained::First(word, term) => Some(format!("{word}={}", term.term)),
                Explained::Text(_) => None,
            })
            .collect()
    }

    #[test]
    fn the_longest_form_is_found_by_whole_words_and_only_once() {
        let mut glossary = Glossary::new(&KNOWLEDGE);
        assert_eq!(
            first(&mut glossary, "HER2-positive cancer: chemo, a CT and biopsies."),
            ["HER2-positive=HER2-positive", "chemo=Chemotherapy", "CT=CT scan", "biopsies=Biopsy"]
        );
        assert_eq!(first(&mut glossary, "Chemotherapy after a biopsy of HER2-positive cancer"), Vec::<String>::new());
        assert_eq!(first(&mut glossary, "HER2 is a protein"), ["HER2=HER2"]);
        assert_eq!(first(&mut glossary, "her, port of call, ports, supports, support, er"), ["port=Port"]);
        assert_eq!(first(&mut glossary, "wherever a stagecoach prescribes"), Vec::<String>::new());
    }

    #[test]
    fn nothing_of_a_text_is_lost() {
        let mut glossary = Glossary::new(&KNOWLEDGE);
        for text in ["", "HER2", "é HER2é HER2, ö", "A biopsy (small) shows metastases."] {
            let joined: String = glossary
                .explain(text)
                .iter()
                .map(|piece| match piece {
                    Explained::First(word, _) => *word,
                    Explained::Text(text) => *text,
                })
                .collect();
            assert_eq!(joined, text);
        }
    }

    #[test]
    fn explanations_are_explained() {
        let mut glossary = Glossary::new(&KNOWLEDGE);
        let _ = glossary.explain("Kadcyla is an antibody-drug conjugate.");
        let used: Vec<&str> = glossary.used().iter().map(|term| term.term.as_ref()).collect();
        assert!(used.contains(&"Chemotherapy") && used.contains(&"Antibody"), "{used:?}");
    }
}
