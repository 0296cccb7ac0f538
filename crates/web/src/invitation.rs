//! Opening an account for somebody, and the code with which he sets how he signs in.

use crate::{context::Context, visit::random_text};
use chrono::TimeDelta;
use domain::access::{Capacity, Resource};
use identity::secret::token_hash;
use store::{Deed, NewOffer, NewPerson, Offer, Store, StoreError};

/// How long an invitation can be used.
const VALID_DAYS: i64 = 7;

/// A code as it is handed over: four groups of letters. A hundred random bits.
pub struct Code(String);

impl Code {
    /// As it is printed.
    pub fn printed(&self) -> String {
        let letters = self.0.as_bytes().chunks(5).map(|group| String::from_utf8_lossy(group));
        letters.collect::<Vec<_>>().join("-")
    }
}

/// What the store finds a code by, however it was typed.
pub fn code_hash(typed: &str) -> String {
    let letters: String = typed.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    token_hash(&letters)
}

/// Whom an account is opened for.
#[derive(Clone, Copy)]
pub struct Newcomer<'a> {
    /// What he will sign in with.
    pub login: &'a str,
    /// His name.
    pub name: &'a str,
    /// His telephone number, or empty.
    pub phone: &'a str,
}

/// Opens accounts and invites people: on a page, or by a command on the machine.
pub struct Registrar<'a> {
    /// Where the accounts are.
    pub store: &'a Store,
    /// Fills bytes that nobody can guess.
    pub chance: fn(&mut [u8]),
    /// Who does it, and when.
    pub deed: Deed,
}

impl Registrar<'_> {
    /// An identifier of a person or a role.
    pub fn new_id(&self) -> String {
        random_text::<16>(self.chance)
    }

    /// Opens an account without any role, and invites its person. Answers who he is and the code.
    pub async fn open_account(&self, newcomer: Newcomer<'_>) -> Result<(String, Code), StoreError> {
        let person = NewPerson {
            id: self.new_id(),
            login: newcomer.login.to_owned(),
            name: newcomer.name.to_owned(),
            phone: newcomer.phone.to_owned(),
            salt: random_text::<26>(self.chance),
        };
        self.store.create_person(&person, &self.deed).await?;
        let code = self.invite(&person.id).await?;
        Ok((person.id, code))
    }

    /// Invites a person anew; earlier codes no longer serve.
    pub async fn invite(&self, person: &str) -> Result<Code, StoreError> {
        let code = Code(random_text::<20>(self.chance));
        let expires_at = self.deed.at + TimeDelta::days(VALID_DAYS);
        self.store.invite(person, &code_hash(&code.0), expires_at, &self.deed).await?;
        Ok(code)
    }
}

fn registrar(context: &Context) -> Registrar<'_> {
    let city = &context.city;
    Registrar { store: &city.store, chance: city.host.chance, deed: context.deed("") }
}

/// An identifier of a person or a role.
pub fn new_id(context: &Context) -> String {
    registrar(context).new_id()
}

/// Opens an account on a page.
pub async fn open_account(context: &Context, newcomer: Newcomer<'_>) -> Result<(String, Code), StoreError> {
    registrar(context).open_account(newcomer).await
}

/// Offers a role of a firm to whoever signs in with a login, and answers with the code that accepts it. The same is
/// done and written whether or not anybody does, and nobody holds the role before he has typed the code.
pub async fn offer(
    context: &Context,
    newcomer: Newcomer<'_>,
    (capacity, deputy_of): (Capacity, &str),
    reason: &str,
) -> Result<String, StoreError> {
    let code = Code(random_text::<20>(context.city.host.chance));
    let deed = context.deed(reason);
    let offer = NewOffer {
        id: new_id(context),
        code_hash: code_hash(&code.0),
        login: newcomer.login.to_owned(),
        name: newcomer.name.to_owned(),
        phone: newcomer.phone.to_owned(),
        capacity,
        deputy_of: deputy_of.to_owned(),
        expires_at: deed.at + TimeDelta::days(VALID_DAYS),
    };
    context.city.store.offer(&offer, &deed).await?;
    Ok(code.printed())
}

/// Opens the account an offer is made to, where nobody has its login, and accepts it there.
pub async fn accept_newcomer(context: &Context, offer: &Offer) -> Result<String, StoreError> {
    let store = &context.city.store;
    let mut deed = context.deed("");
    let person = NewPerson {
        id: new_id(context),
        login: offer.login.clone(),
        name: offer.name.clone(),
        phone: offer.phone.clone(),
        salt: random_text::<26>(context.city.host.chance),
    };
    store.create_person(&person, &offer.giving(&deed)).await?;
    deed.actor.clone_from(&person.id);
    deed.acting_as.clear();
    if store.accept_offer(offer, &deed).await? {
        return Ok(person.id);
    }
    // It was withdrawn this moment. Told as a failure, that undoes the account; asked again, the code is one of nothing.
    Err(StoreError::Busy)
}

/// The same object, about the one who signs in with this, where anybody does: nobody uses an office on himself.
pub async fn about_login(context: &Context, resource: Resource, login: &str) -> Result<Resource, StoreError> {
    let person = context.city.store.person_of_login(login).await?;
    Ok(match person {
        Some(person) => resource.about(person.id),
        None => resource,
    })
}

/// Invites a person anew on a page.
pub async fn invite(context: &Context, person: &str) -> Result<Code, StoreError> {
    registrar(context).invite(person).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        let code = Code("0123456789abcdefghjk".to_owned());
        assert_eq!(code.printed(), "01234-56789-abcde-fghjk");
        for typed in ["01234-56789-abcde-fghjk", " 0123456789ABCDEFGHJK ", "01234 56789 abcde fghjk"] {
            assert_eq!(code_hash(typed), code_hash(&code.0));
        }
    }
}
