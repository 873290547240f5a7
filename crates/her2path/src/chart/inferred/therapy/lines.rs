//! Lines of therapy for metastatic disease: the rules LOT-2 to LOT-8, LOT-12 to LOT-14, over exposures in the order of
//! dates.
//!
//! No public standard exists. The rules follow Meng 2021 (JMIR Med Inform 9:e29017), Saini and Twelves 2021 (Br J Cancer
//! 125:155) and the OHDSI tools, with the parameters of `knowledge/lines-of-therapy.toml`; what is our own is said at
//! the place. The order in which resources stand in a record plays no part.
//!
//! Deliberately absent: which exposures belong to metastatic disease (see `placement`), and facts (see `facts`).

use std::collections::BTreeSet;

use her2path_knowledge::drug::{DrugClass, DrugGroup, Drugs, LineParameters};
use jiff::Span;
use jiff::civil::Date;

use super::exposures::{Basis, EndReason, Exposure, day, days_between};
use super::placement::Placement;
use super::progression::Progression;
use crate::chart::value::Because;

/// One line of therapy for metastatic disease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: u16,
    /// Positions of its drugs in the guideline's list, in the order in which they were begun.
    pub drugs: Vec<u16>,
    /// First day; absent where the record names the line without dates.
    pub start: Option<Date>,
    /// Last day (LOT-12); absent while it goes on and where the record has no dates.
    pub end: Option<Date>,
    /// Whether it goes on.
    pub ongoing: bool,
    /// The day on which its cytotoxic drugs ended while others went on (LOT-5a).
    pub maintenance_from: Option<Date>,
    /// A drug was added during maintenance (LOT-6).
    pub maintenance_intensification: bool,
    /// An endocrine drug was added (LOT-5b).
    pub endocrine_added: bool,
    /// A drug was exchanged within its class without progression (LOT-5d, LOT-5e).
    pub within_class_switch: bool,
    /// A drug was exchanged within its class for toxicity (LOT-14).
    pub toxicity_switch: bool,
    /// It holds a drug of a trial or one that the record does not name (LOT-13).
    pub unknown_agent: bool,
    /// It holds a HER2-directed drug (LOT-10).
    pub her2: bool,
    /// It holds a cytotoxic drug other than the payload of a HER2 conjugate (LOT-10).
    pub chemo: bool,
    /// It was begun with an endocrine drug (LOT-10, LOT-15).
    pub endocrine: bool,
    /// Why it ended; absent while it goes on without progression.
    pub end_reason: Option<EndReason>,
    /// Positions of its exposures.
    pub exposures: Vec<usize>,
    /// Why it began and ended.
    pub because: Vec<Because>,
    /// First progression recorded for it, whether or not it was in the brain alone.
    pub(crate) progressed: Option<Date>,
    /// First progression that is not in the brain alone.
    pub(crate) progressed_systemically: Option<Date>,
    /// Known from orders alone.
    pub(crate) ordered_only: bool,
}

/// What the rules are applied with.
pub(crate) struct Rules<'r> {
    pub(crate) drugs: &'r Drugs,
    pub(crate) parameters: &'r LineParameters,
    /// The gap of rule LOT-7 in days, apart for the report of sensitivity.
    pub(crate) gap: i64,
    pub(crate) as_of: Date,
}

/// An exposure as the rules see it.
struct Course<'e> {
    position: usize,
    exposure: &'e Exposure,
    class: DrugClass,
    start: Option<Date>,
    /// Last day on record.
    last: Option<Date>,
}

impl Course<'_> {
    fn group(&self) -> DrugGroup {
        self.class.group()
    }

    /// How far it reaches, seen from a later day.
    fn reach(&self, day: Date) -> Option<Date> {
        if self.exposure.open { Some(day) } else { self.last.map(|last| last.min(day)) }
    }
}

/// A line while it is being put together.
#[derive(Default)]
struct Draft {
    number: u16,
    start: Option<Date>,
    /// In the order of starts: index among the courses, and whether it was there from the start.
    members: Vec<usize>,
    initial: BTreeSet<usize>,
    because: Vec<Because>,
    maintenance_intensification: bool,
    endocrine_added: bool,
    within_class_switch: bool,
    toxicity_switch: bool,
}

/// Why a drug does not begin a line.
enum Stays {
    SameDrug,
    WithinClass,
    ForToxicity,
    EndocrineAdded,
    Intensification,
}

