//! Everything that the sandbox knows, and the file that it is kept in.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::ApiError;

/// The version of the API whose shapes the sandbox speaks.
pub const API_VERSION: &str = "2026-09-30.endive";
/// For how long Stripe remembers an idempotency key
/// (<https://docs.stripe.com/api/idempotent_requests>), in seconds.
const KEYS_KEPT: i64 = 24 * 60 * 60;
/// For how long events are kept (<https://docs.stripe.com/api/events>), in seconds.
const EVENTS_KEPT: i64 = 30 * 24 * 60 * 60;

/// The answer to a request with an idempotency key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answered {
    /// What was asked.
    pub fingerprint: String,
    /// The HTTP status.
    pub status: u16,
    /// What was answered.
    pub body: Value,
    /// When, in Unix seconds of the real clock.
    pub at: i64,
}

/// A webhook that is to be delivered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    /// Which event.
    pub event: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When to try next, in Unix seconds of the real clock.
    pub due: i64,
}

/// All there is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// How far the sandbox's time is ahead of the real clock, in seconds.
    pub ahead: i64,
    /// The real clock as last read: not kept.
    #[serde(skip)]
    pub real_now: i64,
    /// Objects by id, as the API shows them.
    objects: BTreeMap<String, Value>,
    /// The ids of each kind of object, the oldest first.
    order: BTreeMap<String, Vec<String>>,
    /// What Stripe knows of a customer and does not tell: whether the card pays.
    cards: BTreeMap<String, bool>,
    /// Answers by idempotency key.
    pub answered: BTreeMap<String, Answered>,
    /// Webhooks on their way.
    pub deliveries: Vec<Delivery>,
    /// Counts the invoices' numbers.
    pub invoices: u64,
}

impl State {
    /// Reads the file; without one there is nothing yet.
    pub fn read(file: &Path) -> io::Result<Self> {
        match fs::read(file) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => Err(e),
        }
    }

    /// Writes the file: completely, or not at all.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        let folder = file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let beside = file.with_extension("new");
        let mut new = File::create(&beside)?;
        new.write_all(&serde_json::to_vec(self)?)?;
        new.sync_all()?;
        fs::rename(&beside, file)?;
        File::open(folder)?.sync_all()
    }

    /// The sandbox's time, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.real_now + self.ahead
    }

    /// An id of Stripe's form that cannot be guessed.
    pub fn new_id(&self, prefix: &str) -> Result<String, ApiError> {
        const LETTERS: &[u8; 62] =
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut random = [0u8; 24];
        getrandom::fill(&mut random).map_err(|e| ApiError::internal(e.to_string()))?;
        let text = random
            .iter()
            .map(|b| char::from(LETTERS[usize::from(b % 62)]));
        Ok(format!("{prefix}_{}", text.collect::<String>()))
    }

    /// Keeps a new object, which has a field `object` with its kind.
    pub fn insert(&mut self, object: Value) {
        let id = text(&object, "id").to_owned();
        let kind = text(&object, "object").to_owned();
        self.order.entry(kind).or_default().push(id.clone());
        self.objects.insert(id, object);
    }

    /// The object of this kind and id.
    pub fn get(&self, kind: &str, id: &str) -> Result<&Value, ApiError> {
        self.objects
            .get(id)
            .filter(|object| object["object"] == kind)
            .ok_or_else(|| ApiError::not_found(kind, id))
    }

    /// As [`State::get`], to change it.
    pub fn change(&mut self, kind: &str, id: &str) -> Result<&mut Value, ApiError> {
        self.objects
            .get_mut(id)
            .filter(|object| object["object"] == kind)
            .ok_or_else(|| ApiError::not_found(kind, id))
    }

    /// All of a kind, the newest first.
    pub fn all(&self, kind: &str) -> impl Iterator<Item = &Value> {
        let ids = self.order.get(kind).into_iter().flatten().rev();
        ids.filter_map(|id| self.objects.get(id))
    }

    /// Whether the card of a customer pays.
    pub fn card_pays(&self, customer: &str) -> bool {
        self.cards.get(customer).copied().unwrap_or(true)
    }

    /// Gives a customer a card.
    pub fn set_card(&mut self, customer: &str, pays: bool) {
        self.cards.insert(customer.to_owned(), pays);
    }

    /// Something happened to an object: keeps the event, and has it delivered.
    pub fn happened(&mut self, kind: &str, id: &str, what: &str) -> Result<(), ApiError> {
        let object = self.get(kind, id)?.clone();
        let event = self.new_id("evt")?;
        self.insert(json!({
            "id": event,
            "object": "event",
            "account": null,
            "api_version": API_VERSION,
            "created": self.now(),
            "data": {"object": object},
            "livemode": false,
            "pending_webhooks": 1,
            "request": {"id": null, "idempotency_key": null},
            "type": what,
        }));
        let due = self.real_now;
        self.deliveries.push(Delivery {
            event,
            attempts: 0,
            due,
        });
        Ok(())
    }

    /// Forgets what Stripe forgets.
    pub fn forget_old(&mut self) {
        let keys_since = self.real_now - KEYS_KEPT;
        self.answered.retain(|_, answer| answer.at > keys_since);
        let since = self.now() - EVENTS_KEPT;
        let objects = &mut self.objects;
        if let Some(events) = self.order.get_mut("event") {
            let kept = events.partition_point(|id| {
                objects
                    .get(id)
                    .is_none_or(|event| number(event, "created") < since)
            });
            for id in events.drain(..kept) {
                objects.remove(&id);
            }
        }
    }
}

/// A field that is text, or empty.
pub fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_default()
}

/// A field that is a number, or 0.
pub fn number(object: &Value, name: &str) -> i64 {
    object[name].as_i64().unwrap_or_default()
}
