//! Facts that a domain makes public.

pub use schemars;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, de::DeserializeOwned};
use time::OffsetDateTime;
use uuid::Uuid;

use super::db::Internal;

/// A public fact of a domain, versioned: once published, its fields only grow.
///
/// It carries ids and numbers, never a message's text, an email address or a secret: its schema
/// has no place for free text.
pub trait Event: Serialize + DeserializeOwned + JsonSchema + Send + Sync {
    /// `parlance.<domain>.<fact>.v<version>`.
    const TYPE: &'static str;

    /// What it is about: events of one aggregate keep their order.
    fn aggregate_id(&self) -> Uuid;
}

/// What is said of a type of event to whoever reads events: its name and its shape.
#[derive(Debug, Clone, Copy)]
pub struct Described {
    /// See [`Event::TYPE`].
    pub kind: &'static str,
    /// Makes the JSON Schema (draft 2020-12) of its data.
    pub schema: fn() -> Schema,
}

impl Described {
    /// Describes `E`.
    pub const fn of<E: Event>() -> Self {
        Self {
            kind: E::TYPE,
            schema: || SchemaGenerator::default().into_root_schema_for::<E>(),
        }
    }
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
