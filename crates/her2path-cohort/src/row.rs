//! What the tables need of one assessment, as compact bytes: assessments are made in any order and written in that of
//! patients.

use her2path::assessment::{Assessment, EndReason, Outcome, Value, display};
use her2path::chart::value::Because;
use her2path::issue::{Issue, Severity};
use her2path::knowledge::model::{FactIndex, Knowledge};
use jiff::civil::Date;

use crate::care::{self, CareRow};
use crate::codec::{Put as _, Take};
use crate::hash::Map;

/// One patient's rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Row<'b> {
    pub(crate) patient: &'b str,
    /// Last day on which the record shows anything that matters.
    pub(crate) last_day: Option<Date>,
    pub(crate) facts: Vec<FactRow<'b>>,
    pub(crate) recommendations: Vec<RecommendationRow>,
    pub(crate) lines: Vec<LineRow<'b>>,
    pub(crate) care: CareRow,
    pub(crate) issues: Vec<IssueRow<'b>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FactRow<'b> {
    pub(crate) fact: u16,
    pub(crate) value: &'b str,
    pub(crate) number: Option<f64>,
    pub(crate) date: Option<&'b str>,
    pub(crate) day: Option<Date>,
    /// Record entries and facts behind it, each once, separated by spaces.
    pub(crate) sources: &'b str,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecommendationRow {
    pub(crate) recommendation: u16,
    pub(crate) outcome: Outcome,
    /// The first of the smallest sets of missing facts.
    pub(crate) missing: Vec<u16>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LineRow<'b> {
    pub(crate) number: u16,
    pub(crate) drugs: &'b str,
    pub(crate) start: Option<Date>,
    pub(crate) end: Option<Date>,
    pub(crate) ongoing: bool,
    pub(crate) maintenance_from: Option<Date>,
    pub(crate) end_reason: Option<&'b str>,
    pub(crate) her2: bool,
    pub(crate) chemo: bool,
    pub(crate) endocrine: bool,
    pub(crate) unknown_agent: bool,
    /// Whether it was among the options of its day.
    pub(crate) concordance: Option<&'b str>,
    /// The kind of reason for that answer.
    pub(crate) concordance_reason: Option<&'b str>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IssueRow<'b> {
    pub(crate) severity: Severity,
    pub(crate) code: &'b str,
    pub(crate) message: &'b str,
    pub(crate) source: Option<&'b str>,
}

/// Positions of recommendations by id.
pub(crate) struct Positions<'k>(Map<&'k str, u16>);

impl<'k> Positions<'k> {
    pub(crate) fn new(knowledge: &'k Knowledge) -> Self {
        Self(knowledge.recommendations.iter().zip(0..).map(|(found, position)| (&*found.id, position)).collect())
    }
}

fn put_date(bytes: &mut Vec<u8>, date: Option<Date>) {
    let days = date.map_or(i32::MIN, crate::day::number);
    bytes.u32(u32::from_le_bytes(days.to_le_bytes()));
}

fn take_date(take: &mut Take<'_>) -> Option<Option<Date>> {
    let days = i32::from_le_bytes(take.u32()?.to_le_bytes());
    Some(if days == i32::MIN { None } else { crate::day::of_number(days) })
}

pub(crate) fn put_number(bytes: &mut Vec<u8>, count: usize) {
    bytes.u32(u32::try_from(count).unwrap_or(u32::MAX));
}

/// Appends an assessment and the issues of reading its record.
pub(crate) fn put(
    bytes: &mut Vec<u8>,
    patient: &str,
    assessment: &Assessment<'_>,
    read: &[&Issue],
    positions: &Positions<'_>,
) {
    let knowledge = assessment.knowledge;
    bytes.text(patient);
    put_date(bytes, last_day(assessment));
    put_number(bytes, assessment.facts.iter().count());
    let (mut sources, mut seen) = (String::new(), Map::default());
    for (fact, statement) in assessment.facts.iter() {
        let index = fact.index();
        bytes.u32(u32::from(index.0));
        bytes.text(&display(knowledge, index, &statement.value));
        bytes.u64(number(&statement.value).unwrap_or(f64::NAN).to_bits());
        let date = match &statement.value {
            Value::Date(date) => Some(*date),
            _ => statement.date,
        };
        bytes.optional(date.map(|date| date.to_string()).as_deref());
        put_date(bytes, date.map(|date| date.earliest()));
        join_sources(&statement.because, &mut seen, &mut sources);
        bytes.text(&sources);
    }
    let applicable = assessment.chapters.iter().filter(|chapter| chapter.applicable);
    let judged: Vec<_> = applicable
        .flat_map(|chapter| &chapter.recommendations)
        .filter_map(|found| {
            let outcome = found.judgement.outcome;
            (outcome != Outcome::NotApplicable)
                .then(|| Some((*positions.0.get(&*found.recommendation.id)?, outcome, found.missing.first())))?
        })
        .collect();
    put_number(bytes, judged.len());
    for (position, outcome, missing) in judged {
        bytes.u32(u32::from(position));
        bytes.u8(match outcome {
            Outcome::Recommended => 0,
            Outcome::NeedsData => 1,
            Outcome::Contraindicated => 2,
            Outcome::NotApplicable => 3,
        });
        let missing: &[FactIndex] = missing.map(Vec::as_slice).unwrap_or_default();
        put_number(bytes, missing.len());
        for fact in missing {
            bytes.u32(u32::from(fact.0));
        }
    }
    let course = assessment.chapters.iter().find_map(|chapter| chapter.treatment.as_ref());
    put_number(bytes, assessment.therapy.lines.len());
    for line in &assessment.therapy.lines {
        bytes.u32(u32::from(line.number));
        let drugs: Vec<&str> =
            line.drugs.iter().filter_map(|drug| knowledge.drugs.get(*drug)).map(|drug| &*drug.id).collect();
        bytes.text(&drugs.join(" + "));
        put_date(bytes, line.start);
        put_date(bytes, line.end);
        put_date(bytes, line.maintenance_from);
        bytes.optional(line.end_reason.map(EndReason::name));
        let flags = [line.ongoing, line.her2, line.chemo, line.endocrine, line.unknown_agent];
        bytes.u8(flags.iter().rev().fold(0, |all, flag| all << 1 | u8::from(*flag)));
        let answer = course.and_then(|course| course.retrospect.iter().find(|found| found.line == line.number));
        bytes.optional(answer.map(|found| found.verdict.as_str()));
        bytes.optional(answer.map(|found| found.reason.name()));
    }
    care::put(bytes, course, knowledge);
    put_number(bytes, assessment.issues.len() + read.len());
    for issue in read.iter().copied().chain(&assessment.issues) {
        put_issue(bytes, issue);
    }
}