/// The lines that these exposures make. `metastatic` are their positions; supportive drugs and LHRH agonists among them
/// make no line.
pub(crate) fn derive(
    exposures: &[Exposure],
    metastatic: &BTreeSet<usize>,
    placements: &[Placement],
    progressions: &[Progression],
    rules: &Rules<'_>,
) -> Vec<Line> {
    let mut courses: Vec<Course<'_>> = metastatic
        .iter()
        .filter_map(|position| Some((*position, exposures.get(*position)?)))
        .map(|(position, exposure)| Course {
            position,
            exposure,
            class: exposure.class(rules.drugs),
            start: match placements.get(position) {
                Some(Placement::Continued(from)) => Some(*from),
                _ => day(exposure.start.or(exposure.last)),
            },
            last: exposure.end.or(exposure.last).map(crate::date::PartialDate::latest),
        })
        .filter(|course| makes_lines(course.class))
        .collect();
    sort(&mut courses);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut from = 0;
    while let Some(first) = courses.get(from) {
        let (start, stated) = (first.start, first.exposure.stated_line);
        let same =
            |course: &&Course<'_>| course.start == start && (start.is_some() || course.exposure.stated_line == stated);
        let count = courses.iter().skip(from).take_while(same).count().max(1);
        let group: Vec<usize> = (from..from + count).collect();
        place(&courses, &group, &mut drafts, progressions, rules);
        from += count;
    }
    let starts: Vec<Option<Date>> = drafts.iter().map(|draft| draft.start).collect();
    drafts
        .into_iter()
        .enumerate()
        .map(|(number, draft)| {
            let is_last = number + 1 == starts.len();
            let next = starts.iter().skip(number + 1).find_map(|start| *start);
            finish(&courses, draft, next, is_last, progressions, rules)
        })
        .collect()
}

/// LOT-5f: bone agents, growth factors, antiemetics and LHRH agonists alone are no line.
pub(crate) fn makes_lines(class: DrugClass) -> bool {
    class.group() != DrugGroup::Supportive && class != DrugClass::LhrhAgonist
}

/// By start; a course without dates stands before the dated ones of its stated line or of a later one.
fn sort(courses: &mut [Course<'_>]) {
    let stated_first: Vec<(Option<u16>, Option<Date>)> =
        courses.iter().map(|course| (course.exposure.stated_line, course.start)).collect();
    let effective = |course: &Course<'_>| {
        course.start.or_else(|| {
            let line = course.exposure.stated_line?;
            let later = stated_first.iter().filter(|(stated, _)| stated.is_some_and(|stated| stated >= line));
            later.filter_map(|(_, start)| *start).min()
        })
    };
    courses.sort_by_key(|course| {
        (
            effective(course).is_none() && course.exposure.stated_line.is_none(),
            effective(course),
            course.start.is_some(),
            course.exposure.stated_line,
            course.exposure.drug,
            course.position,
        )
    });
}

