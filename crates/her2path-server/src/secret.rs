//! Random keys and what is derived from them: cookies, tokens against forged requests, names in the store.

use std::fmt::Write as _;

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use ring::rand::{SecureRandom as _, SystemRandom};

/// Bytes of a key.
const LENGTH: usize = 32;

/// A new key, as hexadecimal digits; `None` where the system has no randomness to give.
pub(crate) fn new() -> Option<String> {
    let mut bytes = [0_u8; LENGTH];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

/// What stands for a key where the key itself must not: a different text for each purpose, from which the key cannot be
/// found.
pub(crate) fn derived(purpose: &str, key: &str) -> String {
    hex(ring::digest::digest(&ring::digest::SHA256, format!("her2path {purpose} {key}").as_bytes()).as_ref())
}

/// The key in a cookie, if it is one of ours.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(other, _)| *other == name).map(|(_, value)| value.to_owned());
    values.find(|value| value.len() == 2 * LENGTH && value.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0_u8, |differing, (a, b)| differing | (a ^ b));
    one.len() == other.len() && differing == 0
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
