//! Exposures: the entries of the record about one drug, folded into courses.
//!
//! Requests, administrations and statements that follow one another within the gap of rule LOT-7 are one course. A stated
//! stop ends a course before that: what begins again behind it is another one (project rule, see [`Stop`]).
//! Neoadjuvant or adjuvant entries are kept apart from later ones, and so are entries that name another line. A course
//! known from orders alone counts as given, because many records hold nothing else, and says so. Planned entries are
//! no exposure.

use std::collections::{BTreeMap, BTreeSet};

use her2path_knowledge::drug::{DrugClass, DrugGroup, Drugs};
use jiff::civil::Date;

use crate::chart::asserted::{Dose, EntryKind, MedicationEntry, Medications, StopReason};
use crate::chart::value::Because;
use crate::date::PartialDate;

/// One course of one drug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// Position in the guideline's list of drugs.
    pub drug: u16,
    /// First day on which it was given; absent where the record does not say.
    pub start: Option<PartialDate>,
    /// Last day on which the record shows it being given.
    pub last: Option<PartialDate>,
    /// The end that the record states.
    pub end: Option<PartialDate>,
    /// Whether it goes on on the day of the assessment: the record says so, or it was seen within the gap.
    pub ongoing: bool,
    /// Whether the record itself says that it goes on.
    pub open: bool,
    /// The best evidence for it.
    pub basis: Basis,
    /// Why it was stopped.
    pub stopped_for: Option<EndReason>,
    /// `neoadjuvant`, `adjuvant`, `palliative` or `curative`, where the record says so.
    pub intent: Option<&'static str>,
    /// The line of therapy that the record itself names.
    pub stated_line: Option<u16>,
    /// Amounts as recorded, each once, in the order of dates.
    pub doses: Vec<String>,
    /// The entries behind it.
    pub sources: Vec<String>,
    /// What the entries call it, each once.
    pub said: Vec<String>,
}

/// The best evidence for an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Only orders are on record.
    Ordered,
    /// A statement says that it was taken.
    Stated,
    /// Administrations are on record.
    Administered,
}

/// Why a course or line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndReason {
    /// The disease progressed.
    Progression,
    /// It was not tolerated.
    Toxicity,
    /// It was completed as planned.
    Completed,
    /// The patient chose so.
    Choice,
    /// The record does not say, or gives a reason that says nothing about the disease.
    Unknown,
}

impl EndReason {
    /// The value of `therapy.last-end-reason`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Progression => "progression",
            Self::Toxicity => "toxicity",
            Self::Completed => "completed",
            Self::Choice => "choice",
            Self::Unknown => "unknown",
        }
    }

    fn of(reason: StopReason) -> Self {
        match reason {
            StopReason::Progression => Self::Progression,
            StopReason::Toxicity => Self::Toxicity,
            StopReason::Completed => Self::Completed,
            StopReason::Choice => Self::Choice,
            StopReason::Other => Self::Unknown,
        }
    }
}

impl Exposure {
    /// The class of its drug.
    #[must_use]
    pub fn class(&self, drugs: &Drugs) -> DrugClass {
        drugs.get(self.drug).map_or(DrugClass::Unknown, |drug| drug.class)
    }

    /// The group of its drug.
    #[must_use]
    pub fn group(&self, drugs: &Drugs) -> DrugGroup {
        self.class(drugs).group()
    }

    /// Why we say so: each entry, what it calls the drug, and that orders alone are weak evidence.
    #[must_use]
    pub fn because(&self) -> Vec<Because> {
        let note = match self.basis {
            Basis::Ordered => format!("{}; ordered, no administration on record", self.said.join(", ")),
            Basis::Stated | Basis::Administered => self.said.join(", "),
        };
        let mut because: Vec<Because> = self.sources.iter().map(|source| Because::source(source.clone())).collect();
        if let Some(first) = because.first_mut() {
            first.note = Some(note.into());
        }
        because
    }
}

