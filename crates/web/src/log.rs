//! The log: one line of JSON for each request and each fault, with nothing in it that a visitor wrote.
//!
//! The fields of a request are numbers, the number made here, and names from the code; their types leave no room for
//! an address with its query, a cookie, a body or a person. A fault is a sentence of ours or of a library; whatever
//! digits it holds are taken out.

use crate::{error::PageError, host::Host, host::LineSink, visit::Visit};
use axum::{http::Method, response::Response};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use std::{
    cell::Cell,
    future::Future,
    io::{self, Write as _},
    time::Duration,
};
use store::Work;

/// Longest sentence about a fault, in characters.
const FAULT_LENGTH_MAX: usize = 300;
/// So many digits in a row may be a number of a person.
const DIGITS_MAX: usize = 5;

tokio::task_local! {
    /// The request that is being answered, for faults found deep inside.
    static CURRENT: Current;
}

struct Current {
    now: fn() -> DateTime<Utc>,
    log: LineSink,
    id: String,
    passwords: Cell<u32>,
}

/// What answering a request took beside time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Effort {
    /// Statements of the store.
    pub statements: u32,
    /// Its transactions that may write.
    pub writes: u32,
    /// Passwords worked out, each of which takes a core for a while.
    pub passwords: u32,
}

#[derive(Serialize)]
struct RequestLine<'a> {
    time: String,
    event: &'static str,
    id: &'a str,
    method: &'static str,
    route: &'static str,
    status: u16,
    milliseconds: f64,
    #[serde(flatten)]
    effort: Effort,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

#[derive(Serialize)]
struct FaultLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    what: &'a str,
}

/// Answers a request so that faults on the way are written down with its number and its effort is known.
pub async fn within<T>(host: &Host, id: &str, answering: impl Future<Output = T>) -> (T, Effort) {
    let passwords = Cell::new(0);
    let current = Current { now: host.now, log: host.log.clone(), id: id.to_owned(), passwords };
    let counting = async {
        let (answer, Work { statements, writes }) = store::counted(answering).await;
        (answer, Effort { statements, writes, passwords: CURRENT.with(|current| current.passwords.get()) })
    };
    CURRENT.scope(current, counting).await
}

/// Notes that a password is worked out for the request that is being answered.
pub fn note_password() {
    // An error says that it is for no request, as when a command sets one.
    let _ = CURRENT.try_with(|current| current.passwords.set(current.passwords.get() + 1));
}

/// Writes down a request that was answered.
pub fn request(
    host: &Host,
    visit: &Visit,
    method: &Method,
    response: &Response,
    (took, effort): (Duration, Effort),
) {
    let line = RequestLine {
        time: written((host.now)()),
        event: "request",
        id: &visit.id,
        method: name(method),
        route: visit.route.map_or("none", |route| route.path),
        status: response.status().as_u16(),
        effort,
        milliseconds: (took.as_secs_f64() * 1e6).round() / 1e3,
        error: response.extensions().get::<PageError>().map(|error| error.name()),
    };
    if let Ok(line) = serde_json::to_string(&line) {
        (host.log)(&line);
    }
}

/// Writes down a fault; where no request is known, on standard error.
pub fn fault(what: &str) {
    let what = without_numbers(what);
    let known = CURRENT.try_with(|current| {
        let time = Some(written((current.now)()));
        (current.log)(&fault_line(&FaultLine { time, event: "fault", id: Some(&current.id), what: &what }));
    });
    if known.is_err() {
        let line = fault_line(&FaultLine { time: None, event: "fault", id: None, what: &what });
        // Where standard error is closed or full, pages go on all the same.
        let _ = writeln!(io::stderr(), "{line}");
    }
}

fn fault_line(line: &FaultLine) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A method by its name; one that nobody knows is not repeated.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// A sentence whose long numbers are left out, and its end where it is too long.
fn without_numbers(sentence: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for character in sentence.chars().take(FAULT_LENGTH_MAX).chain([' ']) {
        if character.is_numeric() {
            digits.push(character);
            continue;
        }
        let is_long = digits.chars().count() > DIGITS_MAX;
        out.push_str(if is_long { "…" } else { &digits });
        digits.clear();
        out.push(if character.is_control() { ' ' } else { character });
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::without_numbers;

    #[test]
    fn what_may_be_a_number_of_a_person_is_left_out_of_a_fault() {
        let cases = [
            ("code 404 at line 12345", "code 404 at line 12345"),
            ("id 11010100000000 is there", "id … is there"),
            ("１３８０００００００００", "…"),
            ("a\nb 123456", "a b …"),
        ];
        for (sentence, written) in cases {
            assert_eq!(without_numbers(sentence), written);
        }
        assert_eq!(without_numbers(&"x".repeat(999)).len(), 300);
    }
}
