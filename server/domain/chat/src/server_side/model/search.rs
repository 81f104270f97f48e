//! What a person types to find a conversation by its title, as Postgres matches it.

use crate::Title;

/// More words than this are not looked at.
const MOST_WORDS: usize = 16;

/// A pattern of `ilike` for each word: a title that contains them all is a hit. `None` when no
/// title can contain them, which also keeps the cost of matching small.
pub fn patterns(text: &str) -> Option<Vec<String>> {
    let words = text.split_whitespace().take(MOST_WORDS);
    words
        .map(|word| {
            let possible = !word.contains('\0') && word.chars().count() <= Title::MAX_CHARS;
            possible.then(|| ["%", &escaped(word), "%"].concat())
        })
        .collect()
}

/// The word for itself: `%` and `_` stand for anything else (PostgreSQL manual, section 9.7.1).
fn escaped(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len());
    for c in word.chars() {
        if matches!(c, '\\' | '%' | '_') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_a_pattern_and_stands_for_itself() {
        assert_eq!(
            patterns("  100% of\tsnake_case C:\\ "),
            Some(vec![
                "%100\\%%".to_owned(),
                "%of%".to_owned(),
                "%snake\\_case%".to_owned(),
                "%C:\\\\%".to_owned(),
            ])
        );
        assert_eq!(patterns(" \n "), Some(Vec::new()));
    }

    #[test]
    fn what_no_title_can_contain_is_not_looked_for() {
        assert_eq!(patterns("a\0b"), None);
        assert_eq!(patterns(&"x".repeat(Title::MAX_CHARS + 1)), None);
        assert!(patterns(&"x".repeat(Title::MAX_CHARS)).is_some());
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_stays_small(text in "\\PC{0,400}") {
            let patterns = patterns(&text).unwrap_or_default();
            proptest::prop_assert!(patterns.len() <= MOST_WORDS);
            proptest::prop_assert!(patterns.iter().all(|p| p.len() <= 8 * Title::MAX_CHARS + 2));
        }
    }
}
