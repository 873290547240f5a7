//! How far back the guideline reaches.
//!
//! Recommendations carry the day from which they stand. The decision tables that turn results into a status exist in one
//! edition each; on an earlier day another edition stood, which is not here. That is said, because the status shown is
//! then not the one of the day.

use jiff::civil::{Date, date};

use super::facts::Facts;
use crate::guideline::Fact;
use crate::issue::Issue;

/// Which status rests on which edition, and since when (dates of publication).
const EDITIONS: [(Fact, &str, Date); 3] = [
    (Fact::Her2Status, "HER2 is read by ASCO/CAP 2018", date(2018, 5, 30)),
    (Fact::ErStatus, "ER is read by ASCO/CAP 2020", date(2020, 1, 13)),
    (Fact::PrStatus, "PgR is read by ASCO/CAP 2020", date(2020, 1, 13)),
];

/// Says, for a day before an edition, that the status is that of the later edition.
pub(crate) fn before_guideline(facts: &Facts, as_of: Date) -> Vec<Issue> {
    let stated = |fact| facts.get(fact).is_some_and(|statement| !statement.because.is_empty());
    EDITIONS
        .into_iter()
        .filter(|(fact, _, since)| as_of < *since && stated(*fact))
        .map(|(fact, edition, since)| {
            let message = format!(
                "{edition}, which stands since {since}; the guideline holds no edition for {as_of}, so the status need not be that of the day"
            );
            Issue::warning("before-guideline", message).at(fact.id())
        })
        .collect()
}
