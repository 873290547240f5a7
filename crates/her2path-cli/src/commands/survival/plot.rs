//! Step curves as SVG: bands, censoring marks, medians, numbers at risk.
//!
//! Text is ordinary SVG text in a generic font family, so it prints and can be edited. The colours are those of Okabe and
//! Ito (2008), told apart with any colour vision; dashes tell the curves apart without colour.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use her2path_survival::confidence::Limits;

use super::report::significant;

/// One curve.
pub(super) struct Series {
    pub(super) name: String,
    pub(super) time: Vec<f64>,
    pub(super) value: Vec<f64>,
    pub(super) limits: Vec<Option<Limits>>,
    /// Times of censoring.
    pub(super) marks: Vec<f64>,
    pub(super) median: Option<f64>,
}

/// A picture of curves that begin at `start`.
pub(super) struct Plot {
    pub(super) title: &'static str,
    pub(super) start: f64,
    pub(super) time_label: String,
    pub(super) series: Vec<Series>,
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
    /// Writes the picture; `at_risk` counts people at the ticks, per curve.
    pub(super) fn write(&self, path: &Path, at_risk: &dyn Fn(&[f64]) -> Vec<Vec<f64>>) -> anyhow::Result<()> {
        let svg = self.svg(at_risk).context("could not draw")?;
        std::fs::write(path, svg).with_context(|| format!("could not write `{}`", path.display()))
    }

    fn svg(&self, at_risk: &dyn Fn(&[f64]) -> Vec<Vec<f64>>) -> Result<String, std::fmt::Error> {
        let last = self.series.iter().filter_map(|series| series.time.last()).copied().fold(0.0, f64::max);
        let top =
            if self.start > 0.0 { 1.0 } else { self.series.iter().flat_map(|s| &s.value).copied().fold(0.0, f64::max) };
        let (x_ticks, y_ticks) = (ticks(last, 7.0), ticks(if top > 0.0 { top } else { 1.0 }, 5.0));
        let x_end = x_ticks.last().copied().unwrap_or(1.0);
        let y_end = y_ticks.last().copied().unwrap_or(1.0);
        let x = |time: f64| LEFT + (WIDTH - LEFT - RIGHT) * time / x_end;
        let y = |value: f64| TOP + HEIGHT * (1.0 - value / y_end);
        let total = TOP + HEIGHT + 70.0 + LINE * (2.0 * self.series.len() as f64 + 2.0);
        let mut svg = String::new();
        writeln!(
            svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total}" width="{WIDTH}" height="{total}" role="img" font-family="sans-serif" font-size="13">"#
        )?;
        writeln!(svg, "<title>{}</title>", escape(self.title))?;
        writeln!(svg, r#"<rect width="100%" height="100%" fill="white"/>"#)?;
        writeln!(svg, r#"<text x="{LEFT}" y="24" font-size="16" font-weight="bold">{}</text>"#, escape(self.title))?;
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
            let forward = corners(self.start, &series.time, &upper);
            let back = corners(self.start, &series.time, &lower);
            let points =
                forward.iter().chain(back.iter().rev()).map(|&(time, value)| format!("{:.1},{:.1}", x(time), y(value)));
            let points: Vec<String> = points.collect();
            writeln!(svg, r#"<polygon points="{}" fill="{colour}" fill-opacity="0.15"/>"#, points.join(" "))?;
        }
        for (series, (colour, dash)) in self.series.iter().zip(STYLES.iter().cycle()) {
            let points: Vec<String> = corners(self.start, &series.time, &series.value)
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
            writeln!(svg, r#"<text x="10" y="{line}" fill="{colour}">{}</text>"#, escape(&short(&series.name)))?;
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
        svg.push_str("</svg>\n");
        Ok(svg)
    }
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

/// A name that fits beside the axis.
fn short(name: &str) -> String {
    if name.chars().count() <= 18 { name.to_owned() } else { name.chars().take(17).chain(['…']).collect() }
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
}
