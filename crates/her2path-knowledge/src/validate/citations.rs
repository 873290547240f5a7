//! Sources: keys, identifiers and how they are known.

use crate::model::Evidence;
use crate::read::citations::RawCitation;
use crate::source::Sink;
use crate::validate::{is_kebab_case, unique};

/// The beginning of the keys of our own rules.
const RULE_PREFIX: &str = "project-rule-";

pub(crate) fn check(citations: &[RawCitation], sink: &Sink<'_>) {
    unique("citation", citations.iter().map(|citation| &citation.key), sink);
    for citation in citations {
        check_citation(citation, sink);
    }
}

fn check_citation(citation: &RawCitation, sink: &Sink<'_>) {
    let key = &citation.key;
    if !key.value.is_empty() && !is_kebab_case(&key.value) {
        let hint = "body, trial or first author and year: `asco-cap-her2-2018`";
        sink.error(&key.at, format!("`{}` is not a name for a citation", key.value), hint);
    }
    if let Some(status) = citation.status {
        let is_rule = key.value.starts_with(RULE_PREFIX);
        if is_rule && status != Evidence::ProjectRule {
            sink.error(&key.at, format!("`{}` should have the status `project-rule`", key.value), "");
        } else if !is_rule && status == Evidence::ProjectRule && !key.value.is_empty() {
            let hint = format!("name it `{RULE_PREFIX}{}`", key.value);
            sink.error(&key.at, format!("the key of a project rule begins with `{RULE_PREFIX}`"), hint);
        }
    }
    if let Some(year) = &citation.year
        && !(1800..=2200).contains(&year.value)
    {
        sink.error(&year.at, format!("{} is not the year of a publication", year.value), "");
    }
    if let Some(doi) = &citation.doi
        && !(doi.value.starts_with("10.") && doi.value.contains('/') && !doi.value.contains(char::is_whitespace))
    {
        sink.error(
            &doi.at,
            format!("`{}` is not a DOI", doi.value),
            "write it without a resolver: `10.1200/JCO.2018.77.8738`",
        );
    }
    if let Some(pmid) = &citation.pmid
        && (pmid.value.len() > 8 || !pmid.value.bytes().all(|byte| byte.is_ascii_digit()))
    {
        sink.error(&pmid.at, format!("`{}` is not a PubMed identifier", pmid.value), "one to eight digits");
    }
    if let Some(url) = &citation.url
        && !(url.value.starts_with("https://") || url.value.starts_with("http://"))
    {
        sink.error(&url.at, format!("`{}` is not a web address", url.value), "begin with `https://`");
    }
}
