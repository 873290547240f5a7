//! The chance of breast cancer in plain words, for a person who does not have it and of whom a model gives a figure.

use her2path_knowledge::model::Chapter;
use her2path_models::NaturalFrequency;

use super::super::risk_picture;
use super::{Block, Section, chapter};
use crate::assessment::Assessment;

/// The section, folded until it is opened; `None` where there is no figure.
pub(super) fn section(assessment: &Assessment<'_>) -> Option<Section> {
    let course = chapter(assessment, Chapter::Risk)?.risk.as_ref()?;
    let (age, own, average) = course.points.last()?;
    let of_hundred = |risk: f64| NaturalFrequency::out_of(risk, 100).count;
    let blocks = vec![
        Block::Paragraph(format!(
            "A formula from the United States looks at age, family and births. From now up to age {age}, about {} out of 100 \
             women like you get breast cancer. Out of 100 average women it is about {}.",
            of_hundred(*own),
            of_hundred(*average)
        )),
        Block::Figure {
            svg: risk_picture::svg(course, "risk"),
            caption: "How the chance adds up with age. The thick line is for women like you. The dashed line is for the \
                      average woman."
                .to_owned(),
        },
        Block::Paragraph(
            "No formula can tell who will get it. It does not know all that counts. Talk it over with your doctor before you \
             act on it."
                .to_owned(),
        ),
    ];
    Some(Section { id: "chance", title: "Your chance of breast cancer".to_owned(), folded: true, blocks })
}
