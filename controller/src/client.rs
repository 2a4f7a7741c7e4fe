//! The command line's side of the controller's HTTP routes.

use std::{thread, time::Duration};

use playlists::ScreenId;
use protocol::FramePicture;
use serde::de::DeserializeOwned;
use ureq::{Agent, Body, http::Response};

use crate::{
    access::Access,
    routes::{Followed, Published, Refusal},
    status::FleetStatus,
};

/// More than any answer that a controller gives.
const ANSWER_LIMIT: u64 = 16 * 1024 * 1024;

/// A connection to a controller.
pub(crate) struct Client {
    base: String,
    agent: Agent,
    wait: Duration,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    #[error("the controller at {base} does not answer: {cause}")]
    Unreachable { base: String, cause: Box<ureq::Error> },
    #[error("{detail}")]
    Refused { status: u16, reason: String, detail: String },
    #[error("the controller at {base} gave an answer that makes no sense: {cause}")]
    Senseless { base: String, cause: String },
}

impl Unanswered {
    /// A stable word.
    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Refused { reason, .. } => reason,
            Self::Unreachable { .. } => "unreachable",
            Self::Senseless { .. } => "senseless-answer",
        }
    }
}

/// Asks for all of `things` at once, each by itself, so that nobody waits for another one's gate.
pub(crate) fn all_at_once<T: Sync, R: Send>(
    things: &[T],
    ask: impl Fn(&T) -> anyhow::Result<R> + Sync,
) -> anyhow::Result<Vec<R>> {
    let ask = &ask;
    thread::scope(|scope| {
        let tasks: Vec<_> = things.iter().map(|thing| scope.spawn(move || ask(thing))).collect();
        let broken_off = |_| Err(anyhow::anyhow!("a request was broken off"));
        tasks.into_iter().map(|task| task.join().unwrap_or_else(broken_off)).collect()
    })
}

impl Client {
    /// A client that waits for a gate at most `wait`.
    pub(crate) fn new(access: &Access, wait: Duration) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // The server answers in time by itself; this is for one that hangs.
            .timeout_global(Some(wait + Duration::from_secs(5)))
            .proxy(None)
            .build();
        Self { base: access.controller.clone(), agent: config.into(), wait }
    }

    pub(crate) fn status(&self) -> Result<FleetStatus, Unanswered> {
        self.json(&self.get("/api/status")?)
    }

    /// The gates file, as written.
    pub(crate) fn gates(&self) -> Result<String, Unanswered> {
        let bytes = self.get("/api/gates")?;
        String::from_utf8(bytes).map_err(|cause| self.senseless(&cause))
    }

    /// The keyring that the controller verifies with.
    pub(crate) fn keyring(&self) -> Result<String, Unanswered> {
        let bytes = self.get("/api/keyring")?;
        String::from_utf8(bytes).map_err(|cause| self.senseless(&cause))
    }

    /// Sends a signed keyring out; also if published content does not count any more by it, if that is said.
    pub(crate) fn introduce(&self, keyring: &[u8], let_content_fall: bool) -> Result<Followed, Unanswered> {
        self.json(&self.post_with(
            "/api/keyring",
            &format!("&let_content_fall={let_content_fall}"),
            keyring,
        )?)
    }

    /// What was published last for a screen, exactly as signed.
    pub(crate) fn bundle(&self, screen: &ScreenId) -> Result<Vec<u8>, Unanswered> {
        self.get(&format!("/api/screens/{screen}/bundle"))
    }

    pub(crate) fn publish(&self, screen: &ScreenId, bundle: &[u8]) -> Result<Published, Unanswered> {
        self.json(&self.post(&format!("/api/screens/{screen}/bundle"), bundle)?)
    }

    pub(crate) fn cut_off(&self, screen: &ScreenId, order: &[u8]) -> Result<Followed, Unanswered> {
        self.json(&self.post(&format!("/api/screens/{screen}/cutoff"), order)?)
    }

    pub(crate) fn snapshot(&self, screen: &ScreenId) -> Result<FramePicture, Unanswered> {
        let bytes = self.post(&format!("/api/screens/{screen}/snapshot"), &[])?;
        FramePicture::parse(&bytes).map_err(|cause| self.senseless(&cause))
    }

    fn get(&self, path: &str) -> Result<Vec<u8>, Unanswered> {
        self.answer(self.agent.get(format!("{}{path}", self.base)).call())
    }

    fn post(&self, path: &str, body: &[u8]) -> Result<Vec<u8>, Unanswered> {
        self.post_with(path, "", body)
    }

    fn post_with(&self, path: &str, more: &str, body: &[u8]) -> Result<Vec<u8>, Unanswered> {
        let url = format!("{}{path}?wait_ms={}{more}", self.base, self.wait.as_millis());
        self.answer(self.agent.post(url).send(body))
    }

    fn answer(&self, response: Result<Response<Body>, ureq::Error>) -> Result<Vec<u8>, Unanswered> {
        let unreachable = |cause| Unanswered::Unreachable { base: self.base.clone(), cause: Box::new(cause) };
        let mut response = response.map_err(unreachable)?;
        let status = response.status();
        let bytes =
            response.body_mut().with_config().limit(ANSWER_LIMIT).read_to_vec().map_err(unreachable)?;
        if status.is_success() {
            return Ok(bytes);
        }
        let Refusal { reason, detail } = serde_json::from_slice(&bytes).unwrap_or_else(|_| Refusal {
            reason: "http".to_owned(),
            detail: format!("the controller answered {status}: {}", String::from_utf8_lossy(&bytes).trim()),
        });
        Err(Unanswered::Refused { status: status.as_u16(), reason, detail })
    }

    fn json<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, Unanswered> {
        serde_json::from_slice(bytes).map_err(|cause| self.senseless(&cause))
    }

    fn senseless(&self, cause: &impl ToString) -> Unanswered {
        Unanswered::Senseless { base: self.base.clone(), cause: cause.to_string() }
    }
}
