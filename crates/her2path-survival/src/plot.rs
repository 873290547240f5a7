//! Step curves as SVG: bands, censoring marks, medians, numbers at risk.
//!
//! Text is ordinary SVG text in a generic font family, so it prints and can be edited. The colours are those of Okabe and
//! Ito (2008), told apart with any colour vision; dashes tell the curves apart without colour. A title and a description
//! tell readers of screens what is drawn. The picture is a text: writing it to a file is the caller's.

use std::fmt::Write as _;

use crate::confidence::Limits;
use crate::kaplan_meier::KaplanMeier;

/// One curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// Its value at time zero, where it is not that of the picture.
    pub start: Option<f64>,
    /// Times of its steps, rising.
    pub time: Vec<f64>,
    /// Its value from each time on.
    pub value: Vec<f64>,
    /// Limits of the value; the band closes where there are none.
    pub limits: Vec<Option<Limits>>,
    /// Times of censoring.
    pub marks: Vec<f64>,
    /// Where the median is marked.
    pub median: Option<f64>,
}

/// A picture of curves that begin at `start`.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    /// The heading.
    pub title: String,
    /// What must be said with the picture, a line each, under it.
    pub notes: Vec<String>,
    /// The value of the curves at time zero: 1 for survival, 0 for cumulative incidence.
    pub start: f64,
    /// Label of the axis of time.
    pub time_label: String,
    /// The curves.
    pub series: Vec<Series>,
}

/// Okabe and Ito's palette with a dash pattern each.
const STYLES: [(&str, &str); 7] = [
    ("#0072B2", ""),
    ("#D55E00", "7 3"),
    ("#009E73", "2 3"),
    ("#CC79A7", "9 3 2 3"),
    ("#E69F00", "12 4"),
    ("#56B4E9", "4 2"),
    ("#000000", "1 2"),
];

const WIDTH: f64 = 760.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const HEIGHT: f64 = 320.0;
const LINE: f64 = 18.0;

impl Plot {
    /// The picture; `at_risk` counts people at the ticks, per curve.
    #[must_use]
    pub fn svg(&self, at_risk: &dyn Fn(&[f64]) -> Vec<Vec<f64>>) -> String {
        let mut svg = String::new();
        // Writing to a string cannot fail.
        let _ = self.draw(&mut svg, at_risk);
        svg
    }

