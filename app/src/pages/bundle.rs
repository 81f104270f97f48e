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
                scripts: after_first_paint(&scripts.to_html(), &nonce).into(),
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

/// Leptos 0.8 asks for the bundle's files at the head of the page, where they would compete with
/// what is to be seen. Here that is done right after the first paint, by the same elements; whatever
/// becomes of it, the script of the islands loads what it needs.
fn after_first_paint(scripts: &str, nonce: &str) -> String {
    let Some((ahead, islands)) = scripts
        .find("<script")
        .map(|islands| scripts.split_at(islands))
    else {
        return scripts.to_owned();
    };
    let hrefs: Vec<&str> = ahead
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    format!("<script nonce=\"{nonce}\">({LOAD_AHEAD})({hrefs:?})</script>{islands}")
}

/// A page that is not seen has no paint, and no hurry either.
const LOAD_AHEAD: &str = "hrefs=>{const nonce=document.currentScript.nonce;\
addEventListener('DOMContentLoaded',()=>requestAnimationFrame(()=>setTimeout(()=>{\
for(const href of hrefs){const wasm=href.endsWith('.wasm'),link=document.createElement('link');\
link.nonce=nonce;link.rel=wasm?'preload':'modulepreload';if(wasm)link.as='fetch';link.crossOrigin='';link.href=href;\
document.head.append(link)}})))}";

fn nonce() -> String {
    use_nonce()
        .map(|nonce| nonce.to_string())
        .unwrap_or_default()
}
