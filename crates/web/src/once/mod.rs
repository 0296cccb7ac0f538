//! A form that is sent again gets the answer it got the first time, and has no second effect.
//!
//! Its key is the token every form bears, new for each form of each page; a script may name another in the header
//! `Idempotency-Key`. All that the handler changes is one transaction, and the answer is kept in it, sealed with the
//! key: who has the database alone cannot read it. Twins that are sent at the same moment wait for the first. What
//! changed nothing is not kept: it may be sent again and is looked at anew.

mod flights;

pub use flights::Flights;

use crate::{City, error::PageError, form_token, multipart, visit::Visit};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::Response,
};
use identity::sealed::SealingKey;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Answer, Once, Submission, sha256};

/// Name of the header.
pub const HEADER: &str = "idempotency-key";
const KEY_LETTERS_MAX: usize = 128;
/// Most bytes of an answer that is kept.
const ANSWER_BYTES_MAX: usize = 384 << 10;
/// What answers are sealed for.
const PURPOSE: &str = "answer to a form";

/// Headers that are kept with an answer; all others are made anew.
const KEPT: [HeaderName; 5] = [
    header::CONTENT_TYPE,
    header::LOCATION,
    header::SET_COOKIE,
    header::CONTENT_DISPOSITION,
    HeaderName::from_static("clear-site-data"),
];

/// A form that was sent, perhaps not for the first time.
pub struct Sent {
    submission: Submission,
    sealing: SealingKey,
    /// Whether a program named the key: it is told at once where its twin is being worked on.
    pub is_named: bool,
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    headers: Vec<(String, String)>,
    body: String,
}

/// An answer that was given before.
pub struct Before {
    /// The answer.
    pub response: Response,
    /// Whether it gave the browser another session, or took it away: then whoever repeats the form can no longer be
    /// known by the cookie it was sent with, and yet must get it.
    pub has_changed_session: bool,
}

impl Sent {
    /// Reads what was sent with a token that holds.
    pub fn read(city: &City, visit: &Visit, parts: &Parts, body: &[u8]) -> Result<Self, PageError> {
        let named = named_key(&parts.headers)?;
        let token = form_token::carried(&parts.headers, body);
        let (key, tie) = (named.unwrap_or(token), visit.tied_to().unwrap_or_default());
        let mut asked = format!("{} {}\n", parts.method, parts.uri).into_bytes();
        asked.extend_from_slice(&without_token(&parts.headers, body));
        Ok(Self {
            submission: Submission {
                principal: sha256(tie.as_bytes()),
                key: sha256(key.as_bytes()),
                // With the key of the service: forms hold passwords, and a plain digest could be guessed at.
                request_sha256: sha256(&city.host.secret.seal(&[
                    b"what was asked",
                    tie.as_bytes(),
                    key.as_bytes(),
                    &asked,
                ])),
                has_money: false,
                at: (city.host.now)(),
            },
            sealing: SealingKey::new(&city.host.secret.seal(&[
                b"kept answer",
                tie.as_bytes(),
                key.as_bytes(),
            ])),
            is_named: named.is_some(),
        })
    }

    /// By what twins know each other.
    pub fn name(&self) -> String {
        format!("{}{}", self.submission.principal, self.submission.key)
    }

    /// The answer that was given before, where there is one.
    pub async fn answered(&self, city: &City) -> Result<Option<Before>, PageError> {
        match city.store.answered(&self.submission).await? {
            None => Ok(None),
            Some(Once::Done(answer) | Once::Replayed(answer)) => self.opened(&answer).map(Some),
            Some(Once::Mismatch) => Err(PageError::OtherContents),
        }
    }

    /// Lets the handler answer, and keeps what it changes together with its answer.
    pub async fn answer(&self, city: &City, mut request: Request, next: Next) -> Result<Response, PageError> {
        let store = city.store.joined(self.submission.clone())?;
        let joined = City { store: store.clone(), ..city.clone() };
        request.extensions_mut().insert(Arc::new(joined));
        let response = next.run(request).await;
        let is_good = !(response.status().is_client_error() || response.status().is_server_error());
        let (parts, body) = response.into_parts();
        let body = if is_good { whole(body).await? } else { return self.failed(&store, parts, body).await };
        let answer = self.sealed(city, &parts, &body)?;
        match store.settle(Some(&answer)).await? {
            None | Some(Once::Done(_)) => Ok(Response::from_parts(parts, Body::from(body))),
            Some(Once::Replayed(answer)) => Ok(self.opened(&answer)?.response),
            Some(Once::Mismatch) => Err(PageError::OtherContents),
        }
    }

