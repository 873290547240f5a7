//! Measures of quality Q1 to Q12, as far as the record of one patient allows, three-valued.
//!
//! What a measure is, and whose, stands in `knowledge/quality.toml`; here is how it is worked out. A patient who does not
//! count has no numerator. Nothing on record is "not done" only where the measure itself says so: a measure of records
//! counts what was documented.

use her2path_knowledge::drug::DrugGroup;
use her2path_knowledge::medicine::Measure;
use her2path_knowledge::model::Knowledge;
use jiff::civil::Date;

use crate::assessment::{Exposure, Quality, Value};
use crate::chart::Chart;
use crate::chart::inferred::{code_of, codes_of};
use crate::chart::timeline::EventKind;
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::truth::Truth;

/// Drugs whose labels ask for LVEF (measures Q5 and Q6).
const CARDIAC: [&str; 7] = [
    "trastuzumab",
    "trastuzumab-hyaluronidase",
    "pertuzumab",
    "pertuzumab-trastuzumab-hyaluronidase",
    "margetuximab",
    "trastuzumab-emtansine",
    "trastuzumab-deruxtecan",
];

/// The day from which Q10 holds: the boxed warning of October 2025.
const DPYD_SINCE: Date = jiff::civil::date(2025, 10, 1);

/// Every measure of the guideline.
pub(super) fn of<'k>(chart: &Chart, knowledge: &'k Knowledge) -> Vec<Quality<'k>> {
    knowledge.medicine.measures.iter().map(|measure| one(measure, &Record { chart, knowledge })).collect()
}

/// Denominator, numerator, and what they rest on.
type Found = (Truth, Truth, Vec<String>);

struct Record<'c> {
    chart: &'c Chart,
    knowledge: &'c Knowledge,
}

fn one<'k>(measure: &'k Measure, record: &Record<'_>) -> Quality<'k> {
    let (denominator, numerator, notes) = match measure.id.as_ref() {
        _ if measure.unanswerable.is_some() => (Truth::Unknown, Truth::Unknown, Vec::new()),
        "Q2" => record.adjuvant_trastuzumab(),
        "Q3" => record.spared(false),
        "Q5" => record.lvef_before(),
        "Q6" => record.lvef_on_therapy(),
        "Q7" => record.spared(true),
        "Q8" => record.not_restarted(),
        "Q9" => record.before_doses(),
        "Q10" => record.dpyd(),
        "Q11" => record.dental(),
        "Q12" => record.pregnancy_test(),
        _ => (Truth::Unknown, Truth::Unknown, vec!["not worked out by this version".to_owned()]),
    };
    // Whoever does not count was neither treated as asked nor otherwise.
    let numerator = if denominator == Truth::Met { numerator } else { Truth::Unknown };
    Quality { measure, denominator, numerator, notes }
}

