//! The page for settings.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use users::Profile;

use super::{
    language_choice::LanguageChoice,
    password_field::{PasswordField, PasswordInput, PasswordScript},
    shortcut_choice::ShortcutChoice,
    theme_choice::ThemeChoice,
    verification::{AddressForm, Unverified},
};
use crate::{
    chat::Keys,
    flash::{Flash, flash_for},
    language::t,
    pages::{Page, SiteFooter},
    session,
    shortcuts::Action,
    ui::{ErrorNotice, FieldError, Wordmark, about, apart},
};

/// Settings.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let saved = use_query_map().get_untracked().get("saved");
    view! {
        <Page view=async move {
            let profile = session::profile().await?.ok_or_else(crate::error::AppError::not_signed_in)?;
            Ok(view! { <Settings profile saved/> }.into_any())
        }/>
    }
}

#[component]
fn Settings(profile: Profile, saved: Option<String>) -> impl IntoView {
    let done = match saved.as_deref() {
        Some("name") => Some(t!(account.saved_name)),
        Some("password") => Some(t!(account.saved_password)),
        Some("theme") => Some(t!(account.saved_theme)),
        Some("sent") => Some(t!(account.sent)),
        Some("language") => Some(t!(account.saved_language)),
        _ => None,
    };
    view! {
        <Title text=t!(common.settings)/>
        <div class="site">
            <header class="site-header">
                <a href="/chat"><Wordmark/></a>
                <nav><a class="btn btn-ghost" href="/chat">{t!(common.back_to_chat)}</a></nav>
            </header>
            <main class="settings" id="content">
                <h1>{t!(common.settings)}</h1>
                {done.map(|done| view! { <p class="notice done mt-6" role="status">{done}</p> })}
                {(!profile.verified).then(|| view! { <Unverified email=profile.email.as_str().to_owned()/> })}
                <section aria-labelledby="name-heading">
                    <div>
                        <h2 id="name-heading">{t!(account.name)}</h2>
                        <p class="about">{t!(account.name_about, email = profile.email.as_str())}</p>
                    </div>
                    <NameForm name=profile.display_name.as_str().to_owned()/>
                </section>
                <section aria-labelledby="theme-heading">
                    <div>
                        <h2 id="theme-heading">{t!(account.theme)}</h2>
                        <p class="about">{t!(account.theme_about)}</p>
                    </div>
                    <ThemeChoice theme=profile.theme.as_str().to_owned()/>
                </section>
                <section aria-labelledby="language-heading">
                    <div>
                        <h2 id="language-heading">{t!(account.language)}</h2>
                        <p class="about">{t!(account.language_about)}</p>
                    </div>
                    <LanguageChoice chosen=profile.language/>
                </section>
                <section class="needs-script" id="shortcuts" aria-labelledby="shortcuts-heading">
                    <div>
                        <h2 id="shortcuts-heading">{t!(common.keyboard_shortcuts)}</h2>
                        <p class="about">{t!(account.shortcuts_about)}</p>
                    </div>
                    <ShortcutChoice><Shortcuts user=profile.id.to_string()/></ShortcutChoice>
                </section>
                <section aria-labelledby="password-heading">
                    <div>
                        <h2 id="password-heading">{t!(account.password)}</h2>
                        <p class="about">{t!(account.password_about)}</p>
                    </div>
                    <PasswordForm email=profile.email.as_str().to_owned()/>
                </section>
                <section aria-labelledby="address-heading">
                    <div>
                        <h2 id="address-heading">{t!(account.email)}</h2>
                        <p class="about">{t!(account.change_email_about)}</p>
                    </div>
                    <AddressForm/>
                </section>
                <section aria-labelledby="session-heading">
                    <div>
                        <h2 id="session-heading">{t!(account.device)}</h2>
                        <p class="about">{t!(account.device_about)}</p>
                    </div>
                    <form class="form" action="/api/fn/auth/sign_out" method="post">
                        <button class="btn btn-outline-quiet">{t!(common.sign_out)}</button>
                    </form>
                </section>
                <section aria-labelledby="billing-heading">
                    <div>
                        <h2 id="billing-heading">{t!(billing.ways)}</h2>
                        <p class="about">{t!(billing.ways_about)}</p>
                    </div>
                    <div class="form">
                        <a class="btn btn-outline-quiet" href="/billing">{t!(billing.title)}</a>
                        <a class="btn btn-outline-quiet" href="/usage">{t!(billing.usage)}</a>
                    </div>
                </section>
                <section aria-labelledby="data-heading">
                    <div>
                        <h2 id="data-heading">{t!(account.data)}</h2>
                        <p class="about">{t!(account.data_about)}</p>
                    </div>
                    <div class="form">
                        <a class="btn btn-outline-quiet" href="/settings/export">{t!(account.export)}</a>
                        <a class="btn btn-outline-quiet" href="/settings/delete">{t!(account.delete)}</a>
                    </div>
                </section>
            </main>
            <PasswordScript/>
            <SiteFooter/>
        </div>
    }
}

