//! The disease in the record: diagnoses, specimens, receptors, stage, metastases.

use super::build::Builder;
use super::resource::{Body, CPT, Concept, ICD10, Kind, Value, When};
use crate::day::Day;
use crate::journey::{Cancer, Hospital, Journey, Receptors, Site, Stage};
use crate::json::Decimal;
use crate::random::Random;

/// Writes the disease; the number of its condition.
pub(super) fn write(journey: &Journey, cancer: &Cancer, builder: &mut Builder, random: &mut Random) -> u32 {
    let hospital = journey.hospital;
    let condition = primary(journey, cancer, builder);
    procedure(builder, "122548005", "Biopsy of breast (procedure)", cancer.found, condition);
    let breast = Concept::snomed("76752008", "Breast structure (body structure)");
    receptors(&cancer.primary, cancer.found, breast, hospital, condition, builder, random);
    let staged = cancer.metastatic.as_ref().filter(|found| found.de_novo).map_or(cancer.found.plus(7), |m| m.found);
    stage(cancer.stage, staged, condition, builder);
    let grade = [("54102005", "G1 grade"), ("1663004", "G2 grade"), ("61026006", "G3 grade")]
        .get(usize::from(cancer.grade) - 1)
        .copied()
        .unwrap_or(("1663004", "G2 grade"));
    let code = Concept::snomed("371469007", "Histologic grade of neoplasm (observable entity)");
    builder
        .observation(
            "laboratory",
            code,
            Some(Value::Concept(Concept::snomed(grade.0, grade.1))),
            When::day(cancer.found.plus(5)),
        )
        .condition = Some(condition);
    if let Some(day) = cancer.surgery {
        procedure(builder, "392021009", "Lumpectomy of breast (procedure)", day, condition);
    }
    if let Some(metastatic) = &cancer.metastatic {
        for (site, day) in &metastatic.sites {
            secondary(*site, *day, hospital, condition, builder);
        }
        if let Some((day, found, site)) = &metastatic.biopsy {
            procedure(builder, "9911007", "Core needle biopsy (procedure)", *day, condition);
            receptors(found, *day, body_site(*site), hospital, condition, builder, random);
        }
        for day in &metastatic.brain_local {
            let code = Concept::of(
                CPT,
                "77372",
                "Radiation treatment delivery, stereotactic radiosurgery, cranial, linear accelerator",
            );
            let treated = builder.push(Kind::Procedure, "completed", code, Body::Plain);
            treated.when = Some(When::day(*day));
            treated.condition = Some(condition);
        }
        if let Some(day) = metastatic.lung_disease {
            let code = Concept::snomed("233703007", "Interstitial lung disease (disorder)");
            let found = builder.condition(code, day, None, "active", "confirmed");
            // Written down once it is over.
            found.status = "resolved";
        }
    }
    condition
}

fn primary(journey: &Journey, cancer: &Cancer, builder: &mut Builder) -> u32 {
    let mut code = Concept::snomed("254837009", "Malignant neoplasm of breast (disorder)");
    if journey.hospital.icd {
        let (icd, display) = match (journey.male, cancer.left) {
            (false, true) => ("C50.912", "Malignant neoplasm of unspecified site of left female breast"),
            (false, false) => ("C50.911", "Malignant neoplasm of unspecified site of right female breast"),
            (true, true) => ("C50.922", "Malignant neoplasm of unspecified site of left male breast"),
            (true, false) => ("C50.921", "Malignant neoplasm of unspecified site of right male breast"),
        };
        code = code.and(ICD10, icd, display);
    }
    let condition = builder.condition(code, cancer.found, None, "active", "confirmed");
    condition.profile = Some("mcode-primary-cancer-condition");
    if let Body::Condition { body_site, left, .. } = &mut condition.body {
        *body_site = Some(Concept::snomed("76752008", "Breast structure (body structure)"));
        *left = Some(cancer.left);
    }
    condition.number
}

