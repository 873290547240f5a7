//! `knowledge diff`, `prove`, `export`, and a guideline from a folder: each on a copy of the guideline with a change that
//! must be seen.

#![cfg(test)]
#![expect(clippy::string_slice, reason = "a test may stop at the first thing that is not as it should be")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn her2path(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_her2path"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn json(arguments: &[&str]) -> Value {
    let (status, text, said) = her2path(arguments);
    assert_eq!(status, Some(0), "{arguments:?}: {said}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

/// A copy of the guideline, with its vignettes beside it, that goes away with the test.
struct Copy(PathBuf);

impl Copy {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("her2path-knowledge-{name}-{}", std::process::id()));
        for folder in ["knowledge", "vignettes"] {
            copy(&root().join(folder), &path.join(folder));
        }
        Self(path)
    }

    fn knowledge(&self) -> String {
        self.0.join("knowledge").display().to_string()
    }

    /// Replaces what stands once in a file.
    fn edit(&self, file: &str, old: &str, new: &str) {
        let path = self.0.join(file);
        let text = std::fs::read_to_string(&path).expect("a file of the guideline");
        assert_eq!(text.matches(old).count(), 1, "`{old}` stands once in {file}");
        std::fs::write(path, text.replace(old, new)).expect("a copy can be written");
    }

    fn write(&self, file: &str, text: &str) -> String {
        let path = self.0.join(file);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, target).expect("a copy");
        }
    }
}

const REFLEX: &str = "knowledge/diagnosis/reflex-testing.toml";

#[test]
fn diff_names_what_was_added_removed_changed_and_superseded() {
    let copy = Copy::new("diff");
    // A statement of one recommendation changes, and a new recommendation takes the place of another.
    copy.edit("knowledge/guideline.toml", "id       = \"her2path\"", "id       = \"her2path-copy\"");
    copy.write(
        "knowledge/diagnosis/new-topic.toml",
        r#"title = "New"
question = "What is new?"
[[recommendation]]
id = "diagnosis/new-topic/added"
statement = "Do what is new."
evidence = "project-rule"
when = ["her2.status is positive"]
cites = ["project-rule-governing-specimen"]
rationale = "A test."
plain = "A test."
effective = 2026-01-01
reviewed = { on = 2026-11-23, by = [], next = 2027-05-23 }
"#,
    );
    let old = json(&["knowledge", "export"]);
    let first = &old["recommendations"][0];
    let (changed, statement) = (first["id"].as_str().expect("an id"), first["statement"].as_str().expect("a text"));
    let file = first["source"].as_str().expect("a place").rsplit_once(':').expect("a line").0.to_owned();
    let written = serde_json::to_string(statement).expect("a text");
    copy.edit(&format!("knowledge/{file}"), &written, "\"Do it otherwise.\"");

    let case = copy.write("case.toml", "\"her2.status\" = \"positive\"\n\"patient.id\" = \"somebody\"\n");
    let other = copy.write("other.toml", "\"her2.status\" = \"negative\"\n\"patient.id\" = \"else\"\n");
    let folder = copy.knowledge();
    let root = root().join("knowledge").display().to_string();
    let diff = json(&[
        "knowledge",
        "diff",
        &root,
        &folder,
        "--as-of",
        "2026-11-23",
        "--format",
        "json",
        "--on",
        &case,
        &other,
    ]);
    let changes = diff["recommendations"].as_array().expect("a list");
    let said: Vec<(&str, &str)> =
        changes.iter().map(|c| (c["id"].as_str().expect("id"), c["change"].as_str().expect("change"))).collect();
    let mut expected = vec![(changed, "changed"), ("diagnosis/new-topic/added", "added")];
    expected.sort();
    assert_eq!(said, expected);
    let fields = changes.iter().find(|c| c["id"] == changed).expect("the changed one")["fields"].clone();
    assert_eq!(fields, serde_json::json!([{ "key": "statement", "before": statement, "after": "Do it otherwise." }]));
    assert_eq!(
        diff["patients"],
        serde_json::json!([
            { "patient": "somebody", "touched": [{ "recommendation": "diagnosis/new-topic/added", "before": null, "after": "recommended" }] },
            { "patient": "else", "touched": [] },
        ])
    );
    // The other way round it is removed.
    let (status, text, _) = her2path(&["knowledge", "diff", &folder, &root, "--as-of", "2026-11-23", "--on", &case]);
    assert_eq!(status, Some(0));
    assert!(text.contains("recommendations: 0 added, 1 removed, 0 superseded, 1 changed"), "{text}");
    assert!(text.contains("diagnosis/new-topic/added: recommended -> not in the guideline"), "{text}");
    assert!(text.contains("patient somebody"), "{text}");
    // The same guideline does not differ from itself.
    let same = json(&["knowledge", "diff", &root, &root, "--format", "json"]);
    assert_eq!((same["recommendations"].clone(), same["parts"].clone()), (Value::Array(vec![]), Value::Array(vec![])));
}

