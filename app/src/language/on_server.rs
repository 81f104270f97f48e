//! On the server: the language of the request that is being answered, and what ICU knows of its dates
//! and numbers.

use std::cell::{Cell, OnceCell};

use icu_calendar::{Date, Gregorian};
use icu_datetime::{
    FixedCalendarDateTimeFormatter as Formatter, fieldsets,
    input::{DateTime, Time},
    options::TimePrecision,
};
use icu_decimal::{DecimalFormatter, input::Decimal};
use icu_locale_core::{Locale as Region, locale as region};
use time::OffsetDateTime;

use super::{LANGUAGES, Locale};

tokio::task_local! {
    static LOCALE: Cell<Locale>;
}

/// Answers a request in a language; gives the one it ended in, too: see [`now_in`].
pub async fn scope<T>(locale: Locale, request: impl Future<Output = T>) -> (T, Locale) {
    let request = async {
        let answer = request.await;
        (answer, self::locale())
    };
    LOCALE.scope(Cell::new(locale), request).await
}

/// Goes on in another language: the account of whoever asks has its own.
pub fn now_in(locale: Locale) {
    // Outside of a request nobody reads.
    let _ = LOCALE.try_with(|now| now.set(locale));
}

/// The language of the request that is being answered.
pub fn locale() -> Locale {
    LOCALE.try_with(Cell::get).unwrap_or_default()
}

/// Whose dates a language goes by: our English has the day before the month.
fn region() -> Region {
    match locale() {
        Locale::en => region!("en-GB"),
        Locale::de => region!("de"),
    }
}

/// The formatters of a language. They are no small work to make, and cannot be shared by threads.
struct Formats {
    moment: Option<Formatter<Gregorian, fieldsets::YMDT>>,
    month: Option<Formatter<Gregorian, fieldsets::YM>>,
    number: Option<DecimalFormatter>,
}

impl Formats {
    fn new(region: &Region) -> Self {
        let moment = fieldsets::YMDT::medium().with_time_precision(TimePrecision::Minute);
        Self {
            moment: Formatter::try_new(region.into(), moment).ok(),
            month: Formatter::try_new(region.into(), fieldsets::YM::long()).ok(),
            number: DecimalFormatter::try_new(region.into(), Default::default()).ok(),
        }
    }
}

thread_local! {
    static FORMATS: [OnceCell<Formats>; LANGUAGES] = const { [const { OnceCell::new() }; LANGUAGES] };
}

fn with_formats<T>(shown: impl FnOnce(&Formats) -> T) -> T {
    FORMATS.with(|formats| {
        let formats = &formats[locale() as usize];
        shown(formats.get_or_init(|| Formats::new(&region())))
    })
}

/// A moment, to the minute.
pub fn moment(at: OffsetDateTime) -> String {
    let date = Date::try_new_gregorian(at.year(), at.month().into(), at.day());
    let time = Time::try_new(at.hour(), at.minute(), at.second(), 0);
    with_formats(|formats| {
        let at = DateTime {
            date: date.ok()?,
            time: time.ok()?,
        };
        Some(formats.moment.as_ref()?.format(&at).to_string())
    })
    .unwrap_or_default()
}

/// A month, as in "March 2026"; January is 0.
pub fn month(year: i64, month: usize) -> String {
    let year = i32::try_from(year).unwrap_or_default();
    let date = Date::try_new_gregorian(year, month as u8 + 1, 1);
    with_formats(|formats| Some(formats.month.as_ref()?.format(&date.ok()?).to_string()))
        .unwrap_or_default()
}

/// A number, with what the language puts between its digits.
pub fn number(number: usize) -> String {
    with_formats(|formats| {
        let formatter = formats.number.as_ref()?;
        Some(formatter.format_to_string(&Decimal::from(number)))
    })
    .unwrap_or_else(|| number.to_string())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::{super::Tag, *};

    #[test]
    fn every_language_is_counted() {
        assert_eq!(Locale::get_all().len(), LANGUAGES);
    }

    #[tokio::test]
    async fn dates_and_numbers_are_those_of_the_language() {
        for (locale, shown, of_month, of_number) in [
            (Locale::en, "21 Nov 2026, 13:05", "March 2026", "50,010"),
            (Locale::de, "21.11.2026, 13:05", "März 2026", "50.010"),
        ] {
            let request = async {
                assert_eq!(moment(datetime!(2026-11-21 13:05 UTC)), shown);
                assert_eq!(month(2026, 2), of_month);
                assert_eq!(number(50_010), of_number);
                assert_eq!(number(999), "999");
            };
            scope(locale, request).await;
        }
    }
}
