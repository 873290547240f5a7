//! From the names of the guideline to the names of the generated Rust code.

/// `her2.status` → `Her2Status`.
pub(crate) fn camel_case(id: &str) -> String {
    id.split(|c: char| !c.is_ascii_alphanumeric())
        .flat_map(|word| {
            let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
            [first.to_ascii_uppercase(), rest.to_owned()]
        })
        .collect()
}

/// `her2.status` → `her2_status`; a word that Rust keeps for itself gets an underscore at its end.
pub(crate) fn module(id: &str) -> String {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
        "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
        "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
        "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    let name: String = id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if KEYWORDS.contains(&name.as_str()) { name + "_" } else { name }
}

/// `pending-ihc` → `PENDING_IHC`, `1+` → `V1_PLUS`, `HR-/HER2?` → `HR_MINUS_HER2_UNKNOWN`.
///
/// A hyphen between two letters or digits joins words; elsewhere it means "minus". A name that would begin with a digit
/// begins with `V`.
pub(crate) fn constant(value: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    let is_word =
        |index: Option<usize>| index.and_then(|index| chars.get(index)).is_some_and(char::is_ascii_alphanumeric);
    let mut words = vec![String::new()];
    for (index, c) in chars.iter().enumerate() {
        let spelled = match c {
            '+' => "PLUS",
            '?' => "UNKNOWN",
            '<' => "LESS",
            '>' => "MORE",
            '=' => "EQUAL",
            '-' if !(is_word(index.checked_sub(1)) && is_word(Some(index + 1))) => "MINUS",
            c if c.is_ascii_alphanumeric() => {
                if let Some(word) = words.last_mut() {
                    word.push(c.to_ascii_uppercase());
                }
                continue;
            }
            _ => "",
        };
        words.push(spelled.to_owned());
        words.push(String::new());
    }
    words.retain(|word| !word.is_empty());
    let name = words.join("_");
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("V{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(camel_case("her2.status"), "Her2Status");
        assert_eq!(camel_case("brain-metastases.status"), "BrainMetastasesStatus");
        assert_eq!(module("her2.metastasis-tested"), "her2_metastasis_tested");
        assert_eq!(module("type"), "type_");
        let cases = [
            ("positive", "POSITIVE"),
            ("pending-ihc-or-dual", "PENDING_IHC_OR_DUAL"),
            ("1+", "V1_PLUS"),
            ("0", "V0"),
            ("IIIA", "IIIA"),
            ("HR+/HER2?", "HR_PLUS_HER2_UNKNOWN"),
            ("HR-/HER2+", "HR_MINUS_HER2_PLUS"),
            ("HR?/HER2-", "HR_UNKNOWN_HER2_MINUS"),
            ("INVALID_INPUT", "INVALID_INPUT"),
            ("cM0(i+)", "CM0_I_PLUS"),
            ("", "V"),
        ];
        for (value, expected) in cases {
            assert_eq!(constant(value), expected, "{value}");
        }
    }
}
