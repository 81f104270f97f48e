//! Light, dark, or as the device asks. The choice shows at once.

use leptos::{ev, prelude::*, task::spawn_local};

use super::api;
use crate::ui::FieldError;

/// The themes by value and name.
const THEMES: [(&str, &str); 3] = [("light", "Light"), ("dark", "Dark"), ("system", "System")];

/// Three radios that look like one control.
#[island]
pub fn ThemeChoice(
    /// The person's choice so far.
    theme: String,
) -> impl IntoView {
    let failure = RwSignal::new(None::<String>);
    let choose = move |ev: ev::Event| {
        let value = event_target_value(&ev);
        if let Some(root) = document().document_element() {
            let _ = match value.as_str() {
                "system" => root.remove_attribute("data-theme"),
                theme => root.set_attribute("data-theme", theme),
            };
        }
        spawn_local(async move {
            failure.set(
                api::change_theme(value)
                    .await
                    .err()
                    .map(|error| error.message),
            );
        });
    };
    let radios = THEMES
        .map(|(value, name)| {
            let checked = theme == value;
            view! { <label><input type="radio" name="theme" value=value checked=checked on:change=choose/>{name}</label> }
        })
        .into_any();
    view! {
        <form class="form" action="/api/fn/users/change_theme" method="post">
            <fieldset class="segments"><legend class="sr-only">"Theme"</legend>{radios}</fieldset>
            {move || view! { <FieldError id="theme-error" sentence=failure.get()/> }}
            <button class="btn btn-primary without-script">"Save"</button>
        </form>
    }
}
