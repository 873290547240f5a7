//! The defects, one each: where it fits, what it does, and what it takes away.

use super::Effect;
use crate::day::Precision;
use crate::drug::Drug;
use crate::journey::Journey;
use crate::record::resource::{Body, Coding, Concept, ICD10, Kind, LOINC, RXNORM, Resource, SNOMED, Text, Value};

/// A way to damage a resource.
#[derive(Clone, Copy)]
pub(super) struct Defect {
    pub(super) name: &'static str,
    pub(super) fits: fn(&Resource) -> bool,
    /// Damages the resource, or leaves it and gives another one to be added.
    pub(super) apply: fn(&mut Resource, &Journey) -> Option<Resource>,
    pub(super) effect: Effect,
}

/// Everything can still be read.
const READABLE: Effect = Effect { undecidable: &[], reported: false };
/// Everything can still be read, and something is wrong.
const CONTRADICTED: Effect = Effect { undecidable: &[], reported: true };
const NO_HER2: Effect = Effect { undecidable: &["her2.status", "decisions"], reported: true };
const NO_LINES: Effect = Effect { undecidable: &["lines", "decisions"], reported: true };

pub(super) const DEFECTS: [Defect; 19] = [
    Defect { name: "her2-score-in-words", fits: is_ihc, apply: score_in_words, effect: READABLE },
    Defect { name: "her2-result-in-snomed", fits: is_yes_no_her2, apply: result_in_snomed, effect: READABLE },
    Defect { name: "receptor-result-in-words", fits: is_hormone_answer, apply: result_in_words, effect: READABLE },
    Defect { name: "mojibake-in-display", fits: is_primary, apply: mojibake, effect: READABLE },
    Defect { name: "stage-in-ajcc-spelling", fits: is_stage_group, apply: stage_spelling, effect: READABLE },
    Defect { name: "metastasis-site-in-body-site", fits: is_secondary_in_snomed, apply: site_apart, effect: READABLE },
    Defect { name: "icd-code-without-dot", fits: has_icd, apply: without_dot, effect: READABLE },
    Defect { name: "drug-in-words", fits: has_words, apply: drug_in_words, effect: READABLE },
    Defect { name: "conjugate-named-trastuzumab", fits: is_conjugate, apply: misleading_name, effect: READABLE },
    Defect { name: "entered-in-error-opposite", fits: is_yes_no_her2, apply: entered_in_error, effect: READABLE },
    Defect { name: "administration-not-done", fits: is_administration, apply: not_done, effect: READABLE },
    Defect { name: "display-of-another-code", fits: is_stage_group, apply: other_display, effect: CONTRADICTED },
    Defect { name: "her2-answer-about-er", fits: is_her2, apply: answer_about_er, effect: NO_HER2 },
    Defect { name: "loinc-code-under-snomed", fits: is_her2, apply: wrong_system, effect: NO_HER2 },
    Defect {
        name: "fish-with-old-cut-off",
        fits: is_fish,
        apply: old_cut_off,
        effect: Effect { undecidable: &["her2.status", "decisions"], reported: false },
    },
    Defect {
        name: "status-against-score",
        fits: is_ihc,
        apply: against_score,
        effect: Effect { undecidable: &["her2.status", "decisions"], reported: false },
    },
    Defect {
        name: "secondary-of-breast",
        fits: is_secondary_in_snomed,
        apply: secondary_of_breast,
        effect: Effect {
            undecidable: &[
                "metastasis.sites",
                "metastasis.first-date",
                "disease.setting",
                "disease.presentation",
                "lines",
                "decisions",
            ],
            reported: true,
        },
    },
    Defect { name: "unknown-agent", fits: is_palliative_order, apply: study_drug, effect: NO_LINES },
    Defect {
        name: "start-of-drug-by-month",
        fits: is_palliative_order,
        apply: by_month,
        effect: Effect { undecidable: &["lines", "decisions"], reported: false },
    },
];

fn codes(resource: &Resource, kind: Kind, wanted: &[&str]) -> bool {
    resource.kind == kind && wanted.iter().any(|code| resource.code.has(code))
}

fn is_ihc(resource: &Resource) -> bool {
    codes(resource, Kind::Observation, &["85319-2"])
}

fn is_fish(resource: &Resource) -> bool {
    codes(resource, Kind::Observation, &["85318-4"])
}

