//! The columns of every table, with type, unit and meaning.

use arrow_schema::{DataType, Field};

use super::Table;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// One of few texts, dictionary-encoded.
    Code,
    /// A whole number, 32 bits.
    Integer,
    /// A number for statistics, 64 bits.
    Number,
    /// True or false.
    Boolean,
    /// A day (`date32`).
    Day,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a value may be missing, which means that it is not known or does not apply.
    pub nullable: bool,
    /// UCUM unit, or nothing.
    pub unit: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// The fact it shows, for columns of `assessments` that show one.
    pub fact: Option<&'static str>,
}

impl Column {
    pub(super) fn field(&self) -> Field {
        let kind = match self.kind {
            Kind::Text => DataType::Utf8,
            Kind::Code => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            Kind::Integer => DataType::Int32,
            Kind::Number => DataType::Float64,
            Kind::Boolean => DataType::Boolean,
            Kind::Day => DataType::Date32,
        };
        Field::new(self.name, kind, self.nullable)
    }
}

/// A table and its columns.
#[derive(Debug, Clone, Copy)]
pub struct TableSpec {
    /// Which.
    pub table: Table,
    /// What a row is, and how rows are sorted.
    pub rows: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
}

/// The columns of a table.
#[must_use]
pub fn columns(table: Table) -> &'static [Column] {
    TABLES.iter().find(|spec| spec.table == table).map_or(&[], |spec| spec.columns)
}

const fn required(name: &'static str, kind: Kind, meaning: &'static str) -> Column {
    Column { name, kind, nullable: false, unit: "", meaning, fact: None }
}

const fn optional(name: &'static str, kind: Kind, meaning: &'static str) -> Column {
    Column { name, kind, nullable: true, unit: "", meaning, fact: None }
}

const fn fact(name: &'static str, kind: Kind, fact: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, nullable: true, unit: "", meaning, fact: Some(fact) }
}

const fn measured(name: &'static str, unit: &'static str, fact: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Number, nullable: true, unit, meaning, fact: Some(fact) }
}

const PATIENT: Column = required("patient_id", Kind::Text, "`Patient.id`, or what references to the patient say");

