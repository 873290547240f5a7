//! One woman's factors, the linear predictor they give, and the bounds that missing ones leave open.

use super::{AgeAtMenarche, AgeAtMenopause, AgeFirstBirth, Alcohol, Bmi, Hrt, HrtType, Model, Parity, tables};

/// Log relative risks of one model by factor, each array in the order of the levels; 0 where the model has no such factor.
pub(super) struct Coefficients {
    pub(super) age_at_menarche: [f64; 7],
    pub(super) parity: [f64; 4],
    pub(super) age_first_birth: [f64; 4],
    pub(super) alcohol_intake: [f64; 7],
    pub(super) oc_ever: [f64; 2],
    pub(super) oc_current: [f64; 2],
    pub(super) bbd: [f64; 2],
    pub(super) famhist: [f64; 2],
    pub(super) height: [f64; 1],
    pub(super) age_at_menopause: [f64; 5],
    pub(super) hrt: [f64; 3],
    pub(super) hrt_type: [f64; 2],
    pub(super) bmi_curc: [f64; 4],
    pub(super) hrt_current_by_bmi: [f64; 4],
    pub(super) hrt_former_by_bmi: [f64; 4],
    pub(super) hrt_type_by_bmi: [f64; 4],
}

impl Coefficients {
    const fn of(model: Model) -> &'static Self {
        match model {
            Model::Under50 => &tables::LT50,
            Model::From50 => &tables::GE50,
        }
    }
}

/// One woman's factors; `None` is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Covariates {
    /// Age at menarche.
    pub age_at_menarche: Option<AgeAtMenarche>,
    /// Births.
    pub parity: Option<Parity>,
    /// Age at first birth; not needed without a birth.
    pub age_first_birth: Option<AgeFirstBirth>,
    /// Ever took oral contraceptives.
    pub oc_ever: Option<bool>,
    /// Takes oral contraceptives now (before 50 only).
    pub oc_current: Option<bool>,
    /// Alcohol.
    pub alcohol_intake: Option<Alcohol>,
    /// Benign breast disease.
    pub bbd: Option<bool>,
    /// A first-degree relative with breast cancer.
    pub famhist: Option<bool>,
    /// Height in units of 10 cm: 16.5 is 165 cm.
    pub height: Option<f64>,
    /// Body mass index now.
    pub bmi_curc: Option<Bmi>,
    /// Age at menopause (from 50 only).
    pub age_at_menopause: Option<AgeAtMenopause>,
    /// Menopausal hormone therapy (from 50 only).
    pub hrt: Option<Hrt>,
    /// Type of the current hormone therapy (from 50 only; not needed without it).
    pub hrt_type: Option<HrtType>,
}

/// Two answers that cannot both be so.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Contradiction {
    /// An age at first birth without a birth.
    #[error("`parity` is 0 but `age_first_birth` is `{}`: leave it empty or write `<20`, the level of women without a birth", .0.code())]
    FirstBirthWithoutBirth(AgeFirstBirth),
    /// Takes what she never took.
    #[error("`oc_current` is 1 but `oc_ever` is 0")]
    CurrentWithoutEver,
    /// A type of therapy she does not take.
    #[error("`hrt_type` is 1 but `hrt` is not `current`: the type is of the current therapy")]
    TypeWithoutCurrentHrt,
    /// Height in another unit.
    #[error("`height` is `{0}`: it is in units of 10 cm, from 12 to 22 (165 cm is 16.5)")]
    Height(f64),
}

/// Why there is no linear predictor.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Unanswered {
    /// Factors are not known.
    #[error("missing: {}", .0.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))]
    Missing(Vec<&'static str>),
    /// Answers contradict each other.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
}

impl Eq for Unanswered {}

