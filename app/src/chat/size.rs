//! How long a message is, told once that matters: characters near the limit of a message, tokens near
//! the end of the model's window.

use ::chat::{MessageBody, tokens};
use leptos::prelude::*;

use crate::language::{self, t};

/// From this many characters on, the count is shown.
const COUNT_FROM: usize = MessageBody::MAX_CHARS - 5_000;

/// Shows the size of what stands in the composer. The words to announce, when it has just become too
/// long.
pub fn show(text: &str) -> Option<String> {
    let note = document().get_element_by_id("composer-size")?;
    let was_over = note.class_list().contains("over");
    let (words, over) = of(text, most_tokens());
    let _ = note.toggle_attribute_with_force("hidden", words.is_empty());
    let _ = note.class_list().toggle_with_force("over", over);
    note.set_text_content(Some(&words));
    (over && !was_over).then_some(words)
}

/// About how many tokens a message to the chosen model can have.
fn most_tokens() -> usize {
    let chosen = document().query_selector("#composer-model option:checked");
    chosen
        .ok()
        .flatten()
        .and_then(|model| model.get_attribute("data-most")?.parse().ok())
        .unwrap_or(usize::MAX)
}

/// The size of a text in words, and whether it is too much.
fn of(text: &str, most_tokens: usize) -> (String, bool) {
    let chars = counted(text);
    if chars > MessageBody::MAX_CHARS {
        let over = language::number(chars - MessageBody::MAX_CHARS);
        return (t!(chat.too_many_characters, number = over), true);
    }
    let near = most_tokens / 5 * 4;
    // A text is never more tokens than this: most need no count.
    if text.len() / 2 + 5 > near {
        let tokens = tokens::estimate(text);
        if tokens > near {
            let (number, most) = (language::number(tokens), language::number(most_tokens));
            return (t!(chat.tokens, number, most), tokens > most_tokens);
        }
    }
    let words = if chars == 0 {
        String::new()
    } else {
        count(chars)
    };
    (words, false)
}

/// How many characters a text has, once that matters; 0 before.
pub fn counted(text: &str) -> usize {
    // Bytes bound characters from above: most texts need no count.
    if text.len() < COUNT_FROM {
        0
    } else {
        text.chars().count()
    }
}

/// The count in words.
pub fn count(chars: usize) -> String {
    let (number, most) = (
        language::number(chars),
        language::number(MessageBody::MAX_CHARS),
    );
    t!(chat.characters, number, most)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_size_is_told_only_where_it_matters() {
        for (chars, most, words, over) in [
            (2_300, 1_000, "", false),
            (2_700, 1_000, "about 904 of 1,000 tokens", false),
            (3_300, 1_000, "about 1,104 of 1,000 tokens", true),
            (44_000, 100_000, "", false),
            (46_000, 100_000, "46,000 of 50,000 characters", false),
            (
                61_234,
                1_000,
                "11,234 characters too many: shorten it or send it in parts",
                true,
            ),
        ] {
            assert_eq!(of(&"x".repeat(chars), most), (words.to_owned(), over));
        }
    }
}
