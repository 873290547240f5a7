//! The cancer drugs that synthetic patients are given: code, route, dose and class.
//!
//! Ids are those of the guideline's list of drugs. Codes are ingredients of RxNorm, ATC where the value set of drug
//! codes knows none. Doses are the labelled ones; they are written into orders, nothing is worked out from them.

/// A cancer drug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Drug {
    Trastuzumab,
    Pertuzumab,
    Phesgo,
    Tdm1,
    Tdxd,
    Margetuximab,
    Lapatinib,
    Neratinib,
    Tucatinib,
    Docetaxel,
    Paclitaxel,
    NabPaclitaxel,
    Capecitabine,
    Vinorelbine,
    Eribulin,
    Gemcitabine,
    Carboplatin,
    Doxorubicin,
    Cyclophosphamide,
    Letrozole,
    Anastrozole,
    Exemestane,
    Tamoxifen,
    Fulvestrant,
    Palbociclib,
    Abemaciclib,
    Ribociclib,
}

/// What kind of drug, as far as the rules for options and lines care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Her2,
    Taxane,
    Anthracycline,
    OtherCytotoxic,
    Cdk46,
    Endocrine,
}

/// What an entry about a drug is written from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Monograph {
    pub(crate) id: &'static str,
    pub(crate) system: &'static str,
    pub(crate) code: &'static str,
    pub(crate) display: &'static str,
    /// Amount of one dose and its unit.
    pub(crate) dose: (i32, &'static str),
    /// Days between infusions; `None` for tablets.
    pub(crate) infused_every: Option<i32>,
    pub(crate) group: Group,
}

const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
const ATC: &str = "http://www.whocc.no/atc";

const fn infusion(
    id: &'static str,
    code: &'static str,
    display: &'static str,
    dose: (i32, &'static str),
    every: i32,
    group: Group,
) -> Monograph {
    Monograph { id, system: RXNORM, code, display, dose, infused_every: Some(every), group }
}

const fn tablet(
    id: &'static str,
    code: &'static str,
    display: &'static str,
    dose: (i32, &'static str),
    group: Group,
) -> Monograph {
    Monograph { id, system: RXNORM, code, display, dose, infused_every: None, group }
}

impl Drug {
    pub(crate) const fn monograph(self) -> Monograph {
        use Group::{Anthracycline, Cdk46, Endocrine, Her2, OtherCytotoxic, Taxane};
        match self {
            Self::Trastuzumab => infusion("trastuzumab", "224905", "trastuzumab", (6, "mg/kg"), 21, Her2),
            Self::Pertuzumab => infusion("pertuzumab", "1298944", "pertuzumab", (420, "mg"), 21, Her2),
            Self::Phesgo => {
                infusion("pertuzumab-trastuzumab-hyaluronidase", "2382605", "Phesgo", (600, "mg"), 21, Her2)
            }
            Self::Tdm1 => {
                infusion("trastuzumab-emtansine", "1371041", "ado-trastuzumab emtansine", (36, "mg/kg"), 21, Her2)
            }
            Self::Tdxd => {
                infusion("trastuzumab-deruxtecan", "2267582", "trastuzumab deruxtecan", (54, "mg/kg"), 21, Her2)
            }
            Self::Margetuximab => Monograph {
                system: ATC,
                ..infusion("margetuximab", "L01FD06", "margetuximab", (15, "mg/kg"), 21, Her2)
            },
            Self::Lapatinib => tablet("lapatinib", "480167", "lapatinib", (1250, "mg"), Her2),
            Self::Neratinib => tablet("neratinib", "1940643", "neratinib", (240, "mg"), Her2),
            Self::Tucatinib => tablet("tucatinib", "2361285", "tucatinib", (300, "mg"), Her2),
            Self::Docetaxel => infusion("docetaxel", "72962", "docetaxel", (75, "mg/m2"), 21, Taxane),
            Self::Paclitaxel => infusion("paclitaxel", "56946", "paclitaxel", (80, "mg/m2"), 7, Taxane),
            Self::NabPaclitaxel => {
                infusion("nab-paclitaxel", "486610", "paclitaxel protein-bound", (100, "mg/m2"), 7, Taxane)
            }
            Self::Capecitabine => tablet("capecitabine", "194000", "capecitabine", (1000, "mg/m2"), OtherCytotoxic),
            Self::Vinorelbine => infusion("vinorelbine", "39541", "vinorelbine", (30, "mg/m2"), 10, OtherCytotoxic),
            Self::Eribulin => infusion("eribulin", "1045453", "eribulin", (1, "mg/m2"), 10, OtherCytotoxic),
            Self::Gemcitabine => infusion("gemcitabine", "12574", "gemcitabine", (1000, "mg/m2"), 10, OtherCytotoxic),
            Self::Carboplatin => infusion("carboplatin", "40048", "carboplatin", (450, "mg"), 21, OtherCytotoxic),
            Self::Doxorubicin => infusion("doxorubicin", "3639", "doxorubicin", (60, "mg/m2"), 21, Anthracycline),
            Self::Cyclophosphamide => {
                infusion("cyclophosphamide", "3002", "cyclophosphamide", (600, "mg/m2"), 21, OtherCytotoxic)
            }
            Self::Letrozole => tablet("letrozole", "72965", "letrozole", (25, "mg"), Endocrine),
            Self::Anastrozole => tablet("anastrozole", "84857", "anastrozole", (1, "mg"), Endocrine),
            Self::Exemestane => tablet("exemestane", "258494", "exemestane", (25, "mg"), Endocrine),
            Self::Tamoxifen => tablet("tamoxifen", "10324", "tamoxifen", (20, "mg"), Endocrine),
            Self::Fulvestrant => infusion("fulvestrant", "282357", "fulvestrant", (500, "mg"), 28, Endocrine),
            Self::Palbociclib => tablet("palbociclib", "1601374", "palbociclib", (125, "mg"), Cdk46),
            Self::Abemaciclib => tablet("abemaciclib", "1946825", "abemaciclib", (150, "mg"), Cdk46),
            Self::Ribociclib => tablet("ribociclib", "1873916", "ribociclib", (600, "mg"), Cdk46),
        }
    }

    /// Decimal places of the dose in the monograph.
    pub(crate) const fn dose_places(self) -> u8 {
        match self {
            Self::Tdm1 | Self::Tdxd | Self::Letrozole => 1,
            _ => 0,
        }
    }

    pub(crate) const fn id(self) -> &'static str {
        self.monograph().id
    }

    pub(crate) const fn group(self) -> Group {
        self.monograph().group
    }

    pub(crate) fn is_cytotoxic(self) -> bool {
        matches!(self.group(), Group::Taxane | Group::Anthracycline | Group::OtherCytotoxic)
    }

    pub(crate) fn is_her2(self) -> bool {
        self.group() == Group::Her2
    }

    /// Given alone.
    pub(crate) const fn is_conjugate(self) -> bool {
        matches!(self, Self::Tdm1 | Self::Tdxd)
    }
}
