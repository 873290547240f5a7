//! "Did you mean": the known word nearest to one that is not known.

/// A hint that names the nearest of the known words, or else lists them when they are few, or else nothing.
#[must_use]
pub fn hint<'w>(word: &str, known: impl Iterator<Item = &'w str> + Clone) -> String {
    if let Some(nearest) = nearest(word, known.clone()) {
        return format!("did you mean `{nearest}`?");
    }
    let few: Vec<_> = known.take(17).collect();
    match few.as_slice() {
        [] => String::new(),
        _ if few.len() <= 16 => format!("known are {}", list(few.into_iter())),
        _ => String::new(),
    }
}

/// Words in backticks, with commas.
pub(crate) fn list<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The known word with the smallest edit distance, if that is at most a third of the word's length. Of equally near ones
/// the first in alphabetical order.
fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let limit = (word.chars().count() / 3).max(1);
    known
        .map(|candidate| (distance(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance with swaps of neighbours (optimal string alignment), in characters.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &left) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &right) in b.iter().enumerate() {
            let cell = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = cell(&above, j) + usize::from(left != right);
            let mut best = replaced.min(cell(&above, j + 1) + 1).min(cell(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(&right) && b.get(j - 1) == Some(&left);
            if swapped {
                best = best.min(cell(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        let cases = [
            ("", "", 0),
            ("a", "", 1),
            ("kitten", "sitting", 3),
            ("her2", "hre2", 1),
            ("é", "e", 1),
            ("status", "statsu", 1),
        ];
        for (a, b, expected) in cases {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn hints() {
        let known = ["her2.status", "her2.category", "er.status"];
        assert_eq!(hint("her2.statu", known.into_iter()), "did you mean `her2.status`?");
        assert_eq!(hint("Positive", ["negative", "positive"].into_iter()), "did you mean `positive`?");
        assert_eq!(hint("yes", ["false", "true"].into_iter()), "known are `false`, `true`");
        assert_eq!(hint("x", std::iter::empty()), "");
    }
}
