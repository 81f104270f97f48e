//! In the browser: the page's own language, and what the browser knows of its dates and numbers.

use std::cell::OnceCell;

use js_sys::{Date, Object, Reflect};
use leptos::prelude::document;
use leptos::wasm_bindgen::JsValue;

use super::{Locale, Tag};

thread_local! {
    static LOCALE: OnceCell<Locale> = const { OnceCell::new() };
}

/// The language of this page. Asked for by every text: one call of a function, for the bundle's sake.
#[inline(never)]
pub fn locale() -> Locale {
    LOCALE.with(|locale| {
        *locale.get_or_init(|| {
            let root = document().document_element();
            let tag = root.and_then(|root| root.get_attribute("lang"));
            tag.and_then(|tag| tag.parse().ok()).unwrap_or_default()
        })
    })
}

/// A month, as in "March 2026"; January is 0.
pub fn month(year: i64, month: usize) -> String {
    let date = Date::new(&JsValue::from(Date::utc(year as f64, month as f64)));
    let options = Object::new();
    for (name, value) in [("year", "numeric"), ("month", "long"), ("timeZone", "UTC")] {
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    date.to_locale_date_string(locale().as_str(), &options)
        .into()
}

/// A number, with what the language puts between its digits.
pub fn number(number: usize) -> String {
    let number = js_sys::Number::from(number as f64);
    number.to_locale_string(locale().as_str()).into()
}
