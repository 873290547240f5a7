//! `valuesets/*.toml`: one code list, or one list of fact values, a file.

use crate::code_system::CodeSystem;
use crate::source::Sink;
use crate::source::{Located, Location};
use crate::suggest;
use crate::table::Section;

pub(crate) struct RawValueSet {
    /// The file's name, and the place where the file begins.
    pub(crate) id: Located<String>,
    pub(crate) title: Located<String>,
    pub(crate) description: Located<String>,
    pub(crate) url: Option<Located<String>>,
    pub(crate) concepts: Vec<RawConcept>,
    pub(crate) values: Vec<Located<String>>,
    pub(crate) has_values: bool,
    pub(crate) at: Location,
}

pub(crate) struct RawConcept {
    pub(crate) system: Option<CodeSystem>,
    pub(crate) code: Located<String>,
    pub(crate) display: Located<String>,
    pub(crate) also: Vec<Located<String>>,
    pub(crate) meaning: Option<Located<String>>,
}

pub(crate) fn read(file: Section<'_>, id: Located<String>, sink: &Sink<'_>) -> RawValueSet {
    let set = RawValueSet {
        id,
        title: file.text("title"),
        description: file.text("description"),
        url: file.optional_text("url"),
        concepts: file.sections("concept").into_iter().map(|section| read_concept(section, sink)).collect(),
        values: file.texts("values"),
        has_values: file.has("values"),
        at: file.at().clone(),
    };
    file.finish();
    set
}

fn read_concept(section: Section<'_>, sink: &Sink<'_>) -> RawConcept {
    let alias = section.text("system");
    let system = CodeSystem::from_alias(&alias.value);
    if system.is_none() && !alias.value.is_empty() {
        let hint = suggest::hint(&alias.value, CodeSystem::ALL.iter().map(|system| system.alias()));
        sink.error(&alias.at, format!("unknown code system `{}`", alias.value), hint);
    }
    let concept = RawConcept {
        system,
        code: section.text("code"),
        display: section.text("display"),
        also: section.texts("also"),
        meaning: section.optional_text("meaning"),
    };
    section.finish();
    concept
}
