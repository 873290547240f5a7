//! Which guideline a command works with: the one built in, or a folder.

use std::borrow::Cow;
use std::path::Path;

use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::Knowledge;
use her2path::knowledge::{LoadError, load_folder};

use crate::output;

/// The guideline; `None` when the folder's content is invalid, which has then been said on standard error.
///
/// A folder must have the data dictionary of this program: a fact that the program does not know could never be read.
pub(crate) fn load(folder: Option<&Path>) -> anyhow::Result<Option<Cow<'static, Knowledge>>> {
    let Some(folder) = folder else { return Ok(Some(Cow::Borrowed(&KNOWLEDGE))) };
    let knowledge = match load_folder(folder) {
        Ok((knowledge, _)) => knowledge,
        Err(LoadError::Invalid { diagnostics }) => {
            for diagnostic in diagnostics {
                output::say_lines(diagnostic);
            }
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let same = knowledge.facts.len() == KNOWLEDGE.facts.len()
        && knowledge.facts.iter().zip(KNOWLEDGE.facts.iter()).all(|(a, b)| a.id == b.id && a.values == b.values);
    let sets = knowledge.value_sets.len() == KNOWLEDGE.value_sets.len()
        && knowledge.value_sets.iter().zip(KNOWLEDGE.value_sets.iter()).all(|(a, b)| a.id == b.id);
    if !same || !sets {
        output::say(format_args!(
            "the data dictionary or the value sets in `{}` are not those of this program; facts and value sets are read by code, so new ones need a build with `knowledge/` changed",
            folder.display()
        ));
        return Ok(None);
    }
    Ok(Some(Cow::Owned(knowledge)))
}
