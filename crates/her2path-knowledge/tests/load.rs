//! Reading a folder, and what stands in the result.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use her2path_knowledge::code_system::CodeSystem;
use her2path_knowledge::model::{
    Certainty, Comparison, Criterion, Evidence, FactType, Jurisdiction, Operation, Span, ValueIndex,
};
use her2path_knowledge::{LoadError, ReadError, SourceFile, load, load_folder, read_folder};
use jiff::civil::date;
use rust_decimal::Decimal;

fn guideline() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guideline")
}

/// A folder of its own below the build's folder for tests.
fn fresh_folder(name: &str) -> std::io::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

#[test]
fn every_field_arrives() {
    let (knowledge, _) = load_folder(&guideline()).unwrap();
    assert_eq!(knowledge.guideline.version, "2026.11.1");
    assert_eq!(knowledge.guideline.reviewed.next, Some(date(2027, 5, 23)));

    let ids: Vec<_> = knowledge.facts.iter().map(|fact| fact.id.as_ref()).collect();
    let expected =
        ["as-of", "her2.status", "lvef.date", "lvef.latest", "metastasis.sites", "pregnant", "stage.t", "therapy.line"];
    assert_eq!(ids, expected);
    let her2 = knowledge.fact("her2.status").unwrap();
    let definition = knowledge.fact_definition(her2).unwrap();
    assert_eq!(definition.kind_of_value, FactType::Code);
    let open: Vec<_> = definition.values.iter().map(|value| (value.code.as_ref(), value.open)).collect();
    assert_eq!(open, [("positive", false), ("negative", false), ("equivocal", true)]);
    assert_eq!(definition.value("equivocal"), Some(ValueIndex(2)));
    let lvef = knowledge.fact("lvef.latest").unwrap();
    assert_eq!(knowledge.fact_definition(lvef).unwrap().unit.as_deref(), Some("%"));
    let pregnant = knowledge.fact_definition(knowledge.fact("pregnant").unwrap()).unwrap();
    assert_eq!(pregnant.values.iter().map(|value| value.code.as_ref()).collect::<Vec<_>>(), ["false", "true"]);
    assert_eq!(knowledge.fact("her2"), None);

    let citation = knowledge.citation("example-trial-2012").unwrap();
    assert_eq!((citation.year, citation.status, citation.checked), (2012, Evidence::Seen, Some(date(2026, 11, 1))));
    assert_eq!(citation.pmid.as_deref(), Some("12345678"));

    let first = knowledge.recommendation("diagnosis/topic/first").unwrap();
    assert_eq!(first.question, "What now?");
    assert_eq!(first.certainty, Some(Certainty::VeryLow));
    // The order of the file, not of the alphabet.
    assert_eq!(first.bodies.iter().map(|(body, _)| body.as_ref()).collect::<Vec<_>>(), ["zeta", "alpha"]);
    assert_eq!(first.superseded_by.as_deref(), Some("diagnosis/topic/second"));
    assert_eq!((first.place.file.as_ref(), first.place.line), ("diagnosis/topic.toml", 4));
    assert_eq!(first.ask_first.as_ref(), [her2]);
    let [Criterion::Test(status), Criterion::Any(group)] = first.when.as_ref() else { panic!("{:?}", first.when) };
    assert_eq!((status.text.as_ref(), status.fact), ("her2.status is positive", her2));
    assert_eq!(status.operation, Operation::Is(ValueIndex(0)));
    let [Criterion::Test(sites), Criterion::Test(fraction)] = group.as_ref() else { panic!("{group:?}") };
    assert_eq!(sites.operation, Operation::In(vec![ValueIndex(2), ValueIndex(3)].into()));
    assert_eq!(fraction.operation, Operation::Compare(Comparison::GreaterOrEqual, Decimal::new(500, 1)));
    let [Criterion::Test(pregnancy)] = first.contraindicated_if.as_ref() else { panic!("{first:?}") };
    assert_eq!(pregnancy.operation, Operation::Is(ValueIndex(1)));

    let second = knowledge.recommendation("diagnosis/topic/second").unwrap();
    assert_eq!((second.preference, second.strength, second.option.as_deref()), (None, None, None));
    assert_eq!((second.rules.as_ref(), second.jurisdiction), (["F01".into()].as_slice(), Some(Jurisdiction::Eu)));
    assert_eq!(second.regimen.as_ref(), ["drug-a", "drug-b"]);
    assert_eq!(second.schedule.as_deref(), Some("drug-a 6 mg/kg every 3 weeks"));
    assert_eq!(second.monitor.as_ref(), ["LVEF every 12 weeks"]);
    assert!(first.regimen.is_empty() && first.schedule.is_none() && first.jurisdiction.is_none());
    let operations: Vec<_> = second
        .when
        .iter()
        .filter_map(|criterion| match criterion {
            Criterion::Test(test) => Some(test.operation.clone()),
            _ => None,
        })
        .collect();
    let expected = [
        Operation::IsNot(ValueIndex(1)),
        Operation::Within(Span::Months(3), knowledge.fact("as-of").unwrap()),
        Operation::Compare(Comparison::Equal, Decimal::ONE),
        Operation::Known,
    ];
    assert_eq!(operations, expected);
}

