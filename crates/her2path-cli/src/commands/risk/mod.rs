//! `her2path risk`: absolute risk of breast cancer for a woman who does not have it, by a published model; penetrance of
//! genes and effect sizes of risk factors beside it.
//!
//! One woman by flags, or many by `--csv` in the form of the files under `oracles/risk`. What the flags leave open is
//! said in the answer, never filled in silently. A woman who has breast cancer is refused.

mod bcrat;
mod education;
mod icare_lit;
pub(super) mod report;

use crate::arguments::number;
use crate::commands::table;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use her2path::render::risk_picture;
use her2path_models::Exclusions;

use report::{Answer, YesNo};

/// Flags of `her2path risk`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  her2path risk --model bcrat --age 50 --race white --menarche 11 --first-birth 32 --relatives 1 --biopsies 1 --hyperplasia no
  her2path risk --model icare-lit --age 45 --years 10 --menarche 13 --births 2 --first-birth 27 --height 165 --bmi 24
  her2path risk --model bcrat --csv women.csv > risks.csv
  her2path risk --model genes --gene PALB2 --age 45

Exit status: 0 done; 1 could not be done; 2 usage; 3 nobody could be answered; 4 with --strict, somebody could not.")]
pub(crate) struct Args {
    /// The model, or what to look up.
    #[arg(long, value_enum)]
    model: Model,
    /// Many women: a CSV file with the columns of the matching file under `oracles/risk`; `-` is standard input. Other
    /// columns are ignored.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// How to print: `text` (CSV for --csv) or `json` (one object, or one a row).
    #[arg(long, value_enum, default_value_t)]
    format: report::Format,
    /// Write the picture of the risk against the population's to this SVG file.
    #[arg(long, value_name = "FILE.svg", conflicts_with = "csv")]
    plot: Option<PathBuf>,
    /// Exit with 4 when a row of the CSV file could not be answered.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    woman: Woman,
    /// Gene to look up with `--model genes`.
    #[arg(long, help_heading = "Look-up")]
    gene: Option<String>,
}

/// What to ask.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Model {
    /// BCRAT, the Gail model 2 of the NCI.
    Bcrat,
    /// iCARE-Lit, before and from 50.
    IcareLit,
    /// Penetrance of genes.
    Genes,
    /// Effect sizes of risk factors.
    Factors,
}

/// One woman. What is not given is unknown.
#[derive(clap::Args)]
#[command(next_help_heading = "The woman (what is not given is unknown)")]
struct Woman {
    /// Current age in years.
    #[arg(long, value_parser = number)]
    age: Option<f64>,
    /// Years to look ahead.
    #[arg(long, default_value_t = 5.0, value_parser = number)]
    years: f64,
    /// Age at the first menstruation.
    #[arg(long, value_name = "AGE", value_parser = number)]
    menarche: Option<f64>,
    /// Number of births.
    #[arg(long, value_name = "N")]
    births: Option<u32>,
    /// Age at the first live birth.
    #[arg(long, value_name = "AGE", value_parser = number)]
    first_birth: Option<f64>,
    /// Mother, sisters and daughters with breast cancer.
    #[arg(long, value_name = "N")]
    relatives: Option<u32>,
    /// Breast biopsies (bcrat).
    #[arg(long, value_name = "N")]
    biopsies: Option<u32>,
    /// Atypical hyperplasia in a biopsy (bcrat).
    #[arg(long, value_enum)]
    hyperplasia: Option<YesNo>,
    /// Race and ethnicity (bcrat); not given counts as other or unknown.
    #[arg(long, value_enum)]
    race: Option<bcrat::RaceName>,
    /// Ever took oral contraceptives (icare-lit).
    #[arg(long, value_enum)]
    pill_ever: Option<YesNo>,
    /// Takes oral contraceptives now (icare-lit, before 50).
    #[arg(long, value_enum)]
    pill_now: Option<YesNo>,
    /// Alcohol in grams a day; a US drink has 14 g, a UK unit 8 g (icare-lit).
    #[arg(long, value_name = "G", value_parser = number)]
    alcohol: Option<f64>,
    /// Benign breast disease (icare-lit).
    #[arg(long, value_enum)]
    benign_disease: Option<YesNo>,
    /// Height in cm (icare-lit).
    #[arg(long, value_name = "CM", value_parser = number)]
    height: Option<f64>,
    /// Body mass index in kg/m² (icare-lit).
    #[arg(long, value_name = "KG/M2", value_parser = number)]
    bmi: Option<f64>,
    /// Age at menopause (icare-lit, from 50).
    #[arg(long, value_name = "AGE", value_parser = number)]
    menopause: Option<f64>,
    /// Menopausal hormone therapy (icare-lit, from 50).
    #[arg(long, value_enum)]
    hormone_therapy: Option<icare_lit::HrtName>,
    /// Type of the current hormone therapy as the model codes it: 1 is the one with the lower risk (icare-lit, from 50).
    #[arg(long, value_name = "0|1", value_parser = clap::value_parser!(u8).range(0..=1))]
    hormone_therapy_type: Option<u8>,
    #[command(flatten)]
    excluded: Excluded,
}

