//! From an option to the drugs that are given, and the curve that the time to progression is drawn from.

use super::options::same;
use crate::curves::{self, Curve};
use crate::drug::Drug;
use crate::random::Random;

/// A regimen.
#[derive(Debug, Clone)]
pub(super) struct Regimen {
    pub(super) drugs: Vec<Drug>,
    pub(super) curve: Curve,
}

/// What is known of the patient while a regimen is put together.
pub(super) struct Past<'p> {
    pub(super) given: &'p [Drug],
    pub(super) current: &'p [Drug],
    pub(super) postmenopausal: bool,
    pub(super) lines: usize,
}

impl Past<'_> {
    fn had(&self, drug: Drug) -> bool {
        self.given.iter().any(|given| same(*given, drug))
    }

    fn unused(&self, choices: &[(Drug, f64)], random: &mut Random) -> Option<Drug> {
        let left: Vec<(Drug, f64)> = choices.iter().copied().filter(|(drug, _)| !self.had(*drug)).collect();
        random.weighted(&left)
    }

    fn cytotoxic(&self, random: &mut Random) -> Option<Drug> {
        let choices =
            [(Drug::Vinorelbine, 0.35), (Drug::Capecitabine, 0.3), (Drug::Eribulin, 0.2), (Drug::Gemcitabine, 0.15)];
        self.unused(&choices, random)
    }

    fn endocrine(&self, random: &mut Random) -> Option<Drug> {
        let choices =
            [(Drug::Letrozole, 0.4), (Drug::Anastrozole, 0.2), (Drug::Exemestane, 0.2), (Drug::Fulvestrant, 0.2)];
        self.unused(&choices, random)
    }
}

/// The drugs of an option; `None` where none of its drugs is left, or nothing in it would be new.
pub(super) fn of(option: &str, past: &Past<'_>, random: &mut Random) -> Option<Regimen> {
    use Drug::{
        Abemaciclib, Capecitabine, Cyclophosphamide, Docetaxel, Fulvestrant, Lapatinib, Letrozole, Margetuximab,
        NabPaclitaxel, Neratinib, Paclitaxel, Pertuzumab, Phesgo, Tdm1, Tdxd, Trastuzumab, Tucatinib,
    };
    let later = past.lines >= 2;
    let antibodies = |random: &mut Random| {
        if random.chance(0.15) { vec![Phesgo] } else { vec![Trastuzumab, Pertuzumab] }
    };
    let with = |mut drugs: Vec<Drug>, more: Option<Drug>| {
        drugs.push(more?);
        Some(drugs)
    };
    let (drugs, curve) = match option {
        "THP_DOC" => (with(antibodies(random), Some(Docetaxel))?, curves::PFS_THP),
        "THP_PAC" => {
            let taxane = if random.chance(0.2) { NabPaclitaxel } else { Paclitaxel };
            (with(antibodies(random), Some(taxane))?, curves::PFS_THP)
        }
        "TDXD_P" => (vec![Tdxd, Pertuzumab], curves::PFS_TDXD_PERTUZUMAB),
        "HP_VINO_CAPE" => (with(antibodies(random), past.cytotoxic(random))?, curves::PFS_TRASTUZUMAB_CHEMOTHERAPY),
        "HP_METRO" => (with(antibodies(random), Some(Cyclophosphamide))?, curves::PFS_TRASTUZUMAB_TAXANE),
        "HP_ET" if !past.postmenopausal => return None,
        "HP_ET" => (with(antibodies(random), past.endocrine(random))?, curves::PFS_HP_ENDOCRINE),
        "LAPA_ET" => (vec![Lapatinib, Letrozole], curves::PFS_LAPATINIB_LETROZOLE),
        "TDM1" => {
            let curve = match past.lines {
                0 => curves::PFS_TDM1_FIRST,
                1 => curves::PFS_TDM1_SECOND,
                _ => curves::PFS_TDM1_LATER,
            };
            (vec![Tdm1], curve)
        }
        "TDXD" => (vec![Tdxd], if later { curves::PFS_TDXD_LATER } else { curves::PFS_TDXD_SECOND }),
        "TUC_TRIPLET" => (vec![Tucatinib, Trastuzumab, Capecitabine], curves::PFS_TUCATINIB),
        "NERA_CAPE" => (vec![Neratinib, Capecitabine], curves::PFS_NERATINIB),
        "MARG_CHEMO" => (with(vec![Margetuximab], past.cytotoxic(random))?, curves::PFS_MARGETUXIMAB),
        "LAPA_CAPE" => (vec![Lapatinib, Capecitabine], curves::PFS_LAPATINIB_CAPECITABINE),
        "LAPA_TRAS" => (vec![Lapatinib, Trastuzumab], curves::PFS_LAPATINIB_TRASTUZUMAB),
        "ABEMA_FULV_TRAS" => (vec![Abemaciclib, Fulvestrant, Trastuzumab], curves::PFS_ABEMACICLIB),
        "TRAS_CHEMO" => {
            let curve = if later { curves::PFS_CHOICE_LATER } else { curves::PFS_TRASTUZUMAB_CHEMOTHERAPY };
            (with(vec![Trastuzumab], past.cytotoxic(random))?, curve)
        }
        "TRAS_TAXANE" => {
            let curve = if past.lines == 0 { curves::PFS_TRASTUZUMAB_TAXANE } else { curves::PFS_CHOICE_LATER };
            (with(vec![Trastuzumab], past.unused(&[(Paclitaxel, 0.6), (Docetaxel, 0.4)], random))?, curve)
        }
        "CHEMO_ONLY" => (with(Vec::new(), past.cytotoxic(random))?, curves::PFS_CHOICE_LATER),
        _ => return None,
    };
    let new = drugs.iter().any(|drug| !past.current.iter().any(|current| same(*current, *drug)));
    new.then_some(Regimen { drugs, curve })
}

/// How often an option is taken where it is offered (project figures; the newer drug of a day before the older one).
pub(super) fn weight(option: &str, first_line: bool) -> f64 {
    match option {
        "TDM1" if first_line => 0.4,
        "THP_DOC" => 4.0,
        "THP_PAC" => 5.0,
        "TDXD_P" => 3.0,
        "TDXD" => 8.0,
        "TDM1" => 3.0,
        "TUC_TRIPLET" => 3.0,
        "HP_METRO" => 0.5,
        "HP_VINO_CAPE" => 0.6,
        "TRAS_CHEMO" => 1.0,
        "NERA_CAPE" | "MARG_CHEMO" | "LAPA_CAPE" | "HP_ET" | "ABEMA_FULV_TRAS" => 0.5,
        "LAPA_TRAS" | "LAPA_ET" => 0.3,
        _ => 0.0,
    }
}
