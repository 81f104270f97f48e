//! The pages for a forgotten password: asking for a link, and what the link leads to.

use axum::http::{HeaderName, HeaderValue, header, request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

use super::{
    password_field::{PasswordField, PasswordInput, PasswordScript},
    sign_in::EmailField,
};
use crate::{
    error::AppError,
    flash::flash_for,
    language::t,
    pages::{Page, Site},
    server::app_state,
    ui::{ErrorNotice, about, apart},
};

const ASK: &str = "/api/fn/auth/request_password_reset";
const RESET: &str = "/api/fn/auth/reset_password";

/// Ask for a link.
#[component]
pub fn ForgotPage() -> impl IntoView {
    let sent = use_query_map().get_untracked().get("sent").is_some();
    let flash = flash_for(ASK);
    let error = flash.as_ref().map(|flash| flash.error.clone());
    let form = view! {
        <p class="lead">{t!(account.forgot_about)}</p>
        <form class="form" action=ASK method="post">
            {apart(error.as_ref()).map(|error| view! { <ErrorNotice error id="form-error"/> })}
            <EmailField value=flash.as_ref().map(|f| f.field("email")).unwrap_or_default() error=about(error.as_ref(), "email")/>
            <button class="btn btn-primary btn-full">{t!(account.send_link)}</button>
        </form>
    };
    view! {
        <Title text=t!(account.forgot)/>
        <Site>
            <main class="narrow" id="content">
                <h1>{t!(account.forgot)}</h1>
                {match sent {
                    true => view! { <p class="notice done" role="status">{t!(account.link_sent)}</p> }.into_any(),
                    false => form.into_any(),
                }}
                <p class="aside"><a class="link" href="/login">{t!(common.sign_in)}</a></p>
            </main>
        </Site>
    }
}

/// What the link leads to. Its address holds the secret, so nothing on it may tell the address to others.
#[component]
pub fn ResetPage() -> impl IntoView {
    tell_nobody();
    let flash = flash_for(RESET);
    // A refused form comes back without the query.
    let token = use_query_map()
        .get_untracked()
        .get("token")
        .or_else(|| flash.as_ref().map(|flash| flash.field("token")))
        .unwrap_or_default();
    let error = flash.map(|flash| flash.error);
    view! {
        <Title text=t!(account.new_password_heading)/>
        <Meta name="robots" content="noindex"/>
        <Site>
            <main class="narrow" id="content">
                <h1>{t!(account.new_password_heading)}</h1>
                <Page view=async move { Ok(reset_form(token, error).await?.into_any()) }/>
            </main>
            <PasswordScript/>
        </Site>
    }
}

async fn reset_form(token: String, error: Option<AppError>) -> Result<AnyView, AppError> {
    let good = match auth::LinkToken::parse(&token) {
        Ok(token) => auth::commands::check_reset_link(&app_state()?.db, &token).await,
        Err(_) => Err(auth::Error::LinkExpired),
    };
    let error = match good {
        Ok(()) => error,
        Err(refused @ auth::Error::LinkExpired) => {
            let error = AppError::from(refused);
            error.set_status();
            return Ok(view! {
                <ErrorNotice error id="form-error"/>
                <p class="aside"><a class="link" href="/forgot">{t!(account.ask_again)}</a></p>
            }
            .into_any());
        }
        Err(e) => return Err(e.into()),
    };
    let password = PasswordField {
        name: "new_password",
        label: t!(account.new_password),
        autocomplete: "new-password",
        hint: t!(account.password_hint, chars = auth::Password::MIN_CHARS),
        error: about(error.as_ref(), "new_password"),
        focus: true,
    };
    Ok(view! {
        <p class="lead">{t!(account.new_password_about)}</p>
        <form class="form" action=RESET method="post">
            {apart(error.as_ref()).map(|error| view! { <ErrorNotice error id="form-error"/> })}
            <input type="hidden" name="token" value=token/>
            // The browser does not tell where the form is.
            <input type="hidden" name="page" value="/reset"/>
            <PasswordInput field=password/>
            <button class="btn btn-primary btn-full">{t!(account.change_password)}</button>
        </form>
    }
    .into_any())
}

/// No other page, not even one of ours, learns the address of this one.
pub(super) fn tell_nobody() {
    const NOBODY: (HeaderName, HeaderValue) = (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    if let (Some(response), Some(_)) = (use_context::<ResponseOptions>(), use_context::<Parts>()) {
        response.insert_header(NOBODY.0, NOBODY.1);
    }
}
