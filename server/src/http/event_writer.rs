//! Writes a stream of events to a connection, apart from everything that a request needs.
//!
//! A reader may wait for minutes, and there may be ten thousand of them: what one costs while
//! nothing happens is the memory of the site. A connection that only carries events from now on
//! needs neither a parser nor its buffers, so it is taken from hyper: see [`super::connections`].

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes},
    http::{HeaderMap, HeaderValue, header, response::Parts},
    response::Response,
};
use futures::{FutureExt, StreamExt};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};

/// A reader that takes nothing for so long is gone, whatever its socket says.
const UNREAD: Duration = Duration::from_secs(30);
/// What is ready is written at once, up to about so many bytes.
const AT_ONCE: usize = 16 * 1024;

/// The events of a response, carried beside its empty body past the layers that work on bodies.
#[derive(Clone)]
pub struct EventStream(Arc<Mutex<Option<Body>>>);

impl EventStream {
    /// The response as the layers see it: without a body.
    pub fn response(response: Response) -> Response {
        let (mut head, body) = response.into_parts();
        head.extensions
            .insert(Self(Arc::new(Mutex::new(Some(body)))));
        Response::from_parts(head, Body::empty())
    }

    /// Takes the events out of a response that has passed the layers.
    pub fn take(response: &mut Response) -> Option<Body> {
        let carried = response.extensions_mut().remove::<Self>()?;
        let body = carried
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()?;
        // Of the empty body.
        response.headers_mut().remove(header::CONTENT_LENGTH);
        Some(body)
    }
}

/// Writes the response to a client that speaks HTTP/1.1, until there are no more events or the
/// client is gone; then the connection ends.
pub async fn write(mut socket: TcpStream, response: Response, body: Body) {
    let (head, _) = response.into_parts();
    let begun = write_all(&mut socket, &head_of(head)).await;
    if begun.is_ok()
        && write_events(&mut socket, body.into_data_stream())
            .await
            .is_ok()
    {
        let _ = socket.shutdown().await;
    }
}

async fn write_events(socket: &mut TcpStream, mut events: BodyDataStream) -> io::Result<()> {
    loop {
        let first = tokio::select! {
            event = events.next() => event,
            () = gone(socket) => return Err(io::ErrorKind::ConnectionAborted.into()),
        };
        let mut batch = Vec::new();
        let mut more = add(&mut batch, first);
        while more && batch.len() < AT_ONCE {
            match events.next().now_or_never() {
                Some(event) => more = add(&mut batch, event),
                None => break,
            }
        }
        write_all(socket, &batch).await?;
        if !more {
            return Ok(());
        }
    }
}

/// Adds an event as a chunk (RFC 9112, section 7.1), or the last chunk: then there are no more.
fn add(batch: &mut Vec<u8>, event: Option<Result<Bytes, axum::Error>>) -> bool {
    let Some(Ok(event)) = event else {
        batch.extend_from_slice(b"0\r\n\r\n");
        return false;
    };
    // A chunk of length 0 would be the last one.
    if !event.is_empty() {
        batch.extend_from_slice(format!("{:x}\r\n", event.len()).as_bytes());
        batch.extend_from_slice(&event);
        batch.extend_from_slice(b"\r\n");
    }
    true
}

fn head_of(mut head: Parts) -> Vec<u8> {
    set_framing(&mut head.headers);
    let mut bytes = format!("HTTP/1.1 {}\r\n", head.status).into_bytes();
    for (name, value) in &head.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

fn set_framing(headers: &mut HeaderMap) {
    headers.insert(
        header::TRANSFER_ENCODING,
        HeaderValue::from_static("chunked"),
    );
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
}

/// Resolves when the client has closed the connection, or says something out of turn.
async fn gone(socket: &TcpStream) {
    loop {
        if socket.readable().await.is_err() {
            return;
        }
        match socket.try_read(&mut [0; 1]) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            _ => return,
        }
    }
}

async fn write_all(socket: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    timeout(UNREAD, socket.write_all(bytes)).await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_become_chunks_and_the_end_the_last_chunk() {
        let mut batch = Vec::new();
        assert!(add(
            &mut batch,
            Some(Ok(Bytes::from_static(b"id: 12345678901\n\n")))
        ));
        assert!(add(&mut batch, Some(Ok(Bytes::new()))));
        assert!(!add(&mut batch, None));
        assert_eq!(batch, b"11\r\nid: 12345678901\n\n\r\n0\r\n\r\n");
    }

    #[test]
    fn the_head_says_how_the_body_is_framed() {
        let mut response = EventStream::response(Response::new(Body::from("events")));
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        assert!(EventStream::take(&mut response).is_some());
        let head = String::from_utf8(head_of(response.into_parts().0)).expect("ASCII");
        assert_eq!(
            head,
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
        );
    }
}
