//! Counts and follow-up times of the cohort, taken row by row.

use std::collections::BTreeMap;

use her2path::issue::Issue;
use her2path::knowledge::model::Knowledge;
use jiff::civil::Date;

use super::care::Care;
use crate::day;
use crate::row::{LineRow, Row};

/// How often each of several things occurs.
#[derive(Debug, Default, Clone)]
pub(crate) struct Counts(BTreeMap<String, u64>);

impl Counts {
    fn add(&mut self, name: &str) {
        match self.0.get_mut(name) {
            Some(count) => *count += 1,
            None => drop(self.0.insert(name.to_owned(), 1)),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Most frequent first.
    pub(crate) fn sorted(&self) -> Vec<(String, u64)> {
        let mut all: Vec<(String, u64)> = self.0.iter().map(|(name, count)| (name.clone(), *count)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all
    }

    /// The most frequent, the others as one.
    pub(crate) fn top(&self, limit: usize) -> Vec<(String, u64)> {
        let mut all = self.sorted();
        let rest: u64 = all.iter().skip(limit).map(|(_, count)| count).sum();
        let others = all.len().saturating_sub(limit);
        all.truncate(limit);
        if others > 0 {
            all.push((format!("{others} others"), rest));
        }
        all
    }
}

/// Follow-up of a group: months, and whether the event happened then.
#[derive(Debug, Default, Clone)]
pub(crate) struct Follow {
    pub(crate) time: Vec<f64>,
    pub(crate) event: Vec<bool>,
}

impl Follow {
    fn add(&mut self, from: Date, until: Date, event: bool) {
        let days = day::number(until) - day::number(from);
        if days >= 0 {
            self.time.push(f64::from(days) / DAYS_A_MONTH);
            self.event.push(event);
        }
    }
}

/// A twelfth of the mean Gregorian year.
const DAYS_A_MONTH: f64 = 365.2425 / 12.0;

/// Elements that the report looks for in every patient of the cohort.
const ELEMENTS: [(&str, &str); 12] = [
    ("patient.birth-date", "birth date"),
    ("metastasis.first-date", "day of metastatic disease"),
    ("metastasis.sites", "sites of metastases"),
    ("metastasis.origin", "origin of metastases"),
    ("er.status", "oestrogen receptor"),
    ("pr.status", "progesterone receptor"),
    ("stage.group", "stage group"),
    ("brain-metastases.status", "state of brain metastases"),
    ("lvef.latest", "ejection fraction"),
    ("ecog", "performance status"),
    ("menopausal-status", "menopausal status"),
    ("therapy.line", "line of therapy"),
];

/// A step from all patients to the cohort.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: String,
    /// How many are left.
    pub(crate) stay: u64,
    /// Who leaves before it, and how many.
    pub(crate) leave: Vec<(String, u64)>,
}

/// Counts of the whole cohort.
#[derive(Debug, Default)]
pub(crate) struct Census {
    ids: Vec<String>,
    elements: Vec<(usize, &'static str)>,
    all: u64,
    breast: u64,
    breast_not_recorded: u64,
    pub(crate) metastatic: u64,
    setting_unknown: u64,
    her2_unknown: u64,
    /// Patients with HER2-positive metastatic disease.
    pub(crate) cohort: u64,
    treated: u64,
    pub(crate) her2: Counts,
    pub(crate) subtype: Counts,
    pub(crate) hormone: Counts,
    pub(crate) origin: Counts,
    pub(crate) sites: Counts,
    pub(crate) brain: Counts,
    pub(crate) first_line: Counts,
    pub(crate) missing: Counts,
    pub(crate) drugs: Counts,
    /// Kinds of treatment line by line, and how many patients took that way.
    pub(crate) paths: BTreeMap<Vec<&'static str>, u64>,
    subtype_follow: BTreeMap<String, Follow>,
    period_follow: BTreeMap<&'static str, Follow>,
    line_follow: BTreeMap<u16, Follow>,
    next_follow: BTreeMap<u16, Follow>,
    pub(crate) care: Care,
    /// By severity and code: how often, and the first example.
    pub(crate) issues: BTreeMap<(String, String), (u64, String)>,
}

impl Census {
    pub(crate) fn new(knowledge: &Knowledge) -> Self {
        let ids: Vec<String> = knowledge.facts.iter().map(|fact| fact.id.to_string()).collect();
        let position = |id: &str| ids.iter().position(|known| known == id);
        let elements = ELEMENTS.iter().filter_map(|(id, name)| Some((position(id)?, *name))).collect();
        Self { ids, elements, ..Self::default() }
    }

    pub(crate) fn issue(&mut self, issue: &Issue) {
        self.note(issue.severity.as_str(), &issue.code, &issue.message);
    }

    fn note(&mut self, severity: &str, code: &str, message: &str) {
        let entry = self.issues.entry((severity.to_owned(), code.to_owned()));
        entry.or_insert_with(|| (0, message.to_owned())).0 += 1;
    }

    pub(crate) fn push(&mut self, row: &Row<'_>) {
        self.all += 1;
        for issue in &row.issues {
            self.note(issue.severity.as_str(), issue.code, issue.message);
            if issue.code == "drug-not-recognised" {
                self.drugs.add(issue.message.split('`').nth(1).unwrap_or_default());
            }
        }
        let position = |id: &str| self.ids.iter().position(|known| known == id);
        let find = |id: &str| {
            let position = position(id)?;
            row.facts.iter().find(|fact| usize::from(fact.fact) == position)
        };
        let value = |id: &str| find(id).map(|fact| fact.value);
        let day = |id: &str| find(id).and_then(|fact| fact.day);
        self.care.measures(&row.care);
        match value("disease.breast-cancer") {
            None | Some("not-recorded") => self.breast_not_recorded += 1,
            Some(_) => self.breast += 1,
        }
        match value("disease.setting") {
            Some("metastatic") => {}
            Some("not-metastatic") => return,
            _ => {
                if !matches!(value("disease.breast-cancer"), None | Some("not-recorded")) {
                    self.setting_unknown += 1;
                }
                return;
            }
        }
        let found = day("metastasis.first-date");
        let death = day("patient.death-date");
        let deceased = value("patient.deceased") == Some("yes");
        let end = death.or(row.last_day.filter(|_| !deceased));
        let subtype = value("subtype").unwrap_or("not known").to_owned();
        let her2 = value("her2.status").unwrap_or("not known").to_owned();
        let [hormone, origin, brain] = ["hormone-receptor.status", "metastasis.origin", "brain-metastases.status"]
            .map(|id| value(id).unwrap_or("not known").to_owned());
        let sites: Vec<String> = match value("metastasis.sites") {
            None => vec!["not known".to_owned()],
            Some(sites) => sites.split(", ").map(str::to_owned).collect(),
        };
        let missing: Vec<&str> = self
            .elements
            .iter()
            .filter(|(position, _)| !row.facts.iter().any(|fact| usize::from(fact.fact) == *position))
            .map(|(_, name)| *name)
            .collect();
        self.metastatic += 1;
        self.subtype.add(&subtype);
        self.her2.add(&her2);
        if let Some((from, until)) = found.zip(end) {
            self.subtype_follow.entry(subtype).or_default().add(from, until, death.is_some());
        }
        if her2 != "positive" {
            self.her2_unknown += u64::from(her2 != "negative");
            return;
        }
        self.cohort += 1;
        self.hormone.add(&hormone);
        self.origin.add(&origin);
        self.brain.add(&brain);
        for site in &sites {
            self.sites.add(site);
        }
        for name in missing {
            self.missing.add(name);
        }
        if let Some((from, until)) = found.zip(end) {
            self.period_follow.entry(period(from)).or_default().add(from, until, death.is_some());
        }
        self.lines(row, death, end);
        self.care.lines(&row.lines);
        if !deceased {
            self.care.checks(&row.care);
        }
    }

    fn lines(&mut self, row: &Row<'_>, death: Option<Date>, end: Option<Date>) {
        self.treated += u64::from(!row.lines.is_empty());
        if let Some(first) = row.lines.first() {
            self.first_line.add(first.drugs);
        }
        let path: Vec<&'static str> = row.lines.iter().take(4).map(kind).collect();
        *self.paths.entry(path).or_default() += 1;
        for (position, line) in row.lines.iter().enumerate() {
            let Some(start) = line.start else { continue };
            let next = row.lines.get(position + 1).and_then(|line| line.start);
            if let Some(end) = end {
                self.line_follow.entry(line.number).or_default().add(start, end, death.is_some());
            }
            let until = next.map(|day| (day, true)).or_else(|| end.map(|day| (day, death.is_some())));
            if let Some((until, event)) = until {
                self.next_follow.entry(line.number).or_default().add(start, until, event);
            }
        }
    }

    /// Steps from all patients to the cohort: who stays, and who leaves, with how many.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let left = |name: &str, count: u64| (name.to_owned(), count);
        let step = |name: &str, stay: u64, leave| Step { name: name.to_owned(), stay, leave };
        let not_metastatic = self.breast.saturating_sub(self.metastatic + self.setting_unknown);
        let negative = self.metastatic.saturating_sub(self.cohort + self.her2_unknown);
        vec![
            step("Patients in the input", self.all, Vec::new()),
            step(
                "Breast cancer on record",
                self.breast,
                vec![left("no breast cancer recorded", self.breast_not_recorded)],
            ),
            step(
                "Metastatic disease",
                self.metastatic,
                vec![
                    left("not metastatic", not_metastatic),
                    left("not known whether metastatic", self.setting_unknown),
                ],
            ),
            step(
                "HER2-positive metastatic disease: the cohort",
                self.cohort,
                vec![left("HER2-negative", negative), left("HER2 not settled or not known", self.her2_unknown)],
            ),
            step(
                "With a line of therapy on record",
                self.treated,
                vec![left("no line on record", self.cohort.saturating_sub(self.treated))],
            ),
        ]
    }

    pub(crate) fn by_subtype(&self) -> Vec<(String, Follow)> {
        self.subtype_follow.iter().map(|(name, follow)| (name.clone(), follow.clone())).collect()
    }

    pub(crate) fn by_period(&self) -> Vec<(String, Follow)> {
        self.period_follow.iter().map(|(name, follow)| ((*name).to_owned(), follow.clone())).collect()
    }

    pub(crate) fn by_line(&self) -> Vec<(String, Follow)> {
        named(&self.line_follow)
    }

    pub(crate) fn next_treatment(&self) -> Vec<(String, Follow)> {
        named(&self.next_follow)
    }
}

fn named(follow: &BTreeMap<u16, Follow>) -> Vec<(String, Follow)> {
    follow.iter().take(5).map(|(number, follow)| (format!("line {number}"), follow.clone())).collect()
}

/// Periods that begin with a first approval in the United States: pertuzumab (2012-06), trastuzumab deruxtecan (2019-12).
fn period(found: Date) -> &'static str {
    match found.year() {
        ..2012 => "before 2012",
        2012..2020 => "2012 to 2019",
        2020.. => "2020 and later",
    }
}

/// The kind of a line by the drug that marks it.
fn kind(line: &LineRow<'_>) -> &'static str {
    let drugs: Vec<&str> = line.drugs.split(" + ").collect();
    let has = |name: &str| drugs.contains(&name);
    if has("trastuzumab-deruxtecan") {
        "T-DXd"
    } else if has("trastuzumab-emtansine") {
        "T-DM1"
    } else if has("tucatinib") {
        "tucatinib"
    } else if has("trastuzumab") && has("pertuzumab") {
        "trastuzumab + pertuzumab"
    } else if line.her2 {
        "other HER2-directed"
    } else if line.chemo {
        "chemotherapy alone"
    } else if line.endocrine {
        "endocrine alone"
    } else {
        "other"
    }
}
