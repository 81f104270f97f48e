//! How an answer stands, in the words of the page.

use ::chat::{Failure, MessageStatus};

use crate::language::t;

/// As in the attribute `data-status`.
pub fn status_name(status: MessageStatus) -> &'static str {
    match status {
        MessageStatus::Complete => "complete",
        MessageStatus::Streaming => "streaming",
        MessageStatus::Stopped => "stopped",
        MessageStatus::Failed => "failed",
        MessageStatus::Interrupted => "interrupted",
    }
}

/// The sentence below an answer that did not simply end.
pub fn standing(status: MessageStatus, failure: Option<Failure>) -> &'static str {
    match status {
        MessageStatus::Complete | MessageStatus::Streaming => "",
        MessageStatus::Stopped => t!(status.stopped),
        MessageStatus::Interrupted => t!(status.interrupted),
        MessageStatus::Failed => explain(failure.unwrap_or(Failure::Internal)),
    }
}

/// What failed, and what can be done about it.
fn explain(failure: Failure) -> &'static str {
    match failure {
        Failure::Unreachable => t!(status.unreachable),
        Failure::Unauthorized => t!(status.unauthorized),
        Failure::UnknownModel => t!(status.unknown_model),
        Failure::RateLimited => t!(status.rate_limited),
        Failure::ProviderError => t!(status.provider_error),
        Failure::Rejected => t!(status.rejected),
        Failure::Cut => t!(status.cut),
        Failure::Stalled => t!(status.stalled),
        Failure::Malformed => t!(status.malformed),
        Failure::Empty => t!(status.empty),
        Failure::TooLong => t!(status.too_long),
        Failure::Internal => t!(status.internal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_that_did_not_simply_end_has_a_sentence() {
        assert_eq!(standing(MessageStatus::Complete, None), "");
        assert_eq!(
            standing(MessageStatus::Failed, Some(Failure::Cut)),
            t!(status.cut)
        );
        assert!(!standing(MessageStatus::Stopped, None).is_empty());
    }
}
