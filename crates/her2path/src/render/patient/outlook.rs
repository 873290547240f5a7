//! The outlook in plain words, only where somebody asked for it: figures of groups, as people out of a hundred and as ranges.

use her2path_knowledge::model::Chapter;
use her2path_models::{NaturalFrequency, conditional};

use super::super::curves;
use super::{Block, Section, chapter};
use crate::assessment::{Assessment, Outlook};

/// The section, folded until it is opened; `None` where the chapter was not asked for or has nothing to say.
pub(super) fn section(assessment: &Assessment<'_>) -> Option<Section> {
    let outlook = chapter(assessment, Chapter::Prognosis)?.outlook.as_ref()?;
    let mut blocks = vec![Block::Paragraph(
        "You asked for numbers. They are about groups of people, and many were treated before some of today's medicines came. \
         No number here knows you. You can stop reading at any point."
            .to_owned(),
    )];
    blocks.extend(registry(outlook).map(Block::Paragraph));
    blocks.extend(lived(outlook).map(Block::Paragraph));
    blocks.extend(trials(outlook));
    if blocks.len() == 1 {
        blocks.push(Block::Paragraph("For what is on record, there is no number that would fit.".to_owned()));
    }
    blocks.push(Block::Paragraph(
        "These numbers do not know how well you are, how this cancer responds to treatment, or what will be found next year. \
         Ask your doctor what they mean for you, if you want to know."
            .to_owned(),
    ));
    Some(Section { id: "outlook", title: "The outlook in numbers".to_owned(), folded: true, blocks })
}

/// Several rows stand where the subtype is not known.
fn registry(outlook: &Outlook) -> Option<String> {
    let first = outlook.registry.first()?;
    let counts =
        outlook.registry.iter().map(|row| NaturalFrequency::out_of(row.relative_survival_5y_pct / 100.0, 100).count);
    let (least, most) = (counts.clone().min()?, counts.max()?);
    let people = if least == most { format!("about {least}") } else { format!("from {least} to {most}") };
    let whom = match first.stage {
        "distant" => "cancer had spread when it was first found",
        _ => "cancer had not spread far when it was first found",
    };
    Some(format!(
        "A registry counted people whose {whom}, in the years {}. Out of 100, {people} were alive after 5 years. That leaves \
         out deaths that come with age.",
        first.diagnosed
    ))
}

fn lived(outlook: &Outlook) -> Option<String> {
    let row = outlook.conditional.filter(|row| row.survived_years >= 1.0)?;
    let since = if row.survived_years < 2.0 { "a year".to_owned() } else { format!("{} years", row.survived_years) };
    Some(format!(
        "The outlook changes with time. Of 100 people who had lived {since} since the spread was found, about {} were alive at \
         5 years.",
        row.chance_of_reaching_5_years_pct.round()
    ))
}

/// For each trial of an option at hand: how long half of the people lived, the ranges around that, and the curve.
fn trials(outlook: &Outlook) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (arm, _) in &outlook.arms {
        let Some(median) = curves::median_survival(arm) else { continue };
        let Ok(ranges) = conditional::scenarios(median) else { continue };
        blocks.push(Block::Named {
            name: format!("{}, {}", arm.trial, arm.regimen),
            text: format!(
                "This study was about a treatment that may be a choice for you. Half of the people lived longer than {}. A rule of \
                 thumb says more. About 10 out of 100 live less than {}. About 50 out of 100 live from {} to {}. About 10 out \
                 of 100 live longer than {}.",
                time(median),
                time(ranges.worst_case),
                time(ranges.typical.0),
                time(ranges.typical.1),
                time(ranges.best_case)
            ),
        });
        blocks.extend(curves::figure(arm).map(|svg| Block::Figure {
            svg,
            caption: "How many were alive as time went on. The curve was drawn again from the printed one, so it is not exact. \
                      The band shows how sure it is."
                .to_owned(),
        }));
    }
    blocks
}

/// Months up to two years, then years with one decimal.
fn time(months: f64) -> String {
    if months < 24.0 { format!("{months:.0} months") } else { format!("{:.1} years", months / 12.0) }
}
