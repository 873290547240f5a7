//! Whether a code is well formed in its system: check digits of SNOMED CT and LOINC, shapes of the others.
//!
//! A right check digit does not prove that a code exists or means what its display says; a wrong one proves that
//! somebody mistyped it or put it under the wrong system.
//!
//! Sources: SNOMED CT Release File Specifications, "SNOMED CT Identifiers" (Verhoeff's dihedral check, partition
//! identifiers, 6 to 18 digits); LOINC Users' Guide, annex C (mod 10, the fourteen terms with invalid check digits) and,
//! for `LA`, `LL` and `LP`, the Luhn variant for letters that it refers to (value of a character: its ASCII code − 48).

use crate::code_system::CodeSystem;

/// What can be said of a code without its code system at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Shape, and check digit if the system has one, are right.
    WellFormed,
    /// The shape is right, the check digit is not.
    BadCheckDigit {
        /// The check digit that the other digits call for.
        expected: u8,
    },
    /// Not a code of this system.
    WrongShape,
    /// The system has no shape to check.
    NotChecked,
}

/// Checks `code` as a code of `system`.
#[must_use]
pub fn verdict(system: CodeSystem, code: &str) -> Verdict {
    let shape = |right: bool| if right { Verdict::WellFormed } else { Verdict::WrongShape };
    match system {
        CodeSystem::Loinc => loinc(code),
        CodeSystem::Snomed => snomed(code),
        CodeSystem::Icd10Cm => shape(icd(code, "A0X", 4)),
        CodeSystem::Icd10 => shape(icd(code, "A00", 2)),
        CodeSystem::Icd9Cm => shape(icd(code, "000", 2) || icd(code, "V00", 2) || icd(code, "E000", 1)),
        CodeSystem::IcdO3 => shape(icd(code, "C00", 1) || is_morphology(code)),
        CodeSystem::RxNorm => shape(digits(code, 1, 8)),
        CodeSystem::Atc => shape(["A", "A00", "A00A", "A00AA", "A00AA00"].iter().any(|pattern| matches(code, pattern))),
        CodeSystem::HemOnc => shape(digits(code, 1, 8)),
        CodeSystem::Ndc => shape(is_ndc(code)),
        CodeSystem::Ncit => shape(code.strip_prefix('C').is_some_and(|number| digits(number, 3, 7))),
        CodeSystem::Hgnc => shape(digits(code.strip_prefix("HGNC:").unwrap_or(code), 1, 6)),
        CodeSystem::Cpt => shape(matches(code, "0000X")),
        CodeSystem::Ajcc | CodeSystem::Ucum | CodeSystem::Hl7 => Verdict::NotChecked,
    }
}

/// The system whose codes look like this one, for "a SNOMED CT code under LOINC". Answers only where the look is
/// telling: a check digit that fits, or a shape that no other system here has.
#[must_use]
pub fn looks_like(code: &str) -> Option<CodeSystem> {
    let fits = |system| verdict(system, code) == Verdict::WellFormed;
    if fits(CodeSystem::Loinc) {
        Some(CodeSystem::Loinc)
    } else if fits(CodeSystem::Snomed) {
        Some(CodeSystem::Snomed)
    } else if matches(code, "A00AA00") {
        Some(CodeSystem::Atc)
    } else if code.contains('/') && is_morphology(code) {
        Some(CodeSystem::IcdO3)
    } else if code.contains('.') && fits(CodeSystem::Icd10Cm) {
        Some(CodeSystem::Icd10Cm)
    } else if code.strip_prefix('C').is_some_and(|number| digits(number, 4, 7)) {
        Some(CodeSystem::Ncit)
    } else if code.contains('-') && is_ndc(code) {
        Some(CodeSystem::Ndc)
    } else {
        None
    }
}

/// Terms that LOINC published with a check digit that does not follow its own rule (Users' Guide, annex C).
const LOINC_EXCEPTIONS: [&str; 14] = [
    "11491-6", "11501-6", "5895-7", "5896-5", "5897-3", "5928-1", "6028-3", "6415-5", "6580-7", "6645-7", "6646-5",
    "6647-3", "6648-1", "6649-9",
];

