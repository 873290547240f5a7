//! The course as a picture: receptors, lines of therapy, responses, sites and LVEF over time, as inline SVG.
//!
//! Nothing is told by colour alone: every mark carries a word, lines bear their numbers, and bands differ by their pattern. The
//! picture has a title and a description for those who do not see it, and everything in it stands in the text of the sheet as
//! well. Positions are whole numbers, so that the same record gives the same bytes.

use jiff::civil::Date;
use maud::{Markup, html};

use super::super::super::printable;
use crate::assessment::{Assessment, Event, EventKind, Exposure, Line};
use crate::date::PartialDate;

/// The drawing's measures, in its own units.
const LEFT: i64 = 92;
const RIGHT: i64 = 948;
const WIDTH: i64 = 960;
/// Width of a letter at the size of the labels, rounded up.
const LETTER: i64 = 6;
const ROW: i64 = 16;
const LVEF_HEIGHT: i64 = 64;

/// The picture, or a sentence where nothing bears a date.
pub(super) fn picture(assessment: &Assessment<'_>, id: &str) -> Markup {
    let Some(scale) = Scale::of(assessment) else {
        return html! { p.why { "No dated result or treatment is on record, so there is nothing to draw." } };
    };
    let mut rows = Rows { scale: &scale, y: 22, marks: Vec::new() };
    rows.events(assessment, "HER2", &[EventKind::Her2], |event| sign(&event.text));
    rows.events(assessment, "ER", &[EventKind::Er], |event| sign(&event.text));
    rows.events(assessment, "PR", &[EventKind::Pr], |event| sign(&event.text));
    rows.early(assessment);
    rows.lines(assessment);
    rows.events(assessment, "Response", &[EventKind::Response], |event| response(&event.text));
    rows.events(assessment, "Sites", &[EventKind::Metastasis], |event| event.text.clone());
    rows.events(assessment, "Brain, local", &[EventKind::BrainTherapy], |event| event.text.clone());
    rows.lvef(assessment);
    let Rows { y: height, marks, .. } = rows;
    let (title, desc) = (format!("{id}-course-title"), format!("{id}-course-desc"));
    html! {
        figure.course {
            svg viewBox=(format!("0 0 {WIDTH} {}", height + 18)) role="img" aria-labelledby=(format!("{title} {desc}"))
                xmlns="http://www.w3.org/2000/svg" {
                title id=(title) { "Course from " (scale.from) " to " (scale.to) }
                desc id=(desc) { (printable(&description(assessment))) }
                defs {
                    pattern id=(format!("{id}-early")) width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                        rect width="6" height="6" fill="#ffffff" {}
                        line x1="0" y1="0" x2="0" y2="6" stroke="#6b6b76" stroke-width="2" {}
                    }
                    pattern id=(format!("{id}-maintenance")) width="8" height="8" patternUnits="userSpaceOnUse" {
                        rect width="8" height="8" fill="#dbe6f2" {}
                        circle cx="4" cy="4" r="1.4" fill="#0b4f8a" {}
                    }
                }
                (years(&scale, height))
                @for mark in &marks { (mark.draw(id)) }
            }
            figcaption { "Bars: hatched, therapy of early disease; plain, lines for metastatic disease by number; dotted, maintenance. LVEF in per cent, broken line at 50." }
        }
    }
}

/// Days to positions.
struct Scale {
    from: Date,
    to: Date,
    days: i64,
}

impl Scale {
    /// From the first thing on record to the day of the assessment.
    fn of(assessment: &Assessment<'_>) -> Option<Self> {
        let drawn = |event: &&Event| {
            !matches!(
                event.kind,
                EventKind::Dose | EventKind::PregnancyTest | EventKind::DentalExamination | EventKind::Dpyd
            )
        };
        let events = assessment.timeline.events.iter().filter(drawn).map(|event| event.date.earliest());
        let exposures =
            assessment.therapy.exposures.iter().filter_map(|exposure| exposure.start).map(PartialDate::earliest);
        let from = events.chain(exposures).min()?;
        let to = assessment.as_of;
        let days = PartialDate::day(from).days_until(PartialDate::day(to)).0.max(90);
        Some(Self { from, to, days })
    }

