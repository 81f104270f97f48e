//! Money, exactly.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Micro-USD in a dollar.
const DOLLAR: u64 = 1_000_000;
/// Micro-USD in a cent, the smallest amount that Stripe moves in USD.
const CENT: i64 = 10_000;

/// An amount in micro-USD: millionths of a US dollar. Negative where something is taken.
///
/// Prints as dollars with two to six digits: `$1.25`, `-$0.000123`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(
    not(target_family = "wasm"),
    derive(schemars::JsonSchema, sqlx::Type),
    schemars(inline),
    sqlx(transparent)
)]
#[serde(transparent)]
pub struct MicroUsd(pub i64);

/// An amount beyond what 64 bits hold: over nine million million dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The amount is too large.")]
pub struct Overflow;

impl MicroUsd {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Whole dollars.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn dollars(dollars: i64) -> Result<Self, Overflow> {
        dollars
            .checked_mul(DOLLAR.cast_signed())
            .map(Self)
            .ok_or(Overflow)
    }

    /// Cents, in which Stripe counts dollars.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn cents(cents: i64) -> Result<Self, Overflow> {
        cents.checked_mul(CENT).map(Self).ok_or(Overflow)
    }

    /// The whole cents in it, towards zero.
    pub fn whole_cents(self) -> i64 {
        self.0 / CENT
    }

    /// The sum of both.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }

    /// What is left when the other is taken away.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
    }

    /// The same amount the other way.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn negated(self) -> Result<Self, Overflow> {
        self.0.checked_neg().map(Self).ok_or(Overflow)
    }

    /// The sum of all.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// `self × of / whole`, towards zero: a share of an amount.
    ///
    /// # Errors
    /// [`Overflow`], also when the whole is nothing.
    pub fn share(self, of: Self, whole: Self) -> Result<Self, Overflow> {
        (i128::from(self.0) * i128::from(of.0))
            .checked_div(i128::from(whole.0))
            .and_then(|share| i64::try_from(share).ok())
            .map(Self)
            .ok_or(Overflow)
    }

    /// As [`Self::share`], away from zero when it does not come out even; both amounts are positive.
    ///
    /// # Errors
    /// [`Overflow`], also when the whole is nothing.
    pub fn share_up(self, of: Self, whole: Self) -> Result<Self, Overflow> {
        let down = self.share(of, whole)?;
        let even =
            i128::from(down.0) * i128::from(whole.0) == i128::from(self.0) * i128::from(of.0);
        if even { Ok(down) } else { down.plus(Self(1)) }
    }

    /// Whether it is more than nothing.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }
}

/// Not an amount of dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("An amount is digits, with at most six more after a point.")]
pub struct NotDollars;

impl FromStr for MicroUsd {
    type Err = NotDollars;

    /// Reads dollars as settings write them: `12`, `0.5`, `0.000001`. Exact, never negative.
    fn from_str(text: &str) -> Result<Self, NotDollars> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 6 {
            return Err(NotDollars);
        }
        let micros = format!("{whole}{fraction:0<6}").parse();
        micros.map(Self).map_err(|_| NotDollars)
    }
}

