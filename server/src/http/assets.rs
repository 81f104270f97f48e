//! The site's files: the bundle, the style sheet, pictures.

use std::path::Path;

use axum::{
    Router,
    http::{HeaderValue, header},
};
use leptos::config::LeptosOptions;
use tower::ServiceBuilder;
use tower_http::{
    services::{ServeDir, ServeFile, fs::ServeFileSystemResponseBody},
    set_header::SetResponseHeaderLayer,
};

/// What browsers ask for by a name that stays: icons, and what an installed site needs.
const LASTING: [&str; 9] = [
    "apple-touch-icon.png",
    "favicon.svg",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-192.png",
    "icon-maskable-512.png",
    "icon.svg",
    "manifest.webmanifest",
    "robots.txt",
];

/// The files under names that stay. A new version is seen a day later; nobody's session is looked up
/// for one.
pub fn lasting<S: Clone + Send + Sync + 'static>(options: &LeptosOptions) -> Router<S> {
    let root = Path::new(&*options.site_root);
    LASTING.into_iter().fold(Router::new(), |router, name| {
        let service = ServiceBuilder::new()
            .layer(caching(HeaderValue::from_static("public, max-age=86400")))
            .service(
                ServeFile::new(root.join(name))
                    .precompressed_br()
                    .precompressed_gzip(),
            );
        router.route_service(&format!("/{name}"), service)
    })
}

/// The directory of the bundle, under its route. Its files have a hash in their names when
/// `hash_files` is on, so they never change (RFC 8246).
pub fn bundle<S: Clone + Send + Sync + 'static>(options: &LeptosOptions) -> Router<S> {
    let kept = match options.hash_files {
        true => HeaderValue::from_static("public, max-age=31536000, immutable"),
        false => HeaderValue::from_static("no-cache"),
    };
    let directory = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    let service = ServiceBuilder::new().layer(caching(kept)).service(
        ServeDir::new(directory)
            .precompressed_br()
            .precompressed_gzip(),
    );
    let path = format!("/{}", options.site_pkg_dir.trim_matches('/'));
    Router::new().nest_service(&path, service)
}

type File = http::Response<ServeFileSystemResponseBody>;

fn caching(
    kept: HeaderValue,
) -> SetResponseHeaderLayer<impl Fn(&File) -> Option<HeaderValue> + Clone> {
    // A file that is missing now may come with the next version.
    SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, move |file: &File| {
        file.status().is_success().then(|| kept.clone())
    })
}
