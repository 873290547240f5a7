//! Decides from its bytes whether a line of NDJSON can matter, and whose it is, without parsing it.
//!
//! One pass looks for a handful of byte strings at once (SIMD, by `aho-corasick`'s packed searcher). Most lines are
//! written in one of few layouts, and for those the answer follows from what stands around the strings found. The
//! argument why skipping changes nothing:
//!
//! * Without a backslash in the line every key and every string is written as itself, so `"code"`, `"id"`, `"subject"`,
//!   `"patient"`, `"contained"`, `"hasMember"` and `"related"` cannot hide, and each place where one of them stands is looked at.
//! * A code counts as looked at only within `"system":"…","code":"…"` and before `}` or `,"display":"…"}`: then the
//!   last `system` of that object is the one seen, whatever stood before. Any other layout is not decided here.
//! * `id` must follow the type at once, and be the only one; the subject must be the only `subject` or `patient`, one
//!   level deep, with a plain `Patient/id`. Any other layout is not decided here.
//! * Contained resources, panels, escapes, white space between tokens, and what does not begin and end like a resource are not
//!   decided here.
//!
//! What is not decided here is outlined by the reader's own parser, to the same definition
//! ([`relevance`](crate::relevance)). A line that is not JSON and is skipped here is not noticed: only its frame was seen.

use aho_corasick::packed::{Config, MatchKind, Searcher};
use her2path::knowledge::model::Knowledge;

use crate::hash::Map;
use crate::relevance::{self, Policy};

/// What the bytes of a line say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict<'l> {
    /// It cannot matter, and its type is not used at all.
    Unused {
        /// `resourceType`.
        kind: &'l [u8],
    },
    /// It cannot matter.
    Skip(Head<'l>),
    /// It matters, or may.
    Keep(Head<'l>),
    /// The bytes do not tell.
    Undecided,
}

/// What a line says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head<'l> {
    /// `resourceType`.
    pub(crate) kind: &'l [u8],
    /// Logical id.
    pub(crate) id: &'l [u8],
    /// Id of the patient.
    pub(crate) patient: &'l [u8],
}

/// What is known of a coding that was met before.
struct Known {
    matters: bool,
    /// In how many skipped resources it stood, where it is of a clinical terminology.
    count: u64,
    clinical: bool,
}

/// The searcher and the codings met so far.
pub(crate) struct Prefilter<'k> {
    knowledge: &'k Knowledge,
    searcher: Option<Searcher>,
    /// By the bytes from the system to the code.
    codings: Map<Box<[u8]>, usize>,
    known: Vec<Known>,
    /// Codings of the line at hand.
    met: Vec<usize>,
}

/// At most so many different codings are remembered; beyond, each is worked out anew.
const REMEMBERED: usize = 1 << 18;

const CODE: usize = 0;
const ID: usize = 1;
const SUBJECT: usize = 2;
const PATIENT: usize = 3;

/// The byte strings, without the beginnings that common other words share.
const NEEDLES: [&[u8]; 7] = [b"ode\"", b"id\"", b"bject\"", b"tient\"", b"ained\"", b"ember\"", b"lated\""];
/// What stands before each of them.
const BEFORE: [&[u8]; 7] = [b"\"c", b"\"", b"\"su", b"\"pa", b"\"cont", b"\"hasM", b"\"re"];

impl<'k> Prefilter<'k> {
    pub(crate) fn new(knowledge: &'k Knowledge) -> Self {
        let mut builder = Config::new().match_kind(MatchKind::LeftmostFirst).builder();
        let searcher = builder.extend(NEEDLES).build();
        Self { knowledge, searcher, codings: Map::default(), known: Vec::new(), met: Vec::new() }
    }

