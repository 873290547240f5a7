//! Diagnosis: is it HER2-positive, hormone-receptor-positive, metastatic, where, what stage?

use her2path_knowledge::model::Knowledge;

use super::{Opening, headline};
use crate::assessment::{Finding, spoken};
use crate::chart::Chart;
use crate::chart::inferred::{code, code_of};
use crate::chart::value::Value;
use crate::classify::governing::Site;
use crate::guideline::Fact;

pub(super) fn open(chart: &Chart, knowledge: &Knowledge) -> Opening {
    // A finding of the breast is to be followed up whether or not a cancer is known.
    let applicable = breast_cancer(chart) || chart.facts.get(Fact::BiradsCategory).is_some();
    let mut summary = headline::headline(&chart.facts);
    if !breast_cancer(chart)
        && let Some(task) = imaging_task(chart)
    {
        summary = format!("{summary}; {task}");
    }
    // Findings that ask for something, such as an inherited variant, are shown without breast cancer too.
    Opening { applicable, summary, findings: findings(chart, knowledge) }
}

/// What breast imaging leaves open, where no tissue of that breast answered it.
fn imaging_task(chart: &Chart) -> Option<String> {
    let category = code_of(&chart.facts, Fact::BiradsCategory)?;
    let later = chart.facts.get(Fact::BiradsPathologyLater).map(|statement| &statement.value);
    let answered = later == Some(&Value::Boolean(true));
    let side = code_of(&chart.facts, Fact::BiradsSide).map(|side| format!(" of the {side} breast")).unwrap_or_default();
    (!answered && !matches!(category, "1" | "2")).then(|| format!("BI-RADS {category}{side} is to be followed up"))
}

fn breast_cancer(chart: &Chart) -> bool {
    !matches!(code_of(&chart.facts, Fact::DiseaseBreastCancer), None | Some("not-recorded"))
}

/// What is found, topic by topic: the leading fact first, the others with a label. A topic without any fact is left to
/// "what is missing".
fn findings(chart: &Chart, knowledge: &Knowledge) -> Vec<Finding> {
    const TOPICS: [(&str, &[(&str, Fact)]); 13] = [
        (
            "HER2",
            &[
                ("", Fact::Her2Status),
                ("IHC", Fact::Her2Ihc),
                ("ISH", Fact::Her2Ish),
                ("for eligibility", Fact::Her2Category),
                ("specimen", Fact::Her2SpecimenSite),
                ("remarks", Fact::Her2Flags),
            ],
        ),
        ("Oestrogen receptor", &[("", Fact::ErStatus), ("stained", Fact::ErPercent)]),
        ("Progesterone receptor", &[("", Fact::PrStatus), ("stained", Fact::PrPercent)]),
        ("Subtype", &[("", Fact::Subtype), ("remarks", Fact::HormoneReceptorFlags)]),
        (
            "Setting",
            &[
                ("", Fact::DiseaseSetting),
                ("presentation", Fact::DiseasePresentation),
                ("first diagnosis", Fact::DiseasePrimaryDate),
                ("on record by", Fact::DiseasePrimaryRecorded),
                ("first metastasis", Fact::MetastasisFirstDate),
                ("metastases on record by", Fact::MetastasisRecorded),
            ],
        ),
        (
            "Metastases",
            &[
                ("", Fact::MetastasisSites),
                ("primary", Fact::MetastasisOrigin),
                ("brain", Fact::BrainMetastasesStatus),
                ("visceral", Fact::MetastasisVisceral),
                ("bone only", Fact::MetastasisBoneOnly),
                ("oligometastatic", Fact::MetastasisOligometastatic),
            ],
        ),
        (
            "Anatomic stage",
            &[
                ("", Fact::StageGroup),
                ("", Fact::StageT),
                ("", Fact::StageN),
                ("", Fact::StageM),
                ("if M0", Fact::StageProvisional),
                ("recorded as", Fact::StageRecorded),
                ("remarks", Fact::StageFlags),
            ],
        ),
        (
            "Course",
            &[
                ("", Fact::DiseaseStatus),
                ("signs of progression", Fact::DiseaseProgressionSign),
                ("RECIST", Fact::ResponseRecist),
                ("recorded", Fact::ResponseRecorded),
                ("worked out", Fact::ResponseComputed),
                ("target lesions", Fact::ResponseTarget),
                ("remarks", Fact::ResponseFlags),
            ],
        ),
        ("Tumour", &[("side", Fact::DiseaseLaterality), ("grade", Fact::HistologyGrade), ("size", Fact::TumorSize)]),
        ("Performance", &[("ECOG", Fact::Ecog), ("Karnofsky", Fact::Karnofsky)]),
        ("Heart", &[("LVEF", Fact::LvefLatest), ("baseline", Fact::LvefBaseline), ("fall", Fact::LvefFall)]),
        (
            "Germline BRCA1/2",
            &[("", Fact::GermlineBrca), ("BRCA1", Fact::GermlineBrca1), ("BRCA2", Fact::GermlineBrca2)],
        ),
        (
            "Breast imaging",
            &[
                ("BI-RADS", Fact::BiradsCategory),
                ("breast", Fact::BiradsSide),
                ("tissue of that breast since", Fact::BiradsPathologyLater),
                ("other breast BI-RADS", Fact::BiradsOtherCategory),
                ("side", Fact::BiradsOtherSide),
                ("tissue of it since", Fact::BiradsOtherPathologyLater),
            ],
        ),
    ];
    let mut findings: Vec<Finding> = TOPICS
        .into_iter()
        .filter_map(|(title, facts)| {
            let stated = || facts.iter().filter(|(_, fact)| worth_saying(chart, *fact));
            let leading = facts.first().map(|(_, fact)| *fact);
            let parts: Vec<String> =
                stated().map(|(label, fact)| part(chart, knowledge, label, *fact, leading == Some(*fact))).collect();
            (!parts.is_empty()).then(|| Finding {
                title: title.to_owned(),
                text: parts.join("; "),
                facts: stated().map(|(_, fact)| fact.index()).collect(),
            })
        })
        .collect();
    findings.extend(specimens(chart));
    findings
}

