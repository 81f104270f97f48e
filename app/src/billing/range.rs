//! Which days of usage are shown. Days are those of UTC.

use leptos_router::params::ParamsMap;
use time::{Date, Duration, format_description::well_known::Iso8601};

/// How far back the links lead, in days; the first is shown to whoever asks for nothing.
pub const LATEST: [i64; 3] = [30, 7, 90];
/// The most that can be asked for at once.
const MOST: i64 = 366;

/// From one day to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

/// What was asked for are no days, they end before they begin, or there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRange;

impl Range {
    /// The days up to today, which is one of them.
    pub fn latest(today: Date, days: i64) -> Self {
        let from = today.saturating_sub(Duration::days(days - 1));
        Self { from, to: today }
    }

    /// By `from` and `to` as in 2026-03-01, else by `days`; the latest ones by default.
    ///
    /// # Errors
    /// [`NoRange`].
    pub fn asked(query: &ParamsMap, today: Date) -> Result<Self, NoRange> {
        let given = |name| query.get(name).filter(|text| !text.is_empty());
        let range = match (given("from"), given("to"), given("days")) {
            (None, None, None) => Self::latest(today, LATEST[0]),
            (None, None, Some(days)) => match days.parse() {
                Ok(days) if (1..=MOST).contains(&days) => Self::latest(today, days),
                _ => return Err(NoRange),
            },
            (from, to, _) => {
                let to = to.map_or(Ok(today), |to| read(&to))?;
                let from = from.map_or(Ok(Self::latest(to, LATEST[0]).from), |from| read(&from))?;
                Self { from, to }
            }
        };
        if range.from > range.to || range.days() > MOST {
            return Err(NoRange);
        }
        Ok(range)
    }

    /// How many.
    pub fn days(self) -> i64 {
        (self.to - self.from).whole_days() + 1
    }

    /// Each of them.
    pub fn each(self) -> impl Iterator<Item = Date> {
        std::iter::successors(Some(self.from), |day| day.next_day())
            .take_while(move |day| *day <= self.to)
    }
}

fn read(text: &str) -> Result<Date, NoRange> {
    // Years of four digits, as a date field sends: what is stored has no others.
    let plain = text.len() == "2026-03-01".len();
    let date = plain.then(|| Date::parse(text, &Iso8601::DATE).ok());
    date.flatten().filter(|date| date.year() > 0).ok_or(NoRange)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2026 - 03 - 10);

    fn asked(pairs: &[(&str, &str)]) -> Result<Range, NoRange> {
        let mut query = ParamsMap::new();
        for (name, value) in pairs {
            query.insert((*name).to_owned(), (*value).to_owned());
        }
        Range::asked(&query, TODAY)
    }

    #[test]
    fn the_last_thirty_days_are_shown_to_whoever_asks_for_nothing() {
        let range = Range {
            from: date!(2026 - 02 - 09),
            to: TODAY,
        };
        assert_eq!(asked(&[]), Ok(range));
        assert_eq!(asked(&[("from", ""), ("to", "")]), Ok(range));
        assert_eq!((range.days(), range.each().count()), (30, 30));
    }

    #[test]
    fn days_are_chosen_by_their_number_or_their_dates() {
        let week = Range {
            from: date!(2026 - 03 - 04),
            to: TODAY,
        };
        assert_eq!(asked(&[("days", "7")]), Ok(week));
        assert_eq!(asked(&[("from", "2026-03-04")]), Ok(week));
        let one = Range {
            from: date!(2024 - 02 - 29),
            to: date!(2024 - 02 - 29),
        };
        assert_eq!(
            asked(&[("from", "2024-02-29"), ("to", "2024-02-29"), ("days", "7")]),
            Ok(one)
        );
        let last = Range {
            from: date!(2025 - 12 - 03),
            to: date!(2026 - 01 - 01),
        };
        assert_eq!(asked(&[("to", "2026-01-01")]), Ok(last));
    }

    #[test]
    fn what_are_no_days_is_refused() {
        for wrong in [
            [("days", "0"), ("x", "")],
            [("days", "367"), ("x", "")],
            [("days", "a"), ("x", "")],
            [("from", "2026-02-30"), ("to", "")],
            [("from", "yesterday"), ("to", "")],
            [("from", "2026-03-05"), ("to", "2026-03-04")],
            [("from", "2025-03-01"), ("to", "2026-03-10")],
            [("from", "0000-01-01"), ("to", "0000-01-02")],
        ] {
            assert_eq!(asked(&wrong), Err(NoRange), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_asked_is_refused_or_few_enough(from: String, to in "[0-9]{4}-[0-9]{2}-[0-9]{2}", days: String) {
            for query in [&[("from", &*from), ("to", &*to)][..], &[("from", &*to)], &[("days", &*days)]] {
                if let Ok(range) = asked(query) {
                    prop_assert!((1..=MOST).contains(&range.days()));
                }
            }
        }
    }
}
