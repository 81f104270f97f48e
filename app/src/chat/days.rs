//! Which heading of the sidebar a conversation stands under.

use std::fmt;

use ::chat::ConversationSummary;

use crate::language::{self, t};

const DAY: i64 = 24 * 60 * 60;

/// A moment and where it is looked at from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Seconds east of Greenwich. The server renders in UTC: only the browser knows more.
    pub offset: i64,
}

/// A stretch of days, in the reader's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Days {
    /// Also anything from the future: clocks differ.
    Today,
    /// The day before.
    Yesterday,
    /// Two to seven days ago.
    Week,
    /// Eight to thirty days ago.
    Month,
    /// Longer ago: year and calendar month, counted from 0.
    In(i64, usize),
}

impl Days {
    /// Where `at`, in seconds since 1970, belongs.
    pub fn of(at: i64, now: Now) -> Self {
        let day = |seconds: i64| (seconds + now.offset).div_euclid(DAY);
        match day(now.seconds) - day(at) {
            ..=0 => Self::Today,
            1 => Self::Yesterday,
            2..=7 => Self::Week,
            8..=30 => Self::Month,
            _ => month_of(day(at)),
        }
    }
}

/// The month of a day that is counted from 1 January 1970, in the Gregorian calendar. Years begin
/// in March here, so that the leap day is the last one (Howard Hinnant, `civil_from_days`).
fn month_of(day: i64) -> Days {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = (from_march + 2) % 12;
    Days::In(era * 400 + year + i64::from(month < 2), month as usize)
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Today => f.write_str(t!(chat.today)),
            Self::Yesterday => f.write_str(t!(chat.yesterday)),
            Self::Week => f.write_str(t!(chat.last_7_days)),
            Self::Month => f.write_str(t!(chat.last_30_days)),
            Self::In(year, month) => f.write_str(&language::month(*year, *month)),
        }
    }
}

/// The conversations under their headings, both in the order given.
pub fn group(list: &[ConversationSummary], now: Now) -> Vec<(Days, Vec<ConversationSummary>)> {
    let mut groups: Vec<(Days, Vec<ConversationSummary>)> = Vec::new();
    for conversation in list {
        let days = Days::of(conversation.active_at_us.div_euclid(1_000_000), now);
        match groups.iter_mut().find(|(of, _)| *of == days) {
            Some((_, items)) => items.push(conversation.clone()),
            None => groups.push((days, vec![conversation.clone()])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use time::{OffsetDateTime, macros::datetime};

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-20 00:30 +01:00);

    fn now() -> Now {
        Now {
            seconds: NOW.unix_timestamp(),
            offset: 3_600,
        }
    }

    fn days(at: OffsetDateTime) -> Days {
        Days::of(at.unix_timestamp(), now())
    }

    #[test]
    fn a_day_begins_at_the_readers_midnight() {
        assert_eq!(days(datetime!(2026-11-19 23:10 UTC)), Days::Today);
        assert_eq!(days(datetime!(2026-11-19 22:50 UTC)), Days::Yesterday);
    }

    #[test]
    fn older_days_are_taken_together() {
        assert_eq!(days(datetime!(2026-11-18 12:00 +01:00)), Days::Week);
        assert_eq!(days(datetime!(2026-11-13 12:00 +01:00)), Days::Week);
        assert_eq!(days(datetime!(2026-11-12 12:00 +01:00)), Days::Month);
        assert_eq!(
            days(datetime!(2026-03-31 12:00 +01:00)).to_string(),
            "March 2026"
        );
    }

    #[test]
    fn the_future_is_today() {
        assert_eq!(days(datetime!(2026-11-21 12:00 +01:00)), Days::Today);
    }

    #[test]
    fn every_day_of_three_centuries_is_in_its_month() {
        for day in (-20_000..90_000).step_by(7) {
            let date = OffsetDateTime::from_unix_timestamp(day * DAY)
                .expect("a time")
                .date();
            let month = usize::from(u8::from(date.month())) - 1;
            assert_eq!(month_of(day), Days::In(i64::from(date.year()), month));
        }
    }

    #[test]
    fn groups_keep_the_order_and_never_repeat_a_heading() {
        let at = |active_at: OffsetDateTime| ConversationSummary {
            id: uuid::Uuid::nil().into(),
            title: None,
            active_at_us: active_at.unix_timestamp() * 1_000_000,
        };
        let list = [
            at(NOW),
            at(datetime!(2026-01-02 00:00 UTC)),
            at(datetime!(2026-01-01 12:00 UTC)),
            at(NOW),
        ];
        let headings: Vec<_> = group(&list, now())
            .into_iter()
            .map(|(days, items)| (days, items.len()))
            .collect();
        assert_eq!(headings, [(Days::Today, 2), (Days::In(2026, 0), 2)]);
    }
}
