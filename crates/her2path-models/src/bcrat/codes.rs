//! The inputs of BCRAT as the NCI codes them, and their recoding into the categories of the model.
//!
//! The rules are those of the published documentation of BCRA (requirements A and B, categories by race). Stricter than
//! it in one point: a count must be a count (BCRA takes `-1` biopsies for two). An invalid value keeps the other
//! categories visible, as the reference does, so that a file can be mended in one round.

use super::Refusal;
use super::hazard::Constants;

/// One woman as the NCI codes her: 99 is unknown (0 biopsies or relatives may also be written 99), 98 no live birth.
/// `None` is a value that is not there at all, which is refused, except hyperplasia where there was no biopsy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Codes {
    /// Current age, years, 20 to below 90; fractions allowed.
    pub t1: Option<f64>,
    /// Age to project to, years, over `t1` to 90.
    pub t2: Option<f64>,
    /// Breast biopsies: 0, 1, 2 …, 99.
    pub n_biop: Option<f64>,
    /// Atypical hyperplasia in a biopsy: 0 no, 1 yes, 99 unknown or no biopsy.
    pub hyp_plas: Option<f64>,
    /// Age at menarche, years, or 99.
    pub age_men: Option<f64>,
    /// Age at first live birth, years, 98 none, 99 unknown.
    pub age_1st: Option<f64>,
    /// First-degree relatives (mother, sisters, daughters) with breast cancer: 0, 1, 2 …, 99.
    pub n_rels: Option<f64>,
    /// Race code 1 to 11, see [`Race`].
    pub race: Option<f64>,
}

/// One woman in typed form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// Current age in years.
    pub age: f64,
    /// Age to project to in years.
    pub until_age: f64,
    /// Breast biopsies; `None` unknown, which counts as none.
    pub biopsies: Option<u32>,
    /// Atypical hyperplasia in a biopsy.
    pub hyperplasia: Hyperplasia,
    /// Age at menarche in years; `None` unknown, which counts as 14 or later.
    pub menarche: Option<f64>,
    /// First live birth.
    pub first_birth: FirstBirth,
    /// First-degree relatives with breast cancer; `None` unknown, which counts as none.
    pub relatives: Option<u32>,
    /// Race.
    pub race: Race,
}

/// Atypical hyperplasia in a breast biopsy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hyperplasia {
    /// Not known, or no biopsy.
    Unknown,
    /// A biopsy showed none.
    Absent,
    /// A biopsy showed it.
    Present,
}

/// The first live birth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FirstBirth {
    /// Not known; counts as under 20.
    Unknown,
    /// No live birth.
    None,
    /// At this age in years.
    AtAge(f64),
}

impl Profile {
    /// What is not known and how the model counts it, each a line; most of it lowers the figure.
    #[must_use]
    pub fn assumed(&self) -> Vec<&'static str> {
        let first_birth = self.first_birth != FirstBirth::Unknown || self.race == Race::Black;
        let menarche = self.menarche.is_some() || self.race == Race::HispanicUsBorn;
        let hyperplasia = self.hyperplasia != Hyperplasia::Unknown || matches!(self.biopsies, None | Some(0));
        let all = [
            (menarche, "age at menarche: 14 or later, the lowest risk"),
            (first_birth, "age at first birth: under 20, the lowest risk"),
            (self.relatives.is_some(), "relatives with breast cancer: none"),
            (self.biopsies.is_some(), "biopsies: none"),
            (hyperplasia, "atypical hyperplasia: neither raises nor lowers the risk"),
        ];
        all.into_iter().filter(|(known, _)| !known).map(|(_, line)| line).collect()
    }

    /// The same woman as the NCI codes her.
    #[must_use]
    pub fn codes(&self) -> Codes {
        let count = |value: Option<u32>| Some(value.map_or(99.0, f64::from));
        Codes {
            t1: Some(self.age),
            t2: Some(self.until_age),
            n_biop: count(self.biopsies),
            hyp_plas: Some(match self.hyperplasia {
                Hyperplasia::Unknown => 99.0,
                Hyperplasia::Absent => 0.0,
                Hyperplasia::Present => 1.0,
            }),
            age_men: Some(self.menarche.unwrap_or(99.0)),
            age_1st: Some(match self.first_birth {
                FirstBirth::Unknown => 99.0,
                FirstBirth::None => 98.0,
                FirstBirth::AtAge(age) => age,
            }),
            n_rels: count(self.relatives),
            race: Some(f64::from(self.race.code())),
        }
    }
}

