//! What Parlance is, for whoever is not signed in.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use super::{page::Page, sample::Sample, site::Site};
use crate::{account::next::HOME, server::redirect_page, session};

const WHAT: &str = "Ask a question and watch the answer take shape. Parlance is a quiet place to work with AI models, and every conversation waits where you left it.";

/// Why people stay: heading and text.
const REASONS: [(&str, &str); 3] = [
    (
        "Close the tab, keep the answer",
        "Answers are written on the server. Reload, switch to your phone or lose the train's Wi-Fi: it goes on, and you pick it up where it is.",
    ),
    (
        "Light as a page",
        "No app to load before you can read. Pages arrive finished, work on a slow line and an old phone, and even without JavaScript.",
    ),
    (
        "The model you want",
        "Choose the model for each question. Code, tables and formulas come out clean, ready to copy.",
    ),
];

/// The landing page; whoever is signed in goes on to their chats.
#[component]
pub fn LandingPage() -> impl IntoView {
    view! {
        <Page view=async {
            if session::profile().await?.is_some() {
                redirect_page(HOME);
            }
            Ok(view! { <Landing/> }.into_any())
        }/>
    }
}

#[component]
fn Landing() -> impl IntoView {
    let reasons = REASONS
        .map(|(heading, text)| view! { <section><h2>{heading}</h2><p>{text}</p></section> })
        .into_any();
    view! {
        <Title text=""/>
        <Meta name="description" content=WHAT/>
        <Site>
            <main id="content">
                <div class="hero">
                    <h1>"Think it through, in good company"</h1>
                    <p>{WHAT}</p>
                    <div class="actions">
                        <a class="btn btn-primary" href="/signup">"Start a conversation"</a>
                        <a class="btn btn-outline-quiet" href="/login">"Sign in"</a>
                    </div>
                </div>
                <Sample/>
                <div class="reasons">{reasons}</div>
            </main>
        </Site>
    }
}