    fn x(&self, day: Date) -> i64 {
        let since = PartialDate::day(self.from).days_until(PartialDate::day(day)).0.clamp(0, self.days);
        LEFT + (RIGHT - LEFT) * since / self.days
    }
}

/// One thing drawn.
enum Mark {
    Heading(i64, &'static str),
    Word { x: i64, y: i64, text: String, end: bool },
    Point { x: i64, y: i64 },
    Bar { x: i64, y: i64, width: i64, fill: Fill, text: String },
    Path(Vec<(i64, i64)>),
    Limit { y: i64 },
}

#[derive(Clone, Copy)]
enum Fill {
    Early,
    Plain,
    Maintenance,
}

impl Mark {
    fn draw(&self, id: &str) -> Markup {
        match self {
            Self::Heading(y, text) => {
                html! { text x="0" y=(y) font-size="11" font-weight="600" fill="#1b1b1f" { (text) } }
            }
            Self::Word { x, y, text, end } => {
                let anchor = if *end { "end" } else { "start" };
                html! { text x=(x) y=(y) font-size="11" fill="#1b1b1f" text-anchor=(anchor) { (printable(text)) } }
            }
            Self::Point { x, y } => html! { circle cx=(x) cy=(y) r="3" fill="#1b1b1f" {} },
            Self::Bar { x, y, width, fill, text } => {
                let fill = match fill {
                    Fill::Early => format!("url(#{id}-early)"),
                    Fill::Plain => "#dbe6f2".to_owned(),
                    Fill::Maintenance => format!("url(#{id}-maintenance)"),
                };
                html! {
                    rect x=(x) y=(y) width=(width) height="14" fill=(fill) stroke="#0b4f8a" stroke-width="1" {}
                    @if !text.is_empty() {
                        text x=(x + 3) y=(y + 11) font-size="11" font-weight="600" fill="#1b1b1f" stroke="#ffffff" stroke-width="3" paint-order="stroke" { (printable(text)) }
                    }
                }
            }
            Self::Path(points) => {
                let points: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
                html! { polyline points=(points.join(" ")) fill="none" stroke="#0b4f8a" stroke-width="1.5" {} }
            }
            Self::Limit { y } => html! {
                line x1=(LEFT) y1=(y) x2=(RIGHT) y2=(y) stroke="#4d4d57" stroke-width="1" stroke-dasharray="4 3" {}
            },
        }
    }
}

/// The rows of the picture, from top to bottom.
struct Rows<'s> {
    scale: &'s Scale,
    y: i64,
    marks: Vec<Mark>,
}

