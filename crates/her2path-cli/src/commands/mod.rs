//! The sub-commands, one file each, and the one place that lists them.

mod assess;
mod cohort;
mod interpret;
mod knowledge;
mod prognosis;
mod risk;
mod serve;
mod survival;
mod synth;
mod table;
mod triage;

use std::process::ExitCode;

/// What to do.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Assess records: FHIR R4 in, an explained assessment out.
    Assess(assess::Args),
    /// Assess the records of many patients: FHIR in bulk in, Parquet tables out.
    Cohort(cohort::Args),
    /// Calculate: HER2, receptors, stage or response, from values or a CSV file.
    #[command(
        subcommand,
        after_help = "Examples:\n  her2path interpret her2 --ihc 2+ --ratio 2.3 --copies 5.1\n  her2path interpret stage --csv stages.csv"
    )]
    Interpret(interpret::Calculator),
    /// The guideline itself: check, list, show, diff, prove, export.
    #[command(
        subcommand,
        after_help = "Examples:\n  her2path knowledge list\n  her2path knowledge show her2.status\n  her2path knowledge diff 2019-12-31 2026-11-01"
    )]
    Knowledge(knowledge::Action),
    /// Absolute risk of breast cancer, for people who do not have it: BCRAT, iCARE-Lit, genes, risk factors.
    Risk(risk::Args),
    /// How urgent are symptoms? Asks in plain words, red flags first, or takes answers as flags or JSON.
    Triage(triage::Args),
    /// Survival by published models and figures: Breast-GPA, PREDICT (early disease only), Mirels, registries, trials.
    Prognosis(prognosis::Args),
    /// Survival statistics on a table: Kaplan-Meier, log-rank, Cox, competing risks and more.
    Survival(survival::Args),
    /// Serve: CDS Hooks for the EHR, FHIR operations for integrators, pages for people.
    Serve(serve::Args),
    /// Synthetic patients whose truth is known: FHIR R4 records, and beside them what a reader should find.
    Synth(synth::Args),
}

/// Does it.
pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Assess(args) => assess::run(args),
        Command::Cohort(args) => cohort::run(args),
        Command::Knowledge(action) => knowledge::run(action),
        Command::Interpret(calculator) => interpret::run(calculator),
        Command::Risk(args) => risk::run(args),
        Command::Triage(args) => triage::run(args),
        Command::Prognosis(args) => prognosis::run(args),
        Command::Survival(args) => survival::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Synth(args) => synth::run(args),
    }
}