/// Appends an issue.
pub(crate) fn put_issue(bytes: &mut Vec<u8>, issue: &Issue) {
    bytes.u8(match issue.severity {
        Severity::Fatal => 0,
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Information => 3,
    });
    bytes.text(&issue.code);
    bytes.text(&issue.message);
    bytes.optional(issue.source.as_deref());
}

fn take_issue<'b>(take: &mut Take<'b>) -> Option<IssueRow<'b>> {
    let severity = match take.u8()? {
        0 => Severity::Fatal,
        1 => Severity::Error,
        2 => Severity::Warning,
        _ => Severity::Information,
    };
    Some(IssueRow { severity, code: take.text()?, message: take.text()?, source: take.optional()? })
}

/// Reads a row back.
pub(crate) fn take(bytes: &[u8]) -> Option<Row<'_>> {
    let mut take = Take(bytes);
    let take = &mut take;
    let mut row = Row { patient: take.text()?, last_day: take_date(take)?, ..Row::default() };
    for _ in 0..take.u32()? {
        row.facts.push(FactRow {
            fact: u16::try_from(take.u32()?).ok()?,
            value: take.text()?,
            number: Some(f64::from_bits(take.u64()?)).filter(|number| !number.is_nan()),
            date: take.optional()?,
            day: take_date(take)?,
            sources: take.text()?,
        });
    }
    for _ in 0..take.u32()? {
        let recommendation = u16::try_from(take.u32()?).ok()?;
        let outcome = match take.u8()? {
            0 => Outcome::Recommended,
            1 => Outcome::NeedsData,
            2 => Outcome::Contraindicated,
            _ => Outcome::NotApplicable,
        };
        let count = take.u32()?;
        let missing = (0..count).map(|_| u16::try_from(take.u32()?).ok()).collect::<Option<_>>()?;
        row.recommendations.push(RecommendationRow { recommendation, outcome, missing });
    }
    for _ in 0..take.u32()? {
        let number = u16::try_from(take.u32()?).ok()?;
        let drugs = take.text()?;
        let (start, end, maintenance_from) = (take_date(take)?, take_date(take)?, take_date(take)?);
        let end_reason = take.optional()?;
        let flags = take.u8()?;
        let flag = |position: u8| flags >> position & 1 == 1;
        let [ongoing, her2, chemo, endocrine, unknown_agent] = [flag(0), flag(1), flag(2), flag(3), flag(4)];
        let (concordance, concordance_reason) = (take.optional()?, take.optional()?);
        row.lines.push(LineRow {
            number,
            drugs,
            start,
            end,
            ongoing,
            maintenance_from,
            end_reason,
            her2,
            chemo,
            endocrine,
            unknown_agent,
            concordance,
            concordance_reason,
        });
    }
    row.care = care::take(take)?;
    for _ in 0..take.u32()? {
        row.issues.push(take_issue(take)?);
    }
    Some(row)
}

/// A value as a number, where it is one that is exactly known.
fn number(value: &Value) -> Option<f64> {
    match value {
        // A count or a measurement is far below 2^53.
        Value::Integer(number) => number.to_string().parse().ok(),
        Value::Decimal(quantity) if quantity.comparator.as_str().is_empty() => quantity.number.to_string().parse().ok(),
        _ => None,
    }
}

/// `seen` is lent so that it need not be made anew for each fact.
fn join_sources<'s>(because: &'s [Because], seen: &mut Map<&'s str, ()>, into: &mut String) {
    into.clear();
    seen.clear();
    for reason in because {
        if seen.insert(&reason.source, ()).is_none() {
            if !into.is_empty() {
                into.push(' ');
            }
            into.push_str(&reason.source);
        }
    }
}

/// The last day that a fact, an exposure or a line names: until then the patient was surely followed.
fn last_day(assessment: &Assessment<'_>) -> Option<Date> {
    let facts = assessment.facts.iter().filter_map(|(_, statement)| statement.date);
    let exposures = assessment.therapy.exposures.iter().flat_map(|course| [course.start, course.last]).flatten();
    let days = facts.chain(exposures).map(|date| date.earliest());
    days.filter(|day| *day <= assessment.as_of).max()
}
