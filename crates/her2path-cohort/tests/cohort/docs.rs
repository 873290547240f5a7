//! The documentation of the tables is that of the program. `WRITE_DOCS=1 cargo test -p her2path-cohort docs` renews it.

use her2path_cohort::tables::{Kind, TABLES};

use crate::runs::repository;

const BEGIN: &str = "<!-- tables: begin -->\n";
const END: &str = "<!-- tables: end -->\n";

fn tables() -> String {
    let mut text = String::new();
    for spec in TABLES {
        text += &format!(
            "\n### `{}`\n\n{}\n\n| column | type | missing? | unit | what it says |\n|---|---|---|---|---|\n",
            spec.table.name(),
            spec.rows
        );
        for column in spec.columns {
            let kind = match column.kind {
                Kind::Text => "text",
                Kind::Code => "code",
                Kind::Integer => "integer",
                Kind::Number => "number",
                Kind::Boolean => "boolean",
                Kind::Day => "day",
            };
            let missing = if column.nullable { "yes" } else { "no" };
            let fact = column.fact.map_or(String::new(), |fact| format!(" (fact `{fact}`)"));
            text +=
                &format!("| `{}` | {kind} | {missing} | {} | {}{fact} |\n", column.name, column.unit, column.meaning);
        }
    }
    text + "\n"
}

#[test]
fn every_column_is_documented_as_it_is() {
    let path = repository().join("docs/cohort.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    if std::env::var_os("WRITE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", tables())).unwrap();
        return;
    }
    assert_eq!(found, tables(), "docs/cohort.md is behind; WRITE_DOCS=1 renews it");
}

#[test]
fn every_fact_of_a_column_is_in_the_dictionary() {
    let facts: Vec<&str> = TABLES.iter().flat_map(|spec| spec.columns).filter_map(|column| column.fact).collect();
    assert!(facts.len() > 15);
    for fact in facts {
        assert!(her2path::guideline::Fact::from_id(fact).is_some(), "{fact}");
    }
}

/// The prefilter keeps only what the chart reads; where the chart begins to read more, it must be looked at again.
#[test]
fn the_chart_reads_no_encounters() {
    let mut folders = vec![repository().join("crates/her2path/src/chart")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(
                !text.contains("record.encounters"),
                "{} reads encounters: let `relevance` keep them",
                path.display()
            );
        }
    }
}
