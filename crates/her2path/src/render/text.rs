//! Text for a terminal: a clear first line, findings with their reasons, then what is missing.
//!
//! Meaning never rests on colour: every outcome is said in words, colours only help the eye and are off on request.

use std::fmt::{self, Write as _};

use her2path_knowledge::model::{Citation, Evidence, FactIndex, Urgency};

use super::{certainty_name, chapter_name, evidence_name, explain, printable, strength_name, urgency_name};
use super::{course, option, risk_picture, therapy};
use crate::assessment::{
    Assessment, Because, ChapterAssessment, Course, Finding, JudgedRecommendation, Outcome, Quality, Triage,
};
use crate::truth::Truth;

/// How to print.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// ANSI colours.
    pub colour: bool,
    /// Columns to wrap at.
    pub width: usize,
    /// Also the statements that do not apply, each with what would have to differ.
    pub all: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 100, all: false }
    }
}

/// The assessment as text.
#[must_use]
pub fn to_string(assessment: &Assessment<'_>, style: Style) -> String {
    let mut out = Writer { text: String::new(), style };
    // Writing to a string cannot fail.
    let _ = out.assessment(assessment);
    out.text
}

struct Writer {
    text: String,
    style: Style,
}

#[derive(Clone, Copy)]
enum Colour {
    Bold,
    Green,
    Yellow,
    Red,
    Dim,
}

impl Writer {
    fn assessment(&mut self, assessment: &Assessment<'_>) -> fmt::Result {
        let guideline = &assessment.knowledge.guideline;
        let patient = assessment.patient.as_deref().unwrap_or("without id");
        let headline = assessment
            .chapters
            .iter()
            .find(|c| c.chapter == her2path_knowledge::model::Chapter::Diagnosis)
            .or(assessment.chapters.first())
            .map_or("", |chapter| &chapter.summary);
        let first = format!("Patient {patient}: {headline}");
        self.wrapped("", "  ", &first, Some(Colour::Bold))?;
        let urgent = assessment.chapters.iter().find_map(|chapter| Some((chapter, chapter.triage.as_ref()?)));
        if let Some((chapter, _)) = urgent.filter(|(_, triage)| triage.urgency >= Urgency::E1) {
            self.wrapped("", "  ", &format!("SYMPTOMS: {}", chapter.summary), Some(Colour::Red))?;
        }
        let reviewed = if guideline.reviewed.by.is_empty() {
            "not clinically reviewed".to_owned()
        } else {
            format!("reviewed by {}", guideline.reviewed.by.join(", "))
        };
        let line =
            format!("as of {} · guideline {} {} ({reviewed})", assessment.as_of, guideline.id, guideline.version);
        self.wrapped("", "  ", &line, Some(Colour::Dim))?;
        for chapter in &assessment.chapters {
            if chapter.applicable || !chapter.findings.is_empty() {
                self.chapter(assessment, chapter)?;
            }
        }
        self.issues(assessment)?;
        writeln!(self.text)?;
        self.wrapped("", "", &guideline.notice, Some(Colour::Dim))
    }

