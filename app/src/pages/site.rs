//! The frame of the pages around the chat.

use leptos::prelude::*;

use crate::{account::Languages, language::t, server::account_of_request, ui::Wordmark};

/// Header and footer around a page.
#[component]
pub fn Site(
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="site">
            <header class="site-header">
                <a href="/"><Wordmark/></a>
                <nav aria-label=t!(site.account)>{entrance()}</nav>
            </header>
            {children()}
            <SiteFooter/>
        </div>
    }
}

/// The ways in; for whoever is signed in, the way back.
fn entrance() -> AnyView {
    if account_of_request().is_some() {
        return view! { <a class="btn btn-ghost" href="/chat">{t!(common.back_to_chat)}</a> }
            .into_any();
    }
    view! {
        <a class="btn btn-ghost" href="/login">{t!(common.sign_in)}</a>
        <a class="btn btn-primary" href="/signup">{t!(common.sign_up)}</a>
    }
    .into_any()
}

/// At the foot of the pages around the chat.
#[component]
pub fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <span>{t!(site.can_be_wrong)}</span>
            <a class="link" href="/pricing">{t!(pricing.title)}</a>
            {account_of_request().is_none().then(|| view! { <Languages/> })}
        </footer>
    }
}
