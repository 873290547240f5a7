//! The module order of the core, the crate order of the workspace, and the size of files.
//!
//! The path has one direction: records, chart, criteria, assessment, chapters, rendering. A module may name only those that
//! [`ORDER`] allows it; a new top-level module has to be entered there, so that its place is a decision. Paths are
//! found by a small scanner (`use crate::{…}` with groups, `crate::…` in expressions, `super::…` up to the top), not
//! by a Rust parser: comments, strings and test modules are left out first.

#![cfg(test)]
#![expect(clippy::string_slice, reason = "a test may stop at the first thing that is not as it should be")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each top-level module with those that it may name besides itself.
///
/// `date`, `issue` and `truth` are vocabulary without dependencies; `guideline` is generated and depends on nothing here.
const ORDER: [(&str, &[&str]); 16] = [
    ("date", &[]),
    ("issue", &[]),
    ("truth", &[]),
    ("guideline", &[]),
    ("classify", &["truth"]),
    ("interpret", &["classify"]),
    ("fhir", &["date", "issue"]),
    ("chart", &["fhir", "classify", "date", "issue", "guideline"]),
    ("criteria", &["chart", "date", "truth"]),
    ("assessment", &["criteria", "chart", "date", "issue", "truth"]),
    ("chapters", &["assessment", "criteria", "chart", "classify", "date", "issue", "truth", "guideline"]),
    ("render", &["assessment", "date", "issue", "truth", "guideline"]),
    ("triage", &["assessment", "chapters", "chart", "guideline"]),
    ("document", &["render"]),
    ("change", &["chapters", "chart", "criteria", "document"]),
    ("knowledge", &[]),
];

/// Finer rules within and between modules: whatever lies below the first must not name what lies below the second.
const NEVER: [(&str, &str, &str); 4] = [
    ("chart::asserted", "chart::inferred", "asserted facts are stated before anything is inferred"),
    ("assessment", "chart::asserted", "an assessment knows what was found, not what single resources said"),
    ("chapters", "chart::asserted", "a chapter sees the chart, not what single resources said"),
    ("render", "guideline::KNOWLEDGE", "a guideline given from a folder would be ignored in print"),
];

/// The libraries that depend on their input alone, each with what it may use none the less: guidelines are read from
/// folders, synthetic records are written to folders by several threads.
const LIBRARIES: [(&str, &[&str]); 5] = [
    ("her2path", &[]),
    ("her2path-survival", &[]),
    ("her2path-models", &[]),
    ("her2path-knowledge", &["std::fs"]),
    ("her2path-synth", &["std::fs", "std::thread"]),
];

/// What would make a library depend on more than its input.
const OUTSIDE: [&str; 9] =
    ["std::env", "std::fs", "std::net", "std::process", "std::thread", "std::time", "SystemTime", "Instant", "Zoned"];

/// Crates in layers: a crate may use those of the layers before its own.
const CRATES: [&[&str]; 4] = [
    &["her2path-knowledge", "her2path-survival", "her2path-models"],
    &["her2path"],
    &["her2path-synth", "her2path-cohort", "her2path-server"],
    &["her2path-cli"],
];

/// A file longer than this holds more than one idea.
const MOST_LINES: usize = 800;
/// What files aim at.
const AIM: usize = 500;

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return files };
    for entry in entries {
        let path = entry.expect("an entry of a folder can be read").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// `src/chart/inferred/mod.rs` is the module `chart::inferred`; `lib.rs` is the crate itself.
fn module_of(path: &Path) -> Vec<String> {
    let mut module: Vec<String> = path.with_extension("").iter().map(|part| part.to_string_lossy().into()).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
        module.pop();
    }
    module
}

/// The code without comments, text and test modules.
fn code_only(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("r#\"") {
            rest.find("\"#").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            let mut escaped = false;
            let end = rest.char_indices().skip(1).find(|(_, c)| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |(at, _)| at + 1)
        } else if rest.starts_with("'\"'") {
            3
        } else if rest.starts_with("'\\\"'") {
            4
        } else {
            0
        };
        if skip > 0 {
            code.push(' ');
            rest = &rest[skip..];
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    while let Some(start) = code.find("#[cfg(test)]") {
        let open = code[start..].find('{').map_or(code.len(), |at| start + at);
        let mut depth = 0usize;
        let mut end = code.len();
        for (at, c) in code[open..].char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                end = open + at + 1;
                break;
            }
        }
        code.replace_range(start..end.min(code.len()), " ");
    }
    code
}

