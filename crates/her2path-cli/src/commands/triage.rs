//! `her2path triage`: symptoms in, urgency, suspected sites and work-up out.
//!
//! Without answers on the command line it asks, one screen at a time, red flags first; answers are read from standard input
//! and questions go to standard error, so the result alone can be kept. No answer is ever taken for "no".

use std::collections::BTreeMap;
use std::io::{BufRead, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use her2path::assessment::Value;
use her2path::chart::{Chart, stated};
use her2path::fhir::{self, Input};
use her2path::guideline::Fact;
use her2path::knowledge::model::{FactType, Knowledge, ValueIndex};
use her2path::render::triage::{Numbers, to_json, to_text};
use her2path::triage::{Interview, Screen};
use jiff::civil::Date;

use crate::arguments::day;
use crate::{exit, guideline, output};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  her2path triage\n  her2path triage --record patient.json\n  \
                        her2path triage --symptom cough --drug trastuzumab-deruxtecan --format json\n  \
                        her2path triage --answers answers.json --others no")]
pub(crate) struct Args {
    /// A symptom that is there, by its name in the data dictionary (`cough` for `symptom.cough`), or `NAME=no`.
    #[arg(long = "symptom", value_name = "NAME[=yes|no]")]
    symptoms: Vec<String>,
    /// The temperature, in °C unless it ends in F (`38.2`, `100.8F`).
    #[arg(long, value_name = "DEGREES")]
    temperature: Option<String>,
    /// A cancer drug being given now (`trastuzumab-deruxtecan`), several times for several; `none` for none.
    #[arg(long = "drug", value_name = "DRUG")]
    drugs: Vec<String>,
    /// Answers from a JSON file: an object from fact ids to values (`{"symptom.cough": true}`); null is no answer.
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// A FHIR record of the person: its treatments and diagnoses count. One patient.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// The answer to every question on symptoms that is not given: `unknown`, or `no` where each was asked.
    #[arg(long, value_enum, default_value_t = Others::Unknown)]
    others: Others,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// As of this day (`2026-11-23`); today if left out.
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// The emergency number to print.
    #[arg(long, value_name = "NUMBER", default_value = "112 in Europe, 999 in the UK, 911 in the US")]
    emergency_number: String,
    /// The 24-hour line of the cancer centre to print.
    #[arg(long, value_name = "NUMBER", default_value = "the number on your treatment card")]
    cancer_line: String,
    /// A folder with a guideline to use instead of the one that is built in.
    #[arg(long, value_name = "DIR")]
    guideline: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Others {
    Unknown,
    No,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Some(knowledge) = guideline::load(args.guideline.as_deref())? else { return Ok(exit::INVALID.into()) };
    let as_of = args.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
    let known = match &args.record {
        None => None,
        Some(path) => match chart_of(path, &knowledge, as_of)? {
            Ok(chart) => Some(chart),
            Err(reason) => {
                output::say(reason);
                return Ok(exit::INVALID.into());
            }
        },
    };
    let mut interview = Interview::new(&knowledge, as_of, known);
    let given = match given(args)? {
        Ok(given) => given,
        Err(reason) => {
            output::say(reason);
            return Ok(exit::INVALID.into());
        }
    };
    let asks = given.is_empty() && args.others == Others::Unknown;
    if let Err(reason) = take(&mut interview, &given, &knowledge, as_of) {
        output::say(reason);
        return Ok(exit::INVALID.into());
    }
    if args.others == Others::No {
        interview.deny_the_rest();
    }
    if asks {
        converse(&mut interview, &knowledge)?;
    }
    let assessment = interview.assess();
    let numbers = Numbers { emergency: &args.emergency_number, cancer_line: &args.cancer_line };
    output::print(|out| {
        match args.format {
            Format::Json => writeln!(out, "{}", to_json(&assessment, numbers))?,
            Format::Text => write!(out, "{}", to_text(&assessment, numbers, crate::terminal::width()))?,
        }
        Ok(())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The chart of a record with one patient.
fn chart_of(path: &std::path::Path, knowledge: &Knowledge, as_of: Date) -> anyhow::Result<Result<Chart, String>> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| format!("could not read `{name}`"))?;
    let (records, _issues) = fhir::read_all([Input { bytes: &bytes, name: &name }]);
    Ok(match records.as_slice() {
        [record] => Ok(Chart::of_record(record, knowledge, as_of).0),
        [] => Err(format!("`{name}` holds no patient")),
        several => Err(format!("`{name}` holds {} patients; give the record of one", several.len())),
    })
}

/// The answers on the command line, by fact id. Flags stand over the file.
fn given(args: &Args) -> anyhow::Result<Result<BTreeMap<String, serde_json::Value>, String>> {
    let mut given = BTreeMap::new();
    if let Some(path) = &args.answers {
        let name = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("could not read `{name}`"))?;
        match serde_json::from_str::<BTreeMap<String, serde_json::Value>>(&text) {
            Ok(answers) => given.extend(answers.into_iter().filter(|(_, value)| !value.is_null())),
            Err(error) => return Ok(Err(format!("`{name}` is not an object of answers: {error}"))),
        }
    }
    for symptom in &args.symptoms {
        let (name, answer) = symptom.split_once('=').unwrap_or((symptom, "yes"));
        let there = match answer {
            "yes" | "true" => true,
            "no" | "false" => false,
            _ => return Ok(Err(format!("`{symptom}`: write `{name}`, `{name}=yes` or `{name}=no`"))),
        };
        let id = if name.contains('.') { name.to_owned() } else { format!("symptom.{name}") };
        given.insert(id, there.into());
    }
    if let Some(text) = &args.temperature {
        let Some(band) = temperature_band(text) else {
            return Ok(Err(format!("`{text}` is not a temperature; write `38.2` or `100.8F`")));
        };
        given.insert(Fact::SymptomTemperatureBand.id().to_owned(), band.into());
    }
    if !args.drugs.is_empty() {
        let drugs: Vec<&str> = args.drugs.iter().map(String::as_str).filter(|drug| *drug != "none").collect();
        given.insert(Fact::TherapyCurrentDrugs.id().to_owned(), drugs.into());
    }
    Ok(Ok(given))
}

/// Gives the answers to the interview; what is no fact or no value of it is refused.
fn take(
    interview: &mut Interview<'_>,
    given: &BTreeMap<String, serde_json::Value>,
    knowledge: &Knowledge,
    as_of: Date,
) -> Result<(), String> {
    for (id, value) in given {
        let Some(fact) = Fact::from_id(id) else {
            return Err(format!("`{id}` is not a fact; `her2path knowledge list --facts` names them"));
        };
        // JSON texts, numbers, booleans and lists of texts are TOML as they stand.
        let line = format!("{id:?} = {value}");
        let (chart, issues) = stated::read(&line, "answers", knowledge, as_of);
        match chart.facts.get(fact) {
            Some(statement) if issues.is_empty() => interview.answer(fact, statement.value.clone()),
            _ => return Err(issues.first().map_or_else(|| format!("`{id}` has no value"), |i| i.message.to_string())),
        }
    }
    Ok(())
}

/// Questions to standard error, answers from standard input, until nothing is left to ask or the input ends.
fn converse(interview: &mut Interview<'_>, knowledge: &Knowledge) -> anyhow::Result<()> {
    let mut lines = std::io::stdin().lock().lines();
    let mut talk = output::Talk;
    writeln!(
        talk,
        "These questions find out how soon you need help. Answer for how you are now.\n\
         If someone is in danger, call the emergency number at once.\n"
    )?;
    while let Some(screen) = interview.next_screen() {
        let form = Form::of(&screen, knowledge);
        loop {
            form.show(&mut talk, screen.again)?;
            let Some(line) = lines.next() else { return Ok(()) };
            let line = line.context("could not read standard input")?;
            match form.read(line.trim()) {
                Ok(answers) => {
                    for (fact, value) in answers {
                        interview.answer(fact, value);
                    }
                    break;
                }
                Err(hint) => writeln!(talk, "hint: {hint}")?,
            }
        }
        writeln!(talk)?;
    }
    Ok(())
}

/// How one screen is asked.
enum Form {
    /// Several questions of yes or no.
    List(Vec<(Fact, String)>),
    /// The temperature.
    Temperature(String),
    /// A whole number.
    Number(Fact, String),
    /// Any of several values of one fact, each with the words under which people know it.
    Choice(Fact, String, Vec<(ValueIndex, &'static str)>),
}

/// Drugs as people know them; others are left to the record.
const DRUGS: [(&str, &str); 10] = [
    ("trastuzumab-deruxtecan", "Enhertu"),
    ("trastuzumab-emtansine", "Kadcyla"),
    ("trastuzumab", "Herceptin or a copy of it (trastuzumab)"),
    ("pertuzumab", "Perjeta"),
    ("pertuzumab-trastuzumab-hyaluronidase", "Phesgo"),
    ("margetuximab", "Margenza"),
    ("tucatinib", "Tukysa (tucatinib)"),
    ("neratinib", "Nerlynx (neratinib)"),
    ("lapatinib", "Tykerb or Tyverb (lapatinib)"),
    ("capecitabine", "capecitabine"),
];

/// Bone medicines as people know them.
const BONE_MEDICINES: [(&str, &str); 5] = [
    ("denosumab", "denosumab (Xgeva, Prolia)"),
    ("zoledronic-acid", "zoledronate (Zometa)"),
    ("pamidronate", "pamidronate"),
    ("ibandronate", "ibandronate"),
    ("alendronate", "alendronate"),
];

impl Form {
    fn of(screen: &Screen, knowledge: &Knowledge) -> Self {
        let named: Vec<_> = screen
            .facts
            .iter()
            .filter_map(|index| Some((Fact::from_index(*index)?, knowledge.fact_definition(*index)?)))
            .collect();
        if let [(fact, definition)] = named.as_slice() {
            let ask = definition.ask.to_string();
            let choice = |list: &'static [(&str, &str)]| {
                list.iter().filter_map(|(code, words)| Some((definition.value(code)?, *words))).collect()
            };
            match (*fact, definition.kind_of_value) {
                (Fact::SymptomTemperatureBand, _) => return Self::Temperature(ask),
                (Fact::TherapyCurrentDrugs, _) => {
                    return Self::Choice(
                        *fact,
                        "Which of these cancer drugs do you have now?".to_owned(),
                        choice(&DRUGS),
                    );
                }
                (Fact::TherapySupportiveDrugs, _) => {
                    let ask = "Which of these bone medicines do you have?".to_owned();
                    return Self::Choice(*fact, ask, choice(&BONE_MEDICINES));
                }
                (_, FactType::Integer) => return Self::Number(*fact, ask),
                _ => {}
            }
        }
        Self::List(named.into_iter().map(|(fact, definition)| (fact, definition.ask.to_string())).collect())
    }

    fn show(&self, talk: &mut impl std::io::Write, again: bool) -> std::io::Result<()> {
        if again {
            writeln!(talk, "This one matters, so here it is again.")?;
        }
        match self {
            Self::List(questions) => {
                for (number, (_, ask)) in questions.iter().enumerate() {
                    writeln!(talk, "  {}  {ask}", number.saturating_add(1))?;
                }
                writeln!(
                    talk,
                    "Type the numbers that are true, 0 for none, ? if you are not sure (?2: not sure of 2)."
                )?;
            }
            Self::Temperature(ask) => writeln!(talk, "{ask} Type it (38.2 or 100.8F), or ? if it was not taken.")?,
            Self::Number(_, ask) => writeln!(talk, "{ask} Type a number, or ? if you are not sure.")?,
            Self::Choice(_, ask, options) => {
                writeln!(talk, "{ask}")?;
                for (number, (_, words)) in options.iter().enumerate() {
                    writeln!(talk, "  {}  {words}", number.saturating_add(1))?;
                }
                writeln!(talk, "Type the numbers, 0 for none of these, ? if you are not sure.")?;
            }
        }
        write!(talk, "> ")?;
        talk.flush()
    }

    /// The answers in a line; an empty line is no answer.
    fn read(&self, line: &str) -> Result<Vec<(Fact, Value)>, String> {
        if line.is_empty() || line == "?" {
            return Ok(Vec::new());
        }
        match self {
            Self::List(questions) => {
                let (there, unsure) = numbers(line, questions.len())?;
                let answered =
                    questions.iter().enumerate().map(|(position, (fact, _))| (position.saturating_add(1), *fact));
                Ok(answered
                    .filter(|(number, _)| !unsure.contains(number))
                    .map(|(number, fact)| (fact, Value::Boolean(there.contains(&number))))
                    .collect())
            }
            Self::Temperature(_) => {
                let band = temperature_band(line).ok_or("write the temperature as 38.2 or 100.8F")?;
                let definition = her2path::guideline::KNOWLEDGE.fact_definition(Fact::SymptomTemperatureBand.index());
                let value = definition.and_then(|definition| definition.value(band)).ok_or("no such band")?;
                Ok(vec![(Fact::SymptomTemperatureBand, Value::Code(value))])
            }
            Self::Number(fact, _) => {
                let number: i64 = line.parse().map_err(|_| "type a whole number such as 5".to_owned())?;
                Ok(vec![(*fact, Value::Integer(number))])
            }
            Self::Choice(fact, _, options) => {
                let (chosen, unsure) = numbers(line, options.len())?;
                if !unsure.is_empty() {
                    return Ok(Vec::new());
                }
                let mut codes: Vec<ValueIndex> = options
                    .iter()
                    .enumerate()
                    .filter(|(position, _)| chosen.contains(&position.saturating_add(1)))
                    .map(|(_, (value, _))| *value)
                    .collect();
                codes.sort_unstable();
                Ok(vec![(*fact, Value::Codes(codes))])
            }
        }
    }
}

/// The numbers of a line: those that are true, and those that are not sure. "0", "no" and "none" are none.
fn numbers(line: &str, count: usize) -> Result<(Vec<usize>, Vec<usize>), String> {
    let (mut there, mut unsure) = (Vec::new(), Vec::new());
    for word in line.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
        let (list, digits) = match word.strip_prefix('?') {
            Some(rest) => (&mut unsure, rest),
            None => (&mut there, word),
        };
        match digits.to_lowercase().as_str() {
            "0" | "no" | "none" | "n" => {}
            "y" | "yes" if count == 1 => list.push(1),
            digits => match digits.parse::<usize>() {
                Ok(number) if (1..=count).contains(&number) => list.push(number),
                _ => return Err(format!("`{word}` is not one of the numbers 0 to {count}")),
            },
        }
    }
    Ok((there, unsure))
}

/// The band of a temperature in °C, or in °F where it ends so or can be nothing else.
fn temperature_band(text: &str) -> Option<&'static str> {
    let text = text.trim().trim_start_matches('=').replace(',', ".");
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = text.get(digits.len()..)?.trim().trim_start_matches('°').to_ascii_uppercase();
    let number: rust_decimal::Decimal = digits.trim().parse().ok()?;
    let fahrenheit = match unit.as_str() {
        "F" => true,
        "C" => false,
        "" => number > rust_decimal::Decimal::from(80),
        _ => return None,
    };
    let celsius = her2path::triage::celsius(number, fahrenheit)?;
    Some(her2path::triage::temperature_band(celsius))
}
