//! The form of a vignette: Markdown that a clinician can read, with three kinds of fenced blocks.
//!
//! `vignettes/README.md` says how to write one. Everything outside a fence is prose for people, except the headings:
//! `#` names the clinical question, each `##` a case. Deliberately strict: a block, line or word that is not understood
//! is an error with its place, so that no expectation is ever skipped by a slip of the pen.

use std::fmt;

/// A file of vignettes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Vignette {
    /// The clinical question: the text of the `#` heading.
    pub(crate) title: String,
    /// The cases, in the order of the file.
    pub(crate) cases: Vec<Case>,
}

/// One case: what is known of a patient, and what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Case {
    /// The text of the `##` heading, or the title of a file with a single case.
    pub(crate) title: String,
    /// The line of the heading.
    pub(crate) line: usize,
    /// What is known.
    pub(crate) input: Input,
    /// What is expected of recommendations.
    pub(crate) recommendations: Vec<Expected>,
    /// What is expected of facts.
    pub(crate) facts: Vec<ExpectedFact>,
}

/// What is known of the patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// Facts typed in, by their ids in the data dictionary.
    Chart(Vec<ChartLine>),
    /// A record: FHIR R4 JSON.
    Fhir {
        /// The line of the fence.
        line: usize,
        /// As of which day, if the fence says so.
        as_of: Option<String>,
        /// The JSON as written.
        json: String,
    },
}

/// One line of a `chart` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChartLine {
    /// Its line in the file.
    pub(crate) line: usize,
    /// The fact.
    pub(crate) fact: String,
    /// Its value as written, without the note.
    pub(crate) value: String,
}

/// What is expected of one recommendation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Its line in the file.
    pub(crate) line: usize,
    /// The recommendation.
    pub(crate) id: String,
    /// The outcome.
    pub(crate) outcome: ExpectedOutcome,
    /// The first of the smallest sets of missing facts, in the order of asking.
    pub(crate) unknown: Option<(usize, Vec<String>)>,
    /// Criteria that speak for the outcome, each as the guideline writes it.
    pub(crate) because: Vec<(usize, String)>,
}

/// The outcomes of the guideline, and standing aside on a day on which the recommendation is not in effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExpectedOutcome {
    Recommended,
    NeedsData,
    Contraindicated,
    NotApplicable,
    NotInEffect,
}

impl ExpectedOutcome {
    /// All of them, with their words in a vignette.
    pub(crate) const WORDS: [(&'static str, Self); 5] = [
        ("recommended", Self::Recommended),
        ("needs data", Self::NeedsData),
        ("contraindicated", Self::Contraindicated),
        ("not applicable", Self::NotApplicable),
        ("not in effect", Self::NotInEffect),
    ];
}

impl fmt::Display for ExpectedOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::WORDS.iter().find(|(_, outcome)| outcome == self).map_or("", |(word, _)| word))
    }
}

/// What is expected of one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpectedFact {
    /// Its line in the file.
    pub(crate) line: usize,
    /// The fact.
    pub(crate) id: String,
    /// Its value as output prints it, or `not known`.
    pub(crate) value: String,
}

/// Something wrong at a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The line.
    pub(crate) line: usize,
    /// What was expected and what was found.
    pub(crate) message: String,
}