/// What excludes a woman from the models.
#[derive(clap::Args)]
#[command(next_help_heading = "When the models do not hold (what is not given is asked for in the answer)")]
struct Excluded {
    /// Has or had breast cancer.
    #[arg(long, value_enum)]
    breast_cancer: Option<YesNo>,
    /// Has or had DCIS or LCIS.
    #[arg(long, value_enum)]
    in_situ: Option<YesNo>,
    /// Had radiation of the chest when young.
    #[arg(long, value_enum)]
    chest_radiation: Option<YesNo>,
    /// Has a BRCA1 or BRCA2 variant or another hereditary syndrome.
    #[arg(long, value_enum)]
    hereditary_syndrome: Option<YesNo>,
}

impl Excluded {
    fn exclusions(&self) -> Exclusions {
        let flag = |given: Option<YesNo>| given.map(YesNo::is_yes);
        Exclusions {
            breast_cancer: flag(self.breast_cancer),
            in_situ: flag(self.in_situ),
            chest_radiation: flag(self.chest_radiation),
            hereditary_syndrome: flag(self.hereditary_syndrome),
        }
    }
}

/// Answers one woman or a file of them.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(path) = &args.csv {
        let options = table::Options { json: args.format == report::Format::Json, strict: args.strict };
        return match args.model {
            Model::Bcrat => table::run(path, options, bcrat::form),
            Model::IcareLit => table::run(path, options, icare_lit::form),
            Model::Genes | Model::Factors => report::usage("`--csv` goes with `--model bcrat` or `--model icare-lit`"),
        };
    }
    let (answer, course) = match args.model {
        Model::Bcrat => bcrat::answer(&args.woman),
        Model::IcareLit => icare_lit::answer(&args.woman),
        Model::Genes => (education::genes(args.gene.as_deref(), args.woman.age), None),
        Model::Factors => (education::factors(), None),
    };
    if let Some(path) = &args.plot {
        match (&answer, &course) {
            (Answer::Refused(_), _) => {}
            (Answer::Given { .. }, Some(course)) => {
                std::fs::write(path, risk_picture::svg(course, "risk"))
                    .with_context(|| format!("could not write `{}`", path.display()))?;
            }
            (Answer::Given { .. }, None) => {
                return report::usage("`--plot` goes with `--model bcrat` or `--model icare-lit`");
            }
        }
    }
    report::print(args.format, answer)
}

/// The exclusions of a row: 1 or 0 in columns that a file may have beside those of the model.
fn exclusions_of(row: &table::Row<'_>) -> Result<Exclusions, String> {
    Ok(Exclusions {
        breast_cancer: row.flag("breast_cancer")?,
        in_situ: row.flag("in_situ")?,
        chest_radiation: row.flag("chest_radiation")?,
        hereditary_syndrome: row.flag("hereditary_syndrome")?,
    })
}
