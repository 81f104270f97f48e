//! The frame of the pages around the chat.

use leptos::prelude::*;

use crate::{server::account_of_request, ui::Wordmark};

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
                <nav aria-label="Account">{entrance()}</nav>
            </header>
            {children()}
            <SiteFooter/>
        </div>
    }
}

/// The ways in; for whoever is signed in, the way back.
fn entrance() -> AnyView {
    if account_of_request().is_some() {
        return view! { <a class="btn btn-ghost" href="/chat">"Back to chat"</a> }.into_any();
    }
    view! {
        <a class="btn btn-ghost" href="/login">"Sign in"</a>
        <a class="btn btn-primary" href="/signup">"Sign up"</a>
    }
    .into_any()
}

/// At the foot of the pages around the chat.
#[component]
pub fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <span>"Answers come from AI models and can be wrong."</span>
            {account_of_request().is_none().then(|| view! { <a class="link" href="/#pricing">"What it costs"</a> })}
        </footer>
    }
}
