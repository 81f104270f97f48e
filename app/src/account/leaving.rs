//! The end of an account: asking for it, and the time in which it can still be kept.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use users::Profile;

use super::password_field::{PasswordField, PasswordInput, PasswordScript};
use crate::{
    error::AppError,
    flash::flash_for,
    language::{moment, t},
    pages::{Page, Site},
    server::{account_of_request, redirect_page},
    session,
    ui::{ErrorNotice, Wordmark, about, apart},
};

const DELETE: &str = "/api/fn/auth/delete_account";

/// Ask for the end of the account.
#[component]
pub fn DeletePage() -> impl IntoView {
    view! {
        <Title text=t!(account.delete)/>
        <Site>
            <main class="narrow" id="content">
                <h1>{t!(account.delete)}</h1>
                <Page view=async move {
                    let profile = session::profile().await?.ok_or_else(AppError::not_signed_in)?;
                    Ok(view! { <DeleteForm profile/> }.into_any())
                }/>
            </main>
            <PasswordScript/>
        </Site>
    }
}

#[component]
fn DeleteForm(profile: Profile) -> impl IntoView {
    let error = flash_for(DELETE).map(|flash| flash.error);
    let password = PasswordField {
        name: "current_password",
        label: t!(account.current_password),
        autocomplete: "current-password",
        hint: String::new(),
        error: about(error.as_ref(), "current_password"),
        focus: true,
    };
    view! {
        <p class="lead">{t!(account.delete_warning, email = profile.email.as_str())}</p>
        <form class="form" action=DELETE method="post">
            {apart(error.as_ref()).map(|error| view! { <ErrorNotice error id="form-error"/> })}
            <input type="hidden" name="username" autocomplete="username" value=profile.email.as_str().to_owned()/>
            <PasswordInput field=password/>
            <button class="btn btn-error btn-full">{t!(account.delete)}</button>
        </form>
        <p class="aside"><a class="link" href="/settings/export">{t!(account.export)}</a></p>
        <p class="aside"><a class="link" href="/settings">{t!(common.settings)}</a></p>
    }
}

/// All that whoever leaves is shown: when, and how to stay.
#[component]
pub fn LeavingPage() -> impl IntoView {
    let leaving = account_of_request().and_then(|account| account.profile.delete_at);
    let Some(at) = leaving else {
        redirect_page("/chat");
        return ().into_any();
    };
    view! {
        <Title text=t!(account.leaving)/>
        <Meta name="robots" content="noindex"/>
        <div class="site">
            <header class="site-header"><Wordmark/></header>
            <main class="narrow" id="content">
                <h1>{t!(account.leaving)}</h1>
                <p class="lead">{t!(account.leaving_when, time = moment(at))}</p>
                <form class="form" action="/api/fn/users/keep_account" method="post">
                    <button class="btn btn-primary btn-full">{t!(account.keep)}</button>
                </form>
                <form class="form" action="/api/fn/auth/sign_out" method="post">
                    <button class="btn btn-outline-quiet btn-full">{t!(common.sign_out)}</button>
                </form>
            </main>
        </div>
    }
    .into_any()
}