fn loinc(code: &str) -> Verdict {
    if LOINC_EXCEPTIONS.contains(&code) {
        return Verdict::WellFormed;
    }
    let Some((payload, check)) = code.rsplit_once('-') else {
        return Verdict::WrongShape;
    };
    let number = ["LA", "LL", "LP"].iter().find_map(|prefix| payload.strip_prefix(prefix)).unwrap_or(payload);
    if !digits(number, 1, 7) || !digits(check, 1, 1) {
        return Verdict::WrongShape;
    }
    compare(luhn(payload), check)
}

/// The Luhn check digit of a payload of digits and capital letters.
fn luhn(payload: &str) -> u8 {
    let sum: u32 = payload
        .bytes()
        .rev()
        .enumerate()
        .map(|(position, byte)| {
            let value = u32::from(byte.saturating_sub(b'0'));
            // Every second character, from the last on, counts twice. For a digit this is its double less nine when
            // above nine; the same formula extends to letters.
            if position % 2 == 0 { 2 * value - value / 5 * 9 } else { value }
        })
        .sum();
    u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}

/// Partition identifiers of concepts: of the core, of an extension.
const CONCEPT_PARTITIONS: [&str; 2] = ["00", "10"];

/// A concept of an extension has at least an item digit, seven digits of namespace, the partition and the check digit.
const EXTENSION_MIN_DIGITS: usize = 11;

fn snomed(code: &str) -> Verdict {
    if !digits(code, 6, 18) || code.starts_with('0') {
        return Verdict::WrongShape;
    }
    let Some((payload, check)) = code.split_at_checked(code.len() - 1) else {
        return Verdict::WrongShape;
    };
    let partition = payload.split_at_checked(payload.len() - 2).map_or("", |(_, partition)| partition);
    match compare(verhoeff(payload), check) {
        Verdict::WellFormed if !CONCEPT_PARTITIONS.contains(&partition) => Verdict::WrongShape,
        Verdict::WellFormed if partition == "10" && code.len() < EXTENSION_MIN_DIGITS => Verdict::WrongShape,
        verdict => verdict,
    }
}

/// Verhoeff's check digit: products in the dihedral group of order ten, each digit permuted by its position.
fn verhoeff(payload: &str) -> u8 {
    let check = payload.bytes().rev().zip(1u8..).fold(0, |check, (byte, position)| {
        let permuted = (0..position % 8).fold(byte.saturating_sub(b'0'), |digit, _| permute(digit));
        dihedral(check, permuted)
    });
    // The inverse element: reflections (5 to 9) are their own.
    if check < 5 { (5 - check) % 5 } else { check }
}

/// One step of Verhoeff's permutation.
fn permute(digit: u8) -> u8 {
    match digit {
        0 => 1,
        1 => 5,
        2 => 7,
        3 => 6,
        4 => 2,
        5 => 8,
        6 => 3,
        7 => 0,
        8 => 9,
        _ => 4,
    }
}

/// The product of two elements of the symmetries of a pentagon: 0 to 4 are rotations, 5 to 9 reflections.
fn dihedral(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a - b) % 5,
        (false, false) => (5 + a - b) % 5,
    }
}

fn compare(expected: u8, check: &str) -> Verdict {
    if check.parse() == Ok(expected) { Verdict::WellFormed } else { Verdict::BadCheckDigit { expected } }
}

/// Whether `text` is `min` to `max` ASCII digits.
fn digits(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `text` follows `pattern`: `0` a digit, `A` any capital letter, `X` either, other characters themselves.
fn matches(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, kind)| match kind {
            b'0' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            b'X' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            _ => byte == kind,
        })
}

/// A category that follows `category`, then up to `max` characters of detail after a dot that records often leave out.
fn icd(code: &str, category: &str, max: usize) -> bool {
    let Some((head, detail)) = code.split_at_checked(category.len()) else {
        return false;
    };
    if !matches(head, category) {
        return false;
    }
    let (dotted, detail) = detail.strip_prefix('.').map_or((false, detail), |detail| (true, detail));
    let letters = category.contains('X');
    detail.len() <= max
        && !(dotted && detail.is_empty())
        && detail.bytes().all(|byte| byte.is_ascii_digit() || letters && byte.is_ascii_uppercase() || byte == b'-')
}

