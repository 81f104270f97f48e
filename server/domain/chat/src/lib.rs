#[cfg(not(target_family = "wasm"))]
pub mod markdown;
