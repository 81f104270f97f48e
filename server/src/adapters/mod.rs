//! What the domains ask of the world outside, over the network.

pub mod kafka;
pub mod mail;
pub mod openai;

/// Chooses the cryptography of TLS connections for the whole process; again does nothing. Every
/// HTTP client needs it to have been called.
pub fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
