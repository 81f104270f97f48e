//! The page for opening an account.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    next,
    password_field::{PasswordField, PasswordInput, PasswordScript},
    sign_in::EmailField,
};
use crate::{
    flash::flash_for,
    language::t,
    pages::Site,
    ui::{ErrorNotice, about, apart},
};

const ACTION: &str = "/api/fn/auth/sign_up";

/// Sign up.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let next = next::local(query.get_str("next")).to_owned();
    let sent = query.get("sent").is_some();
    let flash = flash_for(ACTION);
    let error = flash.as_ref().map(|flash| flash.error.clone());
    let password = PasswordField {
        name: "password",
        label: t!(account.password),
        autocomplete: "new-password",
        hint: t!(account.password_hint, chars = auth::Password::MIN_CHARS),
        error: about(error.as_ref(), "password"),
        focus: flash.is_some(),
    };
    view! {
        <Title text=t!(common.sign_up)/>
        <Site>
            <main class="narrow" id="content">
                <h1>{t!(account.create)}</h1>
                {sent.then(|| view! { <p class="notice done" role="status">{t!(account.sign_up_sent)}</p> })}
                <form class="form" action=ACTION method="post">
                    {apart(error.as_ref()).map(|error| view! { <ErrorNotice error id="form-error"/> })}
                    <input type="hidden" name="next" value=next.clone()/>
                    <EmailField value=flash.as_ref().map(|f| f.field("email")).unwrap_or_default() error=about(error.as_ref(), "email")/>
                    <PasswordInput field=password/>
                    <button class="btn btn-primary btn-full">{t!(common.sign_up)}</button>
                </form>
                <p class="aside">{t!(account.have_one)}" "<a class="link" href=format!("/login?next={next}")>{t!(common.sign_in)}</a></p>
            </main>
            <PasswordScript/>
        </Site>
    }
}
