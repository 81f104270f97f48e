//! Where a request comes from, for what may not be asked for too often. Nothing else goes by it, and it is
//! neither logged nor stored.

use std::net::IpAddr;

use app::server::Visitor;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::Response,
};

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// How many proxies of the operator's own are in front.
#[derive(Debug, Clone, Copy)]
pub struct Proxies(pub usize);

/// The middleware.
pub async fn note(State(proxies): State<Proxies>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map(|Peer(peer)| *peer);
    let from = forwarded(request.headers(), proxies).or(peer);
    request.extensions_mut().insert(Visitor(from));
    next.run(request).await
}

/// Each proxy appends whom it heard from, so the one that came to the outermost of ours is so many from
/// the right. What stands further left is the visitor's own invention.
fn forwarded(headers: &HeaderMap, Proxies(count): Proxies) -> Option<IpAddr> {
    let all = headers.get_all(FORWARDED);
    let all: Vec<&str> = all
        .iter()
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .collect();
    let place = all.len().checked_sub(count).filter(|_| count > 0)?;
    all.get(place)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_what_the_operators_own_proxies_say_counts() {
        let of = |list: &'static str, proxies| {
            let headers = HeaderMap::from_iter([(FORWARDED, HeaderValue::from_static(list))]);
            forwarded(&headers, Proxies(proxies)).map(|address| address.to_string())
        };
        let lied = "203.0.113.9, 192.0.2.1";
        assert_eq!(of(lied, 0), None);
        assert_eq!(of(lied, 1).as_deref(), Some("192.0.2.1"));
        assert_eq!(of("192.0.2.1, 10.0.0.1", 2).as_deref(), Some("192.0.2.1"));
        assert_eq!(of("2001:db8::1", 1).as_deref(), Some("2001:db8::1"));
        for nothing in ["", "unknown"] {
            assert_eq!(of(nothing, 1), None, "{nothing:?}");
        }
        assert_eq!(of("192.0.2.1", 2), None);
    }
}
