//! On the server: the language of the request that is being answered, its dates, and what ICU knows of its
//! numbers.

use std::cell::{Cell, OnceCell};

use icu_decimal::{DecimalFormatter, input::Decimal};
use icu_locale_core::{Locale as Region, locale as region};
use time::{Date, Month, OffsetDateTime};

use super::{LANGUAGES, Locale, t};

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

/// Work that stays in the language of now wherever it goes on. Leptos polls what a page waits for in tasks of its own as
/// well, which know nothing of the request: what was made there spoke English.
pub fn carried<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    LOCALE.scope(Cell::new(locale()), work)
}

/// Says something in a language, outside of any request.
pub fn speaking<T>(locale: Locale, say: impl FnOnce() -> T) -> T {
    LOCALE.sync_scope(Cell::new(locale), say)
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

/// Whose numbers a language goes by.
fn region() -> Region {
    match locale() {
        Locale::en => region!("en-GB"),
        Locale::de => region!("de"),
    }
}

thread_local! {
    // No small work to make, and not to be shared by threads.
    static NUMBERS: [OnceCell<Option<DecimalFormatter>>; LANGUAGES] =
        const { [const { OnceCell::new() }; LANGUAGES] };
}

/// A moment, to the minute.
pub fn moment(at: OffsetDateTime) -> String {
    t!(
        dates.moment,
        day = at.day(),
        month = short(at.month()),
        year = at.year(),
        time = format!("{:02}:{:02}", at.hour(), at.minute())
    )
}

/// A day, as in "21 Nov 2026".
pub fn day(date: Date) -> String {
    let month = short(date.month());
    t!(dates.day, day = date.day(), month, year = date.year())
}

/// A day where the year is known, as in "21 Nov".
pub fn day_of_year(date: Date) -> String {
    t!(
        dates.day_of_year,
        day = date.day(),
        month = short(date.month())
    )
}

fn short(month: Month) -> &'static str {
    match month {
        Month::January => t!(dates.short.january),
        Month::February => t!(dates.short.february),
        Month::March => t!(dates.short.march),
        Month::April => t!(dates.short.april),
        Month::May => t!(dates.short.may),
        Month::June => t!(dates.short.june),
        Month::July => t!(dates.short.july),
        Month::August => t!(dates.short.august),
        Month::September => t!(dates.short.september),
        Month::October => t!(dates.short.october),
        Month::November => t!(dates.short.november),
        Month::December => t!(dates.short.december),
    }
}

/// A month, as in "March 2026"; January is 0.
pub fn month(year: i64, month: usize) -> String {
    let long = [
        t!(dates.long.january),
        t!(dates.long.february),
        t!(dates.long.march),
        t!(dates.long.april),
        t!(dates.long.may),
        t!(dates.long.june),
        t!(dates.long.july),
        t!(dates.long.august),
        t!(dates.long.september),
        t!(dates.long.october),
        t!(dates.long.november),
        t!(dates.long.december),
    ];
    t!(dates.month, month = long.get(month).unwrap_or(&""), year)
}

/// A number, with what the language puts between its digits.
pub fn number(number: usize) -> String {
    let grouped = NUMBERS.with(|numbers| {
        let formatter = numbers[locale() as usize]
            .get_or_init(|| DecimalFormatter::try_new(region().into(), Default::default()).ok());
        let formatter = formatter.as_ref()?;
        Some(formatter.format_to_string(&Decimal::from(number)))
    });
    grouped.unwrap_or_else(|| number.to_string())
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::{super::Tag, *};

    #[test]
    fn every_language_is_counted() {
        assert_eq!(Locale::get_all().len(), LANGUAGES);
    }

    #[tokio::test]
    async fn what_a_page_waits_for_keeps_its_language_in_another_task() {
        let made = speaking(Locale::de, || carried(async { locale() }));
        assert_eq!(tokio::spawn(made).await.expect("made"), Locale::de);
    }

    #[tokio::test]
    async fn dates_and_numbers_are_those_of_the_language() {
        for (locale, shown, of_month, of_number) in [
            (Locale::en, "21 Nov 2026, 13:05", "March 2026", "50,010"),
            (Locale::de, "21. Nov. 2026, 13:05", "März 2026", "50.010"),
        ] {
            let request = async {
                assert_eq!(moment(datetime!(2026-11-21 13:05 UTC)), shown);
                assert_eq!(format!("{}, 13:05", day(date!(2026 - 11 - 21))), shown);
                assert!(shown.starts_with(&day_of_year(date!(2026 - 11 - 21))));
                assert_eq!(month(2026, 2), of_month);
                assert_eq!(number(50_010), of_number);
                assert_eq!(number(999), "999");
            };
            scope(locale, request).await;
        }
    }
}
