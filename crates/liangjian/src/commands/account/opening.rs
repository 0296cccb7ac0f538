//! `liangjian account administrators` and `create`: accounts that are opened, with the role they begin with.

use super::{Invited, finish, invited, open, registrar};
use crate::{
    commands::{Context, place::Place, serve},
    machine,
};
use anyhow::{anyhow, bail};
use domain::{
    access::{Area, Capacity, Role},
    account_name::login_key,
    credit_code,
};
use edition::Edition;
use store::{Answer, NewGrant, Purpose, Store, Submission};
use web::{Newcomer, Registrar};

/// Arguments of `account administrators`.
#[derive(clap::Args)]
pub struct Administrators {
    /// Login of the one who keeps the system running and opens accounts.
    #[arg(long, value_name = "LOGIN", default_value = "system")]
    system: String,
    /// Login of the one who grants and ends roles.
    #[arg(long, value_name = "LOGIN", default_value = "security")]
    security: String,
    /// Login of the one who reads the trail.
    #[arg(long, value_name = "LOGIN", default_value = "audit")]
    audit: String,
    /// Identifier of the organisation they belong to; without it the first of the edition.
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
    /// The edition that names the organisations.
    #[arg(long, value_name = "ID", default_value = "wenzhou")]
    edition: String,
    #[command(flatten)]
    place: Place,
}

/// Arguments of `account create`.
#[derive(clap::Args)]
pub struct Create {
    /// What the person will sign in with.
    #[arg(long)]
    login: String,
    /// The name.
    #[arg(long)]
    name: String,
    /// A role to begin with, such as `clerk`; `firm-owner` where a firm is named.
    #[arg(long)]
    role: Option<String>,
    /// Identifier of the organisation in which the role is held.
    #[arg(long, value_name = "ID", conflicts_with = "firm")]
    organization: Option<String>,
    /// Code of the division up to which the role reaches; without it that of the city.
    #[arg(long = "reach", visible_alias = "place", value_name = "CODE", requires = "organization")]
    division: Option<String>,
    /// Unified social credit code of the firm for which the role is held.
    #[arg(long, value_name = "CODE")]
    firm: Option<String>,
    /// The edition that names the organisations.
    #[arg(long, value_name = "ID", default_value = "wenzhou")]
    edition: String,
    #[command(flatten)]
    place: Place,
}

/// Opens the accounts of the three administrators, while there are no people.
#[tokio::main(flavor = "current_thread")]
pub async fn administrators(context: &Context, wanted: &Administrators) -> anyhow::Result<Vec<Invited>> {
    let edition = edition(context, &wanted.edition)?;
    let logins = [&wanted.system, &wanted.security, &wanted.audit].map(|login| login_key(login));
    if logins[0] == logins[1] || logins[1] == logins[2] || logins[0] == logins[2] {
        bail!("nobody holds two of the three roles · {} · give three logins", logins.join(" "));
    }
    let store = open(&wanted.place).await?;
    let whole = as_one(&store)?;
    let registrar = registrar(&whole);
    // The first step: nobody else can open accounts until the last.
    store.begin(Purpose::Service, &registrar.deed).await?;
    if !whole.has_no_people().await? {
        let data = wanted.place.data.display();
        bail!(
            "there are people already, and administrators are opened this way only before · {data} · use `liangjian account create --role …`, or `invite` for who lost the way in"
        )
    }
    let roles = [Role::SystemAdministrator, Role::SecurityAdministrator, Role::AuditAdministrator];
    let mut codes = Vec::new();
    for (login, role) in logins.iter().zip(roles) {
        let capacity = office(&edition, role, (wanted.organization.as_deref(), None))?;
        codes.push(appointed(&registrar, (login, role.name()), Some(capacity)).await?);
    }
    keep(&whole).await?;
    finish(&store, &wanted.place).await?;
    Ok(codes)
}

/// Opens one account.
#[tokio::main(flavor = "current_thread")]
pub async fn create(context: &Context, wanted: &Create) -> anyhow::Result<Invited> {
    // All that can be refused is, before anything is written.
    let capacity = capacity(context, wanted)?;
    let store: Store = open(&wanted.place).await?;
    let whole = as_one(&store)?;
    let registrar = registrar(&whole);
    store.begin(Purpose::Service, &registrar.deed).await?;
    let invited = appointed(&registrar, (&wanted.login, &wanted.name), capacity).await?;
    keep(&whole).await?;
    finish(&store, &wanted.place).await?;
    Ok(invited)
}

