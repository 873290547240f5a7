//! Which drugs a text names.
//!
//! The grammar is closed: a text is read only if every word of it is understood. Names are whole phrases of the
//! guideline's list, the longest first; they are joined by `+ / , ;`, "and", "plus" or "with"; doses, forms, routes and
//! schedules are passed over. A text with any other word ("no", "declined", "then") is not read at all and is
//! reported. Deliberately absent: any search for substrings: T-DM1 and T-DXd carry the word trastuzumab, and tesetaxel
//! ends like docetaxel.
//!
//! A brand in brackets is the drug before it. Where that drug is only what the brand's own name is written with,
//! `Trastuzumab Injection [KADCYLA]`, the brand is the drug: conjugates and combination products are never taken for
//! the antibody in them.

use her2path_knowledge::drug::{self, BETWEEN, Drugs};

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DrugText {
    /// Positions in the guideline's list of drugs, each once, in order.
    pub(crate) drugs: Vec<u16>,
    /// `adjuvant` or `neoadjuvant`, where the text says so.
    pub(crate) intent: Option<&'static str>,
    /// The text names a form or route that treats no cancer (eye, skin).
    pub(crate) local: bool,
}

/// Reads a text; `None` if some word of it is not understood, or if it could mean two things.
pub(crate) fn read(drugs: &Drugs, text: &str) -> Option<DrugText> {
    let (outside, brackets) = split_brackets(text);
    let mut read = flat(drugs, &outside)?;
    for bracket in brackets {
        let inner = flat(drugs, &bracket)?;
        read.local |= inner.local;
        read.intent = read.intent.or(inner.intent);
        read.drugs = explained(drugs, read.drugs, inner.drugs)?;
    }
    Some(read)
}

/// The text outside round and square brackets, and what stands in each of them.
fn split_brackets(text: &str) -> (String, Vec<String>) {
    let (mut outside, mut brackets, mut depth) = (String::new(), Vec::new(), 0_usize);
    for c in text.chars() {
        match c {
            '(' | '[' => {
                if depth == 0 {
                    brackets.push(String::new());
                    outside.push(' ');
                }
                depth += 1;
            }
            ')' | ']' => depth = depth.saturating_sub(1),
            c => match brackets.last_mut().filter(|_| depth > 0) {
                Some(bracket) => bracket.push(c),
                None => outside.push(c),
            },
        }
    }
    (outside, brackets)
}

/// What stands in brackets explains what stands before: the same drugs, a brand of one of them, or the member of a
/// class that was named without saying which.
fn explained(drugs: &Drugs, outer: Vec<u16>, inner: Vec<u16>) -> Option<Vec<u16>> {
    if inner.is_empty() || outer == inner {
        return Some(outer);
    }
    if outer.is_empty() {
        return Some(inner);
    }
    let mut all = outer;
    for drug in inner {
        if all.contains(&drug) || all.iter().any(|known| is_written_with(drugs, *known, drug)) {
            continue;
        }
        // The brand of a combination replaces all that its name is written with; several drugs may explain one class
        // that was not specified, and the class itself goes with the first of them.
        let explains = |known: &u16| is_written_with(drugs, drug, *known) || is_unspecified_form(drugs, *known, drug);
        if !all.iter().any(explains) {
            return None;
        }
        all.retain(|known| !explains(known));
        all.push(drug);
    }
    all.sort_unstable();
    all.dedup();
    Some(all)
}

/// Whether `product`'s name may follow that of `drug`: Kadcyla after trastuzumab.
pub(crate) fn is_written_with(drugs: &Drugs, product: u16, drug: u16) -> bool {
    let Some((product, drug)) = drugs.get(product).zip(drugs.get(drug)) else { return false };
    product.written_with.contains(&drug.id)
}

/// Whether `class` stands for a class of drugs and `drug` is one of it.
pub(crate) fn is_unspecified_form(drugs: &Drugs, class: u16, drug: u16) -> bool {
    let Some((class, drug)) = drugs.get(class).zip(drugs.get(drug)) else { return false };
    match class.id.as_ref() {
        "chemotherapy-unspecified" | "endocrine-unspecified" => class.class.group() == drug.class.group(),
        id => id.ends_with("-unspecified") && class.class == drug.class,
    }
}

/// Names in one part of the text, between two joints.
#[derive(Default)]
struct Part {
    /// One list for each name met.
    names: Vec<Vec<u16>>,
}

