//! `her2path survival conditional`.

use her2path_survival::conditional::conditional_survival;
use her2path_survival::confidence::Scale;
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::risk_table::numbers_at_risk;

use super::input::{Input, Source};
use super::km::Interval;
use super::report::{Report, Section};
use super::{Invalid, guards};

#[derive(clap::Args)]
#[command(after_help = "Example:
  her2path survival conditional cohort.csv --time months --event died --by arm \\
      --given 12,24 --at 36,60")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Column of groups.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// Times that people have reached without the event.
    #[arg(long, value_name = "TIME", value_delimiter = ',', required = true)]
    given: Vec<f64>,
    /// Later times at which to report, counted from time zero as well.
    #[arg(long, value_name = "TIME", value_delimiter = ',', required = true)]
    at: Vec<f64>,
    /// Scale of the confidence intervals.
    #[arg(long, value_enum, default_value_t)]
    interval: Interval,
}

/// The times given with the later times that belong to each.
fn pairs(args: &Args) -> Result<Vec<(f64, f64)>, Invalid> {
    if let Some(time) = args.given.iter().chain(&args.at).find(|time| !time.is_finite() || **time < 0.0) {
        return Err(Invalid::Input(format!("`{time}` is not a time from zero on; give finite times")));
    }
    let mut pairs = Vec::new();
    for &given in &args.given {
        let before = pairs.len();
        pairs.extend(args.at.iter().filter(|&&at| at > given).map(|&at| (given, at)));
        if pairs.len() == before {
            return Err(Invalid::Input(format!(
                "no time of --at lies after --given {given}; both count from time zero"
            )));
        }
    }
    Ok(pairs)
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let pairs = pairs(args)?;
    let more: Vec<&str> = args.by.as_deref().into_iter().collect();
    let input = Input::read(source, &more)?;
    let labels = input.labels(args.by.as_deref())?;
    let groups = input.groups(&labels)?;
    let rows = groups.rows();
    let observations = input.observations()?;
    let curves = KaplanMeier::fit_groups(&observations, &groups);
    let scale = Scale::from(args.interval);

    let mut report = Report::new("conditional");
    report.fact("n", input.time.len());
    report.fact("left_out", input.left_out);
    report.fact("level", source.level);
    let mut section = Section::new(
        "conditional",
        "Event-free at a later time, of those event-free at a time given",
        &["group", "given", "at", "n given", "n risk", "survival", "std err", "lower", "upper"],
    );
    let mut too_short = false;
    for ((name, curve), rows) in labels.names.iter().zip(&curves).zip(&rows) {
        for &(given, at) in &pairs {
            let found = conditional_survival(curve, given, at, scale, source.level).map_err(Invalid::from)?;
            too_short |= found.is_none();
            let limits = found.and_then(|found| found.limits);
            section.push(vec![
                name.into(),
                given.into(),
                at.into(),
                followed_beyond(&input, rows, given).into(),
                numbers_at_risk(&observations, rows, &[at]).first().copied().into(),
                found.map(|found| found.survival).into(),
                found.map(|found| found.survival * found.std_error_log).into(),
                limits.map(|limits| limits.lower).into(),
                limits.map(|limits| limits.upper).into(),
            ]);
        }
    }
    report.section(section);
    report.note("`n given` are under observation beyond the time given, `n risk` at the later time");
    if too_short {
        report.note("nothing can be said where follow-up ends before the later time or nobody reaches the time given");
    }
    report.notes(guards::of_curves(source, &input, &labels, &curves));
    report.print(source.format)
}

/// People who had entered by `time` and left after it.
fn followed_beyond(input: &Input, rows: &[usize], time: f64) -> usize {
    let entered = |row: usize| input.entry.as_ref().and_then(|entry| entry.get(row)).is_none_or(|&entry| entry <= time);
    rows.iter().filter(|&&row| entered(row) && input.time.get(row).is_some_and(|&exit| exit > time)).count()
}
