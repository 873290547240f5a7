//! How the answers of the models are printed: what every text must say with a number, and the same as JSON.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use her2path_models::{ModelCard, NOTICE};
use serde_json::{Value, json};

use crate::exit;

/// How to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
}

/// An answer that may be left out, which is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum YesNo {
    Yes,
    No,
}

impl YesNo {
    pub(crate) fn is_yes(self) -> bool {
        self == Self::Yes
    }
}

/// What comes out for one person.
pub(crate) enum Answer {
    /// The text for people and the object for programs.
    Given { text: String, json: Value },
    /// Why there is none.
    Refused(Vec<String>),
}

impl Answer {
    /// A refusal for one reason.
    pub(crate) fn refused(why: impl ToString) -> Self {
        Self::Refused(vec![why.to_string()])
    }
}

/// Prints an answer to standard output, or the reasons against one to standard error.
pub(crate) fn print(format: Format, answer: Answer) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    match (answer, format) {
        (Answer::Given { text, .. }, Format::Text) => write!(out, "{text}")?,
        (Answer::Given { json, .. }, Format::Json) => writeln!(out, "{json}")?,
        (Answer::Refused(reasons), format) => {
            if format == Format::Json {
                writeln!(out, "{}", json!({ "refused": reasons, "notice": NOTICE }))?;
            }
            for reason in reasons {
                eprintln!("her2path: {reason}");
            }
            return Ok(exit::INVALID.into());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A combination of flags that says nothing: exit status 2, as for any wrong use.
pub(crate) fn usage(message: &str) -> anyhow::Result<ExitCode> {
    eprintln!("her2path: {message}");
    Ok(ExitCode::from(2))
}

/// The end of every text: the model, for whom it was made, when it does not hold, where it comes from.
pub(crate) fn footer(card: &ModelCard) -> String {
    let mut text = format!(
        "\nModel       {}, {}\nMade for    {}\nIt does not hold, or not well:\n",
        card.name, card.version, card.population
    );
    for limit in card.limits {
        _ = writeln!(text, "  - {limit}");
    }
    _ = write!(text, "Sources     {}\n\n{NOTICE}\n", card.citations.join("; "));
    text
}

/// The same for programs.
pub(crate) fn card_json(card: &ModelCard) -> Value {
    json!({
        "name": card.name,
        "version": card.version,
        "population": card.population,
        "limits": card.limits,
        "citations": card.citations,
    })
}

/// A probability as percent with two significant digits at least: `2.5 %`, `0.12 %`, `31 %`.
pub(crate) fn percent(probability: f64) -> String {
    match 100.0 * probability {
        p if p >= 10.0 => format!("{p:.0} %"),
        p if p >= 1.0 => format!("{p:.1} %"),
        p => format!("{p:.2} %"),
    }
}
