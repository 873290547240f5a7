//! Drugs and regimens by name and class, and the parameters of the rules for lines of therapy.
//!
//! Codes of drugs are not here but in the value set `drug-code`, whose meanings are the ids of this list. Deliberately
//! absent: monographs (doses by schedule, holds, interactions; see `medicine`), and any reading of texts:
//! a name is a whole phrase, and which phrases a record's text consists of is the reader's question.

use std::collections::BTreeMap;

use crate::model::{Knowledge, List, Str};

/// Drugs, regimens and the phrases that name them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drugs {
    /// Sorted by id; a position in it is how the rest of the program names a drug.
    pub list: List<Drug>,
    /// Every name of a drug or regimen in the form of [`phrase`], sorted, with the drugs that it stands for.
    pub names: List<DrugName>,
}

/// One drug or combination product (`drugs/*.toml`).
#[derive(Debug, Clone, PartialEq)]
pub struct Drug {
    /// Kebab-case name, shared with the facts that list drugs.
    pub id: Str,
    /// Title for people.
    pub title: Str,
    /// Pharmacological class.
    pub class: DrugClass,
    /// Days from one dose to the next cycle; of a continuous drug the days of one supply. Without it the default of
    /// [`LineParameters::cycle_days`] holds.
    pub cycle_days: Option<u16>,
    /// Ids of the drugs that a combination product or other form consists of.
    pub components: List<Str>,
    /// Ids of drugs whose name this one's brand may follow: `trastuzumab (Kadcyla)` is T-DM1.
    pub written_with: List<Str>,
    /// Doses that the labels give, in mg/kg or mg: for recognising a dose that belongs to another product.
    pub doses: List<Str>,
}

/// A phrase and the drugs that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrugName {
    /// The phrase as [`phrase`] writes it.
    pub words: Str,
    /// Positions in [`Drugs::list`]: one for a drug, several for a regimen.
    pub drugs: List<u16>,
}

/// Class of a drug, as fine as rules for lines need it (LOT-5, LOT-14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DrugClass {
    /// Antibody against HER2.
    Her2Antibody,
    /// Antibody-drug conjugate against HER2.
    Her2Adc,
    /// Tyrosine kinase inhibitor of HER2.
    Her2Tki,
    /// Taxane.
    Taxane,
    /// Vinca alkaloid.
    Vinca,
    /// Another microtubule inhibitor.
    OtherMicrotubule,
    /// Antimetabolite.
    Antimetabolite,
    /// Anthracycline.
    Anthracycline,
    /// Alkylating agent.
    Alkylating,
    /// Platinum.
    Platinum,
    /// Topoisomerase inhibitor.
    TopoisomeraseInhibitor,
    /// Antitumour antibiotic other than anthracyclines.
    AntitumourAntibiotic,
    /// Antibody-drug conjugate against TROP2.
    Trop2Adc,
    /// Another cytotoxic drug, or one that is not named.
    OtherCytotoxic,
    /// Aromatase inhibitor.
    AromataseInhibitor,
    /// Selective oestrogen receptor modulator.
    Serm,
    /// Selective oestrogen receptor degrader.
    Serd,
    /// Another endocrine drug.
    OtherEndocrine,
    /// LHRH agonist.
    LhrhAgonist,
    /// Inhibitor of CDK4 and CDK6.
    Cdk46Inhibitor,
    /// Inhibitor of PI3K, AKT or mTOR.
    Pi3kAktMtorInhibitor,
    /// PARP inhibitor.
    ParpInhibitor,
    /// Immune checkpoint inhibitor.
    Immunotherapy,
    /// Inhibitor of angiogenesis.
    AngiogenesisInhibitor,
    /// Another targeted drug.
    OtherTargeted,
    /// Drug of a trial, or not known.
    Unknown,
    /// Bone-modifying agent.
    BoneAgent,
    /// Growth factor.
    GrowthFactor,
    /// Protects from the harm of treatment.
    Protectant,
    /// Against diarrhoea.
    Antidiarrhoeal,
    /// Against nausea.
    Antiemetic,
    /// Corticosteroid.
    Corticosteroid,
}