/// Every path that begins with `crate` or `super`, from the root of the crate.
fn paths(code: &str, module: &[String]) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    let tokens = tokens(code);
    let mut at = 0;
    while at < tokens.len() {
        let begins = matches!(tokens[at], "crate" | "super" | "self") && tokens.get(at + 1) == Some(&"::");
        let continues = at > 0 && tokens[at - 1] == "::";
        if begins && !continues {
            at = tree(&tokens, at, &[], module, &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads a path or a group of paths at `at`, behind `prefix`; returns where it ends.
fn tree(
    tokens: &[&str],
    mut at: usize,
    prefix: &[String],
    module: &[String],
    found: &mut BTreeSet<Vec<String>>,
) -> usize {
    let mut path = prefix.to_vec();
    let mut absolute = !prefix.is_empty();
    loop {
        match tokens.get(at) {
            Some(&"{") => {
                at += 1;
                while let Some(token) = tokens.get(at) {
                    match *token {
                        "}" => return at + 1,
                        "," => at += 1,
                        _ => at = tree_in(tokens, at, &path, module, found),
                    }
                }
                return at;
            }
            Some(&"crate") => (path, absolute) = (Vec::new(), true),
            Some(&"self") if !absolute => (path, absolute) = (module.to_vec(), true),
            Some(&"super") => {
                if !absolute {
                    path = module.to_vec();
                    absolute = true;
                }
                path.pop();
            }
            Some(name) if is_name(name) => path.push((*name).to_owned()),
            _ => break,
        }
        at += 1;
        if tokens.get(at) != Some(&"::") {
            break;
        }
        at += 1;
    }
    found.insert(path);
    at
}

/// An item of a group: names up to the next comma or bracket; `as` only renames what was named before.
fn tree_in(
    tokens: &[&str],
    at: usize,
    prefix: &[String],
    module: &[String],
    found: &mut BTreeSet<Vec<String>>,
) -> usize {
    let mut end = at;
    let mut path = prefix.to_vec();
    let mut renamed = false;
    while let Some(token) = tokens.get(end) {
        match *token {
            "{" => return tree(tokens, end, &path, module, found),
            "," | "}" => break,
            "as" => renamed = true,
            name if is_name(name) && !renamed => path.push(name.to_owned()),
            _ => {}
        }
        end += 1;
    }
    found.insert(path);
    end
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, `::` and single signs.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if is_name(rest) {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

/// Every breach in one file, as sentences.
fn breaches(file: &str, source: &str, module: &[String]) -> Vec<String> {
    let Some(top) = module.first() else { return Vec::new() };
    let order: BTreeMap<&str, &[&str]> = ORDER.into_iter().collect();
    let Some(allowed) = order.get(top.as_str()) else {
        return vec![format!("{file}: `{top}` has no place in the order; enter it in ORDER of tests/layering.rs")];
    };
    let mut breaches = Vec::new();
    for path in paths(&code_only(source), module) {
        let Some(used) = path.first().filter(|used| order.contains_key(used.as_str())) else { continue };
        if used != top && !allowed.contains(&used.as_str()) {
            breaches.push(format!("{file}: `{top}` must not use `{}`", path.join("::")));
        }
        let (here, there) = (module.join("::"), path.join("::"));
        for (from, to, why) in NEVER {
            if below(&here, from) && below(&there, to) {
                breaches.push(format!("{file}: `{here}` must not use `{there}`: {why}"));
            }
        }
        if top == "chapters" && used == "chapters" && module.len() > 1 {
            let other = path.get(1).filter(|other| Some(*other) != module.get(1));
            if let Some(other) = other.filter(|other| other.starts_with(char::is_lowercase) && is_chapter(other)) {
                breaches.push(format!("{file}: a chapter must not call the chapter `{other}`"));
            }
        }
    }
    breaches
}

fn is_chapter(name: &str) -> bool {
    ["symptoms", "risk", "diagnosis", "treatment", "prognosis", "support"].contains(&name)
}

fn below(module: &str, folder: &str) -> bool {
    module == folder || module.strip_prefix(folder).is_some_and(|rest| rest.starts_with("::"))
}

#[test]
fn modules_keep_their_order() {
    let source = crates().join("her2path/src");
    let files = rust_files(&source);
    assert!(files.len() > 40, "the source of the core was not found");
    let found: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let relative = path.strip_prefix(&source).expect("files lie below src");
            let text = std::fs::read_to_string(path).expect("source is UTF-8 text");
            breaches(&relative.display().to_string(), &text, &module_of(relative))
        })
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn the_libraries_depend_on_their_input_alone() {
    let mut found = Vec::new();
    for (library, allowed) in LIBRARIES {
        let files = rust_files(&crates().join(library).join("src"));
        assert!(!files.is_empty(), "no source of {library}");
        for path in files {
            let code = code_only(&std::fs::read_to_string(&path).expect("source is UTF-8 text"));
            let tokens = tokens(&code);
            let text = tokens.concat();
            for word in OUTSIDE.into_iter().filter(|word| !allowed.contains(word)) {
                let named = if word.contains("::") { text.contains(word) } else { tokens.contains(&word) };
                if named {
                    found.push(format!("{}: {word}", path.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "no clock, environment, files, network or threads in the libraries: {found:#?}");
}

#[test]
fn crates_keep_their_order() {
    let layer = |name: &str| CRATES.iter().position(|layer| layer.contains(&name));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(crates()).expect("the folder of crates can be read") {
        let manifest = entry.expect("an entry of a folder can be read").path().join("Cargo.toml");
        let Ok(text) = std::fs::read_to_string(&manifest) else { continue };
        let manifest: toml::Table = text.parse().expect("a manifest is TOML");
        let name = manifest["package"]["name"].as_str().expect("a package has a name").to_owned();
        let Some(own) = layer(&name) else {
            found.push(format!("`{name}` has no place in the order; enter it in CRATES of tests/layering.rs"));
            continue;
        };
        // What tests alone use may come from any layer.
        for table in ["dependencies", "build-dependencies"] {
            let dependencies = manifest.get(table).and_then(toml::Value::as_table).into_iter().flatten();
            for (dependency, _) in dependencies.filter(|(dependency, _)| dependency.starts_with("her2path")) {
                if layer(dependency).is_none_or(|other| other >= own) {
                    found.push(format!("`{name}` must not depend on `{dependency}`"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn files_stay_short() {
    let mut long = Vec::new();
    for entry in std::fs::read_dir(crates()).expect("the folder of crates can be read") {
        for path in rust_files(&entry.expect("an entry of a folder can be read").path().join("src")) {
            let lines = std::fs::read_to_string(&path).expect("source is UTF-8 text").lines().count();
            if lines > AIM {
                println!("{lines} lines: {}", path.display());
            }
            if lines > MOST_LINES {
                long.push(format!("{lines} lines: {}", path.display()));
            }
        }
    }
    assert!(long.is_empty(), "over {MOST_LINES} lines, split them: {long:#?}");
}

mod the_scanner {
    //! A scanner that saw nothing would find no breach.

    use super::{breaches, code_only, paths};

    fn module(path: &str) -> Vec<String> {
        path.split("::").map(str::to_owned).collect()
    }

    fn found(source: &str, at: &str) -> Vec<String> {
        paths(&code_only(source), &module(at)).into_iter().map(|path| path.join("::")).collect()
    }

    #[test]
    fn sees_paths_in_every_form() {
        assert_eq!(found("use crate::chart::Chart;", "criteria"), ["chart::Chart"]);
        assert_eq!(
            found("use crate::{chart::{Chart as C, facts::{self, Facts}}, truth};", "criteria"),
            ["chart::Chart", "chart::facts::Facts", "chart::facts::self", "truth"]
        );
        assert_eq!(found("fn f() -> crate::fhir::Record<'a> {}", "render"), ["fhir::Record"]);
        assert_eq!(found("pub(crate) use super::super::fhir::Value as V;", "chart::inferred"), ["fhir::Value"]);
        assert_eq!(
            found("use super::{code, stage};", "chart::inferred::derive"),
            ["chart::inferred::code", "chart::inferred::stage"]
        );
        assert_eq!(found("use self::inner::X;", "render"), ["render::inner::X"]);
        assert_eq!(found("pub(crate) fn f() {}", "render"), Vec::<String>::new());
    }

    #[test]
    fn leaves_out_what_is_not_code() {
        let source = "// crate::fhir\n/* crate::fhir */ const A: &str = \"crate::fhir\\\" crate::fhir\"; const C: char = '\"';\n\
                      const R: &str = r#\"crate::fhir\"#;\n#[cfg(test)]\nmod tests { use crate::fhir::X; fn f() {} }\nuse crate::truth::Truth;";
        assert_eq!(found(source, "render"), ["truth::Truth"]);
    }

    #[test]
    fn finds_breaches() {
        let say = |source: &str, at: &str| breaches("x.rs", source, &module(at)).join("\n");
        assert_eq!(say("use crate::chart::Chart;", "render::text"), "x.rs: `render` must not use `chart::Chart`");
        assert_eq!(say("use crate::chart::Chart;", "chapters::risk"), "");
        assert_eq!(say("use super::fhir::X;", "truth"), "x.rs: `truth` must not use `fhir::X`");
        assert_eq!(
            say("use super::diagnosis::open;", "chapters::risk"),
            "x.rs: a chapter must not call the chapter `diagnosis`"
        );
        assert_eq!(say("use super::Opening;", "chapters::risk"), "");
        assert!(
            say("use super::super::inferred::her2;", "chart::asserted::coding").contains("before anything is inferred")
        );
        assert!(say("use crate::guideline::{Fact, KNOWLEDGE};", "render::text").contains("would be ignored in print"));
        assert_eq!(say("use crate::guideline::Fact;", "render::text"), "");
        assert!(say("", "elsewhere").contains("has no place in the order"));
    }
}

/// A new dependency is a decision: it has a line in ARCHITECTURE.md that says what it is for.
#[test]
fn every_dependency_has_its_line() {
    let root = crates().join("..");
    let page = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("the page on architecture");
    let lines = page.split("## Dependencies").nth(1).expect("a section on dependencies");
    let mut manifests: Vec<PathBuf> = std::fs::read_dir(crates())
        .expect("the folder of crates")
        .map(|entry| entry.expect("an entry").path().join("Cargo.toml"))
        .filter(|path| path.is_file())
        .collect();
    manifests.extend([root.join("xtask/Cargo.toml"), root.join("fuzz/Cargo.toml")]);
    let mut unexplained = BTreeSet::new();
    let mut seen = 0;
    for manifest in manifests {
        let table: toml::Table = std::fs::read_to_string(manifest).expect("a manifest").parse().expect("TOML");
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for name in table.get(section).and_then(toml::Value::as_table).into_iter().flat_map(|list| list.keys()) {
                seen += 1;
                if !name.starts_with("her2path") && !lines.contains(&format!("`{name}`")) {
                    unexplained.insert(name.clone());
                }
            }
        }
    }
    assert!(seen > 20, "only {seen} dependencies were found");
    assert!(unexplained.is_empty(), "no line in ARCHITECTURE.md for {unexplained:?}");
}

/// A page that names a file which is not there sends its reader astray.
#[test]
fn pages_name_files_that_are_there() {
    let root = crates().join("..");
    let mut pages: Vec<PathBuf> = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "knowledge/README.md"]
        .into_iter()
        .map(|page| root.join(page))
        .collect();
    let docs = std::fs::read_dir(root.join("docs")).expect("the folder of pages can be read");
    pages.extend(docs.map(|entry| entry.expect("an entry of a folder can be read").path()));
    // Pages name files from the root, or from the folder that they speak of.
    let from = ["", "crates/her2path", "crates/her2path/src", "knowledge"];
    let (mut named, mut lost) = (0, Vec::new());
    for page in pages.iter().filter(|page| page.extension().is_some_and(|extension| extension == "md")) {
        let text = std::fs::read_to_string(page).expect("a page is UTF-8 text");
        let quoted = text.split('`').skip(1).step_by(2);
        let linked = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for name in quoted.chain(linked.filter(|link| !link.contains(':'))) {
            let is_path = name.contains('/')
                && [".rs", ".md", ".toml", ".csv", ".jq", ".py"].iter().any(|extension| name.ends_with(extension))
                && name.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            if !is_path {
                continue;
            }
            named += 1;
            let beside = page.parent().map(|folder| folder.join(name));
            if !from.iter().map(|folder| root.join(folder).join(name)).chain(beside).any(|path| path.exists()) {
                lost.push(format!("{}: {name}", page.display()));
            }
        }
    }
    assert!(named > 30, "only {named} names of files were found");
    assert!(lost.is_empty(), "no such file: {lost:#?}");
}
