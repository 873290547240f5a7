//! The levels of each factor, as the published files write them. A number is placed in its level too: bands are closed
//! below and open above (`5-15` is from 5 to under 15 g a day), which is how the labels of the paper read.

/// Declares a factor: its levels with their published codes, and how a number falls into them.
macro_rules! levels {
    ($(#[$doc:meta])* $name:ident[$count:literal] $of_number:expr; $($(#[$level_doc:meta])* $level:ident = $index:literal $code:literal),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$level_doc])* $level),+ }

        impl $name {
            /// Every level in order.
            pub const ALL: [Self; $count] = [$(Self::$level),+];

            /// The level as the published files write it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$level => $code),+ }
            }

            /// The level of a published code or of a number.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let of_number: fn(f64) -> Option<Self> = $of_number;
                Self::ALL.into_iter().find(|level| level.code() == text)
                    .or_else(|| text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0).and_then(of_number))
            }

            /// The value of this level in a table by level.
            pub(super) const fn of(self, table: &[f64; $count]) -> f64 {
                match self { $(Self::$level => table[$index]),+ }
            }
        }
    };
}

levels! {
    /// Age at menarche in years.
    AgeAtMenarche[7] |years| Some(match years {
        y if y <= 0.0 => return None,
        y if y < 11.0 => Self::UpTo10,
        y if y < 12.0 => Self::At11,
        y if y < 13.0 => Self::At12,
        y if y < 14.0 => Self::At13,
        y if y < 15.0 => Self::At14,
        y if y < 16.0 => Self::At15,
        _ => Self::From16,
    });
    /// 10 or younger.
    UpTo10 = 0 "<=10",
    /// 11.
    At11 = 1 "11",
    /// 12.
    At12 = 2 "12",
    /// 13, the reference.
    At13 = 3 "13",
    /// 14.
    At14 = 4 "14",
    /// 15.
    At15 = 5 "15",
    /// 16 or older.
    From16 = 6 ">=16",
}

levels! {
    /// Number of births.
    Parity[4] |births| match births {
        b if b.fract() != 0.0 => None,
        b if b < 1.0 => Some(Self::None),
        b if b < 2.0 => Some(Self::One),
        b if b < 3.0 => Some(Self::Two),
        _ => Some(Self::ThreeOrMore),
    };
    /// None, the reference.
    None = 0 "0",
    /// 1.
    One = 1 "1",
    /// 2.
    Two = 2 "2",
    /// 3 or more.
    ThreeOrMore = 3 ">=3",
}

levels! {
    /// Age at first birth in years; women without a birth carry the reference level.
    AgeFirstBirth[4] |years| Some(match years {
        y if y <= 0.0 => return None,
        y if y < 20.0 => Self::Under20,
        y if y < 25.0 => Self::From20,
        y if y < 30.0 => Self::From25,
        _ => Self::From30,
    });
    /// Under 20, the reference.
    Under20 = 0 "<20",
    /// 20 to 24.
    From20 = 1 "20-25",
    /// 25 to 29.
    From25 = 2 "25-30",
    /// 30 or older.
    From30 = 3 ">=30",
}

levels! {
    /// Alcohol in grams a day.
    Alcohol[7] |grams| Some(match grams {
        g if g <= 0.0 => Self::None,
        g if g < 5.0 => Self::Under5,
        g if g < 15.0 => Self::From5,
        g if g < 25.0 => Self::From15,
        g if g < 35.0 => Self::From25,
        g if g < 45.0 => Self::From35,
        _ => Self::From45,
    });
    /// None, the reference.
    None = 0 "0",
    /// Over 0 to under 5.
    Under5 = 1 ">0-5",
    /// 5 to under 15.
    From5 = 2 "5-15",
    /// 15 to under 25.
    From15 = 3 "15-25",
    /// 25 to under 35.
    From25 = 4 "25-35",
    /// 35 to under 45.
    From35 = 5 "35-45",
    /// 45 or more.
    From45 = 6 ">=45",
}

levels! {
    /// Age at menopause in years.
    AgeAtMenopause[5] |years| Some(match years {
        y if y <= 0.0 => return None,
        y if y < 40.0 => Self::Under40,
        y if y < 45.0 => Self::From40,
        y if y < 50.0 => Self::From45,
        y if y < 55.0 => Self::From50,
        _ => Self::From55,
    });
    /// Under 40.
    Under40 = 0 "<40",
    /// 40 to 44.
    From40 = 1 "40-45",
    /// 45 to 49.
    From45 = 2 "45-50",
    /// 50 to 54, the reference.
    From50 = 3 "50-55",
    /// 55 or later.
    From55 = 4 ">=55",
}

levels! {
    /// Menopausal hormone therapy.
    Hrt[3] |_| None;
    /// Never, the reference.
    Never = 0 "never",
    /// Now.
    Current = 1 "current",
    /// Before.
    Former = 2 "former",
}

levels! {
    /// Type of the current hormone therapy. The published files give only numbers; that 1 is oestrogen alone is read from
    /// its coefficient (a lower risk) and not verified.
    HrtType[2] |_| None;
    /// 0, the reference; also for women who take none.
    Zero = 0 "0",
    /// 1.
    One = 1 "1",
}

levels! {
    /// Body mass index in kg/m²; from 50 the two lower bands are one, written `<25`.
    Bmi[4] |bmi| Some(match bmi {
        b if b <= 0.0 => return None,
        b if b < 18.5 => Self::Under18_5,
        b if b < 25.0 => Self::From18_5,
        b if b < 30.0 => Self::From25,
        _ => Self::From30,
    });
    /// Under 18.5.
    Under18_5 = 0 "<18.5",
    /// 18.5 to under 25, the reference.
    From18_5 = 1 "18.5-25",
    /// 25 to under 30.
    From25 = 2 "25-30",
    /// 30 or more.
    From30 = 3 ">=30",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fall_into_their_band_and_codes_stay() {
        assert_eq!(AgeAtMenarche::parse("9"), Some(AgeAtMenarche::UpTo10));
        assert_eq!(AgeAtMenarche::parse("<=10"), Some(AgeAtMenarche::UpTo10));
        assert_eq!(Parity::parse("5"), Some(Parity::ThreeOrMore));
        assert_eq!(Parity::parse("1.5"), None);
        assert_eq!(Alcohol::parse("5"), Some(Alcohol::From5));
        assert_eq!(Alcohol::parse("4.9"), Some(Alcohol::Under5));
        assert_eq!(Bmi::parse("24.99"), Some(Bmi::From18_5));
        assert_eq!(AgeAtMenopause::parse("55"), Some(AgeAtMenopause::From55));
        assert_eq!(AgeFirstBirth::parse("-3"), None);
        assert_eq!(AgeFirstBirth::parse("NaN"), None);
        assert_eq!(Hrt::parse("1"), None);
    }
}