/// Trastuzumab deruxtecan was granted on 2019-12-20, after which it is an option for whom it was none before.
#[test]
fn diff_of_two_days_names_whom_a_grant_touches() {
    let folder = Copy::new("days");
    let case = folder.write(
        "case.toml",
        "\"patient.id\" = \"second-line\"\n\"disease.breast-cancer\" = \"invasive\"\n\"disease.setting\" = \"metastatic\"\n\"her2.status\" = \"positive\"\n\"therapy.line\" = 2\n\"therapy.any-lines\" = 1\n\"therapy.her2-lines-before\" = 1\n",
    );
    let diff = json(&[
        "knowledge",
        "diff",
        "2019-01-01",
        "2026-11-23",
        "--as-of",
        "2026-11-23",
        "--format",
        "json",
        "--on",
        &case,
    ]);
    let added: Vec<&str> = diff["recommendations"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|change| change["change"] == "added")
        .filter_map(|change| change["id"].as_str())
        .collect();
    assert!(added.contains(&"treatment/second-line/t-dxd"), "{added:?}");
    assert!(added.contains(&"treatment/second-line/tucatinib-triplet"), "{added:?}");
    let touched = diff["patients"][0]["touched"].as_array().expect("a list");
    let t_dxd = touched.iter().find(|one| one["recommendation"] == "treatment/second-line/t-dxd").expect("T-DXd");
    assert_eq!(t_dxd["before"], Value::Null);
    assert_ne!(t_dxd["after"], "not-applicable");
    let superseded = diff["recommendations"].as_array().expect("a list").iter().filter(|c| c["change"] == "superseded");
    assert!(superseded.clone().count() >= 1 && superseded.clone().all(|change| change["by"].is_string()));
}

#[test]
fn prove_holds_for_the_guideline_and_fails_where_it_is_broken() {
    let (status, text, said) = her2path(&["knowledge", "prove", "knowledge"]);
    assert_eq!(status, Some(0), "{text}{said}");
    assert!(text.lines().filter(|line| line.starts_with("proven ")).count() >= 14, "{text}");

    let copy = Copy::new("prove");
    let document = json(&["knowledge", "export"]);
    let count = document["recommendations"].as_array().expect("a list").len();
    // A second recommendation that says the same of the same patients; no vignette shows it.
    let original = std::fs::read_to_string(copy.0.join(REFLEX)).expect("a file");
    let start = original.find("[[recommendation]]").expect("a recommendation");
    let end = original[start + 1..].find("[[recommendation]]").map_or(original.len(), |at| start + 1 + at);
    let twin = original[start..end].replacen("diagnosis/reflex-testing/", "diagnosis/reflex-testing/twin-of-", 1);
    copy.write(REFLEX, &format!("{original}\n{twin}"));
    copy.edit(
        "knowledge/citations.toml",
        "key    = \"asco-cap-her2-2018\"",
        "key     = \"never-cited\"\ntext    = \"Nobody. Nothing. 2020\"\nyear    = 2020\nstatus  = \"from-memory\"\n\n[[citation]]\nkey    = \"asco-cap-her2-2018\"",
    );
    let (status, text, said) = her2path(&["knowledge", "prove", &copy.knowledge(), "--format", "json"]);
    assert_eq!(status, Some(3), "{said}");
    let proofs: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(proofs["proven"], false);
    let of = |id: &str| {
        let list = proofs["proofs"].as_array().expect("a list");
        let proof = list.iter().find(|proof| proof["id"] == id).unwrap_or_else(|| panic!("no proof `{id}`"));
        (proof["checked"].as_u64().expect("a number"), proof["failures"].as_array().expect("a list").clone())
    };
    assert_eq!(of("satisfiable"), (count as u64 + 1, vec![]));
    assert!(of("distinct").1.iter().any(|failure| failure.as_str().is_some_and(|text| text.contains("twin-of-"))));
    assert!(of("citations-used").1.contains(&Value::from("never-cited")));
    assert!(of("vignettes").1.iter().any(|failure| failure.as_str().is_some_and(|text| text.contains("twin-of-"))));
}

