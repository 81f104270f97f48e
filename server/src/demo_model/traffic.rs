//! What the demo model's server has seen, so that tests can tell whether stopping an answer
//! really closed the request for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

/// Counts requests: `total`, `in_flight`, `completed` (answered to the end, a scripted fault
/// included), `disconnected` (the client went away first), and the `last` request's body.
#[derive(Debug, Clone, Default)]
pub struct Traffic(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    total: u64,
    in_flight: u64,
    completed: u64,
    disconnected: u64,
    last: Value,
    /// How often each message was asked, by its hash.
    asked: HashMap<u64, u32>,
}

impl Traffic {
    /// A request has begun; it ends when what is returned is dropped.
    pub(super) fn begin(&self, body: Value) -> InFlight {
        let mut counts = self.counts();
        counts.total += 1;
        counts.in_flight += 1;
        counts.last = body;
        InFlight {
            traffic: self.clone(),
            completed: false,
        }
    }

    /// How often this message has been asked, this time included.
    pub(super) fn nth(&self, message: u64) -> u32 {
        let mut counts = self.counts();
        let nth = counts.asked.entry(message).or_default();
        *nth += 1;
        *nth
    }

    pub(super) fn report(&self) -> Value {
        let counts = self.counts();
        json!({
            "total": counts.total,
            "in_flight": counts.in_flight,
            "completed": counts.completed,
            "disconnected": counts.disconnected,
            "last": counts.last,
        })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request being answered.
#[derive(Debug)]
pub(super) struct InFlight {
    traffic: Traffic,
    completed: bool,
}

impl InFlight {
    /// The answer is out.
    pub fn complete(&mut self) {
        self.completed = true;
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut counts = self.traffic.counts();
        counts.in_flight -= 1;
        if self.completed {
            counts.completed += 1;
        } else {
            counts.disconnected += 1;
        }
    }
}