pub(super) fn procedure(
    builder: &mut Builder,
    code: &'static str,
    display: &'static str,
    day: Day,
    condition: u32,
) -> u32 {
    let done = builder.push(Kind::Procedure, "completed", Concept::snomed(code, display), Body::Plain);
    done.when = Some(When::day(day));
    done.condition = Some(condition);
    done.number
}

/// A specimen and what was found in it, reported some days later.
fn receptors(
    found: &Receptors,
    day: Day,
    site: Concept,
    hospital: Hospital,
    condition: u32,
    builder: &mut Builder,
    random: &mut Random,
) {
    let tissue = Concept::snomed("122737001", "Specimen from breast obtained by core needle biopsy (specimen)");
    let biopsy = Concept::of("http://terminology.hl7.org/CodeSystem/v2-0487", "TISS", "Tissue");
    let kind = if site.has("76752008") { tissue } else { biopsy };
    let specimen = builder.push(Kind::Specimen, "available", kind, Body::Specimen { site });
    specimen.when = Some(When::day(day));
    let specimen = specimen.number;
    let reported = When::at(day.plus(random.between(2, 4)), u16::try_from(random.between(500, 1000)).unwrap_or(600));
    let mut results = Vec::new();
    let mut report = |code: (&'static str, &'static str), value: Value| {
        let result = builder.observation("laboratory", Concept::loinc(code.0, code.1), Some(value), reported);
        result.profile = Some("mcode-tumor-marker-test");
        result.condition = Some(condition);
        let number = result.number;
        if let Some(observation) = result.observation() {
            observation.specimen = Some(specimen);
        }
        results.push(number);
    };
    let yes_no = |positive: bool| {
        let (code, display) = if positive { ("LA6576-8", "Positive") } else { ("LA6577-6", "Negative") };
        Value::Concept(Concept::loinc(code, display))
    };
    let number = |tenths: i32, unit| Value::Quantity(Decimal { mantissa: i64::from(tenths), places: 1 }, unit, None);
    let percent = |percent: u8| Value::Quantity(Decimal::from(i32::from(percent)), "%", None);
    if hospital.scores {
        let scores = [("LA6111-4", "0"), ("LA11841-6", "1+"), ("LA11842-4", "2+"), ("LA11843-2", "3+")];
        let (code, display) = scores.get(usize::from(found.ihc)).copied().unwrap_or(("LA6111-4", "0"));
        report(
            ("85319-2", "HER2 [Presence] in Breast cancer specimen by Immune stain"),
            Value::Concept(Concept::loinc(code, display)),
        );
        if let Some((ratio, copies)) = found.ish {
            report(
                ("85318-4", "ERBB2 gene duplication [Presence] in Breast cancer specimen by FISH"),
                yes_no(found.her2_positive()),
            );
            report(
                ("49683-6", "ERBB2 gene copy number/Chromosome 17 copy number in Tissue by FISH"),
                number(ratio, "{ratio}"),
            );
            report(
                ("74860-8", "ERBB2 gene copy number/nucleus in Tissue by FISH"),
                number(copies, "{copies}/{nucleus}"),
            );
        }
        report(
            ("85329-1", "Cells.estrogen receptor/100 cells in Breast cancer specimen by Immune stain"),
            percent(found.er),
        );
        report(
            ("85337-4", "Estrogen receptor Ag [Presence] in Breast cancer specimen by Immune stain"),
            yes_no(found.er >= 1),
        );
        report(
            ("85325-9", "Cells.progesterone receptor/100 cells in Breast cancer specimen by Immune stain"),
            percent(found.pr),
        );
        report(
            ("85339-0", "Progesterone receptor Ag [Presence] in Breast cancer specimen by Immune stain"),
            yes_no(found.pr >= 1),
        );
    } else {
        report(("48676-1", "HER2 [Interpretation] in Tissue"), yes_no(found.her2_positive()));
        report(("16112-5", "Estrogen receptor [Interpretation] in Tissue"), yes_no(found.er >= 1));
        report(("16113-3", "Progesterone receptor [Interpretation] in Tissue"), yes_no(found.pr >= 1));
    }
    report(("85330-9", "Cells.Ki-67 nuclear Ag/cells in Breast cancer specimen by Immune stain"), percent(found.ki67));
    let code = Concept::loinc("66110-8", "Breast Pathology biopsy report");
    let whole = builder.push(Kind::DiagnosticReport, "final", code, Body::Report { results });
    whole.when = Some(reported);
}

