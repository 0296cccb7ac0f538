//! Watching over sign-in.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn the_security_administrator_sees_failed_tries() {
    let site = Site::with_policies().await;
    let (admin, person) = (site.signed_in(Role::SecurityAdministrator).await, site.person("guessed").await);
    let whose = (person.login.as_str(), Some(person.id.as_str()));
    site.store().sign_in_failed(whose, "password", &site.deed("visitor")).await.unwrap();
    admin.get("/sign-ins").await.assert_ok().assert_shows(&person.id);
    site.signed_in(Role::AuditAdministrator).await.get("/sign-ins").await.assert_status(403);
}