impl Fault {
    /// A fault at a line.
    pub(crate) fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

/// Reads a file of vignettes.
///
/// # Errors
/// The first thing that does not follow the form.
pub(crate) fn parse(text: &str) -> Result<Vignette, Fault> {
    let mut title: Option<String> = None;
    let mut prose_after_title = false;
    let mut drafts: Vec<Draft> = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((line, content)) = lines.next() {
        if let Some(info) = content.strip_prefix("```") {
            let mut body = Vec::new();
            loop {
                match lines.next() {
                    Some((_, "```")) => break,
                    Some(inner) => body.push(inner),
                    None => return Err(Fault::new(line, "this block has no end; close it with ```")),
                }
            }
            let title = title.as_ref().ok_or_else(|| Fault::new(line, "a block before the `# Title`"))?;
            if drafts.is_empty() {
                drafts.push(Draft::new(title.clone(), line));
            }
            let draft = drafts.last_mut().ok_or_else(|| Fault::new(line, "a block without a case"))?;
            draft.add(line, info, &body)?;
        } else if let Some(heading) = content.strip_prefix("# ") {
            if title.replace(heading.trim().to_owned()).is_some() {
                return Err(Fault::new(line, "a second `# Title`; one file answers one question, cases take `##`"));
            }
        } else if let Some(heading) = content.strip_prefix("## ") {
            if title.is_none() {
                return Err(Fault::new(line, "a case before the `# Title`"));
            }
            drafts.push(Draft::new(heading.trim().to_owned(), line));
        } else if content.trim_start().starts_with("```") {
            return Err(Fault::new(line, "an indented fence; put ``` at the start of the line"));
        } else if drafts.is_empty() && title.is_some() && !content.trim().is_empty() {
            prose_after_title = true;
        }
    }
    let title = title.ok_or_else(|| Fault::new(1, "no `# Title`"))?;
    if !prose_after_title {
        return Err(Fault::new(1, "no paragraph of why after the `# Title`"));
    }
    if drafts.is_empty() {
        return Err(Fault::new(1, "no case; write a `chart` or `fhir` block and an `expect` block"));
    }
    let cases = drafts.into_iter().map(Draft::finish).collect::<Result<Vec<_>, _>>()?;
    if let Some(twice) =
        cases.iter().enumerate().find(|(at, case)| cases.iter().take(*at).any(|c| c.title == case.title))
    {
        return Err(Fault::new(twice.1.line, format!("two cases are called `{}`", twice.1.title)));
    }
    Ok(Vignette { title, cases })
}

/// A case while its blocks come in.
struct Draft {
    title: String,
    line: usize,
    input: Option<Input>,
    expect: Option<(Vec<Expected>, Vec<ExpectedFact>)>,
}

impl Draft {
    fn new(title: String, line: usize) -> Self {
        Self { title, line, input: None, expect: None }
    }

    fn add(&mut self, line: usize, info: &str, body: &[(usize, &str)]) -> Result<(), Fault> {
        let words: Vec<&str> = info.split_whitespace().collect();
        let input = match words.as_slice() {
            ["chart"] => Input::Chart(chart(body)?),
            ["fhir", rest @ ..] => {
                let as_of = match rest {
                    [] => None,
                    ["as-of", day] => Some((*day).to_owned()),
                    _ => return Err(Fault::new(line, "after `fhir` only `as-of DATE` may stand")),
                };
                let json = body.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n");
                Input::Fhir { line, as_of, json }
            }
            ["expect"] => {
                if self.expect.replace(expect(body)?).is_some() {
                    return Err(Fault::new(line, "a second `expect` block in one case; start a new case with `##`"));
                }
                return Ok(());
            }
            _ => return Err(Fault::new(line, format!("a block `{info}`; known are `chart`, `fhir` and `expect`"))),
        };
        if self.expect.is_some() {
            return Err(Fault::new(line, "what is known stands before what is expected; start a new case with `##`"));
        }
        if self.input.replace(input).is_some() {
            return Err(Fault::new(line, "a case has one `chart` or one `fhir` block"));
        }
        Ok(())
    }

