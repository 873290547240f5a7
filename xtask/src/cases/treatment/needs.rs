//! What the free texts under `needs_data` name: one table from words to facts, or to options that ask for the thing.

use her2path::guideline::Fact;
use her2path::knowledge::model::FactIndex;

/// The facts and options that a text names.
pub(super) struct Meant {
    pub(super) facts: Vec<FactIndex>,
    /// Options whose recommendation asks for it.
    pub(super) options: Vec<&'static str>,
}

/// Words that must all be in the text, and what they mean. Rows add up.
const TABLE: &[(&[&str], &[Fact], &[&str])] = &[
    (&["lvef"], &[Fact::LvefRecent, Fact::LvefRecent28Days, Fact::LvefLatest], &["LVEF"]),
    (&["ild"], &[Fact::IldStatus], &[]),
    (&["pneumonitis"], &[Fact::IldStatus], &[]),
    (&["lung", "function"], &[Fact::IldStatus, Fact::ImagingChestCtDate], &[]),
    (&["ct"], &[Fact::ImagingChestCtDate], &[]),
    (&["crcl"], &[Fact::LabsCreatinineClearance], &[]),
    (&["creatinine"], &[Fact::LabsCreatinineClearance], &[]),
    (&["dpyd"], &[Fact::DpydStatus, Fact::TherapyUrgent], &["DPYD"]),
    (&["lft"], &[Fact::LabsBilirubin, Fact::LabsAst, Fact::LabsAlt], &[]),
    (&["lfts"], &[Fact::LabsBilirubin, Fact::LabsAst, Fact::LabsAlt], &[]),
    (&["liver", "tests"], &[Fact::LabsBilirubin, Fact::LabsAst, Fact::LabsAlt], &[]),
    (&["bilirubin"], &[Fact::LabsBilirubin], &[]),
    (&["alt"], &[Fact::LabsAlt], &[]),
    (&["ast"], &[Fact::LabsAst], &[]),
    (&["cbc"], &[Fact::LabsNeutrophils, Fact::LabsPlatelets], &[]),
    (&["platelets"], &[Fact::LabsPlatelets], &[]),
    (&["pregnancy", "test"], &[Fact::PregnancyStatus], &["PREGNANCY_TEST"]),
    (&["contraception"], &[], &["PREGNANCY_TEST"]),
    (&["gestational"], &[Fact::PregnancyGestationalAge], &[]),
    (&["cumulative", "anthracycline"], &[Fact::AnthracyclineCumulativeDoxorubicin], &[]),
    (&["bm", "number"], &[Fact::BrainLesionCount, Fact::BrainExtent], &[]),
    (&["bm", "size"], &[Fact::BrainLargestLesion], &[]),
    (&["number", "symptoms"], &[Fact::BrainSymptomatic], &[]),
    (&["mri"], &[Fact::BrainImagingDate], &["MRI_BRAIN"]),
    (&["brain", "mri"], &[Fact::BrainMetastasesStatus], &["MRI_BRAIN"]),
    (&["surgical"], &[Fact::BrainResectable], &[]),
    (&["brca"], &[Fact::GermlineBrca], &["GERMLINE"]),
    (&["dental"], &[Fact::DentalExamDate], &["DENTAL"]),
    (&["calcium"], &[Fact::LabsHypocalcaemia], &["CALCIUM"]),
    (&["ecg"], &[Fact::EcgQtc], &[]),
    (&["mg", "k"], &[Fact::LabsHypokalaemia, Fact::LabsHypomagnesaemia], &[]),
    (
        &["prior", "drugs"],
        &[
            Fact::TherapyPriorDrugs,
            Fact::TherapyHer2LinesBefore,
            Fact::TherapyHer2Before,
            Fact::TherapyHadTDxd,
            Fact::TherapyHadTDm1,
            Fact::TherapyHadTucatinib,
        ],
        &["LINE"],
    ),
    (&["dates", "lines"], &[Fact::TherapyLine], &["LINE"]),
    (&["line"], &[Fact::TherapyLine], &["LINE"]),
    (&["her2"], &[Fact::Her2Status, Fact::Her2MetastasisTested], &["REBIOPSY_HER2"]),
    (&["biopsy", "re"], &[Fact::Her2MetastasisTested], &["REBIOPSY_HER2"]),
    (&["er", "pr"], &[Fact::HormoneReceptorStatus], &[]),
    (&["hr", "status"], &[Fact::HormoneReceptorStatus], &[]),
    (&["completion", "date"], &[Fact::TherapyAdjuvantHer2End], &[]),
    (&["adjuvant", "interval"], &[Fact::TherapyAdjuvantHer2End, Fact::TherapyAdjuvantHer2Interval], &[]),
    (&["ovarian", "suppression"], &[Fact::MenopausalStatus, Fact::GonadsSuppressed], &[]),
    (&["menopausal"], &[Fact::MenopausalStatus], &[]),
    (&["geriatric"], &[Fact::GeriatricAssessmentDate], &["GERIATRIC"]),
    (&["cardiology"], &[], &["CARDIOLOGY"]),
    (&["liver", "biopsy"], &[Fact::LiverNodularRegenerativeHyperplasia], &[]),
    (&["goals"], &[Fact::TherapyGoal], &[]),
    (&["medication", "list"], &[Fact::Interactions], &[]),
    (&["interactions"], &[Fact::Interactions], &[]),
];

/// What a text names; `None` where it names nothing of the table.
pub(super) fn meant(text: &str) -> Option<Meant> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut meant = Meant { facts: Vec::new(), options: Vec::new() };
    for (all, facts, options) in TABLE {
        if all.iter().all(|word| words.contains(word)) {
            meant.facts.extend(facts.iter().map(|fact| fact.index()));
            meant.options.extend(options.iter().copied());
        }
    }
    (!meant.facts.is_empty() || !meant.options.is_empty()).then_some(meant)
}
