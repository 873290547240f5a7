//! What was found, and what it means: each finding in a sentence or two, and what is open as open.

use super::{Block, Kind, Section, boolean, code, codes, joined, kind, next, shown, spoken, value};
use crate::assessment::{Assessment, Value};
use crate::guideline::Fact;

pub(super) fn section(assessment: &Assessment<'_>) -> Section {
    let mut blocks = Vec::new();
    let mut say = |name: &str, text: Option<String>| {
        blocks.extend(text.map(|text| Block::Named { name: name.to_owned(), text }));
    };
    say("The cancer", Some(cancer(assessment)));
    if kind(assessment) == Kind::Invasive {
        say("Where it is", places(assessment));
        say("When it was found", first_found(assessment));
        say("HER2", Some(her2(assessment)));
        say("Hormones", Some(hormones(assessment)));
        say("Stage", stage(assessment));
        say("How it was at the last check", course(assessment));
    }
    say("Daily life", daily_life(assessment));
    say("Your heart", heart(assessment));
    say("Gene test", genes(assessment));
    say("Breast scan", breast_scan(assessment));
    say("Risk", risk(assessment));
    Section { id: "found", title: "What was found, and what it means".to_owned(), folded: false, blocks }
}

fn cancer(assessment: &Assessment<'_>) -> String {
    let other = if boolean(assessment, Fact::DiseaseOtherPrimary) == Some(true) {
        " Another kind of cancer is on record too. This page is not about that one."
    } else {
        ""
    };
    let side = match code(assessment, Fact::DiseaseLaterality) {
        Some("left") => " of the left breast",
        Some("right") => " of the right breast",
        Some("both") => " of both breasts",
        _ => "",
    };
    let text = match (kind(assessment), code(assessment, Fact::DiseaseSetting)) {
        (Kind::Invasive, Some("metastatic")) => format!(
            "The record shows cancer{side} that has spread to other parts of the body. Doctors call this metastatic breast \
             cancer. It can be treated."
        ),
        (Kind::Invasive, Some("not-metastatic")) => {
            format!("The record shows cancer{side}. No spread to other parts of the body is on record.")
        }
        (Kind::Invasive, _) => {
            format!("The record shows cancer{side}. It does not say if it has spread to other parts of the body.")
        }
        (Kind::InSitu, _) => format!(
            "The record shows a very early change{side}. The cells are not normal, but they have stayed where they began. \
             Doctors call this carcinoma in situ. No cancer that has grown into other tissue is on record."
        ),
        (Kind::Unclear, _) => {
            "Some entries in the record point to breast cancer. But the record does not say that you have \
                               it. Ask your doctor what was found and what is still being checked."
                .to_owned()
        }
        (Kind::None, _) => {
            "The record that was read shows no breast cancer. It cannot tell if there is one that nobody has \
                            looked for. If you notice a change in a breast, have it checked."
                .to_owned()
        }
    };
    text + other
}

/// Where it has spread, in everyday words.
fn places(assessment: &Assessment<'_>) -> Option<String> {
    if code(assessment, Fact::DiseaseSetting) != Some("metastatic") {
        return None;
    }
    let sites = codes(assessment, Fact::MetastasisSites);
    let named: Vec<String> = sites.iter().filter_map(|site| place(site)).map(str::to_owned).collect();
    let mut text = if named.is_empty() {
        "The record does not say where it has spread.".to_owned()
    } else {
        format!("It has been seen in {}.", joined(&named))
    };
    if !named.is_empty() && sites.contains(&"unspecified") {
        text += " A further place is on record without its name.";
    }
    text += match code(assessment, Fact::BrainMetastasesStatus) {
        Some("present") | None => "",
        Some("absent") => " No spread to the brain is on record.",
        Some(_) => " The record does not say if the brain was looked at.",
    };
    text += match code(assessment, Fact::MetastasisOrigin) {
        Some("other-primary") => " The spread comes from another cancer, not from the breast.",
        Some("unclear") => " It is not clear yet if the spread comes from the breast.",
        _ => "",
    };
    text += match code(assessment, Fact::MetastasisOligometastatic) {
        Some("oligometastatic") => " There are only a few spots.",
        Some("possible") => " There may be only a few spots.",
        _ => "",
    };
    Some(text)
}

/// The brain, or its lining where only that is named.
pub(super) fn place_in_head(assessment: &Assessment<'_>) -> &'static str {
    let sites = codes(assessment, Fact::MetastasisSites);
    if sites.contains(&"leptomeninges") && !sites.contains(&"brain") { "the lining of the brain" } else { "the brain" }
}

fn place(site: &str) -> Option<&'static str> {
    Some(match site {
        "bone" => "the bones",
        "brain" => "the brain",
        "leptomeninges" => "the lining of the brain and spinal cord",
        "lung" => "the lungs",
        "pleura" => "the lining of the lungs",
        "liver" => "the liver",
        "peritoneum" => "the lining of the belly",
        "skin" => "the skin",
        "adrenal" => "a gland near the kidney",
        "ovary" => "the ovaries",
        "bone-marrow" => "the bone marrow",
        "distant-lymph-node" => "lymph nodes far from the breast",
        "breast" => "the other breast",
        "other" => "another place",
        _ => return None,
    })
}

