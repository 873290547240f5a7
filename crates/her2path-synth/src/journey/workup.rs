//! What is examined before a new line of therapy, and the series of ejection fractions.

use super::Course;
use crate::day::Day;
use crate::random::Random;

/// Ejection fractions in percent, in the order of days.
#[derive(Debug, Clone, Default)]
pub(crate) struct LvefSeries {
    pub(crate) values: Vec<(Day, i32)>,
}

impl LvefSeries {
    /// Before the first HER2-directed drug of some courses, and every three months while one is given.
    pub(crate) fn follow(&mut self, courses: &[Course], random: &mut Random) {
        let her2 = || courses.iter().filter(|course| course.drug.is_her2());
        let Some(start) = her2().map(|course| course.start).min() else { return };
        let end = her2().filter_map(|course| course.end).max().unwrap_or(start);
        let mut day = start.plus(-random.between(2, 12));
        while day < end {
            self.values.push((day, value(random)));
            day = day.plus(random.between(80, 100));
        }
    }

    pub(crate) fn push(&mut self, day: Day, random: &mut Random) -> i32 {
        // Now and then it falls: symptomatic or not, 3 to 7 % on trastuzumab (labels).
        let value = if random.chance(0.03) { random.between(41, 49) } else { value(random) };
        self.values.push((day, value));
        value
    }

    /// The latest up to a day.
    pub(crate) fn latest(&self, until: Day) -> Option<(Day, i32)> {
        self.values.iter().copied().filter(|(day, _)| *day <= until).max_by_key(|(day, _)| *day)
    }

    /// The latest on or before the first HER2-directed drug, else the first of all; only what is known on a day counts.
    pub(crate) fn baseline(&self, first_her2: Option<Day>, until: Day) -> Option<i32> {
        let known = || self.values.iter().filter(|(day, _)| *day <= until);
        let before = first_her2.and_then(|first| known().filter(|(day, _)| *day <= first).max_by_key(|(day, _)| *day));
        before.or_else(|| known().min_by_key(|(day, _)| *day)).map(|(_, value)| *value)
    }
}

fn value(random: &mut Random) -> i32 {
    random.between(55, 68)
}

/// Results on one day. Limits of normal are those written into the reports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Workup {
    pub(crate) day: Day,
    pub(crate) ecog: u8,
    /// Total bilirubin in tenths of mg/dL.
    pub(crate) bilirubin: i32,
    /// U/L.
    pub(crate) ast: i32,
    pub(crate) alt: i32,
    pub(crate) alp: i32,
    /// 10*9/L.
    pub(crate) platelets: i32,
    /// Tenths of 10*9/L.
    pub(crate) neutrophils: i32,
    /// mL/min/1.73 m2.
    pub(crate) filtration: i32,
    /// Tenths of mmol/L.
    pub(crate) potassium: i32,
    /// Hundredths of mmol/L.
    pub(crate) magnesium: Option<i32>,
    /// Milliseconds.
    pub(crate) qtc: Option<i32>,
    /// Whether the LVEF was measured on that day.
    pub(crate) lvef: bool,
    pub(crate) pregnancy_test: bool,
    pub(crate) dpyd_normal: bool,
    /// The hospital wrote down what there is not.
    pub(crate) ruled_out: bool,
}

/// Upper limits of normal.
pub(crate) const BILIRUBIN_LIMIT: i32 = 12;
/// Upper limit of AST and ALT.
pub(crate) const TRANSAMINASE_LIMIT: i32 = 40;
/// Upper limit of alkaline phosphatase.
pub(crate) const ALP_LIMIT: i32 = 120;

impl Workup {
    pub(crate) fn draw(day: Day, thorough: bool, liver: bool, line: u16, random: &mut Random) -> Self {
        let raised = liver && random.chance(0.25);
        let liver_test = |random: &mut Random| if raised { random.between(45, 190) } else { random.between(12, 38) };
        let ecog = random.weighted(&[(0, 0.45), (1, 0.42), (2, 0.1), (3, 0.03)]).unwrap_or(1);
        Self {
            day,
            ecog,
            bilirubin: if raised && random.chance(0.25) { random.between(14, 26) } else { random.between(3, 11) },
            ast: liver_test(random),
            alt: liver_test(random),
            alp: if raised { random.between(130, 330) } else { random.between(50, 115) },
            platelets: if line > 1 && random.chance(0.04) { random.between(60, 120) } else { random.between(150, 380) },
            neutrophils: random.between(18, 70),
            filtration: if random.chance(0.015) { random.between(18, 28) } else { random.between(48, 115) },
            potassium: random.between(36, 48),
            magnesium: thorough.then(|| random.between(72, 98)),
            qtc: thorough.then(|| random.between(395, 462)),
            lvef: random.chance(0.93),
            pregnancy_test: random.chance(0.9),
            dpyd_normal: thorough && (day >= Day::civil(2025, 10, 1) || random.chance(0.5)),
            ruled_out: thorough,
        }
    }
}
