//! Cases that a person chose to keep. Whoever has the key of the browser that saved them may read and delete them.

use sqlx::Row as _;

use super::Store;

/// The most cases under one key.
pub(crate) const MOST: i64 = 100;

/// A case that was kept.
#[derive(Debug, Clone)]
pub(crate) struct SavedCase {
    /// Random.
    pub(crate) id: String,
    /// As the person named it.
    pub(crate) name: String,
    /// What was typed in, as JSON.
    pub(crate) content: String,
    /// When, in UTC.
    pub(crate) saved: String,
}

impl Store {
    /// Keeps a case; false where there are too many under this key.
    ///
    /// # Errors
    /// When the database cannot write.
    pub(crate) async fn save_case(&self, keeper: &str, case: &SavedCase) -> Result<bool, sqlx::Error> {
        let done = sqlx::query(
            "INSERT INTO saved_case (id, keeper, name, content, saved) SELECT $1, $2, $3, $4, $5 \
             WHERE (SELECT COUNT(*) FROM saved_case WHERE keeper = $6) < $7",
        )
        .bind(&case.id)
        .bind(keeper)
        .bind(&case.name)
        .bind(&case.content)
        .bind(&case.saved)
        .bind(keeper)
        .bind(MOST)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The cases under a key, newest first.
    ///
    /// # Errors
    /// When the database cannot read.
    pub(crate) async fn cases(&self, keeper: &str) -> Result<Vec<SavedCase>, sqlx::Error> {
        let rows =
            sqlx::query("SELECT id, name, content, saved FROM saved_case WHERE keeper = $1 ORDER BY saved DESC, id")
                .bind(keeper)
                .fetch_all(&self.pool)
                .await?;
        let case = |row: &sqlx::any::AnyRow| {
            Ok(SavedCase {
                id: row.try_get("id")?,
                name: row.try_get("name")?,
                content: row.try_get("content")?,
                saved: row.try_get("saved")?,
            })
        };
        rows.iter().map(case).collect()
    }

    /// Deletes one case under a key.
    ///
    /// # Errors
    /// When the database cannot write.
    pub(crate) async fn delete_case(&self, keeper: &str, id: &str) -> Result<(), sqlx::Error> {
        let delete = sqlx::query("DELETE FROM saved_case WHERE keeper = $1 AND id = $2");
        delete.bind(keeper).bind(id).execute(&self.pool).await.map(|_| ())
    }

    /// Deletes every case under a key.
    ///
    /// # Errors
    /// When the database cannot write.
    pub(crate) async fn delete_cases(&self, keeper: &str) -> Result<(), sqlx::Error> {
        let delete = sqlx::query("DELETE FROM saved_case WHERE keeper = $1");
        delete.bind(keeper).execute(&self.pool).await.map(|_| ())
    }
}
