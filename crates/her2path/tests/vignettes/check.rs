//! One case against the guideline that is compiled in.

use her2path::assessment::{Assessment, JudgedRecommendation, Outcome, display};
use her2path::chart::stated;
use her2path::criteria::Judged;
use her2path::fhir;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::{Criterion, FactDefinition, FactType};
use her2path::truth::Truth;
use her2path::{Question, assess, assess_chart, chapters};
use jiff::civil::{Date, date};

use super::format::{Case, ChartLine, Expected, ExpectedFact, ExpectedOutcome, Fault, Input};

/// As of which day a case is assessed that does not say so.
const AS_OF: Date = date(2026, 11, 23);

/// Everything in which a case differs from what it expects; empty when it holds.
pub(crate) fn check(case: &Case) -> Vec<Fault> {
    let assessment = match assessment(case) {
        Ok(assessment) => assessment,
        Err(faults) => return faults,
    };
    let recommendations = case.recommendations.iter().flat_map(|expected| recommendation(&assessment, expected));
    let facts = case.facts.iter().filter_map(|expected| fact(&assessment, expected));
    recommendations.chain(facts).collect()
}

/// The assessment of what is known.
pub(crate) fn assessment(case: &Case) -> Result<Assessment<'static>, Vec<Fault>> {
    let question = |as_of| Question::new(&KNOWLEDGE, as_of).chapters(chapters::ALL);
    match &case.input {
        Input::Chart(lines) => {
            let text = chart_file(lines)?;
            let (chart, issues) = stated::read(&text, "chart", &KNOWLEDGE, AS_OF);
            if !issues.is_empty() {
                let line_of = |message: &str| {
                    let named = lines.iter().find(|line| message.contains(&format!("`{}`", line.fact)));
                    named.map_or(case.line, |line| line.line)
                };
                return Err(issues.iter().map(|issue| Fault::new(line_of(&issue.message), &issue.message)).collect());
            }
            let question = question(chart.as_of);
            Ok(assess_chart(chart, Vec::new(), &question))
        }
        Input::Fhir { line, as_of, json } => {
            let fault = |message: String| vec![Fault::new(*line, message)];
            let day = as_of.as_ref().map_or(Ok(AS_OF), |day| day.parse().map_err(|_| day));
            let day = day.map_err(|day| fault(format!("`{day}` is not a day; write it as 2026-11-23")))?;
            if let Err(error) = serde_json::from_str::<serde_json::Value>(json) {
                return Err(vec![Fault::new(line + error.line(), format!("not JSON: {error}"))]);
            }
            let input = fhir::Input { bytes: json.as_bytes(), name: "record.json" };
            let (assessments, issues) = assess([input], &question(day));
            if let Some(issue) = issues.iter().find(|issue| issue.severity == her2path::issue::Severity::Fatal) {
                return Err(fault(issue.to_string()));
            }
            let found = assessments.len();
            match <[Assessment<'static>; 1]>::try_from(assessments) {
                Ok([assessment]) => Ok(assessment),
                Err(_) => Err(fault(format!("a record of one patient is expected, {found} were found"))),
            }
        }
    }
}

/// The lines as a chart file, quoted as their types in the data dictionary demand.
pub(crate) fn chart_file(lines: &[ChartLine]) -> Result<String, Vec<Fault>> {
    let mut text = String::new();
    let mut faults = Vec::new();
    for line in lines {
        match Fact::from_id(&line.fact).and_then(|fact| KNOWLEDGE.fact_definition(fact.index())) {
            Some(definition) => text += &format!("{:?} = {}\n", line.fact, toml_value(definition, &line.value)),
            None => faults.push(Fault::new(line.line, format!("`{}` is not a fact of the data dictionary", line.fact))),
        }
    }
    if faults.is_empty() { Ok(text) } else { Err(faults) }
}

fn toml_value(definition: &FactDefinition, value: &str) -> String {
    let quoted = |text: &str| format!("{:?}", text.trim().trim_matches('"'));
    match definition.kind_of_value {
        FactType::Boolean | FactType::Integer => value.to_owned(),
        FactType::Decimal | FactType::Code | FactType::Date | FactType::Text => quoted(value),
        FactType::Codes => {
            let inner = value.trim_start_matches('[').trim_end_matches(']').trim();
            if inner.is_empty() || inner == "none" {
                return "[]".to_owned();
            }
            format!("[{}]", inner.split(',').map(quoted).collect::<Vec<_>>().join(", "))
        }
    }
}