fn place(
    courses: &[Course<'_>],
    group: &[usize],
    drafts: &mut Vec<Draft>,
    progressions: &[Progression],
    rules: &Rules<'_>,
) {
    let members: Vec<&Course<'_>> = group.iter().filter_map(|index| courses.get(*index)).collect();
    let start = members.iter().find_map(|course| course.start);
    let stated = members.iter().filter_map(|course| course.exposure.stated_line).max();
    let Some(current) = drafts.last_mut() else {
        let note = if stated.is_some() {
            "the record names this line"
        } else {
            "first cancer drug for metastatic disease (LOT-2)"
        };
        drafts.push(begin(stated.unwrap_or(1), start, group, &members, note));
        return;
    };
    if let Some(stated) = stated {
        if stated > current.number {
            drafts.push(begin(stated, start, group, &members, "the record names this line"));
        } else {
            join(current, group, true);
        }
        return;
    }
    let Some(today) = start else {
        join(current, group, true);
        return;
    };
    let decision = decide(courses, group, current, today, progressions, rules);
    match decision {
        Ok(reasons) => {
            let in_window = current
                .start
                .is_none_or(|start| days_between(start, today) <= i64::from(rules.parameters.regimen_window_days));
            for stays in reasons {
                match stays {
                    Stays::SameDrug => {}
                    Stays::WithinClass => current.within_class_switch = true,
                    Stays::ForToxicity => {
                        current.within_class_switch = true;
                        current.toxicity_switch = true;
                    }
                    Stays::EndocrineAdded => current.endocrine_added = true,
                    Stays::Intensification => current.maintenance_intensification = true,
                }
            }
            join(current, group, in_window);
        }
        Err(note) => {
            let number = current.number.saturating_add(1);
            let kept = kept(courses, current, &members, today);
            let mut next = begin(number, start, group, &members, note);
            for index in kept {
                next.members.push(index);
                next.initial.insert(index);
            }
            drafts.push(next);
        }
    }
}

fn begin(number: u16, start: Option<Date>, group: &[usize], members: &[&Course<'_>], note: &'static str) -> Draft {
    let source = members.first().and_then(|course| course.exposure.sources.first()).cloned().unwrap_or_default();
    Draft {
        number,
        start,
        members: group.to_vec(),
        initial: group.iter().copied().collect(),
        because: vec![Because::source(source).note(note)],
        ..Draft::default()
    }
}

fn join(draft: &mut Draft, group: &[usize], initial: bool) {
    draft.members.extend(group);
    if initial {
        draft.initial.extend(group);
    }
}

/// Whether drugs begun on a day stay in the current line, each with its reason, or why they begin the next one.
fn decide(
    courses: &[Course<'_>],
    group: &[usize],
    current: &Draft,
    today: Date,
    progressions: &[Progression],
    rules: &Rules<'_>,
) -> Result<Vec<Stays>, &'static str> {
    let members: Vec<&Course<'_>> = current.members.iter().filter_map(|index| courses.get(*index)).collect();
    let begun: Vec<&Course<'_>> = group.iter().filter_map(|index| courses.get(*index)).collect();
    let is_new = |course: &&&Course<'_>| !is_in_regimen(course, &members, rules.drugs);
    let new: Vec<&&Course<'_>> = begun.iter().filter(is_new).collect();
    let progressed = progression_of(courses, current, Some(today), progressions, rules).next().is_some();
    if progressed && !new.is_empty() {
        return Err("change of drugs after progression (LOT-8)");
    }
    let reach = members.iter().filter_map(|course| course.reach(today)).max();
    if reach.is_some_and(|reach| days_between(reach, today) > rules.gap) {
        return Err("no cancer drug for longer than the gap (LOT-7)");
    }
    let window = i64::from(rules.parameters.regimen_window_days);
    if current.start.is_some_and(|start| days_between(start, today) <= window) {
        return Ok(Vec::new());
    }
    let mut reasons = vec![Stays::SameDrug];
    for course in new {
        reasons.push(stays(course, &members, today, rules).ok_or("new drug outside the regimen (LOT-4)")?);
    }
    Ok(reasons)
}

/// LOT-5c: the same drug, a biosimilar, another form of it, or a product whose parts are all in the regimen.
fn is_in_regimen(course: &Course<'_>, members: &[&Course<'_>], drugs: &Drugs) -> bool {
    let regimen: BTreeSet<&str> = members.iter().flat_map(|member| parts(member.exposure.drug, drugs)).collect();
    parts(course.exposure.drug, drugs).iter().all(|part| regimen.contains(part))
}

/// A drug's components, or the drug itself.
pub(crate) fn parts(drug: u16, drugs: &Drugs) -> Vec<&str> {
    match drugs.get(drug) {
        Some(drug) if !drug.components.is_empty() => drug.components.iter().map(AsRef::as_ref).collect(),
        Some(drug) => vec![drug.id.as_ref()],
        None => Vec::new(),
    }
}

/// Why a new drug outside the window does not begin a line, if it does not. There was no progression.
fn stays(course: &Course<'_>, members: &[&Course<'_>], today: Date, rules: &Rules<'_>) -> Option<Stays> {
    let same_class: Vec<&&Course<'_>> = members.iter().filter(|member| member.class == course.class).collect();
    let for_toxicity = same_class.iter().any(|member| {
        member.exposure.stopped_for == Some(EndReason::Toxicity) && member.last.is_some_and(|last| last <= today)
    });
    // Conjugates and antibodies against HER2 differ from one another more than a taxane from a taxane: T-DM1 to T-DXd
    // is another class in the sense of LOT-14. So do drugs that share only a collective class.
    let exchangeable = !matches!(
        course.class,
        DrugClass::Her2Adc
            | DrugClass::Her2Antibody
            | DrugClass::Trop2Adc
            | DrugClass::OtherCytotoxic
            | DrugClass::OtherTargeted
            | DrugClass::OtherEndocrine
            | DrugClass::OtherMicrotubule
            | DrugClass::Unknown
    );
    if for_toxicity && exchangeable {
        return Some(Stays::ForToxicity);
    }
    let swapped = matches!(course.class, DrugClass::Taxane | DrugClass::Platinum | DrugClass::AromataseInhibitor);
    if swapped && !same_class.is_empty() {
        return Some(Stays::WithinClass);
    }
    let backbone = |member: &&&Course<'_>| matches!(member.group(), DrugGroup::Her2Directed | DrugGroup::Chemotherapy);
    if course.group() == DrugGroup::Endocrine && members.iter().any(|member| backbone(&member)) {
        return Some(Stays::EndocrineAdded);
    }
    let intensifies = course.class == DrugClass::Cdk46Inhibitor
        || rules.drugs.get(course.exposure.drug).is_some_and(|drug| drug.id == "tucatinib");
    let her2 = members.iter().any(|member| member.group() == DrugGroup::Her2Directed);
    let cytotoxic_goes_on = members.iter().any(|member| {
        member.group() == DrugGroup::Chemotherapy
            && (member.exposure.open || member.last.is_some_and(|last| last > today))
    });
    (intensifies && her2 && !cytotoxic_goes_on).then_some(Stays::Intensification)
}

