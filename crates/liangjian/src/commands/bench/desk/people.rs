//! Those who ask for pages: they are in the store and have signed in.

use super::super::cases::made::{self, City, MECHANISM};
use crate::machine;
use chrono::{NaiveDate, TimeDelta};
use domain::access::{Area, Capacity, Role};
use edition::Edition;
use identity::secret::{Token, TokenKind};
use store::{Deed, NewGrant, NewPerson, NewSession, Store};

/// The cookies of their sessions.
pub struct People {
    /// At the desk that distributes voices.
    pub coordinator: String,
    /// Of the organisation that has most cases.
    pub clerk: String,
    /// Sees the board.
    pub leader: String,
    /// Of the firm that files most.
    pub large_firm: String,
    /// Of a firm like others.
    pub small_firm: String,
}

/// Opens the accounts and signs them in, new ones at every run.
pub async fn signed_in(store: &Store, edition: &Edition, city: &City) -> anyhow::Result<People> {
    let firm = |number| Capacity::Firm {
        role: Role::FirmOwner,
        firm: made::firm(number),
        scope: vec![Area::Firm, Area::Case],
        until: None,
    };
    let definitions = edition.mechanisms.iter().map(|version| &version.definition);
    let voice = definitions.filter(|mechanism| mechanism.id == MECHANISM);
    let mut desks = voice.flat_map(|mechanism| &mechanism.actors);
    let desk = desks.find(|actor| actor.roles.contains(&Role::Coordinator));
    let desk = desk.and_then(|actor| actor.organization.clone()).unwrap_or_default();
    let office = |role, organization| -> anyhow::Result<Capacity> {
        Ok(Capacity::Office { role, organization, place: "330300".parse()?, until: None })
    };
    Ok(People {
        coordinator: cookie(store, office(Role::Coordinator, desk.clone())?).await?,
        clerk: cookie(store, office(Role::Clerk, city.organization(0))?).await?,
        leader: cookie(store, office(Role::Leader, desk)?).await?,
        large_firm: cookie(store, firm(0)).await?,
        small_firm: cookie(store, firm(4_711)).await?,
    })
}

/// Somebody new who acts in a capacity: the cookie of his session.
async fn cookie(store: &Store, capacity: Capacity) -> anyhow::Result<String> {
    let at = made::now();
    let deed = || Deed { salt: machine::salt(), ..Deed::of_operator(at) };
    let token = Token::random(TokenKind::Session, &mut machine::chance);
    let name = machine::salt()[..16].to_owned();
    let person = NewPerson {
        id: format!("p-{name}"),
        login: format!("bench-{name}"),
        name: "bench".to_owned(),
        phone: String::new(),
        salt: machine::salt(),
    };
    store.create_person(&person, &deed()).await?;
    let grant = NewGrant {
        id: format!("g-{name}"),
        person: person.id.clone(),
        capacity,
        deputy_of: String::new(),
        from_day: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default(),
    };
    store.grant(&grant, &deed()).await?;
    let session = NewSession {
        hash: token.hash(),
        person: person.id,
        acts_by: String::new(),
        is_two_factor: true,
        idle_minutes: 30,
        expires_at: at + TimeDelta::hours(8),
        address: "127.0.0.0/24".to_owned(),
        client: "bench".to_owned(),
    };
    store.open_session(&session, &deed()).await?;
    let own = Deed { actor: session.person.clone(), ..deed() };
    anyhow::ensure!(store.act_by(&session.hash, &grant.id, &own).await?, "nobody acts in a role of his own");
    Ok(format!("__Host-session={}", token.expose_text()))
}
