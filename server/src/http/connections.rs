//! Connections: accepted here, and served by hyper until a stream of events begins; that one is
//! carried on by [`super::event_writer`].
//!
//! Not `axum::serve`: it has no time-out for half-sent requests, and builds all routes anew for
//! every connection.

use std::{
    fmt,
    future::{Future, poll_fn},
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, body::Body, extract::Request, response::Response};
use http::{Method, Version};
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use super::{
    event_writer::{self, EventStream},
    visitor::Peer,
};

/// A request's head has to arrive within this time, and so long a connection may wait for the
/// next request: against clients that hold connections by sending a byte now and then (CWE-400).
/// A balancer in front must not keep idle connections longer.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// The largest request head (RFC 9110, section 5.4, leaves the limit to us), and how much of a
/// response is held for a slow reader.
const BUFFER: usize = 64 * 1024;
/// A silent client is asked for a sign of life after this time ...
const KEEPALIVE: Duration = Duration::from_secs(60);
/// ... and what it does not acknowledge for this long ends its connection.
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);
/// After accepting has failed because something has run out.
const BREATHER: Duration = Duration::from_millis(200);

/// Serves until `closing` is cancelled, then takes no new connections; returns when the last one
/// has ended. `requests` tracks those that are being answered.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    closing: CancellationToken,
    requests: TaskTracker,
) {
    let router = router.with_state(());
    let tasks = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = closing.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((socket, peer)) => {
                set_options(&socket);
                let site = Site {
                    router: router.clone(),
                    requests: requests.clone(),
                    events: Arc::default(),
                    peer: Peer(peer.ip()),
                };
                tasks.spawn(connection(socket, site, closing.clone(), tasks.clone()));
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections; trying again");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

/// The client has gone between connecting and being accepted.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

fn set_options(socket: &TcpStream) {
    let options = SockRef::from(socket);
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE)
        .with_interval(KEEPALIVE / 4);
    let set = socket
        .set_nodelay(true)
        .and_then(|()| options.set_tcp_keepalive(&keepalive));
    #[cfg(target_os = "linux")]
    let set = set.and_then(|()| options.set_tcp_user_timeout(Some(UNACKNOWLEDGED)));
    if let Err(error) = set {
        tracing::debug!(%error, "a connection does not take its options");
    }
}

async fn connection(socket: TcpStream, site: Site, closing: CancellationToken, tasks: TaskTracker) {
    let events = site.events.clone();
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(socket), site);
    let ended = tokio::select! {
        ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => ended,
        () = closing.cancelled() => {
            Pin::new(&mut connection).graceful_shutdown();
            poll_fn(|cx| connection.poll_without_shutdown(cx)).await
        }
    };
    let mut socket = connection.into_parts().io.into_inner();
    let events = events.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (events, ended) {
        // A task of its own: this one's memory is sized for serving requests.
        (Some((response, body)), _) => {
            tasks.spawn(event_writer::write(socket, response, body));
        }
        (None, Ok(())) => {
            let _ = socket.shutdown().await;
        }
        (None, Err(error)) => tracing::debug!(%error, "a connection broke"),
    }
}

type Events = Arc<Mutex<Option<(Response, Body)>>>;

/// The router, for hyper.
struct Site {
    router: Router,
    requests: TaskTracker,
    /// Whose connection it is.
    peer: Peer,
    /// Left here when the answer is a stream of events.
    events: Events,
}

/// Makes hyper let go of a connection.
#[derive(Debug)]
struct LetGo;

impl fmt::Display for LetGo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection carries events from now on")
    }
}

impl std::error::Error for LetGo {}

impl Service<Request<Incoming>> for Site {
    type Response = Response;
    type Error = LetGo;
    type Future = Pin<Box<dyn Future<Output = Result<Response, LetGo>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let chunks = request.version() == Version::HTTP_11 && request.method() == Method::GET;
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.peer);
        let answer = self.router.clone().oneshot(request);
        let (events, answering) = (self.events.clone(), self.requests.token());
        Box::pin(async move {
            let _answering = answering;
            let mut response = answer.await.unwrap_or_else(|never| match never {});
            let Some(body) = EventStream::take(&mut response) else {
                return Ok(response);
            };
            if chunks {
                *events.lock().unwrap_or_else(PoisonError::into_inner) = Some((response, body));
                return Err(LetGo);
            }
            // HEAD has no body, and HTTP/1.0 no chunks: hyper knows how.
            *response.body_mut() = body;
            Ok(response)
        })
    }
}
