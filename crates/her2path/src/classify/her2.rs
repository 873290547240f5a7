//! HER2 status of one specimen: ASCO/CAP 2018 focused update, affirmed 2023.
//!
//! Wolff AC et al., J Clin Oncol 2018;36:2105-2122; Wolff AC et al., J Clin Oncol 2023;41:3867-3872. The table is total:
//! every combination of IHC, ISH, recount and adjudication has exactly one outcome, and the rule that decided is part
//! of it. Rules R00 to R02, R08c, R08d, R12, R15 and all flags are project rules where the guideline is silent.
//!
//! Deliberately absent: HER2 in serum, HER2 mutations, and any result category "low" (an eligibility category derived
//! from the result, see [`Category`]).

use rust_decimal::Decimal;

/// IHC score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ihc {
    /// 0
    Zero,
    /// 1+
    One,
    /// 2+
    Two,
    /// 3+
    Three,
}

impl Ihc {
    /// `0`, `1+`, `2+`, `3+`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zero => "0",
            Self::One => "1+",
            Self::Two => "2+",
            Self::Three => "3+",
        }
    }
}

/// What is known of the staining behind a score of 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IhcZeroDetail {
    /// No membrane staining at all.
    Null,
    /// Faint, incomplete staining in more than 0 and at most 10 % of cells.
    Ultralow,
    /// The report says only 0.
    #[default]
    Unspecified,
}

/// Dual-probe ISH group: ratio HER2/CEP17 and average HER2 copies per cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Ratio at least 2.0, copies at least 4.0.
    G1,
    /// Ratio at least 2.0, copies below 4.0.
    G2,
    /// Ratio below 2.0, copies at least 6.0.
    G3,
    /// Ratio below 2.0, copies at least 4.0 and below 6.0.
    G4,
    /// Ratio below 2.0, copies below 4.0.
    G5,
}

impl Group {
    /// The group of a ratio and a copy number.
    #[must_use]
    pub fn of(ratio_at_least_two: bool, copies: Decimal) -> Self {
        let (four, six) = (Decimal::from(4), Decimal::from(6));
        match (ratio_at_least_two, copies) {
            (true, c) if c >= four => Self::G1,
            (true, _) => Self::G2,
            (false, c) if c >= six => Self::G3,
            (false, c) if c >= four => Self::G4,
            (false, _) => Self::G5,
        }
    }

    /// `G1` to `G5`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::G1 => "G1",
            Self::G2 => "G2",
            Self::G3 => "G3",
            Self::G4 => "G4",
            Self::G5 => "G5",
        }
    }
}

/// What ISH shows, as a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ish {
    /// Not done.
    None,
    /// Some dual-probe number, but not enough to name a group. It is never guessed.
    Partial,
    /// Single probe, copies below 4.0.
    SingleLow,
    /// Single probe, copies at least 4.0 and below 6.0.
    SingleMid,
    /// Single probe, copies at least 6.0.
    SingleHigh,
    /// Dual probe.
    Dual(Group),
    /// The laboratory says "amplified" or "positive" and gives no numbers.
    ReportedAmplified,
    /// The laboratory says "not amplified" or "negative" and gives no numbers.
    ReportedNotAmplified,
}

impl Ish {
    /// The class as in the decision tables: `NONE`, `PARTIAL`, `S_LO`, `S_MID`, `S_HI`, `G1` to `G5`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Partial => "PARTIAL",
            Self::SingleLow => "S_LO",
            Self::SingleMid => "S_MID",
            Self::SingleHigh => "S_HI",
            Self::Dual(group) => group.as_str(),
            Self::ReportedAmplified => "AMPLIFIED",
            Self::ReportedNotAmplified => "NOT_AMPLIFIED",
        }
    }
}

/// A number as supplied: absent, a decimal, or something that is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Supplied {
    /// Not supplied.
    #[default]
    Absent,
    /// A number, negative ones included.
    Number(Decimal),
    /// Text that is no number.
    Malformed,
}

impl Supplied {
    /// Reads a number; surrounding blanks do not count, an empty text is absent.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.trim() {
            "" => Self::Absent,
            text => text.parse().map_or(Self::Malformed, Self::Number),
        }
    }

    fn valid(self) -> Result<Option<Decimal>, Invalid> {
        match self {
            Self::Absent => Ok(None),
            Self::Number(number) if number >= Decimal::ZERO => Ok(Some(number)),
            Self::Number(_) | Self::Malformed => Err(Invalid),
        }
    }
}

/// The numbers of an ISH report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IshNumbers {
    /// HER2/CEP17 ratio as reported.
    pub ratio: Supplied,
    /// Average HER2 copies per cell, dual probe.
    pub copies: Supplied,
    /// Average CEP17 copies per cell.
    pub cep17: Supplied,
    /// Average HER2 copies per cell, single probe.
    pub single_copies: Supplied,
}

