//! What Parlance is, for whoever is not signed in: a conversation to look at, and one about the site
//! itself.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use super::{page::Page, questions::Questions, sample::Sample, site::Site};
use crate::language::t;
use crate::{account::next::HOME, server::redirect_page, session};

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
    view! {
        <Title text=""/>
        <Meta name="description" content=t!(site.what)/>
        <Site>
            <main id="content">
                <div class="opening">
                    <div class="hero">
                        <h1>{t!(site.headline)}</h1>
                        <p>{t!(site.what)}</p>
                        <Entrance/>
                    </div>
                    <Sample/>
                </div>
                <Questions/>
                <section class="last-word" aria-labelledby="last-word">
                    <h2 id="last-word">{t!(site.last_word)}</h2>
                    <Entrance/>
                </section>
            </main>
        </Site>
    }
}

#[component]
fn Entrance() -> impl IntoView {
    view! {
        <div class="entrance">
            <a class="btn btn-primary" href="/signup">{t!(site.begin)}</a>
            <a class="btn btn-outline-quiet" href="/login">{t!(common.sign_in)}</a>
        </div>
    }
}
