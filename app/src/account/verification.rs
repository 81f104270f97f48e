//! The pages that links to addresses lead to, and what is shown to whoever has not verified theirs. Opening a
//! link changes nothing: programs that check mail do so, too.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

use super::{
    password_field::{PasswordField, PasswordInput, PasswordScript},
    recovery::tell_nobody,
};
use crate::{
    error::AppError,
    flash::flash_for,
    language::t,
    pages::{Page, Site},
    server::app_state,
    ui::{ErrorNotice, FieldError, about, apart},
};

const VERIFY: &str = "/api/fn/auth/verify_address";
const CONFIRM: &str = "/api/fn/auth/confirm_sign_up";
const CHANGE: &str = "/api/fn/auth/change_address";

/// What proves an address: a button.
#[component]
pub fn VerifyPage() -> impl IntoView {
    tell_nobody();
    let done = use_query_map().get_untracked().get("done").is_some();
    view! {
        <Title text=t!(account.verify)/>
        <Meta name="robots" content="noindex"/>
        <Site>
            <main class="narrow" id="content">
                <h1>{t!(account.verify)}</h1>
                {match done {
                    true => view! { <p class="notice done" role="status">{t!(account.verified)}</p> }.into_any(),
                    false => view! { <Page view=async move { verify_form().await }/> }.into_any(),
                }}
            </main>
        </Site>
    }
}

async fn verify_form() -> Result<AnyView, AppError> {
    let (token, error) = asked(VERIFY);
    let checked = match auth::LinkToken::parse(&token) {
        Ok(token) => auth::commands::check_address_link(&app_state()?.db, &token).await,
        Err(_) => Err(auth::Error::LinkExpired),
    };
    let email = match checked {
        Ok(email) => email,
        Err(e) => return expired(e),
    };
    Ok(view! {
        <p class="lead">{t!(account.verify_about, email = email.as_str())}</p>
        <form class="form" action=VERIFY method="post">
            {error.map(|error| view! { <ErrorNotice error id="form-error"/> })}
            <input type="hidden" name="token" value=token/>
            <input type="hidden" name="page" value="/verify"/>
            <button class="btn btn-primary btn-full">{t!(account.verify)}</button>
        </form>
    }
    .into_any())
}

/// What opens an account that was asked for: the password that was chosen for it.
#[component]
pub fn WelcomePage() -> impl IntoView {
    tell_nobody();
    view! {
        <Title text=t!(account.create)/>
        <Meta name="robots" content="noindex"/>
        <Site>
            <main class="narrow" id="content">
                <h1>{t!(account.create)}</h1>
                <Page view=async move { confirm_form().await }/>
            </main>
            <PasswordScript/>
        </Site>
    }
}

async fn confirm_form() -> Result<AnyView, AppError> {
    let (token, error) = asked(CONFIRM);
    let checked = match auth::LinkToken::parse(&token) {
        Ok(token) => auth::commands::check_sign_up_link(&app_state()?.db, &token).await,
        Err(_) => Err(auth::Error::LinkExpired),
    };
    let email = match checked {
        Ok(email) => email,
        Err(e) => return expired(e),
    };
    let password = PasswordField {
        name: "current_password",
        label: t!(account.password),
        autocomplete: "current-password",
        hint: String::new(),
        error: about(error.as_ref(), "current_password"),
        focus: true,
    };
    Ok(view! {
        <p class="lead">{t!(account.confirm_about, email = email.as_str())}</p>
        <form class="form" action=CONFIRM method="post">
            {apart(error.as_ref()).map(|error| view! { <ErrorNotice error id="form-error"/> })}
            <input type="hidden" name="token" value=token/>
            <input type="hidden" name="page" value="/welcome"/>
            <input type="hidden" name="username" autocomplete="username" value=email.as_str().to_owned()/>
            <PasswordInput field=password/>
            <button class="btn btn-primary btn-full">{t!(common.sign_up)}</button>
        </form>
    }
    .into_any())
}

/// The secret of the link, and why the form was refused; a refused form comes back without the query.
fn asked(action: &str) -> (String, Option<AppError>) {
    let flash = flash_for(action);
    let token = use_query_map()
        .get_untracked()
        .get("token")
        .or_else(|| flash.as_ref().map(|flash| flash.field("token")));
    (token.unwrap_or_default(), flash.map(|flash| flash.error))
}

fn expired(e: auth::Error) -> Result<AnyView, AppError> {
    let expired = matches!(e, auth::Error::LinkExpired);
    let error = AppError::from(e);
    if !expired {
        return Err(error);
    }
    error.set_status();
    Ok(view! { <ErrorNotice error id="form-error"/> }.into_any())
}

/// Above the settings of whoever has not verified their address.
#[component]
pub fn Unverified(
    /// The address.
    email: String,
) -> impl IntoView {
    view! {
        <form class="notice mt-6" action="/api/fn/auth/send_verification" method="post">
            <span>{t!(account.unverified, email)}</span>
            <button class="text-button">{t!(account.send_again)}</button>
        </form>
    }
}

/// Another address: it counts when the link that is sent there is opened.
#[component]
pub fn AddressForm() -> impl IntoView {
    let flash = flash_for(CHANGE);
    let error = flash.as_ref().map(|flash| flash.error.clone());
    let refused = about(error.as_ref(), "email");
    let password = PasswordField {
        name: "address_password",
        label: t!(account.your_password),
        autocomplete: "current-password",
        hint: String::new(),
        error: about(error.as_ref(), "address_password"),
        focus: false,
    };
    view! {
        <form class="form" action=CHANGE method="post">
            {apart(error.as_ref()).map(|error| view! { <ErrorNotice error id="address-form-error"/> })}
            <div class="field">
                <label for="email">{t!(account.new_email)}</label>
                <input class="input" id="email" name="email" type="email" required autocomplete="email" autocapitalize="none"
                    spellcheck="false" inputmode="email" value=flash.as_ref().map(|f| f.field("email")).unwrap_or_default()
                    aria-describedby="email-error" aria-invalid=refused.is_some().then_some("true")/>
                <FieldError id="email-error" sentence=refused/>
            </div>
            <PasswordInput field=password/>
            <button class="btn btn-primary">{t!(account.change_email)}</button>
        </form>
    }
}
