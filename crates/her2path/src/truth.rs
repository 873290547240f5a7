//! Three-valued truth (Kleene's strong logic): a criterion is met, not met or unknown.
//!
//! `bool` is used only for what is always known. There is deliberately no conversion from [`Truth`] to `bool`: whoever
//! needs one has to say what becomes of the unknown.

/// The outcome of a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// It does not hold.
    NotMet,
    /// The record does not say.
    Unknown,
    /// It holds.
    Met,
}

impl Truth {
    /// Both hold: the lesser of the two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// At least one holds: the greater of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// Every one holds. Of nothing at all, `Met`: the guideline's loader refuses empty lists of criteria, so that
    /// "all" never holds for want of anything to test.
    pub fn all(items: impl IntoIterator<Item = Self>) -> Self {
        items.into_iter().fold(Self::Met, Self::and)
    }

    /// At least one holds. Of nothing at all, `NotMet`.
    pub fn any(items: impl IntoIterator<Item = Self>) -> Self {
        items.into_iter().fold(Self::NotMet, Self::or)
    }

    /// The word of the output: `met`, `not-met`, `unknown`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not-met",
            Self::Unknown => "unknown",
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Met => Self::NotMet,
            Self::Unknown => Self::Unknown,
            Self::NotMet => Self::Met,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Met } else { Self::NotMet }
    }
}

/// `None` is "the record does not say".
impl From<Option<bool>> for Truth {
    fn from(holds: Option<bool>) -> Self {
        holds.map_or(Self::Unknown, Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, Met, NotMet, Unknown};

    /// Kleene 1952, §64: the tables of the strong connectives, written out.
    #[test]
    fn tables() {
        let rows = [
            // a, b, a and b, a or b
            (Met, Met, Met, Met),
            (Met, Unknown, Unknown, Met),
            (Met, NotMet, NotMet, Met),
            (Unknown, Met, Unknown, Met),
            (Unknown, Unknown, Unknown, Unknown),
            (Unknown, NotMet, NotMet, Unknown),
            (NotMet, Met, NotMet, Met),
            (NotMet, Unknown, NotMet, Unknown),
            (NotMet, NotMet, NotMet, NotMet),
        ];
        for (a, b, and, or) in rows {
            assert_eq!(a.and(b), and, "{a:?} and {b:?}");
            assert_eq!(a.or(b), or, "{a:?} or {b:?}");
        }
        assert_eq!([!Met, !Unknown, !NotMet], [NotMet, Unknown, Met]);
        assert_eq!(Truth::any([]), NotMet);
    }
}