/// A number that cannot be: negative, malformed, or a CEP17 count of 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invalid;

/// One specimen's results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Specimen {
    /// IHC score.
    pub ihc: Option<Ihc>,
    /// Staining behind a score of 0.
    pub ihc_zero: IhcZeroDetail,
    /// ISH class, or an invalid report.
    pub ish: Result<Ish, Invalid>,
    /// ISH group of the blinded recount, if it is usable.
    pub recount: Result<Option<Group>, Invalid>,
    /// Group after the laboratory's adjudication of a recount in another group.
    pub adjudicated: Option<Group>,
    /// False only when the laboratory rejects the specimen, its controls failed, or it reports "indeterminate".
    pub adequate: bool,
}

impl Default for Specimen {
    fn default() -> Self {
        Self {
            ihc: None,
            ihc_zero: IhcZeroDetail::Unspecified,
            ish: Ok(Ish::None),
            recount: Ok(None),
            adjudicated: None,
            adequate: true,
        }
    }
}

/// A remark on a result. All are project rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// IHC and ISH point in opposite directions: for review by the pathologist.
    IhcIshDiscordant,
    /// A single-probe result without IHC.
    IhcReviewRecommended,
    /// A single-probe number beside a complete dual-probe result.
    SingleProbeIgnored,
    /// Parts of a dual-probe result beside a single-probe one.
    DualProbeIncomplete,
    /// The reported ratio differs from copies / CEP17 by more than 0.1; the reported one is used.
    RatioInconsistent,
}

impl Flag {
    /// The flag as in the decision tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IhcIshDiscordant => "IHC_ISH_DISCORDANT",
            Self::IhcReviewRecommended => "IHC_REVIEW_RECOMMENDED",
            Self::SingleProbeIgnored => "SINGLE_PROBE_IGNORED",
            Self::DualProbeIncomplete => "DUAL_PROBE_INCOMPLETE",
            Self::RatioInconsistent => "RATIO_INCONSISTENT",
        }
    }
}

/// Status of one specimen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// HER2-positive.
    Positive,
    /// HER2-negative.
    Negative,
    /// HER2-negative with the guideline's comment on group 2, 3 or 4.
    NegativeWithComment(Group),
    /// IHC 2+ without ISH.
    Equivocal,
    /// IHC on the same tissue is needed.
    PendingIhc,
    /// A blinded recount is needed.
    PendingRecount,
    /// IHC or dual-probe ISH is needed.
    PendingIhcOrDual,
    /// Dual-probe ISH is needed.
    PendingDualProbe,
    /// A number of the ISH report is missing.
    IncompleteIsh,
    /// The recount fell in another group; the laboratory decides.
    AdjudicationRequired,
    /// Technical problems: no result can be used.
    Indeterminate,
    /// No test.
    NotAssessed,
    /// The input cannot be.
    InvalidInput,
    /// The report contradicts itself. The table never gives this; whoever reads reports may.
    Conflict,
}

impl Status {
    /// The status as in the decision tables (`NEGATIVE_WITH_COMMENT:G2`).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "POSITIVE",
            Self::Negative => "NEGATIVE",
            Self::NegativeWithComment(Group::G2) => "NEGATIVE_WITH_COMMENT:G2",
            Self::NegativeWithComment(Group::G3) => "NEGATIVE_WITH_COMMENT:G3",
            Self::NegativeWithComment(_) => "NEGATIVE_WITH_COMMENT:G4",
            Self::Equivocal => "EQUIVOCAL",
            Self::PendingIhc => "PENDING_IHC",
            Self::PendingRecount => "PENDING_RECOUNT",
            Self::PendingIhcOrDual => "PENDING_IHC_OR_DUAL",
            Self::PendingDualProbe => "PENDING_DUAL_PROBE",
            Self::IncompleteIsh => "INCOMPLETE_ISH",
            Self::AdjudicationRequired => "ADJUDICATION_REQUIRED",
            Self::Indeterminate => "INDETERMINATE",
            Self::NotAssessed => "NOT_ASSESSED",
            Self::InvalidInput => "INVALID_INPUT",
            Self::Conflict => "CONFLICT",
        }
    }

    /// Whether the status settles the question: positive, negative, or negative with comment.
    #[must_use]
    pub fn is_conclusive(self) -> bool {
        self.is_positive() || self.is_negative()
    }

    /// HER2-positive.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self == Self::Positive
    }

    /// HER2-negative, with or without comment.
    #[must_use]
    pub fn is_negative(self) -> bool {
        matches!(self, Self::Negative | Self::NegativeWithComment(_))
    }
}