/// Race and ethnicity as the model divides them; the numbers are the NCI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Race {
    /// 1: White, not Hispanic.
    White = 1,
    /// 2: Black or African American (CARE).
    Black = 2,
    /// 3: Hispanic, born in the United States (SFBCS).
    HispanicUsBorn = 3,
    /// 4: American Indian, Alaska Native, other or unknown: the values of White women.
    Other = 4,
    /// 5: Hispanic, born elsewhere (SFBCS).
    HispanicForeignBorn = 5,
    /// 6: Chinese American (AABCS, as all that follow).
    Chinese = 6,
    /// 7: Japanese American.
    Japanese = 7,
    /// 8: Filipino American.
    Filipino = 8,
    /// 9: Native Hawaiian.
    Hawaiian = 9,
    /// 10: other Pacific Islander.
    OtherPacificIslander = 10,
    /// 11: other Asian American.
    OtherAsian = 11,
}

impl Race {
    /// All codes in order.
    pub const ALL: [Self; 11] = [
        Self::White,
        Self::Black,
        Self::HispanicUsBorn,
        Self::Other,
        Self::HispanicForeignBorn,
        Self::Chinese,
        Self::Japanese,
        Self::Filipino,
        Self::Hawaiian,
        Self::OtherPacificIslander,
        Self::OtherAsian,
    ];

    /// The NCI's number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What the number means.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::White => "White (non-Hispanic)",
            Self::Black => "Black or African American",
            Self::HispanicUsBorn => "Hispanic, born in the US",
            Self::Other => "American Indian, Alaska Native, other or unknown (values of White women)",
            Self::HispanicForeignBorn => "Hispanic, born outside the US",
            Self::Chinese => "Chinese American",
            Self::Japanese => "Japanese American",
            Self::Filipino => "Filipino American",
            Self::Hawaiian => "Native Hawaiian",
            Self::OtherPacificIslander => "other Pacific Islander",
            Self::OtherAsian => "other Asian American",
        }
    }

    pub(super) fn of_code(code: Option<f64>) -> Option<Self> {
        Self::ALL.into_iter().find(|race| Some(f64::from(race.code())) == code)
    }

    pub(super) fn constants(self) -> &'static Constants {
        match self {
            Self::White => &tables::WH,
            Self::Black => &tables::AA,
            Self::HispanicUsBorn => &tables::HU,
            Self::Other => &tables::NA,
            Self::HispanicForeignBorn => &tables::HF,
            Self::Chinese => &tables::CH,
            Self::Japanese => &tables::JA,
            Self::Filipino => &tables::FI,
            Self::Hawaiian => &tables::HW,
            Self::OtherPacificIslander => &tables::OP,
            Self::OtherAsian => &tables::OA,
        }
    }
}

/// A recoded factor: its category, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// The category of the model.
    Of(u8),
    /// Requirement (A) is violated: no biopsy, yet an answer on hyperplasia.
    RequirementA,
    /// Requirement (B) is violated: a biopsy, and hyperplasia not 0, 1 or 99.
    RequirementB,
    /// The value is invalid or missing.
    Invalid,
}

/// The factor by which hyperplasia multiplies the relative risk, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HyperplasiaFactor {
    /// 1 unknown or no biopsy, 0.93 absent, 1.82 present (Gail 1989).
    Of(f64),
    /// As [`Category::RequirementA`].
    RequirementA,
    /// As [`Category::RequirementB`].
    RequirementB,
    /// The number of biopsies or the answer is missing.
    Invalid,
}