/// All exposures, by start, those without a date first, then by drug. `gap` is the gap of rule LOT-7 in days.
pub(crate) fn fold(medications: &Medications, drugs: &Drugs, gap: i64, as_of: Date) -> Vec<Exposure> {
    let unnamed = unnamed(medications, drugs, gap);
    let mut by_drug: BTreeMap<(u16, Option<u16>, bool), Vec<&MedicationEntry>> = BTreeMap::new();
    for entry in medications.entries.iter().chain(&unnamed).filter(|entry| !entry.planned) {
        let early = matches!(entry.intent, Some("neoadjuvant" | "adjuvant"));
        by_drug.entry((entry.drug, entry.line, early)).or_default().push(entry);
    }
    let mut exposures: Vec<Exposure> = by_drug
        .into_values()
        .flat_map(|mut entries| {
            entries.sort_by(|a, b| order(a).cmp(&order(b)));
            courses(&entries, gap).into_iter().map(|course| exposure(&course, gap, as_of)).collect::<Vec<_>>()
        })
        .collect();
    exposures.sort_by(|a, b| (day(a.start), a.drug, &a.sources).cmp(&(day(b.start), b.drug, &b.sources)));
    exposures
}

/// The day that a date is compared by: its first.
pub(crate) fn day(date: Option<PartialDate>) -> Option<Date> {
    date.map(PartialDate::earliest)
}

fn order(entry: &MedicationEntry) -> (Option<Date>, Option<Date>, &str) {
    (day(entry.start.or(entry.last)), entry.last.map(PartialDate::latest), &entry.source)
}

/// A drug that begins again so many days after an end that gives no reason was not merely given late (project rule: the
/// window of a regimen, LOT-3). Orders and infusions are often closed one by one.
const PAUSE_DAYS: i64 = 28;

/// The last stated stop of a course.
#[derive(Clone, Copy)]
struct Stop {
    on: Date,
    /// The drug failed, was not tolerated or not wanted: whatever follows is a new attempt.
    given_up: bool,
}

impl Stop {
    fn of(entry: &MedicationEntry) -> Option<Self> {
        let given_up =
            matches!(entry.reason, Some(StopReason::Progression | StopReason::Toxicity | StopReason::Choice));
        entry.last.filter(|_| entry.ended).map(|last| Self { on: last.latest(), given_up })
    }

    fn parts(self, next: Date) -> bool {
        days_between(self.on, next) > if self.given_up { 0 } else { PAUSE_DAYS }
    }
}

/// Splits entries in the order of dates at each stated stop, and wherever nothing is recorded for longer than the gap.
fn courses<'e>(entries: &[&'e MedicationEntry], gap: i64) -> Vec<Vec<&'e MedicationEntry>> {
    let mut courses: Vec<Vec<&MedicationEntry>> = Vec::new();
    // How far the course reaches: `None` while one of its entries goes on.
    let mut reach: Option<Date> = None;
    let mut open = false;
    let mut stop: Option<Stop> = None;
    for entry in entries {
        let starts = day(entry.start.or(entry.last));
        let ends = entry.last.map(PartialDate::latest);
        let follows = match (starts, reach) {
            (Some(starts), _) if stop.is_some_and(|stop| stop.parts(starts)) => false,
            (Some(starts), Some(reach)) => open || days_between(reach, starts) <= gap,
            // Nothing contradicts that entries without a date belong together.
            _ => true,
        };
        match courses.last_mut().filter(|_| follows) {
            Some(course) => {
                course.push(entry);
                reach = reach.max(ends);
                // Of two ends the later one counts, and of two of one day the one with a reason.
                stop = stop.into_iter().chain(Stop::of(entry)).max_by_key(|stop| (stop.on, stop.given_up));
                // A stated end closes what an earlier entry left open.
                open = (open || entry.open) && !entry.ended;
            }
            None => {
                courses.push(vec![entry]);
                reach = ends;
                open = entry.open;
                stop = Stop::of(entry);
            }
        }
    }
    courses
}

