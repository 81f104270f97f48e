//! How much of a model's window a text takes, by a quick guess: the same here and in the browser, so
//! that what the composer says is what a command decides by. See ADR 0010.

use super::ModelView;

/// What [`estimate`] adds for each message: the overhead of the chat format of OpenAI's models.
pub const FRAME: usize = 4;

/// A quick guess that errs on the high side, for fitting a conversation into a window: a token
/// for every 3 bytes of ASCII and for every other character, and 4 for each message's frame.
///
/// A character is at most 4 bytes, so a text of n bytes is from n/4 + 4 to n/2 + 5 tokens: SQL
/// goes by that where the texts need not be read.
pub fn estimate(text: &str) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    let others = text.chars().filter(|c| !c.is_ascii()).count();
    ascii.div_ceil(3) + others + FRAME
}

/// Tokens kept free for the answer: a quarter of the window, at most 4,096.
pub fn answer_reserve(window: usize) -> usize {
    (window / 4).min(4096)
}

impl ModelView {
    /// About how many tokens a message to this model can have: the window without the room for
    /// the answer. The system prompt, a few dozen tokens, is not counted.
    pub fn longest_message(&self) -> usize {
        let window = usize::try_from(self.context_window).unwrap_or(0);
        window - answer_reserve(window)
    }
}