/// A woman in the categories of the model, with every reason against an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Recoded {
    /// Biopsies 0, 1, 2 or more.
    pub nb: Category,
    /// Menarche at 14 or later, 12 to 13, before 12.
    pub am: Category,
    /// First birth before 20, 20 to 24, 25 to 29 or none, 30 or later.
    pub af: Category,
    /// Relatives 0, 1, 2 or more.
    pub nr: Category,
    /// Factor of hyperplasia.
    pub r_hyp: HyperplasiaFactor,
    /// Why there is no answer; empty when there is one.
    pub refusals: Vec<Refusal>,
}

impl Codes {
    /// Checks and recodes.
    #[must_use]
    pub fn recode(&self) -> Recoded {
        let race = Race::of_code(self.race);
        let mut refusals = self.age_refusals();
        let (mut nb, r_hyp) = self.biopsies(&mut refusals);
        let mut am = self.menarche(&mut refusals);
        let mut af = self.first_birth(race, &mut refusals);
        let mut nr = self.relatives(&mut refusals);
        match (race, self.race) {
            (None, Some(code)) => refusals.push(Refusal::Race(code)),
            (None, None) => refusals.push(Refusal::Missing("race")),
            (Some(_), _) => {}
        }

        let no_biopsy = matches!(self.n_biop, Some(0.0 | 99.0));
        match race {
            Some(Race::Black) => {
                am = merged(am, 2, 1);
                af = Category::Of(0);
            }
            Some(race @ (Race::HispanicUsBorn | Race::HispanicForeignBorn)) => {
                nb = if no_biopsy { Category::Of(0) } else { merged(nb, 2, 1) };
                if race == Race::HispanicUsBorn {
                    am = Category::Of(0);
                }
                if self.age_1st != Some(98.0) {
                    af = merged(af, 2, 1);
                }
                af = merged(af, 3, 2);
                nr = merged(nr, 2, 1);
            }
            Some(Race::White | Race::Other) | None => {}
            Some(_) => nr = merged(nr, 2, 1),
        }
        Recoded { nb, am, af, nr, r_hyp, refusals }
    }

