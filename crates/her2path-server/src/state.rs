//! What every request sees: settings, guideline, store, numbers and the client for FHIR servers.

use std::sync::Arc;

use her2path::knowledge::model::Knowledge;
use her2path::{Question, chapters::Chapters, guideline};
use jiff::civil::Date;
use tokio::sync::Semaphore;

use crate::authentication::Keys;
use crate::config::Config;
use crate::error::StartError;
use crate::fhir_client::FhirClient;
use crate::metrics::Metrics;
use crate::smart::Launches;
use crate::store::{AuditEntry, Store};

/// Shared by all requests.
pub(crate) type Shared = Arc<State>;

pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) knowledge: &'static Knowledge,
    pub(crate) store: Store,
    pub(crate) metrics: Metrics,
    pub(crate) fhir_client: FhirClient,
    pub(crate) keys: Keys,
    pub(crate) launches: Launches,
    /// Turns for large records: as many as there are processors.
    pub(crate) large_records: Arc<Semaphore>,
}

impl State {
    pub(crate) async fn new(config: Config) -> Result<Self, StartError> {
        let store = Store::open(config.database.as_deref()).await?;
        let fhir_client = FhirClient::new(&config)?;
        let keys = Keys::new(&config)?;
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            store,
            fhir_client,
            keys,
            launches: Launches::default(),
            large_records: Arc::new(Semaphore::new(processors)),
            knowledge: &guideline::KNOWLEDGE,
            metrics: Metrics::new(),
            config,
        })
    }

    /// The question about a record as of a day.
    pub(crate) fn question(&self, as_of: Date, chapters: Chapters) -> Question<'static> {
        Question::new(self.knowledge, as_of).chapters(chapters)
    }

    /// Notes in the audit trail who asked what.
    pub(crate) fn audit(&self, client: Option<&str>, action: &'static str, outcomes: String) {
        let entry = AuditEntry {
            at: now(),
            client: client.map(ToOwned::to_owned),
            action,
            guideline: self.knowledge.guideline.hash.to_string(),
            outcomes,
        };
        if !self.store.note(entry) {
            self.metrics.audit_dropped.inc();
        }
    }
}

/// This moment in UTC (RFC 3339, seconds).
pub(crate) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Today, where the server stands.
pub(crate) fn today() -> Date {
    jiff::Zoned::now().date()
}
