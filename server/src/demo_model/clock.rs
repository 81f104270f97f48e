//! Tokens that say when they were written: whoever reads them on the same machine knows how long
//! each was on its way.
//!
//! A token is a space and five digits of base 36: microseconds since 1970, modulo 36^5 (a minute).
//! After each 59 of them comes the end of a paragraph, as in an ordinary answer.

use axum::body::Bytes;

/// Stands for the time until the token is due; not a digit of base 36, and no Markdown either.
const PLACEHOLDER: &[u8; DIGITS] = b"@@@@@";
const DIGITS: usize = 5;

/// Tokens without end, their times yet to be filled in by [`stamp`].
pub(super) fn tokens() -> impl Iterator<Item = String> + Send {
    let placeholder = String::from_utf8_lossy(PLACEHOLDER).into_owned();
    (0_usize..).map(move |i| match i % 60 {
        59 => ".\n\n".to_owned(),
        _ => format!(" {placeholder}"),
    })
}

/// Fills in the time of now.
pub(super) fn stamp(event: Bytes) -> Bytes {
    let place = event.windows(DIGITS).position(|w| w == PLACEHOLDER);
    let Some(place) = place else { return event };
    let nanoseconds = kernel::Clock::system().now().unix_timestamp_nanos();
    let mut stamped = Vec::from(event);
    stamped[place..place + DIGITS].copy_from_slice(&digits(nanoseconds / 1_000));
    stamped.into()
}

fn digits(microseconds: i128) -> [u8; DIGITS] {
    let mut rest = microseconds.unsigned_abs();
    let mut digits = [b'0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdefghijklmnopqrstuvwxyz"[(rest % 36) as usize];
        rest /= 36;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_five_digits_and_begins_again_after_a_minute() {
        assert_eq!(&digits(0), b"00000");
        assert_eq!(&digits(35), b"0000z");
        assert_eq!(&digits(36_i128.pow(5) + 36), b"00010");
    }

    #[test]
    fn only_the_placeholder_is_filled_in() {
        let event = Bytes::from_static(br#"{"content":" @@@@@"}"#);
        let stamped = stamp(event.clone());
        assert_eq!(stamped.len(), event.len());
        assert!(stamped.starts_with(br#"{"content":" "#) && !stamped.contains(&b'@'));
        let without = Bytes::from_static(b"data: [DONE]\n\n");
        assert_eq!(stamp(without.clone()), without);
    }

    #[test]
    fn paragraphs_end_after_fifty_nine_tokens() {
        let tokens: Vec<_> = tokens().take(61).collect();
        assert_eq!(
            (tokens[0].as_str(), tokens[59].as_str()),
            (" @@@@@", ".\n\n")
        );
        assert_eq!(tokens[60], " @@@@@");
    }
}
