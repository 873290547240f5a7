//! `labels/*.toml`, `trials/*.toml`, `monographs/*.toml`, `monitoring/*.toml` and `quality.toml`.

use jiff::civil::Date;

use crate::model::{Evidence, Jurisdiction};
use crate::read::citations::EVIDENCE;
use crate::read::recommendations::{JURISDICTIONS, RawCriterion, criteria};
use crate::source::{Located, Location, Sink};
use crate::table::Section;

type Text = Located<String>;

/// Everything of these files.
#[derive(Default)]
pub(crate) struct RawMedicine {
    pub(crate) coverage: Vec<(Option<Jurisdiction>, Option<Located<Date>>)>,
    pub(crate) labels: Vec<RawLabel>,
    pub(crate) trials: Vec<RawTrial>,
    pub(crate) monographs: Vec<RawMonograph>,
    pub(crate) checks: Vec<RawCheck>,
    pub(crate) measures: Vec<RawMeasure>,
}

/// How an entry is known, and where it stands.
pub(crate) struct RawOrigin {
    pub(crate) evidence: Option<Evidence>,
    pub(crate) cites: Vec<Text>,
    pub(crate) at: Location,
}

pub(crate) struct RawLabel {
    pub(crate) id: Text,
    pub(crate) jurisdiction: Option<Jurisdiction>,
    pub(crate) regimen: Vec<Text>,
    pub(crate) optional: Vec<Text>,
    pub(crate) statement: Text,
    pub(crate) granted: Option<Located<Date>>,
    pub(crate) pending_since: Option<Located<Date>>,
    pub(crate) ended: Option<Located<Date>>,
    pub(crate) when: Vec<RawCriterion>,
    pub(crate) conditions: Vec<Text>,
    pub(crate) origin: RawOrigin,
}

pub(crate) struct RawTrial {
    pub(crate) id: Text,
    pub(crate) name: Text,
    pub(crate) phase: Text,
    pub(crate) setting: Text,
    pub(crate) population: Text,
    pub(crate) arm: Text,
    /// The optional texts, in the order of [`TRIAL_TEXTS`].
    pub(crate) texts: Vec<Option<Text>>,
    pub(crate) pfs: Vec<(Text, Text)>,
    pub(crate) os: Vec<(Text, Text)>,
    pub(crate) verification: Text,
    pub(crate) origin: RawOrigin,
}

/// The texts of a trial that may be left out.
pub(crate) const TRIAL_TEXTS: [&str; 10] = [
    "registry",
    "control",
    "patients",
    "control-patients",
    "endpoint",
    "response",
    "control-response",
    "brain",
    "harms",
    "note",
];

/// The keys of `pfs` and `os`.
pub(crate) const ENDPOINT_KEYS: [&str; 6] =
    ["median", "interval", "control", "control-interval", "ratio", "ratio-interval"];

pub(crate) struct RawMonograph {
    pub(crate) drug: Text,
    pub(crate) doses: Vec<(Text, Text)>,
    pub(crate) before: Vec<Text>,
    pub(crate) monitor: Vec<(Text, Text)>,
    pub(crate) hold: Vec<(Text, Text)>,
    pub(crate) levels: Vec<Text>,
    pub(crate) warnings: Vec<Text>,
    pub(crate) contraindications: Vec<Text>,
    pub(crate) notes: Vec<Text>,
    pub(crate) interactions: Vec<Text>,
    pub(crate) verification: Text,
    pub(crate) origin: RawOrigin,
}

