//! Who went where: the flow diagram of the cohort, and lines of therapy as streams.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::census::Step;
use super::thousands;

/// Boxes from top to bottom; who leaves stands at the side.
pub(crate) fn flow(steps: &[Step]) -> Markup {
    let rows: Vec<_> = (0_u32..).map(|row| f64::from(row) * 78.0 + 4.0).zip(steps).collect();
    let height = rows.last().map_or(0.0, |(top, _)| top + 54.0);
    let words: Vec<String> = steps.iter().map(|step| format!("{}: {}", step.name, step.stay)).collect();
    html! {
        svg role="img" viewBox=(format!("0 0 680 {height}")) {
            title { "Flow of patients" }
            desc { (words.join("; ")) }
            @for (top, Step { name, stay: count, leave: left }) in &rows {
                rect x="2" y=(top) width="330" height="48" rx="4" fill="#eef3f9" stroke="#0b4f8a" {}
                text x="14" y=(top + 20.0) { (name) }
                text x="14" y=(top + 39.0) font-weight="700" { (thousands(*count)) }
                @if *top > 10.0 {
                    line x1="160" x2="160" y1=(top - 30.0) y2=(top - 1.0) stroke="#4d4d57" stroke-width="1.5" {}
                    path d=(format!("M155 {} l5 6 l5 -6", top - 7.0)) fill="none" stroke="#4d4d57" stroke-width="1.5" {}
                }
                @if !left.is_empty() {
                    line x1="160" x2="352" y1=(top - 15.0) y2=(top - 15.0) stroke="#4d4d57" stroke-width="1.5" {}
                    @for ((gone, number), line) in left.iter().zip([0.0, 17.0, 34.0]) {
                        text x="360" y=(top - 11.0 + line) { (thousands(*number)) " " (gone) }
                    }
                }
            }
        }
    }
}

const COLOURS: [(&str, &str); 9] = [
    ("trastuzumab + pertuzumab", "#0072b2"),
    ("T-DXd", "#d55e00"),
    ("T-DM1", "#009e73"),
    ("tucatinib", "#cc79a7"),
    ("other HER2-directed", "#56b4e9"),
    ("chemotherapy alone", "#e69f00"),
    ("endocrine alone", "#f0e442"),
    ("other", "#999999"),
    ("none on record", "#d9d9e0"),
];

const HEIGHT: f64 = 360.0;
const COLUMN: f64 = 210.0;
const BLOCK: f64 = 14.0;

/// Streams from line to line, as wide as there are patients.
pub(crate) fn alluvial(paths: &BTreeMap<Vec<&'static str>, u64>) -> Markup {
    let whole: u64 = paths.values().sum();
    let columns = paths.keys().map(Vec::len).max().unwrap_or_default().clamp(1, 4);
    let at = |path: &[&'static str], column: usize| path.get(column).copied().unwrap_or("none on record");
    // Blocks of each column, and streams between neighbours.
    let mut blocks: Vec<BTreeMap<usize, u64>> = vec![BTreeMap::new(); columns];
    let mut streams: BTreeMap<(usize, usize, usize), u64> = BTreeMap::new();
    let rank = |name: &str| COLOURS.iter().position(|(known, _)| *known == name).unwrap_or_default();
    for (path, count) in paths {
        for (column, block) in blocks.iter_mut().enumerate() {
            *block.entry(rank(at(path, column))).or_default() += count;
            if column + 1 < columns {
                *streams.entry((column, rank(at(path, column)), rank(at(path, column + 1)))).or_default() += count;
            }
        }
    }
    let scale = |count: u64| float(count) / float(whole.max(1)) * (HEIGHT - 60.0);
    let mut tops: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (column, block) in blocks.iter().enumerate() {
        let mut top = 24.0;
        for (kind, count) in block {
            tops.insert((column, *kind), top);
            top += scale(*count) + 4.0;
        }
    }
    let (mut out, mut into) = (tops.clone(), tops.clone());
    let drawn: Vec<(String, usize)> = streams
        .iter()
        .map(|((column, from, to), count)| {
            let thick = scale(*count);
            let start = take(&mut out, (*column, *from), thick);
            let end = take(&mut into, (*column + 1, *to), thick);
            (stream(left(*column) + BLOCK, start, left(*column + 1), end, thick), *from)
        })
        .collect();
    let colour = |kind: usize| COLOURS.get(kind).map_or("#999999", |(_, colour)| colour);
    let name = |kind: usize| COLOURS.get(kind).map_or("", |(name, _)| name);
    let words: Vec<String> = blocks
        .iter()
        .zip(1..)
        .map(|(block, line)| {
            let kinds: Vec<String> = block.iter().map(|(kind, count)| format!("{} {count}", name(*kind))).collect();
            format!("line {line}: {}", kinds.join(", "))
        })
        .collect();
    html! {
        svg.streams role="img" viewBox=(format!("0 0 {} {HEIGHT}", left(columns - 1) + BLOCK + 190.0)) {
            title { "Lines of therapy, from each to the next" }
            desc { (words.join("; ")) }
            @for (path, kind) in &drawn { path d=(path) fill=(colour(*kind)) fill-opacity="0.35" {} }
            @for (column, block) in blocks.iter().enumerate() {
                text x=(left(column)) y="14" font-weight="700" { "line " (column + 1) }
                @for (kind, count) in block {
                    @let top = tops.get(&(column, *kind)).copied().unwrap_or_default();
                    rect x=(left(column)) y=(top) width=(BLOCK) height=(scale(*count).max(1.0)) fill=(colour(*kind)) {}
                    @if scale(*count) >= 11.0 {
                        text x=(left(column) + BLOCK + 5.0) y=(top + scale(*count) / 2.0 + 4.0) { (name(*kind)) " " (thousands(*count)) }
                    }
                }
            }
        }
    }
}

/// Counts of patients are far below 2^53.
fn float(count: u64) -> f64 {
    count.to_string().parse().unwrap_or_default()
}

fn left(column: usize) -> f64 {
    4.0 + float(u64::try_from(column).unwrap_or_default()) * COLUMN
}

fn take(tops: &mut BTreeMap<(usize, usize), f64>, key: (usize, usize), thick: f64) -> f64 {
    let top = tops.entry(key).or_default();
    let start = *top;
    *top += thick;
    start
}

fn stream(x1: f64, y1: f64, x2: f64, y2: f64, thick: f64) -> String {
    let middle = f64::midpoint(x1, x2);
    let (low1, low2) = (y1 + thick, y2 + thick);
    format!(
        "M{x1:.1} {y1:.1}C{middle:.1} {y1:.1} {middle:.1} {y2:.1} {x2:.1} {y2:.1}V{low2:.1}C{middle:.1} {low2:.1} {middle:.1} {low1:.1} {x1:.1} {low1:.1}Z"
    )
}
