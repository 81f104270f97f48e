//! Amounts, exactly: as the language writes them, and as people type them.

use ::payments::MicroUsd;

use crate::language::{number, t};

/// Micro-USD in a dollar.
const DOLLAR: u64 = 1_000_000;
/// Digits after the point that micro-USD have.
const DIGITS: usize = 6;
/// The most that can be typed, in dollars: far above what anybody spends, far below what overflows.
const MOST: i64 = 1_000_000;

/// An amount with all of its digits, at least two after the point: "$1,250.00", "1.250,00 $".
pub fn money(amount: MicroUsd) -> String {
    let micros = amount.0.unsigned_abs();
    let dollars = usize::try_from(micros / DOLLAR).map_or_else(|_| String::new(), number);
    let digits = format!("{:06}", micros % DOLLAR);
    let (cents, rest) = digits.split_at(2);
    let fraction = format!("{cents}{}", rest.trim_end_matches('0'));
    let sign = if amount.0 < 0 { "\u{2212}" } else { "" };
    t!(billing.amount, sign, dollars, fraction)
}

/// About an amount, and not below it: the first two digits that matter, or cents above a dollar: "$0.0043".
pub fn rounded_up(amount: MicroUsd) -> String {
    let micros = amount.0.max(0);
    let mut step = 1;
    while step < 10_000 && micros / step >= 100 {
        step *= 10;
    }
    let steps = micros / step + i64::from(micros % step != 0);
    money(MicroUsd(steps.saturating_mul(step)))
}

/// What is left, and not above it: whole cents, as long as there are any: "$1.87".
pub fn rounded_down(amount: MicroUsd) -> String {
    const CENT: i64 = 10_000;
    match amount.0 {
        micros if micros < CENT => money(amount),
        micros => money(MicroUsd(micros - micros % CENT)),
    }
}

/// A change of what somebody has, with its sign.
pub fn change(amount: MicroUsd) -> String {
    let sign = if amount.is_positive() { "+" } else { "" };
    format!("{sign}{}", money(amount))
}

/// An amount as a field takes it: digits and a point, as [`parse`] reads it in every language.
pub fn typed(amount: MicroUsd) -> String {
    let typed = amount.to_string().replace('$', "");
    let ambiguous = typed
        .split_once('.')
        .is_some_and(|(_, rest)| rest.len() == 3);
    if ambiguous { typed + "0" } else { typed }
}

/// Why what was typed is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidAmount {
    /// Not a number of dollars.
    Malformed,
    /// `1.000` is a thousand to some and one to others.
    Ambiguous,
    /// More digits than micro-USD have.
    TooFine,
    /// Nothing.
    Zero,
    /// Above a million dollars.
    TooLarge,
}

