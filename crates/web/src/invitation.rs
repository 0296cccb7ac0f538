//! Opening an account for somebody, and the code with which he sets how he signs in.

use crate::{context::Context, visit::random_text};
use chrono::TimeDelta;
use store::{NewPerson, StoreError, sha256};

/// How long an invitation can be used.
const VALID_DAYS: i64 = 7;

/// A code as it is handed over: four groups of letters. A hundred random bits.
pub struct Code(String);

impl Code {
    /// A new code.
    fn new(context: &Context) -> Self {
        Self(random_text::<20>(context.city.host.chance))
    }

    /// As it is printed.
    pub fn printed(&self) -> String {
        let letters = self.0.as_bytes().chunks(5).map(|group| String::from_utf8_lossy(group));
        letters.collect::<Vec<_>>().join("-")
    }
}

/// What the store finds a code by, however it was typed.
pub fn code_hash(typed: &str) -> String {
    let letters: String = typed.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    sha256(letters.as_bytes())
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

/// An identifier of a person or a role.
pub fn new_id(context: &Context) -> String {
    random_text::<16>(context.city.host.chance)
}

/// Opens an account without any role, and invites its person. Answers who he is and the code.
pub async fn open_account(context: &Context, newcomer: Newcomer<'_>) -> Result<(String, Code), StoreError> {
    let person = NewPerson {
        id: new_id(context),
        login: newcomer.login.to_owned(),
        name: newcomer.name.to_owned(),
        phone: newcomer.phone.to_owned(),
        salt: random_text::<26>(context.city.host.chance),
    };
    context.city.store.create_person(&person, &context.deed("")).await?;
    let code = invite(context, &person.id).await?;
    Ok((person.id, code))
}

/// The account that signs in with this login, or one that is opened for it with the code of its invitation.
pub async fn account_of(
    context: &Context,
    newcomer: Newcomer<'_>,
) -> Result<(String, Option<String>), StoreError> {
    if let Some(person) = context.city.store.person_of_login(newcomer.login).await? {
        return Ok((person.id, None));
    }
    let (person, code) = open_account(context, newcomer).await?;
    Ok((person, Some(code.printed())))
}

/// Invites a person anew; earlier codes no longer serve.
pub async fn invite(context: &Context, person: &str) -> Result<Code, StoreError> {
    let code = Code::new(context);
    let deed = context.deed("");
    let expires_at = deed.at + TimeDelta::days(VALID_DAYS);
    context.city.store.invite(person, &code_hash(&code.0), expires_at, &deed).await?;
    Ok(code)
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