impl Rows<'_> {
    /// Words at their days. Those of one day stand together; one that would run into another moves a row down.
    fn events(
        &mut self,
        assessment: &Assessment<'_>,
        name: &'static str,
        kinds: &[EventKind],
        word: impl Fn(&Event) -> String,
    ) {
        let mut words: Vec<(Date, String)> = Vec::new();
        for event in assessment.timeline.events.iter().filter(|event| kinds.contains(&event.kind)) {
            let day = event.date.earliest();
            let text = word(event);
            match words.last_mut().filter(|(last, _)| *last == day) {
                Some((_, joined)) if joined.split(", ").any(|part| part == text) => {}
                Some((_, joined)) => *joined += &format!(", {text}"),
                None => words.push((day, text)),
            }
        }
        if words.is_empty() {
            return;
        }
        self.marks.push(Mark::Heading(self.y + 12, name));
        let mut ends: Vec<i64> = Vec::new();
        for (day, text) in words {
            let x = self.scale.x(day);
            let length = LETTER * i64::try_from(text.chars().count()).unwrap_or(0);
            let end = x + 8 + length > WIDTH;
            let (first, last) = if end { (x - 8 - length, x + 4) } else { (x - 4, x + 8 + length) };
            let row = ends.iter().position(|end| *end < first).unwrap_or(ends.len());
            match ends.get_mut(row) {
                Some(end) => *end = last,
                None => ends.push(last),
            }
            let y = self.y + ROW * i64::try_from(row).unwrap_or(0);
            self.marks.push(Mark::Point { x, y: y + 8 });
            self.marks.push(Mark::Word { x: if end { x - 6 } else { x + 6 }, y: y + 12, text, end });
        }
        self.y += ROW * i64::try_from(ends.len()).unwrap_or(0) + 6;
    }

    fn bar(&mut self, from: Date, to: Date, fill: Fill, text: String) {
        let x = self.scale.x(from);
        let width = (self.scale.x(to) - x).max(3);
        self.marks.push(Mark::Bar { x, y: self.y, width, fill, text });
    }

    /// Drugs of early disease, one after the other as one band: those that belong to no line and end before the first.
    fn early(&mut self, assessment: &Assessment<'_>) {
        let of_lines: Vec<usize> =
            assessment.therapy.lines.iter().flat_map(|line| line.exposures.iter().copied()).collect();
        let first = assessment.therapy.lines.iter().filter_map(|line| line.start).min().unwrap_or(assessment.as_of);
        let early: Vec<(Date, Date)> = assessment
            .therapy
            .exposures
            .iter()
            .enumerate()
            .filter(|(position, exposure)| !of_lines.contains(position) && !is_supportive(assessment, exposure))
            .filter_map(|(_, exposure)| Some((exposure.start?.earliest(), last(exposure, assessment.as_of)?)))
            .filter(|(start, _)| *start < first)
            .collect();
        let (Some(from), Some(to)) = (early.iter().map(|(from, _)| *from).min(), early.iter().map(|(_, to)| *to).max())
        else {
            return;
        };
        self.marks.push(Mark::Heading(self.y + 11, "Early"));
        self.bar(from, to.min(first), Fill::Early, String::new());
        self.y += ROW + 4;
    }

    fn lines(&mut self, assessment: &Assessment<'_>) {
        let dated: Vec<(&Line, Date)> =
            assessment.therapy.lines.iter().filter_map(|line| Some((line, line.start?))).collect();
        if dated.is_empty() {
            return;
        }
        self.marks.push(Mark::Heading(self.y + 11, "Lines"));
        for (line, start) in dated {
            let end = line.end.unwrap_or(assessment.as_of);
            let until = line.maintenance_from.unwrap_or(end).min(end);
            self.bar(start, until, Fill::Plain, line.number.to_string());
            if let Some(from) = line.maintenance_from.filter(|from| *from < end) {
                self.bar(from, end, Fill::Maintenance, "m".to_owned());
            }
        }
        self.y += ROW + 6;
    }

    fn lvef(&mut self, assessment: &Assessment<'_>) {
        use rust_decimal::prelude::ToPrimitive as _;
        let points: Vec<(i64, i64)> = assessment
            .timeline
            .of(EventKind::Lvef)
            .filter_map(|event| Some((self.scale.x(event.date.earliest()), event.number?.round().to_i64()?)))
            .filter(|(_, value)| (1..=100).contains(value))
            .collect();
        if points.is_empty() {
            return;
        }
        // From 30 to 80 per cent; what lies outside stands at the edge, its number tells.
        let top = self.y;
        let y = |value: i64| top + 10 + (80 - value.clamp(30, 80)) * (LVEF_HEIGHT - 14) / 50;
        self.marks.push(Mark::Heading(top + LVEF_HEIGHT / 2, "LVEF %"));
        self.marks.push(Mark::Limit { y: y(50) });
        self.marks.push(Mark::Path(points.iter().map(|(x, value)| (*x, y(*value))).collect()));
        // A number stands where the one before leaves room for it.
        let mut said: Option<i64> = None;
        for (x, value) in &points {
            self.marks.push(Mark::Point { x: *x, y: y(*value) });
            if said.is_none_or(|said| *x - said >= 18) {
                self.marks.push(Mark::Word { x: *x - 6, y: y(*value) - 6, text: value.to_string(), end: false });
                said = Some(*x);
            }
        }
        self.y += LVEF_HEIGHT + 4;
    }
}

