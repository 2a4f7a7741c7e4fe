//! What the console's browser and the command line ask for over HTTP. Folder = routes.
//!
//! Reading is free on the loopback address; what changes a wall needs the signatures of two people, not a login.

mod console;
mod events;
mod keyring;
mod screens;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use crate::tasks::fleet::Views;

pub(crate) use screens::{Followed, Published, Refusal};

/// What the routes look at.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) views: Views,
    /// The gates file, as written.
    pub(crate) gates: String,
}

/// All routes.
pub(crate) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/", get(console::index))
        .route("/static/{*file}", get(console::file))
        .route("/fonts/{file}", get(console::font))
        .route("/events", get(events::events))
        .route("/frames/{screen}/{picture}", get(screens::frame))
        .route("/api/status", get(screens::status))
        .route("/api/gates", get(screens::gates))
        .route("/api/keyring", get(keyring::standing).post(keyring::introduce))
        .route("/api/screens/{screen}/bundle", get(screens::bundle).post(screens::publish))
        .route("/api/screens/{screen}/cutoff", post(screens::cut_off))
        .route("/api/screens/{screen}/calendar.ics", get(screens::calendar))
        .route("/api/screens/{screen}/snapshot", post(screens::snapshot))
        .layer(DefaultBodyLimit::max(protocol::BUNDLE_LIMIT))
        .layer(middleware::from_fn(local_only))
        .with_state(shared)
}

/// The console stands on a loopback address. A page from elsewhere can make a browser on this machine ask it
/// under another name (DNS rebinding): such requests are refused. Everything gets the strictest headers.
async fn local_only(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        return (StatusCode::MISDIRECTED_REQUEST, "ask for this console by its loopback address\n")
            .into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                  connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