    fn age_refusals(&self) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        match self.t1 {
            None => refusals.push(Refusal::Missing("current age")),
            Some(age) if !(20.0..90.0).contains(&age) => refusals.push(Refusal::Age(age)),
            Some(_) => {}
        }
        match self.t2 {
            None => refusals.push(Refusal::Missing("age to project to")),
            Some(until) if until.is_nan() || until > 90.0 => refusals.push(Refusal::UntilAge(until)),
            Some(_) => {}
        }
        if let (Some(age), Some(until)) = (self.t1, self.t2)
            && (age.is_nan() || until.is_nan() || age >= until)
        {
            refusals.push(Refusal::AgeOrder { age, until });
        }
        refusals
    }

    fn biopsies(&self, refusals: &mut Vec<Refusal>) -> (Category, HyperplasiaFactor) {
        let Some(biopsies) = self.n_biop else {
            refusals.push(Refusal::Missing("number of biopsies"));
            return (Category::Invalid, HyperplasiaFactor::Invalid);
        };
        let none = biopsies == 0.0 || biopsies == 99.0;
        if !none && !is_count(biopsies) {
            refusals.push(Refusal::Biopsies(biopsies));
            return (Category::Invalid, HyperplasiaFactor::Invalid);
        }
        let category = Category::Of(if none {
            0
        } else if biopsies == 1.0 {
            1
        } else {
            2
        });
        match self.hyp_plas {
            None if none => (category, HyperplasiaFactor::Of(1.0)),
            None => {
                refusals.push(Refusal::Missing("hyperplasia"));
                (category, HyperplasiaFactor::Invalid)
            }
            Some(99.0) => (category, HyperplasiaFactor::Of(1.0)),
            Some(answer) if none => {
                refusals.push(Refusal::HyperplasiaWithoutBiopsy(answer));
                (Category::RequirementA, HyperplasiaFactor::RequirementA)
            }
            Some(0.0) => (category, HyperplasiaFactor::Of(0.93)),
            Some(1.0) => (category, HyperplasiaFactor::Of(1.82)),
            Some(answer) => {
                refusals.push(Refusal::Hyperplasia(answer));
                (Category::RequirementB, HyperplasiaFactor::RequirementB)
            }
        }
    }

    fn menarche(&self, refusals: &mut Vec<Refusal>) -> Category {
        let Some(age) = self.age_men else {
            refusals.push(Refusal::Missing("age at menarche"));
            return Category::Invalid;
        };
        let after_current_age = self.t1.is_some_and(|current| age > current);
        if age == 99.0 {
            Category::Of(0)
        } else if age.is_nan() || age <= 0.0 || after_current_age {
            refusals.push(Refusal::Menarche(age));
            Category::Invalid
        } else if age >= 14.0 {
            Category::Of(0)
        } else if age >= 12.0 {
            Category::Of(1)
        } else {
            Category::Of(2)
        }
    }

    /// Not checked for race 2, in whose model it has no place.
    fn first_birth(&self, race: Option<Race>, refusals: &mut Vec<Refusal>) -> Category {
        if race == Some(Race::Black) {
            return Category::Of(0);
        }
        let Some(age) = self.age_1st else {
            refusals.push(Refusal::Missing("age at first live birth"));
            return Category::Invalid;
        };
        if age == 99.0 {
            return Category::Of(0);
        }
        if age == 98.0 {
            return Category::Of(2);
        }
        let before_menarche = self.age_men.is_some_and(|menarche| menarche != 99.0 && age < menarche);
        let after_current_age = self.t1.is_some_and(|current| age > current);
        if !(age > 0.0 && age < 98.0) || before_menarche || after_current_age {
            refusals.push(Refusal::FirstBirth(age));
            return Category::Invalid;
        }
        Category::Of(if age < 20.0 {
            0
        } else if age < 25.0 {
            1
        } else if age < 30.0 {
            2
        } else {
            3
        })
    }

    fn relatives(&self, refusals: &mut Vec<Refusal>) -> Category {
        match self.n_rels {
            None => {
                refusals.push(Refusal::Missing("number of relatives"));
                Category::Invalid
            }
            Some(0.0 | 99.0) => Category::Of(0),
            Some(1.0) => Category::Of(1),
            Some(count) if is_count(count) => Category::Of(2),
            Some(other) => {
                refusals.push(Refusal::Relatives(other));
                Category::Invalid
            }
        }
    }
}

impl Recoded {
    /// Relative risk before 50 and from 50, when every category is known and the race is.
    #[must_use]
    pub fn relative_risk(&self, codes: &Codes) -> Option<[f64; 2]> {
        let (Category::Of(nb), Category::Of(am), Category::Of(af), Category::Of(nr), HyperplasiaFactor::Of(r_hyp)) =
            (self.nb, self.am, self.af, self.nr, self.r_hyp)
        else {
            return None;
        };
        let [nb, am, af, nr] = [nb, am, af, nr].map(f64::from);
        let [b1, b2, b3, b4, b5, b6] = Race::of_code(codes.race)?.constants().beta;
        let younger = nb * b1 + am * b2 + af * b3 + nr * b4 + af * nr * b6 + r_hyp.ln();
        Some([younger.exp(), (younger + nb * b5).exp()])
    }
}

fn merged(category: Category, from: u8, into: u8) -> Category {
    if category == Category::Of(from) { Category::Of(into) } else { category }
}

/// 0 to 98, whole: 99 is the code for unknown.
fn is_count(value: f64) -> bool {
    (0.0..99.0).contains(&value) && value.fract() == 0.0
}

mod tables {
    use super::Constants;
    include!(concat!(env!("OUT_DIR"), "/bcrat.rs"));
}
