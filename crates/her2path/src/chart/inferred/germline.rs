//! Germline BRCA1 and BRCA2: one result for each gene, and one for both.
//!
//! A variant once found stays, whatever a later test says; that they disagree is an issue. "Negative" for both needs a
//! negative test of each whole gene. What was only looked at in part stays open, so that a test is still offered.

use super::{code_of, state_code};
use crate::chart::asserted::{Asserted, Gene, GermlineFinding, GermlineResult};
use crate::chart::facts::Facts;
use crate::chart::value::Because;
use crate::guideline::Fact;
use crate::issue::Issue;

const GENES: [(Gene, Fact); 2] = [(Gene::Brca1, Fact::GermlineBrca1), (Gene::Brca2, Fact::GermlineBrca2)];

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    for finding in asserted.germline.iter().filter(|finding| finding.preliminary) {
        let message = format!("`{}` is preliminary; it was not used", finding.said);
        issues.push(Issue::information("preliminary-result", message).at(finding.source.clone()));
    }
    let findings: Vec<&GermlineFinding> = asserted.germline.iter().filter(|finding| !finding.preliminary).collect();
    for (gene, fact) in GENES {
        let of_gene: Vec<&GermlineFinding> =
            findings.iter().copied().filter(|finding| finding.genes.contains(&gene)).collect();
        let Some(result) = of_gene.iter().map(|finding| finding.result).min() else { continue };
        contradiction(&of_gene, result, issues);
        let deciding: Vec<&GermlineFinding> = of_gene.into_iter().filter(|finding| finding.result == result).collect();
        let date = deciding.iter().filter_map(|finding| finding.date).min_by(|a, b| a.cmp_sort(b));
        state_code(facts, fact, name(result), date, deciding.iter().map(|finding| because(finding)).collect());
    }
    combine(facts);
    // A finding that names no gene counts for both together.
    let unnamed: Vec<&GermlineFinding> = findings.iter().copied().filter(|finding| finding.genes.is_empty()).collect();
    if let Some(result) = unnamed.iter().map(|finding| finding.result).min() {
        contradiction(&findings, result, issues);
        let settled = code_of(facts, Fact::GermlineBrca);
        let stronger = match result {
            GermlineResult::Pathogenic => settled != Some("pathogenic"),
            GermlineResult::Unclassified => settled != Some("pathogenic"),
            GermlineResult::Uncertain => !matches!(settled, Some("pathogenic" | "unclassified")),
            GermlineResult::Negative | GermlineResult::VariantAbsent => settled.is_none(),
        };
        if stronger {
            let deciding = || unnamed.iter().filter(|finding| finding.result == result);
            let date = deciding().filter_map(|finding| finding.date).min_by(|a, b| a.cmp_sort(b));
            let because = deciding().map(|finding| because(finding)).collect();
            state_code(facts, Fact::GermlineBrca, name(result), date, because);
        }
    }
}

/// Both genes together, from what is stated of each.
pub(super) fn combine(facts: &mut Facts) {
    let stated: Vec<(Fact, &str)> =
        GENES.into_iter().filter_map(|(_, fact)| Some((fact, code_of(facts, fact)?))).collect();
    if stated.is_empty() {
        return;
    }
    let any = |wanted: &str| stated.iter().any(|(_, found)| *found == wanted);
    let negative = stated.iter().filter(|(_, found)| *found == "negative").count() == GENES.len();
    let name = ["pathogenic", "unclassified", "uncertain"].into_iter().find(|name| any(name));
    let name = name.unwrap_or(if negative { "negative" } else { "incomplete" });
    let because: Vec<Because> = match name {
        "negative" | "incomplete" => stated.iter().map(|(fact, _)| Because::source(fact.id())).collect(),
        name => stated.iter().filter(|(_, found)| *found == name).map(|(fact, _)| Because::source(fact.id())).collect(),
    };
    let date = stated.iter().filter_map(|(fact, _)| facts.get(*fact)?.date).max_by(|a, b| a.cmp_sort(b));
    state_code(facts, Fact::GermlineBrca, name, date, because);
}

/// A variant on record beside a negative test of the whole gene.
fn contradiction(findings: &[&GermlineFinding], result: GermlineResult, issues: &mut Vec<Issue>) {
    if result >= GermlineResult::Negative {
        return;
    }
    for negative in findings.iter().filter(|finding| finding.result == GermlineResult::Negative) {
        let message = format!(
            "`{}` disagrees with a variant found in germline testing; the variant stands: check the reports",
            negative.said
        );
        issues.push(Issue::warning("germline-conflict", message).at(negative.source.clone()));
    }
}

fn name(result: GermlineResult) -> &'static str {
    match result {
        GermlineResult::Pathogenic => "pathogenic",
        GermlineResult::Unclassified => "unclassified",
        GermlineResult::Uncertain => "uncertain",
        GermlineResult::Negative => "negative",
        GermlineResult::VariantAbsent => "incomplete",
    }
}

fn because(finding: &GermlineFinding) -> Because {
    Because::source(finding.source.clone()).element("value").note(finding.said.clone())
}
