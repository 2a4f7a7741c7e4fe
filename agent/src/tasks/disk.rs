//! The only one who writes to the disk, on a thread of its own: a card that hangs must not stop the reports.

use std::{io, sync::mpsc, thread, time::Duration};

use bytes::Bytes;
use protocol::{RefusedBundle, Standing, StandingKeyring};
use tokio::sync::mpsc::Sender;
use tracing::{error, info};

use crate::{
    state::{Candidate, Event},
    store::{Condition, Floors, Store},
};

/// What the disk is asked for.
pub(crate) enum Order {
    Keep {
        candidate: Candidate,
        floors: Floors,
    },
    KeepFloors(Floors),
    KeepCutoff(Standing),
    KeepKeyring(Box<StandingKeyring>),
    /// What is on air now is not what was kept last: that does not count any more.
    OnAir(Option<Bytes>),
}

/// How many orders may wait.
const ORDERS: usize = 16;

/// What lies on the disk is read again this often, if nothing happens.
const CHECK_EVERY: Duration = Duration::from_secs(3600);

/// And this often while something is wrong.
const CHECK_AGAIN: Duration = Duration::from_secs(10);

/// Starts the thread; `on_air` is what was found good at the start. It ends when the sender is dropped and all
/// orders are done.
pub(crate) fn start(
    store: Store,
    mut on_air: Option<Bytes>,
    events: Sender<Event>,
) -> io::Result<(mpsc::SyncSender<Order>, thread::JoinHandle<()>)> {
    let (orders, todo) = mpsc::sync_channel(ORDERS);
    let thread = thread::Builder::new().name("disk".to_owned()).spawn(move || {
        let mut told = None;
        loop {
            let condition = store.condition();
            let pause = if condition.is_fine() { CHECK_EVERY } else { CHECK_AGAIN };
            if told.as_ref() != Some(&condition) {
                tell(&condition);
                told = Some(condition.clone());
                let _ = events.blocking_send(Event::Storage(condition));
            }
            let order = match todo.recv_timeout(pause) {
                Ok(order) => order,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    store.check(on_air.as_deref());
                    continue;
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            };
            match order {
                Order::Keep { candidate, floors } => {
                    let result = store
                        .keep(&candidate.bytes, on_air.as_deref(), &floors)
                        .map_err(|cause| RefusedBundle::Storage { cause: cause.to_string() });
                    if result.is_ok() {
                        on_air = Some(candidate.bytes.clone());
                    }
                    // Nobody listens any more only when the agent stops.
                    let _ = events.blocking_send(Event::Kept { candidate, result });
                }
                Order::KeepCutoff(standing) => match store.keep_cutoff(&standing) {
                    Ok(()) => drop(events.blocking_send(Event::CutoffKept(standing))),
                    Err(cause) => {
                        error!(%cause, "the order to cut off could not be stored; after a power cut the broker has it");
                    }
                },
                Order::KeepKeyring(keyring) => match store.keep_keyring(&keyring) {
                    Ok(()) => drop(events.blocking_send(Event::KeyringKept(keyring))),
                    Err(cause) => {
                        error!(%cause, "the keyring could not be stored, so it does not count yet");
                    }
                },
                Order::OnAir(bytes) => on_air = bytes,
                Order::KeepFloors(floors) => {
                    if let Err(cause) = store.keep_floors(&floors) {
                        error!(%cause, "the time floor could not be stored; after a power cut the clock is judged by an older one");
                        let _ = events.blocking_send(Event::FloorsNotKept);
                    }
                }
            }
        }
    })?;
    Ok((orders, thread))
}

/// What somebody near the gate reads in the log.
fn tell(condition: &Condition) {
    if let Some(trouble) = &condition.trouble {
        error!(state = ?trouble.state, detail = trouble.detail, "the disk does not take what it is given; the screen goes on");
    }
    if !condition.damaged.is_empty() {
        error!(files = ?condition.damaged, "files on the disk are damaged; the screen goes on");
    }
    if condition.is_fine() {
        info!(mended = condition.mended, "the disk is fine");
    }
}
