//! Where output goes wrong: a full disk, a reader that goes away, a record that tries to steer the terminal, an input
//! that is not there. The program answers with a status and never with a panic.

#![cfg(test)]

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn her2path(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_her2path"));
    command.args(arguments).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// One call of every command that prints, with enough output to fill a pipe or not.
const CALLS: [&[&str]; 14] = [
    &["--help"],
    &["--version"],
    &["assess", "examples/maureen.json", "--as-of", "2026-11-23"],
    &["assess", "examples/maureen.json", "--as-of", "2026-11-23", "--format", "json"],
    &["assess", "examples/maureen.json", "--as-of", "2026-11-23", "--format", "html"],
    &["knowledge", "check"],
    &["knowledge", "check", "knowledge"],
    &["knowledge", "list"],
    &["knowledge", "show", "her2.status"],
    &["interpret", "her2", "--ihc", "3+"],
    &["interpret", "her2", "--csv", "crates/her2path/tests/vectors/her2.csv"],
    &["interpret", "her2", "--csv", "crates/her2path/tests/vectors/her2.csv", "--format", "json"],
    &["triage", "--symptom", "headache"],
    &["survival", "--help"],
];

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_status_1_and_said() {
    for call in CALLS {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("the device that is always full");
        let output = her2path(call).stdin(Stdio::null()).stdout(full).output().expect("the program runs");
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{call:?}: {said}");
        assert!(said.contains("could not write"), "{call:?}: {said}");
        assert!(!said.contains("panicked"), "{call:?}: {said}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_standard_error_is_no_panic() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("the device that is always full");
    let output = her2path(&["knowledge", "show", "no-such-thing"]).stderr(full).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_reader_that_goes_away_is_success() {
    for call in CALLS {
        let mut child = her2path(call)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // The reader takes one byte and leaves, as `head` does.
        let mut reader = child.stdout.take().expect("a pipe");
        let mut first = [0_u8; 1];
        assert!(reader.read_exact(&mut first).is_ok(), "{call:?} prints something");
        drop(reader);
        let output = child.wait_with_output().expect("the program ends");
        assert_eq!(output.status.code(), Some(0), "{call:?}: {}", stderr(&output));
        assert!(!stderr(&output).contains("panicked"), "{call:?}");
    }
}

#[test]
fn a_record_cannot_steer_the_terminal() {
    let folder = Scratch::new("steer");
    let escape = "\\u001b[2J\\u009b31m\\u202e";
    let record = format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[
        {{"resource":{{"resourceType":"Patient","id":"p{escape}q"}}}},
        {{"resource":{{"resourceType":"Condition","id":"c{escape}","subject":{{"reference":"Patient/p{escape}q"}},
          "code":{{"text":"cancer{escape}","coding":[{{"system":"http://snomed.info/sct","code":"254837009","display":"{escape}"}}]}}}}}},
        {{"resource":{{"resourceType":"Observation","id":"o{escape}","status":"final","subject":{{"reference":"Patient/p{escape}q"}},
          "code":{{"coding":[{{"system":"http://loinc.org","code":"48676-1"}}]}},"valueString":"odd{escape}"}}}},
        {{"resource":{{"resourceType":"{escape}","id":"x"}}}}]}}"#
    );
    let file = folder.write("record.json", &record);
    for format in ["text", "html"] {
        let output = her2path(&["assess", &file, "--all", "--as-of", "2026-11-23", "--format", format])
            .output()
            .expect("the program runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8") + &String::from_utf8(output.stderr).expect("UTF-8");
        assert!(text.contains("odd") || format == "html", "the record was read");
        let steers = |c: &char| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c);
        assert_eq!(text.chars().find(steers), None, "{format}");
    }
    // The name of a file is somebody else's text too.
    let odd = folder.write("a\u{1b}[31mb.json", "{");
    let output = her2path(&["assess", &odd]).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(3));
    assert!(!stderr(&output).contains('\u{1b}'), "{}", stderr(&output));
}