impl Covariates {
    /// The factors that a model needs and that are not known, under their published names.
    #[must_use]
    pub fn missing(&self, model: Model) -> Vec<&'static str> {
        let under_50 = model == Model::Under50;
        let birth = self.parity == Some(Parity::None) || self.age_first_birth.is_some();
        let hrt_type = matches!(self.hrt, Some(Hrt::Never | Hrt::Former)) || self.hrt_type.is_some();
        let all = [
            ("age_at_menarche", self.age_at_menarche.is_some()),
            ("parity", self.parity.is_some()),
            ("age_first_birth", birth),
            ("oc_ever", self.oc_ever.is_some() || (under_50 && self.oc_current == Some(true))),
            ("oc_current", self.oc_current.is_some() || !under_50 || self.oc_ever == Some(false)),
            ("alcohol_intake", self.alcohol_intake.is_some()),
            ("bbd", self.bbd.is_some()),
            ("famhist", self.famhist.is_some()),
            ("height", self.height.is_some()),
            ("bmi_curc", self.bmi_curc.is_some()),
            ("age_at_menopause", self.age_at_menopause.is_some() || under_50),
            ("hrt", self.hrt.is_some() || under_50),
            ("hrt_type", hrt_type || under_50),
        ];
        all.into_iter().filter(|(_, known)| !known).map(|(name, _)| name).collect()
    }

    /// The sum of the log relative risks.
    ///
    /// # Errors
    /// Every factor of the model that is missing, or answers that contradict each other.
    pub fn linear_predictor(&self, model: Model) -> Result<f64, Unanswered> {
        self.check(model)?;
        let missing = self.missing(model);
        if !missing.is_empty() {
            return Err(Unanswered::Missing(missing));
        }
        // With nothing missing the bounds meet.
        self.bounds(model).map(|(lowest, _)| lowest)
    }

    /// The least and the greatest linear predictor that the missing factors leave open; the risk rises with it.
    ///
    /// # Errors
    /// Height is missing, or answers contradict each other.
    pub fn bounds(&self, model: Model) -> Result<(f64, f64), Unanswered> {
        self.check(model)?;
        let Some(height) = self.height else {
            return Err(Unanswered::Missing(vec!["height"]));
        };
        let c = Coefficients::of(model);
        let blocks = [
            bounds_of(levels(self.age_at_menarche, AgeAtMenarche::ALL).map(|level| level.of(&c.age_at_menarche))),
            bounds_of(self.births().map(|(parity, first)| parity.of(&c.parity) + first.of(&c.age_first_birth))),
            bounds_of(
                self.contraceptives(model).map(|(ever, now)| of_flag(&c.oc_ever, ever) + of_flag(&c.oc_current, now)),
            ),
            bounds_of(levels(self.alcohol_intake, Alcohol::ALL).map(|level| level.of(&c.alcohol_intake))),
            bounds_of(levels(self.bbd, [false, true]).map(|flag| of_flag(&c.bbd, flag))),
            bounds_of(levels(self.famhist, [false, true]).map(|flag| of_flag(&c.famhist, flag))),
            bounds_of(levels(self.age_at_menopause, AgeAtMenopause::ALL).map(|level| level.of(&c.age_at_menopause))),
            bounds_of(self.therapies().map(|(hrt, kind, bmi)| {
                let by_bmi = match hrt {
                    Hrt::Never => 0.0,
                    Hrt::Current => bmi.of(&c.hrt_current_by_bmi),
                    Hrt::Former => bmi.of(&c.hrt_former_by_bmi),
                };
                let type_by_bmi = if kind == HrtType::One { bmi.of(&c.hrt_type_by_bmi) } else { 0.0 };
                hrt.of(&c.hrt) + kind.of(&c.hrt_type) + bmi.of(&c.bmi_curc) + by_bmi + type_by_bmi
            })),
        ];
        let height = height * c.height[0];
        Ok(blocks.into_iter().fold((height, height), |(low, high), (least, most)| (low + least, high + most)))
    }

    fn check(&self, model: Model) -> Result<(), Contradiction> {
        if let (Some(Parity::None), Some(first)) = (self.parity, self.age_first_birth)
            && first != AgeFirstBirth::Under20
        {
            return Err(Contradiction::FirstBirthWithoutBirth(first));
        }
        if model == Model::Under50 && self.oc_current == Some(true) && self.oc_ever == Some(false) {
            return Err(Contradiction::CurrentWithoutEver);
        }
        if model == Model::From50
            && self.hrt_type == Some(HrtType::One)
            && matches!(self.hrt, Some(Hrt::Never | Hrt::Former))
        {
            return Err(Contradiction::TypeWithoutCurrentHrt);
        }
        match self.height {
            Some(height) if !(12.0..=22.0).contains(&height) => Err(Contradiction::Height(height)),
            _ => Ok(()),
        }
    }

    /// The pairs of births and age at first birth that can be: no birth carries the level `<20`.
    fn births(&self) -> impl Iterator<Item = (Parity, AgeFirstBirth)> {
        pairs(levels(self.parity, Parity::ALL), levels(self.age_first_birth, AgeFirstBirth::ALL))
            .filter(|(parity, first)| *parity != Parity::None || *first == AgeFirstBirth::Under20)
    }

    fn contraceptives(&self, model: Model) -> impl Iterator<Item = (bool, bool)> {
        let now = if model == Model::Under50 { self.oc_current } else { Some(false) };
        pairs(levels(self.oc_ever, [false, true]), levels(now, [false, true])).filter(|(ever, now)| *ever || !now)
    }

    /// The triples of therapy, its type and BMI that can be: type 1 is of a current therapy.
    fn therapies(&self) -> impl Iterator<Item = (Hrt, HrtType, Bmi)> {
        let types = levels(self.hrt_type, HrtType::ALL);
        let therapies = pairs(levels(self.hrt, Hrt::ALL), types)
            .filter(|(hrt, kind)| *kind == HrtType::Zero || *hrt == Hrt::Current);
        pairs(therapies, levels(self.bmi_curc, Bmi::ALL)).map(|((hrt, kind), bmi)| (hrt, kind, bmi))
    }
}

/// The known level, or all of them.
fn levels<T: Copy + PartialEq, const N: usize>(known: Option<T>, all: [T; N]) -> impl Iterator<Item = T> + Clone {
    all.into_iter().filter(move |level| known.is_none_or(|known| known == *level))
}

fn pairs<A: Copy, B>(
    left: impl Iterator<Item = A>,
    right: impl Iterator<Item = B> + Clone,
) -> impl Iterator<Item = (A, B)> {
    left.flat_map(move |a| right.clone().map(move |b| (a, b)))
}

fn of_flag(table: &[f64; 2], flag: bool) -> f64 {
    if flag { table[1] } else { table[0] }
}

fn bounds_of(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)))
}
