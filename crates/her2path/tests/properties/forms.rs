//! Other ways to write the same record down.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::{Value, json};

/// JSON with the keys of every object in an order that depends on `seed` alone.
pub(crate) fn with_keys_shuffled(value: &Value, seed: u64) -> String {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort_by_key(|key| {
                let mut hasher = DefaultHasher::new();
                (seed, key).hash(&mut hasher);
                hasher.finish()
            });
            let field = |key: &&String| format!("{}: {}", json!(key), with_keys_shuffled(&fields[*key], seed));
            format!("{{{}}}", keys.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| with_keys_shuffled(item, seed)).collect();
            format!("[{}]", items.join(",\n"))
        }
        other => other.to_string(),
    }
}

/// A bundle of the entries.
pub(crate) fn bundle(entries: &[Value]) -> Value {
    let entries: Vec<Value> = entries.iter().map(|entry| json!({"resource": entry})).collect();
    json!({"resourceType": "Bundle", "type": "collection", "entry": entries})
}

/// The same text with the years of all dates (`2024-05`, `2024-05-10`) moved.
pub(crate) fn shifted(text: &str, years: i32) -> String {
    let bytes = text.as_bytes();
    let digits = |from: usize, count: usize| {
        bytes.get(from..from + count).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let mut moved = String::new();
    let mut at = 0;
    while at < text.len() {
        let begins = at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'-' | b'.'));
        let is_date = begins
            && digits(at, 4)
            && (text[at..].starts_with("19") || text[at..].starts_with("20"))
            && bytes.get(at + 4) == Some(&b'-')
            && digits(at + 5, 2)
            && !digits(at + 7, 1);
        if is_date {
            let year: i32 = text[at..at + 4].parse().expect("four digits");
            moved.push_str(&format!("{:04}", year + years));
            at += 4;
        } else {
            let next = text[at..].chars().next().map_or(1, char::len_utf8);
            moved.push_str(&text[at..at + next]);
            at += next;
        }
    }
    moved
}

#[test]
fn dates_are_shifted_and_nothing_else() {
    assert_eq!(
        shifted("on 2024-02-29, 2024-02 and \"2024-02-29T10:00:00Z\"", 4),
        "on 2028-02-29, 2028-02 and \"2028-02-29T10:00:00Z\""
    );
    let other = "ASCO/CAP 2018, 85319-2, 1222837003, 12024-05-10, x2024-05";
    assert_eq!(shifted(other, 4), other);
}

#[test]
fn shuffling_keys_keeps_the_content() {
    let value = json!({"a": [1, {"b": 2.50, "c": "x\"y"}], "d": null});
    let shuffled: Vec<String> = (0..20).map(|seed| with_keys_shuffled(&value, seed)).collect();
    assert!(shuffled.iter().any(|text| *text != shuffled[0]), "some order differs");
    for text in shuffled {
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
    }
}