fn exposure(entries: &[&MedicationEntry], gap: i64, as_of: Date) -> Exposure {
    let dated = |entry: &&&MedicationEntry| entry.last.is_some();
    let latest = |date: &PartialDate| (date.latest(), date.earliest());
    let start = entries.iter().filter_map(|entry| entry.start).min_by_key(|date| (date.earliest(), date.latest()));
    let last = entries.iter().filter_map(|entry| entry.last).max_by_key(latest);
    let end_entry =
        entries.iter().filter(|entry| entry.ended).filter(dated).max_by_key(|entry| entry.last.map(|d| latest(&d)));
    // Whatever is recorded after a stated end shows that it was not the end.
    let end_entry = end_entry.filter(|end| {
        let end = end.last.map(PartialDate::latest);
        entries.iter().filter(|entry| !entry.ended).all(|entry| entry.last.map(PartialDate::latest) <= end)
    });
    let ended_undated = end_entry.is_none() && entries.iter().any(|entry| entry.ended && entry.last.is_none());
    let open = entries.iter().any(|entry| entry.open);
    let recent = last.is_some_and(|last| days_between(last.latest(), as_of) <= gap);
    let ended = end_entry.is_some() || ended_undated;
    let reason = match end_entry {
        Some(end) => entries.iter().filter(|entry| entry.last == end.last).filter_map(|entry| entry.reason).min(),
        None if ended_undated => entries.iter().filter_map(|entry| entry.reason).min(),
        None => None,
    };
    let kind = entries.iter().map(|entry| entry.kind).max().unwrap_or(EntryKind::Ordered);
    Exposure {
        drug: entries.first().map_or(0, |entry| entry.drug),
        start,
        last,
        end: end_entry.and_then(|end| end.last),
        ongoing: !ended && (open || recent),
        open: !ended && open,
        basis: match kind {
            EntryKind::Ordered => Basis::Ordered,
            EntryKind::Stated => Basis::Stated,
            EntryKind::Administered => Basis::Administered,
        },
        stopped_for: reason.map(EndReason::of),
        intent: entries.iter().find_map(|entry| entry.intent),
        stated_line: entries.iter().find_map(|entry| entry.line),
        doses: doses(entries),
        sources: once(entries.iter().map(|entry| entry.source.as_str())),
        said: once(entries.iter().map(|entry| entry.said.as_str())),
    }
}

fn once<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    texts.filter(|text| seen.insert(*text)).map(str::to_owned).collect()
}

/// The amounts, each once. Infusions repeat one amount dozens of times: they are compared before they are put in words.
fn doses(entries: &[&MedicationEntry]) -> Vec<String> {
    let mut doses: Vec<&Dose> = Vec::new();
    for dose in entries.iter().filter_map(|entry| entry.dose.as_ref()) {
        if !doses.contains(&dose) {
            doses.push(dose);
        }
    }
    doses.iter().map(|dose| format!("{} {}", dose.number.normalize(), dose.unit).trim().to_owned()).collect()
}

/// Procedures of chemotherapy that name no drug, as far as no cytotoxic drug is on record around their day: an agent
/// that is not known (LOT-13).
fn unnamed(medications: &Medications, drugs: &Drugs, gap: i64) -> Vec<MedicationEntry> {
    let Some(drug) = drugs.position("chemotherapy-unspecified") else { return Vec::new() };
    let is_cytotoxic = |entry: &&MedicationEntry| {
        drugs.get(entry.drug).is_some_and(|drug| drug.class.group() == DrugGroup::Chemotherapy)
    };
    let cytotoxic: Vec<&MedicationEntry> =
        medications.entries.iter().filter(|entry| !entry.planned).filter(is_cytotoxic).collect();
    let named = |date: Option<PartialDate>| {
        cytotoxic.iter().any(|entry| {
            let (Some(date), Some(start)) = (day(date), day(entry.start.or(entry.last))) else { return true };
            let end = entry.last.map_or(start, PartialDate::latest);
            let before = days_between(date, start);
            let after = days_between(end, date);
            before <= gap && (after <= gap || entry.open)
        })
    };
    let unnamed = medications.unnamed.iter().filter(|(_, date, _)| !named(*date));
    unnamed
        .map(|(because, date, when)| MedicationEntry {
            drug,
            source: because.source.clone(),
            said: because.note.as_deref().unwrap_or_default().to_owned(),
            kind: EntryKind::Stated,
            planned: false,
            start: *date,
            last: *date,
            open: false,
            ended: false,
            reason: None,
            intent: (*when != "any").then_some(*when),
            line: None,
            dose: None,
        })
        .collect()
}

/// Whole days from one day to another, negative where the second is earlier.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    PartialDate::day(from).days_until(PartialDate::day(to)).0
}
