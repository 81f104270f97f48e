//! `GET /billing/ledger.csv` and `GET /usage.csv`: a person's own figures for a spreadsheet, page by page from the
//! database, as fast as the person takes them.

use app::{
    billing::Range,
    error::{AppError, ErrorKind, Explain},
    session::CurrentActor,
    state::AppState,
};
use axum::{
    body::Body,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::Stream;
use kernel::{Actor, Db};
use payments::{
    Error,
    queries::{ledger_csv, usage_csv},
};

use super::refuse::{Asker, refuse};

/// All lines of a person's statement.
pub async fn ledger(
    State(state): State<AppState>,
    CurrentActor(actor): CurrentActor,
    request: Request,
) -> Response {
    match ledger_csv(&state.db, actor).await {
        Ok(rows) => file("parlance-statement.csv", rows),
        Err(e) => refuse(Asker::of(&request), &AppError::from(e)),
    }
}

/// Each answer of the days that are asked for, as on the page of usage.
pub async fn usage(
    State(state): State<AppState>,
    CurrentActor(actor): CurrentActor,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
    request: Request,
) -> Response {
    // What is no query of ours asks for the latest days.
    let query = query.map(|Query(query)| query).unwrap_or_default();
    match usage_of(&state.db, actor, query).await {
        Ok((name, rows)) => file(&name, rows),
        Err(e) => refuse(Asker::of(&request), &e),
    }
}

async fn usage_of(
    db: &Db,
    actor: Actor,
    query: Vec<(String, String)>,
) -> Result<
    (
        String,
        impl Stream<Item = Result<String, Error>> + Send + 'static,
    ),
    AppError,
> {
    actor.person()?;
    let range = Range::asked(&query.into_iter().collect(), db.now().date())
        .map_err(|e| AppError::new(ErrorKind::Invalid, e.explain()))?;
    let rows = usage_csv(db, actor, range.from, range.to).await?;
    let name = format!("parlance-usage-{}-{}.csv", range.from, range.to);
    Ok((name, rows))
}

/// A file of rows (RFC 4180), for its person only.
fn file(name: &str, rows: impl Stream<Item = Result<String, Error>> + Send + 'static) -> Response {
    let name = format!("attachment; filename=\"{name}\"");
    let name = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
        ),
        (header::CONTENT_DISPOSITION, name),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
    ];
    (headers, Body::from_stream(rows)).into_response()
}