fn first_found(assessment: &Assessment<'_>) -> Option<String> {
    let date = |fact| match value(assessment, fact) {
        Some(Value::Date(date)) => Some(spoken(*date)),
        _ => None,
    };
    let first = date(Fact::DiseasePrimaryDate).map(|date| format!("Breast cancer was first found: {date}."));
    let spread = date(Fact::MetastasisFirstDate).map(|date| format!("The spread was first found: {date}."));
    let place = place_in_head(assessment);
    let brain = date(Fact::BrainFirstDate).map(|date| format!("Cancer in {place} was first found: {date}."));
    let together = match code(assessment, Fact::DiseasePresentation) {
        Some("de-novo" | "de-novo-upstaged") => Some("It had already spread when it was first found.".to_owned()),
        Some("recurrent") => Some("The cancer came back after it was treated before.".to_owned()),
        _ => None,
    };
    let said: Vec<String> = [first, spread, brain, together].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn her2(assessment: &Assessment<'_>) -> String {
    let flags = codes(assessment, Fact::Her2Flags);
    let status = code(assessment, Fact::Her2Status);
    let differs = flags.contains(&"discordant") || (flags.contains(&"any-positive") && status != Some("positive"));
    let mut text = match status {
        // A sample that points the other way leaves open whether medicines against HER2 fit.
        Some("negative") if differs => {
            "Not the same in all samples. The one that counts most was negative. Another one was positive, so the cells there \
             carry too much of the protein HER2. Ask if medicines that aim at HER2 still fit, and if a new test would help."
        }
        Some("positive") => {
            "Positive. The cancer cells carry too much of a protein called HER2. It tells them to grow. Medicines that aim at \
             HER2 can work."
        }
        Some("negative") => {
            "Negative. The cancer cells do not carry too much of the protein HER2. So medicines for HER2-positive cancer are \
             not meant for it. There are other medicines for this kind of cancer."
        }
        Some("equivocal") => {
            "Not clear yet. The first test lies between yes and no. A second test of the same sample can settle it."
        }
        Some("pending") => "Not known yet. A test is still open.",
        Some("indeterminate") => "Not known. The sample could not be tested. A new sample may be needed.",
        Some("conflict") => "Not clear. The results in the record do not agree. The lab should look at them again.",
        Some("invalid") => "Not clear. A value in the record cannot be right. It should be checked.",
        _ => "Not known. The record that was read holds no result. Ask if the test was done.",
    }
    .to_owned();
    text += match code(assessment, Fact::Her2Category) {
        Some("low") => {
            " There is some HER2, which doctors call HER2-low. One newer medicine can help with that as well."
        }
        Some("ultralow") => {
            " There is a trace of HER2. Doctors call it HER2-ultralow. Ask if that opens a choice for you."
        }
        _ => "",
    };
    if differs && status != Some("negative") {
        text += " But not all samples gave the same result. Ask what that means for you.";
    }
    if flags.contains(&"metastatic-result-pending") {
        text += " A test of the spread itself is still open.";
    }
    if flags.contains(&"later-result-open") {
        text += " A later test is still open.";
    }
    if flags.contains(&"diagnosis-contradicts") {
        text += " A note in the record says something else. Ask which of them is right.";
    }
    if flags.contains(&"recorded-status") {
        text += " The record holds only a note of this, not the test result.";
    }
    if flags.contains(&"two-primaries") {
        text += " More than one cancer of the breast is on record. Ask which one the result is about.";
    }
    text
}

fn hormones(assessment: &Assessment<'_>) -> String {
    match code(assessment, Fact::HormoneReceptorStatus) {
        Some("positive") => {
            let low = if code(assessment, Fact::ErStatus) == Some("low-positive") {
                " Only a few cells carry the marks, so ask how much it may help."
            } else {
                ""
            };
            format!("Positive. Hormones can feed this cancer. Medicines that block hormones may help.{low}")
        }
        Some("negative") => {
            "Negative. Hormones do not feed this cancer. So medicines that block hormones are not expected \
                             to help."
                .to_owned()
        }
        Some("invalid") => "Not clear. A value in the record cannot be right. It should be checked.".to_owned(),
        _ => "Not settled. The record does not say for sure if hormones feed this cancer.".to_owned(),
    }
}

fn stage(assessment: &Assessment<'_>) -> Option<String> {
    if code(assessment, Fact::DiseaseSetting) == Some("metastatic") {
        return Some("4. That means that the cancer has reached other parts of the body.".to_owned());
    }
    let group = code(assessment, Fact::StageGroup)?;
    if !group.starts_with(['0', 'I']) || group == "invalid" {
        return None;
    }
    Some(format!("{group}, on a scale from 0 to IV (4). It tells how far the cancer had grown when it was staged."))
}

fn course(assessment: &Assessment<'_>) -> Option<String> {
    let date = match value(assessment, Fact::DiseaseStatusDate) {
        Some(Value::Date(date)) => format!(" That was noted for {}.", spoken(*date)),
        _ => String::new(),
    };
    let status = code(assessment, Fact::DiseaseStatus)?;
    if next::status_is_of_now(assessment) == Some(false) {
        // What was found then belongs to the treatment before, and may be why that one ended.
        return Some(format!(
            "The last one on file is from before the treatment that you have now.{date} Ask what was found since, or when the \
             next check is."
        ));
    }
    let text = match status {
        "improved" | "partial-remission" => "It was better than before.",
        "full-remission" => "No cancer could be seen. A few cells may still be there.",
        "stable" => "It had not changed much.",
        "worsened" => "It had grown or spread. That can mean that the treatment should be changed.",
        _ => "The check did not give a clear result.",
    };
    Some(format!("{text}{date}"))
}

fn daily_life(assessment: &Assessment<'_>) -> Option<String> {
    let Value::Integer(score) = value(assessment, Fact::Ecog)? else { return None };
    let text = match score {
        0 => "you can do all that you did before",
        1 => "you can do light work, but hard work is too much",
        2 => "you can look after yourself, and you are up for more than half of the day",
        3 => "you need some help, and you rest for more than half of the day",
        4 => "you need help with most things",
        _ => return None,
    };
    Some(format!(
        "The record says: {text}. If that has changed, tell your team. It matters for the choice of treatment."
    ))
}

fn heart(assessment: &Assessment<'_>) -> Option<String> {
    let latest = shown(assessment, Fact::LvefLatest)?;
    let date = assessment.facts.get(Fact::LvefLatest).and_then(|statement| statement.date);
    let date = match (date, value(assessment, Fact::LvefDate)) {
        (Some(date), _) => format!(" (tested {})", spoken(date)),
        (None, Some(Value::Date(date))) => format!(" (tested {})", spoken(*date)),
        _ => String::new(),
    };
    Some(format!("With each beat your heart pumps out {latest} of its blood{date}. Normal is about 50 to 70 %."))
}

fn genes(assessment: &Assessment<'_>) -> Option<String> {
    let text = match code(assessment, Fact::GermlineBrca)? {
        "pathogenic" => {
            "A harmful change in a BRCA gene was found. It may open other treatments. It may matter to your family too. A \
             genetics clinic can tell you more."
        }
        "uncertain" => "A change in a BRCA gene was found, and nobody knows yet if it does harm.",
        "negative" => "No harmful change in the BRCA genes was found.",
        _ => return None,
    };
    Some(text.to_owned())
}

fn breast_scan(assessment: &Assessment<'_>) -> Option<String> {
    let text = match code(assessment, Fact::BiradsCategory)? {
        "0" => "More pictures are needed before it can be judged.",
        "1" | "2" => "It shows nothing that looks like cancer.",
        "3" => "It shows a change that is most likely not cancer. It is looked at again after some months.",
        "4" | "4A" | "4B" | "4C" => "It shows a change that may be cancer or not. A small sample can tell.",
        "5" => "It shows a change that looks like cancer. A small sample can tell for sure.",
        "6" => "It shows the cancer that is already known.",
        _ => return None,
    };
    Some(text.to_owned())
}

/// For people without breast cancer: the model's figure as people out of a group, beside the average.
fn risk(assessment: &Assessment<'_>) -> Option<String> {
    if !matches!(kind(assessment), Kind::None) {
        return None;
    }
    let (Value::Decimal(own), Value::Decimal(average)) =
        (value(assessment, Fact::RiskBcratFiveYear)?, value(assessment, Fact::RiskBcratFiveYearAverage)?)
    else {
        return None;
    };
    let share = |quantity: &crate::assessment::Quantity| {
        quantity.number.to_string().parse::<f64>().ok().map(|percent| percent / 100.0)
    };
    let [own, average] = her2path_models::NaturalFrequency::common([share(own)?, share(average)?]);
    Some(format!(
        "A model called BCRAT gives a figure for groups of women. Among women like you, about {} get breast cancer in the next \
         5 years. Among average women of your age, it is about {}. It cannot say who.",
        out_of(own),
        out_of(average)
    ))
}

/// `13 out of 1,000`.
fn out_of(frequency: her2path_models::NaturalFrequency) -> String {
    frequency.to_string().replacen(" of ", " out of ", 1)
}