#[test]
fn codes_lead_to_concepts() {
    let mut files = read_folder(&guideline()).unwrap();
    let other = "title = \"x\"\ndescription = \"x\"\n[[concept]]\nsystem = \"loinc\"\ncode = \"LA11841-6\"\ndisplay = \"1+\"\n\
                 [[concept]]\nsystem = \"hl7\"\ncode = \"LA11841-6\"\ndisplay = \"x\"\n";
    files.push(SourceFile { path: "valuesets/another.toml".to_owned(), text: other.to_owned() });
    let (knowledge, diagnostics) = load(&files);
    let knowledge = knowledge.unwrap_or_else(|| panic!("{diagnostics:?}"));
    let (another, score) = (knowledge.value_set("another").unwrap(), knowledge.value_set("her2-ihc-score").unwrap());
    let found = |system, code| knowledge.concepts(system, code).map(|(set, _)| set).collect::<Vec<_>>();
    assert_eq!(found(CodeSystem::Loinc, "LA11841-6"), [another, score]);
    assert_eq!(found(CodeSystem::Hl7, "LA11841-6"), [another]);
    assert_eq!(found(CodeSystem::Snomed, "254837009"), [score]);
    assert_eq!(found(CodeSystem::Snomed, "LA11841-6"), []);
    assert_eq!(found(CodeSystem::Loinc, "LA"), []);
    let concept = knowledge.find(score, CodeSystem::Loinc, "LA11841-6").unwrap();
    assert_eq!((concept.meaning.as_deref(), concept.also.as_ref()), (Some("1+"), &["1+ (faint)".into()][..]));
    assert_eq!(knowledge.find(another, CodeSystem::Snomed, "254837009"), None);
    assert_eq!(knowledge.value_set_definition(another).unwrap().id, "another");
    assert_eq!(knowledge.concept_index.len(), 4);
}

/// The order in which files are given is nothing; their content is.
#[test]
fn hash_tells_guidelines_apart() {
    let files = read_folder(&guideline()).unwrap();
    let hash = |files: &[SourceFile]| load(files).0.unwrap().guideline.hash.into_owned();
    let mut reversed = files.clone();
    reversed.reverse();
    assert_eq!(load(&files), load(&reversed));
    let mut changed = files.clone();
    changed[0].text.push('\n');
    assert_ne!(hash(&files), hash(&changed));
    assert_eq!(hash(&files).len(), 16);
}

