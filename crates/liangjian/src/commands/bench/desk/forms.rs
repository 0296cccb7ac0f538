//! Forms that change something: a voice is filed, the desk sends it to a unit.

use super::super::{cases::made::MECHANISM, client::Client, timing::timed};
use super::{PageTime, People, pages::encoded};
use anyhow::{Context as _, bail};
use domain::Language;
use edition::Edition;
use std::{net::SocketAddr, time::Duration};

/// Measures each form as often.
pub fn measure(
    host: SocketAddr,
    people: &People,
    edition: &Edition,
    times: usize,
) -> anyhow::Result<Vec<PageTime>> {
    let mut firm = Client::with_cookie(host, people.small_firm.clone())?;
    let mut desk = Client::with_cookie(host, people.coordinator.clone())?;
    let unit = edition.organizations.first().map(|one| one.name.get(Language::Zh)).unwrap_or_default();
    let (mut filed, mut sent, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..=times {
        let (case, time) = file(&mut firm)?;
        filed.push(time);
        sent.push(dispatch(&mut desk, &case, unit)?);
        let (page, time) = timed(|| firm.get(&case));
        seen.push((page?, time));
    }
    let bytes = seen.first().map_or(0, |(bytes, _)| *bytes);
    let of = |who, what: String, mut times: Vec<Duration>, bytes| {
        let first = times.remove(0);
        PageTime::of(who, what, (first, times), bytes)
    };
    Ok(vec![
        of("small firm", format!("a form to /cases/new/{MECHANISM}"), filed, 0),
        of("desk", "a form to /cases/{number}/steps".to_owned(), sent, 0),
        of(
            "small firm",
            "/cases/{number} of what was filed".to_owned(),
            seen.into_iter().map(|one| one.1).collect(),
            bytes,
        ),
    ])
}

/// Files a voice; its address, and how long the form took.
pub fn file(firm: &mut Client) -> anyhow::Result<(String, Duration)> {
    let address = format!("/cases/new/{MECHANISM}");
    let token = firm.page(&address)?.field("form_token").context("the form of a voice bears no token")?;
    let typed = [
        ("form_token", token.as_str()),
        ("do", "file"),
        ("f.subject", "厂房用电增容一直没有答复"),
        ("f.account", "去年十月提交申请，至今没有人联系，生产线装好了不能开工。"),
        ("f.voice_kind", "ordinary"),
        ("f.identity", "named"),
    ];
    send(firm, &address, &typed)
}

/// Sends a voice to a unit; how long the form took.
fn dispatch(desk: &mut Client, case: &str, unit: &str) -> anyhow::Result<Duration> {
    let page = desk.page(case)?;
    let [token, revision] = ["form_token", "revision"].map(|name| page.field(name).unwrap_or_default());
    let typed = [
        ("form_token", token.as_str()),
        ("step", "dispatch"),
        ("by", "desk"),
        ("revision", revision.as_str()),
        ("f.unit_in_charge", unit),
        ("f.competence_reason", "职责范围"),
    ];
    Ok(send(desk, &format!("{case}/steps"), &typed)?.1)
}

/// Sends a form that leads to another page when all is well.
fn send(client: &mut Client, address: &str, typed: &[(&str, &str)]) -> anyhow::Result<(String, Duration)> {
    let pairs: Vec<String> = typed.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let (answer, time) = timed(|| client.sent(address, &pairs.join("&")));
    let answer = answer?;
    if answer.status != 303 {
        bail!("the form to {address} was answered with {} · see that it is filled in right", answer.status);
    }
    let case = answer.location.split('?').next().unwrap_or_default().to_owned();
    Ok((case, time))
}