    fn draw(&self, svg: &mut String, at_risk: &dyn Fn(&[f64]) -> Vec<Vec<f64>>) -> std::fmt::Result {
        let last = self.series.iter().filter_map(|series| series.time.last()).copied().fold(0.0, f64::max);
        // Survival takes the whole scale from zero to one; relative survival may exceed it.
        let values = self.series.iter().flat_map(|series| series.value.iter().chain(&series.start));
        let highest = values.copied().fold(0.0, f64::max);
        let top = if self.start > 0.0 { highest.max(1.0) } else { highest };
        let (x_ticks, y_ticks) = (ticks(last, 7.0), ticks(if top > 0.0 { top } else { 1.0 }, 5.0));
        let x_end = x_ticks.last().copied().unwrap_or(1.0);
        let y_end = y_ticks.last().copied().unwrap_or(1.0);
        let x = |time: f64| LEFT + (WIDTH - LEFT - RIGHT) * time / x_end;
        let y = |value: f64| TOP + HEIGHT * (1.0 - value / y_end);
        let notes: Vec<String> = self.notes.iter().flat_map(|note| lines(note)).collect();
        let lines = 2.0 * self.series.len() as f64 + 2.0 + notes.len() as f64;
        let total = TOP + HEIGHT + 70.0 + LINE * lines;
        writeln!(
            svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total}" width="{WIDTH}" height="{total}" role="img" font-family="sans-serif" font-size="13">"#
        )?;
        writeln!(svg, "<title>{}</title>\n<desc>{}</desc>", escape(&self.title), escape(&self.description()))?;
        writeln!(svg, r#"<rect width="100%" height="100%" fill="white"/>"#)?;
        writeln!(svg, r#"<text x="{LEFT}" y="24" font-size="16" font-weight="bold">{}</text>"#, escape(&self.title))?;
        for &tick in &y_ticks {
            let at = y(tick);
            writeln!(
                svg,
                r##"<line x1="{LEFT}" y1="{at:.1}" x2="{:.1}" y2="{at:.1}" stroke="#dddddd"/>"##,
                WIDTH - RIGHT
            )?;
            writeln!(
                svg,
                r#"<text x="{:.1}" y="{:.1}" text-anchor="end">{}</text>"#,
                LEFT - 8.0,
                at + 4.0,
                label(tick)
            )?;
        }
        for &tick in &x_ticks {
            let (at, base) = (x(tick), TOP + HEIGHT);
            writeln!(svg, r#"<line x1="{at:.1}" y1="{base}" x2="{at:.1}" y2="{}" stroke="black"/>"#, base + 5.0)?;
            writeln!(svg, r#"<text x="{at:.1}" y="{}" text-anchor="middle">{}</text>"#, base + 20.0, label(tick))?;
        }
        writeln!(svg, r#"<path d="M{LEFT} {TOP}V{}H{}" fill="none" stroke="black"/>"#, TOP + HEIGHT, WIDTH - RIGHT)?;
        writeln!(
            svg,
            r#"<text x="{:.1}" y="{}" text-anchor="middle">{}</text>"#,
            0.5 * (LEFT + WIDTH - RIGHT),
            TOP + HEIGHT + 40.0,
            escape(&self.time_label)
        )?;

        for (series, (colour, _)) in self.series.iter().zip(STYLES.iter().cycle()) {
            let limit = |pick: fn(&Limits) -> f64| -> Vec<f64> {
                // Where a scale gives no limits the band closes on the curve.
                let points = series.value.iter().zip(&series.limits);
                points.map(|(&value, limits)| limits.as_ref().map_or(value, pick).min(y_end)).collect()
            };
            let (lower, upper) = (limit(|limits| limits.lower), limit(|limits| limits.upper));
            let start = series.start.unwrap_or(self.start);
            let forward = corners(start, &series.time, &upper);
            let back = corners(start, &series.time, &lower);
            let points =
                forward.iter().chain(back.iter().rev()).map(|&(time, value)| format!("{:.1},{:.1}", x(time), y(value)));
            let points: Vec<String> = points.collect();
            writeln!(svg, r#"<polygon points="{}" fill="{colour}" fill-opacity="0.15"/>"#, points.join(" "))?;
        }
        for (series, (colour, dash)) in self.series.iter().zip(STYLES.iter().cycle()) {
            let points: Vec<String> = corners(series.start.unwrap_or(self.start), &series.time, &series.value)
                .into_iter()
                .map(|(time, value)| format!("{:.1},{:.1}", x(time), y(value)))
                .collect();
            writeln!(
                svg,
                r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-dasharray="{dash}"/>"#,
                points.join(" ")
            )?;
            let mut marks = String::new();
            for &time in &series.marks {
                let at = series.time.partition_point(|&t| t <= time);
                let value = at.checked_sub(1).and_then(|at| series.value.get(at)).copied().unwrap_or(self.start);
                write!(marks, "M{:.1} {:.1}v8", x(time), y(value) - 4.0)?;
            }
            if !marks.is_empty() {
                writeln!(svg, r#"<path d="{marks}" stroke="{colour}" stroke-width="1"/>"#)?;
            }
            if let Some(median) = series.median {
                writeln!(
                    svg,
                    r#"<path d="M{LEFT} {:.1}H{:.1}V{:.1}" fill="none" stroke="{colour}" stroke-dasharray="2 4"/>"#,
                    y(0.5),
                    x(median),
                    TOP + HEIGHT
                )?;
            }
        }

        let mut line = TOP + HEIGHT + 70.0;
        writeln!(svg, r#"<text x="10" y="{line}" font-weight="bold">At risk</text>"#)?;
        for ((series, counts), (colour, _)) in self.series.iter().zip(at_risk(&x_ticks)).zip(STYLES.iter().cycle()) {
            line += LINE;
            writeln!(svg, r#"<text x="10" y="{line}" fill="{colour}">{}</text>"#, escape(&self.short(&series.name)))?;
            for (&tick, count) in x_ticks.iter().zip(counts) {
                writeln!(
                    svg,
                    r#"<text x="{:.1}" y="{line}" text-anchor="middle">{}</text>"#,
                    x(tick),
                    significant(count)
                )?;
            }
        }
        line += LINE;
        for (series, (colour, dash)) in self.series.iter().zip(STYLES.iter().cycle()) {
            line += LINE;
            let median = match (self.start > 0.0, series.median) {
                (true, Some(median)) => format!(", median {}", significant(median)),
                (true, None) => ", median not reached".to_owned(),
                (false, _) => String::new(),
            };
            writeln!(
                svg,
                r#"<line x1="10" y1="{0}" x2="46" y2="{0}" stroke="{colour}" stroke-width="1.8" stroke-dasharray="{dash}"/>"#,
                line - 4.0
            )?;
            writeln!(svg, r#"<text x="54" y="{line}">{}</text>"#, escape(&format!("{}{median}", series.name)))?;
        }
        for note in &notes {
            line += LINE;
            writeln!(svg, r##"<text x="10" y="{line}" font-size="12" fill="#444444">{}</text>"##, escape(note))?;
        }
        svg.write_str("</svg>\n")
    }

    /// A name that fits beside the axis: its beginning, or its end where another curve begins alike.
    fn short(&self, name: &str) -> String {
        let length = name.chars().count();
        if length <= 18 {
            return name.to_owned();
        }
        let beginning: String = name.chars().take(17).collect();
        let alike = self.series.iter().filter(|series| series.name.starts_with(&beginning)).count() > 1;
        if alike { ['…'].into_iter().chain(name.chars().skip(length - 17)).collect() } else { beginning + "…" }
    }

    /// The curves in words.
    fn description(&self) -> String {
        let mut words: Vec<String> = self
            .series
            .iter()
            .map(|series| {
                let last = series.time.last().copied().unwrap_or_default();
                let end = series.value.last().copied().unwrap_or(self.start);
                let median = match (self.start > 0.0, series.median) {
                    (true, Some(median)) => format!(", median {}", significant(median)),
                    (true, None) => ", median not reached".to_owned(),
                    (false, _) => String::new(),
                };
                format!("{}: {} at {}{median}.", series.name, significant(end), significant(last))
            })
            .collect();
        words.extend(self.notes.iter().cloned());
        words.join(" ")
    }
}

impl Series {
    /// A Kaplan-Meier curve with its limits and its censorings.
    #[must_use]
    pub fn of_curve(name: String, curve: &KaplanMeier, limits: Vec<Option<Limits>>, median: Option<f64>) -> Self {
        let table = &curve.table;
        let censored = table.time.iter().zip(&table.censored).filter(|(_, count)| **count > 0.0);
        Self {
            name,
            start: None,
            time: table.time.clone(),
            value: curve.survival.clone(),
            limits,
            marks: censored.map(|(&time, _)| time).collect(),
            median,
        }
    }
}

/// Four significant digits, whole numbers in full.
#[must_use]
pub fn significant(value: f64) -> String {
    // A sum of nothing may be minus zero.
    let value = value + 0.0;
    if value.fract() == 0.0 && value.abs() < 1e12 {
        return format!("{value:.0}");
    }
    let magnitude = value.abs().log10().floor();
    if !(-5.0..12.0).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let decimals = (3.0 - magnitude).max(0.0) as usize;
    format!("{value:.decimals$}")
}

/// The corners of a step function from time zero.
fn corners(start: f64, times: &[f64], values: &[f64]) -> Vec<(f64, f64)> {
    let mut level = start;
    let mut points = vec![(0.0, start)];
    for (&time, &value) in times.iter().zip(values) {
        points.push((time, level));
        points.push((time, value));
        level = value;
    }
    points
}

/// Round numbers from zero to at least `end`, about `count` of them.
fn ticks(end: f64, count: f64) -> Vec<f64> {
    if !end.is_finite() || end <= 0.0 {
        return vec![0.0, 1.0];
    }
    let rough = end / count;
    let power = 10.0_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= rough * 0.999).unwrap_or(power);
    let last = (end / step - 1e-9).ceil().max(1.0) as u32;
    (0..=last).map(|i| f64::from(i) * step).collect()
}

/// A tick as a person writes it, without trailing zeros.
fn label(tick: f64) -> String {
    let text = significant(tick);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A note in lines that fit the picture, broken at words.
fn lines(note: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in note.split_whitespace() {
        let full = lines.last().is_some_and(|line| line.chars().count() + word.chars().count() >= 118);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(ticks(1.0, 5.0), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]);
        assert_eq!(ticks(70.0, 7.0).last(), Some(&70.0));
        assert_eq!(ticks(0.0, 5.0), [0.0, 1.0]);
        assert_eq!([label(0.8), label(0.600_000_000_000_000_1), label(20.0)], ["0.8", "0.6", "20"]);
    }

    #[test]
    fn a_step_has_two_corners_and_names_are_escaped() {
        assert_eq!(corners(1.0, &[2.0], &[0.5]), [(0.0, 1.0), (2.0, 1.0), (2.0, 0.5)]);
        assert_eq!(escape("a<b"), "a&lt;b");
    }

    #[test]
    fn long_names_stay_apart_and_long_notes_are_broken() {
        let series = |name: &str| Series {
            name: name.to_owned(),
            start: None,
            time: vec![1.0],
            value: vec![0.5],
            limits: vec![None],
            marks: Vec::new(),
            median: Some(1.0),
        };
        let plot = Plot {
            title: "T".to_owned(),
            notes: vec!["word ".repeat(60)],
            start: 1.0,
            time_label: "months".to_owned(),
            series: vec![series("docetaxel, trastuzumab and pertuzumab"), series("docetaxel, trastuzumab and placebo")],
        };
        assert_eq!(plot.short("docetaxel, trastuzumab and pertuzumab"), "…ab and pertuzumab");
        assert_eq!(plot.short("docetaxel, trastuzumab and placebo"), "…zumab and placebo");
        assert!(lines(&plot.notes[0]).iter().all(|line| line.chars().count() < 120));
        assert_eq!(lines(&plot.notes[0]).join(" "), plot.notes[0].trim_end());
        assert!(
            plot.svg(&|times| vec![vec![1.0; times.len()]; 2])
                .contains("<desc>docetaxel, trastuzumab and pertuzumab: 0.5")
        );
    }
}
