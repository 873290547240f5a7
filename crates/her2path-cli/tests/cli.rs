//! Transcripts of the command line: arguments, exit status, standard output and standard error together.
//!
//! Each case of `tests/cli/*.txt` begins with `$ her2path …`; what follows is what must come back. Lines that end in `…`
//! need only begin alike, and a line `…` alone stands for any number of lines.

#![cfg(test)]

use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Runs a command line in the project's folder; single quotes group words, `< text` is standard input.
fn run(line: &str) -> String {
    let (line, input) = line.split_once(" < ").map_or((line, ""), |(line, input)| (line, input));
    let mut words = Vec::new();
    for (number, part) in line.split('\'').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_her2path"))
        .args(&words[1..])
        .current_dir(root())
        .env_remove("COLUMNS")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    use std::io::Write as _;
    // A program that does not read its input may be gone already.
    let _ = child.stdin.take().expect("an input").write_all(input.replace("\\n", "\n").as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    let mut transcript = String::from_utf8(output.stdout).expect("UTF-8");
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    if !errors.is_empty() {
        transcript.push_str(&format!("[stderr]\n{errors}"));
    }
    transcript.push_str(&format!("[exit {}]\n", output.status.code().expect("a status")));
    transcript
}

fn matches(expected: &[&str], found: &[&str]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((&"…", rest)) => (0..=found.len()).any(|skipped| matches(rest, &found[skipped..])),
        Some((first, rest)) => found.split_first().is_some_and(|(line, others)| {
            let alike = match first.strip_suffix('…') {
                Some(beginning) => line.starts_with(beginning),
                None => line.trim_end() == first.trim_end(),
            };
            alike && matches(rest, others)
        }),
    }
}

#[test]
fn transcripts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    files.sort();
    let mut ran = 0;
    let mut wrong = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file");
        for case in text.split("\n$ ").map(|case| case.trim_start_matches("$ ")) {
            let Some((line, expected)) = case.split_once('\n') else { continue };
            if !line.starts_with("her2path") {
                continue;
            }
            let found = run(line);
            let expected: Vec<&str> = expected.trim_end().lines().collect();
            let lines: Vec<&str> = found.trim_end().lines().collect();
            if !matches(&expected, &lines) {
                wrong.push(format!(
                    "{}: $ {line}\n--- expected\n{}\n--- found\n{found}",
                    file.display(),
                    expected.join("\n")
                ));
            }
            ran += 1;
        }
    }
    assert!(ran >= 20, "only {ran} transcripts ran");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The README's first command and the output it shows are what the program does.
#[test]
fn readme_shows_the_real_output() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let block =
        readme.split("```console\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("a console block");
    let (command, shown) = block.split_once('\n').expect("a command and its output");
    let arguments =
        command.strip_prefix("$ cargo run --release --bin her2path -- ").expect("the command of the README");
    let found = run(&format!("her2path {arguments}"));
    let lines: Vec<&str> = found.trim_end().lines().collect();
    let expected: Vec<&str> = shown.lines().chain(["…"]).collect();
    assert!(matches(&expected, &lines), "the README shows\n{shown}\nbut the program says\n{found}");
}