fn is_her2(resource: &Resource) -> bool {
    codes(resource, Kind::Observation, &["85319-2", "85318-4", "48676-1"])
}

fn is_yes_no_her2(resource: &Resource) -> bool {
    codes(resource, Kind::Observation, &["85318-4", "48676-1"])
}

fn is_hormone_answer(resource: &Resource) -> bool {
    codes(resource, Kind::Observation, &["85337-4", "85339-0", "16112-5", "16113-3"])
}

fn is_primary(resource: &Resource) -> bool {
    codes(resource, Kind::Condition, &["254837009"])
}

fn is_stage_group(resource: &Resource) -> bool {
    codes(resource, Kind::Observation, &["21908-9"])
}

/// The site of a secondary cancer in SNOMED CT, as code and display of the body structure.
fn structure(resource: &Resource) -> Option<(&'static str, &'static str)> {
    let is_refuted = matches!(&resource.body, Body::Condition { verification: "refuted", .. });
    if resource.kind != Kind::Condition || is_refuted {
        return None;
    }
    let sites = [
        ("94222008", "272673000", "Bone structure (body structure)"),
        ("94225005", "12738006", "Brain structure (body structure)"),
        ("94381002", "10200004", "Liver structure (body structure)"),
        ("94391008", "39607008", "Lung structure (body structure)"),
        ("94493005", "3120008", "Pleural membrane structure (body structure)"),
    ];
    let found = sites.into_iter().find(|(code, ..)| resource.code.has(code));
    found.map(|(_, code, display)| (code, display))
}

fn is_secondary_in_snomed(resource: &Resource) -> bool {
    structure(resource).is_some()
}

fn has_icd(resource: &Resource) -> bool {
    resource.kind == Kind::Condition && resource.code.codings.iter().any(|coding| coding.system == ICD10)
}

fn is_administration(resource: &Resource) -> bool {
    resource.kind == Kind::MedicationAdministration
}

fn has_words(resource: &Resource) -> bool {
    words(resource).is_some()
}

fn is_conjugate(resource: &Resource) -> bool {
    is_drug_entry(resource) && ["1371041", "2267582"].iter().any(|code| resource.code.has(code))
}

fn is_drug_entry(resource: &Resource) -> bool {
    matches!(resource.body, Body::Medication(_))
}

/// An order that follows the cancer profile and was written for disease that has spread.
fn is_palliative_order(resource: &Resource) -> bool {
    resource.kind == Kind::MedicationRequest
        && resource.profile.is_some()
        && matches!(&resource.body, Body::Medication(medication)
            if medication.intent.as_ref().is_some_and(|intent| intent.has("363676003")))
}

/// What registries call the drug of an entry.
fn words(resource: &Resource) -> Option<&'static str> {
    if !is_drug_entry(resource) || resource.status == "not-taken" {
        return None;
    }
    let names = [
        (Drug::Trastuzumab, "Trustuzumab"),
        (Drug::Docetaxel, "Doxetaxel"),
        (Drug::Anastrozole, "ANASTROZOLE (ARIMIDEX)"),
        (Drug::Pertuzumab, "Perjeta"),
        (Drug::Tdm1, "Kadcyla"),
        (Drug::Tdxd, "Enhertu"),
        (Drug::Capecitabine, "Xeloda"),
        (Drug::Paclitaxel, "taxol"),
        (Drug::Letrozole, "Femara"),
        (Drug::Tucatinib, "Tukysa"),
    ];
    names.into_iter().find(|(drug, _)| resource.code.has(drug.monograph().code)).map(|(_, words)| words)
}

fn set_value(resource: &mut Resource, value: Value) {
    if let Some(observation) = resource.observation() {
        observation.value = Some(value);
    }
}

fn value_has(resource: &Resource, code: &str) -> bool {
    matches!(&resource.body, Body::Observation(observation)
        if matches!(&observation.value, Some(Value::Concept(concept)) if concept.has(code)))
}

fn score_in_words(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    let words = [("LA6111-4", "0"), ("LA11841-6", "1+"), ("LA11842-4", "2+ (equivocal)"), ("LA11843-2", "3+")];
    let found = words.into_iter().find(|(code, _)| value_has(resource, code)).map(|(_, words)| words);
    set_value(resource, Value::Words(Text::Borrowed(found.unwrap_or("0"))));
    None
}

