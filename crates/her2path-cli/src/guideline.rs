//! Which guideline a command works with: the one built in, or a folder.

use std::borrow::Cow;
use std::path::Path;

use her2path::guideline::{KNOWLEDGE, check_fit};
use her2path::knowledge::model::Knowledge;
use her2path::knowledge::{LoadError, ReadError, load_folder};

use crate::output;

/// The guideline; `None` when the folder's content is invalid or does not fit, which has then been said on standard error.
///
/// A folder must have the data dictionary of this program: a fact that the program does not know could never be read.
pub(crate) fn load(folder: Option<&Path>) -> anyhow::Result<Option<Cow<'static, Knowledge>>> {
    let knowledge = load_any(folder)?;
    if let (Some(folder), Some(knowledge)) = (folder, &knowledge)
        && let Err(misfit) = check_fit(knowledge)
    {
        output::say(format_args!("`{}` cannot be used: its {misfit}", folder.display()));
        return Ok(None);
    }
    Ok(knowledge)
}

/// The guideline, also one with a dictionary of its own: to be read, not to be judged by. `None` as in [`load`].
pub(crate) fn load_any(folder: Option<&Path>) -> anyhow::Result<Option<Cow<'static, Knowledge>>> {
    let Some(folder) = folder else { return Ok(Some(Cow::Borrowed(&KNOWLEDGE))) };
    match load_folder(folder) {
        Ok((knowledge, _)) => Ok(Some(Cow::Owned(knowledge))),
        Err(error) => invalid(error).map(|()| None),
    }
}

/// Says what is wrong with a folder's content; what could not be read at all stays an error.
pub(crate) fn invalid(error: LoadError) -> anyhow::Result<()> {
    match error {
        LoadError::Invalid { diagnostics } => diagnostics.iter().for_each(output::say_lines),
        LoadError::Read(error @ ReadError::NotUtf8 { .. }) => output::say(error),
        error => return Err(error.into()),
    }
    Ok(())
}
