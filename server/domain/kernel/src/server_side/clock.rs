//! Time and identifiers, passed in so that tests can hold them still.

use std::sync::{Arc, Mutex, PoisonError};

use time::OffsetDateTime;
use uuid::{NoContext, Timestamp, Uuid};

/// Tells the time (UTC).
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Fixed(Arc<Mutex<OffsetDateTime>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`Clock::advance`] moves it.
    pub fn fixed(at: OffsetDateTime) -> Self {
        Self(Source::Fixed(Arc::new(Mutex::new(at))))
    }

    /// The time now, to the microsecond: what Postgres can store, so that a value read back
    /// equals the value written.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn now(&self) -> OffsetDateTime {
        let now = match &self.0 {
            Source::System => OffsetDateTime::now_utc(),
            Source::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        };
        let micros = now.microsecond();
        now.replace_microsecond(micros).unwrap_or(now)
    }

    /// Moves a fixed clock on; a system clock is left alone.
    pub fn advance(&self, by: time::Duration) {
        if let Source::Fixed(at) = &self.0 {
            *at.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }

    /// A fresh version 7 UUID of the time now (RFC 9562, section 5.7).
    pub fn uuid(&self) -> Uuid {
        let now = self.now();
        let secs = u64::try_from(now.unix_timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(NoContext, secs, now.nanosecond()))
    }
}