/// What a class belongs to, for counting lines (LOT-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DrugGroup {
    /// Directed against HER2.
    Her2Directed,
    /// Cytotoxic, conjugates against other targets included.
    Chemotherapy,
    /// Endocrine; of the LHRH agonists see [`DrugClass::LhrhAgonist`].
    Endocrine,
    /// Targeted otherwise.
    Targeted,
    /// Not known.
    Unknown,
    /// Supportive: never part of a line (LOT-5f).
    Supportive,
}

impl DrugClass {
    /// The names in guideline files and facts.
    pub const NAMES: &[(&str, Self)] = &[
        ("her2-antibody", Self::Her2Antibody),
        ("her2-adc", Self::Her2Adc),
        ("her2-tki", Self::Her2Tki),
        ("taxane", Self::Taxane),
        ("vinca", Self::Vinca),
        ("other-microtubule", Self::OtherMicrotubule),
        ("antimetabolite", Self::Antimetabolite),
        ("anthracycline", Self::Anthracycline),
        ("alkylating", Self::Alkylating),
        ("platinum", Self::Platinum),
        ("topoisomerase-inhibitor", Self::TopoisomeraseInhibitor),
        ("antitumour-antibiotic", Self::AntitumourAntibiotic),
        ("trop2-adc", Self::Trop2Adc),
        ("other-cytotoxic", Self::OtherCytotoxic),
        ("aromatase-inhibitor", Self::AromataseInhibitor),
        ("serm", Self::Serm),
        ("serd", Self::Serd),
        ("other-endocrine", Self::OtherEndocrine),
        ("lhrh-agonist", Self::LhrhAgonist),
        ("cdk4-6-inhibitor", Self::Cdk46Inhibitor),
        ("pi3k-akt-mtor-inhibitor", Self::Pi3kAktMtorInhibitor),
        ("parp-inhibitor", Self::ParpInhibitor),
        ("immunotherapy", Self::Immunotherapy),
        ("angiogenesis-inhibitor", Self::AngiogenesisInhibitor),
        ("other-targeted", Self::OtherTargeted),
        ("unknown", Self::Unknown),
        ("bone-agent", Self::BoneAgent),
        ("growth-factor", Self::GrowthFactor),
        ("protectant", Self::Protectant),
        ("antidiarrhoeal", Self::Antidiarrhoeal),
        ("antiemetic", Self::Antiemetic),
        ("corticosteroid", Self::Corticosteroid),
    ];

    /// The name in guideline files and facts.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, class)| *class == self).map_or("", |(name, _)| name)
    }

    /// What it belongs to.
    #[must_use]
    pub const fn group(self) -> DrugGroup {
        match self {
            Self::Her2Antibody | Self::Her2Adc | Self::Her2Tki => DrugGroup::Her2Directed,
            Self::Taxane
            | Self::Vinca
            | Self::OtherMicrotubule
            | Self::Antimetabolite
            | Self::Anthracycline
            | Self::Alkylating
            | Self::Platinum
            | Self::TopoisomeraseInhibitor
            | Self::AntitumourAntibiotic
            | Self::Trop2Adc
            | Self::OtherCytotoxic => DrugGroup::Chemotherapy,
            Self::AromataseInhibitor | Self::Serm | Self::Serd | Self::OtherEndocrine | Self::LhrhAgonist => {
                DrugGroup::Endocrine
            }
            Self::Cdk46Inhibitor
            | Self::Pi3kAktMtorInhibitor
            | Self::ParpInhibitor
            | Self::Immunotherapy
            | Self::AngiogenesisInhibitor
            | Self::OtherTargeted => DrugGroup::Targeted,
            Self::Unknown => DrugGroup::Unknown,
            Self::BoneAgent
            | Self::GrowthFactor
            | Self::Protectant
            | Self::Antidiarrhoeal
            | Self::Antiemetic
            | Self::Corticosteroid => DrugGroup::Supportive,
        }
    }
}

