//! Survival curves as SVG, with bands and numbers at risk.

use her2path_survival::confidence::Scale;
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::observations::Observations;
use her2path_survival::risk_table::numbers_at_risk;
use maud::{Markup, html};

use super::census::Follow;

/// Colours that people with any colour vision tell apart (Okabe and Ito 2008), and dashes for print without colour.
const STROKES: [(&str, &str); 6] = [
    ("#0072b2", ""),
    ("#d55e00", "7 3"),
    ("#009e73", "2 3"),
    ("#cc79a7", "9 3 2 3"),
    ("#56b4e9", "4 4"),
    ("#000000", "1 4"),
];

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 44.0;
const TOP: f64 = 12.0;

/// Groups smaller than this are named and not drawn: a curve of so few says nothing and may point to a person.
const SMALLEST: usize = 5;

/// One picture with its table of medians and numbers at risk.
pub(crate) fn panel(title: &str, note: &str, groups: &[(String, Follow)]) -> Markup {
    let (drawn, small): (Vec<_>, Vec<_>) = groups.iter().partition(|(_, follow)| follow.time.len() >= SMALLEST);
    let longest = drawn.iter().flat_map(|(_, follow)| &follow.time).fold(0.0_f64, |a, b| a.max(*b));
    let span = (longest / 12.0).ceil().clamp(1.0, 20.0) * 12.0;
    let step = [6.0, 12.0, 24.0, 48.0].into_iter().find(|step| span / step <= 8.0).unwrap_or(48.0);
    let count = (span / step).floor();
    let ticks: Vec<f64> =
        std::iter::successors(Some(0.0), |t: &f64| Some(t + step)).take_while(|t| *t <= count * step).collect();
    html! {
        figure {
            figcaption { strong { (title) } br; span.about { (note) } }
            @if drawn.is_empty() {
                p { "Too few patients with dates on record (at least " (SMALLEST) " are needed)." }
            } @else {
                (picture(title, &drawn, span, &ticks))
                div.wide tabindex="0" role="region" aria-label="Survival in figures" { (table(&drawn, &ticks)) }
            }
            @if !small.is_empty() {
                p.about {
                    "Not drawn, fewer than " (SMALLEST) " patients: "
                    (small.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")) "."
                }
            }
        }
    }
}

fn fit(follow: &Follow) -> Option<KaplanMeier> {
    Observations::new(&follow.time, &follow.event).ok().map(|observations| KaplanMeier::fit(&observations))
}

fn x(time: f64, span: f64) -> f64 {
    LEFT + (time / span).min(1.0) * (WIDTH - LEFT - 10.0)
}

fn y(survival: f64) -> f64 {
    TOP + (1.0 - survival) * HEIGHT
}

fn picture(title: &str, groups: &[&(String, Follow)], span: f64, ticks: &[f64]) -> Markup {
    let words: Vec<String> =
        groups.iter().map(|(name, follow)| format!("{name}: {} patients", follow.time.len())).collect();
    html! {
        svg role="img" viewBox=(format!("0 0 {} {}", WIDTH + 16.0, HEIGHT + 56.0)) {
            title { (title) }
            desc { (words.join("; ")) ". Medians and numbers at risk are in the table below." }
            @for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
                line x1=(LEFT) x2=(WIDTH - 10.0) y1=(y(share)) y2=(y(share)) stroke="#d9d9e0" {}
                text x=(LEFT - 6.0) y=(y(share) + 4.0) text-anchor="end" { (format!("{:.0} %", share * 100.0)) }
            }
            @for tick in ticks {
                line x1=(x(*tick, span)) x2=(x(*tick, span)) y1=(y(0.0)) y2=(y(0.0) + 5.0) stroke="#4d4d57" {}
                text x=(x(*tick, span)) y=(y(0.0) + 19.0) text-anchor="middle" { (format!("{tick:.0}")) }
            }
            text x=(WIDTH / 2.0) y=(HEIGHT + TOP + 36.0) text-anchor="middle" { "months" }
            @for ((_, follow), (colour, dash)) in groups.iter().zip(STROKES.iter().cycle()) {
                @if let Some(curve) = fit(follow) {
                    path d=(band(&curve, span)) fill=(colour) fill-opacity="0.13" stroke="none" {}
                    path d=(steps(&curve, span)) fill="none" stroke=(colour) stroke-width="2" stroke-dasharray=[(!dash.is_empty()).then_some(dash)] {}
                }
            }
        }
    }
}

