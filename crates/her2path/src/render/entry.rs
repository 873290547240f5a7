//! Labels, trials, monographs, checks and measures as pages: each entry of the guideline that an output names can be looked up.

use std::fmt::{self, Write as _};

use her2path_knowledge::medicine::{Check, Label, Measure, Monograph, Rhythm, Trial};
use her2path_knowledge::model::{Evidence, Knowledge, Place, Span, Str};

use super::option::{pair_words, trial_words};
use super::{criterion_text, evidence_name, jurisdiction_name};

/// The page of a label, trial, monograph, check or measure; `None` where nothing has this id. A drug without a monograph of
/// its own is answered by that of its class.
#[must_use]
pub fn entry_page(id: &str, knowledge: &Knowledge) -> Option<String> {
    let medicine = &knowledge.medicine;
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = if let Some(label) = knowledge.label(id) {
        self::label(&mut page, label, knowledge)
    } else if let Some(trial) = medicine.trials.iter().find(|trial| trial.id == id) {
        self::trial(&mut page, trial, knowledge)
    } else if let Some(check) = medicine.checks.iter().find(|check| check.id == id) {
        self::check(&mut page, check, knowledge)
    } else if let Some(measure) = medicine.measures.iter().find(|measure| measure.id == id) {
        self::measure(&mut page, measure, knowledge)
    } else {
        monograph(&mut page, knowledge.monograph(id)?, knowledge)
    };
    Some(page)
}

fn label(page: &mut String, label: &Label, knowledge: &Knowledge) -> fmt::Result {
    writeln!(page, "{}\n\n{}\n", label.id, label.statement)?;
    writeln!(page, "label of     {}", jurisdiction_name(label.jurisdiction))?;
    writeln!(page, "regimen      {}", label.regimen.join(" + "))?;
    if !label.optional.is_empty() {
        writeln!(page, "with or without {}", label.optional.join(", "))?;
    }
    for (name, day) in [("granted", label.granted), ("asked for", label.pending_since), ("ended", label.ended)] {
        if let Some(day) = day {
            writeln!(page, "{name:<12} {day}")?;
        }
    }
    writeln!(page, "\nEvery one of these must hold:")?;
    for criterion in label.when.iter() {
        writeln!(page, "  - {}", criterion_text(criterion))?;
    }
    for condition in label.conditions.iter() {
        writeln!(page, "  - for a clinician to judge: {condition}")?;
    }
    foot(page, (label.evidence, &label.cites, &label.place), knowledge)
}

fn trial(page: &mut String, trial: &Trial, knowledge: &Knowledge) -> fmt::Result {
    let registry = trial.registry.as_deref().unwrap_or("no registry number");
    writeln!(page, "{} ({registry}), phase {}\n", trial.id, trial.phase)?;
    writeln!(page, "setting      {}", trial.setting)?;
    writeln!(page, "population   {}", trial.population)?;
    if let Some(endpoint) = &trial.endpoint {
        writeln!(page, "endpoint     {endpoint}")?;
    }
    for part in trial_words(trial).split("; ") {
        writeln!(page, "  {part}")?;
    }
    foot(page, (trial.evidence, &trial.cites, &trial.place), knowledge)
}

fn check(page: &mut String, check: &Check, knowledge: &Knowledge) -> fmt::Result {
    writeln!(page, "{}\n\n{}\n", check.id, check.test)?;
    writeln!(page, "while given  {}", check.drugs.join(", "))?;
    for criterion in check.when.iter() {
        writeln!(page, "and          {}", criterion_text(criterion))?;
    }
    let rhythm = match check.rhythm {
        Rhythm::Once(None) => "once, before start".to_owned(),
        Rhythm::Once(Some(days)) => format!("once, no earlier than {days} days before the line began"),
        Rhythm::EveryCycle => "before each cycle".to_owned(),
        Rhythm::Every(Span::Days(days)) => format!("every {days} days"),
        Rhythm::Every(Span::Months(months)) => format!("every {months} months"),
    };
    writeln!(page, "how often    {rhythm}")?;
    writeln!(page, "asked for    {}", check.basis)?;
    let last = check.last.iter().filter_map(|fact| knowledge.fact_definition(*fact));
    writeln!(page, "latest from  {}", last.map(|fact| fact.id.to_string()).collect::<Vec<_>>().join(", "))?;
    foot(page, (check.evidence, &check.cites, &check.place), knowledge)
}

fn measure(page: &mut String, measure: &Measure, knowledge: &Knowledge) -> fmt::Result {
    writeln!(page, "{}\n\n{}\n", measure.id, measure.title)?;
    writeln!(page, "numerator    {}", measure.numerator)?;
    writeln!(page, "denominator  {}", measure.denominator)?;
    writeln!(page, "exclusions   {}", measure.exclusions)?;
    writeln!(page, "kind         {}", if measure.published { "published" } else { "a proposal of this project" })?;
    if let Some(why) = &measure.unanswerable {
        writeln!(page, "not from the record of one patient: {why}")?;
    }
    foot(page, (measure.evidence, &measure.cites, &measure.place), knowledge)
}

fn monograph(page: &mut String, monograph: &Monograph, knowledge: &Knowledge) -> fmt::Result {
    writeln!(page, "{}", monograph.drug)?;
    for (title, pairs) in
        [("Doses", &monograph.doses), ("Watch", &monograph.monitor), ("Hold, lower or stop", &monograph.hold)]
    {
        if !pairs.is_empty() {
            writeln!(page, "\n{title}:")?;
            for pair in pairs.iter() {
                writeln!(page, "  - {}", pair_words(std::slice::from_ref(pair)))?;
            }
        }
    }
    for (title, items) in [
        ("Dose levels", &monograph.levels),
        ("Test before", &monograph.before),
        ("Boxed warnings", &monograph.warnings),
        ("Contraindications", &monograph.contraindications),
        ("Interactions", &monograph.interactions),
        ("Notes", &monograph.notes),
    ] {
        if !items.is_empty() {
            writeln!(page, "\n{title}:")?;
            for item in items.iter() {
                writeln!(page, "  - {item}")?;
            }
        }
    }
    writeln!(page, "\nhow read: {}", monograph.verification)?;
    foot(page, (monograph.evidence, &monograph.cites, &monograph.place), knowledge)
}

fn foot(page: &mut String, origin: (Evidence, &[Str], &Place), knowledge: &Knowledge) -> fmt::Result {
    let (evidence, cites, place) = origin;
    writeln!(page, "\nknown        {}", evidence_name(evidence))?;
    writeln!(page, "file         knowledge/{}:{}", place.file, place.line)?;
    writeln!(page, "\nSources:")?;
    for citation in cites.iter().filter_map(|key| knowledge.citation(key)) {
        writeln!(page, "  {} ({}) [{}]", citation.text, evidence_name(citation.status), citation.key)?;
    }
    writeln!(page, "\n{}", knowledge.guideline.notice)
}
