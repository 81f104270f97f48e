//! What language a request asks for.

use axum::http::{HeaderMap, HeaderValue, header};

use super::{Locale, Tag};

/// The cookie of whoever chose a language.
const COOKIE: &str = "language";

/// The one of the cookie, else what the browser likes best of what there is, else English.
pub fn of(headers: &HeaderMap) -> Locale {
    of_cookie(headers).unwrap_or_else(|| of_browser(headers))
}

fn of_cookie(headers: &HeaderMap) -> Option<Locale> {
    let cookies = headers.get_all(header::COOKIE);
    let mut cookies = cookies.iter().filter_map(|cookies| cookies.to_str().ok());
    cookies.find_map(|cookies| {
        let mut cookies = cookies.split("; ").filter_map(|one| one.split_once('='));
        cookies.find_map(|(name, value)| (name == COOKIE).then(|| value.parse().ok())?)
    })
}

/// By `Accept-Language` (RFC 9110, section 12.5.4).
fn of_browser(headers: &HeaderMap) -> Locale {
    let asked = headers.get_all(header::ACCEPT_LANGUAGE);
    let asked = asked.iter().filter_map(|asked| asked.to_str().ok());
    let mut asked: Vec<(u16, &str)> = asked
        .flat_map(|asked| asked.split(','))
        .filter_map(weighed)
        .collect();
    // What weighs the same stays in its order.
    asked.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let asked: Vec<&str> = asked.into_iter().map(|(_, language)| language).collect();
    Locale::find_locale(&asked)
}

/// A language and its weight in thousandths; `None` where it is not wanted at all.
fn weighed(one: &str) -> Option<(u16, &str)> {
    let (language, weight) = one.split_once(';').unwrap_or((one, "q=1"));
    let weight: f32 = weight.trim().strip_prefix("q=")?.trim().parse().ok()?;
    let weight = (weight.clamp(0.0, 1.0) * 1_000.0) as u16;
    (weight > 0).then_some((weight, language.trim()))
}

/// Keeps a language in the browser for a year; `None` leaves it to the browser again.
pub fn cookie(chosen: Option<Locale>) -> HeaderValue {
    let (value, seconds) = chosen.map_or(("", 0), |locale| (locale.as_str(), 31_536_000));
    let cookie = format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax");
    // What it is made of is ASCII.
    HeaderValue::try_from(cookie).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: header::HeaderName, value: &'static str) -> Locale {
        of(&HeaderMap::from_iter([(
            name,
            HeaderValue::from_static(value),
        )]))
    }

    #[test]
    fn the_browsers_languages_are_weighed() {
        for (header, locale) in [
            ("de", Locale::de),
            ("de-AT", Locale::de),
            ("DE-de", Locale::de),
            ("en-US,en;q=0.9,de;q=0.8", Locale::en),
            ("en;q=0.5, de;q=0.9", Locale::de),
            ("fr-CH, fr;q=0.9, de;q=0.3, *;q=0.1", Locale::de),
            ("fr, en;q=0.3, de;q=0.3", Locale::en),
            ("de;q=0, en;q=0.1", Locale::en),
            ("de;q=0", Locale::en),
            ("fr", Locale::en),
            ("*", Locale::en),
            ("", Locale::en),
            ("de;q=much, ;;;, -", Locale::en),
            ("de;q=NaN", Locale::en),
            ("de;q=inf, en;q=2", Locale::de),
        ] {
            assert_eq!(asked(header::ACCEPT_LANGUAGE, header), locale, "{header:?}");
        }
    }

    #[test]
    fn the_cookie_comes_first_when_it_names_a_language() {
        let both = |cookie| {
            of(&HeaderMap::from_iter([
                (header::COOKIE, HeaderValue::from_static(cookie)),
                (header::ACCEPT_LANGUAGE, HeaderValue::from_static("de")),
            ]))
        };
        assert_eq!(both("theme=dark; language=en"), Locale::en);
        for other in ["language=", "language=fr", "xlanguage=en", "language"] {
            assert_eq!(both(other), Locale::de, "{other}");
        }
    }
}