/// The staircase of a curve.
fn steps(curve: &KaplanMeier, span: f64) -> String {
    let mut path = format!("M{:.1} {:.1}", x(0.0, span), y(1.0));
    for (time, survival) in curve.table.time.iter().zip(&curve.survival).filter(|(time, _)| **time <= span) {
        path.push_str(&format!("H{:.1}V{:.1}", x(*time, span), y(*survival)));
    }
    path
}

/// The area between the limits, as far as they exist.
fn band(curve: &KaplanMeier, span: f64) -> String {
    let Ok(limits) = curve.limits(Scale::LogLog, 0.95) else { return String::new() };
    let points: Vec<(f64, f64, f64)> = curve
        .table
        .time
        .iter()
        .zip(limits)
        .filter(|(time, _)| **time <= span)
        .filter_map(|(time, limits)| limits.map(|limits| (*time, limits.lower, limits.upper)))
        .collect();
    let Some((first, ..)) = points.first() else { return String::new() };
    let mut path = format!("M{:.1} {:.1}", x(*first, span), y(1.0));
    for (time, _, upper) in &points {
        path.push_str(&format!("H{:.1}V{:.1}", x(*time, span), y(*upper)));
    }
    let mut right = points.last().map_or(0.0, |(time, ..)| *time);
    for (time, lower, _) in points.iter().rev() {
        path.push_str(&format!("L{:.1} {:.1}H{:.1}", x(right, span), y(*lower), x(*time, span)));
        right = *time;
    }
    path + "Z"
}

fn table(groups: &[&(String, Follow)], ticks: &[f64]) -> Markup {
    html! {
        table.risk {
            thead {
                tr {
                    th { "group" } th.number { "patients" } th.number { "events" } th.number { "median (95 %)" }
                    th.number colspan=(ticks.len()) { "at risk at month " @for tick in ticks { span.tick { (format!("{tick:.0}")) } } }
                }
            }
            tbody {
                @for ((name, follow), (colour, dash)) in groups.iter().zip(STROKES.iter().cycle()) {
                    tr {
                        td {
                            svg width="30" height="8" aria-hidden="true" {
                                line x1="0" x2="30" y1="4" y2="4" stroke=(colour) stroke-width="2" stroke-dasharray=[(!dash.is_empty()).then_some(dash)] {}
                            }
                            " " (name)
                        }
                        td.number { (follow.time.len()) }
                        td.number { (follow.event.iter().filter(|event| **event).count()) }
                        td.number { (median(follow)) }
                        @for number in at_risk(follow, ticks) { td.number { (format!("{number:.0}")) } }
                    }
                }
            }
        }
    }
}

fn median(follow: &Follow) -> String {
    let Some(quantile) = fit(follow).and_then(|curve| curve.median(Scale::LogLog, 0.95).ok()) else {
        return "–".to_owned();
    };
    let say = |time: Option<f64>| time.map_or("not reached".to_owned(), |time| format!("{time:.1}"));
    match quantile.time {
        None => "not reached".to_owned(),
        time => format!("{} ({} to {})", say(time), say(quantile.lower), say(quantile.upper)),
    }
}

fn at_risk(follow: &Follow, ticks: &[f64]) -> Vec<f64> {
    let rows: Vec<usize> = (0..follow.time.len()).collect();
    Observations::new(&follow.time, &follow.event)
        .map(|observations| numbers_at_risk(&observations, &rows, ticks))
        .unwrap_or_default()
}
