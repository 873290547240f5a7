//! What is kept: feedback, saved cases and the audit trail, in SQLite or PostgreSQL.
//!
//! Feedback is on disk before it is acknowledged. The audit trail is written in batches beside the answers: who asked what
//! and when, with the guideline's hash and the ids of the outcomes, never the record. A kill may lose its last moments.

pub(crate) mod cases;

use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Executor as _};
use tokio::sync::mpsc;

use crate::error::StartError;

/// How long the audit trail collects before it writes.
const BATCH: Duration = Duration::from_millis(200);

/// How many entries of the audit trail may wait; more are dropped and counted.
const WAITING: usize = 16_384;

/// The database, and the way to the audit trail.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pool: AnyPool,
    audit: mpsc::Sender<AuditEntry>,
}

/// One line of the audit trail.
#[derive(Debug, Clone)]
pub(crate) struct AuditEntry {
    /// When, in UTC.
    pub(crate) at: String,
    /// Who: the client that signed, if any.
    pub(crate) client: Option<String>,
    /// What was asked.
    pub(crate) action: &'static str,
    /// Hash of the guideline.
    pub(crate) guideline: String,
    /// Ids of recommendations that stood, comma separated.
    pub(crate) outcomes: String,
}

/// One piece of feedback on one card.
#[derive(Debug, Clone)]
pub(crate) struct Feedback {
    /// When it came, in UTC.
    pub(crate) received: String,
    /// Of which service.
    pub(crate) service: String,
    /// Who: the client that signed, if any.
    pub(crate) client: Option<String>,
    /// Of which card.
    pub(crate) card: String,
    /// `accepted` or `overridden`.
    pub(crate) outcome: String,
    /// All of it, as JSON.
    pub(crate) content: String,
}

impl Store {
    /// Opens or makes the database and brings it to the newest form.
    ///
    /// # Errors
    /// When the database cannot be opened, or was made by a newer version.
    pub(crate) async fn open(database: Option<&str>) -> Result<Self, StartError> {
        sqlx::any::install_default_drivers();
        let address = match database {
            None => "sqlite::memory:".to_owned(),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => url.to_owned(),
            Some(file) => format!("sqlite://{}?mode=rwc", file.trim_start_matches("sqlite://")),
        };
        let sqlite = address.starts_with("sqlite");
        // One connection keeps a database in memory alive and shared; SQLite writes one at a time in any case.
        let connections = if sqlite { 1 } else { 8 };
        let named = || database.unwrap_or("in memory").to_owned();
        let pool = AnyPoolOptions::new()
            .min_connections(1)
            .max_connections(connections)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if sqlite {
                        connection.execute("PRAGMA journal_mode=WAL").await?;
                        connection.execute("PRAGMA synchronous=FULL").await?;
                        connection.execute("PRAGMA busy_timeout=5000").await?;
                    }
                    Ok(())
                })
            })
            .connect(&address)
            .await
            .map_err(|error| StartError::Database { database: named(), error })?;
        sqlx::migrate!("./migrations")
            .run(&pool)
            .await
            .map_err(|error| StartError::Migration { database: named(), error })?;
        let (audit, entries) = mpsc::channel(WAITING);
        tokio::spawn(write_audit(pool.clone(), entries));
        Ok(Self { pool, audit })
    }

    /// Keeps feedback; when this returns without an error, all of it is on disk.
    ///
    /// # Errors
    /// When the database cannot write.
    pub(crate) async fn keep(&self, feedback: &[Feedback]) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        for one in feedback {
            sqlx::query(
                "INSERT INTO feedback (received, service, client, card, outcome, content) VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(&one.received)
            .bind(&one.service)
            .bind(&one.client)
            .bind(&one.card)
            .bind(&one.outcome)
            .bind(&one.content)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await
    }

    /// Notes who asked what; false where too many entries wait, so that the answer is never held up.
    #[must_use]
    pub(crate) fn note(&self, entry: AuditEntry) -> bool {
        self.audit.try_send(entry).is_ok()
    }

    /// Whether the database answers.
    pub(crate) async fn ready(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.pool).await.is_ok()
    }
}

/// Writes what has come, a batch in one transaction, until the server ends.
async fn write_audit(pool: AnyPool, mut entries: mpsc::Receiver<AuditEntry>) {
    let mut batch = Vec::new();
    while entries.recv_many(&mut batch, 1024).await > 0 {
        if let Err(error) = write_batch(&pool, &batch).await {
            tracing::error!(entries = batch.len(), %error, "the audit trail could not be written");
        }
        batch.clear();
        tokio::time::sleep(BATCH).await;
    }
}

async fn write_batch(pool: &AnyPool, batch: &[AuditEntry]) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    for entry in batch {
        sqlx::query("INSERT INTO audit (at, client, action, guideline, outcomes) VALUES ($1, $2, $3, $4, $5)")
            .bind(&entry.at)
            .bind(&entry.client)
            .bind(entry.action)
            .bind(&entry.guideline)
            .bind(&entry.outcomes)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await
}
