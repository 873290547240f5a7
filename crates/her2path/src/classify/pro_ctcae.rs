//! PRO-CTCAE: composite grades of symptoms that patients report (Basch E, et al. Clin Trials 2020; lookup table as
//! implemented in the R package ProAE 1.0.4).
//!
//! A symptom is asked by up to three attributes, each answered 0 to 4: frequency, severity, and interference with usual
//! activities (or amount). Which attributes belong to an item decides the table. Items answered by yes or no have no
//! composite grade.
//!
//! Deliberately absent: the wording of the items, which is the National Cancer Institute's.

/// What an answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute {
    /// How often: never, rarely, occasionally, frequently, almost constantly.
    Frequency,
    /// How strong: none, mild, moderate, severe, very severe.
    Severity,
    /// How much it interferes, or its amount: not at all, a little bit, somewhat, quite a bit, very much.
    Interference,
}

/// The answers to one item, 0 to 4; `None` where an attribute is not asked or was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Answers {
    /// Frequency.
    pub frequency: Option<u8>,
    /// Severity.
    pub severity: Option<u8>,
    /// Interference or amount.
    pub interference: Option<u8>,
}

impl Answers {
    /// The answer to one attribute.
    #[must_use]
    pub fn get(&self, attribute: Attribute) -> Option<u8> {
        match attribute {
            Attribute::Frequency => self.frequency,
            Attribute::Severity => self.severity,
            Attribute::Interference => self.interference,
        }
    }

    /// Sets the answer to one attribute.
    pub fn set(&mut self, attribute: Attribute, answer: u8) {
        let slot = match attribute {
            Attribute::Frequency => &mut self.frequency,
            Attribute::Severity => &mut self.severity,
            Attribute::Interference => &mut self.interference,
        };
        *slot = Some(answer);
    }
}

/// The attributes of an item by its number (1 to 80), in the order of its parts A, B and C. Empty for items answered by
/// yes or no, and for numbers that are no item.
#[must_use]
pub fn attributes(item: u8) -> &'static [Attribute] {
    use Attribute::{Frequency, Interference, Severity};
    match item {
        16 | 67 => &[Frequency],
        1 | 2 | 4 | 6 | 7 | 15 | 21 | 25 | 26 | 28 | 30 | 36 | 45 | 60 | 61 | 66 | 68 | 71 | 72 | 80 => &[Severity],
        27 | 59 => &[Interference],
        9 | 10 | 11 | 13 | 14 | 23 | 74 | 75 | 77 | 78 => &[Frequency, Severity],
        18 | 62 | 63 | 65 => &[Frequency, Interference],
        3 | 8 | 19 | 20 | 39 | 40 | 41 | 44 | 46 | 47 | 52 | 53 => &[Severity, Interference],
        17 | 22 | 48 | 49 | 50 | 51 | 54 | 55 | 56 => &[Frequency, Severity, Interference],
        _ => &[],
    }
}

/// What an item with a composite grade is about, by its number; empty for others.
#[must_use]
pub fn name(item: u8) -> &'static str {
    match item {
        1 => "dry mouth",
        2 => "difficulty swallowing",
        3 => "mouth or throat sores",
        4 => "skin cracking at corners of mouth",
        6 => "hoarse voice",
        7 => "problems tasting",
        8 => "decreased appetite",
        9 => "nausea",
        10 => "vomiting",
        11 => "heartburn",
        13 => "bloating of abdomen",
        14 => "hiccups",
        15 => "constipation",
        16 => "diarrhea",
        17 => "pain in abdomen",
        18 => "loss of bowel control",
        19 => "shortness of breath",
        20 => "cough",
        21 => "wheezing",
        22 => "arm or leg swelling",
        23 => "pounding/racing heartbeat",
        25 => "dry skin",
        26 => "acne/pimples",
        27 => "hair loss",
        28 => "itchy skin",
        30 => "hand-foot syndrome",
        36 => "radiation burns",
        39 => "numbness/tingling in hands/feet",
        40 => "dizziness",
        41 => "blurry vision",
        44 => "watery eyes",
        45 => "ringing in ears",
        46 => "concentration problems",
        47 => "memory problems",
        48 => "pain",
        49 => "headache",
        50 => "aching muscles",
        51 => "aching joints",
        52 => "insomnia",
        53 => "fatigue",
        54 => "anxiety",
        55 => "nothing could cheer you up",
        56 => "sad/unhappy feelings",
        59 => "unusual vaginal discharge",
        60 => "vaginal dryness",
        61 => "pain/burning with urination",
        62 => "urinary urgency",
        63 => "frequent urination",
        65 => "loss of urine control",
        66 => "erection difficulty",
        67 => "ejaculation problems",
        68 => "decreased sexual interest",
        71 => "pain during vaginal sex",
        72 => "breast enlargement/tenderness",
        74 => "chills",
        75 => "excessive sweating",
        77 => "hot flashes",
        78 => "nosebleeds",
        80 => "body odor",
        _ => "",
    }
}

