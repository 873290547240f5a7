//! Who is excluded from the models of absolute risk: they are for women without breast cancer and without a cause so
//! strong that their factors say little. What nobody has said is kept apart from what was denied.

/// What excludes a woman. `None` is not known, which the reader of a result must be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exclusions {
    /// Has or had invasive breast cancer.
    pub breast_cancer: Option<bool>,
    /// Has or had ductal or lobular carcinoma in situ.
    pub in_situ: Option<bool>,
    /// Had radiation of the chest when young, as for Hodgkin lymphoma.
    pub chest_radiation: Option<bool>,
    /// Carries a pathogenic variant of BRCA1 or BRCA2 or has another hereditary syndrome.
    pub hereditary_syndrome: Option<bool>,
}

/// One reason for which the models do not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exclusion {
    /// Breast cancer.
    #[error("she has or had breast cancer: the model is for women without it")]
    BreastCancer,
    /// DCIS or LCIS.
    #[error("she has or had DCIS or LCIS: the model does not hold")]
    InSitu,
    /// Chest radiation.
    #[error("she had radiation of the chest: the model does not hold and would be far too low")]
    ChestRadiation,
    /// Hereditary syndrome.
    #[error("she carries a hereditary predisposition: use CanRisk or a genetics service")]
    HereditarySyndrome,
}

impl Exclusion {
    /// The question, in words.
    #[must_use]
    pub const fn question(self) -> &'static str {
        match self {
            Self::BreastCancer => "breast cancer now or before",
            Self::InSitu => "DCIS or LCIS",
            Self::ChestRadiation => "radiation of the chest when young",
            Self::HereditarySyndrome => "a BRCA1 or BRCA2 variant or another hereditary syndrome",
        }
    }
}

impl Exclusions {
    /// The reasons for which the model is refused.
    #[must_use]
    pub fn present(&self) -> Vec<Exclusion> {
        self.with(Some(true))
    }

    /// What nobody has said.
    #[must_use]
    pub fn unknown(&self) -> Vec<Exclusion> {
        self.with(None)
    }

    fn with(&self, answer: Option<bool>) -> Vec<Exclusion> {
        let all = [
            (self.breast_cancer, Exclusion::BreastCancer),
            (self.in_situ, Exclusion::InSitu),
            (self.chest_radiation, Exclusion::ChestRadiation),
            (self.hereditary_syndrome, Exclusion::HereditarySyndrome),
        ];
        all.into_iter().filter(|(given, _)| *given == answer).map(|(_, exclusion)| exclusion).collect()
    }
}