#[test]
fn one_bad_input_does_not_hide_the_others() {
    let folder = Scratch::new("inputs");
    let good = folder.write("good.json", r#"{"resourceType":"Patient","id":"good"}"#);
    let bad = folder.write("bad.json", "not json");
    let empty = folder.folder("empty");
    let case = folder.write("case.toml", "\"her2.status\" = ");
    // The other inputs, the status, and what is said.
    let cases: [(&str, i32, &str); 4] = [
        ("no-such-file.json", 1, "could not read `no-such-file.json`"),
        (&bad, 3, "fatal["),
        (&empty, 3, "no FHIR file in"),
        (&case, 3, "fatal[not-toml]"),
    ];
    for (other, status, said) in cases {
        for order in [[good.as_str(), other], [other, good.as_str()]] {
            let mut call = vec!["assess", "--format", "json", "--as-of", "2026-11-23"];
            call.extend(order);
            let output = her2path(&call).output().expect("the program runs");
            let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
            assert_eq!(output.status.code(), Some(status), "{order:?}: {}", stderr(&output));
            assert_eq!(text.lines().count(), 1, "{order:?}: the good record is assessed all the same");
            assert!(text.contains("\"id\":\"good\""), "{order:?}");
            assert!(stderr(&output).contains(said), "{order:?}: {}", stderr(&output));
        }
        let output = her2path(&["assess", other]).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(status), "{other} alone");
        assert!(output.stdout.is_empty(), "{other} alone gives no assessment");
    }
}

/// `{"resourceType":"Patient","id":"zipped"}`, compressed by gzip.
const ZIPPED: [u8; 58] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 42, 74, 45, 206, 47, 45, 74, 78, 13, 169, 44, 72, 85, 178, 82, 10, 72,
    44, 201, 76, 205, 43, 81, 210, 81, 202, 76, 1, 114, 171, 50, 11, 10, 82, 83, 148, 106, 1, 155, 250, 92, 13, 40, 0,
    0, 0,
];

#[test]
fn what_a_folder_holds_is_read_or_named() {
    let folder = Scratch::new("folder");
    folder.write("capitals.JSON", r#"{"resourceType":"Patient","id":"capitals"}"#);
    std::fs::write(folder.0.join("zipped.json.gz"), ZIPPED).expect("a file");
    let place = folder.0.display().to_string();
    let read = |strict: bool| {
        let mut call = vec!["assess", "--format", "json", "--as-of", "2026-11-23", &place];
        call.extend(strict.then_some("--strict"));
        let output = her2path(&call).output().expect("the program runs");
        (output.status.code(), String::from_utf8(output.stdout.clone()).expect("UTF-8"), stderr(&output))
    };
    let (status, text, said) = read(false);
    assert_eq!(status, Some(0), "{said}");
    assert!(text.contains("\"id\":\"capitals\"") && text.contains("\"id\":\"zipped\""), "{text}");
    assert_eq!(said, "");
    folder.write("letter.txt", "Dear colleague");
    let (status, _, said) = read(false);
    assert_eq!(status, Some(0));
    assert!(said.contains("not read") && said.contains("letter.txt"), "{said}");
    assert_eq!(read(true).0, Some(4));
}

/// Whatever prints goes through one writer that is checked.
#[test]
fn only_one_file_writes_to_standard_output() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![source.clone()];
    let mut seen = 0;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            seen += 1;
            let inside = path.strip_prefix(&source).expect("below the sources").display().to_string();
            let text = std::fs::read_to_string(&path).expect("a source file");
            let prints = ["println!", "print!(", "eprintln!", "eprint!(", "stdout().lock()"];
            let found: Vec<_> = prints.iter().filter(|print| text.contains(**print)).collect();
            assert!(found.is_empty() || inside == "output.rs", "{inside} prints by itself: {found:?}");
        }
    }
    assert!(seen > 20, "only {seen} files were looked at");
}

/// A folder of its own that goes away with the test.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("her2path-output-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    fn folder(&self, name: &str) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        path.display().to_string()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