impl fmt::Display for MicroUsd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.0.unsigned_abs();
        let digits = format!("{:06}", amount % DOLLAR);
        let (cents, rest) = digits.split_at(2);
        let rest = rest.trim_end_matches('0');
        write!(f, "{sign}${}.{cents}{rest}", amount / DOLLAR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(micros in 0..=i64::MAX) {
            let printed = MicroUsd(micros).to_string();
            prop_assert_eq!(printed.trim_start_matches('$').parse(), Ok(MicroUsd(micros)));
        }

        #[test]
        fn nothing_that_is_read_panics(text in "\\PC{0,30}|[0-9.]{0,30}") {
            let _ = text.parse::<MicroUsd>();
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1,5",
            "1.0000001",
            "9223372036854775807",
            "$1",
        ] {
            assert_eq!(text.parse::<MicroUsd>(), Err(NotDollars), "{text}");
        }
    }

    #[test]
    fn amounts_print_as_dollars() {
        for (micros, printed) in [
            (0, "$0.00"),
            (1, "$0.000001"),
            (123, "$0.000123"),
            (1_250_000, "$1.25"),
            (1_200_000, "$1.20"),
            (1_000_010, "$1.00001"),
            (-3_000_000, "-$3.00"),
            (-1, "-$0.000001"),
            (i64::MIN, "-$9223372036854.775808"),
        ] {
            assert_eq!(MicroUsd(micros).to_string(), printed);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let most = MicroUsd(i64::MAX);
        assert_eq!(most.plus(MicroUsd(1)), Err(Overflow));
        assert_eq!(MicroUsd(i64::MIN).minus(MicroUsd(1)), Err(Overflow));
        assert_eq!(MicroUsd(i64::MIN).negated(), Err(Overflow));
        assert_eq!(MicroUsd::sum([most, MicroUsd(1)]), Err(Overflow));
        assert_eq!(MicroUsd::dollars(i64::MAX), Err(Overflow));
        assert_eq!(MicroUsd::cents(i64::MAX), Err(Overflow));
        assert_eq!(most.share(most, MicroUsd(1)), Err(Overflow));
        assert_eq!(most.share(most, MicroUsd::ZERO), Err(Overflow));
    }

    #[test]
    fn dollars_cents_and_shares_are_exact() {
        assert_eq!(MicroUsd::dollars(3), Ok(MicroUsd(3_000_000)));
        assert_eq!(MicroUsd::cents(199), Ok(MicroUsd(1_990_000)));
        assert_eq!(MicroUsd(1_999_999).whole_cents(), 199);
        assert_eq!(
            MicroUsd(10).share(MicroUsd(1), MicroUsd(3)),
            Ok(MicroUsd(3))
        );
        assert_eq!(
            MicroUsd(10).share(MicroUsd(7), MicroUsd(5)),
            Ok(MicroUsd(14))
        );
        assert_eq!(
            MicroUsd(10).share_up(MicroUsd(1), MicroUsd(3)),
            Ok(MicroUsd(4))
        );
        assert_eq!(
            MicroUsd(10).share_up(MicroUsd(1), MicroUsd(5)),
            Ok(MicroUsd(2))
        );
        assert_eq!(
            MicroUsd(10).share_up(MicroUsd(4), MicroUsd(5)),
            Ok(MicroUsd(8))
        );
        assert_eq!(MicroUsd(7).negated(), Ok(MicroUsd(-7)));
        assert_eq!(MicroUsd(7).minus(MicroUsd(9)), Ok(MicroUsd(-2)));
        assert!(MicroUsd(1).is_positive() && !MicroUsd::ZERO.is_positive());
    }

    #[test]
    fn it_travels_as_a_number() {
        assert_eq!(serde_json::to_string(&MicroUsd(-5)).expect("json"), "-5");
        assert!(serde_json::from_str::<MicroUsd>("1.5").is_err());
    }

    proptest! {
        #[test]
        fn what_is_printed_is_the_amount(micros: i64) {
            let printed = MicroUsd(micros).to_string();
            let (sign, digits) = match printed.strip_prefix('-') {
                Some(rest) => (-1, rest),
                None => (1, printed.as_str()),
            };
            let (whole, fraction) = digits.trim_start_matches('$').split_once('.').expect("a point");
            prop_assert!((2..=6).contains(&fraction.len()));
            let read: i128 = whole.parse::<i128>().expect("digits") * 1_000_000
                + format!("{fraction:0<6}").parse::<i128>().expect("digits");
            prop_assert_eq!(sign * read, i128::from(micros));
        }

        #[test]
        fn a_share_is_the_nearest_below_and_above(amount in 0..1_000_000i64, of in 0..1_000_000i64, whole in 1..1_000_000i64) {
            let exact = i128::from(amount) * i128::from(of);
            let (amount, of, all) = (MicroUsd(amount), MicroUsd(of), MicroUsd(whole));
            let down = i128::from(amount.share(of, all).expect("fits").0);
            let up = i128::from(amount.share_up(of, all).expect("fits").0);
            let whole = i128::from(whole);
            prop_assert!(down * whole <= exact && exact < (down + 1) * whole);
            prop_assert!(up * whole >= exact && exact > (up - 1) * whole);
        }

        #[test]
        fn what_is_added_can_be_taken_away(a: i64, b: i64) {
            if let Ok(sum) = MicroUsd(a).plus(MicroUsd(b)) {
                prop_assert_eq!(sum.minus(MicroUsd(b)), Ok(MicroUsd(a)));
            }
        }
    }
}
