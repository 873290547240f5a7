//! `her2path survival multistate`.

use std::path::PathBuf;

use her2path_survival::aalen_johansen::probability_limits;
use her2path_survival::confidence::{Limits, Scale};
use her2path_survival::multi_state::{StateHistory, StateProbabilities};
use her2path_survival::plot::{Plot, Series};

use super::input::{Causes, Input, Source};
use super::km::time_label;
use super::report::{Format, Report, Section};
use super::table::Labels;
use super::{Invalid, guards};
use crate::arguments::number;

#[derive(clap::Args)]
#[command(after_help = "Example:
  her2path survival multistate states.csv --id patient --time months --state state \\
      --censored none --from stable --at 12,24 --plot states.svg

One row a stay: the person, the time it ended, the state moved to then; where the person was only
last seen, the value of --censored. A stay begins where the person's last one ended, at first at zero,
unless --entry names the column of its beginning.")]
pub(super) struct Args {
    /// The table: `.csv`, `.tsv`, `.parquet`; `-` is CSV from standard input.
    file: PathBuf,
    /// Column that says whose row it is.
    #[arg(long, value_name = "COL")]
    id: String,
    /// Column of the time at which the row ends.
    #[arg(long, value_name = "COL")]
    time: String,
    /// Column of the state moved to at that time.
    #[arg(long, value_name = "COL")]
    state: String,
    /// The state in which everyone starts.
    #[arg(long, value_name = "STATE")]
    from: String,
    /// Column of the time at which the row begins, for gaps and for people who came under observation after time zero.
    #[arg(long, value_name = "COL")]
    entry: Option<String>,
    #[command(flatten)]
    causes: Causes,
    /// Keep only rows where a column has a value; may be repeated.
    #[arg(long = "where", value_name = "COL=VALUE")]
    keep: Vec<String>,
    /// Times at which to report; every time of a transition in JSON.
    #[arg(long, value_name = "TIME", value_delimiter = ',')]
    at: Vec<f64>,
    /// Confidence level.
    #[arg(long, default_value_t = 0.95, value_parser = number)]
    level: f64,
    /// The unit of time, for labels.
    #[arg(long, value_name = "NAME")]
    unit: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Draw the probabilities into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

impl Args {
    /// The table and columns in the words of the other commands, to whom the state is the event.
    fn source(&self) -> Source {
        Source {
            file: self.file.clone(),
            time: self.time.clone(),
            event: self.state.clone(),
            event_value: None,
            entry: self.entry.clone(),
            keep: self.keep.clone(),
            level: self.level,
            unit: self.unit.clone(),
            format: self.format,
        }
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = args.source();
    let (input, moves) = Input::read_causes(&source, &args.causes, &[&args.id])?;
    if input.left_out > 0 {
        return Err(Invalid::Input(format!(
            "a history with rows left out says where nobody was; complete the {} rows with an empty cell, with `{}` as state \
             where there was no move",
            input.left_out, args.causes.censored
        ))
        .into());
    }
    let people = input.labels(Some(&args.id))?;
    let entry = input.entry.clone().unwrap_or_else(|| ends_of_last_rows(&people, &input.time));
    let (states, to) = states(args, &moves);
    let history = StateHistory::new(&people.codes, &entry, &input.time, &to, states.len(), 0)
        .map_err(|error| input.in_file(error))?;
    let found = history.probabilities().map_err(Invalid::from)?;

    let mut report = Report::new("multistate");
    report.fact("n", people.names.len());
    report.fact("rows", input.time.len());
    report.fact("level", source.level);
    let mut transitions = Section::new("transitions", "Transitions", &["from", "to", "n"]);
    for (from, name) in states.iter().enumerate() {
        let row = found.transitions.row(from);
        for (other, &count) in states.iter().zip(row).filter(|&(_, &count)| count > 0.0) {
            transitions.push(vec![name.into(), other.into(), count.into()]);
        }
        if let Some(&count) = row.get(states.len()).filter(|&&count| count > 0.0) {
            transitions.push(vec![name.into(), "(last seen)".into(), count.into()]);
        }
    }
    report.section(transitions);
    let last = found.time.last().copied();
    if let Some(last) = last.filter(|_| args.at.is_empty()) {
        report.section(table("at", "At the last transition", &[last], &states, &history, &found, source.level)?);
    } else {
        report.section(table("at", "Probability of each state", &args.at, &states, &history, &found, source.level)?);
    }
    if source.format == Format::Json {
        report.section(table("curve", "Curves", &found.time, &states, &history, &found, source.level)?);
    }
    report.note(format!("everyone is taken to be in `{}` until the first row that says otherwise", args.from));
    if !to.contains(&None) {
        report.note(format!(
            "no row has `{}` as state, so every row ends in a move; if another word means only last seen, give --censored",
            args.causes.censored
        ));
    }
    if args.at.iter().any(|&time| time > history.last_time()) {
        report.note("nothing can be said of times after the last row has ended");
    }
    report.notes(guards::few_in_all_states(&history, &found.time).into_iter().collect());
    report.note(
        "standard errors are those of the infinitesimal jackknife, limits on the log scale; the estimate holds without the \
         Markov assumption for people followed from time zero whose leaving the study says nothing about their states (Datta \
         and Satten 2001)",
    );
    report.print(source.format)?;
    if let Some(path) = &args.plot {
        let mut series = Vec::new();
        for (state, name) in states.iter().enumerate() {
            let (value, limits) = column(&found, state, source.level)?;
            series.push(Series {
                name: name.clone(),
                start: (state == 0).then_some(1.0),
                time: found.time.clone(),
                value,
                limits,
                marks: Vec::new(),
                median: None,
            });
        }
        let plot = Plot {
            title: "Probability of each state".to_owned(),
            notes: Vec::new(),
            start: 0.0,
            time_label: time_label(&source),
            series,
        };
        super::write_picture(path, &plot.svg(&|times| history.numbers_at_risk(times)))?;
    }
    Ok(())
}

/// The states, the first one being where everyone starts, and the state that each row moves to.
fn states(args: &Args, moves: &Labels) -> (Vec<String>, Vec<Option<usize>>) {
    let mut states = vec![args.from.clone()];
    states.extend(moves.names.iter().skip(1).filter(|name| **name != args.from).cloned());
    let position = |code: &usize| {
        let name = moves.names.get(*code).filter(|_| *code > 0)?;
        states.iter().position(|state| state == name)
    };
    let to = moves.codes.iter().map(position).collect();
    (states, to)
}

/// Where each row begins: at the end of the person's row before, the first at zero.
fn ends_of_last_rows(people: &Labels, time: &[f64]) -> Vec<f64> {
    let mut rows: Vec<(usize, f64, usize)> =
        people.codes.iter().zip(time).enumerate().map(|(row, (&person, &end))| (person, end, row)).collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut starts = vec![0.0; time.len()];
    for (before, after) in rows.iter().zip(rows.iter().skip(1)).filter(|(before, after)| before.0 == after.0) {
        if let Some(start) = starts.get_mut(after.2) {
            *start = before.1;
        }
    }
    starts
}

/// Probabilities of a state at every time of a transition, with their limits.
fn column(found: &StateProbabilities, state: usize, level: f64) -> Result<(Vec<f64>, Vec<Option<Limits>>), Invalid> {
    let value: Vec<f64> = found.probability.iter_rows().filter_map(|row| row.get(state).copied()).collect();
    let error: Vec<f64> = found.std_error.iter_rows().filter_map(|row| row.get(state).copied()).collect();
    let limits = probability_limits(&value, &error, Scale::Log, level)?;
    Ok((value, limits))
}

/// One row a time and state.
fn table(
    key: &'static str,
    title: &'static str,
    times: &[f64],
    states: &[String],
    history: &StateHistory,
    found: &StateProbabilities,
    level: f64,
) -> Result<Section, Invalid> {
    let columns = ["state", "time", "n risk", "probability", "std err", "lower", "upper"];
    let mut section = Section::new(key, title, &columns);
    let at_risk = history.numbers_at_risk(times);
    for ((state, name), counts) in states.iter().enumerate().zip(&at_risk) {
        for (&time, &count) in times.iter().zip(counts) {
            let point = match found.at(time) {
                _ if time > history.last_time() => None,
                Some((probability, error)) => probability.get(state).copied().zip(error.get(state).copied()),
                // Before the first transition everyone is where they started.
                None => Some((if state == 0 { 1.0 } else { 0.0 }, 0.0)),
            };
            let limit = match point {
                Some((p, error)) => probability_limits(&[p], &[error], Scale::Log, level)?.first().copied().flatten(),
                None => None,
            };
            section.push(vec![
                name.into(),
                time.into(),
                count.into(),
                point.map(|(probability, _)| probability).into(),
                point.map(|(_, error)| error).into(),
                limit.map(|limit| limit.lower).into(),
                limit.map(|limit| limit.upper).into(),
            ]);
        }
    }
    Ok(section)
}
