//! Status, pictures and bundles of the screens.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;
use playlists::{ScreenId, timeline};
use protocol::Bundle;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::Shared;
use crate::{
    agenda, clock,
    tasks::fleet::{NotOrdered, NotPublished, OnAirAfter, Request},
};

/// How long the server waits for a gate, unless asked otherwise; and at most.
const WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// How far a calendar looks back and ahead.
const DAY: SignedDuration = SignedDuration::from_hours(24);
const AHEAD: SignedDuration = SignedDuration::from_hours(32 * 24);

/// What became of a publication.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub(crate) enum Published {
    /// The gate shows it, after so long.
    OnAir { milliseconds: f64 },
    /// It is published; the gate has not confirmed it yet.
    Waiting,
}

/// What became of an order to cut off.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub(crate) enum Followed {
    /// The wall is as ordered, after so long.
    Followed { milliseconds: f64 },
    /// The order is out; the gate has not confirmed it yet.
    Waiting,
}

/// Why something was not done: a stable word and a sentence.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) reason: String,
    pub(crate) detail: String,
}

/// How long to wait.
#[derive(Deserialize)]
pub(super) struct Waiting {
    wait_ms: Option<u64>,
}

impl Waiting {
    fn time(&self) -> Duration {
        self.wait_ms.map_or(WAIT, Duration::from_millis).min(LONGEST_WAIT)
    }
}

pub(super) async fn status(State(shared): State<Shared>) -> Response {
    let status = shared.views.status.borrow().clone();
    Json(&*status).into_response()
}

pub(super) async fn gates(State(shared): State<Shared>) -> String {
    shared.gates
}