/// ICD-O-3 morphology: four digits of histology, then `/` and behaviour.
fn is_morphology(code: &str) -> bool {
    matches(code, "0000") || matches(code, "0000/0")
}

/// Ten digits in three parts (labeller, product, package), or eleven digits with or without hyphens.
fn is_ndc(code: &str) -> bool {
    digits(code, 10, 11)
        || ["0000-0000-00", "00000-000-00", "00000-0000-0", "00000-0000-00"]
            .iter()
            .any(|pattern| matches(code, pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Verhoeff, J. (1969): the published example 236 has check digit 3; 12345 has 1.
    #[test]
    fn verhoeff_examples() {
        assert_eq!(verhoeff("236"), 3);
        assert_eq!(verhoeff("12345"), 1);
    }

    /// LOINC Users' Guide, annex C: the worked example.
    #[test]
    fn loinc_example() {
        assert_eq!(luhn("12345"), 5);
    }

    #[test]
    fn verdicts() {
        use CodeSystem::*;
        use Verdict::*;
        let cases = [
            (Snomed, "254837009", WellFormed),
            (Snomed, "254837008", BadCheckDigit { expected: 9 }),
            (Snomed, "353431000119107", WellFormed),
            // A description identifier (partition 01) is not a concept.
            (Snomed, "680946014", WrongShape),
            (Snomed, "25483", WrongShape),
            (Snomed, "419620001:42752001=254837009", WrongShape),
            (Snomed, "6.7811E+13", WrongShape),
            (Snomed, "0254837009", WrongShape),
            (Loinc, "48676-1", WellFormed),
            (Loinc, "48676-2", BadCheckDigit { expected: 1 }),
            (Loinc, "LA11841-6", WellFormed),
            (Loinc, "LA6576-8", WellFormed),
            (Loinc, "LA6576-7", BadCheckDigit { expected: 8 }),
            (Loinc, "LL4396-9", WellFormed),
            (Loinc, "6580-7", WellFormed),
            (Loinc, "34566", WrongShape),
            (Loinc, "417181009", WrongShape),
            (Icd10Cm, "C50.911", WellFormed),
            (Icd10Cm, "C50911", WellFormed),
            (Icd10Cm, "C7B.00", WellFormed),
            (Icd10Cm, "C50.", WrongShape),
            (Icd10, "C50.9", WellFormed),
            (Icd10, "C50.911", WrongShape),
            (Icd9Cm, "174.9", WellFormed),
            (Icd9Cm, "V10.3", WellFormed),
            (IcdO3, "8500/3", WellFormed),
            (IcdO3, "C50.4", WellFormed),
            (IcdO3, "8500/33", WrongShape),
            (RxNorm, "224905", WellFormed),
            (RxNorm, "L01FD01", WrongShape),
            (Atc, "L01FD01", WellFormed),
            (Atc, "L01FD1", WrongShape),
            (Ndc, "50242-132-01", WellFormed),
            (Ndc, "50242-132", WrongShape),
            (Ncit, "C12971", WellFormed),
            (Hgnc, "HGNC:3430", WellFormed),
            (Hgnc, "3430", WellFormed),
            (Hgnc, "ERBB2", WrongShape),
            (Cpt, "88360", WellFormed),
            (Cpt, "0003U", WellFormed),
            (Hl7, "active", NotChecked),
        ];
        for (system, code, expected) in cases {
            assert_eq!(verdict(system, code), expected, "{system:?} {code}");
        }
    }

    #[test]
    fn looks() {
        let cases = [
            ("417181009", Some(CodeSystem::Snomed)),
            ("48676-1", Some(CodeSystem::Loinc)),
            ("LA6576-8", Some(CodeSystem::Loinc)),
            ("L01FD01", Some(CodeSystem::Atc)),
            ("8500/3", Some(CodeSystem::IcdO3)),
            ("C50.911", Some(CodeSystem::Icd10Cm)),
            ("C12971", Some(CodeSystem::Ncit)),
            ("50242-132-01", Some(CodeSystem::Ndc)),
            ("48676-2", None),
            ("224905", None),
            ("", None),
            ("é", None),
        ];
        for (code, expected) in cases {
            assert_eq!(looks_like(code), expected, "{code}");
        }
    }
}