fn stage(stage: Stage, day: Day, condition: u32, builder: &mut Builder) {
    let t = match stage.t {
        1 => ("1228889001", "American Joint Committee on Cancer cT1 (qualifier value)"),
        2 => ("1228929004", "American Joint Committee on Cancer cT2 (qualifier value)"),
        3 => ("1228938002", "American Joint Committee on Cancer cT3 (qualifier value)"),
        _ => ("1228944003", "American Joint Committee on Cancer cT4 (qualifier value)"),
    };
    let n = match stage.n {
        0 => ("1229967007", "American Joint Committee on Cancer cN0 (qualifier value)"),
        1 => ("1229973008", "American Joint Committee on Cancer cN1 (qualifier value)"),
        2 => ("1229978004", "American Joint Committee on Cancer cN2 (qualifier value)"),
        _ => ("1229984001", "American Joint Committee on Cancer cN3 (qualifier value)"),
    };
    let m = match stage.m {
        0 => ("1229901006", "American Joint Committee on Cancer cM0 (qualifier value)"),
        _ => ("1229903009", "American Joint Committee on Cancer cM1 (qualifier value)"),
    };
    let group = match group(stage) {
        "IA" => ("1222724007", "American Joint Committee on Cancer stage IA (qualifier value)"),
        "IIA" => ("1222766008", "American Joint Committee on Cancer stage IIA (qualifier value)"),
        "IIB" => ("1222769001", "American Joint Committee on Cancer stage IIB (qualifier value)"),
        "IIIA" => ("1222802001", "American Joint Committee on Cancer stage IIIA (qualifier value)"),
        "IIIB" => ("1222805004", "American Joint Committee on Cancer stage IIIB (qualifier value)"),
        "IIIC" => ("1222806003", "American Joint Committee on Cancer stage IIIC (qualifier value)"),
        _ => ("1222837003", "American Joint Committee on Cancer stage IV (qualifier value)"),
    };
    let parts = [
        ("21905-5", "Primary tumor.clinical [Class] Cancer", t, "mcode-tnm-primary-tumor-category"),
        ("21906-3", "Regional lymph nodes.clinical [Class] Cancer", n, "mcode-tnm-regional-nodes-category"),
        ("21907-1", "Distant metastases.clinical [Class] Cancer", m, "mcode-tnm-distant-metastases-category"),
        ("21908-9", "Stage group.clinical Cancer", group, "mcode-tnm-stage-group"),
    ];
    for (code, display, value, profile) in parts {
        let value = Some(Value::Concept(Concept::snomed(value.0, value.1)));
        let result = builder.observation("laboratory", Concept::loinc(code, display), value, When::day(day));
        result.profile = Some(profile);
        result.condition = Some(condition);
    }
}

/// Anatomic stage group (AJCC, 8th edition).
pub(crate) const fn group(stage: Stage) -> &'static str {
    match (stage.t, stage.n, stage.m) {
        (_, _, 1..) => "IV",
        (_, 3.., _) => "IIIC",
        (4.., _, _) => "IIIB",
        (_, 2, _) | (3, 1, _) => "IIIA",
        (3, 0, _) | (2, 1, _) => "IIB",
        (2, 0, _) | (1, 1, _) => "IIA",
        _ => "IA",
    }
}

