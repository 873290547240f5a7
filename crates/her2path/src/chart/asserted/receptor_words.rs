//! The words that a short text on a receptor may be made of.
//!
//! A closed list: what is not in it is not understood, and a text with such a word is reported instead of read.

use super::receptor_text::ResultWord;
use crate::classify::her2::IhcZeroDetail;
use crate::classify::hormone_receptors::Comparator;

/// What a phrase says.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    Result(ResultWord),
    NoResult,
    Comparator(Comparator),
    Amount(Amount),
    Zero(IhcZeroDetail),
    /// Less than what the result's word says: weak, focal, incomplete.
    Weak,
    /// Not everywhere the same.
    Uneven,
    Probe(Probe),
    Filler,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Amount {
    /// The text does not say; then the code decides.
    Unnamed,
    /// HER2 to chromosome 17.
    Ratio,
    /// HER2 copies per cell.
    Copies,
    /// Copies of chromosome 17 per cell.
    Cep17,
    /// Allred total of ER or PgR.
    Allred,
}

/// By which kind of test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Probe {
    Ihc,
    Ish,
}

/// A receptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Receptor {
    Her2,
    Er,
    Pr,
}

/// Names of the receptors: a text that names another one than was asked for is about that one.
pub(super) const RECEPTORS: &[(&str, Receptor)] = &[
    ("her2", Receptor::Her2),
    ("her", Receptor::Her2),
    ("neu", Receptor::Her2),
    ("erbb2", Receptor::Her2),
    ("er", Receptor::Er),
    ("estrogen", Receptor::Er),
    ("oestrogen", Receptor::Er),
    ("pr", Receptor::Pr),
    ("pgr", Receptor::Pr),
    ("progesterone", Receptor::Pr),
];

/// Words that say by which test a result was found: only ISH amplifies, only IHC overexpresses.
pub(super) const IMPLIED: &[(&str, Probe)] = &[
    ("amplified", Probe::Ish),
    ("unamplified", Probe::Ish),
    ("nonamplified", Probe::Ish),
    ("amplification", Probe::Ish),
    ("amplifiziert", Probe::Ish),
    ("amplifikation", Probe::Ish),
    ("expressed", Probe::Ihc),
    ("expression", Probe::Ihc),
    ("overexpressed", Probe::Ihc),
    ("overexpression", Probe::Ihc),
];

