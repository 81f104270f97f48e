//! The document around every page, and which page answers which path.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{SsrMode, components::{FlatRoutes, Route, Router}, path};

/// The document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"/>
                <HashedStylesheet options=options.clone()/>
                <HydrationScripts options islands=true/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The pages by path. Each is rendered to its end before the first byte is sent, so that it is
/// complete without JavaScript and its status is right.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Parlance".to_owned() } else { format!("{title} · Parlance") }/>
        <Router>
            <FlatRoutes fallback=|| "Not found">
                <Route path=path!("/") view=|| view! { <main><crate::spike::Outer start=3><p>"static"</p><crate::spike::Inner/></crate::spike::Outer></main> } ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
