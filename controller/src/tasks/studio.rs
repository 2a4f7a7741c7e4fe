//! Draws what the gates draw, with the same code, on a thread of its own: to rehearse a bundle before it is
//! published, and to compare what a gate says it shows with what it ought to show.

use std::{collections::BTreeMap, io, sync::Arc, thread};

use jiff::Timestamp;
use playlists::{Digest, ScreenId, Trust};
use protocol::{Bundle, RefusedBundle};
use render::Renderer;
use tokio::sync::{mpsc, oneshot};

/// What the studio is asked for.
pub(crate) enum Order {
    /// Draw every item once, as it will be drawn on the wall.
    Rehearse { bundle: Arc<Bundle>, answer: oneshot::Sender<Result<(), RefusedBundle>> },
    /// The digest of what `bundle` shows at `at`.
    Draw { bundle: Arc<Bundle>, at: Timestamp, trust: Trust, answer: oneshot::Sender<Digest> },
}

/// How many orders may wait. Comparing is given up when there are half as many.
const ORDERS: usize = 32;

/// Starts the thread. It ends when the sender is dropped.
pub(crate) fn start() -> io::Result<mpsc::Sender<Order>> {
    let (orders, mut todo) = mpsc::channel(ORDERS);
    thread::Builder::new().name("studio".to_owned()).spawn(move || {
        let mut renderer = Renderer::new();
        // The last one for each screen of which every item could be drawn.
        let mut rehearsed = BTreeMap::new();
        while let Some(order) = todo.blocking_recv() {
            match order {
                Order::Rehearse { bundle, answer } => {
                    let _ = answer.send(rehearse(&mut renderer, &bundle, &mut rehearsed));
                }
                Order::Draw { bundle, at, trust, answer } => {
                    let moment = renderer.at(bundle.programme(), bundle.pictures(), at, trust);
                    let _ = answer.send(moment.frame.digest());
                }
            }
        }
    })?;
    Ok(orders)
}

fn rehearse(
    renderer: &mut Renderer,
    bundle: &Arc<Bundle>,
    rehearsed: &mut BTreeMap<ScreenId, Arc<Bundle>>,
) -> Result<(), RefusedBundle> {
    let programme = bundle.programme();
    let screen = &programme.screen().id;
    let before = rehearsed.get(screen).map(|before| (before.programme(), before.pictures()));
    renderer.rehearse(programme, bundle.pictures(), before).map_err(|(item, cause)| {
        RefusedBundle::Undrawable { item: item.id.to_string(), cause: cause.to_string() }
    })?;
    rehearsed.insert(screen.clone(), bundle.clone());
    Ok(())
}
