//! `her2path survival`: survival statistics on a table, by the crate `her2path-survival`.
//!
//! One file per command; [`input`] reads the table into checked columns, [`formula`] turns covariates into a design,
//! [`guards`] says what a reviewer would ask, [`report`] prints; pictures are those of [`her2path_survival::plot`].

mod aft;
mod cif;
mod conditional;
mod cox;
mod finegray;
mod formula;
mod gray;
mod guards;
mod input;
mod km;
mod landmark;
mod logrank;
mod multistate;
mod na;
mod rates;
mod relsurv;
mod report;
mod rmst;
mod table;

use std::process::ExitCode;

use anyhow::Context as _;

use crate::{exit, output};

/// What to estimate.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  her2path survival km cohort.csv --time months --event died --by arm --plot survival.svg
  her2path survival logrank cohort.csv --time months --event died --by arm --strata site
  her2path survival cox cohort.csv --time months --event died \\
      --covariates 'age + arm*grade + strata(site)'
  her2path survival cif cohort.csv --time months --event status --censored alive --by arm

Each command has examples of its own: her2path survival km --help

Rows with an empty cell in a column that is used are left out and counted.
Exit status: 0 done; 1 could not be done; 2 usage; 3 the table or the request is invalid.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Kaplan-Meier curves, medians, numbers at risk.
    Km(km::Args),
    /// Survival to later times, given survival to earlier ones.
    Conditional(conditional::Args),
    /// Nelson-Aalen cumulative hazard.
    Na(na::Args),
    /// Log-rank test and its weighted relatives, stratified, for trend.
    Logrank(logrank::Args),
    /// Curves and log-rank test from a landmark on, by what had happened until then.
    Landmark(landmark::Args),
    /// Cox regression, with the test of proportional hazards.
    Cox(cox::Args),
    /// Restricted mean survival time and its contrasts.
    Rmst(rmst::Args),
    /// Cumulative incidence with competing risks (Aalen-Johansen).
    Cif(cif::Args),
    /// Gray's test of cumulative incidence between groups.
    Gray(gray::Args),
    /// Fine and Gray's regression on the subdistribution hazard.
    Finegray(finegray::Args),
    /// Probabilities of being in each state of a multi-state model (Aalen-Johansen).
    Multistate(multistate::Args),
    /// Relative and net survival against a population table.
    Relsurv(relsurv::Args),
    /// Accelerated failure time models.
    Aft(aft::Args),
    /// Events per person-time with exact limits.
    Rates(rates::Args),
}

/// The table or the request cannot be worked with: exit status 3.
#[derive(Debug, thiserror::Error)]
enum Invalid {
    /// From the estimator.
    #[error(transparent)]
    Statistics(#[from] her2path_survival::Error),
    /// From reading the table.
    #[error("{0}")]
    Input(String),
}

/// Runs the command and prints its report.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let done = match &args.command {
        Command::Km(args) => km::run(args),
        Command::Conditional(args) => conditional::run(args),
        Command::Na(args) => na::run(args),
        Command::Logrank(args) => logrank::run(args),
        Command::Landmark(args) => landmark::run(args),
        Command::Cox(args) => cox::run(args),
        Command::Rmst(args) => rmst::run(args),
        Command::Cif(args) => cif::run(args),
        Command::Gray(args) => gray::run(args),
        Command::Finegray(args) => finegray::run(args),
        Command::Multistate(args) => multistate::run(args),
        Command::Relsurv(args) => relsurv::run(args),
        Command::Aft(args) => aft::run(args),
        Command::Rates(args) => rates::run(args),
    };
    match done {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if error.downcast_ref::<Invalid>().is_some() => {
            output::say(format_args!("{error:#}"));
            Ok(exit::INVALID.into())
        }
        Err(error) => Err(error),
    }
}

/// Writes a picture to a file.
pub(super) fn write_picture(path: &std::path::Path, svg: &str) -> anyhow::Result<()> {
    std::fs::write(path, svg).with_context(|| format!("could not write `{}`", path.display()))
}
