//! What was given, in which lines, and which line is being decided.
//!
//! First [`exposures`] from entries, then [`placement`] before or after metastasis, then [`lines`] by the rules LOT-1 to
//! LOT-15, then the facts that labels and guidelines ask for. A record without a single cancer drug, and without a
//! statement that none was taken, has no medication data: everything here then stays unknown, for an empty list says
//! nothing (project rule).

mod decide;
pub mod exposures;
mod facts;
mod interval;
pub mod lines;
mod orders;
mod placement;
mod progression;

use her2path_knowledge::drug::{Drugs, LineParameters};
use her2path_knowledge::model::Knowledge;
use jiff::civil::Date;

use crate::chart::asserted::Asserted;
use crate::chart::facts::Facts;
use crate::chart::value::Value;
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;
use exposures::Exposure;
use lines::{Line, Rules};
pub use orders::Planned;
use placement::Placement;

pub(super) use decide::decide;
pub(crate) use facts::derive_stated;

/// The treatment of one patient so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Therapy {
    /// Drugs that are drafted, proposed or planned, and not given.
    pub planned: Vec<Planned>,
    /// Every course of every drug, by start.
    pub exposures: Vec<Exposure>,
    /// Lines for metastatic disease, earliest first.
    pub lines: Vec<Line>,
    /// How many lines there were, counted in four ways; absent where the record does not hold them all.
    pub counters: Option<Counters>,
    /// `LoT N (CLoT c + PLoT p)`: all lines, of which curative and palliative (Saini and Twelves 2021).
    pub saini_twelves: Option<String>,
    /// The number of lines for other gaps in days (LOT-7).
    pub gap_sensitivity: Vec<(u16, usize)>,
}

impl Therapy {
    /// The drugs of a line that goes on which have themselves ended, each with the last day on record, in the order of the
    /// line; none of a line that has ended as a whole.
    #[must_use]
    pub fn ended_parts(&self, line: &Line) -> Vec<(u16, PartialDate)> {
        if !line.ongoing {
            return Vec::new();
        }
        let courses = |drug: u16| {
            line.exposures.iter().filter_map(|at| self.exposures.get(*at)).filter(move |course| course.drug == drug)
        };
        let ended = |drug: &u16| {
            let over = courses(*drug).all(|course| !course.ongoing);
            let days = courses(*drug).filter_map(|course| course.end.or(course.last));
            Some((*drug, days.max_by(PartialDate::cmp_sort)?)).filter(|_| over)
        };
        line.drugs.iter().filter_map(ended).collect()
    }
}

/// Lines for metastatic disease, the current one included (LOT-10). Labels use different ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// With a HER2-directed drug.
    pub her2: u16,
    /// With a cytotoxic drug.
    pub chemo: u16,
    /// Begun with an endocrine drug.
    pub endocrine: u16,
    /// All.
    pub any: u16,
}

/// Everything that the facts are stated from.
struct Picture<'p> {
    drugs: &'p Drugs,
    exposures: &'p [Exposure],
    placements: &'p [Placement],
    lines: &'p [Line],
    index: Option<Date>,
    counters: Option<Counters>,
    complete: bool,
}

/// Exposures, and the facts that need no more than them.
pub(super) fn state_exposures(
    asserted: &Asserted,
    knowledge: &Knowledge,
    facts: &mut Facts,
    as_of: Date,
    issues: &mut Vec<Issue>,
) -> Vec<Exposure> {
    let Some(parameters) = &knowledge.line_parameters else { return Vec::new() };
    let gap = i64::from(parameters.gap_days);
    let exposures = exposures::fold(&asserted.medications, &knowledge.drugs, gap, as_of);
    facts::state_given(asserted, &knowledge.drugs, &exposures, facts);
    orders::state(asserted, &knowledge.drugs, facts, as_of, issues);
    exposures
}

/// Lines, and the facts that follow from them. Called once the setting of the disease is known.
pub(super) fn state_lines(
    asserted: &Asserted,
    knowledge: &Knowledge,
    exposures: Vec<Exposure>,
    facts: &mut Facts,
    as_of: Date,
    issues: &mut Vec<Issue>,
) -> Therapy {
    let unlined = |exposures| Therapy { planned: orders::planned(asserted), exposures, ..Therapy::default() };
    let Some(parameters) = &knowledge.line_parameters else { return unlined(exposures) };
    if facts.get(Fact::TherapyMedicationData).is_none() {
        return unlined(exposures);
    }
    let gap = i64::from(parameters.gap_days);
    let index = first_metastasis(facts);
    let drugs = &knowledge.drugs;
    let (placements, lines) = lines_with_gap(asserted, facts, &exposures, drugs, parameters, gap, as_of);
    let mut gap_sensitivity = Vec::new();
    for other in parameters.gap_sensitivity_days.iter() {
        let folded = exposures::fold(&asserted.medications, drugs, i64::from(*other), as_of);
        let (_, found) = lines_with_gap(asserted, facts, &folded, drugs, parameters, i64::from(*other), as_of);
        gap_sensitivity.push((*other, found.len()));
    }
    let metastatic = super::code_of(facts, Fact::DiseaseSetting) == Some("metastatic");
    let unplaced = placements.contains(&Placement::Open);
    let gapless = lines.iter().zip(1_u16..).all(|(line, number)| line.number == number);
    let complete = metastatic
        && !unplaced
        && gapless
        && (index.is_some() || !exposures.is_empty() || !asserted.medications.none_taken.is_empty());
    let count =
        |wanted: fn(&Line) -> bool| u16::try_from(lines.iter().filter(|line| wanted(line)).count()).unwrap_or(u16::MAX);
    let counters = complete.then(|| Counters {
        her2: count(|line| line.her2),
        chemo: count(|line| line.chemo),
        endocrine: count(|line| line.endocrine),
        any: count(|_| true),
    });
    let picture =
        Picture { drugs, exposures: &exposures, placements: &placements, lines: &lines, index, counters, complete };
    facts::state(&picture, &gap_sensitivity, metastatic, facts, issues);
    let curative = u16::from(placements.contains(&Placement::Early));
    let saini_twelves = counters.map(|counters| {
        let palliative = counters.any;
        format!("LoT {} (CLoT {curative} + PLoT {palliative})", curative.saturating_add(palliative))
    });
    Therapy { planned: orders::planned(asserted), exposures, lines, counters, saini_twelves, gap_sensitivity }
}

fn lines_with_gap(
    asserted: &Asserted,
    facts: &Facts,
    exposures: &[Exposure],
    drugs: &Drugs,
    parameters: &LineParameters,
    gap: i64,
    as_of: Date,
) -> (Vec<Placement>, Vec<Line>) {
    let index = first_metastasis(facts);
    let placements = placement::place(exposures, facts, index, drugs, parameters);
    let progressions = progression::events(asserted, facts, exposures, index, parameters);
    let metastatic = placement::metastatic(&placements);
    let rules = Rules { drugs, parameters, gap, as_of };
    let lines = lines::derive(exposures, &metastatic, &placements, &progressions, &rules);
    (placements, lines)
}

/// LOT-1: the first day on which metastatic disease can have been found.
fn first_metastasis(facts: &Facts) -> Option<Date> {
    // Where only the day of recording is known, it is the first on which the record shows metastatic disease.
    match facts.get(Fact::MetastasisFirstDate).or_else(|| facts.get(Fact::MetastasisRecorded))?.value {
        Value::Date(date) => Some(date.earliest()),
        _ => None,
    }
}
