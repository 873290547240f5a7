//! How the answers of the models are printed: what every text must say with a number, and the same as JSON.

use std::fmt::Write as _;
use std::process::ExitCode;

use her2path_models::{ModelCard, NOTICE};
use serde_json::{Value, json};

use crate::{exit, output};

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
    let (data, reasons) = match (answer, format) {
        (Answer::Given { text, .. }, Format::Text) => (text, Vec::new()),
        (Answer::Given { json, .. }, Format::Json) => (format!("{json}\n"), Vec::new()),
        (Answer::Refused(reasons), Format::Text) => (String::new(), reasons),
        (Answer::Refused(reasons), Format::Json) => {
            (format!("{}\n", json!({ "refused": reasons, "notice": NOTICE })), reasons)
        }
    };
    output::print(|out| Ok(out.write_all(data.as_bytes())?))?;
    reasons.iter().for_each(output::say);
    Ok(if reasons.is_empty() { ExitCode::SUCCESS } else { exit::INVALID.into() })
}

/// A combination of flags that says nothing: exit status 2, as for any wrong use.
pub(crate) fn usage(message: &str) -> anyhow::Result<ExitCode> {
    output::say(message);
    Ok(exit::USAGE.into())
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