    fn chapter(&mut self, assessment: &Assessment<'_>, chapter: &ChapterAssessment<'_>) -> fmt::Result {
        writeln!(self.text)?;
        self.coloured(&chapter_name(chapter.chapter).to_uppercase(), Colour::Bold)?;
        writeln!(self.text)?;
        if chapter.chapter == her2path_knowledge::model::Chapter::Treatment {
            self.therapy(assessment)?;
        }
        if chapter.chapter == her2path_knowledge::model::Chapter::Support && !self.style.all {
            return self.support(assessment, chapter);
        }
        for finding in &chapter.findings {
            self.finding(assessment, finding)?;
        }
        if let Some(course) = &chapter.risk {
            writeln!(self.text)?;
            for line in risk_picture::terminal(course).lines() {
                writeln!(self.text, "  {line}")?;
            }
        }
        let with = |outcome| -> Vec<&JudgedRecommendation<'_>> {
            chapter.recommendations.iter().filter(|item| item.judgement.outcome == outcome).collect()
        };
        if let Some(triage) = &chapter.triage {
            return self.by_urgency(assessment, chapter, triage);
        }
        // What fits is said even where the chapter is not about this patient: a suspicious image without a diagnosis.
        self.group(assessment, "What fits", &with(Outcome::Recommended), Colour::Green)?;
        if !chapter.applicable {
            return Ok(());
        }
        self.group(assessment, "What is forbidden", &with(Outcome::Contraindicated), Colour::Red)?;
        self.group(assessment, "What needs data", &with(Outcome::NeedsData), Colour::Yellow)?;
        self.missing(assessment, &with(Outcome::NeedsData))?;
        if let Some(course) = &chapter.treatment {
            self.course(assessment, course)?;
        }
        self.not_applicable(assessment, &with(Outcome::NotApplicable))
    }

    /// The chapter on symptoms: what is met and what cannot be ruled out in one list, most urgent first. Of symptoms that
    /// nobody has asked for only their number is printed: what would be done is not yet anybody's business.
    fn by_urgency(
        &mut self,
        assessment: &Assessment<'_>,
        chapter: &ChapterAssessment<'_>,
        triage: &Triage,
    ) -> fmt::Result {
        let item = |id: &str| chapter.recommendations.iter().find(|item| item.recommendation.id == *id);
        let counted: Vec<&JudgedRecommendation<'_>> =
            triage.reasons.iter().filter_map(|reason| item(&reason.id)).collect();
        let title = format!(
            "Most urgent first ({}: {}; {}: {}; {}: {}; {}: {})",
            urgency_name(Urgency::E0),
            Triage::timing_of(Urgency::E0),
            urgency_name(Urgency::E1),
            Triage::timing_of(Urgency::E1),
            urgency_name(Urgency::E2),
            Triage::timing_of(Urgency::E2),
            urgency_name(Urgency::E3),
            Triage::timing_of(Urgency::E3),
        );
        let colour = if triage.urgency >= Urgency::E1 { Colour::Red } else { Colour::Green };
        if !counted.is_empty() {
            writeln!(self.text)?;
            self.wrapped("  ", "    ", &title, Some(colour))?;
            for item in counted {
                self.item(assessment, item)?;
            }
        }
        if !triage.unanswered.is_empty() {
            writeln!(self.text)?;
            let ids = triage.unanswered.iter().filter_map(|fact| assessment.knowledge.fact_definition(*fact));
            let names: Vec<&str> = ids.map(|definition| definition.id.as_ref()).collect();
            let line = format!(
                "{} red-flag questions have no answer and count. `her2path triage --record FILE` asks them in plain words.",
                names.len()
            );
            self.wrapped("  ? ", "    ", &line, Some(Colour::Yellow))?;
            if self.style.all {
                self.wrapped("    ", "    ", &names.join(", "), Some(Colour::Dim))?;
            }
        }
        let of = |outcome| chapter.recommendations.iter().filter(move |item| item.judgement.outcome == outcome);
        self.not_applicable(assessment, &of(Outcome::NotApplicable).collect::<Vec<_>>())
    }

    fn not_applicable(&mut self, assessment: &Assessment<'_>, not: &[&JudgedRecommendation<'_>]) -> fmt::Result {
        if self.style.all {
            self.group(assessment, "What does not apply", not, Colour::Dim)?;
        } else if !not.is_empty() {
            let line =
                format!("{} statements of this chapter do not apply; --all shows them with their reasons.", not.len());
            writeln!(self.text)?;
            self.wrapped("  ", "  ", &line, Some(Colour::Dim))?;
        }
        Ok(())
    }

    /// The chapter on support, folded: scores that ask for action in full, what is worth talking about in one list. The
    /// reason of each is the situation itself, which the chapters above have said.
    fn support(&mut self, assessment: &Assessment<'_>, chapter: &ChapterAssessment<'_>) -> fmt::Result {
        for finding in &chapter.findings {
            self.finding(assessment, finding)?;
        }
        let fits = chapter.recommendations.iter().filter(|item| item.judgement.outcome == Outcome::Recommended);
        let (scores, talk): (Vec<_>, Vec<_>) =
            fits.partition(|item| item.recommendation.id.starts_with("support/screening/"));
        self.group(assessment, "What fits", &scores, Colour::Green)?;
        if !talk.is_empty() {
            let statements: Vec<&str> =
                talk.iter().map(|item| item.recommendation.statement.trim_end_matches('.')).collect();
            writeln!(self.text)?;
            self.wrapped("  ", "    ", &format!("Worth talking about: {}.", statements.join("; ")), None)?;
        }
        writeln!(self.text)?;
        let line = "--all shows the reason and source of each, and what does not apply.";
        self.wrapped("  ", "  ", line, Some(Colour::Dim))
    }

    /// Lines of therapy, each with why it began and ended.
    fn therapy(&mut self, assessment: &Assessment<'_>) -> fmt::Result {
        let treatment = &assessment.therapy;
        for line in &treatment.lines {
            self.wrapped("  ", "      ", &therapy::sentence(assessment, line), None)?;
            for because in &line.because {
                self.wrapped("      ", "        ", &because_line(because), Some(Colour::Dim))?;
            }
        }
        if let Some(counters) = treatment.counters.filter(|_| !treatment.lines.is_empty()) {
            let notation = treatment.saini_twelves.as_deref().map(|words| format!("; {words}")).unwrap_or_default();
            let text = format!("{}{notation}", therapy::counters_sentence(counters));
            self.wrapped("  ", "      ", &text, None)?;
            let differing = treatment.gap_sensitivity.iter().filter(|(_, lines)| *lines != treatment.lines.len());
            for (gap, lines) in differing {
                let text = format!("with a gap of {gap} days instead: {lines} lines");
                self.wrapped("      ", "        ", &text, Some(Colour::Dim))?;
            }
        }
        Ok(())
    }

    fn finding(&mut self, assessment: &Assessment<'_>, finding: &Finding) -> fmt::Result {
        self.wrapped("  ", "      ", &format!("{}: {}", finding.title, finding.text), None)?;
        // Record entries one by one; what was derived from other facts in one line.
        let mut said: Vec<String> = Vec::new();
        let mut derived: Vec<String> = Vec::new();
        for index in &finding.facts {
            for because in assessment.facts.at(*index).map_or(&[][..], |statement| &statement.because) {
                let is_fact = assessment.knowledge.fact(&because.source).is_some();
                let (lines, line) = match (is_fact, &because.note) {
                    (true, None) => (&mut derived, because.source.clone()),
                    (true, Some(note)) => (&mut said, format!("{} ({})", note, because.source)),
                    (false, _) => (&mut said, because_line(because)),
                };
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        if !derived.is_empty() {
            said.push(format!("from {}", derived.join(", ")));
        }
        let mut rules: Vec<String> = Vec::new();
        for key in finding
            .facts
            .iter()
            .filter_map(|index| assessment.knowledge.fact_definition(*index))
            .flat_map(|d| d.cites.iter())
        {
            let mark = match assessment.knowledge.citation(key).map(|citation| citation.status) {
                Some(Evidence::FromMemory) => " (from memory)",
                Some(Evidence::Seen | Evidence::ProjectRule) | None => "",
            };
            let rule = format!("{key}{mark}");
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        if !rules.is_empty() {
            said.push(format!("by {}", rules.join(", ")));
        }
        for line in said {
            self.wrapped("      ← ", "        ", &line, Some(Colour::Dim))?;
        }
        Ok(())
    }

    fn group(
        &mut self,
        assessment: &Assessment<'_>,
        title: &str,
        items: &[&JudgedRecommendation<'_>],
        colour: Colour,
    ) -> fmt::Result {
        if items.is_empty() {
            return Ok(());
        }
        writeln!(self.text)?;
        self.coloured(&format!("  {title}"), colour)?;
        writeln!(self.text)?;
        for item in items {
            self.item(assessment, item)?;
        }
        Ok(())
    }

    fn item(&mut self, assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> fmt::Result {
        let recommendation = item.recommendation;
        self.wrapped("  • ", "    ", &explain::stated(assessment, item), None)?;
        if let Some(urgency) = recommendation.urgency {
            let suspects = recommendation.suspects.join("; ");
            // Where only the context is open it counts as E1 at most (see the chapter on symptoms).
            let open = item.judgement.outcome == Outcome::NeedsData;
            let counts = if open { urgency.min(Urgency::E1) } else { urgency };
            let only = match open {
                true if urgency > counts => format!(", not ruled out; {} if it applies", urgency_name(urgency)),
                true => ", not ruled out".to_owned(),
                false => String::new(),
            };
            let level = format!("at least {} ({}){only}", urgency_name(counts), Triage::timing_of(counts));
            let text = format!("{level}; may be {suspects}");
            self.wrapped("    when ", "         ", text.trim_end_matches("; may be "), None)?;
        }
        self.wrapped("    why  ", "         ", &explain::why(assessment, item), None)?;
        let mut says: Vec<String> =
            recommendation.bodies.iter().map(|(body, says)| format!("{}: {says}", body.to_uppercase())).collect();
        says.extend(recommendation.strength.map(|strength| format!("strength {}", strength_name(strength))));
        says.extend(recommendation.certainty.map(|certainty| format!("certainty {}", certainty_name(certainty))));
        says.push(format!("known: {}", evidence_words(recommendation.evidence)));
        self.wrapped("    says ", "         ", &says.join(" · "), Some(Colour::Dim))?;
        self.option(assessment, item)?;
        let cites: Vec<String> = recommendation
            .cites
            .iter()
            .filter_map(|key| assessment.knowledge.citation(key))
            .map(citation_words)
            .collect();
        let source = format!("{} [{}]", cites.join("; "), recommendation.id);
        self.wrapped("    from ", "         ", &source, Some(Colour::Dim))
    }

    /// Of an option with drugs: the dose, the labels, conflicts; and where everything is asked for, trials and monographs.
    fn option(&mut self, assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> fmt::Result {
        let recommendation = item.recommendation;
        if let Some(conflict) = &recommendation.conflict {
            self.wrapped("    but  ", "         ", &format!("they differ: {conflict}"), None)?;
        }
        if let Some(schedule) = &recommendation.schedule {
            self.wrapped("    dose ", "         ", schedule, Some(Colour::Dim))?;
        }
        for reading in &item.labels {
            let words = format!("{}: {}", option::agency(reading), option::label_words(assessment, reading));
            self.wrapped("    label ", "          ", &words, Some(Colour::Dim))?;
        }
        if !self.style.all || !option::is_in_question(item) {
            return Ok(());
        }
        for trial in assessment.knowledge.trials_of(recommendation) {
            self.wrapped("    trial ", "          ", &option::trial_words(trial), Some(Colour::Dim))?;
        }
        for monograph in option::monographs(assessment.knowledge, item) {
            let mut parts = Vec::new();
            let mut add = |name: &str, words: String| {
                if !words.is_empty() {
                    parts.push(format!("{name}: {words}"));
                }
            };
            add("before", monograph.before.join("; "));
            add("watch", option::pair_words(&monograph.monitor));
            add("hold or stop", option::pair_words(&monograph.hold));
            let words = format!("{}: {} [{}]", monograph.drug, parts.join(" · "), monograph.place.file);
            self.wrapped("    drug ", "         ", &words, Some(Colour::Dim))?;
        }
        Ok(())
    }

    /// What is due, how the lines came about, and measures of quality.
    fn course(&mut self, assessment: &Assessment<'_>, course: &Course<'_>) -> fmt::Result {
        let monitoring = &course.monitoring;
        if !monitoring.items.is_empty() || (monitoring.drugs_known && monitoring.unknown_drug) {
            writeln!(self.text)?;
            self.coloured("  What to check on the treatment that is given", Colour::Yellow)?;
            writeln!(self.text)?;
        }
        for item in &monitoring.items {
            let words = course::due_words(assessment, item);
            let text = format!("{} ({}): {words}", item.check.test, item.drugs.join(", "));
            self.wrapped("  • ", "    ", &printable(&text), None)?;
            let basis = format!("{} [{}]", item.check.basis, item.check.id);
            self.wrapped("    by ", "       ", &basis, Some(Colour::Dim))?;
        }
        if monitoring.unknown_drug {
            self.wrapped("  ", "    ", "A drug that is given now is not known: there may be more to check.", None)?;
        }
        if !course.retrospect.is_empty() {
            writeln!(self.text)?;
            self.coloured("  Lines given, against the options of their day", Colour::Bold)?;
            writeln!(self.text)?;
        }
        for item in &course.retrospect {
            self.wrapped("  • ", "    ", &printable(&course::retrospect_words(assessment, item)), None)?;
        }
        let counted = |item: &&Quality<'_>| self.style.all || item.denominator == Truth::Met;
        let quality: Vec<&Quality<'_>> = course.quality.iter().filter(counted).collect();
        if !quality.is_empty() {
            writeln!(self.text)?;
            self.coloured("  Measures of quality", Colour::Bold)?;
            writeln!(self.text)?;
        }
        for item in quality {
            self.wrapped("  • ", "    ", &printable(&course::quality_words(item)), None)?;
            if self.style.all {
                let measure = item.measure;
                let text = format!("{} of {}; {}", measure.numerator, measure.denominator, measure.exclusions);
                self.wrapped("    is ", "       ", &text, Some(Colour::Dim))?;
            }
        }
        Ok(())
    }

    /// What to find out, each fact once, in the order in which it helps most statements.
    fn missing(&mut self, assessment: &Assessment<'_>, items: &[&JudgedRecommendation<'_>]) -> fmt::Result {
        let mut counted: Vec<(FactIndex, usize)> = Vec::new();
        for item in items {
            for index in item.missing.first().into_iter().flatten() {
                match counted.iter_mut().find(|(fact, _)| fact == index) {
                    Some((_, count)) => *count = count.saturating_add(1),
                    None => counted.push((*index, 1)),
                }
            }
        }
        if counted.is_empty() {
            return Ok(());
        }
        counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        writeln!(self.text)?;
        self.coloured("  What is missing", Colour::Yellow)?;
        writeln!(self.text)?;
        for (index, count) in counted {
            let Some(definition) = assessment.knowledge.fact_definition(index) else { continue };
            let statements = if count == 1 { "statement" } else { "statements" };
            let line = format!("{} ({}; for {count} {statements})", definition.ask, definition.id);
            self.wrapped("  ? ", "    ", &line, None)?;
        }
        Ok(())
    }

    fn issues(&mut self, assessment: &Assessment<'_>) -> fmt::Result {
        if assessment.issues.is_empty() {
            return Ok(());
        }
        writeln!(self.text)?;
        self.coloured("IN THE RECORD", Colour::Bold)?;
        writeln!(self.text)?;
        for issue in &assessment.issues {
            let source = issue.source.as_deref().map(|source| format!("{source}: ")).unwrap_or_default();
            self.wrapped("  ", "      ", &format!("{}: {source}{}", issue.severity, issue.message), None)?;
        }
        Ok(())
    }

    fn coloured(&mut self, text: &str, colour: Colour) -> fmt::Result {
        if !self.style.colour {
            return self.text.write_str(text);
        }
        let code = match colour {
            Colour::Bold => "1",
            Colour::Green => "32",
            Colour::Yellow => "33",
            Colour::Red => "31",
            Colour::Dim => "2",
        };
        write!(self.text, "\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// A paragraph, wrapped at words.
    fn wrapped(&mut self, first: &str, rest: &str, text: &str, colour: Option<Colour>) -> fmt::Result {
        for line in wrap(first, rest, text, self.style.width).lines() {
            match colour {
                Some(colour) => self.coloured(line, colour)?,
                None => self.text.write_str(line)?,
            }
            writeln!(self.text)?;
        }
        Ok(())
    }
}

/// A paragraph, wrapped at words, each line ended: the first begins with `first`, the others with `rest`. Nothing in it can
/// steer a terminal.
pub(crate) fn wrap(first: &str, rest: &str, text: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    let mut indent = first;
    for word in printable(text).split_whitespace() {
        let length = indent.chars().count().saturating_add(line.chars().count()).saturating_add(word.chars().count());
        if !line.is_empty() && length.saturating_add(1) > width {
            lines = lines + indent + &line + "\n";
            line.clear();
            indent = rest;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines + indent + &line + "\n"
}

fn because_line(because: &Because) -> String {
    let element = because.element.map(|element| format!(".{element}")).unwrap_or_default();
    let note = because.note.as_deref().map(|note| format!(" “{note}”")).unwrap_or_default();
    format!("{}{element}{note}", because.source)
}

pub(crate) fn evidence_words(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Seen => "read in the source",
        Evidence::FromMemory => "from memory, to be checked",
        Evidence::ProjectRule => "our own rule, not guideline text",
    }
}

pub(crate) fn citation_words(citation: &Citation) -> String {
    let mark = match citation.status {
        Evidence::Seen => String::new(),
        other => format!(" ({})", evidence_name(other)),
    };
    format!("{}{mark}", citation.text)
}
