//! The words of a value that the dictionary gives none for: its code, spelt out.
//!
//! Symbols of the field (`IIIA`, `3+`, `HR+/HER2-`) stand as they are; of a kebab-case code the hyphens fall and
//! abbreviations get their capitals. Where that is not good English, the dictionary says the words (`[fact.words]`).

/// Parts of a code that are not written as they stand.
const SPELT: [(&str, &str); 24] = [
    ("neg", "negative"),
    ("pos", "positive"),
    ("her2", "HER2"),
    ("ihc", "IHC"),
    ("ish", "ISH"),
    ("er", "ER"),
    ("pr", "PgR"),
    ("tis", "Tis"),
    ("nx", "NX"),
    ("m1", "M1"),
    ("m", "M"),
    ("brca1", "BRCA1"),
    ("brca2", "BRCA2"),
    ("cns", "CNS"),
    ("adc", "antibody-drug conjugate"),
    ("tki", "tyrosine kinase inhibitor"),
    ("parp", "PARP"),
    ("lhrh", "LHRH"),
    ("serm", "SERM"),
    ("serd", "SERD"),
    ("trop2", "TROP2"),
    ("japanese", "Japanese"),
    ("chinese", "Chinese"),
    ("filipino", "Filipino"),
];

/// Whole codes whose hyphens belong to them, in every fact: drugs and classes of drugs stand in several.
const WHOLE: [(&str, &str); 9] = [
    ("nab-paclitaxel", "nab-paclitaxel"),
    ("s-1", "S-1"),
    ("cdk4-6-inhibitor", "CDK4/6 inhibitor"),
    ("pi3k-akt-mtor-inhibitor", "PI3K, AKT or mTOR inhibitor"),
    ("her2-directed", "HER2-directed"),
    ("de-novo", "de novo"),
    ("trastuzumab-hyaluronidase", "trastuzumab with hyaluronidase"),
    ("pertuzumab-trastuzumab-hyaluronidase", "pertuzumab and trastuzumab with hyaluronidase"),
    ("unknown-agent", "an unknown drug"),
];

/// The words of a code.
#[must_use]
pub(crate) fn words(code: &str) -> String {
    if let Some((_, whole)) = WHOLE.into_iter().find(|(known, _)| *known == code) {
        return whole.to_owned();
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !code.chars().all(plain) || !code.starts_with(|c: char| c.is_ascii_lowercase()) {
        return code.to_owned();
    }
    let spell = |word| SPELT.into_iter().find(|(plain, _)| *plain == word).map_or(word, |(_, spelt)| spelt);
    // "Not otherwise said" follows what it is about.
    let (named, unspecified) = code.strip_suffix("-unspecified").map_or((code, ""), |named| (named, ", not specified"));
    format!("{}{unspecified}", named.split('-').map(spell).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn codes_are_spelt_out_and_symbols_stand() {
        let rows = [
            ("not-metastatic", "not metastatic"),
            ("ihc-ish-discordant", "IHC ISH discordant"),
            ("er-neg-pr-pos", "ER negative PgR positive"),
            ("unspecified", "unspecified"),
            ("taxane-unspecified", "taxane, not specified"),
            ("positive-unspecified", "positive, not specified"),
            ("trastuzumab-deruxtecan", "trastuzumab deruxtecan"),
            ("s-1", "S-1"),
            ("IIIA", "IIIA"),
            ("3+", "3+"),
            ("4A", "4A"),
            ("HR+/HER2-", "HR+/HER2-"),
            ("NONCR_NONPD", "NONCR_NONPD"),
        ];
        for (code, expected) in rows {
            assert_eq!(words(code), expected);
        }
    }
}