/// Files of other editors: a byte order mark and line ends of Windows change nothing but the hash, and carets stand right.
#[test]
fn other_line_ends() {
    let files = read_folder(&guideline()).unwrap();
    let convert = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let mut windows: Vec<_> =
        files.iter().map(|file| SourceFile { path: file.path.clone(), text: convert(&file.text) }).collect();
    let (here, there) = (load(&files).0.unwrap(), load(&windows).0.unwrap());
    assert_ne!(here.guideline.hash, there.guideline.hash);
    assert_eq!((&here.facts, &here.citations, &here.value_sets), (&there.facts, &there.citations, &there.value_sets));
    assert_eq!(here.recommendations, there.recommendations);

    let topic = windows.iter_mut().find(|file| file.path == "diagnosis/topic.toml").unwrap();
    topic.text = topic.text.replace("her2.status is positive", "her2.status is postive");
    let expected = "error: `her2.status` cannot be `postive`\n  --> diagnosis/topic.toml:14:19\n   |\n\
                    14 |   \"her2.status is postive\",\n   |                   ^^^^^^^\nhint: did you mean `positive`?";
    assert_eq!(load(&windows).1[0].to_string(), expected);
}

#[test]
fn folders() {
    let folder = fresh_folder("folders").unwrap();
    assert!(matches!(load_folder(&folder), Err(LoadError::Read(ReadError::Empty { .. }))));
    let missing = load_folder(&folder.join("missing")).unwrap_err().to_string();
    assert!(missing.starts_with("cannot read `"), "{missing}");

    fs::create_dir_all(folder.join("diagnosis/deep")).unwrap();
    for name in ["b.toml", "diagnosis/deep/a.toml", ".hidden.toml", "README.md", "diagnosis/.swp"] {
        fs::write(folder.join(name), "x = 1").unwrap();
    }
    let paths: Vec<_> = read_folder(&folder).unwrap().into_iter().map(|file| file.path).collect();
    assert_eq!(paths, ["b.toml", "diagnosis/deep/a.toml"]);

    fs::write(folder.join("latin1.toml"), b"title = \"\xe9\"").unwrap();
    let encoding = load_folder(&folder).unwrap_err().to_string();
    assert!(encoding.contains("latin1.toml"), "{encoding}");
}

/// An invalid guideline is displayed with all findings and their number.
#[test]
fn invalid_guideline_as_text() {
    let folder = fresh_folder("invalid").unwrap();
    fs::write(folder.join("facts.toml"), "[[fact]]\n").unwrap();
    let error = load_folder(&folder).unwrap_err();
    let LoadError::Invalid { diagnostics } = &error else { panic!("{error:?}") };
    assert_eq!(diagnostics.len(), 8, "seven keys of a fact and the missing file");
    let text = error.to_string();
    assert!(text.starts_with("error: `id` is missing\n --> facts.toml:1:1\n"), "{text}");
    assert!(text.ends_with("\n\n8 errors in the guideline"), "{text}");
}

/// Positions have 16 bits: what does not fit is an error, not a wrap.
#[test]
fn too_many() {
    let files = read_folder(&guideline()).unwrap();
    let many = |line: &dyn Fn(u32) -> String| (0..=u32::from(u16::MAX)).map(line).collect::<String>();
    let concepts = many(&|number| format!("[[concept]]\nsystem = \"hl7\"\ncode = \"{number}\"\ndisplay = \"x\"\n"));
    let values = format!("values = [{}]\n", many(&|number| format!("\"{number}\",")));
    let head = "title = \"x\"\ndescription = \"x\"\n".to_owned();
    let fact = "[[fact]]\nid = \"x\"\ntitle = \"x\"\nkind = \"asserted\"\ntype = \"code\"\nsource = \"x\"\nask = \"x\"\nplain = \"x\"\n";
    let cases = [
        ("valuesets/many.toml", head + &concepts, "65536 concepts are too many"),
        ("facts/many.toml", fact.to_owned() + &values, "65536 values are too many"),
    ];
    for (path, text, expected) in cases {
        let mut files = files.clone();
        files.push(SourceFile { path: path.to_owned(), text });
        let (knowledge, diagnostics) = load(&files);
        assert!(knowledge.is_none());
        assert_eq!(diagnostics.iter().map(|found| found.message.as_str()).collect::<Vec<_>>(), [expected]);
    }
}