/// The composite grade, 0 to 3, of an item with these attributes. `None` where a needed answer is missing or is not 0 to
/// 4. The first attribute is the gate: where it is 0, the grade is 0 and the others were not asked.
#[must_use]
pub fn composite_grade(attributes: &[Attribute], answers: Answers) -> Option<u8> {
    use Attribute::{Frequency, Interference, Severity};
    let first = answers.get(*attributes.first()?)?;
    if first == 0 {
        return Some(0);
    }
    let row: &[u8; 5] = match attributes {
        [Frequency] => &FREQUENCY,
        [Severity] => &SEVERITY,
        [Interference] => &INTERFERENCE,
        [Frequency, Severity] => at(&FREQUENCY_SEVERITY, first)?,
        [Frequency, Interference] => at(&FREQUENCY_INTERFERENCE, first)?,
        [Severity, Interference] => at(&SEVERITY_INTERFERENCE, first)?,
        [Frequency, Severity, Interference] => {
            let rows = ALL.get(usize::from(first).checked_sub(1)?)?;
            rows.get(usize::from(answers.severity?))?
        }
        _ => return None,
    };
    let last = answers.get(*attributes.last()?)?;
    row.get(usize::from(last)).copied()
}

/// The row of a first answer of 1 to 4.
fn at(rows: &[[u8; 5]; 4], first: u8) -> Option<&[u8; 5]> {
    rows.get(usize::from(first).checked_sub(1)?)
}

const FREQUENCY: [u8; 5] = [0, 1, 1, 2, 3];
const SEVERITY: [u8; 5] = [0, 1, 2, 3, 3];
const INTERFERENCE: [u8; 5] = [0, 1, 1, 2, 2];
const FREQUENCY_SEVERITY: [[u8; 5]; 4] = [[1, 1, 1, 2, 2], [1, 1, 2, 2, 2], [1, 1, 2, 3, 3], [1, 1, 2, 3, 3]];
const FREQUENCY_INTERFERENCE: [[u8; 5]; 4] = [[1, 1, 1, 2, 2], [1, 1, 1, 2, 2], [1, 1, 2, 3, 3], [1, 1, 2, 3, 3]];
const SEVERITY_INTERFERENCE: [[u8; 5]; 4] = [[1, 1, 1, 2, 2], [1, 1, 2, 2, 3], [1, 2, 2, 3, 3], [2, 2, 2, 3, 3]];
/// By frequency 1 to 4, then severity 0 to 4, then interference 0 to 4.
const ALL: [[[u8; 5]; 5]; 4] = [
    [[0, 1, 1, 2, 2], [1, 1, 1, 2, 2], [1, 2, 2, 2, 3], [2, 2, 2, 3, 3], [2, 2, 3, 3, 3]],
    [[0, 1, 1, 2, 2], [1, 1, 1, 2, 2], [2, 2, 2, 3, 3], [2, 2, 2, 3, 3], [2, 2, 3, 3, 3]],
    [[1, 1, 1, 2, 2], [1, 1, 1, 2, 2], [2, 2, 2, 3, 3], [2, 2, 3, 3, 3], [2, 2, 3, 3, 3]],
    [[1, 1, 1, 2, 2], [1, 1, 2, 2, 3], [2, 2, 2, 3, 3], [2, 2, 3, 3, 3], [2, 2, 3, 3, 3]],
];