/// Empty lists of remarks, placeholders without a reason and answers that do not arise are not findings.
fn worth_saying(chart: &Chart, fact: Fact) -> bool {
    let Some(statement) = chart.facts.get(fact) else { return false };
    let metastatic = code_of(&chart.facts, Fact::DiseaseSetting) == Some("metastatic");
    match fact {
        Fact::Her2Status | Fact::DiseaseSetting => true,
        Fact::Subtype => breast_cancer(chart),
        Fact::MetastasisVisceral | Fact::MetastasisBoneOnly | Fact::MetastasisOligometastatic => metastatic,
        Fact::DiseasePresentation => metastatic,
        Fact::Her2SpecimenSite => code_of(&chart.facts, fact) != Some("unknown"),
        Fact::Her2Ish => code_of(&chart.facts, fact) != Some("none"),
        Fact::Her2Category => code_of(&chart.facts, Fact::Her2Status) == Some("negative"),
        _ => match &statement.value {
            Value::Codes(_) if fact == Fact::MetastasisSites => true,
            value @ Value::Codes(_) => remarks(chart, fact, value) != Value::Codes(Vec::new()),
            _ => !statement.because.is_empty(),
        },
    }
}

/// That some specimen is positive says nothing beside a positive status.
fn remarks(chart: &Chart, fact: Fact, value: &Value) -> Value {
    match value {
        Value::Codes(codes)
            if fact == Fact::Her2Flags && code_of(&chart.facts, Fact::Her2Status) == Some("positive") =>
        {
            let idle = code(Fact::Her2Flags, "any-positive");
            Value::Codes(codes.iter().copied().filter(|code| Some(*code) != idle).collect())
        }
        _ => value.clone(),
    }
}

fn part(chart: &Chart, knowledge: &Knowledge, label: &str, fact: Fact, leading: bool) -> String {
    let Some(statement) = chart.facts.get(fact) else { return String::new() };
    let value = spoken(knowledge, fact.index(), &remarks(chart, fact, &statement.value));
    let date = statement.date.map(|date| format!(" ({date})")).unwrap_or_default();
    // The day is said once, with the leading fact; measurements carry their own.
    let measured = matches!(statement.value, Value::Integer(_) | Value::Between(..) | Value::Decimal(_));
    let date = if leading
        || measured
        || matches!(fact, Fact::BiradsCategory | Fact::BiradsOtherCategory | Fact::ResponseRecorded)
    {
        date
    } else {
        String::new()
    };
    if label.is_empty() { format!("{value}{date}") } else { format!("{label} {value}{date}") }
}

/// Where several specimens were tested, each with its own result.
fn specimens(chart: &Chart) -> Option<Finding> {
    if chart.her2_specimens.len() < 2 {
        return None;
    }
    let lines: Vec<String> = chart
        .her2_specimens
        .iter()
        .map(|specimen| {
            let site = match specimen.site {
                Some(Site::Primary) => "primary",
                Some(Site::RegionalNode) => "regional node",
                Some(Site::Metastasis) => "metastasis",
                None => "site not recorded",
            };
            let side = specimen.side.map(|side| format!(", {side}")).unwrap_or_default();
            let date = specimen.date.map_or_else(|| "no date".to_owned(), |date| date.to_string());
            format!("{date}, {site}{side}: {}", specimen.status.as_str().to_lowercase().replace('_', " "))
        })
        .collect();
    Some(Finding {
        title: "HER2 by specimen".to_owned(),
        text: lines.join("; "),
        facts: vec![Fact::Her2Status.index(), Fact::Her2Flags.index()],
    })
}
