//! The keyring that counts, and the way of another one to the gates.

use axum::{
    body::Bytes,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use protocol::RefusedKeyring;
use serde::Deserialize;
use tokio::sync::oneshot;

use super::{
    Followed, Shared,
    screens::{Waiting, confirmed, refuse, stopping},
};
use crate::tasks::fleet::{NotIntroduced, Request};

/// What is accepted.
#[derive(Deserialize)]
pub(super) struct Accepting {
    #[serde(default)]
    let_content_fall: bool,
}

/// Whose signatures count: public keys, as a keyring file.
pub(super) async fn standing(State(shared): State<Shared>) -> String {
    shared.views.keyring.borrow().to_toml()
}

/// Sends out a keyring that people with root keys have signed.
pub(super) async fn introduce(
    State(shared): State<Shared>,
    Query(waiting): Query<Waiting>,
    Query(Accepting { let_content_fall }): Query<Accepting>,
    bytes: Bytes,
) -> Response {
    let (answer, answered) = oneshot::channel();
    let request = Request::Introduce { bytes, let_content_fall, answer };
    if shared.views.requests.send(request).await.is_err() {
        return stopping();
    }
    confirmed(answered, &waiting, |milliseconds| Followed::Followed { milliseconds }, Followed::Waiting).await
}

impl IntoResponse for NotIntroduced {
    fn into_response(self) -> Response {
        let (code, reason) = match &self {
            Self::Refused(refused @ RefusedKeyring::Rollback { .. }) => {
                (StatusCode::CONFLICT, refused.code())
            }
            Self::Refused(refused) => (StatusCode::UNPROCESSABLE_ENTITY, refused.code()),
            Self::ContentWouldFall(_) => (StatusCode::CONFLICT, "content-would-fall"),
            Self::Storage(_) => (StatusCode::INSUFFICIENT_STORAGE, "storage"),
        };
        refuse(code, reason, self.to_string())
    }
}
