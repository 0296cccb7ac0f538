//! Roles of a firm that are offered: nobody has one before he accepts it, with the code that was handed to him.
//!
//! An offer is made to a login. Whether anybody has it changes nothing in what is done and written, so that whoever
//! offers does not learn it; and a login that was mistyped and is somebody else's gets nothing without the code.

use super::deed::{Deed, stream_of};
use super::grant::{areas, grant_within, scope_text};
use super::vouched::{OfferStanding, Rows, changed, refuse_unvouched};
use super::{NewGrant, day, moment_text, moment_there};
use crate::database::{Transaction, query, within};
use crate::event_log::lock_log;
use crate::{Store, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Area, Capacity, Role};
use domain::account_name::{self, login_key};
use domain::china_time::day_in_china;
use serde_json::json;

/// Kind of the event of an offer that is made.
const OFFERED: &str = "role.offered";

/// A role to be offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOffer {
    /// Identifier, made by chance; also that of the role it becomes.
    pub id: String,
    /// Hash of the code that accepts it.
    pub code_hash: String,
    /// What the one it is made to signs in with, or will.
    pub login: String,
    /// His name, for the account, where one is opened.
    pub name: String,
    /// His telephone number, or empty.
    pub phone: String,
    /// What he would act as for a firm.
    pub capacity: Capacity,
    /// The grant he would stand in for; empty where he is no deputy.
    pub deputy_of: String,
    /// When it lapses.
    pub expires_at: DateTime<Utc>,
}

/// An offer that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Identifier, also of the role it becomes.
    pub id: String,
    /// The login it is made to.
    pub login: String,
    /// The name the giver typed.
    pub name: String,
    /// The telephone number the giver typed, or empty.
    pub phone: String,
    /// The role.
    pub role: Role,
    /// Unified social credit code of the firm.
    pub firm: String,
    /// What an agent may deal with.
    pub scope: Vec<Area>,
    /// The grant he would stand in for; empty where he is no deputy.
    pub deputy_of: String,
    /// Last day of the role.
    pub until: Option<NaiveDate>,
    /// Who made it.
    pub offered_by: String,
    /// In which capacity.
    pub offered_as: String,
    /// By which role.
    pub by_grant: String,
    /// Why.
    pub reason: String,
    /// When.
    pub offered_at: DateTime<Utc>,
    /// When it lapses.
    pub expires_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    login: String,
    name: String,
    phone: String,
    role: String,
    firm: String,
    scope: String,
    deputy_of: String,
    until_day: String,
    offered_by: String,
    offered_as: String,
    by_grant: String,
    reason: String,
    offered_at: String,
    expires_at: String,
}

impl Store {
    /// Offers a role. An open offer of the same role for the same firm to the same login ends.
    pub async fn offer(&self, offer: &NewOffer, deed: &Deed) -> Result<(), StoreError> {
        let (login, name) = (account_name::login(&offer.login)?, account_name::name(&offer.name)?);
        let phone = account_name::phone(&offer.phone)?;
        let Capacity::Firm { role, firm, scope, until } = &offer.capacity else {
            return Err(StoreError::RoleMismatch);
        };
        let standing = OfferStanding {
            id: offer.id.clone(),
            code_hash: offer.code_hash.clone(),
            login,
            name: name.to_owned(),
            phone,
            role: role.name().to_owned(),
            firm: firm.clone(),
            scope: scope_text(scope),
            deputy_of: offer.deputy_of.clone(),
            until_day: until.map_or_else(String::new, |day| day.to_string()),
            offered_by: deed.actor.clone(),
            offered_as: deed.acting_as.clone(),
            by_grant: deed.by_grant.clone(),
            reason: deed.reason.clone(),
            offered_at: moment_text(deed.at),
            expires_at: moment_text(offer.expires_at),
            settled_at: String::new(),
            salt: deed.salt_of(["offer", &offer.id, &offer.code_hash])?,
        };
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let replacing = "UPDATE offer SET settled_at = $4, name = '', phone = ''
                         WHERE login = $1 AND firm = $2 AND role = $3 AND settled_at = ''";
        let binds = [standing.login.as_str(), &standing.firm, &standing.role, &standing.offered_at];
        let replaced: Vec<OfferStanding> = changed(&mut transaction, replacing, &binds).await?;
        let facts = json!({
            "grant": offer.id, "role": standing.role, "firm": firm, "until_day": standing.until_day,
            "expires_at": standing.expires_at,
        });
        let facts = Rows::of(&standing).with(&replaced).beside(facts);
        deed.record(&mut transaction, stream_of_offer(&offer.id), OFFERED, facts).await?;
        insert(&mut transaction, &standing).await?;
        transaction.commit().await
    }

