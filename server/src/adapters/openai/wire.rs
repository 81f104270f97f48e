//! Sends the requests that async-openai makes: one attempt each, errors read with their status
//! and Retry-After, silence and endless lines noticed.

use std::{
    io,
    task::{self, Poll},
    time::Duration,
};

use async_openai::middleware::HttpRequestFactory;
use axum::body::Bytes;
use chat::{Failure, model_client::ModelError};
use futures::{Stream, StreamExt, future::BoxFuture, stream};
use reqwest::{Response, header::CONTENT_TYPE};
use tokio::time::timeout;
use tower::BoxError;

use super::failure::Failures;

/// What kind of answer a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
    /// Server-sent events.
    Events,
    /// One JSON document.
    Json,
}

impl Expect {
    /// The most bytes of a line of events, or of a document: more is no answer of a model.
    const MAX_UNIT: usize = 1024 * 1024;

    /// What these bytes add to the current unit.
    fn unit(self, before: usize, bytes: &[u8]) -> usize {
        match bytes.iter().rposition(|b| *b == b'\n') {
            Some(at) if self == Self::Events => bytes.len() - at - 1,
            _ => before + bytes.len(),
        }
    }
}

/// The service below async-openai.
#[derive(Clone)]
pub(super) struct Wire {
    http: reqwest::Client,
    idle: Duration,
    expect: Expect,
    failures: Failures,
}

impl Wire {
    pub fn new(http: reqwest::Client, idle: Duration, expect: Expect, failures: Failures) -> Self {
        Self {
            http,
            idle,
            expect,
            failures,
        }
    }

    async fn send(self, factory: HttpRequestFactory) -> Result<Response, BoxError> {
        let request = factory.build().await?;
        let silent = || {
            self.failures
                .error(Failure::Stalled, "no answer began in time")
        };
        let response = timeout(self.idle, self.http.execute(request))
            .await
            .map_err(|_| silent())?
            .map_err(|e| self.failures.unreachable(e))?;
        if !response.status().is_success() {
            return Err(self.refused(response).await.into());
        }
        if let Some(other) = self.other_content(&response) {
            return Err(other.into());
        }
        let mut head = http::Response::new(());
        *head.status_mut() = response.status();
        *head.headers_mut() = response.headers().clone();
        let watched = self.watch(response.bytes_stream());
        Ok(head.map(|()| reqwest::Body::wrap_stream(watched)).into())
    }

    async fn refused(&self, response: Response) -> ModelError {
        const ENOUGH: usize = 64 * 1024;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        // The status says most; words that do not come in time are done without.
        while let Ok(Some(Ok(chunk))) = timeout(Duration::from_secs(5), chunks.next()).await {
            body.extend_from_slice(&chunk);
            if body.len() > ENOUGH {
                break;
            }
        }
        self.failures.of_status(status, &headers, &body)
    }

    /// A web page means that the base URL is wrong; some servers label events as they like.
    fn other_content(&self, response: &Response) -> Option<ModelError> {
        let kind = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
        let wrong = match self.expect {
            Expect::Events => kind.starts_with("text/html") || kind.starts_with("application/json"),
            Expect::Json => kind.starts_with("text/html"),
        };
        wrong.then(|| {
            self.failures.error(
                Failure::Malformed,
                &format!("the answer's content type is {kind}"),
            )
        })
    }

    /// Ends the body at the first fault, and keeps which fault it was.
    fn watch(
        self,
        bytes: impl Stream<Item = reqwest::Result<Bytes>> + Send + 'static,
    ) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::unfold(Some((bytes.boxed(), 0)), move |state| {
            let wire = self.clone();
            async move {
                let (mut bytes, before) = state?;
                let fault = match timeout(wire.idle, bytes.next()).await {
                    Ok(None) => return None,
                    Ok(Some(Ok(chunk))) => {
                        let unit = wire.expect.unit(before, &chunk);
                        if unit <= Expect::MAX_UNIT {
                            return Some((Ok(chunk), Some((bytes, unit))));
                        }
                        wire.failures
                            .error(Failure::Malformed, "a line without end")
                    }
                    Ok(Some(Err(e))) => wire
                        .failures
                        .error(Failure::Cut, &e.without_url().to_string()),
                    Err(_) => wire
                        .failures
                        .error(Failure::Stalled, "silence within the answer"),
                };
                let passed_on = io::Error::other(fault.to_string());
                wire.failures.keep(fault);
                Some((Err(passed_on), None))
            }
        })
    }
}

impl tower::Service<HttpRequestFactory> for Wire {
    type Response = Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, factory: HttpRequestFactory) -> Self::Future {
        Box::pin(self.clone().send(factory))
    }
}
