//! Which heading of the sidebar a conversation stands under.

use std::fmt;

use ::chat::ConversationSummary;
use time::{Month, OffsetDateTime};

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
    /// Longer ago, by calendar month.
    In(i32, Month),
}

impl Days {
    /// Where `at` belongs, seen from `now`, whose offset says what a day is.
    pub fn of(at: OffsetDateTime, now: OffsetDateTime) -> Self {
        let date = at.to_offset(now.offset()).date();
        match (now.date() - date).whole_days() {
            ..=0 => Self::Today,
            1 => Self::Yesterday,
            2..=7 => Self::Week,
            8..=30 => Self::Month,
            _ => Self::In(date.year(), date.month()),
        }
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Today => f.write_str("Today"),
            Self::Yesterday => f.write_str("Yesterday"),
            Self::Week => f.write_str("Previous 7 days"),
            Self::Month => f.write_str("Previous 30 days"),
            Self::In(year, month) => write!(f, "{month} {year}"),
        }
    }
}

/// The conversations under their headings, both in the order given.
pub fn group(
    list: &[ConversationSummary],
    now: OffsetDateTime,
) -> Vec<(Days, Vec<ConversationSummary>)> {
    let mut groups: Vec<(Days, Vec<ConversationSummary>)> = Vec::new();
    for conversation in list {
        let days = Days::of(conversation.active_at, now);
        match groups.iter_mut().find(|(of, _)| *of == days) {
            Some((_, items)) => items.push(conversation.clone()),
            None => groups.push((days, vec![conversation.clone()])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-20 00:30 +01:00);

    #[test]
    fn a_day_begins_at_the_readers_midnight() {
        assert_eq!(Days::of(datetime!(2026-11-19 23:10 UTC), NOW), Days::Today);
        assert_eq!(
            Days::of(datetime!(2026-11-19 22:50 UTC), NOW),
            Days::Yesterday
        );
    }

    #[test]
    fn older_days_are_taken_together() {
        assert_eq!(
            Days::of(datetime!(2026-11-18 12:00 +01:00), NOW),
            Days::Week
        );
        assert_eq!(
            Days::of(datetime!(2026-11-13 12:00 +01:00), NOW),
            Days::Week
        );
        assert_eq!(
            Days::of(datetime!(2026-11-12 12:00 +01:00), NOW),
            Days::Month
        );
        assert_eq!(
            Days::of(datetime!(2026-03-31 12:00 +01:00), NOW).to_string(),
            "March 2026"
        );
    }

    #[test]
    fn the_future_is_today() {
        assert_eq!(
            Days::of(datetime!(2026-11-21 12:00 +01:00), NOW),
            Days::Today
        );
    }

    #[test]
    fn groups_keep_the_order_and_never_repeat_a_heading() {
        let at = |active_at| ConversationSummary {
            id: uuid::Uuid::nil().into(),
            title: None,
            active_at,
        };
        let list = [
            at(NOW),
            at(datetime!(2026-01-02 00:00 UTC)),
            at(datetime!(2026-01-01 12:00 UTC)),
            at(NOW),
        ];
        let headings: Vec<_> = group(&list, NOW)
            .into_iter()
            .map(|(days, items)| (days, items.len()))
            .collect();
        assert_eq!(
            headings,
            [(Days::Today, 2), (Days::In(2026, Month::January), 2)]
        );
    }
}
