//! Light, dark, or as the device asks. The choice shows at once, and lasts even when the person
//! leaves the page before the server has heard of it.

use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{HtmlDocument, RequestInit, Response};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use crate::language::t;
use crate::ui::FieldError;

/// Where the choice is kept in the account.
const ACTION: &str = "/api/fn/users/change_theme";
/// Three radios that look like one control.
#[island]
pub fn ThemeChoice(
    /// The person's choice so far.
    theme: String,
) -> impl IntoView {
    let failed = RwSignal::new(false);
    let choose = move |ev: ev::Event| {
        let value = event_target_value(&ev);
        show(&value);
        spawn_local(async move { failed.set(!keep(&value).await.unwrap_or(false)) });
    };
    let themes = [
        ("light", t!(account.light)),
        ("dark", t!(account.dark)),
        ("system", t!(account.system)),
    ];
    let radios = themes
        .map(|(value, name)| {
            let checked = theme == value;
            view! { <label><input type="radio" name="theme" value=value checked=checked on:change=choose/>{name}</label> }
        })
        .into_any();
    let sentence = move || failed.get().then(|| t!(account.not_saved).to_owned());
    view! {
        <form class="form" action=ACTION method="post">
            <fieldset class="segments"><legend class="sr-only">{t!(account.theme)}</legend>{radios}</fieldset>
            {move || view! { <FieldError id="theme-error" sentence=sentence()/> }}
            <button class="btn btn-primary without-script">{t!(common.save)}</button>
        </form>
    }
}

/// Shows the theme here, and on the page that is opened before the server has kept the choice:
/// for a minute the server believes this cookie.
fn show(theme: &str) {
    let document = document();
    if let Some(root) = document.document_element() {
        let _ = match theme {
            "system" => root.remove_attribute("data-theme"),
            theme => root.set_attribute("data-theme", theme),
        };
    }
    let cookie = format!("theme={theme}; Path=/; Max-Age=60; SameSite=Lax");
    let _ = document
        .unchecked_into::<HtmlDocument>()
        .set_cookie(&cookie);
}

/// Keeps the choice in the account. Not by the server function's own client: this request goes
/// on when the page is left (Fetch, "keepalive").
async fn keep(theme: &str) -> Result<bool, JsValue> {
    let form = leptos::web_sys::UrlSearchParams::new()?;
    form.append("theme", theme);
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(&form);
    js_sys::Reflect::set(&request, &"keepalive".into(), &true.into())?;
    let response = JsFuture::from(window().fetch_with_str_and_init(ACTION, &request)).await?;
    Ok(response.unchecked_into::<Response>().ok())
}