fn is_supportive(assessment: &Assessment<'_>, exposure: &Exposure) -> bool {
    exposure.group(&assessment.knowledge.drugs) == her2path_knowledge::drug::DrugGroup::Supportive
}

fn last(exposure: &Exposure, as_of: Date) -> Option<Date> {
    if exposure.ongoing { Some(as_of) } else { exposure.end.or(exposure.last).map(PartialDate::latest) }
}

/// A thin line at each new year, with its number.
fn years(scale: &Scale, height: i64) -> Markup {
    let (from, to) = (scale.from.year(), scale.to.year());
    let every = (to - from) / 12 + 1;
    let ticks: Vec<(i64, i16)> = (from + 1..=to)
        .filter(|year| (year - from) % every == 0 || every == 1)
        .map(|year| (scale.x(jiff::civil::date(year, 1, 1)), year))
        .collect();
    html! {
        @for (x, year) in ticks {
            line x1=(x) y1="14" x2=(x) y2=(height) stroke="#c9c9d1" stroke-width="1" {}
            @if x + 28 < WIDTH { text x=(x + 2) y="11" font-size="10" fill="#4d4d57" { (year) } }
        }
        line x1=(RIGHT) y1="14" x2=(RIGHT) y2=(height) stroke="#1b1b1f" stroke-width="1" {}
        text x=(RIGHT) y=(height + 12) font-size="10" fill="#4d4d57" text-anchor="end" { (scale.to) }
        text x=(LEFT) y=(height + 12) font-size="10" fill="#4d4d57" { (scale.from) }
    }
}

/// A receptor's answer as a sign, where it is one.
fn sign(text: &str) -> String {
    let lower = text.to_lowercase();
    match (lower.contains("positive"), lower.contains("negative")) {
        (true, false) => "+ positive".to_owned(),
        (false, true) => "− negative".to_owned(),
        _ => text.to_owned(),
    }
}

/// A response with an arrow, so that worse and better are told at a glance.
fn response(text: &str) -> String {
    let arrow = match text {
        "improved" | "CR" | "PR" | "full-remission" | "partial-remission" => "▲ ",
        "stable" | "SD" | "NONCR_NONPD" => "■ ",
        "worsened" | "PD" => "▼ ",
        _ => "",
    };
    format!("{arrow}{text}")
}

/// The picture in words.
fn description(assessment: &Assessment<'_>) -> String {
    let mut parts: Vec<String> =
        assessment.therapy.lines.iter().map(|line| super::super::super::therapy::sentence(assessment, line)).collect();
    for (name, kind) in [
        ("HER2", EventKind::Her2),
        ("ER", EventKind::Er),
        ("PR", EventKind::Pr),
        ("Response", EventKind::Response),
        ("Metastasis", EventKind::Metastasis),
        ("Local therapy of the brain", EventKind::BrainTherapy),
        ("LVEF", EventKind::Lvef),
    ] {
        let said: Vec<String> = assessment
            .timeline
            .of(kind)
            .map(|event| match event.number {
                Some(number) => format!("{} {number}", event.date),
                None => format!("{} {}", event.date, event.text),
            })
            .collect();
        if !said.is_empty() {
            parts.push(format!("{name}: {}", said.join(", ")));
        }
    }
    parts.join(". ")
}