fn recommendation(assessment: &Assessment<'_>, expected: &Expected) -> Vec<Fault> {
    let mut items = assessment.chapters.iter().flat_map(|chapter| &chapter.recommendations);
    let Some(item) = items.find(|item| item.recommendation.id == expected.id) else {
        return match (KNOWLEDGE.recommendation(&expected.id), expected.outcome) {
            (None, _) => vec![Fault::new(expected.line, format!("`{}` is not in the guideline", expected.id))],
            (Some(_), ExpectedOutcome::NotInEffect) => Vec::new(),
            (Some(_), outcome) => {
                let message =
                    format!("`{}`: expected {outcome}, found not in effect on {}", expected.id, assessment.as_of);
                vec![Fault::new(expected.line, message)]
            }
        };
    };
    let found = outcome(item);
    if found != expected.outcome {
        let message =
            format!("`{}`: expected {}, found {found}\n{}", expected.id, expected.outcome, tree(item).trim_end());
        return vec![Fault::new(expected.line, message)];
    }
    let mut faults = Vec::new();
    if let Some((line, facts)) = &expected.unknown {
        let found = item.missing.first().map(|set| set.iter().map(|index| id(*index)).collect::<Vec<_>>());
        if found.as_deref() != Some(&facts.iter().map(String::as_str).collect::<Vec<_>>()[..]) {
            let found = found.map_or("none".to_owned(), |set| set.join(", "));
            let message = format!("`{}`: expected unknown {}, found {found}", expected.id, facts.join(", "));
            faults.push(Fault::new(*line, message));
        }
    }
    for (line, text) in &expected.because {
        if !speaks_for(item, text) {
            let message =
                format!("`{}`: `{text}` does not speak for {found}; found\n{}", expected.id, tree(item).trim_end());
            faults.push(Fault::new(*line, message));
        }
    }
    faults
}

fn outcome(item: &JudgedRecommendation<'_>) -> ExpectedOutcome {
    match item.judgement.outcome {
        Outcome::Recommended => ExpectedOutcome::Recommended,
        Outcome::NeedsData => ExpectedOutcome::NeedsData,
        Outcome::Contraindicated => ExpectedOutcome::Contraindicated,
        Outcome::NotApplicable => ExpectedOutcome::NotApplicable,
    }
}

fn id(index: her2path::knowledge::model::FactIndex) -> &'static str {
    KNOWLEDGE.fact_definition(index).map_or("", |definition| &definition.id)
}

/// Whether a criterion of that text has the outcome that decided: met for recommended and (among what forbids) for
/// contraindicated, unknown for needs data, not met for not applicable. Below `none` the sense is turned round.
fn speaks_for(item: &JudgedRecommendation<'_>, text: &str) -> bool {
    let any = |judged: &[Judged<'_>], wanted| judged.iter().any(|one| has(one, text, wanted));
    let (when, forbids) = (&item.judgement.when, &item.judgement.contraindicated_if);
    match item.judgement.outcome {
        Outcome::Recommended => any(when, Truth::Met),
        Outcome::NotApplicable => any(when, Truth::NotMet),
        Outcome::Contraindicated => any(forbids, Truth::Met),
        Outcome::NeedsData => any(when, Truth::Unknown) || any(forbids, Truth::Unknown),
    }
}

fn has(judged: &Judged<'_>, text: &str, wanted: Truth) -> bool {
    if spoken(judged.criterion) == text && judged.outcome == wanted {
        return true;
    }
    let wanted = if matches!(judged.criterion, Criterion::None(_)) { !wanted } else { wanted };
    judged.members.iter().any(|member| has(member, text, wanted))
}

/// A criterion in one line, as output prints it.
fn spoken(criterion: &Criterion) -> String {
    let joined = |members: &[Criterion]| members.iter().map(spoken).collect::<Vec<_>>().join("; ");
    match criterion {
        Criterion::Test(test) => test.text.to_string(),
        Criterion::All(members) => format!("all of ({})", joined(members)),
        Criterion::Any(members) => format!("any of ({})", joined(members)),
        Criterion::None(members) => format!("none of ({})", joined(members)),
    }
}

/// Every criterion with what came of it, for the person who has to find out.
fn tree(item: &JudgedRecommendation<'_>) -> String {
    let lines = |judged: &[Judged<'_>], heading: &str| -> String {
        judged.iter().map(|one| format!("    {heading}{}: {}\n", spoken(one.criterion), one.outcome.as_str())).collect()
    };
    lines(&item.judgement.when, "") + &lines(&item.judgement.contraindicated_if, "forbidden if ")
}

fn fact(assessment: &Assessment<'_>, expected: &ExpectedFact) -> Option<Fault> {
    let Some(fact) = Fact::from_id(&expected.id) else {
        return Some(Fault::new(expected.line, format!("`{}` is not a fact of the data dictionary", expected.id)));
    };
    let statement = assessment.facts.get(fact);
    let found = statement
        .map_or_else(|| "not known".to_owned(), |statement| display(&KNOWLEDGE, fact.index(), &statement.value));
    (found != expected.value)
        .then(|| Fault::new(expected.line, format!("`{}`: expected {}, found {found}", expected.id, expected.value)))
}
