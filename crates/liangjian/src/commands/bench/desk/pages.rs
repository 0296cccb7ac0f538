//! The pages that are asked for, one after the other.

use super::super::{
    cases::made::{City, MECHANISM, common},
    client::Client,
    timing::{Times, timed},
};
use super::{PageTime, People};
use std::net::SocketAddr;

/// Requests that are not counted, besides the first.
const UNCOUNTED: usize = 2;
/// The page of a list that is asked for besides the first.
const FAR: usize = 5;

/// Measures every page.
pub fn measure(
    host: SocketAddr,
    people: &People,
    city: &City,
    times: usize,
) -> anyhow::Result<Vec<PageTime>> {
    let mut measured = Vec::new();
    let mut ask = |(who, cookie): (&'static str, &String), addresses: &[String]| -> anyhow::Result<()> {
        // A connection on which nothing is asked for a while is closed.
        let mut client = Client::with_cookie(host, cookie.clone())?;
        measured.push(page(&mut client, who, addresses, times)?);
        Ok(())
    };
    let desk = ("desk", &people.coordinator);
    let far = far(&mut Client::with_cookie(host, desk.1.clone())?, "/desk?of=desk&tab=open")?;
    for what in of_desk(city).into_iter().chain([far]) {
        ask(desk, &[what])?;
    }
    for what in of_clerk() {
        ask(("clerk", &people.clerk), &[what])?;
    }
    for what in ["/desk", "/board"] {
        ask(("leader", &people.leader), &[what.to_owned()])?;
    }
    for firm in [("large firm", &people.large_firm), ("small firm", &people.small_firm)] {
        for what in of_firm() {
            ask(firm, &[what])?;
        }
    }
    // Most of those who look at a case look at one that runs.
    let cases: Vec<String> = (0..times as u64)
        .map(|number| city.voice(city.cases - 1 - number * city.open / (times as u64 + 1)))
        .map(|number| format!("/cases/{number}"))
        .collect();
    ask(desk, &cases)?;
    ask(("visitor", &String::new()), &["/voice/figures".to_owned()])?;
    Ok(measured)
}

fn of_desk(city: &City) -> Vec<String> {
    let mut pages: Vec<String> = [
        "/desk", "/desk?tab=open", "/desk?of=desk&tab=open", "/desk?of=desk&tab=overdue",
        "/desk?of=desk&tab=ended",
    ]
    .map(str::to_owned)
    .into();
    let of_mechanism = format!("/desk?of=desk&tab=open&mechanism={MECHANISM}");
    pages.push(format!("{of_mechanism}&stage=handling"));
    let last = city.organizations.last().map_or("", String::as_str);
    for (tab, unit) in [("open", city.organization(0).as_str()), ("open", last), ("ended", last)] {
        pages.push(format!("/desk?of=desk&tab={tab}&unit={unit}"));
    }
    pages.push(of_mechanism);
    for word in common() {
        for tab in ["open", "ended"] {
            pages.push(format!("/desk?of=desk&tab={tab}&q={}", encoded(&word)));
        }
    }
    pages.push("/board".to_owned());
    pages
}

fn of_clerk() -> Vec<String> {
    let pages = ["/desk", "/desk?tab=open", "/desk?of=unit&tab=overdue", "/desk?of=unit&tab=ended"];
    let searches = common().map(|word| format!("/desk?of=unit&tab=ended&q={}", encoded(&word)));
    let role = format!("/desk?tab=open&mechanism={MECHANISM}");
    pages.into_iter().map(str::to_owned).chain([role]).chain(searches).collect()
}

fn of_firm() -> Vec<String> {
    let search = format!("/cases?ended=1&q={}", encoded(&common()[0]));
    let form = format!("/cases/new/{MECHANISM}");
    vec!["/cases".to_owned(), "/cases?ended=1".to_owned(), search, "/cases/new".to_owned(), form]
}

/// A text as it stands in an address.
pub fn encoded(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(letter).collect()
}

/// The address of a page far behind the first.
fn far(client: &mut Client, first: &str) -> anyhow::Result<String> {
    let mut address = first.to_owned();
    for _ in 1..FAR {
        let body = String::from_utf8_lossy(&client.page(&address)?.body).replace("&#38;", "&");
        let next = body.split("href=\"").find_map(|rest| {
            let link = rest.split('"').next()?;
            let is_next = link.starts_with("/desk?") && link.contains("after=") && !link.contains("lang=");
            is_next.then(|| link.to_owned())
        });
        // Where there are few cases, the last page is far enough.
        let Some(next) = next else { break };
        address = next;
    }
    Ok(address)
}

/// Asks for pages of one sort in turn.
fn page(
    client: &mut Client,
    who: &'static str,
    addresses: &[String],
    times: usize,
) -> anyhow::Result<PageTime> {
    let mut rounds = addresses.iter().cycle();
    let mut ask = || {
        let address = rounds.next().map_or("/", String::as_str);
        let (bytes, time) = timed(|| client.get(address));
        bytes.map(|bytes| (bytes, time))
    };
    let (bytes, first) = ask()?;
    for _ in 0..UNCOUNTED {
        ask()?;
    }
    let mut measured = Vec::with_capacity(times);
    for _ in 0..times {
        measured.push(ask()?.1);
    }
    let what = match addresses {
        [one] => one.clone(),
        _ => "/cases/{number}, one after the other".to_owned(),
    };
    Ok(PageTime::of(who, what, (first, measured), bytes))
}

impl PageTime {
    /// Of the times that were measured.
    pub fn of(
        who: &'static str,
        what: String,
        (first, times): (std::time::Duration, Vec<std::time::Duration>),
        bytes: usize,
    ) -> Self {
        let (first, times) = (Times::new(vec![first]), Times::new(times));
        Self {
            who,
            what,
            first_ms: first.median_milliseconds(),
            median_ms: times.median_milliseconds(),
            p99_ms: times.percentile_milliseconds(99),
            bytes,
        }
    }
}