    /// An answer that tells of a failure is not kept, and neither is what was changed before it; unless another node
    /// was first, which is why it failed.
    async fn failed(
        &self,
        store: &store::Store,
        parts: axum::http::response::Parts,
        body: Body,
    ) -> Result<Response, PageError> {
        match store.settle(None).await? {
            Some(Once::Replayed(answer)) => Ok(self.opened(&answer)?.response),
            Some(Once::Mismatch) => Err(PageError::OtherContents),
            None | Some(Once::Done(_)) => Ok(Response::from_parts(parts, body)),
        }
    }

    fn sealed(
        &self,
        city: &City,
        parts: &axum::http::response::Parts,
        body: &Bytes,
    ) -> Result<Answer, PageError> {
        let kept = parts.headers.iter().filter(|(name, _)| KEPT.contains(name));
        let headers = kept.map(|(name, value)| {
            let value = value.to_str().map_err(|error| PageError::broken(&error))?;
            Ok((name.as_str().to_owned(), value.to_owned()))
        });
        let body = std::str::from_utf8(body).map_err(|error| PageError::broken(&error))?.to_owned();
        let kept = Kept { headers: headers.collect::<Result<_, PageError>>()?, body };
        let text = serde_json::to_vec(&kept).map_err(|error| PageError::broken(&error))?;
        let mut chance = city.host.chance;
        let status = i64::from(parts.status.as_u16());
        Ok(Answer { status, body: self.sealing.seal(&text, PURPOSE, &mut chance) })
    }

    fn opened(&self, answer: &Answer) -> Result<Before, PageError> {
        let lost =
            || PageError::broken(&"a kept answer cannot be opened: is this the secret.key of these data?");
        let text = self.sealing.open(&answer.body, PURPOSE).ok_or_else(lost)?;
        let kept: Kept =
            serde_json::from_slice(text.expose_bytes()).map_err(|error| PageError::broken(&error))?;
        let mut response = Response::new(Body::from(kept.body));
        let status = u16::try_from(answer.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        *response.status_mut() = status.ok_or_else(lost)?;
        for (name, value) in &kept.headers {
            let (name, value) = (HeaderName::try_from(name), HeaderValue::try_from(value));
            let (Ok(name), Ok(value)) = (name, value) else { return Err(lost()) };
            response.headers_mut().append(name, value);
        }
        let mut cookies = response.headers().get_all(header::SET_COOKIE).iter();
        let has_changed_session =
            cookies.any(|one| one.as_bytes().windows(8).any(|part| part == b"session="));
        Ok(Before { response, has_changed_session })
    }
}

async fn whole(body: Body) -> Result<Bytes, PageError> {
    to_bytes(body, ANSWER_BYTES_MAX).await.map_err(|error| PageError::broken(&error))
}

/// The key a program names: text in double quotes, as structured headers write it.
fn named_key(headers: &HeaderMap) -> Result<Option<&str>, PageError> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"'));
    let is_key = |text: &&str| {
        (1..=KEY_LETTERS_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
    };
    match (text.filter(is_key), values.next()) {
        (Some(key), None) => Ok(Some(key)),
        _ => Err(PageError::Key),
    }
}

/// The body without its token: the same form asks for the same, whichever page it stood on.
fn without_token(headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    if let Some(parts) = multipart::boundary(headers).and_then(|boundary| multipart::parts(boundary, body)) {
        return of_parts(&parts);
    }
    let prefix = format!("{}=", form_token::FIELD);
    let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.starts_with(prefix.as_bytes()));
    pairs.collect::<Vec<_>>().join(&b'&')
}

/// What the parts of a form with files say. Browsers put another boundary between them each time, which says nothing.
fn of_parts(parts: &[multipart::Part<'_>]) -> Vec<u8> {
    let mut said = Vec::new();
    for part in parts.iter().filter(|part| part.name != form_token::FIELD) {
        let name = part.file_name.map_or_else(String::new, |name| format!("file {name:?}"));
        said.extend_from_slice(format!("{:?} {name} {}\n", part.name, sha256(part.bytes)).as_bytes());
    }
    said
}

#[cfg(test)]
mod tests;