    /// Decides on a line without its line feed. `has_backslash` says whether there is any in it.
    pub(crate) fn decide<'l>(&mut self, line: &'l [u8], has_backslash: bool) -> Verdict<'l> {
        let line = line.trim_ascii_end();
        let Some(rest) = line.strip_prefix(b"{\"resourceType\":\"") else { return Verdict::Undecided };
        let Some((kind, rest)) = to_quote(rest) else { return Verdict::Undecided };
        if line.last() != Some(&b'}')
            || !kind.iter().all(u8::is_ascii_alphabetic)
            || kind == b"Bundle"
            || kind == b"Parameters"
        {
            return Verdict::Undecided;
        }
        let policy = relevance::policy(kind);
        if policy == Policy::Unused {
            return Verdict::Unused { kind };
        }
        let Some((id, _)) = rest.strip_prefix(b",\"id\":\"").and_then(to_quote) else { return Verdict::Undecided };
        // A patient's record is read whole, for its identifiers; a medication may be about nobody.
        if has_backslash || kind == b"Patient" || kind == b"Medication" {
            return Verdict::Undecided;
        }
        self.search(line, kind, id, policy).unwrap_or(Verdict::Undecided)
    }

    fn search<'l>(&mut self, line: &'l [u8], kind: &'l [u8], id: &'l [u8], policy: Policy) -> Option<Verdict<'l>> {
        let Self { knowledge, searcher, codings, known, met } = self;
        let searcher = searcher.as_ref()?;
        met.clear();
        let (mut patient, mut ids, mut keep) = (None, 0, policy == Policy::Always);
        for hit in searcher.find_iter(line) {
            let needle = hit.pattern().as_usize();
            let before = line.get(..hit.start())?;
            if !before.ends_with(BEFORE.get(needle)?) {
                continue;
            }
            let after = line.get(hit.end()..)?;
            match needle {
                CODE if keep => {}
                CODE => match after {
                    // A CodeableConcept, whose codings are met in turn.
                    [b':', b'{' | b'[', ..] => {}
                    [b':', b'"', value @ ..] => {
                        let (code, rest) = to_quote(value)?;
                        if !ends_coding(rest) {
                            return None;
                        }
                        // From the system's first character to the code's last.
                        let system = system_before(before.strip_suffix(b"\"c")?)?;
                        let end = line.len() - rest.len() - 1;
                        let key = line.get(before.len() - 2 - 2 - system.len()..end)?;
                        let position = match codings.get(key) {
                            Some(position) => *position,
                            None => {
                                let system = std::str::from_utf8(system).ok()?;
                                let code = std::str::from_utf8(code).ok()?;
                                let matters = relevance::coding_matters(knowledge, Some(system), code);
                                let clinical = relevance::is_clinical(Some(system));
                                if known.len() >= REMEMBERED {
                                    return None;
                                }
                                known.push(Known { matters, clinical, count: 0 });
                                codings.insert(key.into(), known.len() - 1);
                                known.len() - 1
                            }
                        };
                        let coding = known.get(position)?;
                        keep = coding.matters;
                        if coding.clinical {
                            met.push(position);
                        }
                    }
                    _ => return None,
                },
                ID => {
                    ids += 1;
                    if ids > 1 {
                        return None;
                    }
                }
                SUBJECT | PATIENT => {
                    let reference = after.strip_prefix(b":{\"reference\":\"Patient/")?;
                    let (found, rest) = to_quote(reference)?;
                    let plain = !found.is_empty()
                        && found.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(byte));
                    if patient.is_some() || !plain || !ends_reference(rest) || depth(before) != 1 {
                        return None;
                    }
                    patient = Some(found);
                }
                // What is contained, and panels.
                _ => return None,
            }
        }
        let head = Head { kind, id, patient: patient? };
        if keep {
            return Some(Verdict::Keep(head));
        }
        met.sort_unstable();
        met.dedup();
        for position in met.iter() {
            known.get_mut(*position)?.count += 1;
        }
        Some(Verdict::Skip(head))
    }

    /// How often each coding of a clinical terminology that cannot matter stood in a skipped resource: system, code, count.
    pub(crate) fn counts(&self) -> Vec<(String, String, u64)> {
        let mut counts: Vec<_> = self
            .codings
            .iter()
            .filter_map(|(key, position)| {
                let count = self.known.get(*position)?.count;
                let key = std::str::from_utf8(key).ok()?;
                let (system, code) = key.split_once("\",\"code\":\"")?;
                (count > 0).then(|| (system.to_owned(), code.to_owned(), count))
            })
            .collect();
        counts.sort();
        counts
    }
}

/// Up to the next quote, and what follows it.
fn to_quote(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'"', bytes)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

/// The value of `"system":"…",` at the end, as first or later member of its object.
fn system_before(bytes: &[u8]) -> Option<&[u8]> {
    let bytes = bytes.strip_suffix(b"\",")?;
    let start = memchr::memrchr(b'"', bytes)?;
    let (before, system) = bytes.split_at_checked(start)?;
    matches!(before.strip_suffix(b"\"system\":")?.last(), Some(b'{' | b',')).then_some(system.get(1..)?)
}

/// Whether a Coding or Quantity ends here, perhaps after a display.
fn ends_coding(bytes: &[u8]) -> bool {
    match bytes.strip_prefix(b",\"display\":\"") {
        Some(display) => to_quote(display).is_some_and(|(_, rest)| rest.first() == Some(&b'}')),
        None => bytes.first() == Some(&b'}'),
    }
}

/// Whether a Reference ends here, perhaps after a display.
fn ends_reference(bytes: &[u8]) -> bool {
    ends_coding(bytes)
}

/// How many objects are open, if no string holds a brace.
fn depth(bytes: &[u8]) -> i64 {
    let mut depth = 0;
    for chunk in bytes.chunks(120) {
        let count = |wanted: u8| chunk.iter().map(|&byte| i8::from(byte == wanted)).sum::<i8>();
        depth += i64::from(count(b'{')) - i64::from(count(b'}'));
    }
    depth
}

#[cfg(test)]
mod tests {
    use her2path::fhir::{Subject, outline};
    use her2path::guideline::KNOWLEDGE;

    use super::*;

