//! Probabilities as counts of people, which readers understand better than percentages
//! (Gigerenzer 2003, BMJ 327:741). Two figures that are compared share one denominator.

/// `count` of `of` people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NaturalFrequency {
    /// People to whom it happens, rounded to the nearest person.
    pub count: u32,
    /// People looked at: 100, 1,000 or 10,000.
    pub of: u32,
}

impl NaturalFrequency {
    /// The frequencies of several probabilities (0 to 1) under the smallest common denominator that shows
    /// the least of them, unless it is 0, as two people or more; 10,000 at most.
    #[must_use]
    pub fn common<const N: usize>(probabilities: [f64; N]) -> [Self; N] {
        let least = probabilities.iter().copied().filter(|p| *p > 0.0).fold(1.0, f64::min);
        let of = [100, 1_000, 10_000].into_iter().find(|of| least * f64::from(*of) >= 2.0).unwrap_or(10_000);
        probabilities.map(|probability| Self::out_of(probability, of))
    }

    /// The frequency of a probability among `of` people.
    #[must_use]
    pub fn out_of(probability: f64, of: u32) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0..=of, which is a u32"
        )]
        let count = (probability * f64::from(of)).round().clamp(0.0, f64::from(of)) as u32;
        Self { count, of }
    }
}

impl std::fmt::Display for NaturalFrequency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.of {
            10_000 => write!(f, "{} of 10,000", self.count),
            1_000 => write!(f, "{} of 1,000", self.count),
            of => write!(f, "{} of {of}", self.count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NaturalFrequency;

    #[test]
    fn compared_figures_share_the_denominator() {
        fn text<const N: usize>(p: [f64; N]) -> String {
            NaturalFrequency::common(p).map(|f| f.to_string()).join(", ")
        }
        assert_eq!(text([0.0253, 0.0129]), "25 of 1,000, 13 of 1,000");
        assert_eq!(text([0.31, 0.12]), "31 of 100, 12 of 100");
        assert_eq!(text([0.0004]), "4 of 10,000");
        assert_eq!(text([0.0, 0.5]), "0 of 100, 50 of 100");
        assert_eq!(text([1.2]), "100 of 100");
    }
}
