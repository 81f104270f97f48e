//! A form that was refused without JavaScript comes back with its sentence and what was typed.
//!
//! The server puts a [`Flash`] into the extensions of the request that renders the page again;
//! forms find theirs by their action. Islands get it as a property.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// A refused form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The path that the form was posted to.
    pub action: String,
    /// Why it was refused.
    pub error: AppError,
    /// What was typed, by field. Passwords are never in it.
    pub fields: BTreeMap<String, String>,
}

impl Flash {
    /// What was typed in `field`; empty when nothing was.
    pub fn field(&self, name: &str) -> String {
        self.fields.get(name).cloned().unwrap_or_default()
    }
}

/// The refusal of the form posted to `action`, if this page answers one.
#[cfg(feature = "ssr")]
pub fn flash_for(action: &str) -> Option<Flash> {
    let parts = leptos::prelude::use_context::<axum::http::request::Parts>()?;
    parts
        .extensions
        .get::<Flash>()
        .filter(|flash| flash.action == action)
        .cloned()
}