    /// Numbers that look random and are the same on every run (Knuth, The Art of Computer Programming 2, 3.3.4).
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
        }
    }

    fn lines() -> Vec<String> {
        let maureen: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../../examples/maureen.json")).unwrap();
        let jenny: serde_json::Value = serde_json::from_str(include_str!("../../../examples/jenny-m.json")).unwrap();
        let entries = jenny["entry"].as_array().unwrap().iter().map(|entry| entry["resource"].clone());
        maureen.into_iter().chain(entries).map(|resource| as_servers_write(&resource)).collect()
    }

    /// Type and id first, in codings the system first.
    fn as_servers_write(value: &serde_json::Value) -> String {
        match value {
            serde_json::Value::Object(members) => {
                let first = ["resourceType", "id", "system", "reference", "code"];
                let order = first.iter().filter(|key| members.contains_key(**key)).map(|key| (*key).to_owned());
                let rest = members.keys().filter(|key| !first.contains(&key.as_str())).cloned();
                let cells: Vec<String> = order
                    .chain(rest)
                    .map(|key| format!("{}:{}", serde_json::Value::from(key.clone()), as_servers_write(&members[&key])))
                    .collect();
                format!("{{{}}}", cells.join(","))
            }
            serde_json::Value::Array(items) => {
                format!("[{}]", items.iter().map(as_servers_write).collect::<Vec<_>>().join(","))
            }
            other => other.to_string(),
        }
    }

    /// Holds what the bytes say beside what the parser says; whether the bytes decided.
    fn compare(prefilter: &mut Prefilter<'_>, line: &str) -> bool {
        let verdict = prefilter.decide(line.as_bytes(), line.contains('\\'));
        let Ok((resources, end)) = outline(line) else { return false };
        if line.get(end..).is_none_or(|rest| !rest.trim().is_empty()) {
            return false;
        }
        let (head, keep) = match verdict {
            Verdict::Undecided => return false,
            Verdict::Unused { kind } => {
                assert_eq!(relevance::policy(kind), Policy::Unused);
                assert_eq!(resources[0].kind.as_bytes(), kind, "{line}");
                return true;
            }
            Verdict::Skip(head) => (head, false),
            Verdict::Keep(head) => (head, true),
        };
        let [resource] = resources.as_slice() else { panic!("one resource: {line}") };
        assert_eq!(keep, relevance::matters(&KNOWLEDGE, resource), "{line}");
        assert_eq!(resource.kind.as_bytes(), head.kind, "{line}");
        assert_eq!(resource.id.as_deref().unwrap().as_bytes(), head.id, "{line}");
        let patient = std::str::from_utf8(head.patient).unwrap();
        assert_eq!(resource.subject, Subject::Patient(patient.into()), "{line}");
        true
    }

    #[test]
    fn bytes_decide_on_most_lines_and_never_otherwise_than_the_parser() {
        let mut prefilter = Prefilter::new(&KNOWLEDGE);
        let lines = lines();
        let decided = lines.iter().filter(|line| compare(&mut prefilter, line)).count();
        assert!(decided * 2 > lines.len(), "{decided} of {} lines are decided on from their bytes", lines.len());
    }

    #[test]
    fn lines_that_were_tampered_with_are_decided_as_the_parser_does() {
        let mut prefilter = Prefilter::new(&KNOWLEDGE);
        let (lines, mut numbers, mut decided) = (lines(), Numbers(1), 0);
        let pieces = [
            "\"code\":\"85319-2\"",
            "\"code\":",
            "\"system\":\"http://loinc.org\",\"code\":\"85319-2\"",
            "{\"system\":\"http://loinc.org\",\"code\":\"85319-2\"}",
            "\"subject\":{\"reference\":\"Patient/z\"},",
            "\"patient\":{\"reference\":\"Patient/z\"},",
            "\"id\":\"z\",",
            "\"contained\":[],",
            "\\u0063",
            " ",
            "\t",
            "{",
            "}",
            "\"",
            ",",
            "C50.9",
            "\"hasMember\":[],",
            "\"related\":[],",
            "Patient/",
        ];
        for _ in 0..30_000 {
            let mut line = lines[numbers.below(lines.len())].clone();
            for _ in 0..=numbers.below(3) {
                let boundaries: Vec<usize> = line.char_indices().map(|(at, _)| at).collect();
                // Most often where a member or value begins.
                let starts: Vec<usize> = line.match_indices(['{', ',', ':', '"']).map(|(at, _)| at + 1).collect();
                let at = if numbers.below(3) > 0 {
                    starts[numbers.below(starts.len())]
                } else {
                    boundaries[numbers.below(boundaries.len())]
                };
                match numbers.below(4) {
                    0 => line = line.replacen("\"code\":\"", "\"code\":\"85319-2\",\"code\":\"", 1),
                    1 => {
                        let end = boundaries.iter().copied().find(|end| *end > at).unwrap_or(line.len());
                        line.replace_range(at..end, "");
                    }
                    _ => line.insert_str(at, pieces[numbers.below(pieces.len())]),
                }
            }
            decided += usize::from(compare(&mut prefilter, &line));
        }
        assert!(decided > 1_000, "{decided} lines are still JSON and were decided on");
    }
}
