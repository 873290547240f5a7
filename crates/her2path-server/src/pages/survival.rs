//! Kaplan-Meier curves of a table that is uploaded or pasted, by the crate `her2path-survival`.
//!
//! For a look at a table: medians, limits, the log-rank test, the picture with the numbers at risk. Delayed entry, competing
//! risks and models are the command line's (`her2path survival`).

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use her2path::render::printable;
use her2path_survival::confidence::Scale;
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::log_rank::{Weight, log_rank};
use her2path_survival::observations::{Groups, Observations};
use her2path_survival::plot::{Plot, Series, significant};
use her2path_survival::risk_table::numbers_at_risk;
use maud::{Markup, PreEscaped, html};

use super::controls::refusal;
use super::fields::Fields;
use super::{layout, record};
use crate::apart;
use crate::state::Shared;

const TITLE: &str = "Survival curves of a table";

/// The most groups that a picture can hold apart.
const MOST_GROUPS: usize = 7;

/// Confidence of the limits.
const LEVEL: f64 = 0.95;

pub(super) async fn ask() -> Html<String> {
    layout::page(TITLE, &form(&Fields::default(), ""))
}

pub(super) async fn show(Extract(state): Extract<Shared>, fields: Fields) -> Response {
    let worked = apart::work(&state, fields.bytes(), move || {
        let table = fields.all("file").chain(fields.all("table")).next().map(String::from_utf8_lossy);
        let table = table.unwrap_or_default().into_owned();
        let said = curves(&table, &fields);
        let status = if said.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let said = said.unwrap_or_else(|reason| refusal(&[reason]));
        (status, layout::page(TITLE, &html! { (said) (form(&fields, &table)) })).into_response()
    });
    worked.await.unwrap_or_else(|refusal| record::refused(&refusal))
}

fn form(fields: &Fields, table: &str) -> Markup {
    let input = |name: &str, label: &str, otherwise: &str| {
        let value = if table.is_empty() { otherwise.to_owned() } else { fields.text(name) };
        html! { div.field { label for=(name) { (label) } input id=(name) name=(name) value=(value) autocomplete="off"; } }
    };
    html! {
        p { "A CSV file with a heading: one row a person. It is worked on in memory and kept nowhere." }
        form method="post" action="/calculators/survival" enctype="multipart/form-data" {
            div.field { label for="file" { "CSV file" } input id="file" name="file" type="file" accept=".csv,text/csv"; }
            div.field {
                label for="table" { "or the table itself" }
                textarea.short id="table" name="table" spellcheck="false" autocomplete="off" { (table) }
            }
            (input("time", "Column of the time", "time"))
            (input("event", "Column of the event: 1, true or yes where it happened; 0, false or no where it did not", "event"))
            (input("by", "Column of groups (may be left out)", ""))
            (input("unit", "Unit of the time (may be left out)", "months"))
            button { "Draw the curves" }
        }
    }
}

/// The rows that can be used.
struct Read {
    time: Vec<f64>,
    event: Vec<bool>,
    group: Vec<usize>,
    names: Vec<String>,
    left_out: usize,
}