/// Eligibility category. Low and ultralow are entry criteria of trials and labels, not ASCO/CAP results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// HER2-positive.
    Positive,
    /// Negative with IHC 1+, or 2+ without amplification.
    Low,
    /// Negative with IHC 0 and faint staining in at most 10 % of cells.
    Ultralow,
    /// Negative with IHC 0 and no staining.
    Null,
    /// Negative with IHC 0; the report says no more.
    ZeroUnspecified,
    /// Negative by ISH; IHC is not known.
    NegativeIhcUnknown,
    /// The status is open.
    NotDerivable,
}

impl Category {
    /// The category as in the decision tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "HER2_POSITIVE",
            Self::Low => "HER2_LOW",
            Self::Ultralow => "HER2_ULTRALOW",
            Self::Null => "HER2_NULL",
            Self::ZeroUnspecified => "HER2_0_UNSPECIFIED",
            Self::NegativeIhcUnknown => "HER2_NEGATIVE_IHC_UNKNOWN",
            Self::NotDerivable => "NOT_DERIVABLE",
        }
    }

    /// The category of a final status and the IHC behind it.
    #[must_use]
    pub fn of(status: Status, ihc: Option<Ihc>, zero: IhcZeroDetail) -> Self {
        if status.is_positive() {
            return Self::Positive;
        }
        if !status.is_negative() {
            return Self::NotDerivable;
        }
        match (ihc, zero) {
            (None | Some(Ihc::Three), _) => Self::NegativeIhcUnknown,
            (Some(Ihc::One | Ihc::Two), _) => Self::Low,
            (Some(Ihc::Zero), IhcZeroDetail::Null) => Self::Null,
            (Some(Ihc::Zero), IhcZeroDetail::Ultralow) => Self::Ultralow,
            (Some(Ihc::Zero), IhcZeroDetail::Unspecified) => Self::ZeroUnspecified,
        }
    }
}

/// The outcome for one specimen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Status.
    pub status: Status,
    /// Eligibility category.
    pub category: Category,
    /// The rule that decided, `R00` to `R15`.
    pub rule: &'static str,
    /// Remarks that follow from the table, sorted.
    pub flags: Vec<Flag>,
}

/// The ISH class of a report's numbers, and remarks on them.
///
/// The order of the dossier's section 1.6: invalid numbers; a complete dual-probe result; a single-probe result; parts
/// of a dual-probe result; nothing. The ratio is not computed by division: copies are compared with twice CEP17.
///
/// # Errors
/// [`Invalid`] for a negative or malformed number, or a CEP17 count of 0.
pub fn ish_class(numbers: &IshNumbers) -> Result<(Ish, Vec<Flag>), Invalid> {
    let ratio = numbers.ratio.valid()?;
    let copies = numbers.copies.valid()?;
    let cep17 = numbers.cep17.valid()?;
    let single = numbers.single_copies.valid()?;
    if cep17 == Some(Decimal::ZERO) {
        return Err(Invalid);
    }
    let two = Decimal::TWO;
    let ratio_at_least_two = match (ratio, copies, cep17) {
        (Some(ratio), ..) => Some(ratio >= two),
        (None, Some(copies), Some(cep17)) => two.checked_mul(cep17).map(|limit| copies >= limit),
        _ => None,
    };
    let mut flags = Vec::new();
    if let (Some(ratio), Some(copies), Some(cep17)) = (ratio, copies, cep17)
        && differs_by_more_than_a_tenth(ratio, copies, cep17)
    {
        flags.push(Flag::RatioInconsistent);
    }
    if let (Some(at_least_two), Some(copies)) = (ratio_at_least_two, copies) {
        if single.is_some() {
            flags.push(Flag::SingleProbeIgnored);
        }
        flags.sort_unstable();
        return Ok((Ish::Dual(Group::of(at_least_two, copies)), flags));
    }
    let dual_bits = ratio.is_some() || copies.is_some() || cep17.is_some();
    let Some(single) = single else {
        return Ok((if dual_bits { Ish::Partial } else { Ish::None }, flags));
    };
    if dual_bits {
        flags.push(Flag::DualProbeIncomplete);
    }
    let class = if single < Decimal::from(4) {
        Ish::SingleLow
    } else if single < Decimal::from(6) {
        Ish::SingleMid
    } else {
        Ish::SingleHigh
    };
    Ok((class, flags))
}

/// The group of a blinded recount: usable only with a ratio and a copy number.
///
/// # Errors
/// [`Invalid`] for a negative or malformed number.
pub fn recount_group(ratio: Supplied, copies: Supplied) -> Result<Option<Group>, Invalid> {
    let (ratio, copies) = (ratio.valid()?, copies.valid()?);
    Ok(ratio.zip(copies).map(|(ratio, copies)| Group::of(ratio >= Decimal::TWO, copies)))
}

