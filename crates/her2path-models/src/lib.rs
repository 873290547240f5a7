//! Published risk and prognosis models as pure functions.
