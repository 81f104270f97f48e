//! How many tokens a text is.

use std::sync::Once;

/// A quick guess that errs on the high side, for fitting a conversation into a window: a token
/// for every 3 bytes of ASCII and for every other character, and 4 for each message's frame
/// (the overhead of the chat format of OpenAI's models).
pub fn estimate(text: &str) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    let others = text.chars().filter(|c| !c.is_ascii()).count();
    ascii.div_ceil(3) + others + 4
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
    }
}
