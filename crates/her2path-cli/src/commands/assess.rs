//! `her2path assess`: records in, assessments out.

use std::path::PathBuf;
use std::process::ExitCode;

use her2path::assessment::{Assessment, Outcome};
use her2path::chart::stated;
use her2path::fhir::Input;
use her2path::issue::{Issue, Severity};
use her2path::knowledge::model::{Chapter, Jurisdiction};
use her2path::render::patient::{self, Contacts, Page};
use her2path::render::{cards, fhir, html, json, text};
use her2path::{Question, assess, assess_chart, chapters};
use jiff::civil::Date;

use crate::arguments::day;
use crate::input::{Found, read_files};
use crate::{exit, guideline, output};

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  her2path assess examples/jenny-m.json\n  her2path assess records/ --as-of 2024-06-30 --format json\n  her2path assess case.toml --chapter diagnosis\n  cat bundle.json | her2path assess -"
)]
pub(crate) struct Args {
    /// FHIR R4 JSON (a Bundle of any type, an array, a resource), NDJSON, a folder of those, a chart file (`*.toml`), or `-`.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// As of which day; nothing recorded later is seen, and the guideline is that of the day. Today, if left out.
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// How to print: `text` for people, `json` for machines (one object for each patient, one a line where several), `html`
    /// for browser and paper (one document for all patients), `fhir` (a Bundle of FHIR R4 for each patient), `cards` (a CDS
    /// Hooks 2.0 response for each patient).
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// For whom: `clinician`, or `patient` in plain words (text and html).
    #[arg(long, value_enum, default_value_t = Audience::Clinician)]
    audience: Audience,
    /// The emergency number on the patient's page.
    #[arg(long, value_name = "NUMBER", default_value = "112, 911 or 999")]
    emergency_number: String,
    /// The 24-hour line of the cancer centre on the patient's page.
    #[arg(long, value_name = "NUMBER", default_value = "write the number here: ____________")]
    cancer_line: String,
    /// Only this chapter; may be given several times. Survival figures are shown only with `--chapter prognosis`.
    #[arg(long, value_enum, value_name = "NAME")]
    chapter: Vec<ChapterName>,
    /// Whose labels count: `us` (FDA) or `eu` (EMA). Left out, both are read side by side.
    #[arg(long, value_enum, value_name = "PLACE")]
    jurisdiction: Option<Place>,
    /// A folder with a guideline to use instead of the one that is built in.
    #[arg(long, value_name = "DIR")]
    guideline: Option<PathBuf>,
    /// Also print the statements that do not apply, each with what would have to differ.
    #[arg(long)]
    all: bool,
    /// End with status 4 where some input was skipped or some data is required.
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
    Html,
    Fhir,
    Cards,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Audience {
    Clinician,
    Patient,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Place {
    Us,
    Eu,
}

impl From<Place> for Jurisdiction {
    fn from(place: Place) -> Self {
        match place {
            Place::Us => Self::Us,
            Place::Eu => Self::Eu,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ChapterName {
    Symptoms,
    Risk,
    Diagnosis,
    Treatment,
    Prognosis,
    Support,
}

impl From<ChapterName> for Chapter {
    fn from(name: ChapterName) -> Self {
        match name {
            ChapterName::Symptoms => Self::Symptoms,
            ChapterName::Risk => Self::Risk,
            ChapterName::Diagnosis => Self::Diagnosis,
            ChapterName::Treatment => Self::Treatment,
            ChapterName::Prognosis => Self::Prognosis,
            ChapterName::Support => Self::Support,
        }
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if args.audience == Audience::Patient && !matches!(args.format, Format::Text | Format::Html) {
        return super::risk::report::usage("`--audience patient` goes with `--format text` or `--format html`");
    }
    let Some(guideline) = guideline::load(args.guideline.as_deref())? else { return Ok(exit::INVALID.into()) };
    let chapters = if args.chapter.is_empty() {
        chapters::DEFAULT
    } else {
        args.chapter.iter().map(|name| Chapter::from(*name)).collect()
    };
    let as_of = args.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
    let question =
        Question::new(&guideline, as_of).chapters(chapters).jurisdiction(args.jurisdiction.map(Jurisdiction::from));

    let input = read_files(&args.inputs);
    let (charts, records): (Vec<_>, Vec<_>) = input.files.iter().partition(|file| file.is_chart);
    let mut assessments = Vec::new();
    let mut issues = Vec::new();
    for file in charts {
        let read = if args.as_of.is_some() { stated::read_bytes_as_of } else { stated::read_bytes };
        let (chart, found) = read(&file.bytes, &file.name, question.knowledge, question.as_of);
        if found.iter().any(|issue| issue.severity == Severity::Fatal) {
            issues.extend(found);
        } else {
            assessments.push(assess_chart(chart, found, &question));
        }
    }
    if !records.is_empty() {
        let inputs = records.iter().map(|file| Input { bytes: &file.bytes, name: &file.name });
        let (found, problems) = assess(inputs, &question);
        assessments.extend(found);
        issues.extend(problems);
    }
    if !assessments.is_empty() {
        print(&assessments, args)?;
    }
    issues.iter().for_each(output::say);
    input.tell();
    Ok(status(&assessments, &issues, &input, args.strict))
}

fn print(assessments: &[Assessment<'_>], args: &Args) -> anyhow::Result<()> {
    output::print(|out| {
        match args.format {
            Format::Json => {
                for assessment in assessments {
                    writeln!(out, "{}", json::to_string(assessment)?)?;
                }
            }
            Format::Fhir => {
                for assessment in assessments {
                    writeln!(out, "{}", fhir::bundle(assessment))?;
                }
            }
            Format::Cards => {
                for assessment in assessments {
                    writeln!(out, "{}", cards::response(assessment, None))?;
                }
            }
            Format::Html if args.audience == Audience::Patient => {
                let pages: Vec<_> =
                    assessments.iter().map(|assessment| (patient_page(assessment, args), assessment)).collect();
                write!(out, "{}", html::patient(&pages))?;
            }
            Format::Text if args.audience == Audience::Patient => {
                for (number, assessment) in assessments.iter().enumerate() {
                    if number > 0 {
                        writeln!(out, "\n{}\n", "─".repeat(60))?;
                    }
                    let page = patient_page(assessment, args);
                    write!(out, "{}", patient::to_text(&page, assessment, crate::terminal::width().min(80)))?;
                }
            }
            Format::Html => write!(out, "{}", html::clinician(assessments, args.all))?,
            Format::Text => {
                let style =
                    text::Style { colour: crate::terminal::colour(), width: crate::terminal::width(), all: args.all };
                for (number, assessment) in assessments.iter().enumerate() {
                    if number > 0 {
                        writeln!(out, "\n{}\n", "─".repeat(style.width.min(80)))?;
                    }
                    write!(out, "{}", text::to_string(assessment, style))?;
                }
            }
        }
        Ok(())
    })
}

fn patient_page(assessment: &Assessment<'_>, args: &Args) -> Page {
    let contacts = Contacts { emergency: &args.emergency_number, cancer_line: &args.cancer_line };
    patient::page(assessment, &chapters::warning_signs(assessment), contacts)
}

/// An input that could not be opened is status 1, also where others were assessed; fatal issues, an input without any
/// patient and a folder without any record are status 3; with `--strict`, skipped input or needed data is 4.
fn status(assessments: &[Assessment<'_>], issues: &[Issue], input: &Found, strict: bool) -> ExitCode {
    if !input.skipped.is_empty() {
        return exit::FAILED.into();
    }
    let of = |wanted: Severity| {
        issues.iter().chain(assessments.iter().flat_map(|a| &a.issues)).any(|issue| issue.severity == wanted)
    };
    if of(Severity::Fatal) || assessments.is_empty() || !input.empty.is_empty() {
        return exit::INVALID.into();
    }
    let needs_data = assessments
        .iter()
        .flat_map(|a| &a.chapters)
        .filter(|chapter| chapter.applicable)
        .flat_map(|chapter| &chapter.recommendations)
        .any(|item| item.judgement.outcome == Outcome::NeedsData);
    let incomplete = of(Severity::Error) || needs_data || !input.passed_over.is_empty();
    if strict && incomplete { exit::INCOMPLETE.into() } else { ExitCode::SUCCESS }
}
