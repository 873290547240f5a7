//! Treatment in the record: drugs in the way of the hospital, work-ups, ejection fractions, response and progression.

use super::build::Builder;
use super::cancer::procedure;
use super::resource::{Body, Concept, Kind, Medication, Value, When};
use crate::day::Day;
use crate::journey::workup::{ALP_LIMIT, BILIRUBIN_LIMIT, TRANSAMINASE_LIMIT, Workup};
use crate::journey::{Cancer, Course, Entries, Hospital, Intent, Journey, Metastatic, Site, Stop};
use crate::json::Decimal;
use crate::random::Random;

pub(super) fn write(journey: &Journey, cancer: &Cancer, condition: u32, builder: &mut Builder, random: &mut Random) {
    let hospital = journey.hospital;
    for course in &cancer.early {
        self::course(course, hospital, condition, builder);
    }
    for (day, value) in &cancer.lvef.values {
        let percent = Value::Quantity(Decimal::from(*value), "%", None);
        builder.observation(
            "procedure",
            Concept::loinc("10230-1", "Left ventricular Ejection fraction"),
            Some(percent),
            When::day(*day),
        );
    }
    let Some(metastatic) = &cancer.metastatic else { return };
    for line in &metastatic.lines {
        for course in &line.courses {
            self::course(course, hospital, condition, builder);
        }
        let last = line.courses.iter().filter_map(|course| course.end).max().unwrap_or(journey.last_day);
        responses(line.start, last, condition, builder, random);
    }
    for day in &metastatic.progressions {
        status(("271299001", "Patient's condition worsened (finding)"), *day, condition, builder);
    }
    for (place, workup) in metastatic.workups.iter().enumerate() {
        examine(journey, workup, place == 0, condition, builder);
    }
    if let Some(first) = metastatic.workups.first() {
        opening(journey, cancer, metastatic, first, condition, builder);
    }
}

fn status(value: (&'static str, &'static str), day: Day, condition: u32, builder: &mut Builder) {
    let code = Concept::loinc("97509-4", "Cancer disease progression");
    let value = Some(Value::Concept(Concept::snomed(value.0, value.1)));
    let result = builder.observation("exam", code, value, When::day(day));
    result.profile = Some("mcode-cancer-disease-status");
    result.condition = Some(condition);
}

/// Scans every nine weeks or so that show no progression, with a tumour marker now and then.
fn responses(start: Day, end: Day, condition: u32, builder: &mut Builder, random: &mut Random) {
    let mut day = start.plus(random.between(55, 75));
    while day.plus(20) < end {
        let value = random
            .weighted(&[
                (("359746009", "Patient's condition stable (finding)"), 0.6),
                (("268910001", "Patient's condition improved (finding)"), 0.4),
            ])
            .unwrap_or(("359746009", "Patient's condition stable (finding)"));
        status(value, day, condition, builder);
        if random.chance(0.4) {
            let marker = Value::Quantity(Decimal::from(random.between(12, 90)), "U/mL", None);
            let code = Concept::loinc("83083-6", "Cancer Ag 15-3 [Units/volume] in Serum or Plasma by Immunoassay");
            builder.observation("laboratory", code, Some(marker), When::day(day));
        }
        day = day.plus(random.between(60, 110));
    }
}

fn intent(course: &Course, hospital: Hospital) -> Option<Concept> {
    hospital.writes_intent.then(|| match course.intent {
        Intent::Neoadjuvant => Concept::snomed("373847000", "Neo-adjuvant - intent (qualifier value)"),
        Intent::Adjuvant => Concept::snomed("373846009", "Adjuvant - intent (qualifier value)"),
        Intent::Palliative => Concept::snomed("363676003", "Palliative - procedure intent (qualifier value)"),
    })
}

fn reason(stop: Stop) -> Concept {
    match stop {
        Stop::Progression => Concept::snomed("266721009", "No response to treatment (situation)"),
        Stop::Toxicity => Concept::snomed("407563006", "Treatment not tolerated (situation)"),
        Stop::Completed => Concept::snomed("182992009", "Treatment completed (situation)"),
        Stop::Death => Concept::snomed("419620001", "Death (event)"),
    }
}

/// Cycles are of three weeks for infusions and four for tablets.
const fn cycle(course: &Course) -> i32 {
    match course.drug.monograph().infused_every {
        Some(days) if days > 21 => days,
        Some(_) => 21,
        None => 28,
    }
}