impl Record<'_> {
    fn drug(&self, exposure: &Exposure) -> &str {
        self.knowledge.drugs.get(exposure.drug).map_or("", |drug| drug.id.as_ref())
    }

    fn exposures(&self, wanted: impl Fn(&str) -> bool) -> Vec<&Exposure> {
        self.chart.therapy.exposures.iter().filter(|exposure| wanted(self.drug(exposure))).collect()
    }

    /// Whether any such drug was given: unknown where the record holds no data on medicines.
    fn given(&self, exposures: &[&Exposure]) -> Truth {
        let known = self.chart.facts.get(Fact::TherapyMedicationData).is_some();
        match (exposures.is_empty(), known) {
            (false, _) => Truth::Met,
            (true, true) => Truth::NotMet,
            (true, false) => Truth::Unknown,
        }
    }

    fn days(&self, kind: EventKind) -> Vec<(PartialDate, &str)> {
        self.chart.timeline.of(kind).map(|event| (event.date, event.source.as_str())).collect()
    }

    /// Q2: women from 18 with stage I (T1c) to III, HER2-positive, who received chemotherapy for early disease.
    fn adjuvant_trastuzumab(&self) -> Found {
        let facts = &self.chart.facts;
        let sex = code_of(facts, Fact::PatientSex);
        let stage = code_of(facts, Fact::StageGroup);
        let positive = code_of(facts, Fact::Her2Status);
        let early = codes_of(facts, Fact::TherapyEarlyClasses);
        let woman = sex.map(|sex| sex == "female");
        let staged = stage.map(|stage| stage.starts_with('I') && !stage.starts_with("IV"));
        let chemo = early.as_ref().map(|classes| classes.contains(&"chemotherapy"));
        let her2 = match positive {
            Some("positive") => Some(true),
            Some("negative") => Some(false),
            _ => None,
        };
        let counts = Truth::all([woman, staged, chemo, her2].map(Truth::from));
        let mut notes = vec![
            format!("sex {}, stage {}, HER2 {}", or(sex), or(stage), or(positive)),
            "stage I is counted whole: T1c cannot always be told".to_owned(),
        ];
        let diagnosed = match facts.get(Fact::DiseasePrimaryDate).map(|statement| &statement.value) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        };
        let trastuzumab = self.exposures(|drug| {
            matches!(drug, "trastuzumab" | "trastuzumab-hyaluronidase" | "pertuzumab-trastuzumab-hyaluronidase")
        });
        let within = |exposure: &&Exposure| {
            let (fewest, most) = diagnosed?.days_until(exposure.start?);
            if most <= 365 {
                Some(true)
            } else if fewest > 366 {
                Some(false)
            } else {
                None
            }
        };
        if let Some(first) = trastuzumab.first().and_then(|exposure| exposure.start) {
            notes.push(format!("first trastuzumab {first}"));
        }
        let done = match self.given(&trastuzumab) {
            Truth::Met => Truth::any(trastuzumab.iter().map(|exposure| Truth::from(within(exposure)))),
            other => other,
        };
        (counts, done, notes)
    }

    /// Q3 and Q7: HER2 not positive, and no HER2-directed therapy. Q7 is about metastatic disease and the latest result.
    fn spared(&self, metastatic: bool) -> Found {
        let facts = &self.chart.facts;
        let status = code_of(facts, Fact::Her2Status);
        let category = code_of(facts, Fact::Her2Category);
        let negative = match status {
            Some("negative") => Truth::Met,
            Some("positive") => Truth::NotMet,
            // Undocumented counts in Q3 alone.
            None | Some("not-assessed") if !metastatic => Truth::Met,
            _ => Truth::Unknown,
        };
        let setting = match code_of(facts, Fact::DiseaseSetting) {
            Some("metastatic") => Some(true),
            Some("not-metastatic") => Some(false),
            _ => None,
        };
        let low = metastatic && matches!(category, Some("low" | "ultralow"));
        let woman = code_of(facts, Fact::PatientSex).map(|sex| sex == "female");
        let scope = if metastatic { Truth::from(setting) } else { Truth::from(woman) };
        let counts = negative.and(scope).and(Truth::from(!low));
        let drugs = &self.knowledge.drugs;
        let her2: Vec<&Exposure> = self
            .chart
            .therapy
            .exposures
            .iter()
            .filter(|exposure| exposure.group(drugs) == DrugGroup::Her2Directed)
            .collect();
        // Earlier drugs may have been given to an earlier, positive result.
        let now: Vec<&Exposure> = her2.iter().copied().filter(|exposure| !metastatic || exposure.ongoing).collect();
        let done = !self.given(&now);
        (counts, done, vec![format!("HER2 {}, category {}", or(status), or(category))])
    }

    fn cardiac(&self) -> Vec<&Exposure> {
        self.exposures(|drug| CARDIAC.contains(&drug))
    }

    /// Q5: LVEF within 90 days before the first dose, 28 for margetuximab. One start of several drugs is one start.
    fn lvef_before(&self) -> Found {
        let starts = self.cardiac();
        let lvef = self.days(EventKind::Lvef);
        let mut notes = Vec::new();
        let mut done = Truth::Met;
        let mut seen: Vec<PartialDate> = Vec::new();
        for exposure in &starts {
            let Some(start) = exposure.start else {
                done = done.and(Truth::Unknown);
                notes.push(format!("{}: first dose without a date", self.drug(exposure)));
                continue;
            };
            if seen.contains(&start) {
                continue;
            }
            seen.push(start);
            let window = if self.drug(exposure) == "margetuximab" { 28 } else { 90 };
            let found = before(&lvef, start, window);
            done = done.and(found);
            notes.push(format!(
                "{} from {start}: LVEF within {window} days before: {}",
                self.drug(exposure),
                yes(found)
            ));
        }
        (self.given(&starts), done, notes)
    }

    /// Q6: while one of the drugs is given for 120 days or more, no more than 120 days between LVEF values.
    fn lvef_on_therapy(&self) -> Found {
        let mut courses: Vec<(Date, Date)> = Vec::new();
        let mut counts = Truth::NotMet;
        for exposure in self.cardiac() {
            let last = if exposure.ongoing {
                Some(self.chart.as_of)
            } else {
                exposure.end.or(exposure.last).map(PartialDate::latest)
            };
            match (exposure.start.map(PartialDate::earliest), last) {
                (Some(start), Some(last)) => courses.push((start, last)),
                _ => counts = counts.or(Truth::Unknown),
            }
        }
        courses.sort_unstable();
        // Courses that follow one another within 120 days are one time on therapy.
        let mut spans: Vec<(Date, Date)> = Vec::new();
        for (start, last) in courses {
            match spans.last_mut().filter(|(_, end)| between(*end, start) <= 120) {
                Some((_, end)) => *end = (*end).max(last),
                None => spans.push((start, last)),
            }
        }
        let long: Vec<(Date, Date)> = spans.into_iter().filter(|(start, last)| between(*start, *last) >= 120).collect();
        if !long.is_empty() {
            counts = Truth::Met;
        } else if self.chart.facts.get(Fact::TherapyMedicationData).is_none() {
            counts = Truth::Unknown;
        }
        let mut notes = Vec::new();
        let mut done = Truth::Met;
        let days: Vec<Date> = self.days(EventKind::Lvef).iter().map(|(date, _)| date.latest()).collect();
        for (start, last) in long {
            let mut widest = 0;
            let mut from = start;
            for day in days.iter().copied().filter(|day| *day > start && *day <= last).chain([last]) {
                widest = widest.max(between(from, day));
                from = day;
            }
            done = done.and(Truth::from(widest <= 120));
            notes.push(format!("{start} to {last}: longest time without LVEF {widest} days"));
        }
        (counts, done, notes)
    }

    /// Q8: no T-DXd after interstitial lung disease of grade 2 or more.
    fn not_restarted(&self) -> Found {
        let given = self.exposures(|drug| drug == "trastuzumab-deruxtecan");
        let facts = &self.chart.facts;
        let grade = match facts.get(Fact::IldGrade).map(|statement| &statement.value) {
            Some(Value::Integer(grade)) => Some(*grade),
            _ => None,
        };
        let status = facts.get(Fact::IldStatus);
        let ill = match (code_of(facts, Fact::IldStatus), grade) {
            (Some("none"), _) => Truth::NotMet,
            (_, Some(grade)) => Truth::from(grade >= 2),
            _ => Truth::Unknown,
        };
        let counts = self.given(&given).and(ill);
        let onset = status.and_then(|statement| statement.date);
        let after = |exposure: &&Exposure| {
            let last = exposure.end.or(exposure.last)?;
            Some(onset?.before(last)? || exposure.ongoing)
        };
        let done = !Truth::any(given.iter().map(|exposure| Truth::from(after(exposure))));
        let notes = vec![format!(
            "interstitial lung disease: {}, grade {}",
            or(code_of(facts, Fact::IldStatus)),
            grade.map_or("not recorded".to_owned(), |grade| grade.to_string())
        )];
        (counts, done, notes)
    }

    /// Q9: of the doses of T-DM1, those with platelets and liver tests within 7 days before.
    fn before_doses(&self) -> Found {
        let doses: Vec<PartialDate> = self
            .chart
            .timeline
            .of(EventKind::Dose)
            .filter(|event| event.text == "trastuzumab-emtansine")
            .map(|event| event.date)
            .collect();
        let given = self.given(&self.exposures(|drug| drug == "trastuzumab-emtansine"));
        let counts = match given {
            Truth::Met if doses.is_empty() => Truth::Unknown,
            other => other,
        };
        let (platelets, liver) = (self.days(EventKind::Platelets), self.days(EventKind::LiverTest));
        let of_dose = |dose: &PartialDate| before(&platelets, *dose, 7).and(before(&liver, *dose, 7));
        let met = doses.iter().filter(|dose| of_dose(dose) == Truth::Met).count();
        let done = Truth::all(doses.iter().map(of_dose));
        (counts, done, vec![format!("{met} of {} administered doses", doses.len())])
    }

    /// Q10: DPYD before capecitabine, or documented urgency.
    fn dpyd(&self) -> Found {
        let starts = self.exposures(|drug| drug == "capecitabine");
        let since = |exposure: &&Exposure| exposure.start.map(|start| start.earliest() >= DPYD_SINCE);
        let counts = match self.given(&starts) {
            Truth::Met => Truth::any(starts.iter().map(|exposure| Truth::from(since(exposure)))),
            other => other,
        };
        let tests = self.days(EventKind::Dpyd);
        let urgent = self.chart.facts.get(Fact::TherapyUrgent).is_some_and(|s| s.value == Value::Boolean(true));
        let of_start = |exposure: &&Exposure| {
            let Some(start) = exposure.start else { return Truth::Unknown };
            Truth::from(urgent).or(before(&tests, start, i64::MAX))
        };
        let mut notes: Vec<String> =
            starts.iter().filter_map(|exposure| Some(format!("capecitabine from {}", exposure.start?))).collect();
        notes.push(format!("DPYD results on record: {}", tests.len()));
        (counts, Truth::all(starts.iter().filter(|e| since(e) != Some(false)).map(of_start)), notes)
    }

    /// Q11: a dental examination before or during a bone-modifying agent.
    fn dental(&self) -> Found {
        let agents: Vec<&Exposure> = self.exposures(|drug| {
            self.knowledge.drug(drug).is_some_and(|d| d.class == her2path_knowledge::drug::DrugClass::BoneAgent)
        });
        let examined = self.chart.facts.get(Fact::DentalExamDate).is_some();
        (self.given(&agents), Truth::from(examined), Vec::new())
    }

    /// Q12: a pregnancy test within 14 days before HER2-directed therapy, in those able to become pregnant.
    fn pregnancy_test(&self) -> Found {
        let drugs = &self.knowledge.drugs;
        let her2: Vec<&Exposure> = self
            .chart
            .therapy
            .exposures
            .iter()
            .filter(|exposure| exposure.group(drugs) == DrugGroup::Her2Directed)
            .collect();
        let able = match self.chart.facts.get(Fact::PatientChildbearingPotential).map(|statement| &statement.value) {
            Some(Value::Boolean(able)) => Some(*able),
            _ => None,
        };
        let counts = self.given(&her2).and(Truth::from(able));
        let tests = self.days(EventKind::PregnancyTest);
        let of_start = |exposure: &&Exposure| exposure.start.map_or(Truth::Unknown, |start| before(&tests, start, 14));
        let notes = vec!["whether a person can become pregnant is judged as of the day of the assessment".to_owned()];
        (counts, Truth::all(her2.iter().map(of_start)), notes)
    }
}

/// Whether one of these days is on or up to so many days before another; unknown where the precision leaves it open.
fn before(days: &[(PartialDate, &str)], start: PartialDate, window: i64) -> Truth {
    Truth::any(days.iter().map(|(day, _)| {
        let (fewest, most) = day.days_until(start);
        if fewest >= 0 && most <= window {
            Truth::Met
        } else if most < 0 || fewest > window {
            Truth::NotMet
        } else {
            Truth::Unknown
        }
    }))
}

fn between(from: Date, to: Date) -> i64 {
    PartialDate::day(from).days_until(PartialDate::day(to)).0
}

fn or(word: Option<&'static str>) -> &'static str {
    word.unwrap_or("not recorded")
}

fn yes(truth: Truth) -> &'static str {
    match truth {
        Truth::Met => "yes",
        Truth::NotMet => "none on record",
        Truth::Unknown => "cannot be said",
    }
}
