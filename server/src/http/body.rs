//! Bodies of server functions: at most so large, within a time, and text.

use std::time::Duration;

use app::error::AppError;
use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::header,
    middleware::Next,
    response::Response,
};
use futures::StreamExt;
use tokio::time::timeout;

use super::refuse::{Asker, refuse};

/// In bytes: the longest message (50,000 characters of up to 4 bytes, each of them three
/// characters in a form) and room for other fields.
pub const MAX_BYTES: usize = 1024 * 1024;

/// A body too large is read on up to so many bytes and thrown away: a browser shows our answer
/// only once it could send all of its own.
const MAX_DRAINED: usize = 32 * 1024 * 1024;

const PATIENCE: Duration = Duration::from_secs(30);

/// The body, already read: [`super::flash`] finds in it what was typed.
#[derive(Debug, Clone)]
pub struct Typed(pub Bytes);

/// The middleware.
pub async fn read(request: Request, next: Next) -> Response {
    let asker = Asker::of(&request);
    let (mut parts, body) = request.into_parts();
    let said = parts.headers.get(header::CONTENT_LENGTH);
    let said: Option<u64> = said.and_then(|length| length.to_str().ok()?.parse().ok());
    let too_large = said.is_some_and(|length| length > MAX_BYTES as u64);
    match timeout(PATIENCE, collect(body, too_large)).await {
        Ok(Ok(bytes)) if std::str::from_utf8(&bytes).is_ok() && forms_utf8(&bytes) => {
            parts.extensions.insert(Typed(bytes.clone()));
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Ok(Ok(_)) => refuse(asker, &AppError::no_text()),
        Ok(Err(Unread::TooLarge)) => refuse(asker, &AppError::too_large(asker != Asker::Program)),
        Ok(Err(Unread::Broken)) | Err(_) => refuse(asker, &AppError::incomplete()),
    }
}

enum Unread {
    TooLarge,
    Broken,
}

async fn collect(body: Body, mut too_large: bool) -> Result<Bytes, Unread> {
    let mut stream = body.into_data_stream();
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Unread::Broken)?;
        seen += chunk.len();
        too_large |= seen > MAX_BYTES;
        match too_large {
            true if seen > MAX_DRAINED => break,
            true => kept = Vec::new(),
            false => kept.extend_from_slice(&chunk),
        }
    }
    if too_large {
        Err(Unread::TooLarge)
    } else {
        Ok(kept.into())
    }
}

/// Whether the percent-encoded bytes of a form are UTF-8, too.
fn forms_utf8(body: &[u8]) -> bool {
    if !body.contains(&b'%') {
        return true;
    }
    let mut plain = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((&byte, tail)) = rest.split_first() {
        let escaped = (byte == b'%').then(|| tail.get(..2)).flatten();
        let escaped =
            escaped.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        plain.push(escaped.unwrap_or(byte));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    std::str::from_utf8(&plain).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_bytes_must_be_text_too() {
        assert!(forms_utf8(b"body=caf%C3%A9+100%25&x=%zz%2"));
        assert!(!forms_utf8(b"body=%FF%FE"));
        assert!(!forms_utf8(b"body=%C3"));
    }
}