/// The same store, where all changes of this command are one: they are kept together, or none is.
fn as_one(store: &Store) -> anyhow::Result<Store> {
    let mut key = [0; 16];
    machine::chance(&mut key);
    let key = store::sha256(&key);
    let (principal, request_sha256) = ("operator".to_owned(), key.clone());
    let submission = Submission { principal, key, request_sha256, has_money: false, at: machine::now() };
    Ok(store.joined(submission)?)
}

/// Keeps them. The codes are printed and kept nowhere, so the answer is empty.
async fn keep(whole: &Store) -> anyhow::Result<()> {
    whole.settle(Some(&Answer { status: 0, body: String::new() })).await?;
    Ok(())
}

/// Opens an account and grants its first role.
async fn appointed(
    registrar: &Registrar<'_>,
    (login, name): (&str, &str),
    capacity: Option<Capacity>,
) -> anyhow::Result<Invited> {
    let (person, code) = registrar.open_account(Newcomer { login, name, phone: "" }).await?;
    let role = capacity.as_ref().and_then(Capacity::role);
    if let Some(capacity) = capacity {
        let grant = NewGrant {
            id: registrar.new_id(),
            person,
            capacity,
            deputy_of: String::new(),
            from_day: serve::today(),
        };
        registrar.store.grant(&grant, &registrar.deed).await?;
    }
    Ok(invited(&login_key(login), role.map(Role::name), &code))
}

/// What the person begins as; nothing where no role is named.
fn capacity(context: &Context, wanted: &Create) -> anyhow::Result<Option<Capacity>> {
    let firm_owner = wanted.firm.is_some().then_some(Role::FirmOwner.name());
    let Some(name) = wanted.role.as_deref().or(firm_owner) else {
        return match &wanted.organization {
            Some(id) => Err(anyhow!("an organisation without a role says nothing · {id} · add --role")),
            None => Ok(None),
        };
    };
    let role = Role::named(name).ok_or_else(|| {
        anyhow!("there is no such role · {name} · write one of: {}", Role::ALL.map(Role::name).join(" "))
    })?;
    match &wanted.firm {
        Some(code) if role.is_of_firm() => {
            if credit_code::check(code).is_err() {
                bail!("this is no unified social credit code · {code} · copy all 18 places of it")
            }
            Ok(Some(Capacity::Firm {
                role,
                firm: code.clone(),
                scope: vec![Area::Firm, Area::Case],
                until: None,
            }))
        }
        None if !role.is_of_firm() => {
            let edition = edition(context, &wanted.edition)?;
            let Some(id) = &wanted.organization else {
                bail!("the role is held in an organisation · {name} · name it with --organization")
            };
            office(&edition, role, (Some(id), wanted.division.as_deref())).map(Some)
        }
        _ => bail!(
            "the role does not go with it · {name} · owners and agents need --firm, all others --organization"
        ),
    }
}

/// An office of an organisation of the edition, which reaches as far as a division.
fn office(
    edition: &Edition,
    role: Role,
    (organization, division): (Option<&str>, Option<&str>),
) -> anyhow::Result<Capacity> {
    let mut all = edition.organizations.iter();
    let found = match organization {
        Some(id) => all.find(|one| one.id == id),
        None => all.next(),
    };
    let Some(found) = found else {
        let id = organization.unwrap_or("none");
        bail!("the edition has no such organisation · {id} · its file organizations.toml names all")
    };
    let code = division.unwrap_or(&edition.division_code);
    let place = code.parse().map_err(|_| {
        anyhow!("this is no code of a division · {code} · write two, four or six digits, such as 330302")
    })?;
    Ok(Capacity::Office { role, organization: found.id.clone(), place, until: None })
}

fn edition(context: &Context, id: &str) -> anyhow::Result<Edition> {
    let loaded = edition::load(&crate::editions::tree(context)?, id);
    match loaded.problems.first() {
        None => Ok(loaded.edition),
        Some(first) => Err(anyhow!("the edition has problems · {first} · `liangjian check {id}` lists all")),
    }
}
