//! The page for signing in.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    next,
    password_field::{PasswordField, PasswordInput, PasswordScript},
};
use crate::{
    flash::flash_for,
    language::t,
    pages::Site,
    ui::{ErrorNotice, FieldError, about, apart},
};

const ACTION: &str = "/api/fn/auth/sign_in";

/// Sign in.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let next = next::local(query.get_str("next")).to_owned();
    let leaving = query.get("leaving").is_some();
    let changed = query.get("changed").is_some();
    let flash = flash_for(ACTION);
    let error = flash.as_ref().map(|flash| flash.error.clone());
    let password = PasswordField {
        name: "password",
        label: t!(account.password),
        autocomplete: "current-password",
        hint: String::new(),
        error: about(error.as_ref(), "password"),
        focus: flash.is_some(),
    };
    view! {
        <Title text=t!(common.sign_in)/>
        <Site>
            <main class="narrow" id="content">
                <h1>{t!(account.welcome_back)}</h1>
                {leaving.then(|| view! { <p class="notice done" role="status">{t!(account.has_left)}</p> })}
                {changed.then(|| view! { <p class="notice done" role="status">{t!(account.password_is_new)}</p> })}
                <form class="form" action=ACTION method="post">
                    {apart(error.as_ref()).map(|error| view! { <ErrorNotice error id="form-error"/> })}
                    <input type="hidden" name="next" value=next.clone()/>
                    <EmailField value=flash.as_ref().map(|f| f.field("email")).unwrap_or_default() error=about(error.as_ref(), "email")/>
                    <PasswordInput field=password/>
                    <button class="btn btn-primary btn-full">{t!(common.sign_in)}</button>
                </form>
                <p class="aside"><a class="link" href="/forgot">{t!(account.forgot)}</a></p>
                <p class="aside">{t!(account.new_here)}" "<a class="link" href=format!("/signup?next={next}")>{t!(common.sign_up)}</a></p>
            </main>
            <PasswordScript/>
        </Site>
    }
}

/// The field for the email address.
#[component]
pub fn EmailField(
    /// What was typed before.
    value: String,
    /// Why it was refused.
    error: Option<String>,
) -> impl IntoView {
    let refused = error.is_some();
    let focus = refused || value.is_empty();
    view! {
        <div class="field">
            <label for="email">{t!(account.email)}</label>
            <input class="input" id="email" name="email" type="email" required autocomplete="username" autocapitalize="none"
                spellcheck="false" inputmode="email" value=value autofocus=focus aria-describedby="email-error"
                aria-invalid=refused.then_some("true")/>
            <FieldError id="email-error" sentence=error/>
        </div>
    }
}
