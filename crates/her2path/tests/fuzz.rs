//! The fuzz targets of `fuzz/targets/`, driven without libFuzzer: the records and rules of the repository, changed step by
//! step by a generator that always draws the same. A short run is part of the tests; `HER2PATH_FUZZ_SECONDS` makes it a
//! long one, which draws anew each round and says how many inputs it tried (`docs/fuzzing.md`).

#![cfg(test)]

#[path = "../../../fuzz/targets/criterion.rs"]
mod criterion;
#[path = "../../../fuzz/targets/knowledge.rs"]
mod knowledge;
#[path = "../../../fuzz/targets/reader.rs"]
mod reader;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// SplitMix64: small, and the same everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// Bytes that break readers: syntax, escapes, numbers at their limits, dates that are none, half of a character.
const PIECES: [&[u8]; 28] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\",
    b",",
    b":",
    b"null",
    b"true",
    b"-0",
    b"1e999",
    b"99999999999999999999",
    b"0.0000000000000000000000000001",
    b"\\u0000",
    b"\\ud800",
    b"\\u202e",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\n",
    b"2024-02-30",
    b"9999-12-31",
    b"0000",
    b"<",
    b"Patient/",
    b"#",
    b"urn:uuid:",
];

/// A seed changed in one to eight places: bytes flipped, cut, doubled, moved from another seed, or replaced by a piece.
fn mutate(seeds: &[Vec<u8>], draw: &mut Draw) -> Vec<u8> {
    let mut bytes = seeds[draw.below(seeds.len())].clone();
    for _ in 0..=draw.below(8) {
        let at = draw.below(bytes.len() + 1);
        let end = (at + draw.below(40)).min(bytes.len());
        match draw.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << draw.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            3 => {
                let other = &seeds[draw.below(seeds.len())];
                let from = draw.below(other.len() + 1);
                let to = (from + draw.below(200)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            4 => bytes.truncate(at),
            _ => {
                let piece = PIECES[draw.below(PIECES.len())];
                bytes.splice(at..end, piece.iter().copied());
            }
        }
    }
    bytes
}

/// Runs a target for the seconds asked for, or for a number of rounds.
fn drive(name: &str, seeds: &[Vec<u8>], rounds: u64, mut target: impl FnMut(&[u8])) {
    assert!(!seeds.is_empty(), "no seeds for {name}");
    let seconds = std::env::var("HER2PATH_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse::<u64>().ok());
    let started = Instant::now();
    let from = seconds.map_or(0, |_| std::process::id().into());
    let mut count = 0;
    loop {
        match seconds {
            Some(seconds) if started.elapsed() >= Duration::from_secs(seconds) => break,
            None if count == rounds => break,
            _ => {}
        }
        let seed = (from << 32) + count;
        let bytes = mutate(seeds, &mut Draw(seed));
        let survived = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| target(&bytes))).is_ok();
        assert!(survived, "{name}: draw {seed} panics on\n{}", String::from_utf8_lossy(&bytes));
        count += 1;
    }
    println!("{name}: {count} inputs in {:.1} s, no failure", started.elapsed().as_secs_f64());
}

fn files(folder: PathBuf, extension: &str) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a file")).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_reader_survives() {
    let mut seeds = files(root().join("crates/her2path/tests/data/fhir"), "json");
    seeds.retain(|seed| seed.len() < 30_000);
    // Whole records with medication come as small bundles, so that one input can go all the way to lines of therapy.
    let bundle = seeds.iter().take(60).map(|seed| String::from_utf8_lossy(seed).into_owned());
    let bundle = bundle.map(|resource| format!("{{\"resource\":{resource}}}")).collect::<Vec<_>>().join(",");
    seeds.push(format!("{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{bundle}]}}").into_bytes());
    drive("reader", &seeds, 300, reader::run);
}

#[test]
fn the_parser_of_criteria_survives() {
    let rules = files(root().join("knowledge/diagnosis"), "toml");
    let words = [" is ", " in ", " within ", " = ", " < ", " >= "];
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for file in &rules {
        let text = String::from_utf8_lossy(file);
        let parts = text.split('"').filter(|part| part.len() < 120 && words.iter().any(|word| part.contains(word)));
        seeds.extend(parts.map(|part| part.as_bytes().to_vec()));
    }
    drive("criterion", &seeds, 20_000, |bytes| criterion::run(&String::from_utf8_lossy(bytes)));
}

#[test]
fn the_loader_of_guidelines_survives() {
    let seeds: Vec<Vec<u8>> = knowledge::BASE.iter().map(|(_, text)| text.as_bytes().to_vec()).collect();
    drive("knowledge", &seeds, 500, |bytes| {
        let number = bytes.first().copied().unwrap_or_default();
        knowledge::run(number, &String::from_utf8_lossy(bytes));
    });
}