/// The list that [`ShortcutChoice`] brings to life.
#[component]
fn Shortcuts(user: String) -> impl IntoView {
    let rows = Action::ALL.map(|action| {
        view! {
            <li>
                <span>{action.name()}</span>
                <Keys action listed=true/>
                <button type="button" class="btn btn-sm btn-ghost" data-change=action.id()
                    aria-label=t!(shortcuts.change_keys, action = action.name())>
                    {t!(shortcuts.change)}
                </button>
            </li>
        }
    });
    view! {
        <div class="form" data-user=user>
            <label class="check"><input type="checkbox" id="shortcuts-on" checked/>{t!(shortcuts.use_them)}</label>
            <ul class="shortcut-list">{rows.into_any()}</ul>
            <p class="hint" id="shortcuts-said" role="status"></p>
            <button type="button" class="btn btn-outline-quiet" id="shortcuts-reset">{t!(shortcuts.reset)}</button>
        </div>
    }
}

#[component]
fn NameForm(name: String) -> impl IntoView {
    const ACTION: &str = "/api/fn/users/change_display_name";
    let flash = flash_for(ACTION);
    let refused = flash.is_some();
    let value = flash
        .as_ref()
        .map_or(name, |flash| flash.field("display_name"));
    view! {
        <form class="form" action=ACTION method="post">
            <div class="field">
                <label for="display_name">{t!(account.display_name)}</label>
                <input class="input" id="display_name" name="display_name" required autocomplete="nickname" dir="auto" value=value
                    aria-describedby="display_name-error" aria-invalid=refused.then_some("true")/>
                <FieldError id="display_name-error" sentence=flash.map(|flash| flash.error.message)/>
            </div>
            <button class="btn btn-primary">{t!(common.save)}</button>
        </form>
    }
}

#[component]
fn PasswordForm(email: String) -> impl IntoView {
    const ACTION: &str = "/api/fn/auth/change_password";
    let flash: Option<Flash> = flash_for(ACTION);
    let error = flash.map(|flash| flash.error);
    let current = PasswordField {
        name: "current_password",
        label: t!(account.current_password),
        autocomplete: "current-password",
        hint: String::new(),
        error: about(error.as_ref(), "current_password"),
        focus: false,
    };
    let new = PasswordField {
        name: "new_password",
        label: t!(account.new_password),
        autocomplete: "new-password",
        hint: t!(account.password_hint, chars = auth::Password::MIN_CHARS),
        error: about(error.as_ref(), "new_password"),
        focus: false,
    };
    view! {
        <form class="form" action=ACTION method="post">
            {apart(error.as_ref()).map(|error| view! { <ErrorNotice error id="password-form-error"/> })}
            // Password managers want to know whose password it is.
            <input type="hidden" name="username" autocomplete="username" value=email/>
            <PasswordInput field=current/>
            <PasswordInput field=new/>
            <button class="btn btn-primary">{t!(account.change_password)}</button>
        </form>
    }
}
