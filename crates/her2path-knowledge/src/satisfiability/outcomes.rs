//! Sets of outcomes in Kleene's three-valued logic: everything that a test can still come out as.

/// A set of outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Outcomes {
    met: bool,
    not_met: bool,
    unknown: bool,
}

impl Outcomes {
    pub(crate) const NEVER: Self = Self { met: false, not_met: false, unknown: false };
    pub(crate) const MET: Self = Self { met: true, ..Self::NEVER };
    pub(crate) const NOT_MET: Self = Self { not_met: true, ..Self::NEVER };
    pub(crate) const UNKNOWN: Self = Self { unknown: true, ..Self::NEVER };
    pub(crate) const ANY: Self = Self { met: true, not_met: true, unknown: true };

    pub(crate) const fn known(met: bool) -> Self {
        Self { met, not_met: !met, unknown: false }
    }

    pub(crate) const fn can_be_met(self) -> bool {
        self.met
    }

    pub(crate) const fn can_be_not_met(self) -> bool {
        self.not_met
    }

    /// The outcomes of either set.
    pub(crate) const fn or_else(self, other: Self) -> Self {
        Self {
            met: self.met || other.met,
            not_met: self.not_met || other.not_met,
            unknown: self.unknown || other.unknown,
        }
    }

    /// Kleene's "and" of every pair.
    pub(crate) const fn and(self, other: Self) -> Self {
        if self.is_never() || other.is_never() {
            return Self::NEVER;
        }
        Self {
            met: self.met && other.met,
            not_met: self.not_met || other.not_met,
            unknown: self.unknown && (other.unknown || other.met) || other.unknown && self.met,
        }
    }

    /// Kleene's "not" of every member.
    pub(crate) const fn not(self) -> Self {
        Self { met: self.not_met, not_met: self.met, unknown: self.unknown }
    }

    /// Kleene's "or" of every pair.
    pub(crate) const fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    const fn is_never(self) -> bool {
        !self.met && !self.not_met && !self.unknown
    }
}

#[cfg(test)]
mod tests {
    use super::Outcomes;

    /// Kleene's strong tables (Kleene SC. Introduction to Metamathematics, 1952, § 64), row by row.
    #[test]
    fn kleene_tables() {
        let (t, f, u) = (Outcomes::MET, Outcomes::NOT_MET, Outcomes::UNKNOWN);
        let and = [(t, t, t), (t, f, f), (t, u, u), (f, t, f), (f, f, f), (f, u, f), (u, t, u), (u, f, f), (u, u, u)];
        for (a, b, expected) in and {
            assert_eq!(a.and(b), expected, "{a:?} and {b:?}");
            assert_eq!(a.not().or(b.not()), expected.not(), "{a:?} or {b:?}");
        }
        let undecided = t.or_else(u);
        assert_eq!(undecided.and(f), f);
        assert_eq!(undecided.and(t), undecided);
        assert_eq!(undecided.or(t), t);
        assert_eq!(undecided.and(Outcomes::NEVER), Outcomes::NEVER);
    }
}