#[test]
fn export_is_documented_key_by_key() {
    let document = json(&["knowledge", "export"]);
    assert_eq!(document["schema"], "her2path/guideline/1");
    let (_, listed, _) = her2path(&["knowledge", "list"]);
    for recommendation in document["recommendations"].as_array().expect("a list") {
        let id = recommendation["id"].as_str().expect("an id");
        assert!(listed.contains(&format!("  {id}\n")), "{id}");
    }
    let docs = std::fs::read_to_string(root().join("docs/knowledge.md")).expect("the page");
    let mut seen = std::collections::BTreeSet::new();
    for (part, value) in document.as_object().expect("an object") {
        seen.insert(part.clone());
        let entries: Vec<&Value> = value.as_array().map_or_else(|| vec![value], |list| list.iter().collect());
        for entry in entries {
            seen.extend(entry.as_object().into_iter().flat_map(|object| object.keys().cloned()));
        }
    }
    for key in &seen {
        assert!(docs.contains(&format!("`{key}`")), "docs/knowledge.md does not explain `{key}`");
    }
    assert!(seen.len() > 60, "only {} keys", seen.len());
}

/// What is inferred follows the guideline that was given, not the one that is built in.
#[test]
fn a_guideline_from_a_folder_is_used_throughout() {
    let copy = Copy::new("folder");
    let case = copy.write("case.toml", "\"disease.setting\" = \"metastatic\"\n\"metastasis.sites\" = [\"liver\"]\n");
    let visceral = |guideline: Option<&str>| {
        let mut call = vec!["assess", &case, "--as-of", "2026-11-23", "--format", "json"];
        call.extend(guideline.iter().flat_map(|folder| ["--guideline", folder]));
        json(&call)["facts"]["metastasis.visceral"]["value"].clone()
    };
    assert_eq!(visceral(None), true);
    let path = copy.0.join("knowledge/valuesets/visceral-sites.toml");
    let text = std::fs::read_to_string(&path).expect("the value set");
    std::fs::write(&path, text.replace("\"liver\", ", "").replace(", \"liver\"", "")).expect("a copy can be written");
    assert_eq!(visceral(Some(&copy.knowledge())), false);

    // A dictionary of its own cannot be used, and that is said with the name.
    let own = "id = \"own.fact\"\ntitle = \"Own\"\nkind = \"asserted\"\ntype = \"boolean\"\nsource = \"Own\"\nask = \"Own?\"\nplain = \"Own.\"\n";
    copy.write("knowledge/facts/own.toml", &format!("[[fact]]\n{own}"));
    let (status, text, said) = her2path(&["assess", &case, "--guideline", &copy.knowledge()]);
    assert_eq!((status, text.as_str()), (Some(3), ""), "{said}");
    assert!(said.contains("its facts are not those of this program (own.fact)"), "{said}");
}
