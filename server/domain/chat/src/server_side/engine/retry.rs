//! When asking the provider again is worth it, and how long to wait before.
//!
//! Only before the first token: what has been read is never taken back, and nobody pays twice.
//! The waits grow exponentially with full jitter ("Exponential Backoff And Jitter", AWS
//! Architecture Blog, 2015), so that many runs refused together do not come back together.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Failure, model_client::ModelError};

/// The most requests to one model for one answer.
const MOST_ATTEMPTS: u32 = 3;
/// The first wait is at most this, each further one at most twice the one before.
const FIRST_WAIT: Duration = Duration::from_millis(400);
/// The most waiting between the requests of one answer, whoever asks for it. A provider that asks
/// for more is not waited for: a person who has been told can choose another model.
const MOST_WAITING: Duration = Duration::from_secs(10);
/// No request begins later than this after the first: failing can take a while, too.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a request came to nothing.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: ModelError,
    /// Whether some of the answer's text had arrived.
    pub(super) after_text: bool,
}

/// What has been tried so far.
#[derive(Debug)]
pub(super) struct Retries {
    most: u32,
    failed: u32,
    waited: Duration,
    begun: Instant,
}

impl Retries {
    /// For the model that was asked for.
    pub(super) fn patient() -> Self {
        Self::of(MOST_ATTEMPTS)
    }

    /// One attempt: the person has waited for another model already.
    pub(super) fn none() -> Self {
        Self::of(1)
    }

    fn of(most: u32) -> Self {
        Self {
            most,
            failed: 0,
            waited: Duration::ZERO,
            begun: Instant::now(),
        }
    }

    /// How long to wait before asking again; `None` when the failure is for good. `fraction` is
    /// random, from 0 to 1.
    pub(super) fn after(&mut self, failed: &Failed, fraction: f64) -> Option<Duration> {
        self.failed += 1;
        let worth_it = passes_by_itself(failed.error.failure) && !failed.after_text;
        if !worth_it || self.failed >= self.most {
            return None;
        }
        let most = FIRST_WAIT * 2_u32.saturating_pow(self.failed - 1);
        // RFC 9110, section 10.2.3: the wait asked for is the least.
        let asked_for = failed.error.retry_after.unwrap_or_default();
        let wait = (asked_for + most.mul_f64(fraction.clamp(0.0, 1.0))).min(MOST_WAITING);
        let waited = self.waited + wait;
        let in_time = asked_for <= MOST_WAITING
            && waited <= MOST_WAITING
            && self.begun.elapsed() + wait <= PATIENCE;
        self.waited = waited;
        in_time.then_some(wait)
    }
}

/// Whether the same request may well succeed in a moment. Silence is not among these: the person
/// has waited for a minute, and the model may still be at work, for money.
fn passes_by_itself(failure: Failure) -> bool {
    match failure {
        Failure::Unreachable | Failure::RateLimited | Failure::ProviderError | Failure::Cut => true,
        Failure::Unauthorized
        | Failure::UnknownModel
        | Failure::Rejected
        | Failure::Stalled
        | Failure::Malformed
        | Failure::Empty
        | Failure::TooLong
        | Failure::Internal => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Code;

    fn failed(failure: Failure, retry_after: Option<u64>) -> Failed {
        let error = ModelError {
            retry_after: retry_after.map(Duration::from_secs),
            ..ModelError::new(failure, "")
        };
        Failed {
            error,
            after_text: false,
        }
    }

    /// The waits after failures that go on and on, with the worst of luck.
    fn waits(failure: Failure, retry_after: Option<u64>) -> Vec<Duration> {
        let mut retries = Retries::patient();
        std::iter::from_fn(|| retries.after(&failed(failure, retry_after), 1.0)).collect()
    }

    #[test]
    fn a_model_is_asked_three_times_with_growing_waits() {
        let expected = [400, 800].map(Duration::from_millis);
        assert_eq!(waits(Failure::ProviderError, None), expected);
    }

    #[test]
    fn a_wait_is_anything_from_nothing_to_its_most() {
        let wait = |fraction| Retries::patient().after(&failed(Failure::Cut, None), fraction);
        assert_eq!(wait(0.0), Some(Duration::ZERO));
        assert_eq!(wait(0.25), Some(Duration::from_millis(100)));
        assert_eq!(
            wait(7.0),
            Some(Duration::from_millis(400)),
            "no more luck than all"
        );
    }

    #[test]
    fn what_passes_by_itself_is_tried_again_and_nothing_else() {
        let tried: Vec<_> = Failure::CODES
            .iter()
            .filter(|(failure, _)| !waits(*failure, None).is_empty())
            .map(|(_, code)| *code)
            .collect();
        assert_eq!(
            tried,
            ["unreachable", "rate_limited", "provider_error", "cut"]
        );
    }

    #[test]
    fn nothing_is_tried_again_after_text_has_arrived() {
        let after_text = Failed {
            after_text: true,
            ..failed(Failure::Cut, None)
        };
        assert_eq!(Retries::patient().after(&after_text, 0.5), None);
    }

    #[test]
    fn another_model_is_asked_once() {
        let wait = Retries::none().after(&failed(Failure::ProviderError, None), 0.5);
        assert_eq!(wait, None);
    }

    #[test]
    fn the_wait_that_the_provider_asks_for_is_the_least() {
        let waits = waits(Failure::RateLimited, Some(2));
        assert_eq!(waits, [2_400, 2_800].map(Duration::from_millis));
    }

    #[test]
    fn a_provider_that_asks_for_too_much_patience_is_not_waited_for() {
        assert!(waits(Failure::RateLimited, Some(11)).is_empty());
        assert_eq!(waits(Failure::RateLimited, Some(10)), [MOST_WAITING]);
        assert_eq!(
            waits(Failure::RateLimited, Some(6)).len(),
            1,
            "twice would be more than 10 s together"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_attempt_begins_after_half_a_minute() {
        let mut retries = Retries::patient();
        tokio::time::advance(Duration::from_secs(29)).await;
        let wait = retries.after(&failed(Failure::ProviderError, None), 0.5);
        assert!(wait.is_some());
        tokio::time::advance(Duration::from_secs(1)).await;
        let wait = retries.after(&failed(Failure::ProviderError, None), 0.5);
        assert_eq!(wait, None);
    }

    proptest::proptest! {
        #[test]
        fn the_waiting_is_bounded_whatever_the_provider_says(
            asked in proptest::collection::vec(proptest::option::of(0_u64..20), 5), fraction in 0.0..=1.0,
        ) {
            let mut retries = Retries::patient();
            let waits: Vec<_> = asked
                .iter()
                .map_while(|asked| retries.after(&failed(Failure::RateLimited, *asked), fraction))
                .collect();
            proptest::prop_assert!(waits.len() < MOST_ATTEMPTS as usize);
            proptest::prop_assert!(waits.iter().sum::<Duration>() <= MOST_WAITING);
        }
    }
}