    /// The open offer that a code accepts.
    pub async fn offered(&self, code_hash: &str, now: DateTime<Utc>) -> Result<Option<Offer>, StoreError> {
        Ok(self.offers_where("code_hash = $1", code_hash, now).await?.pop())
    }

    /// The open offer with this identifier.
    pub async fn offer_of_id(&self, id: &str, now: DateTime<Utc>) -> Result<Option<Offer>, StoreError> {
        Ok(self.offers_where("id = $1", id, now).await?.pop())
    }

    /// What is offered to a login, oldest first.
    pub async fn offers_to(&self, login: &str, now: DateTime<Utc>) -> Result<Vec<Offer>, StoreError> {
        self.offers_where("login = $1", &login_key(login), now).await
    }

    /// What is offered for a firm, oldest first.
    pub async fn offers_of_firm(&self, firm: &str, now: DateTime<Utc>) -> Result<Vec<Offer>, StoreError> {
        self.offers_where("firm = $1", firm, now).await
    }

    /// What somebody has offered, oldest first.
    pub async fn offers_by(&self, person: &str, now: DateTime<Utc>) -> Result<Vec<Offer>, StoreError> {
        self.offers_where("offered_by = $1", person, now).await
    }

    async fn offers_where(
        &self,
        condition: &'static str,
        value: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<Offer>, StoreError> {
        let statement = format!(
            "SELECT id, login, name, phone, role, firm, scope, deputy_of, until_day, offered_by, offered_as, by_grant,
                    reason, offered_at, expires_at FROM offer
             WHERE {condition} AND settled_at = '' AND expires_at > $2 ORDER BY offered_at, id"
        );
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(statement))
                .bind(value)
                .bind(moment_text(now))
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(Offer::try_from).collect()
    }

    /// The one who does it accepts an offer, and holds its role from today on, granted by whoever offered it. False
    /// where it is no longer open; refused where whoever made it no longer holds the role by which he did: what an
    /// officer who was dismissed has handed out gives nothing any more.
    pub async fn accept_offer(&self, offer: &Offer, deed: &Deed) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let accepted = (stream_of(&deed.actor), "role.accepted");
        if !settle(&mut transaction, &offer.id, accepted, deed).await? {
            transaction.undo().await?;
            return Ok(false);
        }
        refuse_unbacked(&mut transaction, offer, deed).await?;
        let grant = NewGrant {
            id: offer.id.clone(),
            person: deed.actor.clone(),
            capacity: offer.capacity(),
            deputy_of: offer.deputy_of.clone(),
            from_day: day_in_china(deed.at),
        };
        grant_within(&mut transaction, &grant, &offer.giving(deed)).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The one who does it declines an offer. False where it is no longer open.
    pub async fn decline_offer(&self, id: &str, deed: &Deed) -> Result<bool, StoreError> {
        self.end_offer(id, (stream_of(&deed.actor), "role.declined"), deed).await
    }

    /// Takes an offer back. False where it is no longer open.
    pub async fn withdraw_offer(&self, id: &str, deed: &Deed) -> Result<bool, StoreError> {
        self.end_offer(id, (stream_of_offer(id), "role.withdrawn"), deed).await
    }

    async fn end_offer(&self, id: &str, event: (String, &str), deed: &Deed) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let is_ended = settle(&mut transaction, id, event, deed).await?;
        transaction.commit_if(is_ended).await?;
        Ok(is_ended)
    }
}

/// Ends an offer that is open, with its event; of many at once one finds it so. One that was not made as it stands,
/// or not at all, gives nobody a role.
async fn settle(
    transaction: &mut Transaction,
    id: &str,
    (stream, kind): (String, &str),
    deed: &Deed,
) -> Result<bool, StoreError> {
    lock_log(transaction).await?;
    let at = moment_text(deed.at);
    let open: Option<OfferStanding> = within!(transaction, connection => {
        sqlx::query_as("SELECT * FROM offer WHERE id = $1 AND settled_at = '' AND expires_at > $2")
            .bind(id)
            .bind(&at)
            .fetch_optional(connection)
            .await?
    });
    let Some(open) = open else { return Ok(false) };
    refuse_unvouched(transaction, &stream_of_offer(id), &open).await?;
    let settling = "UPDATE offer SET settled_at = $2, name = '', phone = '' WHERE id = $1";
    let settled: Vec<OfferStanding> = changed(transaction, settling, &[id, &at]).await?;
    let facts = Rows::default().with(&settled).beside(json!({ "grant": id }));
    deed.record(transaction, stream, kind, facts).await?;
    Ok(true)
}

