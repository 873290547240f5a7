//! Random numbers that depend on nothing but the seed, the patient and what they are for.
//!
//! Each stream is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) over a counter: the n-th number is a function of a key
//! and n, so patients can be made in any order and on any number of threads, and damaging a record draws from another
//! stream than the journey does. Deliberately absent: a shared generator, and anything drawn from the system.

/// What a stream is drawn for. A change in one purpose leaves the numbers of the others alone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// The person, the disease and its treatment.
    Journey = 1,
    /// How the record is written: style, dates of visits, values of tests.
    Record = 2,
    /// Visits, tests, illnesses and drugs that have nothing to do with the disease.
    Noise = 3,
    /// Damage.
    Mess = 4,
}

/// One stream.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    key: u64,
    counter: u64,
}

/// The odd constant of SplitMix64: 2^64 divided by the golden ratio.
const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

const fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

impl Random {
    pub(crate) fn new(seed: u64, patient: u64, purpose: Purpose) -> Self {
        let seeded = mix(seed.wrapping_add(GAMMA));
        let of_patient = mix(seeded ^ patient.wrapping_mul(GAMMA));
        Self { key: mix(of_patient.wrapping_add(purpose as u64)), counter: 0 }
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(1);
        mix(self.key.wrapping_add(self.counter.wrapping_mul(GAMMA)))
    }

    /// Uniform strictly between 0 and 1.
    pub(crate) fn unit(&mut self) -> f64 {
        // 53 bits, and half a step so that neither end is reached.
        ((self.word() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Uniform among the whole numbers from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = i64::from(high) - i64::from(low) + 1;
        if width <= 1 {
            return low;
        }
        let offset = (self.unit() * width as f64) as i64;
        i32::try_from(i64::from(low) + offset.min(width - 1)).unwrap_or(low)
    }

    /// Standard normal (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.unit(), self.unit());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// One of several, with the weights given beside them; `None` where no weight is above zero.
    pub(crate) fn weighted<T: Copy>(&mut self, choices: &[(T, f64)]) -> Option<T> {
        let total: f64 = choices.iter().map(|(_, weight)| weight.max(0.0)).sum();
        let mut left = self.unit() * total;
        let mut last = None;
        for (choice, weight) in choices.iter().filter(|(_, weight)| *weight > 0.0) {
            last = Some(*choice);
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        last
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let last = i32::try_from(choices.len()).unwrap_or(i32::MAX) - 1;
        let index = usize::try_from(self.between(0, last)).unwrap_or(0);
        choices.get(index).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_patient_and_purpose_alone() {
        let first = |seed, patient, purpose| Random::new(seed, patient, purpose).word();
        assert_eq!(first(1, 2, Purpose::Noise), first(1, 2, Purpose::Noise));
        assert_ne!(first(1, 2, Purpose::Noise), first(2, 2, Purpose::Noise));
        assert_ne!(first(1, 2, Purpose::Noise), first(1, 3, Purpose::Noise));
        assert_ne!(first(1, 2, Purpose::Noise), first(1, 2, Purpose::Mess));
    }

    #[test]
    fn splitmix64_gives_the_published_first_outputs() {
        // Seed 0 of the reference implementation: e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f.
        let mut random = Random { key: 0, counter: 0 };
        assert_eq!(
            [random.word(), random.word(), random.word()],
            [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]
        );
    }

    #[test]
    fn numbers_are_spread_as_they_should_be() {
        let mut random = Random::new(7, 7, Purpose::Journey);
        let draws: Vec<f64> = (0..20_000).map(|_| random.unit()).collect();
        let mean = draws.iter().sum::<f64>() / 20_000.0;
        // Standard error of the mean of 20,000 uniforms: 0.002.
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
        let normals: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        let square = normals.iter().map(|z| z * z).sum::<f64>() / 20_000.0;
        assert!((square - 1.0).abs() < 0.05, "{square}");
        let die: Vec<i32> = (0..6_000).map(|_| random.between(1, 6)).collect();
        for face in 1..=6 {
            let count = die.iter().filter(|thrown| **thrown == face).count();
            assert!((850..1150).contains(&count), "{face}: {count}");
        }
    }
}
