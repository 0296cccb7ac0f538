//! The people of an organisation.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn a_head_appoints_a_deputy_who_acts_at_once_and_ends_with_him() {
    let site = Site::with_policies().await;
    let (head, person) = (site.signed_in(Role::Head).await, site.person("deputy").await);
    let form = [("login", "deputy"), ("role", "deputy"), ("until", "2026-12-31"), ("reason", "出差")];
    assert!(head.post("/staff", &form).await.header("location").ends_with("done=appointed"));
    head.get("/staff").await.assert_ok().assert_shows("代理").assert_lacks("<strong>测试员");
    let grant = site.store().grants_of_person(&person.id).await.unwrap().remove(0).id;
    person.post("/account/role", &[("role", &grant)]).await.assert_status(303);
    person.get("/staff").await.assert_ok().assert_shows("name=\"login\"");
    site.store().end_grant(&head.grant, &site.deed("p-security")).await.unwrap();
    person.get("/staff").await.assert_status(403);
}

#[tokio::test]
async fn a_last_day_that_cannot_be_read_is_not_for_ever() {
    let site = Site::with_policies().await;
    let (head, person) = (site.signed_in(Role::Head).await, site.person("newcomer").await);
    for (role, until) in [
        ("clerk", "soon"),
        ("clerk", "2026-13-01"),
        ("clerk", "2020-01-01"),
        ("deputy", ""),
        ("deputy", "31.12."),
    ] {
        let answer = head.post("/staff", &[("login", "newcomer"), ("role", role), ("until", until)]).await;
        assert!(answer.header("location").ends_with("fault=no_day"), "{role} {until}");
    }
    assert!(site.store().grants_of_person(&person.id).await.unwrap().is_empty());
    head.post("/staff", &[("login", "newcomer"), ("role", "clerk"), ("until", " ")]).await.assert_status(303);
    assert_eq!(site.store().grants_of_person(&person.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_deputy_appoints_no_deputy() {
    let site = Site::with_policies().await;
    let (head, first) = (site.signed_in(Role::Head).await, site.person("first").await);
    let second = site.person("second").await;
    let form = |login| [("login", login), ("role", "deputy"), ("until", "2026-12-31")];
    head.post("/staff", &form("first")).await.assert_status(303);
    let grant = site.store().grants_of_person(&first.id).await.unwrap().remove(0).id;
    first.post("/account/role", &[("role", &grant)]).await.assert_status(303);
    let answer = first.post("/staff", &form("second")).await;
    assert!(answer.header("location").ends_with("fault=no_ground"), "{}", answer.header("location"));
    assert!(site.store().grants_of_person(&second.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_head_neither_appoints_himself_nor_ends_a_head_nor_reaches_elsewhere() {
    let site = Site::with_policies().await;
    let (head, other) = (site.signed_in(Role::Head).await, site.signed_in(Role::Head).await);
    let himself = [("login", head.login.as_str()), ("role", "clerk")];
    head.post("/staff", &himself).await.assert_status(403);
    let answer = head.post("/staff/end", &[("grant", &other.grant)]).await;
    assert!(answer.header("location").ends_with("fault=not_yours"));
    let foreign = site.signed_in_at(Role::Clerk, "elsewhere").await;
    head.post("/staff/end", &[("grant", &foreign.grant)]).await.assert_status(404);
    head.post("/staff/end", &[("grant", "absent")]).await.assert_status(404);
    let clerk = site.signed_in(Role::Clerk).await;
    // Only what he may end has a button: clerks and deputies.
    assert_eq!(head.get("/staff").await.count("/staff/end"), 1);
    clerk.get("/staff").await.assert_ok().assert_lacks("name=\"login\"");
    clerk.post("/staff", &himself).await.assert_status(403);
}

#[tokio::test]
async fn a_head_in_a_county_neither_sees_nor_ends_clerks_of_the_city() {
    let site = Site::with_policies().await;
    let head = site.signed_in_at(Role::Head, "330302").await;
    let (city, county) = (site.signed_in(Role::Clerk).await, site.signed_in_at(Role::Clerk, "330302").await);
    assert_eq!(head.get("/staff").await.count("/staff/end"), 1);
    head.post("/staff/end", &[("grant", &city.grant)]).await.assert_status(404);
    head.post("/staff/end", &[("grant", &county.grant)]).await.assert_status(303);
}

#[tokio::test]
async fn a_head_who_names_a_login_that_nobody_has_is_told_and_recorded_without_the_login() {
    let site = Site::with_policies().await;
    let head = site.signed_in(Role::Head).await;
    let answer = head.post("/staff", &[("login", "mistyped"), ("role", "clerk")]).await;
    assert!(answer.header("location").ends_with("fault=no_account"));
    let events = site.store().events_of(&format!("person:{}", head.id)).await.unwrap();
    let last = events.last().unwrap();
    assert_eq!(last.kind, "login.not-found");
    assert!(!last.payload.to_string().contains("mistyped"), "{}", last.payload);
}

#[tokio::test]
async fn a_head_cannot_try_out_logins_without_end() {
    let site = Site::on(|host| host.quota_factor = 1).await;
    let head = site.signed_in(Role::Head).await;
    let mut refused = 0;
    for number in 0..30 {
        let answer = head.post("/staff", &[("login", &format!("guess{number}")), ("role", "clerk")]).await;
        refused += usize::from(answer.status == 429);
    }
    assert_eq!(refused, 20);
}

#[tokio::test]
async fn whoever_has_shown_no_second_factor_is_told_so_and_not_sent_round_in_a_circle() {
    let site = Site::with_policies().await;
    let head = site.signed_in(Role::Head).await;
    let plain = head.by_password_alone().await;
    let answer = plain.post("/staff", &[("login", "absent"), ("role", "clerk")]).await;
    answer.assert_status(403).assert_shows("需要第二重验证").assert_shows("href=\"/account/security\"");
    answer.assert_lacks("/prove");
}
