//! A hash of short byte strings: the same on every run, and fast. Not for keys that an adversary could choose to collide
//! at a cost: a collision only costs time, because whoever looks up compares the key itself.

use std::hash::{BuildHasherDefault, Hasher};

/// A map from byte strings.
pub(crate) type Map<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Folded>>;

/// Folds eight bytes at a time by a multiplication of 64 by 64 to 128 bits.
#[derive(Default)]
pub(crate) struct Folded {
    state: u64,
}

/// Digits of the fractional part of pi, which nobody chose.
const PI: [u64; 3] = [0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, 0xA409_3822_299F_31D0];

fn fold(a: u64, b: u64) -> u64 {
    let [low, high] = halves(u128::from(a) * u128::from(b));
    low ^ high
}

fn halves(product: u128) -> [u64; 2] {
    let mask = u128::from(u64::MAX);
    [product & mask, product >> 64].map(|half| u64::try_from(half).unwrap_or_default())
}

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        let (words, tail) = bytes.as_chunks::<8>();
        let mut state = self.state ^ PI[0];
        for word in words {
            state = fold(state ^ u64::from_le_bytes(*word), PI[1]);
        }
        if !tail.is_empty() {
            let mut last = [0; 8];
            for (to, from) in last.iter_mut().zip(tail) {
                *to = *from;
            }
            state = fold(state ^ u64::from_le_bytes(last), PI[2]);
        }
        self.state = fold(state ^ u64::try_from(bytes.len()).unwrap_or_default(), PI[1]);
    }

    fn finish(&self) -> u64 {
        self.state
    }
}

/// The hash of a name made of parts.
pub(crate) fn of(parts: &[&[u8]]) -> u64 {
    let mut hasher = Folded::default();
    for part in parts {
        hasher.write(part);
    }
    hasher.finish()
}
