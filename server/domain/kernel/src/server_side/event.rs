//! Facts that a domain makes public.

use serde::{Serialize, de::DeserializeOwned};
use time::OffsetDateTime;
use uuid::Uuid;

use super::db::Internal;

/// A public fact of a domain, versioned: once published, its fields only grow.
///
/// It carries ids and numbers, never a message's text, an email address or a secret.
pub trait Event: Serialize + DeserializeOwned + Send + Sync {
    /// `parlance.<domain>.<fact>.v<version>`.
    const TYPE: &'static str;

    /// What it is about: events of one aggregate keep their order.
    fn aggregate_id(&self) -> Uuid;
}

/// An event as read back from the outbox.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Unique: consumers know by it what they have already seen.
    pub id: Uuid,
    /// See [`Event::TYPE`].
    pub kind: String,
    /// See [`Event::aggregate_id`].
    pub aggregate_id: Uuid,
    /// The event itself.
    pub data: serde_json::Value,
    /// The W3C trace context of the request that caused it.
    pub traceparent: Option<String>,
    /// When it became true.
    pub occurred_at: OffsetDateTime,
    /// How often delivery has failed so far.
    pub attempts: i32,
}

impl Recorded {
    /// The event, when it is an `E`.
    ///
    /// # Errors
    /// When the stored data does not fit the type it claims to be.
    pub fn decode<E: Event>(&self) -> Result<Option<E>, Internal> {
        if self.kind != E::TYPE {
            return Ok(None);
        }
        Ok(Some(E::deserialize(&self.data)?))
    }
}
