//! Scores of depression and anxiety: PHQ-9 with PHQ-2 (Kroenke K, et al. J Gen Intern Med 2001;16:606-613) and GAD-7
//! (Spitzer RL, et al. Arch Intern Med 2006;166:1092-1097).
//!
//! Items are answered 0 (not at all) to 3 (nearly every day) for the last two weeks. A total is only given when every item
//! is answered; nothing is imputed. A score never lowers what item 9 of the PHQ-9 asks for.

/// The sum of items, or `None` where one is missing or out of range.
#[must_use]
pub fn total(items: &[Option<u8>]) -> Option<u8> {
    items
        .iter()
        .try_fold(0_u8, |sum, item| item.filter(|answer| *answer <= 3).and_then(|answer| sum.checked_add(answer)))
}

/// Severity of depression by the PHQ-9 total, 0 to 27.
#[must_use]
pub fn phq9_band(total: u8) -> Option<&'static str> {
    match total {
        0..=4 => Some("minimal"),
        5..=9 => Some("mild"),
        10..=14 => Some("moderate"),
        15..=19 => Some("moderately-severe"),
        20..=27 => Some("severe"),
        _ => None,
    }
}

/// Severity of anxiety by the GAD-7 total, 0 to 21.
#[must_use]
pub fn gad7_band(total: u8) -> Option<&'static str> {
    match total {
        0..=4 => Some("minimal"),
        5..=9 => Some("mild"),
        10..=14 => Some("moderate"),
        15..=21 => Some("severe"),
        _ => None,
    }
}