fn result_in_snomed(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    let (code, display) = if value_has(resource, "LA6576-8") {
        ("10828004", "Positive (qualifier value)")
    } else {
        ("260385009", "Negative (qualifier value)")
    };
    set_value(resource, Value::Concept(Concept::snomed(code, display)));
    None
}

fn result_in_words(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    let words = if value_has(resource, "LA6576-8") { "Positive" } else { "Negative" };
    set_value(resource, Value::Words(Text::Borrowed(words)));
    None
}

fn mojibake(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    if let Some(coding) = resource.code.codings.first_mut() {
        coding.display = Text::Borrowed("Malignant neoplasm of breast â€“ primÃ¤r (disorder)");
    }
    None
}

fn stage_spelling(resource: &mut Resource, journey: &Journey) -> Option<Resource> {
    let group = journey.cancer.as_ref().map_or("IV", |cancer| crate::record::stage_group(cancer.stage));
    let code = match group {
        "IA" => "1A",
        "IIA" => "2A",
        "IIB" => "2B",
        "IIIA" => "3A",
        "IIIB" => "3B",
        "IIIC" => "3C",
        _ => "4",
    };
    let coding =
        Coding { system: "http://cancerstaging.org", code: Text::Borrowed(code), display: Text::Borrowed(code) };
    set_value(resource, Value::Concept(Concept { codings: vec![coding], text: None }));
    None
}

fn site_apart(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    let (code, display) = structure(resource)?;
    resource.code = Concept::snomed("128462008", "Secondary malignant neoplastic disease (disorder)");
    if let Body::Condition { body_site, .. } = &mut resource.body {
        *body_site = Some(Concept::snomed(code, display));
    }
    None
}

fn without_dot(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    for coding in resource.code.codings.iter_mut().filter(|coding| coding.system == ICD10) {
        coding.code = Text::Owned(coding.code.replace('.', ""));
    }
    None
}

fn drug_in_words(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    resource.code = Concept::words(words(resource)?);
    None
}

fn misleading_name(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    resource.code = if resource.code.has("1371041") {
        Concept::of(RXNORM, "1658086", "Trastuzumab Injection [KADCYLA]")
    } else {
        Concept::of(RXNORM, "2267579", "Trastuzumab Injection [Enhertu]")
    };
    None
}

/// The same result the other way round, taken back.
fn entered_in_error(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    let mut other = resource.clone();
    other.status = "entered-in-error";
    let (code, display) =
        if value_has(resource, "LA6576-8") { ("LA6577-6", "Negative") } else { ("LA6576-8", "Positive") };
    set_value(&mut other, Value::Concept(Concept::loinc(code, display)));
    Some(other)
}

/// A drug that was made ready and not given.
fn not_done(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    let mut other = resource.clone();
    other.status = "not-done";
    other.code = Concept::of(RXNORM, "1045453", "eribulin");
    Some(other)
}

fn other_display(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    if let Some(coding) = resource.code.codings.first_mut() {
        coding.display = Text::Borrowed("Hemoglobin A1c");
    }
    None
}

fn answer_about_er(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    set_value(resource, Value::Concept(Concept::snomed("416053008", "Estrogen receptor positive tumor (disorder)")));
    None
}

fn wrong_system(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    for coding in resource.code.codings.iter_mut().filter(|coding| coding.system == LOINC) {
        coding.system = SNOMED;
    }
    None
}

fn old_cut_off(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    set_value(resource, Value::Words(Text::Borrowed("greater than 1.8")));
    None
}

/// An overall status that contradicts the score of the same specimen.
fn against_score(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    let mut other = resource.clone();
    other.code = Concept::loinc("48676-1", "HER2 [Interpretation] in Tissue");
    let (code, display) =
        if value_has(resource, "LA11843-2") { ("LA6577-6", "Negative") } else { ("LA6576-8", "Positive") };
    set_value(&mut other, Value::Concept(Concept::loinc(code, display)));
    Some(other)
}

fn secondary_of_breast(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    resource.code = Concept::of(ICD10, "C79.81", "Secondary malignant neoplasm of breast");
    resource.condition = None;
    None
}

fn study_drug(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    resource.code = Concept::words("study drug ZX-1034");
    None
}

fn by_month(resource: &mut Resource, _: &Journey) -> Option<Resource> {
    if let Some(when) = &mut resource.when {
        when.precision = Precision::Month;
    }
    None
}
