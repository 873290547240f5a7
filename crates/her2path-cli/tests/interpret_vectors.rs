//! The worked vectors of the dossier through the shipped program: `her2path interpret … --csv`.
//!
//! The files hold the input columns and the expected answer side by side; the program ignores the columns that it does
//! not ask for, so its answers can be held against them row by row.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    fn vectors(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../her2path/tests/vectors").join(name)
    }

    /// Cells of one line; quoted ones may hold commas.
    fn cells(line: &str) -> Vec<String> {
        let mut cells = vec![String::new()];
        let mut quoted = false;
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().expect("a cell").push(c),
            }
        }
        cells
    }

    /// Rows by id, each with its cells by column.
    fn rows(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
        let mut lines = text.lines().filter(|line| !line.is_empty());
        let header = cells(lines.next().expect("a header"));
        lines
            .map(|line| {
                let row: BTreeMap<String, String> = header.iter().cloned().zip(cells(line)).collect();
                (row["id"].clone(), row)
            })
            .collect()
    }

    /// Runs a calculator over a file and compares these columns of its answer with those of the file.
    fn compare(calculator: &str, file: &str, count: usize, columns: &[(&str, &str)]) {
        let path = vectors(file);
        let output = Command::new(env!("CARGO_BIN_EXE_her2path"))
            .args(["interpret", calculator, "--csv"])
            .arg(&path)
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let expected = rows(&std::fs::read_to_string(&path).expect("the vectors"));
        let found = rows(&String::from_utf8(output.stdout).expect("UTF-8"));
        assert_eq!(expected.len(), count, "rows of {file}");
        assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
        for (id, row) in &expected {
            // Why values cannot be is said, and nothing is where they can.
            let impossible = found[id].values().any(|value| value.starts_with("INVALID"));
            assert_eq!(found[id]["reason"].is_empty(), !impossible, "{id}");
            for (theirs, ours) in columns {
                assert_eq!(found[id][*ours], row[*theirs], "{file} {id}: {theirs}");
            }
        }
    }

    #[test]
    fn her2() {
        let columns = [
            ("ish_class", "ish_class"),
            ("status", "status"),
            ("category", "category"),
            ("rule", "rule"),
            ("flags", "flags"),
        ];
        compare("her2", "her2.csv", 28, &columns);
    }

    #[test]
    fn receptors() {
        let columns = [
            ("er_status", "er_status"),
            ("pr_status", "pr_status"),
            ("hr_status", "hr_status"),
            ("subtype", "subtype"),
            ("flags", "flags"),
        ];
        compare("receptors", "er_pr_subtype.csv", 14, &columns);
    }

    #[test]
    fn stage() {
        let columns = [("stage", "stage"), ("provisional_if_m0", "provisional_if_m0"), ("flags", "flags")];
        compare("stage", "tnm_stage.csv", 23, &columns);
    }

    #[test]
    fn response() {
        compare("response", "recist_target.csv", 7, &[("target_response", "target_response")]);
    }
}
