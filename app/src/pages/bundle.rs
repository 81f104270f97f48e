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
            let nonce = nonce();
            Self {
                style: style.to_html().into(),
                scripts: coming_alive(&scripts.to_html(), &nonce).into(),
                nonce: nonce.into(),
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

/// What brings a page to life, in the place of what `HydrationScripts` (Leptos 0.8) writes:
///
/// - Its links ask for the bundle's files at the head of the page, where they would compete with what
///   is to be seen. Here that is done right after the first paint; a page that is not seen has no
///   paint, and no hurry either.
/// - Its script walks through every element of the page and brings all islands to life in one task, in
///   which nothing else can happen. Here each island has its own, in the order of the document. One
///   that stands among another's children is told so first, as there: it finds the other's context.
fn coming_alive(scripts: &str, nonce: &str) -> String {
    let file = |ending: &str| {
        let mut hrefs = scripts.split("href=\"").skip(1);
        hrefs.find_map(|rest| rest.split('"').next().filter(|href| href.ends_with(ending)))
    };
    match (file(".js"), file(".wasm")) {
        (Some(js), Some(wasm)) => {
            format!("<script nonce=\"{nonce}\">({BUNDLE})({js:?},{wasm:?})</script>")
        }
        _ => scripts.to_owned(),
    }
}

const BUNDLE: &str = include_str!("bundle.js").trim_ascii();

fn nonce() -> String {
    use_nonce()
        .map(|nonce| nonce.to_string())
        .unwrap_or_default()
}
