//! What was begun and what was granted, in memory, under the key of a browser.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use oauth2::{PkceCodeVerifier, RefreshToken};

use super::discovery::Endpoints;
use crate::secret;

/// How long somebody may take to sign in.
const SIGN_IN: Duration = Duration::from_secs(600);

/// How long leave is kept: a working day.
pub(super) const LIVES_SECONDS: u32 = 8 * 60 * 60;

/// The most browsers that are remembered; beyond, the oldest are forgotten.
const MOST: usize = 10_000;

/// A launch that waits for its browser to come back.
pub(crate) struct Begun {
    /// The key of the browser that began it.
    pub(super) key: String,
    pub(super) issuer: String,
    pub(super) client: String,
    pub(super) endpoints: Endpoints,
    /// What the EHR has to send back.
    pub(super) state: String,
    pub(super) verifier: PkceCodeVerifier,
    pub(super) at: Instant,
}

/// Leave to read one patient's record.
#[derive(Clone)]
pub(crate) struct Granted {
    pub(super) issuer: String,
    pub(super) client: String,
    pub(super) endpoints: Endpoints,
    pub(super) patient: String,
    pub(super) token: String,
    pub(super) refresh: Option<RefreshToken>,
    /// When the token ends, where the EHR said so.
    pub(super) ends: Option<Instant>,
    pub(super) at: Instant,
}

impl Granted {
    /// Whether the token has run out, or will while the record is read.
    pub(super) fn is_over(&self) -> bool {
        self.ends.is_some_and(|ends| ends < Instant::now() + Duration::from_secs(5))
    }
}

/// Launches of all browsers.
#[derive(Default)]
pub(crate) struct Launches {
    begun: Mutex<HashMap<String, Begun>>,
    granted: Mutex<HashMap<String, Granted>>,
}

impl Launches {
    pub(super) fn begin(&self, key: &str, begun: Begun) {
        let mut all = lock(&self.begun);
        all.retain(|_, other| other.at.elapsed() < SIGN_IN);
        forget_oldest(&mut all, |begun| begun.at);
        // Somebody may begin in two windows: each is known by what the EHR sends back.
        all.insert(begun.state.clone(), Begun { key: key.to_owned(), ..begun });
    }

    /// The launch that this browser began with this state; each can be taken once.
    pub(super) fn take(&self, key: &str, state: &str) -> Option<Begun> {
        let mut all = lock(&self.begun);
        let own = all.get(state).is_some_and(|begun| secret::same(&begun.key, key) && begun.at.elapsed() < SIGN_IN);
        if own { all.remove(state) } else { None }
    }

    pub(super) fn grant(&self, key: &str, granted: Granted) {
        let mut all = lock(&self.granted);
        all.retain(|_, other| lives(other));
        forget_oldest(&mut all, |granted| granted.at);
        all.insert(key.to_owned(), granted);
    }

    pub(super) fn granted(&self, key: &str) -> Option<Granted> {
        lock(&self.granted).get(key).filter(|granted| lives(granted)).cloned()
    }

    pub(super) fn end(&self, key: &str) {
        lock(&self.granted).remove(key);
    }
}

fn lives(granted: &Granted) -> bool {
    granted.at.elapsed() < Duration::from_secs(LIVES_SECONDS.into())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn forget_oldest<T>(all: &mut HashMap<String, T>, at: impl Fn(&T) -> Instant) {
    if all.len() >= MOST {
        let oldest = all.iter().min_by_key(|(_, one)| at(one)).map(|(key, _)| key.clone());
        oldest.map(|key| all.remove(&key));
    }
}