fn course(course: &Course, hospital: Hospital, condition: u32, builder: &mut Builder) {
    let last_day = builder.last_day();
    // What would end after the data goes on.
    let end = course.end.filter(|end| *end <= last_day);
    let stop = end.and(course.stop);
    let drug = course.drug.monograph();
    let places = course.drug.dose_places();
    let dose = Some((Decimal { mantissa: i64::from(drug.dose.0), places }, drug.dose.1));
    let code = || Concept::of(drug.system, drug.code, drug.display);
    let entry =
        |builder: &mut Builder, kind: Kind, status: &'static str, start: Day, until: Option<Day>, why: Option<Stop>| {
            let medication =
                Medication { reason: why.map(reason), intent: intent(course, hospital), dose, order: "order" };
            let resource = builder.push(kind, status, code(), Body::Medication(Box::new(medication)));
            resource.profile = match kind {
                Kind::MedicationRequest => Some("mcode-cancer-related-medication-request"),
                Kind::MedicationAdministration => Some("mcode-cancer-related-medication-administration"),
                _ => None,
            };
            resource.when = Some(When::day(start));
            resource.until = until.map(When::day);
            resource.condition = Some(condition);
        };
    let over = |stop: Option<Stop>| match stop {
        None => "active",
        Some(Stop::Completed) => "completed",
        Some(_) => "stopped",
    };
    match hospital.entries {
        Entries::Orders => entry(builder, Kind::MedicationRequest, over(stop), course.start, end, stop),
        Entries::Statements => entry(builder, Kind::MedicationStatement, over(stop), course.start, end, stop),
        Entries::OrdersAndAdministrations => {
            entry(builder, Kind::MedicationRequest, over(stop), course.start, end, stop);
            if let Some(every) = drug.infused_every {
                let mut day = course.start;
                while day <= end.unwrap_or(last_day) {
                    entry(builder, Kind::MedicationAdministration, "completed", day, None, None);
                    day = day.plus(every);
                }
            }
        }
        Entries::OrderEachCycle => {
            let length = cycle(course);
            let mut day = course.start;
            loop {
                let next = day.plus(length);
                if next > end.unwrap_or(last_day) {
                    break;
                }
                entry(builder, Kind::MedicationRequest, "completed", day, Some(next.plus(-1)), None);
                day = next;
            }
            entry(builder, Kind::MedicationRequest, over(stop), day, end, stop);
        }
    }
}

