//! From bytes to assessment, beside what `serde_json` takes to parse the same bytes into a `Value`.
//!
//! `cargo bench -p her2path --bench assess`. The aim: assessing a record of about 200 resources takes at most twice the
//! time of the plain parse.

use her2path::fhir::{self, Input};
use her2path::guideline::KNOWLEDGE;
use her2path::{Question, assess, chapters};

const MAUREEN: &[u8] = include_bytes!("../../../examples/maureen.json");
const JENNY_M: &[u8] = include_bytes!("../../../examples/jenny-m.json");

fn main() {
    divan::main();
}

fn records() -> impl Iterator<Item = &'static str> {
    ["maureen", "jenny-m"].into_iter()
}

fn bytes(name: &str) -> &'static [u8] {
    if name == "maureen" { MAUREEN } else { JENNY_M }
}

#[divan::bench(args = records())]
fn serde_json_value(bencher: divan::Bencher<'_, '_>, name: &str) {
    let bytes = bytes(name);
    bencher
        .counter(divan::counter::BytesCount::of_slice(bytes))
        .bench(|| serde_json::from_slice::<serde_json::Value>(divan::black_box(bytes)).map(|value| value.is_object()));
}

#[divan::bench(args = records())]
fn read(bencher: divan::Bencher<'_, '_>, name: &str) {
    let bytes = bytes(name);
    bencher
        .counter(divan::counter::BytesCount::of_slice(bytes))
        .bench(|| fhir::read(divan::black_box(bytes), "record").0.len());
}

#[divan::bench(args = records())]
fn bytes_to_assessment(bencher: divan::Bencher<'_, '_>, name: &str) {
    let bytes = bytes(name);
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
    bencher.counter(divan::counter::BytesCount::of_slice(bytes)).bench(|| {
        let input = Input { bytes: divan::black_box(bytes), name: "record" };
        assess([input], &question).0.len()
    });
}
