//! The live feed of the console: a status when something changes, a picture's address when a wall changes.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{Stream, StreamExt, stream};
use jiff::Timestamp;
use playlists::{Digest, ScreenId};
use serde::Serialize;
use tokio_stream::wrappers::WatchStream;

use super::Shared;
use crate::{
    status::FleetStatus,
    tasks::fleet::{Album, Request},
};

/// A wall's picture: where it is to be had, once and for all.
#[derive(Serialize)]
struct FrameEvent<'a> {
    screen: &'a ScreenId,
    digest: Digest,
    at: Timestamp,
    url: String,
}

pub(super) async fn events(
    State(shared): State<Shared>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // If the queue is full, the next tick does the same.
    let _ = shared.views.requests.try_send(Request::SomebodyLooks);
    let statuses = WatchStream::new(shared.views.status).map(|status| vec![status_event(&status)]);
    let mut told = BTreeMap::new();
    let pictures = WatchStream::new(shared.views.pictures).map(move |album| frame_events(&album, &mut told));
    let events = stream::select(statuses, pictures).flat_map(|events| stream::iter(events).map(Ok));
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

fn status_event(status: &Arc<FleetStatus>) -> Event {
    Event::default().event("status").json_data(&**status).unwrap_or_default()
}

/// One event for every wall whose newest picture was not told yet.
fn frame_events(album: &Album, told: &mut BTreeMap<ScreenId, Digest>) -> Vec<Event> {
    let mut events = Vec::new();
    for (screen, pictures) in &album.0 {
        let Some(picture) = pictures.back() else { continue };
        if told.insert(screen.clone(), picture.digest) == Some(picture.digest) {
            continue;
        }
        let url = format!("/frames/{screen}/{}.png", picture.digest);
        let frame = FrameEvent { screen, digest: picture.digest, at: picture.at, url };
        events.extend(Event::default().event("frame").json_data(&frame));
    }
    events
}
