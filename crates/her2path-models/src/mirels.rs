//! Mirels' score: how likely a long bone with a metastasis is to break.
//!
//! Source: Mirels 1989, Clin Orthop Relat Res 249:256; fracture rates and accuracy as in PMC10132712 and radiopaedia.

use crate::ModelCard;

/// What to know before using the score.
pub const CARD: ModelCard = ModelCard {
    name: "Mirels' score",
    version: "1989",
    population: "people with a metastasis in a long bone",
    limits: &[
        "for long bones only, never for the spine (there SINS)",
        "at 9 or more, sensitivity is about 91 % and specificity 35 %: many that would not break are fixed",
        "in the humerus a threshold of 8 was 84 % sensitive and 80 % specific",
        "functional pain alone is a warning whatever the score",
    ],
    citations: &["Mirels 1989, Clin Orthop Relat Res 249:256", "PMC10132712"],
};

/// Declares one item of the score: its answers, their published words and their points.
macro_rules! item {
    ($(#[$doc:meta])* $name:ident { $($(#[$answer_doc:meta])* $answer:ident $code:literal = $points:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$answer_doc])* $answer),+ }

        impl $name {
            /// Every answer, from the fewest points.
            pub const ALL: [Self; 3] = [$(Self::$answer),+];

            /// The answer in words.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$answer => $code),+ }
            }

            /// Its points, 1 to 3.
            #[must_use]
            pub const fn points(self) -> u8 {
                match self { $(Self::$answer => $points),+ }
            }

            /// The answer of these words.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|answer| answer.code().eq_ignore_ascii_case(text))
            }
        }
    };
}

item! {
    /// Where the lesion is.
    Site {
        /// Upper limb.
        UpperLimb "upper limb" = 1,
        /// Lower limb.
        LowerLimb "lower limb" = 2,
        /// Around the trochanters.
        Peritrochanteric "peritrochanteric" = 3,
    }
}

item! {
    /// Pain.
    Pain {
        /// Mild.
        Mild "mild" = 1,
        /// Moderate.
        Moderate "moderate" = 2,
        /// On use of the limb.
        Functional "functional" = 3,
    }
}

item! {
    /// The lesion on the X-ray.
    Lesion {
        /// Blastic.
        Blastic "blastic" = 1,
        /// Mixed.
        Mixed "mixed" = 2,
        /// Lytic.
        Lytic "lytic" = 3,
    }
}

item! {
    /// Size as a part of the diameter of the bone.
    Size {
        /// Under a third.
        UnderOneThird "<1/3" = 1,
        /// One to two thirds.
        OneToTwoThirds "1/3-2/3" = 2,
        /// Over two thirds.
        OverTwoThirds ">2/3" = 3,
    }
}

/// What the score advises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// 7 or less: 0 to 4 % broke within 6 months; observe or irradiate.
    Low,
    /// 8: 15 % broke; judgement.
    Borderline,
    /// 9 or more: 33 % or more broke; fixation.
    High,
}

impl Band {
    /// The band as the published tables write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Low => "<=7 low",
            Self::Borderline => "8 borderline",
            Self::High => ">=9 high",
        }
    }

    /// What it means.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Low => "0 to 4 of 100 such bones broke within 6 months: observe or irradiate",
            Self::Borderline => "15 of 100 such bones broke within 6 months: clinical judgement",
            Self::High => "33 or more of 100 such bones broke within 6 months: consider fixation before irradiation",
        }
    }
}

/// The score, 4 to 12, and its band.
#[must_use]
pub const fn score(site: Site, pain: Pain, lesion: Lesion, size: Size) -> (u8, Band) {
    let score = site.points() + pain.points() + lesion.points() + size.points();
    let band = match score {
        0..=7 => Band::Low,
        8 => Band::Borderline,
        _ => Band::High,
    };
    (score, band)
}
