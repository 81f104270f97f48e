//! People who are signed in: `sql/people.sql` makes them, and knows the same session keys.

use std::fmt::Write;

use hyper::{
    header::{self, HeaderValue},
    http::request::Builder,
};

/// The password of everybody.
pub const PASSWORD: &str = "violet kettle under nine moons";
/// Whose account, password and session the others' are copied from.
pub const TEMPLATE: &str = "template@bench.example";

/// The address of person `n`, counted from 1.
pub fn email(n: usize) -> String {
    format!("person-{n}@bench.example")
}

/// Adds person `n`'s session to a request.
pub fn signed_in(request: Builder, n: usize) -> anyhow::Result<Builder> {
    let cookie = HeaderValue::try_from(format!("__Host-parlance={}", session_key(n)))?;
    Ok(request.header(header::COOKIE, cookie))
}

/// 16 bytes in base64 without padding (RFC 4648, section 5): `n`, big-endian.
fn session_key(n: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let n = n as u128;
    // 128 bits are 21 digits of six bits, and one more of two bits.
    let mut key: String = (0..21)
        .map(|i| char::from(DIGITS[(n >> (122 - 6 * i)) as usize & 63]))
        .collect();
    key.push(char::from(DIGITS[(n << 4) as usize & 63]));
    key
}

/// An id for a message. Unlike any other of this run; that is all it need be.
pub fn message_id(person: usize, round: usize) -> String {
    let mut id = String::with_capacity(36);
    // Writing to a String cannot fail.
    let _ = write!(
        id,
        "{:08x}-0000-4000-8000-{:012x}",
        person & 0xffff_ffff,
        round & 0xffff_ffff_ffff
    );
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_key_is_base64_of_sixteen_bytes() {
        assert_eq!(session_key(0), "AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(session_key(1), "AAAAAAAAAAAAAAAAAAAAAQ");
        assert_eq!(session_key(1000), "AAAAAAAAAAAAAAAAAAAD6A");
    }

    #[test]
    fn message_ids_are_uuids_and_differ() {
        assert_eq!(message_id(1, 2), "00000001-0000-4000-8000-000000000002");
        assert_ne!(message_id(1, 2), message_id(2, 1));
    }
}
