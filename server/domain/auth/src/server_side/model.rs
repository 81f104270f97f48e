//! Which passwords are too easy to guess (NIST SP 800-63B-4, section 3.1.1.2: common and
//! compromised ones, dictionary words, repetitions, sequences, and the names of site and person).

use std::sync::LazyLock;

use users::Email;

/// See `common_passwords.md` for where they come from.
static COMMON: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Words that anybody would try on this site.
const SITE: &[&str] = &["parlance", "parlancechat", "chat"];

/// Fewer different characters than this are a repetition, whatever their order.
const MIN_DISTINCT: usize = 5;
/// Fewer characters than this that do not simply follow from the one before are a walk over the
/// keyboard or an alphabet.
const MIN_SURPRISES: usize = 8;
/// Digits at the end, a year for instance, add next to nothing.
const MAX_SUFFIX: usize = 4;

/// Whether somebody who knows the site and the person's address would guess the password soon.
pub fn is_guessable(password: &str, email: &Email) -> bool {
    let lower: Vec<char> = password.to_lowercase().chars().collect();
    distinct(&lower) < MIN_DISTINCT
        || repeats(&lower)
        || surprises(&lower) < MIN_SURPRISES
        || is_made_of_known_words(&fold(password), email)
}

fn distinct(chars: &[char]) -> usize {
    let mut sorted = chars.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len()
}

/// Whether it is a shorter text, written at least twice.
fn repeats(chars: &[char]) -> bool {
    (1..=chars.len() / 2).any(|period| chars.iter().zip(&chars[period..]).all(|(a, b)| a == b))
}

/// How many characters do not simply follow from the one before.
fn surprises(chars: &[char]) -> usize {
    let followed = chars
        .windows(2)
        .filter(|pair| follows(pair[0], pair[1]))
        .count();
    chars.len() - followed
}

/// The same character, the next or previous of an alphabet, or a neighbour on the keyboard.
fn follows(a: char, b: char) -> bool {
    const ROWS: [&str; 4] = ["1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"];
    let key = |c: char| {
        ROWS.iter()
            .enumerate()
            .find_map(|(row, keys)| keys.find(c).map(|column| (row, column)))
    };
    let beside = match (key(a), key(b)) {
        (Some((row_a, column_a)), Some((row_b, column_b))) => {
            row_a.abs_diff(row_b) <= 1 && column_a.abs_diff(column_b) <= 1
        }
        _ => false,
    };
    beside || u32::from(a).abs_diff(u32::from(b)) <= 1
}

/// Lower case, letters and digits only: "Pass-Word!" is "password".
fn fold(s: &str) -> String {
    s.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Whether it is one or two known words, perhaps with a short number behind them.
fn is_made_of_known_words(folded: &str, email: &Email) -> bool {
    let mut known: Vec<String> = vec![
        fold(email.as_str()),
        fold(email.local_part()),
        fold(email.domain()),
    ];
    known.extend(email.domain().split('.').map(fold));
    let is_known = |word: &str| {
        SITE.contains(&word)
            || COMMON.binary_search(&word).is_ok()
            || known.iter().any(|k| k == word)
    };
    let is_one_or_two = |s: &str| {
        is_known(s)
            || s.char_indices()
                .skip(1)
                .any(|(at, _)| is_known(&s[..at]) && is_known(&s[at..]))
    };
    let digits = folded.bytes().rev().take_while(u8::is_ascii_digit).count();
    (0..=digits.min(MAX_SUFFIX)).any(|n| is_one_or_two(&folded[..folded.len() - n]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn guessable(password: &str) -> bool {
        is_guessable(
            password,
            &Email::parse("ada.lovelace@analytical.example").expect("an address"),
        )
    }

    #[test]
    fn the_list_is_sorted_and_folded() {
        assert!(COMMON.is_sorted() && COMMON.len() > 5_000);
        assert!(COMMON.iter().all(|word| fold(word) == *word));
    }

    #[test]
    fn repetitions_sequences_and_walks_are_guessable() {
        for s in [
            "aaaaaaaaaaaaaaa",
            "               ",
            "!!!!!!!!!!!!!!!!!!",
            "123456789012345",
            "abcdefghijklmnop",
            "qwertyuiopasdfgh",
            "1qaz2wsx3edc4rfv",
            "q1w2e3r4t5y6u7i8",
            "PassWordPassWord",
            "abcabcabcabcabcabc",
            "Ab1!Ab1!Ab1!Ab1!",
            "zyxwvutsrqponmlk",
            "112233445566778899",
            "asdfghjkl;'asdfghjk",
            "banana split banana split ",
        ] {
            assert!(guessable(s), "{s:?}");
        }
    }

    #[test]
    fn common_passwords_are_guessable_however_dressed() {
        for s in [
            "passwordpassword1",
            "Password12345678",
            "christopher2019",
            "correct horse battery staple",
            "Qwerty-123456789",
            "!!! iloveyou !!! 2024",
            "princess.princess.99",
            "Hunter Trustno1 7",
            "maytheforcebewithyou",
        ] {
            assert!(guessable(s), "{s:?}");
        }
    }

    #[test]
    fn what_is_known_of_site_and_person_is_guessable() {
        for s in [
            "parlance-password",
            "ada.lovelace@analytical.example",
            "AdaLovelace2026",
            "Ada Lovelace Parlance",
            "analytical-parlance-1",
        ] {
            assert!(guessable(s), "{s:?}");
        }
    }

    #[test]
    fn unrelated_words_and_random_characters_are_not() {
        for s in [
            "violet kettle under nine moons",
            "k7#mQ2v!xR9pL4sT",
            "le chat dort sur la lune",
            "пять зелёных черепах плывут",
            "mein Hund frisst gern Gurken",
            "staple horse correct battery",
            "84629 15037 26481",
        ] {
            assert!(!guessable(s), "{s:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(s in any::<String>()) {
            guessable(&s);
        }

        #[test]
        fn random_characters_are_not_guessable(s in "[a-z]{5}[A-Z]{5}[0-9]{5}[a-z]{15}") {
            prop_assert!(!guessable(&s));
        }
    }
}