/// Reads a text without brackets.
fn flat(drugs: &Drugs, text: &str) -> Option<DrugText> {
    let words = drug::words(text);
    // A combination product whose parts are parted by their strengths (RxNorm clinical drugs).
    let bare: Vec<&str> = words.iter().map(String::as_str).filter(|word| !is_filler(word)).collect();
    let bare = drug::phrase(&bare.join(" "));
    if bare.contains(BETWEEN)
        && let Some(product) = drugs.named(&bare)
    {
        return Some(DrugText { drugs: product.to_vec(), ..DrugText::default() });
    }
    let mut read = DrugText::default();
    let mut parts = vec![Part::default()];
    let mut position = 0;
    let mut last_name: Option<String> = None;
    while let Some(word) = words.get(position) {
        if let Some((length, found)) = longest_name(drugs, words.get(position..).unwrap_or_default()) {
            last_name = Some(words.get(position..position + length).unwrap_or_default().join(" "));
            if let Some(part) = parts.last_mut() {
                part.names.push(found.to_vec());
            }
            position += length;
            continue;
        }
        position += 1;
        match word.as_str() {
            BETWEEN => {
                parts.push(Part::default());
                last_name = None;
            }
            "adjuvant" => read.intent = Some("adjuvant"),
            "neoadjuvant" => read.intent = Some("neoadjuvant"),
            word if LOCAL.contains(&word) => read.local = true,
            word if is_filler(word) => {
                // "Trastuzumab 600 mg SC": the route belongs to the name even where a dose stands between.
                let route = if word == "subcutaneous" { "sc" } else { word };
                let product = last_name.as_ref().and_then(|name| drugs.named(&format!("{name} {route}")));
                if let (Some(product), Some(name)) = (product, parts.last_mut().and_then(|part| part.names.last_mut()))
                {
                    *name = product.to_vec();
                }
            }
            _ => return None,
        }
    }
    let parts = parts.iter().map(|part| meaning_of(drugs, part)).collect::<Option<Vec<_>>>()?;
    for (number, part) in parts.iter().enumerate() {
        let others = parts.iter().enumerate().filter(|(other, _)| *other != number).flat_map(|(_, other)| other);
        // "Trastuzumab / Kadcyla" may be two drugs or one drug twice.
        let ambiguous = |other: &u16| part.iter().any(|drug| other != drug && is_written_with(drugs, *drug, *other));
        if others.into_iter().any(ambiguous) {
            return None;
        }
    }
    read.drugs = parts.into_iter().flatten().collect();
    read.drugs.sort_unstable();
    read.drugs.dedup();
    Some(read)
}

/// Names that follow one another without a joint mean one thing: a name and its brand.
fn meaning_of(drugs: &Drugs, part: &Part) -> Option<Vec<u16>> {
    let mut names = part.names.iter();
    let first = names.next().cloned().unwrap_or_default();
    names.try_fold(first, |known, name| {
        let same = known.iter().all(|drug| name.contains(drug)) && name.len() == known.len();
        if same {
            return Some(known);
        }
        match (known.as_slice(), name.as_slice()) {
            ([a], [b]) if is_written_with(drugs, *b, *a) => Some(vec![*b]),
            ([a], [b]) if is_written_with(drugs, *a, *b) => Some(vec![*a]),
            _ => None,
        }
    })
}

/// The longest name that these words begin with, and its length in words.
fn longest_name<'d>(drugs: &'d Drugs, words: &[String]) -> Option<(usize, &'d [u16])> {
    const LONGEST: usize = 8;
    (1..=words.len().min(LONGEST)).rev().find_map(|length| {
        let found = drugs.named(&words.get(..length)?.join(" "))?;
        Some((length, found))
    })
}

/// Forms and routes by which a cancer drug treats something else.
const LOCAL: &[&str] =
    &["intravitreal", "intravitreous", "ophthalmic", "topical", "cream", "ointment", "eye", "intracameral", "lotion"];

/// Doses, forms, routes, salts and schedules: words that name no drug and change none.
const FILLERS: &[&str] = &[
    "acetate",
    "actuat",
    "albumin",
    "anhydrous",
    "auc",
    "auto",
    "bid",
    "biosimilar",
    "bolus",
    "cap",
    "caps",
    "capsule",
    "capsules",
    "citrate",
    "coated",
    "concentrate",
    "continuous",
    "continuously",
    "cycle",
    "cycles",
    "d",
    "daily",
    "day",
    "days",
    "dd",
    "depot",
    "dense",
    "disodium",
    "dose",
    "doses",
    "drip",
    "drug",
    "each",
    "every",
    "extended",
    "film",
    "for",
    "hcl",
    "hour",
    "hours",
    "hr",
    "hydrochloride",
    "im",
    "implant",
    "in",
    "infusion",
    "inj",
    "injectable",
    "injection",
    "injections",
    "injector",
    "intramuscular",
    "intramuscularly",
    "intravenous",
    "intravenously",
    "iv",
    "ivpb",
    "kit",
    "liquid",
    "loading",
    "lyophilized",
    "maintenance",
    "maleate",
    "mesylate",
    "monohydrate",
    "month",
    "monthly",
    "of",
    "on",
    "once",
    "oral",
    "orally",
    "pack",
    "pen",
    "per",
    "pill",
    "po",
    "powder",
    "prefilled",
    "product",
    "q",
    "qd",
    "release",
    "s",
    "sc",
    "single",
    "sodium",
    "solution",
    "sq",
    "subcut",
    "subcutaneous",
    "subcutaneously",
    "subq",
    "suspension",
    "syringe",
    "tab",
    "tablet",
    "tablets",
    "tabs",
    "tartrate",
    "therapy",
    "tid",
    "times",
    "treatment",
    "trihydrate",
    "twice",
    "vial",
    "vials",
    "week",
    "weekly",
    "weeks",
    "x",
];

/// Units that may follow a number in one word (`75mg`).
const UNITS: &[&str] = &[
    "", "c", "d", "g", "h", "iu", "kg", "m2", "m²", "mcg", "mg", "mg²", "ml", "mm", "sqm", "u", "ug", "unit", "units",
    "unt", "w", "wk", "x", "µg", "μg",
];

fn is_filler(word: &str) -> bool {
    if FILLERS.contains(&word) || (UNITS.contains(&word) && !word.is_empty()) {
        return true;
    }
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if unit.len() < word.len() {
        return UNITS.contains(&unit);
    }
    // q3w, q21d, d1, c2
    let every = word.strip_prefix('q').unwrap_or(word);
    let inner = every.trim_start_matches(|c: char| c.is_ascii_digit());
    (inner.len() < every.len() || every.len() < word.len())
        && matches!(inner, "w" | "wk" | "wks" | "d" | "days" | "weeks" | "h")
        || word
            .strip_prefix(['d', 'c'])
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}