pub(crate) struct RawCheck {
    pub(crate) id: Text,
    pub(crate) test: Text,
    pub(crate) plain: Text,
    pub(crate) drugs: Vec<Text>,
    pub(crate) when: Vec<RawCriterion>,
    pub(crate) last: Vec<Text>,
    pub(crate) critical_if: Vec<RawCriterion>,
    pub(crate) rhythm: Option<RawRhythm>,
    pub(crate) days: Option<Located<i64>>,
    pub(crate) months: Option<Located<i64>>,
    pub(crate) since: Option<Located<Date>>,
    pub(crate) basis: Text,
    pub(crate) origin: RawOrigin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RawRhythm {
    Once,
    EveryCycle,
    Every,
}

pub(crate) struct RawMeasure {
    pub(crate) id: Text,
    pub(crate) title: Text,
    pub(crate) numerator: Text,
    pub(crate) denominator: Text,
    pub(crate) exclusions: Text,
    pub(crate) published: Option<bool>,
    pub(crate) unanswerable: Option<Text>,
    pub(crate) origin: RawOrigin,
}

const RHYTHMS: &[(&str, RawRhythm)] =
    &[("once", RawRhythm::Once), ("every-cycle", RawRhythm::EveryCycle), ("every", RawRhythm::Every)];
const KINDS: &[(&str, bool)] = &[("published", true), ("internal", false)];

pub(crate) fn labels(file: Section<'_>, sink: &Sink<'_>, raw: &mut RawMedicine) {
    file.text("title");
    raw.coverage.push((file.choice("jurisdiction", JURISDICTIONS), file.date("covered-until")));
    let jurisdiction = raw.coverage.last().and_then(|(jurisdiction, _)| *jurisdiction);
    for section in file.sections("label") {
        let label = RawLabel {
            id: section.text("id"),
            jurisdiction,
            regimen: section.texts("regimen"),
            optional: section.texts("optional"),
            statement: section.text("statement"),
            granted: section.optional_date("granted"),
            pending_since: section.optional_date("pending-since"),
            ended: section.optional_date("ended"),
            when: criteria(&section, "when", sink),
            conditions: section.texts("conditions"),
            origin: origin(&section),
        };
        section.finish();
        raw.labels.push(label);
    }
    file.finish();
}

pub(crate) fn trials(file: Section<'_>, raw: &mut RawMedicine) {
    file.text("title");
    for section in file.sections("trial") {
        let trial = RawTrial {
            id: section.text("id"),
            name: section.text("name"),
            phase: section.text("phase"),
            setting: section.text("setting"),
            population: section.text("population"),
            arm: section.text("arm"),
            texts: TRIAL_TEXTS.iter().map(|key| section.optional_text(key)).collect(),
            pfs: section.text_map("pfs"),
            os: section.text_map("os"),
            verification: section.text("verification"),
            origin: origin(&section),
        };
        section.finish();
        raw.trials.push(trial);
    }
    file.finish();
}

pub(crate) fn monographs(file: Section<'_>, raw: &mut RawMedicine) {
    raw.monographs.push(RawMonograph {
        drug: file.text("drug"),
        doses: file.text_map("doses"),
        before: file.texts("before"),
        monitor: file.text_map("monitor"),
        hold: file.text_map("hold"),
        levels: file.texts("levels"),
        warnings: file.texts("warnings"),
        contraindications: file.texts("contraindications"),
        notes: file.texts("notes"),
        interactions: file.texts("interactions"),
        verification: file.text("verification"),
        origin: origin(&file),
    });
    file.finish();
}

pub(crate) fn checks(file: Section<'_>, sink: &Sink<'_>, raw: &mut RawMedicine) {
    file.text("title");
    for section in file.sections("check") {
        let number = |key| if section.has(key) { section.integer(key) } else { None };
        let check = RawCheck {
            id: section.text("id"),
            test: section.text("test"),
            plain: section.text("plain"),
            drugs: section.texts("drugs"),
            when: criteria(&section, "when", sink),
            last: section.texts("last"),
            critical_if: criteria(&section, "critical-if", sink),
            rhythm: section.choice("rhythm", RHYTHMS),
            days: number("days"),
            months: number("months"),
            since: section.optional_date("since"),
            basis: section.text("basis"),
            origin: origin(&section),
        };
        section.finish();
        raw.checks.push(check);
    }
    file.finish();
}

pub(crate) fn measures(file: Section<'_>, raw: &mut RawMedicine) {
    file.text("title");
    for section in file.sections("measure") {
        let measure = RawMeasure {
            id: section.text("id"),
            title: section.text("title"),
            numerator: section.text("numerator"),
            denominator: section.text("denominator"),
            exclusions: section.text("exclusions"),
            published: section.choice("kind", KINDS),
            unanswerable: section.optional_text("unanswerable"),
            origin: origin(&section),
        };
        section.finish();
        raw.measures.push(measure);
    }
    file.finish();
}

fn origin(section: &Section<'_>) -> RawOrigin {
    RawOrigin {
        evidence: section.choice("evidence", EVIDENCE),
        cites: section.texts("cites"),
        at: section.at().clone(),
    }
}
