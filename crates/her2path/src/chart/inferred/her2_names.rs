//! The classification's words in those of the data dictionary.

use crate::classify::her2::{Category, Flag, Group, Ish, Status};

/// A remark on one specimen.
pub(super) fn flag_name(flag: Flag) -> &'static str {
    match flag {
        Flag::IhcIshDiscordant => "ihc-ish-discordant",
        Flag::IhcReviewRecommended => "ihc-review-recommended",
        Flag::SingleProbeIgnored => "single-probe-ignored",
        Flag::DualProbeIncomplete => "dual-probe-incomplete",
        Flag::RatioInconsistent => "ratio-inconsistent",
    }
}

/// The status, all pending ones together.
pub(super) fn status_name(status: Status) -> &'static str {
    match status {
        Status::Positive => "positive",
        Status::Negative | Status::NegativeWithComment(_) => "negative",
        Status::Equivocal => "equivocal",
        Status::PendingIhc
        | Status::PendingRecount
        | Status::PendingIhcOrDual
        | Status::PendingDualProbe
        | Status::IncompleteIsh
        | Status::AdjudicationRequired => "pending",
        Status::Indeterminate => "indeterminate",
        Status::NotAssessed => "not-assessed",
        Status::InvalidInput => "invalid",
        Status::Conflict => "conflict",
    }
}

/// The status in full.
pub(super) fn detail_name(status: Status) -> &'static str {
    match status {
        Status::Positive => "positive",
        Status::Negative => "negative",
        Status::NegativeWithComment(Group::G2) => "negative-with-comment-g2",
        Status::NegativeWithComment(Group::G3) => "negative-with-comment-g3",
        Status::NegativeWithComment(_) => "negative-with-comment-g4",
        Status::Equivocal => "equivocal",
        Status::PendingIhc => "pending-ihc",
        Status::PendingRecount => "pending-recount",
        Status::PendingIhcOrDual => "pending-ihc-or-dual",
        Status::PendingDualProbe => "pending-dual-probe",
        Status::IncompleteIsh => "incomplete-ish",
        Status::AdjudicationRequired => "adjudication-required",
        Status::Indeterminate => "indeterminate",
        Status::NotAssessed => "not-assessed",
        Status::InvalidInput => "invalid-input",
        Status::Conflict => "conflict",
    }
}

/// The eligibility category.
pub(super) fn category_name(category: Category) -> &'static str {
    match category {
        Category::Positive => "positive",
        Category::Low => "low",
        Category::Ultralow => "ultralow",
        Category::Null => "null",
        Category::ZeroUnspecified => "zero-unspecified",
        Category::NegativeIhcUnknown => "negative-ihc-unknown",
        Category::NotDerivable => "not-derivable",
    }
}

/// The ISH class.
pub(super) fn ish_name(ish: Ish) -> &'static str {
    match ish {
        Ish::None => "none",
        Ish::Partial => "partial",
        Ish::SingleLow => "s-lo",
        Ish::SingleMid => "s-mid",
        Ish::SingleHigh => "s-hi",
        Ish::Dual(Group::G1) => "g1",
        Ish::Dual(Group::G2) => "g2",
        Ish::Dual(Group::G3) => "g3",
        Ish::Dual(Group::G4) => "g4",
        Ish::Dual(Group::G5) => "g5",
        Ish::ReportedAmplified => "amplified",
        Ish::ReportedNotAmplified => "not-amplified",
    }
}
