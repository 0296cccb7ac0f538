//! `liangjian account …`: what whoever runs the machine does for accounts, before anybody can sign in and afterwards.
//!
//! There are no accounts to begin with and no passwords that come with the program. Each account is opened with a code
//! that is printed once; its person sets how he signs in with it. Every step is an event by `operator`.

mod opening;

use super::{Context, audit, place::Place, printed};
use crate::machine;
use anyhow::{anyhow, bail};
use serde::Serialize;
use std::fmt::Write as _;
use store::{Deed, Person, PersonState, Purpose, Store};
use web::{Code, Registrar, masked_name};

/// So many people are read at a time.
const PAGE: u32 = 500;

/// Arguments of `account`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// First run: open the accounts of the three administrators, while there are no people.
    Administrators(opening::Administrators),
    /// Open an account, with a role or without, and print its invitation.
    Create(opening::Create),
    /// Invite somebody anew, who lost every way to sign in; earlier invitations end.
    Invite(OfLogin),
    /// Close an account: its roles and sessions end at once.
    Close(OfLogin),
    /// The accounts there are, with masked names.
    List(Place),
}

/// Arguments of what is done with one account.
#[derive(clap::Args)]
struct OfLogin {
    /// What the person signs in with.
    login: String,
    #[command(flatten)]
    place: Place,
}

/// An account that was opened, or invited anew, with its code: it is shown here and nowhere else.
#[derive(Serialize)]
struct Invited {
    login: String,
    role: Option<&'static str>,
    code: String,
}

/// A line of `account list`.
#[derive(Serialize)]
struct Line {
    login: String,
    name: String,
    state: PersonState,
    roles: Vec<&'static str>,
}

/// Does it, and prints what came of it.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let (json, text) = match &arguments.action {
        Action::Administrators(wanted) => told(&opening::administrators(context, wanted)?)?,
        Action::Create(wanted) => told(&[opening::create(context, wanted)?])?,
        Action::Invite(of) => told(&[invite(of)?])?,
        Action::Close(of) => {
            close(of)?;
            (serde_json::json!({ "closed": of.login }).to_string(), format!("{} closed\n", of.login))
        }
        Action::List(place) => listed(&list(place)?)?,
    };
    printed(&if context.json { json + "\n" } else { text })?;
    Ok(true)
}

fn told(invited: &[Invited]) -> anyhow::Result<(String, String)> {
    let mut text = String::new();
    for one in invited {
        let _ = writeln!(text, "{:<24} {:<24} {}", one.login, one.role.unwrap_or("-"), one.code);
    }
    text.push_str(
        "each code is shown this once and serves for 7 days: hand it over, to be typed at /invitation\n",
    );
    Ok((serde_json::to_string_pretty(invited)?, text))
}

fn listed(lines: &[Line]) -> anyhow::Result<(String, String)> {
    let mut text = String::new();
    for line in lines {
        let state = serde_json::to_value(line.state)?;
        let (state, roles) = (state.as_str().unwrap_or_default(), line.roles.join(" "));
        let _ = writeln!(text, "{:<24} {:<8} {state:<8} {roles}", line.login, line.name);
    }
    let _ = writeln!(text, "{} accounts", lines.len());
    Ok((serde_json::to_string_pretty(lines)?, text))
}

/// Opens the store to change accounts in it: a demo makes its own people.
async fn open(place: &Place) -> anyhow::Result<Store> {
    let store = Store::open(&place.location()).await?;
    if store.purpose().await? == Some(Purpose::Demo) {
        let data = place.data.display();
        bail!("a demo has no accounts of real people · {data} · name the folder of the service with --data")
    }
    store.believe_clock(machine::now()).await?;
    Ok(store)
}

fn registrar(store: &Store) -> Registrar<'_> {
    let deed = Deed { salt: machine::salt(), ..Deed::of_operator(machine::now()) };
    Registrar { store, chance: machine::chance, deed }
}

/// The person with this login.
async fn person(store: &Store, login: &str) -> anyhow::Result<Person> {
    let found = store.person_of_login(login).await?;
    let open = found.filter(|person| person.state == PersonState::Open);
    open.ok_or_else(|| {
        anyhow!("no open account has this login · {login} · `liangjian account list` names all")
    })
}

#[tokio::main(flavor = "current_thread")]
async fn invite(of: &OfLogin) -> anyhow::Result<Invited> {
    let store = open(&of.place).await?;
    let person = person(&store, &of.login).await?;
    let code = registrar(&store).invite(&person.id).await?;
    finish(&store, &of.place).await?;
    Ok(invited(&person.login, None, &code))
}

#[tokio::main(flavor = "current_thread")]
async fn close(of: &OfLogin) -> anyhow::Result<()> {
    let store = open(&of.place).await?;
    let person = person(&store, &of.login).await?;
    store.close_person(&person.id, &Deed::of_operator(machine::now())).await?;
    finish(&store, &of.place).await
}

#[tokio::main(flavor = "current_thread")]
async fn list(place: &Place) -> anyhow::Result<Vec<Line>> {
    let store = Store::open_to_verify(&place.location()).await?;
    let (mut lines, mut after) = (Vec::new(), String::new());
    loop {
        let people = store.people("", &after, PAGE).await?;
        let Some(last) = people.last() else { break };
        after.clone_from(&last.login);
        for person in people {
            let grants = store.grants_of_person(&person.id).await?;
            let held = grants.iter().filter(|grant| grant.ended_at.is_none());
            let roles =
                held.filter_map(|grant| grant.capacity.role()).map(domain::access::Role::name).collect();
            lines.push(Line {
                name: masked_name(&person.name),
                login: person.login,
                state: person.state,
                roles,
            });
        }
    }
    store.close().await;
    Ok(lines)
}

fn invited(login: &str, role: Option<&'static str>, code: &Code) -> Invited {
    Invited { login: login.to_owned(), role, code: code.printed() }
}

/// Vouches for what was written, and closes.
async fn finish(store: &Store, place: &Place) -> anyhow::Result<()> {
    audit::vouch(store, place).await?;
    store.close().await;
    Ok(())
}