/// Refuses an offer whose giver no longer holds the role by which he made it; whoever offered by none needs none.
async fn refuse_unbacked(
    transaction: &mut Transaction,
    offer: &Offer,
    deed: &Deed,
) -> Result<(), StoreError> {
    let held: Option<String> = within!(transaction, connection => {
        sqlx::query_scalar(
            "SELECT id FROM role_grant WHERE id = $1 AND ended_at = '' AND (until_day = '' OR until_day >= $2)",
        )
        .bind(&offer.by_grant)
        .bind(day_in_china(deed.at).to_string())
        .fetch_optional(connection)
        .await?
    });
    if offer.by_grant.is_empty() || held.is_some() { Ok(()) } else { Err(StoreError::NoGroundForDeputy) }
}

/// The stream of an offer, as long as nobody has accepted it.
fn stream_of_offer(id: &str) -> String {
    format!("offer:{id}")
}

async fn insert(transaction: &mut Transaction, standing: &OfferStanding) -> Result<(), StoreError> {
    within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO offer (id, code_hash, login, name, phone, role, firm, scope, deputy_of, until_day,
                                offered_by, offered_as, by_grant, reason, offered_at, expires_at, settled_at, salt)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '', $17)",
        )
        .bind(&standing.id)
        .bind(&standing.code_hash)
        .bind(&standing.login)
        .bind(&standing.name)
        .bind(&standing.phone)
        .bind(&standing.role)
        .bind(&standing.firm)
        .bind(&standing.scope)
        .bind(&standing.deputy_of)
        .bind(&standing.until_day)
        .bind(&standing.offered_by)
        .bind(&standing.offered_as)
        .bind(&standing.by_grant)
        .bind(&standing.reason)
        .bind(&standing.offered_at)
        .bind(&standing.expires_at)
        .bind(&standing.salt)
        .execute(connection)
        .await?;
    });
    Ok(())
}

impl Offer {
    /// What the one who accepts it acts as.
    pub fn capacity(&self) -> Capacity {
        let (role, firm, scope) = (self.role, self.firm.clone(), self.scope.clone());
        Capacity::Firm { role, firm, scope, until: self.until }
    }

    /// The deed of the giver, which takes effect when the offer is accepted by this one.
    pub fn giving(&self, accepting: &Deed) -> Deed {
        Deed {
            actor: self.offered_by.clone(),
            acting_as: self.offered_as.clone(),
            by_grant: self.by_grant.clone(),
            reason: self.reason.clone(),
            salt: accepting.salt.clone(),
            ..Deed::of_system(accepting.at)
        }
    }
}