fn examine(journey: &Journey, workup: &Workup, first: bool, condition: u32, builder: &mut Builder) {
    let at = When::at(workup.day, 545);
    let number = |tenths: i32, places: u8| Decimal { mantissa: i64::from(tenths), places };
    let mut test =
        |code: &'static str, display: &'static str, value: Decimal, unit: &'static str, high: Option<Decimal>| {
            let result = builder.observation(
                "laboratory",
                Concept::loinc(code, display),
                Some(Value::Quantity(value, unit, None)),
                at,
            );
            if let Some(observation) = result.observation() {
                observation.range = high.map(|high| (None, Some(high)));
            }
        };
    test(
        "1975-2",
        "Bilirubin.total [Mass/volume] in Serum or Plasma",
        number(workup.bilirubin, 1),
        "mg/dL",
        Some(number(BILIRUBIN_LIMIT, 1)),
    );
    test(
        "1920-8",
        "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
        number(workup.ast, 0),
        "U/L",
        Some(number(TRANSAMINASE_LIMIT, 0)),
    );
    test(
        "1742-6",
        "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
        number(workup.alt, 0),
        "U/L",
        Some(number(TRANSAMINASE_LIMIT, 0)),
    );
    test(
        "6768-6",
        "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma",
        number(workup.alp, 0),
        "U/L",
        Some(number(ALP_LIMIT, 0)),
    );
    test("777-3", "Platelets [#/volume] in Blood by Automated count", number(workup.platelets, 0), "10*3/uL", None);
    test("751-8", "Neutrophils [#/volume] in Blood by Automated count", number(workup.neutrophils, 1), "10*3/uL", None);
    test(
        "62238-1",
        "Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI)",
        number(workup.filtration, 0),
        "mL/min/{1.73_m2}",
        None,
    );
    test("2823-3", "Potassium [Moles/volume] in Serum or Plasma", number(workup.potassium, 1), "mmol/L", None);
    if let Some(magnesium) = workup.magnesium {
        test("2601-3", "Magnesium [Moles/volume] in Serum or Plasma", number(magnesium, 2), "mmol/L", None);
    }
    if let Some(qtc) = workup.qtc {
        test("8636-3", "Q-T interval corrected", number(qtc, 0), "ms", None);
    }
    let answers = [
        ("LA9622-7", "Fully active, able to carry on all pre-disease performance without restriction"),
        (
            "LA9623-5",
            "Restricted in physically strenuous activity but ambulatory and able to carry out work of a light or sedentary nature, e.g., light house work, office work",
        ),
        (
            "LA9624-3",
            "Ambulatory and capable of all selfcare but unable to carry out any work activities. Up and about more than 50% of waking hours",
        ),
        ("LA9625-0", "Capable of only limited selfcare, confined to bed or chair more than 50% of waking hours"),
    ];
    let (code, display) = answers.get(usize::from(workup.ecog)).copied().unwrap_or(("LA9622-7", "Fully active"));
    let ecog = Some(Value::Concept(Concept::loinc(code, display)));
    builder.observation("survey", Concept::loinc("89247-1", "ECOG Performance Status score"), ecog, at).profile =
        Some("mcode-ecog-performance-status");
    if !journey.male {
        let (code, display) = if journey.postmenopausal(workup.day) {
            ("76498008", "Postmenopausal state (finding)")
        } else {
            ("22636003", "Premenopausal state (finding)")
        };
        let question = Concept::snomed("161712005", "Menopause, function (observable entity)");
        builder.observation("exam", question, Some(Value::Concept(Concept::snomed(code, display))), at);
    }
    if workup.pregnancy_test && journey.can_be_pregnant(workup.day) {
        let answer = Some(Value::Concept(Concept::loinc("LA26683-5", "Not pregnant")));
        builder.observation("laboratory", Concept::loinc("82810-3", "Pregnancy status"), answer, at);
    }
    if workup.dpyd_normal {
        let answer = Some(Value::Concept(Concept::loinc("LA25391-6", "Normal metabolizer")));
        let code = Concept::loinc(
            "79719-1",
            "DPYD gene product metabolic activity interpretation in Blood or Tissue Qualitative by CPIC",
        );
        builder.observation("laboratory", code, answer, at);
    }
    procedure(builder, "169069000", "Computed tomography of chest (procedure)", workup.day, condition);
    if first && workup.ruled_out {
        procedure(builder, "816077007", "Magnetic resonance imaging of brain (procedure)", workup.day, condition);
    }
}

/// What is written down once, when the disease is first treated as metastatic.
fn opening(
    journey: &Journey,
    cancer: &Cancer,
    metastatic: &Metastatic,
    first: &Workup,
    condition: u32,
    builder: &mut Builder,
) {
    if journey.hospital.states_none_taken && cancer.early.is_empty() {
        let code = Concept::of("http://www.whocc.no/atc", "L01", "Antineoplastic agents");
        let medication = Medication { reason: None, intent: None, dose: None, order: "order" };
        let stated = builder.push(Kind::MedicationStatement, "not-taken", code, Body::Medication(Box::new(medication)));
        stated.when = Some(When::day(first.day));
        stated.condition = Some(condition);
    }
    if !first.ruled_out {
        return;
    }
    let mut none = vec![
        ("233703007", "Interstitial lung disease (disorder)"),
        ("105502003", "Dependence on renal dialysis (finding)"),
        ("9651007", "Long QT syndrome (disorder)"),
        ("302226006", "Peripheral nerve disease (disorder)"),
    ];
    let in_brain = metastatic
        .sites
        .iter()
        .any(|(site, day)| matches!(site, Site::Brain | Site::Leptomeninges) && *day <= first.day);
    if !in_brain {
        none.push(("94225005", "Secondary malignant neoplasm of brain"));
    }
    for (code, display) in none {
        builder.condition(Concept::snomed(code, display), first.day, None, "inactive", "refuted");
    }
    let code = Concept::of(super::resource::RXNORM, "56946", "paclitaxel");
    let allergy = builder.push(Kind::AllergyIntolerance, "refuted", code, Body::Plain);
    allergy.when = Some(When::day(first.day));
}
