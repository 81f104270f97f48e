//! The router: what answers which path, and what every request passes on its way, on one page.

use app::{App, Bundle, session, session::SessionOptions, shell, state::AppState};
use axum::{
    Extension, Router,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get},
};
use leptos::IntoView;
use leptos_axum::{LeptosRoutes, file_and_error_handler_with_context, generate_route_list};
use tower_http::{CompressionLevel, compression::CompressionLayer};

use super::{
    assets,
    availability::{self, Availability},
    bare, billing, body, checkout_progress, cross_origin, export_progress, exports,
    flash::{self, Flashes},
    headers::{self, Headers},
    health::{self, Health},
    kept::{self, Kept},
    languages, observe,
    open_streams::OpenStreams,
    policy, refuse, reports, stream, stripe_webhooks,
    visitor::{self, Proxies},
};

/// How hard a page is compressed. Nearly every browser takes Zstandard (RFC 8878), which the layer prefers:
/// at this level a chat page of 136 KB becomes 27.8 KB, as with Brotli at the same one (28.1 KB), and a core
/// serves nearly twice as many.
const QUICK: CompressionLevel = CompressionLevel::Precise(3);

/// What the router is made of.
pub struct Parts {
    /// For pages, server functions and streams.
    pub state: AppState,
    /// How people stay signed in.
    pub sessions: SessionOptions,
    /// What the probes ask.
    pub health: Health,
    /// How the database stands.
    pub availability: Availability,
    /// Who may say where a request comes from.
    pub proxies: Proxies,
    /// What has to end with a session.
    pub streams: OpenStreams,
}

/// The whole site. A request passes the layers from the last one to the first.
pub fn router(parts: Parts) -> Router {
    let Parts {
        state,
        sessions,
        health,
        availability,
        proxies,
        streams,
    } = parts;
    let (db, hasher, clock) = (
        state.db.clone(),
        state.hasher.clone(),
        state.db.clock().clone(),
    );
    let provider = state
        .selling
        .as_ref()
        .map(|selling| selling.provider.clone());
    let told = stripe_webhooks::routes(db.clone(), provider);
    let https = sessions.secure;
    let (bundle, on_missing) = (Bundle::find(&state.leptos), state.clone());
    let files = assets::bundle(&state.leptos).merge(assets::lasting(&state.leptos));

    let site = Router::new()
        .route(
            "/chat/generations/{id}/events",
            get(stream::events).layer(Extension(streams.clone())),
        )
        .route(
            "/settings/export/events",
            get(export_progress::events).layer(Extension(streams.clone())),
        )
        .route(
            "/billing/checkout/events",
            get(checkout_progress::events).layer(Extension(streams)),
        )
        .route("/exports/{id}", get(exports::fetch))
        .route("/billing/ledger.csv", get(billing::ledger))
        .route("/usage.csv", get(billing::usage))
        // Server functions that are there are more exact than this.
        .route("/api/fn/{*unknown}", any(refuse::unknown_function))
        .leptos_routes(&state, generate_route_list(App), {
            let bundle = bundle.clone();
            move || page(&bundle)
        })
        .fallback(file_and_error_handler_with_context::<AppState, _>(
            move || leptos::prelude::provide_context(on_missing.clone()),
            move |_| page(&bundle),
        ))
        .layer(from_fn(bare::strip))
        .layer(from_fn(languages::of_account))
        .layer(from_fn(observe::person));
    let site = session::with_sessions(site, db, hasher, sessions)
        .layer(from_fn_with_state(Kept::default(), kept::keep))
        .layer(from_fn_with_state(availability, availability::guard))
        .layer(from_fn_with_state(
            Flashes::new(sessions.secure),
            flash::carry,
        ))
        .layer(from_fn(body::read))
        .layer(from_fn_with_state(proxies, visitor::note))
        .layer(from_fn(cross_origin::protect))
        .with_state(state);

    Router::new()
        .merge(files)
        .merge(site)
        .layer(CompressionLayer::new().quality(QUICK))
        .merge(health::routes(health))
        .merge(reports::routes())
        .merge(told)
        .layer(from_fn_with_state(clock, observe::observe))
        .layer(from_fn(languages::speak))
        .layer(from_fn_with_state(Headers { https }, headers::set))
}

/// A page, and what it may do.
fn page(bundle: &Bundle) -> impl IntoView + use<> {
    policy::of_page();
    shell(bundle)
}
