//! The site's files: the bundle, the style sheet, pictures.

use std::path::Path;

use axum::{
    Router,
    http::{HeaderValue, header},
};
use leptos::config::LeptosOptions;
use tower::ServiceBuilder;
use tower_http::{
    services::{ServeDir, fs::ServeFileSystemResponseBody},
    set_header::SetResponseHeaderLayer,
};

/// The directory of the bundle, under its route. Its files have a hash in their names when
/// `hash_files` is on, so they never change (RFC 8246).
pub fn bundle<S: Clone + Send + Sync + 'static>(options: &LeptosOptions) -> Router<S> {
    let caching = match options.hash_files {
        true => HeaderValue::from_static("public, max-age=31536000, immutable"),
        false => HeaderValue::from_static("no-cache"),
    };
    let directory = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    let service = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            // A file that is missing now may come with the next version.
            move |response: &http::Response<ServeFileSystemResponseBody>| {
                response.status().is_success().then(|| caching.clone())
            },
        ))
        .service(
            ServeDir::new(directory)
                .precompressed_br()
                .precompressed_gzip(),
        );
    let path = format!("/{}", options.site_pkg_dir.trim_matches('/'));
    Router::new().nest_service(&path, service)
}