/// The complete decision table: first matching rule wins.
#[must_use]
pub fn classify(specimen: &Specimen) -> Outcome {
    let ihc = specimen.ihc;
    let (Ok(ish), Ok(recount)) = (specimen.ish, specimen.recount) else {
        return outcome(specimen, Status::InvalidInput, "R00", &[]);
    };
    if !specimen.adequate {
        return outcome(specimen, Status::Indeterminate, "R01", &[]);
    }
    let low_ihc = matches!(ihc, Some(Ihc::Zero | Ihc::One));
    let discordant: &[Flag] = if low_ihc { &[Flag::IhcIshDiscordant] } else { &[] };
    let review: &[Flag] = if ihc.is_none() { &[Flag::IhcReviewRecommended] } else { &[] };
    let (status, rule, flags) = match (ihc, ish) {
        (None, Ish::None) => (Status::NotAssessed, "R02", &[][..]),
        (Some(Ihc::Three), Ish::Dual(Group::G5) | Ish::SingleLow | Ish::ReportedNotAmplified) => {
            (Status::Positive, "R03", &[Flag::IhcIshDiscordant][..])
        }
        (Some(Ihc::Three), _) => (Status::Positive, "R03", &[][..]),
        (_, Ish::Dual(Group::G1)) => (Status::Positive, "R04", discordant),
        (_, Ish::Dual(Group::G5)) => (Status::Negative, "R05", &[][..]),
        (None, Ish::Dual(_)) => (Status::PendingIhc, "R06", &[][..]),
        (Some(Ihc::Zero | Ihc::One), Ish::Dual(group)) => (Status::NegativeWithComment(group), "R07", &[][..]),
        (Some(Ihc::Two), Ish::Dual(group)) => {
            let (status, rule) = recounted(group, recount, specimen.adjudicated);
            (status, rule, &[][..])
        }
        (_, Ish::SingleHigh) if low_ihc => (Status::Positive, "R09", discordant),
        (_, Ish::SingleHigh) => (Status::Positive, "R09", review),
        (_, Ish::SingleLow) => (Status::Negative, "R10", review),
        (None, Ish::SingleMid) => (Status::PendingIhcOrDual, "R11a", &[][..]),
        (Some(Ihc::Two), Ish::SingleMid) => (Status::PendingDualProbe, "R11b", &[][..]),
        (Some(Ihc::Zero | Ihc::One), Ish::SingleMid) => (Status::Negative, "R11c", &[][..]),
        (_, Ish::Partial) => (Status::IncompleteIsh, "R12", &[][..]),
        (Some(Ihc::Two), Ish::None) => (Status::Equivocal, "R13", &[][..]),
        (Some(Ihc::Zero | Ihc::One), Ish::None) => (Status::Negative, "R14", &[][..]),
        (_, Ish::ReportedAmplified) => (Status::Positive, "R15", discordant),
        (_, Ish::ReportedNotAmplified) => (Status::Negative, "R15", &[][..]),
    };
    outcome(specimen, status, rule, flags)
}

fn outcome(specimen: &Specimen, status: Status, rule: &'static str, flags: &[Flag]) -> Outcome {
    Outcome { status, category: Category::of(status, specimen.ihc, specimen.ihc_zero), rule, flags: flags.to_vec() }
}

/// R08: group 2, 3 or 4 with IHC 2+.
fn recounted(group: Group, recount: Option<Group>, adjudicated: Option<Group>) -> (Status, &'static str) {
    let of = |group| match group {
        Group::G1 | Group::G3 => Status::Positive,
        Group::G5 => Status::Negative,
        Group::G2 | Group::G4 => Status::NegativeWithComment(group),
    };
    match (recount, adjudicated) {
        (None, _) => (Status::PendingRecount, "R08a"),
        (Some(recount), _) if recount == group => (of(group), "R08b"),
        (Some(_), None) => (Status::AdjudicationRequired, "R08c"),
        (Some(_), Some(adjudicated)) => (of(adjudicated), "R08d"),
    }
}

fn differs_by_more_than_a_tenth(ratio: Decimal, copies: Decimal, cep17: Decimal) -> bool {
    // |ratio - copies/cep17| > 0.1, multiplied by cep17 so that nothing is divided.
    let difference = ratio.checked_mul(cep17).and_then(|product| product.checked_sub(copies));
    let limit = cep17.checked_mul(Decimal::new(1, 1));
    difference.zip(limit).is_some_and(|(difference, limit)| difference.abs() > limit)
}
