//! `her2path cohort` as a program: killed at random, without room on the disk, and with every exit status.

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    const TABLES: [&str; 5] = ["assessments", "facts", "lines", "recommendations", "issues"];

    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("her2path-cohort-cli-{}-{name}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn examples() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
    }

    fn cohort(input: &Path, out: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_her2path"));
        command.args(["cohort", "--as-of", "2026-11-23", "--threads", "2", "--overwrite", "--out"]).arg(out).arg(input);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// What stands under final names.
    fn files(out: &Path) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(out).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                found.push((name, std::fs::read(path).unwrap()));
            }
        }
        found.sort();
        found
    }

    /// A bulk file large enough that a run has a middle.
    fn input(scratch: &Scratch) -> PathBuf {
        let text = std::fs::read_to_string(examples().join("maureen.json")).unwrap();
        let resources: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let mut lines = String::new();
        for copy in 0..12 {
            for resource in &resources {
                lines += &resource.to_string().replace("126040", &format!("p{copy}"));
                lines.push('\n');
            }
        }
        let path = scratch.0.join("input.ndjson");
        std::fs::write(&path, lines).unwrap();
        path
    }

    #[test]
    fn killed_at_any_moment_leaves_nothing_wrong_under_a_final_name() {
        let scratch = Scratch::new("killed");
        let (input, out) = (input(&scratch), scratch.0.join("out"));
        let started = Instant::now();
        assert!(cohort(&input, &out).status().unwrap().success());
        let mut whole_run = started.elapsed().as_secs_f64();
        let expected = files(&out);
        assert_eq!(expected.len(), 7, "five tables, the report and the seal");
        let (mut interrupted, mut attempt) = (0, 0_u32);
        while interrupted < 50 {
            attempt += 1;
            assert!(attempt <= 500, "only {interrupted} of 500 runs were killed before their end");
            std::fs::remove_dir_all(&out).unwrap();
            let mut child = cohort(&input, &out).spawn().unwrap();
            // Spread over the whole run, by a step that has no common measure with it.
            let share = f64::from(attempt).mul_add(0.618_034, 0.05).fract();
            std::thread::sleep(Duration::from_secs_f64(whole_run * share));
            child.kill().unwrap();
            let status = child.wait().unwrap();
            if status.success() {
                // It ended first: the machine is quicker now than when the whole run was timed.
                whole_run *= 0.9;
            } else {
                interrupted += 1;
            }
            let found = files(&out);
            let sealed = found.iter().any(|(name, _)| name == "cohort.json");
            assert!(!sealed || found == expected, "a seal stands beside other files than a whole run leaves");
            for file in &found {
                assert!(expected.contains(file), "{} is partial or wrong after attempt {attempt}", file.0);
            }
            std::fs::create_dir_all(&out).unwrap();
        }
        assert!(cohort(&input, &out).status().unwrap().success());
        assert_eq!(files(&out), expected, "the next run succeeds");
        assert!(!out.join(".her2path-cohort").exists());
    }

    /// A limit of file size fails a write as a full disk does, without the right to mount one.
    #[test]
    fn without_room_nothing_is_left_and_the_next_run_succeeds() {
        let scratch = Scratch::new("full");
        let (input, out) = (input(&scratch), scratch.0.join("out"));
        let run = |limit: &str| {
            let mut command = Command::new("sh");
            let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$@\"");
            let inner = cohort(&input, &out);
            command.args(["-c", &script, "sh"]).arg(inner.get_program()).args(inner.get_args());
            command.args(["--memory", "1K"]).output().unwrap()
        };
        for limit in ["1", "8"] {
            let output = run(limit);
            assert_eq!(output.status.code(), Some(1), "with {limit} blocks");
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(message.contains("could not"), "{message}");
            assert!(files(&out).is_empty(), "with {limit} blocks");
        }
        assert_eq!(run("unlimited").status.code(), Some(0));
        assert_eq!(files(&out).len(), 7);
    }

    #[test]
    fn a_bad_line_shows_in_the_status_only_when_asked() {
        let scratch = Scratch::new("strict");
        let path = scratch.0.join("lines.ndjson");
        std::fs::write(&path, "{\"resourceType\":\"Patient\",\"id\":\"p\"}\nnot json\n").unwrap();
        let out = scratch.0.join("out");
        assert_eq!(cohort(&path, &out).status().unwrap().code(), Some(0));
        let strict = cohort(&path, &out).arg("--strict").stderr(Stdio::piped()).output().unwrap();
        assert_eq!(strict.status.code(), Some(4));
        let message = String::from_utf8_lossy(&strict.stderr).into_owned();
        assert!(message.contains("lines.ndjson:2"), "{message}");
    }

    #[test]
    fn statuses_tell_what_happened() {
        let scratch = Scratch::new("status");
        let out = scratch.0.join("out");
        let code = |command: &mut Command| command.status().unwrap().code();
        assert_eq!(code(&mut cohort(&scratch.0, &out)), Some(3), "an empty folder");
        assert_eq!(code(&mut cohort(Path::new("no-such-file.ndjson"), &out)), Some(1));
        assert_eq!(code(cohort(&examples(), &out).args(["--threads", "none"])), Some(2));
        assert_eq!(code(&mut cohort(&examples(), &out)), Some(0));
        let mut plain = Command::new(env!("CARGO_BIN_EXE_her2path"));
        plain.arg("cohort").arg(examples()).arg("--out").arg(&out).stderr(Stdio::null());
        assert_eq!(code(&mut plain), Some(1), "results are there already");
    }

    #[test]
    fn its_own_results_are_no_input() {
        let scratch = Scratch::new("own");
        std::fs::copy(examples().join("maureen.json"), scratch.0.join("maureen.json")).unwrap();
        for format in ["ndjson", "ndjson", "csv"] {
            let run = cohort(&scratch.0, &scratch.0).args(["--format", format, "--strict"]).output().unwrap();
            assert_eq!(run.status.code(), Some(0), "{format}: {}", String::from_utf8_lossy(&run.stderr));
        }
        let table = std::fs::read_to_string(scratch.0.join("assessments.csv")).unwrap();
        assert_eq!(table.lines().count(), 2, "a header and one patient: {table}");
    }

    #[test]
    fn synthetic_patients_are_not_written_over_without_being_asked() {
        let scratch = Scratch::new("synth");
        let synth = |more: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_her2path"));
            command.args(["synth", "--patients", "3", "--seed", "1", "--out"]).arg(&scratch.0).args(more);
            command.stderr(Stdio::null()).status().unwrap().code()
        };
        assert_eq!(synth(&[]), Some(0));
        assert!(scratch.0.join("Patient.ndjson").exists());
        assert_eq!(synth(&["--layout", "bundles"]), Some(1));
        assert!(!scratch.0.join("bundles.ndjson").exists());
        assert_eq!(synth(&["--layout", "bundles", "--overwrite"]), Some(0));
        let mut names: Vec<String> = std::fs::read_dir(&scratch.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(names, ["bundles.ndjson", "truth.ndjson"]);
        assert_eq!(synth(&["--overwrite", "--others", "-1"]), Some(2));
        assert_eq!(synth(&["--overwrite", "--threads", "0"]), Some(2));
        assert_eq!(synth(&["--overwrite", "--from", "1900-01-01"]), Some(2));
    }

    #[test]
    fn standard_input_is_read_as_a_file_is() {
        let scratch = Scratch::new("stdin");
        let (from_file, from_stdin) = (scratch.0.join("file"), scratch.0.join("stdin"));
        let input = input(&scratch);
        assert!(cohort(&input, &from_file).args(["--format", "csv"]).status().unwrap().success());
        let mut command = cohort(Path::new("-"), &from_stdin);
        command.args(["--format", "csv"]).stdin(std::fs::File::open(&input).unwrap());
        assert!(command.status().unwrap().success());
        for table in TABLES.into_iter().filter(|table| *table != "issues") {
            let read = |folder: &Path| std::fs::read(folder.join(format!("{table}.csv"))).unwrap();
            assert_eq!(read(&from_file), read(&from_stdin), "{table}");
        }
    }
}
