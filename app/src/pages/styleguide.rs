//! Every token and every component in each of its states, light beside dark. For whoever works on the
//! look: it exists in development only.

mod controls;
mod conversation;
mod frame;
mod navigation;
mod tokens;

use leptos::{config::Env, prelude::*};
use leptos_meta::{Meta, Title};

use super::{InlineScript, page::NotFoundPage};
use crate::{
    server::app_state,
    ui::{Wordmark, icons::Sprite},
};

/// Shows hover, focus and what is open without a pointer, and applies `data-look`.
const STATES: &str = include_str!("styleguide/states.js");

/// Chapters: the id and the heading.
const CHAPTERS: [(&str, &str); 8] = [
    ("tokens", "Tokens"),
    ("colours", "Colours"),
    ("mark", "Mark and icons"),
    ("controls", "Controls"),
    ("messages-to-people", "Notices"),
    ("navigation", "Navigation"),
    ("writing", "Writing"),
    ("reading", "Reading"),
];

/// The style guide; in production there is nothing here.
#[component]
pub fn StyleGuidePage() -> impl IntoView {
    if !app_state().is_ok_and(|state| state.leptos.env == Env::DEV) {
        return view! { <NotFoundPage/> }.into_any();
    }
    let chapters = CHAPTERS
        .map(|(id, heading)| view! { <a href=format!("#{id}")>{heading}</a> })
        .into_any();
    view! {
        <Title text="Style guide"/>
        <Meta name="robots" content="noindex"/>
        <div class="guide">
            <header class="guide-header">
                <a href="/"><Wordmark/></a>
                <nav aria-label="Chapters">{chapters}</nav>
            </header>
            <main id="content">
                <h1>"Style guide"</h1>
                <tokens::Tokens/>
                <tokens::Colours/>
                <navigation::Marks/>
                <controls::Controls/>
                <controls::Notices/>
                <navigation::Navigation/>
                <conversation::Writing/>
                <conversation::Reading/>
            </main>
        </div>
        <Sprite/>
        <InlineScript code=STATES/>
    }
    .into_any()
}