/// Drugs of the line before that go on in the next one (LOT-8: a line advances even if one drug is kept): those the
/// record shows later, and the antibodies that it calls ongoing where the new drugs bring none against HER2.
fn kept(courses: &[Course<'_>], current: &Draft, begun: &[&Course<'_>], today: Date) -> Vec<usize> {
    let brings_her2 = begun.iter().any(|course| course.group() == DrugGroup::Her2Directed);
    let begun_drugs: BTreeSet<u16> = begun.iter().map(|course| course.exposure.drug).collect();
    let goes_on = |course: &Course<'_>| {
        // An entry of the day itself that goes on belongs to the new line; one that ended on the day does not.
        let seen_later = course.last.is_some_and(|last| last > today || (course.exposure.open && last >= today));
        seen_later || (course.exposure.open && course.class == DrugClass::Her2Antibody && !brings_her2)
    };
    let members = current.members.iter().copied();
    members
        .filter(|index| {
            courses.get(*index).is_some_and(|course| goes_on(course) && !begun_drugs.contains(&course.exposure.drug))
        })
        .collect()
}

/// Progressions of a line, up to a day if one is given. One recorded within the lag after its start is why the line
/// before it ended, unless one of its own drugs was stopped for it.
fn progression_of<'p>(
    courses: &'p [Course<'_>],
    draft: &'p Draft,
    until: Option<Date>,
    progressions: &'p [Progression],
    rules: &'p Rules<'_>,
) -> impl Iterator<Item = &'p Progression> {
    let lag = i64::from(rules.parameters.progression_lag_days);
    progressions.iter().filter(move |event| {
        let own = event.exposure.is_some_and(|position| {
            draft.members.iter().filter_map(|index| courses.get(*index)).any(|course| course.position == position)
        });
        let timely = until.is_none_or(|until| event.date <= until);
        let later = draft.start.is_some_and(|start| days_between(start, event.date) > lag);
        timely && (own || (later && event.exposure.is_none()))
    })
}