/// A picture of a wall, by its digest: it never changes, so nobody needs to ask twice.
pub(super) async fn frame(
    State(shared): State<Shared>,
    Path((screen, picture)): Path<(ScreenId, String)>,
) -> Response {
    let album = shared.views.pictures.borrow().clone();
    let found = picture
        .strip_suffix(".png")
        .and_then(|digest| album.0.get(&screen)?.iter().find(|picture| picture.digest.to_string() == digest));
    match found {
        Some(picture) => (
            [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "max-age=31536000, immutable")],
            picture.png.clone(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What was published last, exactly as signed.
pub(super) async fn bundle(State(shared): State<Shared>, Path(screen): Path<ScreenId>) -> Response {
    match published(&shared, &screen).await {
        Some((bytes, _)) => ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        None => nothing_published(&screen),
    }
}

/// What plays from yesterday on, for the calendars of an office.
pub(super) async fn calendar(State(shared): State<Shared>, Path(screen): Path<ScreenId>) -> Response {
    let Some((_, bundle)) = published(&shared, &screen).await else { return nothing_published(&screen) };
    let (programme, now) = (bundle.programme(), clock::now());
    let (from, until) = (now.checked_sub(DAY), now.checked_add(AHEAD));
    let stretches = timeline(programme, from.unwrap_or(now), until.unwrap_or(now));
    let feed = agenda::feed(programme.screen(), &stretches, now);
    ([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], feed).into_response()
}

async fn published(shared: &Shared, screen: &ScreenId) -> Option<(Bytes, Arc<Bundle>)> {
    let (answer, answered) = oneshot::channel();
    let _ = shared.views.requests.send(Request::Published { screen: screen.clone(), answer }).await;
    answered.await.ok().flatten()
}

fn nothing_published(screen: &ScreenId) -> Response {
    refuse(StatusCode::NOT_FOUND, "nothing-published", format!("nothing was published for `{screen}`"))
}

/// Publishes a bundle that people have signed.
pub(super) async fn publish(
    State(shared): State<Shared>,
    Path(screen): Path<ScreenId>,
    Query(waiting): Query<Waiting>,
    bytes: Bytes,
) -> Response {
    let (answer, answered) = oneshot::channel();
    if shared.views.requests.send(Request::Publish { screen, bytes, answer }).await.is_err() {
        return stopping();
    }
    confirmed(answered, &waiting, |milliseconds| Published::OnAir { milliseconds }, Published::Waiting).await
}

/// Sends out an order that people have signed.
pub(super) async fn cut_off(
    State(shared): State<Shared>,
    Path(screen): Path<ScreenId>,
    Query(waiting): Query<Waiting>,
    bytes: Bytes,
) -> Response {
    let (answer, answered) = oneshot::channel();
    if shared.views.requests.send(Request::CutOff { screen, bytes, answer }).await.is_err() {
        return stopping();
    }
    confirmed(answered, &waiting, |milliseconds| Followed::Followed { milliseconds }, Followed::Waiting).await
}

/// What became of something that went out to a gate: `done` after so many milliseconds, or `waits` when the time is over.
pub(super) async fn confirmed<T: Serialize, E: IntoResponse>(
    answered: oneshot::Receiver<Result<OnAirAfter, E>>,
    waiting: &Waiting,
    done: impl FnOnce(f64) -> T,
    waits: T,
) -> Response {
    match tokio::time::timeout(waiting.time(), answered).await {
        Ok(Ok(Ok(OnAirAfter(time)))) => Json(done(time.as_secs_f64() * 1000.0)).into_response(),
        Ok(Ok(Err(refused))) => refused.into_response(),
        Ok(Err(_)) => stopping(),
        Err(_) => (StatusCode::ACCEPTED, Json(waits)).into_response(),
    }
}

/// What the panel shows now, read back from it.
pub(super) async fn snapshot(
    State(shared): State<Shared>,
    Path(screen): Path<ScreenId>,
    Query(waiting): Query<Waiting>,
) -> Response {
    let (answer, answered) = oneshot::channel();
    let _ = shared.views.requests.send(Request::Snapshot { screen: screen.clone(), answer }).await;
    match tokio::time::timeout(waiting.time(), answered).await {
        Ok(Ok(Some(picture))) => Json(picture).into_response(),
        Ok(_) => refuse(StatusCode::NOT_FOUND, "no-picture", format!("`{screen}` is no screen, or refused")),
        Err(_) => refuse(
            StatusCode::GATEWAY_TIMEOUT,
            "no-answer",
            format!("the gate of `{screen}` did not answer in time"),
        ),
    }
}

impl IntoResponse for NotPublished {
    fn into_response(self) -> Response {
        let (code, reason) = match &self {
            Self::NoSuchScreen(_) => (StatusCode::NOT_FOUND, "no-such-screen"),
            Self::Refused(refused @ protocol::RefusedBundle::Rollback { .. }) => {
                (StatusCode::CONFLICT, refused.code())
            }
            Self::Refused(refused) => (StatusCode::UNPROCESSABLE_ENTITY, refused.code()),
            Self::Storage(_) => (StatusCode::INSUFFICIENT_STORAGE, "storage"),
            Self::Studio => (StatusCode::SERVICE_UNAVAILABLE, "studio"),
        };
        refuse(code, reason, self.to_string())
    }
}

impl IntoResponse for NotOrdered {
    fn into_response(self) -> Response {
        let (code, reason) = match &self {
            Self::NoSuchScreen(_) => (StatusCode::NOT_FOUND, "no-such-screen"),
            Self::Refused(refused @ protocol::RefusedCutoff::Overtaken { .. }) => {
                (StatusCode::CONFLICT, refused.code())
            }
            Self::Refused(refused) => (StatusCode::UNPROCESSABLE_ENTITY, refused.code()),
            Self::Storage(_) => (StatusCode::INSUFFICIENT_STORAGE, "storage"),
        };
        refuse(code, reason, self.to_string())
    }
}

pub(super) fn stopping() -> Response {
    refuse(StatusCode::SERVICE_UNAVAILABLE, "stopping", "the controller is stopping".to_owned())
}

pub(super) fn refuse(code: StatusCode, reason: &str, detail: String) -> Response {
    (code, Json(Refusal { reason: reason.to_owned(), detail })).into_response()
}