/// All tables.
pub const TABLES: [TableSpec; 5] = [
    TableSpec {
        table: Table::Assessments,
        rows: "One row a patient, sorted by `patient_id`.",
        columns: &[
            PATIENT,
            fact("birth_date", Kind::Text, "patient.birth-date", "birth date as precisely as it is recorded"),
            Column {
                unit: "a",
                ..fact("age", Kind::Integer, "patient.age", "age on the day of the assessment, or at death")
            },
            fact("sex", Kind::Code, "patient.sex", "administrative sex"),
            fact(
                "deceased",
                Kind::Boolean,
                "patient.deceased",
                "whether the patient has died by the day of the assessment",
            ),
            optional("death_day", Kind::Day, "day of death; the first day of a month or year recorded without day"),
            optional(
                "last_day",
                Kind::Day,
                "last day on which a fact or a drug shows the patient in care; follow-up surely reaches until then",
            ),
            fact("disease_setting", Kind::Code, "disease.setting", "metastatic, not-metastatic or unknown"),
            fact("metastasis_origin", Kind::Code, "metastasis.origin", "the primary that the metastases come from"),
            optional("metastasis_day", Kind::Day, "day on which metastatic disease was first recorded"),
            fact("metastasis_sites", Kind::Text, "metastasis.sites", "sites, separated by `, `"),
            fact("her2_status", Kind::Code, "her2.status", "HER2 status of the governing specimen"),
            fact("her2_category", Kind::Code, "her2.category", "HER2 category for treatment"),
            fact("er_status", Kind::Code, "er.status", "oestrogen receptor"),
            fact("pr_status", Kind::Code, "pr.status", "progesterone receptor"),
            fact("hormone_receptor_status", Kind::Code, "hormone-receptor.status", "either receptor"),
            fact("subtype", Kind::Code, "subtype", "subtype by receptors"),
            fact("stage_group", Kind::Code, "stage.group", "stage group"),
            fact("brain_metastases_status", Kind::Code, "brain-metastases.status", "state of brain metastases"),
            fact("therapy_line", Kind::Integer, "therapy.line", "the line being decided on the day of the assessment"),
            required("lines", Kind::Integer, "lines of therapy for metastatic disease on record"),
            measured("lvef", "%", "lvef.latest", "latest left ventricular ejection fraction"),
            fact("ecog", Kind::Integer, "ecog", "latest ECOG performance status"),
            required("recommended", Kind::Integer, "recommendations that stand"),
            required("needs_data", Kind::Integer, "recommendations that a missing fact leaves open"),
            required("contraindicated", Kind::Integer, "recommendations that a contraindication forbids"),
            required("issues", Kind::Integer, "rows of this patient in `issues`"),
        ],
    },
    TableSpec {
        table: Table::Facts,
        rows: "One row a known fact, sorted by `patient_id`, then in the order of the data dictionary. A fact without a row is not known.",
        columns: &[
            PATIENT,
            required("fact_id", Kind::Code, "id in the data dictionary"),
            required("value", Kind::Text, "the value as output prints it"),
            optional(
                "number",
                Kind::Number,
                "the value as a number, in the unit of the dictionary; missing for bounds such as `<40`",
            ),
            optional("unit", Kind::Code, "UCUM unit of the dictionary"),
            optional(
                "date",
                Kind::Text,
                "clinically relevant date as precisely as it is recorded; for dates, the date itself",
            ),
            optional("day", Kind::Day, "the first day of that date"),
            required("kind", Kind::Code, "asserted by the record, or inferred"),
            required("sources", Kind::Text, "entries of the record and facts behind it, separated by spaces"),
        ],
    },
    TableSpec {
        table: Table::Lines,
        rows: "One row a line of therapy for metastatic disease, sorted by `patient_id` and `number`.",
        columns: &[
            PATIENT,
            required("number", Kind::Integer, "from 1"),
            required("drugs", Kind::Text, "ids of its drugs in the order in which they were begun, separated by ` + `"),
            optional("start", Kind::Day, "first day"),
            optional("end", Kind::Day, "last day; missing while it goes on"),
            required("ongoing", Kind::Boolean, "whether it goes on"),
            optional("maintenance_from", Kind::Day, "day on which its cytotoxic drugs ended while others went on"),
            optional("end_reason", Kind::Code, "why it ended"),
            required("her2", Kind::Boolean, "holds a HER2-directed drug"),
            required("chemo", Kind::Boolean, "holds a cytotoxic drug other than the payload of a HER2 conjugate"),
            required("endocrine", Kind::Boolean, "was begun with an endocrine drug"),
            required("unknown_agent", Kind::Boolean, "holds a drug of a trial, or one that the record does not name"),
            Column {
                unit: "d",
                ..optional("days_to_next", Kind::Integer, "days from its start to that of the next line")
            },
            optional(
                "concordance",
                Kind::Code,
                "against the options of the day on which it began: concordant, not-among-the-options or cannot-be-said",
            ),
            optional("concordance_reason", Kind::Code, "the kind of reason for that answer"),
        ],
    },
    TableSpec {
        table: Table::Recommendations,
        rows: "One row a recommendation of a chapter that has something to say, sorted by `patient_id`, then in the order of the guideline. A recommendation without a row is not applicable.",
        columns: &[
            PATIENT,
            required("recommendation_id", Kind::Code, "id in the guideline"),
            required("chapter", Kind::Code, "chapter of the guideline"),
            optional("option", Kind::Code, "code of the option"),
            required("outcome", Kind::Code, "recommended, needs-data or contraindicated"),
            optional(
                "missing",
                Kind::Text,
                "for needs-data: the first of the smallest sets of missing facts, separated by `, `",
            ),
        ],
    },
    TableSpec {
        table: Table::Issues,
        rows: "One row a defect of the input. First those that are no patient's, then by `patient_id`; worst first.",
        columns: &[
            optional("patient_id", Kind::Text, "the patient, where the defect concerns one"),
            required("severity", Kind::Code, "fatal, error, warning or information (FHIR `issue-severity`)"),
            required("code", Kind::Code, "what kind of defect"),
            required("message", Kind::Text, "what is wrong, and what would remedy it"),
            optional("source", Kind::Text, "the resource, or file and line"),
        ],
    },
];