    fn finish(self) -> Result<Case, Fault> {
        let input = self.input.ok_or_else(|| Fault::new(self.line, "this case has no `chart` or `fhir` block"))?;
        let (recommendations, facts) =
            self.expect.ok_or_else(|| Fault::new(self.line, "this case has no `expect` block"))?;
        if recommendations.is_empty() && facts.is_empty() {
            return Err(Fault::new(self.line, "this case expects nothing"));
        }
        Ok(Case { title: self.title, line: self.line, input, recommendations, facts })
    }
}

/// Lines `fact-id  value  # note`. The id may be followed by `=`.
fn chart(body: &[(usize, &str)]) -> Result<Vec<ChartLine>, Fault> {
    let mut lines: Vec<ChartLine> = Vec::new();
    for (line, content) in contents(body) {
        let (fact, value) = content
            .split_once(char::is_whitespace)
            .ok_or_else(|| Fault::new(line, format!("`{content}` has no value; write `FACT  VALUE`")))?;
        let value = value.trim();
        let value = value.strip_prefix("= ").unwrap_or(value).trim();
        let fact = fact.trim_matches('"').to_owned();
        if lines.iter().any(|before| before.fact == fact) {
            return Err(Fault::new(line, format!("`{fact}` is stated twice")));
        }
        lines.push(ChartLine { line, fact, value: value.to_owned() });
    }
    Ok(lines)
}

/// Lines `recommendation-id: outcome` with indented `unknown:` and `because:`, and lines `fact ID: VALUE`.
fn expect(body: &[(usize, &str)]) -> Result<(Vec<Expected>, Vec<ExpectedFact>), Fault> {
    let mut recommendations: Vec<Expected> = Vec::new();
    let mut facts: Vec<ExpectedFact> = Vec::new();
    for (line, content) in contents(body) {
        let indented = content.starts_with(char::is_whitespace);
        let (key, value) = content
            .trim()
            .split_once(':')
            .ok_or_else(|| Fault::new(line, format!("`{}` has no colon", content.trim())))?;
        let value = value.trim();
        if value.is_empty() {
            return Err(Fault::new(line, format!("nothing stands after `{key}:`")));
        }
        if let Some(fact) = key.strip_prefix("fact ") {
            facts.push(ExpectedFact { line, id: fact.trim().to_owned(), value: value.to_owned() });
            continue;
        }
        if !indented {
            let (_, outcome) =
                ExpectedOutcome::WORDS.into_iter().find(|(word, _)| *word == value).ok_or_else(|| {
                    let words: Vec<&str> = ExpectedOutcome::WORDS.iter().map(|(word, _)| *word).collect();
                    Fault::new(line, format!("`{value}` is not an outcome; use one of {}", words.join(", ")))
                })?;
            if recommendations.iter().any(|before| before.id == key) {
                return Err(Fault::new(line, format!("`{key}` is expected twice")));
            }
            recommendations.push(Expected { line, id: key.to_owned(), outcome, unknown: None, because: Vec::new() });
            continue;
        }
        let Some(last) = recommendations.last_mut() else {
            return Err(Fault::new(line, format!("`{key}:` belongs below a recommendation")));
        };
        match key {
            "unknown" if last.outcome != ExpectedOutcome::NeedsData => {
                return Err(Fault::new(line, "`unknown:` belongs below `needs data`"));
            }
            "unknown" => {
                let facts = value.split(',').map(|fact| fact.trim().to_owned()).collect();
                if last.unknown.replace((line, facts)).is_some() {
                    return Err(Fault::new(line, "a second `unknown:`; only the first smallest set is named"));
                }
            }
            "because" => last.because.push((line, value.to_owned())),
            _ => return Err(Fault::new(line, format!("`{key}:` is not known; use `unknown:` or `because:`"))),
        }
    }
    Ok((recommendations, facts))
}

/// The lines that say something, without notes (`# …` at the start or after a blank) and trailing blanks.
fn contents<'t>(body: &'t [(usize, &'t str)]) -> impl Iterator<Item = (usize, &'t str)> {
    body.iter().filter_map(|(line, text)| {
        let text = if text.trim_start().starts_with('#') { "" } else { text.split(" #").next().unwrap_or("") };
        let text = text.trim_end();
        (!text.is_empty()).then_some((*line, text))
    })
}
