//! What a page's head says of the bundle. Leptos finds the names of its files by reading `hash.txt`;
//! here that is done once, not for every page.

use std::sync::Arc;

use leptos::{
    nonce::{provide_nonce, use_nonce},
    prelude::*,
    tachys::html::InertElement,
};
use leptos_meta::HashedStylesheet;

/// The elements that load the bundle. Cheap to clone.
#[derive(Clone)]
pub struct Bundle {
    style: Arc<str>,
    scripts: Arc<str>,
    /// The one in both; each page has its own.
    nonce: Arc<str>,
}

impl Bundle {
    /// The bundle as it is now. In development the page reloads itself when it changes.
    pub fn find(options: &LeptosOptions) -> Self {
        // The components want an owner for what they create.
        Owner::new().with(|| {
            provide_nonce();
            let style = view! {
                <HashedStylesheet options=options.clone()/>
                <AutoReload options=options.clone()/>
            };
            let scripts = view! { <HydrationScripts options=options.clone() islands=true/> };
            Self {
                style: style.to_html().into(),
                scripts: scripts.to_html().into(),
                nonce: nonce().into(),
            }
        })
    }

    /// For every page.
    pub(super) fn style(&self) -> InertElement {
        self.element(&self.style)
    }

    /// For pages that have islands.
    pub(super) fn scripts(&self) -> InertElement {
        // As `HydrationScripts` does it: only what is in islands comes to life.
        if let Some(page) = Owner::current_shared_context() {
            page.set_is_hydrating(false);
        }
        self.element(&self.scripts)
    }

    fn element(&self, html: &str) -> InertElement {
        InertElement::new(html.replace(&*self.nonce, &nonce()))
    }
}

fn nonce() -> String {
    use_nonce()
        .map(|nonce| nonce.to_string())
        .unwrap_or_default()
}
