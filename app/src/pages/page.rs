//! A page that has to ask for something first, and what is shown when the answer is no.

use std::future::Future;

use axum::http::request::Parts;
use leptos::prelude::*;
use leptos_meta::Title;

use super::site::Site;
use crate::{
    account::next,
    error::{AppError, ErrorKind},
    language::{carried, t},
    server::{account_of_request, redirect_page},
    ui::Mark,
};

/// Waits for a page's view. Whoever has to sign in is sent there, and comes back afterwards;
/// other failures become a page with their status.
#[component]
pub fn Page<F>(
    /// Makes the view.
    view: F,
) -> impl IntoView
where
    F: Future<Output = Result<AnyView, AppError>> + Send + 'static,
{
    let made = carried(async move { view.await.unwrap_or_else(|error| refuse(error).into_any()) });
    view! { <Suspense>{Suspend::new(made)}</Suspense> }
}

fn refuse(error: AppError) -> impl IntoView {
    if error.kind == ErrorKind::NotSignedIn {
        if account_of_request().is_some_and(|account| account.is_leaving()) {
            redirect_page("/leaving");
            return view! { <ErrorPage error/> };
        }
        let here = use_context::<Parts>().map(|parts| parts.uri.path().to_owned());
        redirect_page(&format!("/login?next={}", next::local(here.as_deref())));
    } else {
        error.set_status();
    }
    view! { <ErrorPage error/> }
}

/// A path that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let error = AppError::new(ErrorKind::NotFound, t!(error.no_page));
    error.set_status();
    view! { <ErrorPage error/> }
}

#[component]
fn ErrorPage(error: AppError) -> impl IntoView {
    let heading = error.kind.heading();
    let (href, way) = match account_of_request() {
        Some(_) => ("/chat", t!(common.back_to_chat)),
        None => ("/", t!(site.back_to_start)),
    };
    view! {
        <Title text=heading/>
        <Site>
            <main class="narrow lost" id="content">
                <Mark/>
                <h1>{heading}</h1>
                <p class="lead">{error.message}</p>
                <a class="btn btn-primary" href=href>{way}</a>
            </main>
        </Site>
    }
}
