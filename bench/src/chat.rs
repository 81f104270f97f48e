//! The chat as a page of the site uses it: a message by the form, its answer by the stream.

use anyhow::{Context, bail, ensure};
use http_body_util::BodyExt;
use hyper::{Response, StatusCode, body::Incoming, header};
use serde::Deserialize;

use crate::{
    client::{Connection, from_the_page, get, post_form},
    people,
};

/// What the site answers to a message.
#[derive(Debug, Deserialize)]
pub struct Sent {
    /// Where the message is.
    pub conversation_id: String,
    /// The answer, being written.
    pub answer: SentAnswer,
}

/// The answer, being written.
#[derive(Debug, Deserialize)]
pub struct SentAnswer {
    /// Its run.
    pub generation: String,
}

/// Sends a message as the page's form does.
pub async fn send(
    connection: &mut Connection,
    person: usize,
    id: &str,
    conversation: Option<&str>,
    body: &str,
) -> anyhow::Result<Sent> {
    let mut fields = vec![("message_id", id), ("body", body)];
    fields.extend(conversation.map(|id| ("conversation_id", id)));
    let (request, form) = post_form("/api/fn/chat/send", &fields);
    let request = people::signed_in(request, person)?;
    let (status, answer) = connection.fetch(request, form).await?;
    if status != StatusCode::OK {
        bail!(
            "sending a message: {status}, {}",
            String::from_utf8_lossy(&answer)
        );
    }
    serde_json::from_slice(&answer).context("what sending a message answers has changed")
}

/// Opens the stream of an answer from its beginning.
pub async fn follow(
    connection: &mut Connection,
    person: usize,
    generation: &str,
) -> anyhow::Result<Response<Incoming>> {
    let path = format!("/chat/generations/{generation}/events?from=0");
    let request = from_the_page(get(&path)).header(header::ACCEPT, "text/event-stream");
    let response = connection
        .send(people::signed_in(request, person)?, "")
        .await?;
    ensure!(
        response.status() == StatusCode::OK,
        "following an answer: {}",
        response.status()
    );
    Ok(response)
}

/// Reads an answer whose text does not matter.
pub async fn read_to_end(response: Response<Incoming>) -> anyhow::Result<()> {
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        frame?;
    }
    Ok(())
}
