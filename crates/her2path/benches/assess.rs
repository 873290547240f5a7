//! From bytes to assessment, beside what `serde_json` takes to parse the same bytes into a `Value`.
//!
//! `cargo bench -p her2path --bench assess`. The aim: assessing a record of about 200 resources takes at most twice the
//! time of the plain parse. `bytes_to_assessment` is what `her2path assess` does unasked: every chapter but the figures of
//! the outlook, with lines of therapy looked back upon. `read`, `chart` and `chapter` are its parts; writing is apart.
//!
//! Maureen and Jenny M. are real examples without treatment on record (`examples/README.md`). `treated.json` is synthetic
//! (`her2path synth --patients 40 --seed 11 --layout bundles`, the 22nd): 251 resources, two lines of therapy.

use her2path::assessment::Assessment;
use her2path::chart::Chart;
use her2path::fhir::{self, Input};
use her2path::guideline::KNOWLEDGE;
use her2path::render::{json, text};
use her2path::{Question, assess, assess_chart, chapters};
use her2path_knowledge::model::Chapter;

const RECORDS: [(&str, &[u8]); 3] = [
    ("maureen", include_bytes!("../../../examples/maureen.json")),
    ("jenny-m", include_bytes!("../../../examples/jenny-m.json")),
    ("treated", include_bytes!("treated.json")),
];

fn main() {
    divan::main();
}

fn names() -> [&'static str; 3] {
    RECORDS.map(|(name, _)| name)
}

fn bytes(name: &str) -> &'static [u8] {
    RECORDS.iter().find(|(known, _)| *known == name).map_or(&[], |(_, bytes)| bytes)
}

fn question() -> Question<'static> {
    Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23))
}

fn assessed(bytes: &[u8]) -> Vec<Assessment<'static>> {
    assess([Input { bytes, name: "record" }], &question()).0
}

#[divan::bench(args = names())]
fn serde_json_value(bencher: divan::Bencher<'_, '_>, name: &str) {
    let bytes = bytes(name);
    bencher
        .counter(divan::counter::BytesCount::of_slice(bytes))
        .bench(|| serde_json::from_slice::<serde_json::Value>(divan::black_box(bytes)).map(|value| value.is_object()));
}

#[divan::bench(args = names())]
fn bytes_to_assessment(bencher: divan::Bencher<'_, '_>, name: &str) {
    let bytes = bytes(name);
    bencher.counter(divan::counter::BytesCount::of_slice(bytes)).bench(|| assessed(divan::black_box(bytes)).len());
}

#[divan::bench(args = names())]
fn read(bencher: divan::Bencher<'_, '_>, name: &str) {
    let bytes = bytes(name);
    bencher.bench(|| fhir::read(divan::black_box(bytes), "record").0.len());
}

#[divan::bench(args = names())]
fn chart(bencher: divan::Bencher<'_, '_>, name: &str) {
    let (records, _) = fhir::read(bytes(name), "record");
    let Question { knowledge, as_of, .. } = question();
    bencher.bench(|| records.iter().map(|record| Chart::of_record(record, knowledge, as_of).1.len()).sum::<usize>());
}

/// Each chapter of the treated record for itself.
#[divan::bench(args = chapters::ORDER)]
fn chapter(bencher: divan::Bencher<'_, '_>, chapter: Chapter) {
    let (records, _) = fhir::read(bytes("treated"), "record");
    let question = question().chapters(chapters::Chapters::of(&[chapter]));
    let chart = records.first().map(|record| Chart::of_record(record, question.knowledge, question.as_of).0);
    bencher
        .with_inputs(|| chart.clone())
        .bench_values(|chart| chart.map(|chart| assess_chart(chart, Vec::new(), &question)));
}

#[divan::bench(args = names())]
fn write_json(bencher: divan::Bencher<'_, '_>, name: &str) {
    let assessments = assessed(bytes(name));
    bencher.bench(|| assessments.iter().filter_map(|one| Some(json::to_string(one).ok()?.len())).sum::<usize>());
}

#[divan::bench(args = names())]
fn write_text(bencher: divan::Bencher<'_, '_>, name: &str) {
    let assessments = assessed(bytes(name));
    let style = text::Style { colour: false, width: 100, all: false };
    bencher.bench(|| assessments.iter().map(|one| text::to_string(one, style).len()).sum::<usize>());
}
