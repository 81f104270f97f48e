//! How an answer stands, in the words of the page.

use ::chat::{Failure, MessageStatus};

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
        MessageStatus::Stopped => "You stopped this answer.",
        MessageStatus::Interrupted => {
            "This answer was interrupted on our side. What had arrived is kept."
        }
        MessageStatus::Failed => failure.unwrap_or(Failure::Internal).explain(),
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
            Failure::Cut.explain()
        );
        assert!(!standing(MessageStatus::Stopped, None).is_empty());
    }
}
