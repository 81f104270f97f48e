//! The page for taking one's data along. While the file is written, the page tells how far it is.

use ::exports::{ExportStatus, ExportView, queries::my_export};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    error::AppError,
    language::{moment, number, t},
    pages::{InlineScript, Page, Site},
    server::app_state,
    session,
};

/// Shows how far it is, and the file when it is there.
const FOLLOW: &str = include_str!("export.js");

/// Ask for the file, see how far it is, fetch it.
#[component]
pub fn ExportPage() -> impl IntoView {
    view! {
        <Title text=t!(account.export)/>
        <Site>
            <main class="narrow" id="content">
                <h1>{t!(account.export)}</h1>
                <p class="lead">{t!(account.export_about)}</p>
                <Page view=async move {
                    let export = my_export(&app_state()?.db, session::actor().await?).await?;
                    Ok::<_, AppError>(standing(export))
                }/>
                <p class="aside"><a class="link" href="/settings">{t!(common.settings)}</a></p>
            </main>
        </Site>
    }
}

fn standing(export: Option<ExportView>) -> AnyView {
    match export {
        None => view! { <Ask label=t!(account.export_ask)/> }.into_any(),
        Some(ExportView { status: ExportStatus::Writing, done, total, .. }) => {
            let (done, total) = (whole(done), whole(total.unwrap_or_default()));
            view! {
                <p data-words=t!(account.export_writing, done = "{done}", total = "{total}")>
                    {t!(account.export_writing, done = number(done), total = number(total))}
                </p>
                <progress class="progress" aria-label=t!(account.export) value=done.to_string() max=total.max(1).to_string()></progress>
                // Without scripts the browser loads the page anew, every two seconds.
                <noscript inner_html="<meta http-equiv=\"refresh\" content=\"2\">"/>
                <InlineScript code=FOLLOW/>
            }
            .into_any()
        }
        Some(ExportView { status: ExportStatus::Ready { link, bytes, expires_at }, .. }) => view! {
            <p class="notice done" role="status">{t!(account.export_ready, time = moment(expires_at))}</p>
            <p><a class="btn btn-primary btn-full" href=link download>
                {t!(account.export_fetch, size = number(whole(bytes).div_ceil(1024)))}
            </a></p>
            <Ask label=t!(account.export_anew)/>
        }
        .into_any(),
    }
}

#[component]
fn Ask(label: &'static str) -> impl IntoView {
    view! {
        <form class="form" action="/api/fn/exports/request" method="post">
            <button class="btn btn-outline-quiet btn-full">{label}</button>
        </form>
    }
}

fn whole(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}
