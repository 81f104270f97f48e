//! The dev inbox: the mails that this site would send. In development only.

use std::path::Path;

use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use super::{Page, Site, page::NotFoundPage};
use crate::{
    error::AppError,
    language::{moment, t},
    mail::Kept,
    server::app_state,
};

/// So many of the newest are shown.
const SHOWN: usize = 50;

/// The mails, newest first; where mail is sent, there is nothing here.
#[component]
pub fn InboxPage() -> impl IntoView {
    let Some(folder) = app_state().ok().and_then(|state| state.inbox) else {
        return view! { <NotFoundPage/> }.into_any();
    };
    view! {
        <Title text=t!(account.inbox)/>
        <Meta name="robots" content="noindex"/>
        <Site>
            <main class="narrow" id="content">
                <h1>{t!(account.inbox)}</h1>
                <p class="lead">{t!(account.inbox_about)}</p>
                <Page view=async move {
                    let mails = mails(&folder).await.map_err(kernel::Internal::new)?;
                    Ok::<_, AppError>(view! { <Mails mails/> }.into_any())
                }/>
            </main>
        </Site>
    }
    .into_any()
}

#[component]
fn Mails(mails: Vec<Kept>) -> impl IntoView {
    if mails.is_empty() {
        return view! { <p>{t!(account.inbox_empty)}</p> }.into_any();
    }
    mails
        .into_iter()
        .map(|mail| {
            view! {
                <article class="mail">
                    <h2>{mail.subject}</h2>
                    <p class="about">{mail.to}", "{moment(mail.at)}</p>
                    {mail.text.lines().map(line).collect::<Vec<_>>()}
                </article>
            }
        })
        .collect::<Vec<_>>()
        .into_any()
}

/// A link stands on a line of its own.
fn line(line: &str) -> AnyView {
    let line = line.to_owned();
    if line.starts_with("http://") || line.starts_with("https://") {
        return view! { <p><a class="link" href=line.clone()>{line.clone()}</a></p> }.into_any();
    }
    view! { <p>{line}</p> }.into_any()
}

async fn mails(folder: &Path) -> std::io::Result<Vec<Kept>> {
    let mut files = match tokio::fs::read_dir(folder).await {
        Ok(files) => files,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let mut names = Vec::new();
    while let Some(file) = files.next_entry().await? {
        let path = file.path();
        if path.extension().is_some_and(|end| end == "json") {
            names.push(path);
        }
    }
    // Ids sort by time.
    names.sort();
    let mut mails = Vec::new();
    for path in names.iter().rev().take(SHOWN) {
        // One that another version wrote is left out.
        mails.extend(serde_json::from_slice::<Kept>(
            &tokio::fs::read(path).await?,
        ));
    }
    Ok(mails)
}