impl TryFrom<Row> for Offer {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("offer {}: {what}", row.id));
        Ok(Self {
            role: Role::named(&row.role).ok_or_else(|| damaged("its role is unknown"))?,
            scope: areas(&row.scope).ok_or_else(|| damaged("its scope is unknown"))?,
            until: day(&row.until_day)?,
            offered_at: moment_there(&row.offered_at)?,
            expires_at: moment_there(&row.expires_at)?,
            id: row.id,
            login: row.login,
            name: row.name,
            phone: row.phone,
            firm: row.firm,
            deputy_of: row.deputy_of,
            offered_by: row.offered_by,
            offered_as: row.offered_as,
            by_grant: row.by_grant,
            reason: row.reason,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::NewPerson;
    use crate::testing::{fixtures, noon};

    fn by(person: &str, seconds: i64) -> Deed {
        Deed { actor: person.to_owned(), salt: "chance".to_owned(), ..Deed::of_system(noon(seconds)) }
    }

    fn offer(id: &str, login: &str) -> NewOffer {
        let (firm, scope) = ("91330302MATEXAMP4W".to_owned(), vec![Area::Firm]);
        NewOffer {
            id: id.to_owned(),
            code_hash: format!("hash of {id}"),
            login: login.to_owned(),
            name: "测试员".to_owned(),
            phone: "13900000000".to_owned(),
            capacity: Capacity::Firm { role: Role::FirmAgent, firm, scope, until: None },
            deputy_of: String::new(),
            expires_at: noon(100),
        }
    }

    #[tokio::test]
    async fn an_offer_becomes_a_role_once_and_by_the_giver() {
        for fixture in fixtures().await {
            let store = &fixture.store;
            let [id, login, name, salt] = ["a", "anna", "Anna", "s"].map(str::to_owned);
            let person = NewPerson { id, login, name, phone: String::new(), salt };
            store.create_person(&person, &by("operator", 0)).await.unwrap();
            store.offer(&offer("o", " ANNA "), &by("giver", 1)).await.unwrap();
            assert_eq!(store.grants_of_person("a").await.unwrap(), []);
            let open = store.offered("hash of o", noon(2)).await.unwrap().unwrap();
            assert_eq!(store.offers_to("anna", noon(2)).await.unwrap(), std::slice::from_ref(&open));
            let (first, second) = (by("a", 3), by("a", 3));
            let (first, second) =
                tokio::join!(store.accept_offer(&open, &first), store.accept_offer(&open, &second));
            assert_ne!(first.unwrap(), second.unwrap(), "{}", fixture.engine());
            let granted = store.grants_of_person("a").await.unwrap();
            assert_eq!((granted.len(), granted[0].granted_by.as_str()), (1, "giver"));
            assert_eq!(store.verify_grants().await.unwrap(), []);
            assert_eq!(store.offers_to("anna", noon(4)).await.unwrap(), []);
        }
    }

    #[tokio::test]
    async fn an_offer_falls_with_the_role_by_which_it_was_made() {
        for fixture in fixtures().await {
            let store = &fixture.store;
            for id in ["clerk", "a"] {
                let [id, login, name, salt] = [id, id, "Anna", id].map(str::to_owned);
                let person = NewPerson { id, login, name, phone: String::new(), salt };
                store.create_person(&person, &by("operator", 0)).await.unwrap();
            }
            let (organization, place) = ("bureau".to_owned(), "330300".parse().unwrap());
            let capacity = Capacity::Office { role: Role::Clerk, organization, place, until: None };
            let [id, person] = ["counter", "clerk"].map(str::to_owned);
            let from_day = noon(0).date_naive();
            let role = NewGrant { id, person, capacity, deputy_of: String::new(), from_day };
            store.grant(&role, &by("boss", 0)).await.unwrap();
            let made = Deed { by_grant: "counter".to_owned(), ..by("clerk", 1) };
            store.offer(&offer("o", "a"), &made).await.unwrap();
            let open = store.offers_to("a", noon(2)).await.unwrap().pop().unwrap();
            assert!(store.end_grant("counter", &by("boss", 2)).await.unwrap());
            let refused = store.accept_offer(&open, &by("a", 3)).await;
            let is_refused = matches!(refused, Err(StoreError::NoGroundForDeputy));
            assert!(is_refused, "{}: {refused:?}", fixture.engine());
            assert_eq!(store.grants_of_person("a").await.unwrap(), []);
            assert_eq!(store.verify_rows().await.unwrap(), []);
        }
    }

    #[tokio::test]
    async fn an_offer_is_declined_withdrawn_replaced_or_lapses() {
        for fixture in fixtures().await {
            let store = &fixture.store;
            let ids = async |at| {
                let open = store.offers_of_firm("91330302MATEXAMP4W", noon(at)).await.unwrap();
                open.into_iter().map(|one| one.id).collect::<Vec<_>>()
            };
            store.offer(&offer("o", "anna"), &by("giver", 1)).await.unwrap();
            store.offer(&offer("p", "anna"), &by("giver", 2)).await.unwrap();
            assert_eq!(ids(3).await, ["p"], "a newer one to the same login ends it");
            assert_eq!(ids(100).await, [""; 0], "it lapses");
            assert!(!store.withdraw_offer("p", &by("giver", 100)).await.unwrap());
            assert!(store.withdraw_offer("p", &by("giver", 4)).await.unwrap());
            store.offer(&offer("q", "anna"), &by("giver", 5)).await.unwrap();
            assert!(store.decline_offer("q", &by("a", 6)).await.unwrap());
            assert!(!store.decline_offer("q", &by("a", 7)).await.unwrap());
            assert!(store.offer(&offer("r", "a b"), &by("giver", 8)).await.is_err());
            let person = NewPerson {
                id: "n".to_owned(),
                login: "anna".to_owned(),
                name: "Anna".to_owned(),
                phone: String::new(),
                salt: "s".to_owned(),
            };
            store.create_person(&person, &by("operator", 9)).await.unwrap();
            let events = store.events_of("offer:p").await.unwrap();
            let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
            assert_eq!(kinds, ["role.offered", "role.withdrawn"]);
            let told = serde_json::to_string(&events).unwrap();
            assert!(!told.contains("anna") && !told.contains("13900000000"), "{told}");
        }
    }
}
