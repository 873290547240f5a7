//! What happened when: the dated results and events that a reader puts on a line, in the order of days.
//!
//! Facts keep the latest value; a picture of the course and the measures of quality need the series. Only what bears a date
//! is here. Exposures and lines of therapy are not repeated: they stand in the therapy.

use rust_decimal::Decimal;

use crate::date::PartialDate;

/// The events of one patient, earliest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timeline {
    /// By the last day that the date can be, then kind and source.
    pub events: Vec<Event>,
}

/// Something that happened or was found on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// When.
    pub date: PartialDate,
    /// The result, the site or the act, in a word or as recorded.
    pub text: String,
    /// The number, where it is one.
    pub number: Option<Decimal>,
    /// The record entry.
    pub source: String,
}

/// Kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// First diagnosis of breast cancer.
    Diagnosis,
    /// HER2 of a specimen.
    Her2,
    /// Oestrogen receptor.
    Er,
    /// Progesterone receptor.
    Pr,
    /// A metastatic site, the first time that it is on record.
    Metastasis,
    /// A judgement of the disease or of the response.
    Response,
    /// Local therapy of the brain.
    BrainTherapy,
    /// Left ventricular ejection fraction, per cent.
    Lvef,
    /// Platelets.
    Platelets,
    /// Bilirubin, AST or ALT.
    LiverTest,
    /// DPYD.
    Dpyd,
    /// A statement or test on pregnancy.
    PregnancyTest,
    /// A dental examination.
    DentalExamination,
    /// An administration of a drug; the text is the drug's id.
    Dose,
}

impl Timeline {
    /// The events of one kind, earliest first.
    pub fn of(&self, kind: EventKind) -> impl DoubleEndedIterator<Item = &Event> {
        self.events.iter().filter(move |event| event.kind == kind)
    }
}