impl Drug {
    /// Whether a word of a label or check means this drug: its id, its class, or the group of its class.
    #[must_use]
    pub fn is_meant_by(&self, word: &str) -> bool {
        word == self.id || word == self.class.name() || word == self.class.group().name()
    }
}

impl DrugGroup {
    /// The name in facts that list classes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Her2Directed => "her2-directed",
            Self::Chemotherapy => "chemotherapy",
            Self::Endocrine => "endocrine",
            Self::Targeted => "targeted",
            Self::Unknown => "unknown",
            Self::Supportive => "supportive",
        }
    }
}

/// The numbers in the rules LOT-1 to LOT-15 (`lines-of-therapy.toml`), all in days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineParameters {
    /// A treatment begun so many days before the recorded date of metastasis still belongs to the first line (LOT-2).
    pub look_back_days: u16,
    /// Drugs begun so many days after the start of a line are part of its regimen (LOT-3).
    pub regimen_window_days: u16,
    /// After so many days without any eligible drug the next one begins a line (LOT-7).
    pub gap_days: u16,
    /// Other gaps for which the number of lines is reported (LOT-7).
    pub gap_sensitivity_days: List<u16>,
    /// A cycle of a drug that has no `cycle-days` (LOT-12).
    pub cycle_days: u16,
    /// A progression recorded up to so many days after the start of a line is what ended the line before.
    pub progression_lag_days: u16,
    /// A metastasis recorded up to so many days after the first one belongs to the staging, not to progression.
    pub staging_days: u16,
}

impl Drugs {
    /// The position of a drug by its id.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<u16> {
        let position = self.list.binary_search_by(|drug| drug.id.as_ref().cmp(id)).ok()?;
        u16::try_from(position).ok()
    }

    /// A drug by its position.
    #[must_use]
    pub fn get(&self, position: u16) -> Option<&Drug> {
        self.list.get(usize::from(position))
    }

    /// The drugs that a phrase names, if it is a name.
    #[must_use]
    pub fn named(&self, words: &str) -> Option<&[u16]> {
        let position = self.names.binary_search_by(|name| name.words.as_ref().cmp(words)).ok()?;
        self.names.get(position).map(|name| name.drugs.as_ref())
    }
}

impl Knowledge {
    /// The drug with this id.
    #[must_use]
    pub fn drug(&self, id: &str) -> Option<&Drug> {
        self.drugs.get(self.drugs.position(id)?)
    }
}

/// The mark between the parts of a phrase that names several things (`trastuzumab | hyaluronidase`).
pub const BETWEEN: &str = "|";

/// The words of a text in the form in which names are compared: small letters, hyphens and points as spaces, and one
/// mark for everything that joins (`+ / , ; &`, "and", "plus", "with").
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '+' | '/' | ',' | ';' | '&' | '|' => spaced.push_str(" | "),
            c if c.is_alphanumeric() => spaced.extend(c.to_lowercase()),
            _ => spaced.push(' '),
        }
    }
    let mut words: Vec<String> = Vec::new();
    for word in spaced.split_whitespace() {
        let word = if matches!(word, "and" | "plus" | "with" | "und" | "mit") { BETWEEN } else { word };
        if word == BETWEEN && words.last().is_none_or(|last| last == BETWEEN) {
            continue;
        }
        words.push(word.to_owned());
    }
    if words.last().is_some_and(|last| last == BETWEEN) {
        words.pop();
    }
    words
}

/// A name in the form in which names are compared.
#[must_use]
pub fn phrase(name: &str) -> String {
    words(name).join(" ")
}

/// The index of names. Names that come to the same phrase stand once; that they mean the same is checked before.
pub(crate) fn index(names: impl IntoIterator<Item = (String, Vec<u16>)>) -> Vec<DrugName> {
    let sorted: BTreeMap<String, Vec<u16>> = names.into_iter().collect();
    sorted.into_iter().map(|(words, drugs)| DrugName { words: words.into(), drugs: drugs.into() }).collect()
}
