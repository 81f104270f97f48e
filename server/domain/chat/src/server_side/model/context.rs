//! What of a conversation is sent to the model.

use crate::{Speaker, model::tokens::estimate, model_client::Turn};

/// Tokens kept free for the answer: a quarter of the window, at most 4,096.
pub fn answer_reserve(window: usize) -> usize {
    (window / 4).min(4096)
}

/// Whether a message alone fits beside the system prompt and the answer.
pub fn fits(window: usize, system: &str, message: &str) -> bool {
    estimate(system) + estimate(message) + answer_reserve(window) <= window
}

/// Cuts a conversation (oldest first) to a window: the newest messages that fit beside the
/// system prompt and room for the answer, never a part of one, beginning with something the
/// person said. The last message is always kept: sending refuses one that does not [`fits`].
/// Answers without text are left out.
pub fn cut(window: usize, system: &str, turns: Vec<Turn>) -> Vec<Turn> {
    let mut room = window.saturating_sub(estimate(system) + answer_reserve(window));
    let mut kept = Vec::new();
    for turn in turns
        .into_iter()
        .rev()
        .filter(|t| !t.text.trim().is_empty())
    {
        let cost = estimate(&turn.text);
        if cost > room && !kept.is_empty() {
            break;
        }
        room = room.saturating_sub(cost);
        kept.push(turn);
    }
    while kept.len() > 1 && kept.last().is_some_and(|t| t.speaker == Speaker::Assistant) {
        kept.pop();
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn turn(speaker: Speaker, text: &str) -> Turn {
        Turn {
            speaker,
            text: text.into(),
        }
    }

    fn texts(turns: &[Turn]) -> Vec<&str> {
        turns.iter().map(|t| t.text.as_str()).collect()
    }

    #[test]
    fn a_conversation_that_fits_is_sent_whole() {
        let turns = vec![
            turn(Speaker::User, "a"),
            turn(Speaker::Assistant, "b"),
            turn(Speaker::User, "c"),
        ];
        assert_eq!(texts(&cut(8192, "be brief", turns)), ["a", "b", "c"]);
    }

    #[test]
    fn the_oldest_turns_go_first_and_the_rest_begins_with_the_person() {
        let long = "x".repeat(300); // 104 tokens
        let turns = vec![
            turn(Speaker::User, &long),
            turn(Speaker::Assistant, "answer"),
            turn(Speaker::User, "question"),
        ];
        // 120 - 5 (system) - 30 (answer) = 85: the long one does not fit, so its answer goes too.
        assert_eq!(texts(&cut(120, "s", turns)), ["question"]);
    }

    #[test]
    fn an_answer_without_text_is_left_out() {
        let turns = vec![
            turn(Speaker::User, "a"),
            turn(Speaker::Assistant, " "),
            turn(Speaker::User, "b"),
        ];
        assert_eq!(texts(&cut(8192, "", turns)), ["a", "b"]);
    }

    proptest! {
        #[test]
        fn what_is_kept_fits_and_ends_with_the_newest(
            window in 64usize..4000, sizes in prop::collection::vec(1usize..2000, 1..30),
        ) {
            let turns: Vec<_> = sizes.iter().enumerate().map(|(i, n)| turn(
                if i % 2 == 0 { Speaker::User } else { Speaker::Assistant }, &"x".repeat(*n))).collect();
            let newest = turns.last().map(|t| t.text.clone());
            let kept = cut(window, "system", turns);
            prop_assert_eq!(kept.last().map(|t| t.text.clone()), newest);
            if kept.len() > 1 {
                let total: usize = kept.iter().map(|t| estimate(&t.text)).sum();
                prop_assert!(total + estimate("system") + answer_reserve(window) <= window);
                prop_assert_eq!(kept[0].speaker, Speaker::User);
            }
        }
    }
}
