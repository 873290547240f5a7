//! What the author of a guideline is told: each case in `tests/diagnostics/*.txt` changes the valid guideline in
//! `tests/guideline/` and lists everything that must then be reported, to the letter.
//!
//! A case is a title and its changes, then the expected text:
//!
//! ```text
//! === title
//! edit PATH          the line after `-` stands once in the file, the one after `+` takes its place
//! - old
//! + new               `\n` in it is a line break; nothing behind the `+` deletes
//! file PATH          the lines down to the next word at the left margin are the whole file, each after a blank
//!  line
//! delete PATH
//! expect             everything below, down to the next case
//! ```

#![cfg(test)]

use std::fs;
use std::path::Path;

use her2path_knowledge::{SourceFile, load, load_folder, read_folder};

#[test]
fn diagnostics() {
    let base = read_folder(&folder("guideline")).unwrap();
    let mut names: Vec<_> = fs::read_dir(folder("diagnostics")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let mut count = 0;
    let mut failures = String::new();
    for path in &names {
        let text = fs::read_to_string(path).unwrap();
        let mut cases = text.split("=== ");
        assert_eq!(cases.next(), Some(""), "{} begins with a case", path.display());
        for case in cases {
            let (title, body) = case.split_once('\n').unwrap();
            let (changes, expected) = body.split_once("expect\n").unwrap_or_else(|| panic!("no `expect` in {title}"));
            let files = apply(&base, changes).unwrap_or_else(|fault| panic!("{title}: {fault}"));
            let (knowledge, diagnostics) = load(&files);
            let found: Vec<_> = diagnostics.iter().map(ToString::to_string).collect();
            let found = found.join("\n\n");
            let is_refused = found.lines().any(|line| line.starts_with("error: "));
            assert_eq!(knowledge.is_none(), is_refused, "{title}: refused if and only if there is an error");
            if found != expected.trim_end() {
                failures += &format!("=== {title}\n{}expect\n{found}\n\n", changes);
            }
            count += 1;
        }
    }
    assert!(failures.is_empty(), "what is reported now, where it differs:\n{failures}");
    assert!(count >= 80, "only {count} cases were read");
}

/// The guideline that the cases change is itself without fault.
#[test]
fn base_is_valid() {
    let (knowledge, warnings) = load_folder(&folder("guideline")).unwrap();
    assert_eq!(warnings, []);
    assert_eq!((knowledge.facts.len(), knowledge.recommendations.len()), (8, 2));
}

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// The guideline after the changes of a case; an error is a fault of the case itself.
fn apply(base: &[SourceFile], changes: &str) -> Result<Vec<SourceFile>, String> {
    let mut files = base.to_vec();
    let mut lines = changes.lines().peekable();
    while let Some(line) = lines.next() {
        let (verb, path) = line.split_once(' ').ok_or("a change has two words")?;
        match verb {
            "edit" => {
                let file = files.iter_mut().find(|file| file.path == path).ok_or(format!("no {path}"))?;
                let old = lines.next().and_then(|line| line.strip_prefix("- ")).ok_or("no `-`")?;
                let new = lines.next().and_then(|line| line.strip_prefix('+')).ok_or("no `+`")?;
                let new = new.strip_prefix(' ').unwrap_or("");
                if file.text.matches(old).count() != 1 {
                    return Err(format!("`{old}` does not stand once in {path}"));
                }
                file.text = file.text.replace(old, &new.replace("\\n", "\n"));
            }
            "file" => {
                let mut text = String::new();
                while let Some(line) = lines.next_if(|line| line.starts_with(' ')) {
                    text += line.trim_start();
                    text.push('\n');
                }
                files.retain(|file| file.path != path);
                files.push(SourceFile { path: path.to_owned(), text });
            }
            "delete" => {
                let position = files.iter().position(|file| file.path == path).ok_or(format!("no {path}"))?;
                files.remove(position);
            }
            _ => return Err(format!("unknown change `{verb}`")),
        }
    }
    Ok(files)
}