/// Reads dollars: digits, at most one point or comma and at most six digits after it, with or without the sign
/// of the currency. Empty is `None`.
///
/// # Errors
/// [`InvalidAmount`].
pub fn parse(text: &str) -> Result<Option<MicroUsd>, InvalidAmount> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.strip_prefix('$').or_else(|| text.strip_suffix('$'));
    let digits = digits.unwrap_or(text).trim().replace(',', ".");
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || whole.len() + fraction.len() == 0 {
        return Err(InvalidAmount::Malformed);
    }
    let whole = whole.trim_start_matches('0');
    if !whole.is_empty() && fraction.len() == 3 {
        return Err(InvalidAmount::Ambiguous);
    }
    if fraction.len() > DIGITS {
        return Err(InvalidAmount::TooFine);
    }
    // Too many digits are too large a number.
    let micros = format!("{whole}{fraction:0<DIGITS$}");
    let micros = micros.parse().map_err(|_| InvalidAmount::TooLarge)?;
    let most = MicroUsd::dollars(MOST).map_err(|_| InvalidAmount::TooLarge)?;
    match MicroUsd(micros) {
        MicroUsd(0) => Err(InvalidAmount::Zero),
        amount if amount > most => Err(InvalidAmount::TooLarge),
        amount => Ok(Some(amount)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::language::{Locale, speaking};

    #[test]
    fn amounts_are_written_as_the_language_does() {
        for (micros, english, german) in [
            (0, "$0.00", "0,00\u{a0}$"),
            (1_250_000_000, "$1,250.00", "1.250,00\u{a0}$"),
            (-123, "\u{2212}$0.000123", "\u{2212}0,000123\u{a0}$"),
            (1_200_000, "$1.20", "1,20\u{a0}$"),
        ] {
            assert_eq!(speaking(Locale::en, || money(MicroUsd(micros))), english);
            assert_eq!(speaking(Locale::de, || money(MicroUsd(micros))), german);
        }
        assert_eq!(speaking(Locale::en, || change(MicroUsd(5))), "+$0.000005");
        assert_eq!(speaking(Locale::en, || change(MicroUsd(0))), "$0.00");
    }

    #[test]
    fn estimates_have_two_digits_that_matter() {
        for (micros, shown) in [
            (0, "$0.00"),
            (7, "$0.000007"),
            (99, "$0.000099"),
            (4_301, "$0.0044"),
            (9_901, "$0.01"),
            (123_456, "$0.13"),
            (1_230_001, "$1.24"),
            (-5, "$0.00"),
        ] {
            let estimated = speaking(Locale::en, || rounded_up(MicroUsd(micros)));
            assert_eq!(estimated, shown, "{micros}");
        }
        assert!(!rounded_up(MicroUsd(i64::MAX)).is_empty());
        for (micros, shown) in [
            (1_879_713, "$1.87"),
            (9_999, "$0.009999"),
            (-20_000, "\u{2212}$0.02"),
        ] {
            let left = speaking(Locale::en, || rounded_down(MicroUsd(micros)));
            assert_eq!(left, shown, "{micros}");
        }
    }

    #[test]
    fn dollars_are_read_exactly() {
        for (text, micros) in [
            ("2", 2_000_000),
            ("2.5", 2_500_000),
            ("2,50", 2_500_000),
            (" $0.10 ", 100_000),
            ("0,1 $", 100_000),
            (".5", 500_000),
            ("5.", 5_000_000),
            ("0.005", 5_000),
            ("00.000001", 1),
            ("1000.0001", 1_000_000_100),
            ("1000000", 1_000_000_000_000),
        ] {
            assert_eq!(parse(text), Ok(Some(MicroUsd(micros))), "{text:?}");
        }
        for empty in ["", "  ", "\u{a0}"] {
            assert_eq!(parse(empty), Ok(None), "{empty:?}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for (text, why) in [
            ("ten", InvalidAmount::Malformed),
            (".", InvalidAmount::Malformed),
            ("$", InvalidAmount::Malformed),
            ("$1$", InvalidAmount::Malformed),
            ("-1", InvalidAmount::Malformed),
            ("1e3", InvalidAmount::Malformed),
            ("1 000", InvalidAmount::Malformed),
            ("1,000.00", InvalidAmount::Malformed),
            ("٣", InvalidAmount::Malformed),
            ("1.000", InvalidAmount::Ambiguous),
            ("1,000", InvalidAmount::Ambiguous),
            ("0.0000001", InvalidAmount::TooFine),
            ("0", InvalidAmount::Zero),
            ("0.00", InvalidAmount::Zero),
            ("1000000.01", InvalidAmount::TooLarge),
            ("99999999999999999999", InvalidAmount::TooLarge),
        ] {
            assert_eq!(parse(text), Err(why), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_a_field_shows_is_read_back(micros in 1..=MOST * 1_000_000) {
            prop_assert_eq!(parse(&typed(MicroUsd(micros))), Ok(Some(MicroUsd(micros))));
        }

        #[test]
        fn nothing_typed_breaks_it(text: String) {
            if let Ok(Some(amount)) = parse(&text) {
                prop_assert!(amount.is_positive());
            }
        }
    }
}
