//! One HTTP/1.1 connection, as a browser keeps it: hyper by hand, no pool, no redirects.

use std::net::SocketAddr;

use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    client::conn::http1::{SendRequest, handshake},
    header,
    http::request::Builder,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What current browsers accept over plain HTTP.
pub const BROWSER_ENCODINGS: &str = "gzip, deflate, br, zstd";

/// An open connection: one request after the other.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    /// Connects. Small writes leave at once, as browsers have it.
    pub async fn open(addr: SocketAddr) -> anyhow::Result<Self> {
        let tcp = TcpStream::connect(addr)
            .await
            .with_context(|| format!("no connection to {addr}"))?;
        tcp.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(tcp)).await?;
        // A connection that breaks shows in the request that is under way on it.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self {
            sender,
            host: addr.to_string(),
        })
    }

    /// Sends a request; the answer's body is yet to be read.
    pub async fn send(
        &mut self,
        request: Builder,
        body: impl Into<Bytes>,
    ) -> anyhow::Result<Response<Incoming>> {
        if self.sender.ready().await.is_err() {
            // A stream of events ends its connection; whoever goes on opens another one.
            *self = Self::open(self.host.parse()?).await?;
        }
        let request = request
            .header(header::HOST, &self.host)
            .body(Full::new(body.into()))?;
        Ok(self.sender.send_request(request).await?)
    }

    /// Sends a request and reads the whole answer.
    pub async fn fetch(
        &mut self,
        request: Builder,
        body: impl Into<Bytes>,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        let response = self.send(request, body).await?;
        let status = response.status();
        let encoded = response
            .headers()
            .get(header::CONTENT_ENCODING)
            .is_some_and(|encoding| encoding == "zstd");
        let bytes = response.into_body().collect().await?.to_bytes();
        Ok((status, if encoded { unpack(&bytes)? } else { bytes }))
    }

    /// Sends a request, reads the answer as it comes and throws it away; returns its size in
    /// bytes on the wire.
    pub async fn size(&mut self, request: Builder) -> anyhow::Result<(StatusCode, usize)> {
        let response = self.send(request, Bytes::new()).await?;
        let status = response.status();
        let (mut body, mut size) = (response.into_body(), 0);
        while let Some(frame) = body.frame().await {
            size += frame?.data_ref().map_or(0, Bytes::len);
        }
        Ok((status, size))
    }
}

/// A GET of a path.
pub fn get(path: &str) -> Builder {
    Request::get(path)
}

/// A POST to a path.
pub fn post(path: &str) -> Builder {
    Request::post(path)
}

/// A POST of a form by a script of the page, and its body.
pub fn post_form(path: &str, fields: &[(&str, &str)]) -> (Builder, String) {
    let request = from_the_page(post(path))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json");
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    (request, form)
}

/// Adds what a browser adds to requests that a page of the site makes.
pub fn from_the_page(request: Builder) -> Builder {
    request
        .header("sec-fetch-site", "same-origin")
        .header(header::ACCEPT_ENCODING, BROWSER_ENCODINGS)
}

fn unpack(bytes: &[u8]) -> anyhow::Result<Bytes> {
    Ok(zstd::decode_all(bytes).context("broken Zstandard")?.into())
}
