//! Oestrogen and progesterone receptor status: ASCO/CAP 2020.
//!
//! Allison KH et al., J Clin Oncol 2020;38:1346-1366. A percentage of stained nuclei governs, then the report's word,
//! then an Allred total; a percentage that is only bounded (`<10`) is used when the whole interval lies in one band.
//! Deliberately absent: any classification from an H-score, for which there is no ASCO/CAP limit.

use rust_decimal::Decimal;

use super::her2::Supplied;

/// Which receptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receptor {
    /// Oestrogen.
    Er,
    /// Progesterone; it has no low-positive class.
    Pr,
}

/// FHIR `Quantity.comparator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Comparator {
    /// The number itself.
    #[default]
    Exact,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparator {
    /// The FHIR code; empty for an exact number.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Reads a FHIR comparator; empty is exact.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "" | "=" => Some(Self::Exact),
            "<" => Some(Self::Less),
            "<=" | "≤" => Some(Self::LessOrEqual),
            ">" => Some(Self::Greater),
            ">=" | "≥" => Some(Self::GreaterOrEqual),
            _ => None,
        }
    }
}

/// The word of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// "positive"
    Positive,
    /// "low positive"
    LowPositive,
    /// "negative"
    Negative,
}

/// What is supplied on one receptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stain {
    /// Percentage of stained nuclei, 0 to 100.
    pub percent: Supplied,
    /// Whether the percentage is a bound.
    pub comparator: Comparator,
    /// The word of the report.
    pub word: Option<Word>,
    /// Allred total, 0 or 2 to 8.
    pub allred: Supplied,
}

/// Status of one receptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// ER above 10 %, PgR at least 1 %.
    Positive,
    /// ER 1 to 10 %.
    LowPositive,
    /// ER positive; whether above 10 % is not known.
    PositiveUnspecified,
    /// Below 1 %.
    Negative,
    /// Nothing usable.
    Unknown,
    /// A percentage outside 0 to 100 or an impossible Allred total.
    InvalidInput,
}

impl Status {
    /// The status as in the decision tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "POSITIVE",
            Self::LowPositive => "LOW_POSITIVE",
            Self::PositiveUnspecified => "POSITIVE_UNSPECIFIED",
            Self::Negative => "NEGATIVE",
            Self::Unknown => "UNKNOWN",
            Self::InvalidInput => "INVALID_INPUT",
        }
    }

    /// Positive in any degree.
    #[must_use]
    pub fn is_positive(self) -> bool {
        matches!(self, Self::Positive | Self::LowPositive | Self::PositiveUnspecified)
    }
}

/// A remark on one receptor; project rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// An Allred total that contradicts the percentage or the word.
    AllredConflict,
    /// The status rests on an Allred total.
    AllredOnly,
    /// The bound spans more than one band.
    PercentAmbiguous,
    /// The word contradicts the percentage, which governs.
    QualitativeConflict,
}

impl Flag {
    /// The flag as in the decision tables, without the receptor's prefix.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AllredConflict => "ALLRED_CONFLICT",
            Self::AllredOnly => "ALLRED_ONLY",
            Self::PercentAmbiguous => "PERCENT_AMBIGUOUS",
            Self::QualitativeConflict => "QUALITATIVE_CONFLICT",
        }
    }
}

/// Status of one receptor and remarks on it, sorted.
#[must_use]
pub fn classify(receptor: Receptor, stain: &Stain) -> (Status, Vec<Flag>) {
    let allred = match allred(receptor, stain.allred) {
        Ok(allred) => allred,
        Err(invalid) => return (invalid, Vec::new()),
    };
    let mut flags = Vec::new();
    let percent = match stain.percent {
        Supplied::Absent => None,
        Supplied::Malformed => return (Status::InvalidInput, Vec::new()),
        Supplied::Number(p) if p < Decimal::ZERO || p > Decimal::ONE_HUNDRED => {
            return (Status::InvalidInput, Vec::new());
        }
        Supplied::Number(p) => {
            let status = band(receptor, p, stain.comparator);
            if status.is_none() {
                flags.push(Flag::PercentAmbiguous);
            }
            status
        }
    };
    let word = stain.word.map(|word| match (receptor, word) {
        (_, Word::Negative) => Status::Negative,
        (Receptor::Er, Word::Positive) => Status::PositiveUnspecified,
        (Receptor::Er, Word::LowPositive) => Status::LowPositive,
        (Receptor::Pr, _) => Status::Positive,
    });
    let differs =
        |other: Option<Status>, status: Status| other.is_some_and(|other| other.is_positive() != status.is_positive());
    let status = match (percent, word, allred) {
        (Some(status), ..) => {
            if differs(word, status) {
                flags.push(Flag::QualitativeConflict);
            }
            if differs(allred, status) {
                flags.push(Flag::AllredConflict);
            }
            status
        }
        (None, Some(status), _) => {
            if differs(allred, status) {
                flags.push(Flag::AllredConflict);
            }
            status
        }
        (None, None, Some(status)) => {
            flags.push(Flag::AllredOnly);
            status
        }
        (None, None, None) => Status::Unknown,
    };
    flags.sort_unstable();
    (status, flags)
}

/// The band of a percentage or bound, `None` when the interval spans several.
fn band(receptor: Receptor, percent: Decimal, comparator: Comparator) -> Option<Status> {
    let (one, ten) = (Decimal::ONE, Decimal::TEN);
    let exact = |p: Decimal| {
        if p < one {
            Status::Negative
        } else if receptor == Receptor::Er && p <= ten {
            Status::LowPositive
        } else {
            Status::Positive
        }
    };
    match comparator {
        Comparator::Exact => Some(exact(percent)),
        Comparator::Less if percent <= one => Some(Status::Negative),
        Comparator::LessOrEqual if percent < one => Some(Status::Negative),
        Comparator::Less | Comparator::LessOrEqual => None,
        Comparator::Greater | Comparator::GreaterOrEqual if percent < one => None,
        Comparator::Greater | Comparator::GreaterOrEqual if receptor == Receptor::Pr => Some(Status::Positive),
        Comparator::Greater if percent >= ten => Some(Status::Positive),
        Comparator::GreaterOrEqual if percent > ten => Some(Status::Positive),
        Comparator::Greater | Comparator::GreaterOrEqual => Some(Status::PositiveUnspecified),
    }
}

/// What an Allred total says: 0 and 2 negative, 3 to 8 positive, 1 and all else impossible.
fn allred(receptor: Receptor, total: Supplied) -> Result<Option<Status>, Status> {
    let total = match total {
        Supplied::Absent => return Ok(None),
        Supplied::Malformed => return Err(Status::InvalidInput),
        Supplied::Number(total) => total,
    };
    if !total.fract().is_zero() {
        return Err(Status::InvalidInput);
    }
    match (i64::try_from(total), receptor) {
        (Ok(0 | 2), _) => Ok(Some(Status::Negative)),
        (Ok(3..=8), Receptor::Er) => Ok(Some(Status::PositiveUnspecified)),
        (Ok(3..=8), Receptor::Pr) => Ok(Some(Status::Positive)),
        _ => Err(Status::InvalidInput),
    }
}
