//! tower-sessions on [`auth::sessions`].
//!
//! Not the PostgresStore of tower-sessions-sqlx-store: its save is an upsert, by which a request
//! that is still under way brings back the session that another one has just ended; it keeps the
//! cookie's value as it is; and it goes by the machine's clock.

use std::fmt;

use auth::sessions::{self, Lifetime, Open};
use kernel::Db;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

use super::{failure, known};

/// Keeps sessions in the database. Cheap to clone.
///
/// When a session ends is up to [`Lifetime`]: the expiry that tower-sessions computes is not used.
#[derive(Clone)]
pub struct Store {
    db: Db,
    lifetime: Lifetime,
}

impl Store {
    pub fn new(db: Db, lifetime: Lifetime) -> Self {
        Self { db, lifetime }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let data = encode(record)?;
        while !sessions::create(&self.db, self.lifetime, &record.id.to_string(), &data)
            .await
            .map_err(failed)?
        {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = encode(record)?;
        sessions::save(&self.db, &record.id.to_string(), &data)
            .await
            .map_err(failed)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let open = sessions::open(&self.db, self.lifetime, &id.to_string())
            .await
            .map_err(failed)?;
        let Some(Open { data, account }) = open else {
            return Ok(None);
        };
        known::keep(account);
        let Ok(data) = serde_json::from_value(data) else {
            // Another version's, perhaps: signing in again is all it takes.
            tracing::warn!("a session's data cannot be read");
            return Ok(None);
        };
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date: self.db.now() + self.lifetime.idle,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sessions::end(&self.db, &id.to_string())
            .await
            .map_err(failed)
    }
}

fn encode(record: &Record) -> Result<serde_json::Value> {
    serde_json::to_value(&record.data).map_err(|e| Error::Encode(e.to_string()))
}

fn failed(e: impl Into<kernel::Internal>) -> Error {
    Error::Backend(failure::note(e))
}
