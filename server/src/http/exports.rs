//! `GET /exports/{id}`: a person's data as a ZIP file, by its signed link and for its person only. It is read part by
//! part, as fast as the person takes it.

use app::{error::AppError, session::CurrentActor, state::AppState};
use axum::{
    body::{Body, Bytes},
    extract::{Path, Query, Request, State, rejection::QueryRejection},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use exports::{
    Error,
    queries::{Download, download, part},
};
use futures::stream;
use kernel::Db;
use serde::Deserialize;

use super::refuse::{Asker, refuse};

/// What the link carries. What is missing fits nothing.
#[derive(Debug, Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    expires: String,
    #[serde(default)]
    signature: String,
}

/// The handler.
pub async fn fetch(
    State(state): State<AppState>,
    CurrentActor(actor): CurrentActor,
    Path(id): Path<String>,
    link: Result<Query<Link>, QueryRejection>,
    request: Request,
) -> Response {
    // What is no query of ours fits nothing.
    let link = link.map(|Query(link)| link).unwrap_or_default();
    let found = async {
        let id = id.parse().map_err(|_| Error::NotFound)?;
        let expires = link.expires.parse().map_err(|_| Error::NotFound)?;
        download(&state.db, actor, id, expires, &link.signature).await
    };
    match found.await {
        Ok(file) => answer(state.db, file),
        Err(e) => refuse(Asker::of(&request), &AppError::from(e)),
    }
}

fn answer(db: Db, file: Download) -> Response {
    let name = format!(
        "attachment; filename=\"parlance-{}.zip\"",
        file.requested_at.date()
    );
    let name = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
    let length = file.bytes;
    let parts = stream::try_unfold((db, file, 0), |(db, file, number)| async move {
        let found = part(&db, &file, number).await?;
        Ok::<_, Error>(found.map(|bytes| (Bytes::from(bytes), (db, file, number + 1))))
    });
    (
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/zip"),
            ),
            (header::CONTENT_DISPOSITION, name),
            (header::CONTENT_LENGTH, length.into()),
            // It is compressed already, and nobody else's.
            (
                header::CONTENT_ENCODING,
                HeaderValue::from_static("identity"),
            ),
            (
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-store"),
            ),
        ],
        Body::from_stream(parts),
    )
        .into_response()
}
