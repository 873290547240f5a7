//! Words that name a cancer, for entries whose code is not read and for entries without one.
//!
//! Words never state a diagnosis. They only keep a program from concluding that there is no other cancer, or that an old
//! "no metastasis" still holds; the entry itself is reported, with the remedy to code it.

/// What an entry in words may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Suspicion {
    /// Cancer of the breast.
    Breast,
    /// A metastasis.
    Metastasis,
    /// A malignancy, of which primary is not known.
    Cancer,
}

/// Words that are enough to think of a cancer, in English and as cognates of them.
const CANCER: [&str; 21] = [
    "cancer",
    "carcinom",
    "karzinom",
    "krebs",
    "malignan",
    "maligne",
    "neoplasm",
    "neoplasia",
    "tumor",
    "tumour",
    "lymphoma",
    "sarcoma",
    "melanoma",
    "leukemia",
    "leukaemia",
    "myeloma",
    "blastoma",
    "glioma",
    "mesothelioma",
    "metasta",
    "carcinoid",
];

/// Words that make it something else: benign, in situ, basal-cell (which does not spread), a relative's, a risk, a denial, a consequence of cancer.
const SOMETHING_ELSE: [&str; 34] = [
    "benign",
    "in situ",
    "basal cell",
    "basal-cell",
    "family history",
    "family hx",
    "fh of",
    "fh:",
    "mother",
    "father",
    "sister",
    "brother",
    "daughter",
    "aunt",
    "grandmother",
    "screening",
    "risk",
    "susceptibility",
    "fear of",
    "anxiety about",
    "worried",
    "antigen",
    "no evidence of",
    "no history of",
    "ruled out",
    "negative for",
    "tumor lysis",
    "tumour lysis",
    "-related",
    "related pain",
    "malignant hypertension",
    "malignant hyperthermia",
    "malignant neuroleptic",
    "neuroleptic malignant",
];

/// What the words may mean, `None` where they name no cancer of the patient's.
pub(super) fn suspicion(words: &str) -> Option<Suspicion> {
    let words = words.to_lowercase();
    let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
    if !has(&CANCER) || has(&SOMETHING_ELSE) {
        return None;
    }
    // Malignant fluid is spread, whether or not the word "metastasis" is there.
    let fluid = words.contains("malignan") && has(&["effusion", "ascites", "meningitis"]);
    Some(if words.contains("metasta") || words.contains("secondary") || fluid {
        Suspicion::Metastasis
    } else if has(&["breast", "mamma", "brust"]) {
        Suspicion::Breast
    } else {
        Suspicion::Cancer
    })
}