fn curves(table: &str, fields: &Fields) -> Result<Markup, String> {
    if table.trim().is_empty() {
        return Err("choose a file, or paste a table".to_owned());
    }
    let read = read(table, &fields.text("time"), &fields.text("event"), &fields.text("by"))?;
    let wrong = |error: her2path_survival::Error| error.to_string();
    let observations = Observations::new(&read.time, &read.event).map_err(wrong)?;
    let groups = Groups::new(&read.group, read.names.len(), read.time.len()).map_err(wrong)?;
    let fitted = KaplanMeier::fit_groups(&observations, &groups);
    let mut medians = Vec::new();
    let mut series = Vec::new();
    for (name, curve) in read.names.iter().zip(&fitted) {
        let median = curve.median(Scale::Log, LEVEL).map_err(wrong)?;
        let limits = curve.limits(Scale::Log, LEVEL).map_err(wrong)?;
        series.push(Series::of_curve(name.clone(), curve, limits, median.time));
        medians.push((name, curve, median));
    }
    let test = (read.names.len() > 1).then(|| log_rank(&observations, &groups, None, Weight::LogRank)).transpose();
    let test = test.map_err(wrong)?;
    let unit = fields.text("unit");
    let rows = groups.rows();
    let plot = Plot {
        title: "Survival".to_owned(),
        notes: Vec::new(),
        start: 1.0,
        time_label: if unit.is_empty() { fields.text("time") } else { format!("Time ({unit})") },
        series,
    };
    let svg = plot.svg(&|times| rows.iter().map(|rows| numbers_at_risk(&observations, rows, times)).collect());
    let shown = |value: Option<f64>| value.map_or("not reached".to_owned(), significant);
    Ok(html! {
        section.answer role="status" aria-labelledby="answer" {
            h2 id="answer" { "Median survival" @if !unit.is_empty() { " in " (printable(&unit)) } }
            div.wide tabindex="0" role="region" aria-label="Medians" {
                table {
                    thead { tr { @for head in ["Group", "People", "Events", "Median", "95 % limits"] { th scope="col" { (head) } } } }
                    tbody {
                        @for (name, curve, median) in &medians {
                            tr {
                                th scope="row" { (printable(name)) }
                                td { (curve.table.rows) }
                                td { (curve.table.total_events()) }
                                td { (shown(median.time)) }
                                td { (shown(median.lower)) " to " (shown(median.upper)) }
                            }
                        }
                    }
                }
            }
            @if let Some(test) = &test {
                p { "Log-rank test: chi-square " (significant(test.chi_square)) ", " (test.df) " degrees of freedom, p = " (significant(test.p)) "." }
            }
            @if read.left_out > 0 { p { (read.left_out) " rows were left out for an empty cell." } }
            // The picture is our own markup, whose texts are escaped when it is drawn.
            div.wide tabindex="0" role="region" aria-label="Curves" { figure { (PreEscaped(svg)) figcaption { "Kaplan-Meier curves with 95 % limits on the logarithm; numbers at risk below. Read no curve where fewer than ten people are at risk." } } }
        }
        h2 { "Another column" }
    })
}

fn read(table: &str, time: &str, event: &str, by: &str) -> Result<Read, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(table.as_bytes());
    let headers = reader.headers().map_err(|error| format!("this is not CSV: {error}"))?.clone();
    let column = |name: &str| {
        let found = headers.iter().position(|header| header.trim_start_matches('\u{feff}') == name);
        found.ok_or_else(|| {
            let there: Vec<&str> = headers.iter().take(20).collect();
            format!("there is no column `{name}`; there are `{}`", there.join("`, `"))
        })
    };
    let (time_at, event_at) = (column(time)?, column(event)?);
    let by_at = if by.is_empty() { None } else { Some(column(by)?) };
    let mut read = Read { time: Vec::new(), event: Vec::new(), group: Vec::new(), names: Vec::new(), left_out: 0 };
    for (record, line) in reader.records().zip(2_usize..) {
        let record = record.map_err(|error| format!("row {line} cannot be read: {error}"))?;
        let cell = |at: usize| record.get(at).filter(|cell| !["", "NA", "NaN", "nan", "null"].contains(cell));
        let group = by_at.map_or(Some("everybody"), cell);
        let (Some(when), Some(happened), Some(group)) = (cell(time_at), cell(event_at), group) else {
            read.left_out = read.left_out.saturating_add(1);
            continue;
        };
        let when: f64 = when.parse().map_err(|_| format!("row {line}: the time `{when}` is not a number"))?;
        let happened = match happened.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" => true,
            "0" | "false" | "no" => false,
            _ => {
                return Err(format!("row {line}: the event `{happened}` is neither 1, true or yes nor 0, false or no"));
            }
        };
        let known = read.names.iter().position(|name| name == group);
        let code = match known {
            Some(code) => code,
            None if read.names.len() == MOST_GROUPS => {
                return Err(format!(
                    "the column `{by}` has more than {MOST_GROUPS} groups; more cannot be told apart in a picture"
                ));
            }
            None => {
                read.names.push(group.to_owned());
                read.names.len().saturating_sub(1)
            }
        };
        read.time.push(when);
        read.event.push(happened);
        read.group.push(code);
    }
    if read.time.is_empty() {
        return Err("no row has a time and an event".to_owned());
    }
    Ok(read)
}
