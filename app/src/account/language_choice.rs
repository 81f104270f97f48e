//! The choice of a language: forms, each of which makes the page anew in what was chosen. Not as soon as
//! something is chosen: who goes through the choices by keyboard would be sent away (WCAG 3.2.2).

use leptos::prelude::*;
use users::Language;

use crate::{
    flash::flash_for,
    language::{Locale, Tag, locale, t, td_string},
    ui::FieldError,
};

/// For a person, kept in their account.
#[component]
pub fn LanguageChoice(
    /// The present one.
    chosen: Language,
) -> impl IntoView {
    const ACTION: &str = "/api/fn/users/change_language";
    let refused = flash_for(ACTION).map(|flash| flash.error.message);
    let browser = std::iter::once((Language::AsAsked, None, t!(account.as_browser_asks)));
    let languages = Locale::get_all()
        .iter()
        .map(|&locale| (locale.into(), Some(locale.as_str()), name(locale)));
    let radios = browser
        .chain(languages)
        .map(|(language, tag, name)| {
            let (value, checked) = (language.as_str(), language == chosen);
            view! { <label lang=tag><input type="radio" name="language" value=value checked=checked/>{name}</label> }
        })
        .collect::<Vec<_>>();
    view! {
        <form class="form" action=ACTION method="post">
            <fieldset class="segments"><legend class="sr-only">{t!(account.language)}</legend>{radios}</fieldset>
            <FieldError id="language-error" sentence=refused/>
            <button class="btn btn-primary">{t!(account.change_language)}</button>
        </form>
    }
}

/// For a visitor, kept in the browser: the languages that the page is not in.
#[component]
pub fn Languages() -> impl IntoView {
    let others = Locale::get_all()
        .iter()
        .filter(|&&other| other != locale())
        .map(|&other| {
            let tag = other.as_str();
            view! { <button class="link" name="language" value=tag lang=tag>{name(other)}</button> }
        })
        .collect::<Vec<_>>();
    view! {
        <form class="languages" action="/api/fn/language/choose" method="post" aria-label=t!(site.language)>{others}</form>
    }
}

/// A language's name in itself.
fn name(locale: Locale) -> &'static str {
    td_string!(locale, common.own_name)
}

impl From<Locale> for Language {
    fn from(locale: Locale) -> Self {
        match locale {
            Locale::en => Self::English,
            Locale::de => Self::German,
        }
    }
}

/// What an account's choice comes to; `None` where the browser is asked.
pub fn locale_of(language: Language) -> Option<Locale> {
    match language {
        Language::AsAsked => None,
        Language::English => Some(Locale::en),
        Language::German => Some(Locale::de),
    }
}