/// Phrases of several words before those of one: the longest match wins.
pub(super) const PHRASES: &[(&str, Meaning)] = &[
    ("not over expressed", Meaning::Result(ResultWord::Negative)),
    ("no over expression", Meaning::Result(ResultWord::Negative)),
    ("not amplified", Meaning::Result(ResultWord::Negative)),
    ("non amplified", Meaning::Result(ResultWord::Negative)),
    ("not overexpressed", Meaning::Result(ResultWord::Negative)),
    ("no overexpression", Meaning::Result(ResultWord::Negative)),
    ("no amplification", Meaning::Result(ResultWord::Negative)),
    ("without amplification", Meaning::Result(ResultWord::Negative)),
    ("amplification not detected", Meaning::Result(ResultWord::Negative)),
    ("amplification absent", Meaning::Result(ResultWord::Negative)),
    ("nicht amplifiziert", Meaning::Result(ResultWord::Negative)),
    ("keine amplifikation", Meaning::Result(ResultWord::Negative)),
    ("not detected", Meaning::Result(ResultWord::Negative)),
    ("not positive", Meaning::Result(ResultWord::Negative)),
    ("amplification detected", Meaning::Result(ResultWord::Positive)),
    ("amplification present", Meaning::Result(ResultWord::Positive)),
    ("over expressed", Meaning::Result(ResultWord::Positive)),
    ("low positive", Meaning::Result(ResultWord::LowPositive)),
    ("strongly positive", Meaning::Result(ResultWord::Positive)),
    ("cannot be determined", Meaning::Result(ResultWord::Indeterminate)),
    ("can not be determined", Meaning::Result(ResultWord::Indeterminate)),
    ("not applicable", Meaning::NoResult),
    ("not available", Meaning::NoResult),
    ("not performed", Meaning::NoResult),
    ("not done", Meaning::NoResult),
    ("not assessed", Meaning::NoResult),
    ("not tested", Meaning::NoResult),
    ("not reported", Meaning::NoResult),
    ("not found in record", Meaning::NoResult),
    ("abstraction pending", Meaning::NoResult),
    ("msk failed", Meaning::Filler),
    ("copy number", Meaning::Amount(Amount::Copies)),
    ("less than or equal to", Meaning::Comparator(Comparator::LessOrEqual)),
    ("greater than or equal to", Meaning::Comparator(Comparator::GreaterOrEqual)),
    ("less than", Meaning::Comparator(Comparator::Less)),
    ("greater than", Meaning::Comparator(Comparator::Greater)),
    ("more than", Meaning::Comparator(Comparator::Greater)),
    ("at least", Meaning::Comparator(Comparator::GreaterOrEqual)),
    ("at most", Meaning::Comparator(Comparator::LessOrEqual)),
    ("no staining", Meaning::Zero(IhcZeroDetail::Null)),
    ("ultralow", Meaning::Zero(IhcZeroDetail::Ultralow)),
    ("ultra low", Meaning::Zero(IhcZeroDetail::Ultralow)),
    ("null", Meaning::Zero(IhcZeroDetail::Null)),
    ("positive", Meaning::Result(ResultWord::Positive)),
    ("positiv", Meaning::Result(ResultWord::Positive)),
    ("pos", Meaning::Result(ResultWord::Positive)),
    ("amplified", Meaning::Result(ResultWord::Positive)),
    ("amplifiziert", Meaning::Result(ResultWord::Positive)),
    ("overexpressed", Meaning::Result(ResultWord::Positive)),
    ("overexpression", Meaning::Result(ResultWord::Positive)),
    ("detected", Meaning::Result(ResultWord::Positive)),
    ("present", Meaning::Result(ResultWord::Positive)),
    ("negative", Meaning::Result(ResultWord::Negative)),
    ("negativ", Meaning::Result(ResultWord::Negative)),
    ("neg", Meaning::Result(ResultWord::Negative)),
    ("unamplified", Meaning::Result(ResultWord::Negative)),
    ("nonamplified", Meaning::Result(ResultWord::Negative)),
    ("absent", Meaning::Result(ResultWord::Negative)),
    ("equivocal", Meaning::Result(ResultWord::Equivocal)),
    ("borderline", Meaning::Result(ResultWord::Equivocal)),
    ("indeterminate", Meaning::Result(ResultWord::Indeterminate)),
    ("unknown", Meaning::NoResult),
    ("unk", Meaning::NoResult),
    ("nd", Meaning::NoResult),
    ("na", Meaning::NoResult),
    ("pending", Meaning::NoResult),
    ("multiple", Meaning::NoResult),
    ("cn", Meaning::Amount(Amount::Copies)),
    ("copies", Meaning::Amount(Amount::Copies)),
    ("signals", Meaning::Amount(Amount::Copies)),
    ("ratio", Meaning::Amount(Amount::Ratio)),
    ("cep17", Meaning::Amount(Amount::Cep17)),
    ("allred", Meaning::Amount(Amount::Allred)),
    ("weak", Meaning::Weak),
    ("weakly", Meaning::Weak),
    ("faint", Meaning::Weak),
    ("low", Meaning::Weak),
    ("focal", Meaning::Weak),
    ("focally", Meaning::Weak),
    ("moderate", Meaning::Weak),
    ("moderately", Meaning::Weak),
    ("minimal", Meaning::Weak),
    ("partial", Meaning::Weak),
    ("partially", Meaning::Weak),
    ("incomplete", Meaning::Weak),
    ("patchy", Meaning::Uneven),
    ("heterogenous", Meaning::Uneven),
    ("heterogeneous", Meaning::Uneven),
    ("ihc", Meaning::Probe(Probe::Ihc)),
    ("immunohistochemistry", Meaning::Probe(Probe::Ihc)),
    ("immunohistochemical", Meaning::Probe(Probe::Ihc)),
    ("immune stain", Meaning::Probe(Probe::Ihc)),
    ("fish", Meaning::Probe(Probe::Ish)),
    ("ish", Meaning::Probe(Probe::Ish)),
    ("cish", Meaning::Probe(Probe::Ish)),
    ("sish", Meaning::Probe(Probe::Ish)),
    ("dish", Meaning::Probe(Probe::Ish)),
    ("hybridization", Meaning::Probe(Probe::Ish)),
    ("hybridisation", Meaning::Probe(Probe::Ish)),
    ("<=", Meaning::Comparator(Comparator::LessOrEqual)),
    ("≤", Meaning::Comparator(Comparator::LessOrEqual)),
    (">=", Meaning::Comparator(Comparator::GreaterOrEqual)),
    ("≥", Meaning::Comparator(Comparator::GreaterOrEqual)),
    ("<", Meaning::Comparator(Comparator::Less)),
    (">", Meaning::Comparator(Comparator::Greater)),
];

/// Words that say what was tested and how, not what came of it.
pub(super) const FILLERS: &[&str] = &[
    "receptor",
    "gene",
    "protein",
    "by",
    "in",
    "situ",
    "fluorescence",
    "score",
    "scored",
    "status",
    "result",
    "results",
    "is",
    "are",
    "the",
    "for",
    "staining",
    "membrane",
    "membranous",
    "stain",
    "tumor",
    "tumour",
    "tumors",
    "cells",
    "cell",
    "strong",
    "intensity",
    "intense",
    "complete",
    "circumferential",
    "with",
    "and",
    "to",
    "of",
    "or",
    "finding",
    "qualifier",
    "value",
    "ag",
    "nuclear",
    "nuclei",
    "2",
    "test",
    "(",
    ")",
    ",",
    ";",
    ":",
    "/",
    "-",
    ".",
    "[",
    "]",
    "=",
];
