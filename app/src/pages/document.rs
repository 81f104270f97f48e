//! The document, and which page answers which path.

use axum::http::{header, request::Parts};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};
use users::Theme;

use super::{
    bundle::Bundle, inbox::InboxPage, landing::LandingPage, page::NotFoundPage, scripts::Scripts,
    styleguide::StyleGuidePage,
};
use crate::{
    account::{
        DeletePage, ExportPage, ForgotPage, LeavingPage, ResetPage, SettingsPage, SignInPage,
        SignUpPage, VerifyPage, WelcomePage,
    },
    billing::{AnswerCostPage, BillingPage, PricingPage, UsagePage},
    chat::ChatPage,
    language::{Tag, locale, t},
    server::account_of_request,
    ui::{Hydrated, escape},
};

/// The browser's own surfaces take these: `--color-base-100` of each theme in sRGB.
const PAPER: (&str, &str) = ("#fdfdfc", "#181715");

/// What stands under the link where somebody finds one; the landing page has its own words.
/// What the island `Hydrated` does on a page without islands: the scripts before it have run.
const ALIVE: &str = "document.body.dataset.hydrated=''";

/// The document.
pub fn shell(bundle: &Bundle) -> impl IntoView + use<> {
    let theme = chosen_theme();
    let scripts = Scripts::of_request();
    let theme_name = match theme {
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
        Theme::System => None,
    };
    view! {
        <!DOCTYPE html>
        <html lang=locale().as_str() data-theme=theme_name>
            <head>
                <meta charset="utf-8"/>
                // Zoom is never disabled (WCAG 1.4.4); a keyboard that opens makes the page smaller.
                <meta name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content=match theme { Theme::Light => "light", Theme::Dark => "dark", Theme::System => "light dark" }/>
                <ThemeColor theme/>
                {(scripts != Scripts::None).then(|| view! { <meta name="description" content=t!(site.about)/> })}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                {bundle.style()}
                {(scripts == Scripts::Bundle).then(|| bundle.scripts())}
                <MetaTags/>
            </head>
            // A page without scripts is as alive as it gets.
            <body data-hydrated=(scripts == Scripts::None).then_some("")>
                <App/>
                {match scripts {
                    Scripts::None => ().into_any(),
                    Scripts::Inline => view! { <InlineScript code=ALIVE/> }.into_any(),
                    Scripts::Bundle => view! { <Hydrated/> }.into_any(),
                }}
            </body>
        </html>
    }
}

#[component]
fn ThemeColor(theme: Theme) -> impl IntoView {
    let (light, dark) = PAPER;
    match theme {
        Theme::Light => view! { <meta name="theme-color" content=light/> }.into_any(),
        Theme::Dark => view! { <meta name="theme-color" content=dark/> }.into_any(),
        // The macro knows no `media` on a meta.
        Theme::System => [("light", light), ("dark", dark)]
            .map(|(scheme, colour)| {
                let media = format!("(prefers-color-scheme: {scheme})");
                leptos::html::meta()
                    .name("theme-color")
                    .attr("media", media)
                    .content(colour)
            })
            .into_any(),
    }
}

/// The choice of whoever is signed in; without one, the device's.
fn chosen_theme() -> Theme {
    let kept = || Some(account_of_request()?.profile.theme);
    just_chosen_theme().or_else(kept).unwrap_or_default()
}

/// A choice that may not have reached the account yet: see `account::theme_choice`.
fn just_chosen_theme() -> Option<Theme> {
    let cookies = use_context::<Parts>()?
        .headers
        .get(header::COOKIE)?
        .to_str()
        .ok()?
        .to_owned();
    cookies
        .split("; ")
        .find_map(|cookie| cookie.strip_prefix("theme=")?.parse().ok())
}

/// The pages by path. Each is rendered to its end before the first byte is sent, so that it is
/// complete without JavaScript and its status is right.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let title = |text: String| match text.is_empty() {
        true => "Parlance".to_owned(),
        false => format!("{} · Parlance", escape(&text)),
    };
    view! {
        <Title formatter=title/>
        <a class="skip-link" href="#content">{t!(site.skip)}</a>
        <Router>
            <FlatRoutes fallback=NotFoundPage>
                <Route path=path!("/") view=LandingPage ssr=SsrMode::Async/>
                <Route path=path!("/signup") view=SignUpPage ssr=SsrMode::Async/>
                <Route path=path!("/login") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/forgot") view=ForgotPage ssr=SsrMode::Async/>
                <Route path=path!("/reset") view=ResetPage ssr=SsrMode::Async/>
                <Route path=path!("/chat") view=ChatPage ssr=SsrMode::Async/>
                <Route path=path!("/chat/:conversation") view=ChatPage ssr=SsrMode::Async/>
                <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async/>
                <Route path=path!("/pricing") view=PricingPage ssr=SsrMode::Async/>
                <Route path=path!("/billing") view=BillingPage ssr=SsrMode::Async/>
                <Route path=path!("/usage") view=UsagePage ssr=SsrMode::Async/>
                <Route path=path!("/usage/answers/:message") view=AnswerCostPage ssr=SsrMode::Async/>
                <Route path=path!("/verify") view=VerifyPage ssr=SsrMode::Async/>
                <Route path=path!("/welcome") view=WelcomePage ssr=SsrMode::Async/>
                <Route path=path!("/settings/delete") view=DeletePage ssr=SsrMode::Async/>
                <Route path=path!("/settings/export") view=ExportPage ssr=SsrMode::Async/>
                <Route path=path!("/leaving") view=LeavingPage ssr=SsrMode::Async/>
                <Route path=path!("/dev/inbox") view=InboxPage ssr=SsrMode::Async/>
                <Route path=path!("/dev/styleguide") view=StyleGuidePage ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}

/// A script that runs where it stands, before the page is painted.
#[component]
pub fn InlineScript(
    /// JavaScript.
    code: &'static str,
) -> impl IntoView {
    view! { <script nonce=use_nonce()>{code}</script> }
}
