//! The times that tokens are made of, as the demo model writes them.

use std::time::{SystemTime, UNIX_EPOCH};

/// Digits of a token.
pub const DIGITS: usize = 5;
/// What times are counted modulo, in microseconds.
pub const MINUTE: i64 = 36_i64.pow(DIGITS as u32);
/// From one time modulo a minute to a later one. A clock that was set back meanwhile gives 0.
pub fn since(earlier: i64, later: i64) -> i64 {
    let passed = (later - earlier).rem_euclid(MINUTE);
    if passed > MINUTE / 2 { 0 } else { passed }
}

/// The time that a token is.
pub fn time_of(token: &[u8]) -> Option<i64> {
    let digits = std::str::from_utf8(token).ok()?;
    i64::from_str_radix(digits, 36).ok()
}

/// Microseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "two processes compare their times: both read the machine's clock"
)]
pub fn microseconds_now() -> i64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH);
    passed.map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_round_after_a_minute() {
        assert_eq!(since(MINUTE - 10, 5), 15);
        assert_eq!(since(5, MINUTE - 10), 0, "the clock was set back");
        assert_eq!((time_of(b"00010"), time_of(b"!")), (Some(36), None));
    }
}
