#[cfg(feature = "ssr")]
pub mod session;