fn finish(
    courses: &[Course<'_>],
    draft: Draft,
    next: Option<Date>,
    is_last: bool,
    progressions: &[Progression],
    rules: &Rules<'_>,
) -> Line {
    let members: Vec<&Course<'_>> = draft.members.iter().filter_map(|index| courses.get(*index)).collect();
    let initial: Vec<&Course<'_>> = draft.initial.iter().filter_map(|index| courses.get(*index)).collect();
    let until = next.or(Some(rules.as_of));
    let found: Vec<&Progression> = progression_of(courses, &draft, until, progressions, rules).collect();
    let progressed = found.first().map(|event| event.date);
    let systemic = found.iter().find(|event| !event.only_brain);
    let ongoing = is_last && members.iter().any(|course| course.exposure.ongoing);
    let stop = |course: &Course<'_>| stop_of(course, rules);
    let last_stop = members.iter().filter_map(|course| stop(course)).max();
    let before_next = next.and_then(|next| next.checked_add(Span::new().days(-1)).ok());
    let end = if ongoing {
        None
    } else {
        match (last_stop, before_next) {
            // What the record calls ongoing ended at the latest when the next line began.
            (Some(stop), Some(before)) if members.iter().all(|course| !course.exposure.open) => Some(stop.min(before)),
            (_, Some(before)) => Some(before),
            (stop, None) => stop,
        }
    };
    let has = |group: DrugGroup| members.iter().any(|course| course.group() == group);
    let mut drugs: Vec<u16> = Vec::new();
    for course in &members {
        if !drugs.contains(&course.exposure.drug) {
            drugs.push(course.exposure.drug);
        }
    }
    let mut line = Line {
        number: draft.number,
        drugs,
        start: draft.start,
        end,
        ongoing,
        maintenance_from: maintenance(&members, next, progressed, rules),
        maintenance_intensification: draft.maintenance_intensification,
        endocrine_added: draft.endocrine_added,
        within_class_switch: draft.within_class_switch,
        toxicity_switch: draft.toxicity_switch,
        unknown_agent: members.iter().any(|course| is_unknown(course, rules.drugs)),
        her2: has(DrugGroup::Her2Directed),
        chemo: has(DrugGroup::Chemotherapy),
        endocrine: initial.iter().any(|course| course.group() == DrugGroup::Endocrine),
        end_reason: None,
        exposures: members.iter().map(|course| course.position).collect(),
        because: draft.because.clone(),
        progressed,
        progressed_systemically: systemic.map(|event| event.date),
        ordered_only: members.iter().all(|course| course.exposure.basis == Basis::Ordered),
    };
    line.end_reason = end_reason(&members, &line, is_last);
    if line.end_reason == Some(EndReason::Progression)
        && let Some(event) = found.first()
    {
        line.because.push(event.because.clone());
    }
    line
}

/// The day on which a course ended: as recorded, else one cycle after it was last given (LOT-12).
fn stop_of(course: &Course<'_>, rules: &Rules<'_>) -> Option<Date> {
    let last = course.last?;
    if course.exposure.end.is_some() {
        return Some(last);
    }
    let cycle = rules.drugs.get(course.exposure.drug).and_then(|drug| drug.cycle_days);
    let cycle = i64::from(cycle.unwrap_or(rules.parameters.cycle_days));
    Some(last.checked_add(Span::new().days(cycle)).unwrap_or(last).min(rules.as_of.max(last)))
}

/// LOT-5a: the day on which the last cytotoxic drug ended while another drug of the line went on, without progression.
fn maintenance(
    members: &[&Course<'_>],
    next: Option<Date>,
    progressed: Option<Date>,
    rules: &Rules<'_>,
) -> Option<Date> {
    let (cytotoxic, others): (Vec<&&Course<'_>>, Vec<&&Course<'_>>) =
        members.iter().partition(|course| course.group() == DrugGroup::Chemotherapy);
    if cytotoxic.is_empty() || cytotoxic.iter().any(|course| course.exposure.ongoing) {
        return None;
    }
    let from = cytotoxic.iter().map(|course| stop_of(course, rules)).collect::<Option<Vec<_>>>()?.into_iter().max()?;
    let goes_on = others.iter().any(|course| course.exposure.open || course.last.is_some_and(|last| last > from));
    let in_line = next.is_none_or(|next| from < next) && progressed.is_none_or(|progressed| from < progressed);
    (goes_on && in_line).then_some(from)
}

fn end_reason(members: &[&Course<'_>], line: &Line, is_last: bool) -> Option<EndReason> {
    if line.ongoing && line.progressed_systemically.is_none() {
        return None;
    }
    let latest = members.iter().filter_map(|course| course.last).max();
    let at_end = members.iter().filter(|course| course.last == latest || course.last.is_none());
    let recorded =
        at_end.filter_map(|course| course.exposure.stopped_for).filter(|reason| *reason != EndReason::Unknown).min();
    // A progression long after the last drug did not end the line that was stopped for something else.
    let ended_before = |progressed: Date| {
        !line.ongoing
            && members.iter().all(|course| !course.exposure.open)
            && latest.is_some_and(|latest| latest < progressed)
    };
    let progressed = if is_last { line.progressed_systemically } else { line.progressed };
    match (progressed, recorded) {
        (Some(progressed), Some(reason)) if ended_before(progressed) => Some(reason),
        (Some(_), _) => Some(EndReason::Progression),
        (None, Some(reason)) => Some(reason),
        (None, None) => Some(EndReason::Unknown),
    }
}

fn is_unknown(course: &Course<'_>, drugs: &Drugs) -> bool {
    course.class == DrugClass::Unknown
        || drugs.get(course.exposure.drug).is_some_and(|drug| {
            matches!(drug.id.as_ref(), "chemotherapy-unspecified" | "other-antineoplastic" | "endocrine-unspecified")
        })
}
