//! Identifiers that are the same whenever the same thing is said: no clock and no randomness in the core.

/// A UUID (version 8, RFC 9562) made of what it identifies. The same parts give the same UUID.
///
/// It tells things apart and protects against nothing: the digest is FNV-1a, twice with different starts.
pub(crate) fn uuid(parts: &[&str]) -> String {
    let digest = |start: u64| {
        let bytes = parts.iter().flat_map(|part| part.bytes().chain(std::iter::once(0)));
        bytes.fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    };
    // The offset basis of FNV-1a 64, and its bitwise complement.
    let (high, low) = (digest(0xcbf2_9ce4_8422_2325), digest(!0xcbf2_9ce4_8422_2325));
    format!(
        "{:08x}-{:04x}-8{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn same_parts_same_uuid_and_the_border_between_parts_counts() {
        assert_eq!(uuid(&["a", "b"]), uuid(&["a", "b"]));
        assert_ne!(uuid(&["a", "b"]), uuid(&["ab"]));
        assert_ne!(uuid(&["a", "b"]), uuid(&["b", "a"]));
    }

    #[test]
    fn version_and_variant_are_those_of_rfc_9562() {
        for number in 0..200 {
            let text = uuid(&[&number.to_string()]);
            let groups: Vec<&str> = text.split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
            assert!(text.chars().nth(14) == Some('8'), "{text}");
            assert!(matches!(text.chars().nth(19), Some('8' | '9' | 'a' | 'b')), "{text}");
        }
    }
}
