//! Wires the server together: broker, session, fleet, studio, console; and takes it down in order.

use std::{io, path::Path, time::Duration};

use anyhow::Context;
use mqtt::{BrokerUrl, Credentials, Settings};
use protocol::{StandingKeyring, Topic};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    broker::{self, Broker},
    clock,
    config::{BrokerChoice, Config},
    fleet::Fleet,
    routes::{self, Shared},
    status::BrokerStatus,
    store::Store,
    tasks::{fleet, studio},
};

/// How long a stopping server waits for what is under way.
const FAREWELL: Duration = Duration::from_secs(3);

/// Serves until `stop`.
pub(crate) async fn serve(config: &Path, stop: CancellationToken) -> anyhow::Result<()> {
    let config = Config::read(config)?;
    let store = Store::open(&config.data.join("published"))
        .with_context(|| format!("opening the folder {}", config.data.display()))?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listening on {} for the console", config.listen))?;
    let console = listener.local_addr().context("asking for the console's address")?;
    let subscriptions = config.gates.screens.keys().flat_map(Topic::of_agent_to_write).collect();

    // The broker outlives the session, so that the farewell arrives.
    let broker_stop = CancellationToken::new();
    let (mut settings, status, mut broker) = match config.broker {
        BrokerChoice::Embedded { listen, clients } => {
            let password = random_password()?;
            let clients = clients.with_controller(&password);
            let broker = Broker::start(listen, &config.data.join("broker"), clients, broker_stop.clone())
                .await
                .with_context(|| format!("starting the embedded broker on {listen}"))?;
            let url = format!("mqtt://{}", broker.address);
            let url = BrokerUrl::parse(&url).context("the embedded broker's address")?;
            let settings = Settings {
                credentials: Some(Credentials { user: broker::CONTROLLER.to_owned(), password }),
                ..Settings::new(url, broker::CONTROLLER)
            };
            let address = broker.address.to_string();
            (settings, BrokerStatus { kind: "embedded".to_owned(), address, connected: false }, Some(broker))
        }
        BrokerChoice::External(settings) => {
            let address = settings.broker.to_string();
            (*settings, BrokerStatus { kind: "external".to_owned(), address, connected: false }, None)
        }
    };
    settings.subscriptions = subscriptions;

    let kept = store.keyring().context("reading the keyring that was introduced last")?;
    let (keyring, refused) = StandingKeyring::new(config.keyring, kept.as_deref());
    if let Some(refused) = refused {
        warn!(%refused, "the keyring that was introduced last does not follow from the configured one, which counts");
    }
    let session = mqtt::connect(settings).context("the broker's settings")?;
    let (views, fleet_task) = fleet::start(
        fleet::Setup {
            fleet: Fleet::new(config.gates, clock::speed()),
            store,
            keyring,
            clock_key: config.clock_key,
            session,
            studio: studio::start().context("starting the studio's thread")?,
            broker: status,
        },
        stop.clone(),
    );
    info!(%console, version = env!("CARGO_PKG_VERSION"), "console is open at http://{console}");

    let shared = Shared { views, gates: config.gates_text };
    let result = listen(listener, shared, &stop, broker.as_mut()).await;
    stop.cancel();
    let _ = tokio::time::timeout(FAREWELL, fleet_task).await;
    broker_stop.cancel();
    if let Some(broker) = &mut broker
        && tokio::time::timeout(FAREWELL, broker.ended()).await.is_err()
    {
        warn!("the embedded broker did not stop in time");
    }
    result
}

/// Answers browsers until `stop`; ends too if the embedded broker does, so that the whole is started anew.
async fn listen(
    listener: TcpListener,
    shared: Shared,
    stop: &CancellationToken,
    broker: Option<&mut Broker>,
) -> anyhow::Result<()> {
    let broker_ended = async {
        match broker {
            Some(broker) => broker.ended().await,
            None => std::future::pending().await,
        }
    };
    // Live feeds never end by themselves, so nobody waits for open connections.
    tokio::select! {
        biased;
        () = stop.cancelled() => Ok(()),
        () = broker_ended => Err(anyhow::anyhow!("the embedded broker has ended")),
        served = axum::serve(listener, routes::router(shared)).into_future() => served.context("serving the console"),
    }
}

fn random_password() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other).context("drawing a password")?;
    Ok(playlists::Digest::of(&bytes).to_string())
}
