//! How many tokens a text is.

use std::sync::Once;

use crate::contract::tokens::FRAME;
pub use crate::contract::tokens::estimate;

/// The longest beginning of a text that is estimated at no more than `most` tokens.
pub fn head(text: &str, most: usize) -> &str {
    text.get(..length_within(text.chars(), most))
        .unwrap_or_default()
}

/// The longest end of a text that is estimated at no more than `most` tokens.
pub fn tail(text: &str, most: usize) -> &str {
    let length = length_within(text.chars().rev(), most);
    text.get(text.len() - length..).unwrap_or_default()
}

/// The bytes of as many characters as fit into `most` tokens.
fn length_within(characters: impl Iterator<Item = char>, most: usize) -> usize {
    let room = most.saturating_sub(FRAME);
    let (mut ascii, mut others, mut length) = (0usize, 0, 0);
    for c in characters {
        match c.is_ascii() {
            true => ascii += 1,
            false => others += 1,
        }
        if ascii.div_ceil(3) + others > room {
            break;
        }
        length += c.len_utf8();
    }
    length
}

/// Counted by a real tokenizer (o200k, of OpenAI's models since GPT-4o), for when the provider
/// does not say. Loads the tokenizer's tables on first use, about 30 MB: that is why it is not
/// what fits conversations into windows.
pub fn count(text: &str) -> i64 {
    let count = bpe_openai::o200k_base().count(text);
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Loads the tokenizer's tables, if that has not been begun yet, apart from the async threads: it
/// takes longer than those may be held, and the end of an answer need not wait for it.
pub fn begin_to_load() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        tokio::task::spawn_blocking(bpe_openai::o200k_base);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_count_is_the_tokenizers() {
        assert_eq!(count("hello world"), 2);
        assert_eq!(count(""), 0);
    }

    #[test]
    fn the_estimate_errs_on_the_high_side_for_prose() {
        for text in [
            "The quick brown fox jumps over the lazy dog, again and again.",
            "fn main() { println!(\"{}\", 1 + 1); }",
            "Überall dieselben Wörter, nur anders geschrieben.",
            "今日はとても良い天気ですね。",
        ] {
            assert!(
                estimate(text) >= usize::try_from(count(text)).unwrap(),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn more_text_is_never_fewer_tokens(a in ".{0,80}", b in ".{0,80}") {
            prop_assert!(estimate(&[a.as_str(), &b].concat()) >= estimate(&a));
        }

        #[test]
        fn a_text_is_about_as_many_tokens_as_its_bytes_say(text in any::<String>()) {
            prop_assert!(estimate(&text) >= text.len() / 4 + 4);
            prop_assert!(estimate(&text) <= text.len() / 2 + 5);
        }

        #[test]
        fn a_beginning_and_an_end_are_the_longest_that_fit(text in any::<String>(), most in 4usize..60) {
            let (head, tail) = (head(&text, most), tail(&text, most));
            prop_assert!(text.starts_with(head) && text.ends_with(tail));
            for part in [head, tail] {
                prop_assert!(estimate(part) <= most);
                prop_assert!(part.len() == text.len() || estimate(part) + 1 >= most);
            }
        }
    }
}