fn secondary(site: Site, day: Day, hospital: Hospital, condition: u32, builder: &mut Builder) {
    let (snomed, icd) = match site {
        Site::Adrenal => (Some(("94161006", "Secondary malignant neoplasm of adrenal gland")), None),
        Site::Bone => (Some(("94222008", "Secondary malignant neoplasm of bone")), None),
        Site::Brain => (
            Some(("94225005", "Secondary malignant neoplasm of brain")),
            Some(("C79.31", "Secondary malignant neoplasm of brain")),
        ),
        Site::Leptomeninges => (
            Some(("94246001", "Secondary malignant neoplasm of cerebral meninges")),
            Some(("C79.32", "Secondary malignant neoplasm of cerebral meninges")),
        ),
        Site::Liver => (
            Some(("94381002", "Secondary malignant neoplasm of liver")),
            Some(("C78.7", "Secondary malignant neoplasm of liver and intrahepatic bile duct")),
        ),
        Site::Lung => (
            Some(("94391008", "Secondary malignant neoplasm of lung")),
            Some(("C78.00", "Secondary malignant neoplasm of unspecified lung")),
        ),
        Site::Ovary => (Some(("94455000", "Secondary malignant neoplasm of ovary")), None),
        Site::Peritoneum => (None, Some(("C78.6", "Secondary malignant neoplasm of retroperitoneum and peritoneum"))),
        Site::Pleura => (
            Some(("94493005", "Secondary malignant neoplasm of pleura")),
            Some(("C78.2", "Secondary malignant neoplasm of pleura")),
        ),
        Site::Skin => (
            Some(("94579000", "Secondary malignant neoplasm of skin")),
            Some(("C79.2", "Secondary malignant neoplasm of skin")),
        ),
    };
    let mut code = snomed.map_or_else(Concept::default, |(code, display)| Concept::snomed(code, display));
    if let Some((icd, display)) = icd.filter(|_| hospital.icd || snomed.is_none()) {
        code = code.and(ICD10, icd, display);
    }
    let found = builder.condition(code, day, None, "active", "confirmed");
    found.profile = Some("mcode-secondary-cancer-condition");
    found.condition = Some(condition);
}

fn body_site(site: Site) -> Concept {
    match site {
        Site::Adrenal => Concept::snomed("23451007", "Adrenal structure (body structure)"),
        Site::Bone => Concept::snomed("272673000", "Bone structure (body structure)"),
        Site::Brain | Site::Leptomeninges => Concept::snomed("12738006", "Brain structure (body structure)"),
        Site::Liver => Concept::snomed("10200004", "Liver structure (body structure)"),
        Site::Lung => Concept::snomed("39607008", "Lung structure (body structure)"),
        Site::Ovary => Concept::snomed("15497006", "Ovarian structure (body structure)"),
        Site::Peritoneum => Concept::snomed("15425007", "Peritoneum structure (body structure)"),
        Site::Pleura => Concept::snomed("3120008", "Pleural membrane structure (body structure)"),
        Site::Skin => Concept::snomed("39937001", "Skin structure (body structure)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stage_groups_are_those_of_the_table() {
        let of = |t, n, m| group(Stage { t, n, m });
        assert_eq!(
            [of(1, 0, 0), of(1, 1, 0), of(2, 0, 0), of(2, 1, 0), of(3, 0, 0)],
            ["IA", "IIA", "IIA", "IIB", "IIB"]
        );
        assert_eq!(
            [of(1, 2, 0), of(3, 1, 0), of(3, 2, 0), of(4, 0, 0), of(4, 2, 0)],
            ["IIIA", "IIIA", "IIIA", "IIIB", "IIIB"]
        );
        assert_eq!([of(1, 3, 0), of(4, 3, 0), of(1, 0, 1)], ["IIIC", "IIIC", "IV"]);
    }
}
