//! A marker in everything a confidential report holds is found by nobody but the one who filed it and discipline inspection,
//! on any page, in any search, export or notice; one in a restricted case by nobody but those who handle it.

use crate::{
    routes::{Door, ROUTES, Verb},
    testing::{Answer, FIRM, Site, Somebody},
};
use chrono::Days;
use domain::access::{Area, Capacity, Role};
use store::{CaseQuery, NewGrant, Within};

/// What is planted.
const MARKER: &str = "MARKER7f3a9c";
/// What is planted beside it wherever somebody reads: searching for the marker, which pages repeat, must not bring this.
const BESIDE: &str = "BESIDE51d0e2";
/// The office complained of, and the one that dispatches.
const ACCUSED: &str = "finance-bureau";
const DESK: &str = "two-healths-office";
const DISCIPLINE: &str = "discipline-inspection-commission";

/// A photograph whose camera and program have left the marker in it.
fn photograph() -> Vec<u8> {
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap();
        [&[0xff, marker][..], &length.to_be_bytes(), content].concat()
    };
    let exif = [b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0".as_slice(), MARKER.as_bytes()].concat();
    [
        vec![0xff, 0xd8],
        segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        segment(0xe1, &exif),
        segment(0xfe, MARKER.as_bytes()),
        segment(0xdb, &[0; 65]),
        segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
        segment(0xc4, &[0; 17]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![1, 2, 3],
        vec![0xff, 0xd9],
    ]
    .concat()
}

/// A document with the marker among its properties.
fn document() -> Vec<u8> {
    let content = "BT (what the firm knows) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        format!("<< /Author ({MARKER}) /Title ({BESIDE}) >>"),
    ];
    let (mut file, mut places) = ("%PDF-1.4\n".to_owned(), Vec::new());
    for (at, object) in objects.iter().enumerate() {
        places.push(format!("{:010} 00000 n \n", file.len()));
        file = [file, format!("{} 0 obj\n{object}\nendobj\n", at + 1)].concat();
    }
    let (size, table) = (objects.len() + 1, file.len());
    let head = format!("xref\n0 {size}\n0000000000 65535 f \n");
    let tail = format!("trailer\n<< /Size {size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{table}\n%%EOF\n");
    let file = [file, head, places.concat(), tail].concat();
    file.into_bytes()
}

/// Files the report with everything planted in it, and answers its number.
async fn reported(filer: &Somebody<'_>) -> String {
    let words = words();
    let fields = [
        ("do", "file"),
        ("f.subject", words.as_str()),
        ("f.account", words.as_str()),
        ("f.accused_office", "市财政局"),
    ];
    let answer = with_files(filer, "/cases/new/confidential-report", &fields).await;
    number_in(&answer)
}

/// What is written wherever somebody writes.
fn words() -> String {
    format!("{MARKER} {BESIDE}")
}

/// The number of the case to which an answer leads.
fn number_in(answer: &Answer) -> String {
    let address = answer.header("location").split('?').next().unwrap();
    address.strip_prefix("/cases/").unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

/// Sends a form with a photograph and a document in which the marker is planted.
async fn with_files(somebody: &Somebody<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let words = words();
    let (photograph, document) = (photograph(), document());
    let names = [format!("{words}.jpg"), format!("{words}.pdf")];
    let files: [(&str, &str, &[u8]); 2] =
        [("f.evidence", &names[0], &photograph), ("f.evidence", &names[1], &document)];
    let answer = somebody.post_files(path, fields, &files).await;
    answer.assert_status(303);
    answer
}

/// A voice for which somebody asks for confidence, with everything planted in it.
async fn voiced(somebody: &Somebody<'_>) -> Answer {
    let words = words();
    let fields = [
        ("do", "file"),
        ("firm", FIRM),
        ("f.subject", words.as_str()),
        ("f.account", words.as_str()),
        ("f.voice_kind", "ordinary"),
        ("f.channel", "telephone"),
        ("f.source_number", "MARKER7f3a9c BESIDE51d0e2"),
        ("f.identity", "confidential"),
    ];
    with_files(somebody, "/cases/new/enterprise-voice", &fields).await
}

/// The numbers of the cases of a voice in confidence: the voice, which is sealed, and the report as which it went on.
async fn numbers(site: &Site) -> [String; 2] {
    let all = CaseQuery::all(Within::Mechanisms(vec!["confidential-report".to_owned()]), 9);
    let store = site.store();
    let report = store.cases(&all).await.unwrap().rows.remove(0);
    let case = store.case(&report.id).await.unwrap().unwrap();
    [case.state.origin.unwrap().number, report.number]
}

/// A deputy of somebody in an office.
async fn deputy_of<'a>(site: &'a Site, head: &Somebody<'a>) -> Somebody<'a> {
    let person = site.person("deputy").await;
    let until = crate::testing::today().checked_add_days(Days::new(30));
    let (role, organization, place) = (Role::Head, ACCUSED.to_owned(), "330300".parse().unwrap());
    let grant = NewGrant {
        id: "g-deputy".to_owned(),
        person: person.id.clone(),
        capacity: Capacity::Office { role, organization, place, until },
        deputy_of: head.grant.clone(),
        from_day: crate::testing::today(),
    };
    site.store().grant(&grant, &site.deed(&head.id)).await.unwrap();
    person.acting_by(&grant.id).await
}

/// An agent of the filer's own firm.
async fn agent_of_the_firm(site: &Site) -> Somebody<'_> {
    let agent = site.signed_in_at(Role::FirmAgent, FIRM).await;
    let grant = site.store().grant_of_id(&agent.grant).await.unwrap().unwrap();
    assert!(matches!(grant.capacity, Capacity::Firm { ref scope, .. } if scope.contains(&Area::Case)));
    agent
}

/// Everything a browser can ask for by reading: every route, about the case and the one who filed it.
fn addresses(site: &Site, number: &str, filer: &Somebody<'_>) -> Vec<String> {
    let reading = ROUTES.iter().filter(|route| route.verb == Verb::Get && route.door == Door::Public);
    let mut all: Vec<String> = Vec::new();
    for route in reading.filter(|route| !route.path.starts_with("/static/")) {
        let path = match route.path {
            "/policies/{id}" => format!("/policies/{}", site.edition.definitions.policies[0].id),
            "/procedures/{id}" => format!("/procedures/{}", site.edition.mechanism_ids()[0]),
            "/organizations/{id}" => format!("/organizations/{ACCUSED}"),
            "/systems/{id}" => format!("/systems/{}", site.edition.systems[0].id),
            "/cases/new/{mechanism}" => "/cases/new/confidential-report".to_owned(),
            path if path.starts_with("/people/") => path.replace("{id}", &filer.id),
            path if path.starts_with("/desk/clusters/") => path.replace("{id}", number),
            path if path.starts_with("/cases/") => path.replace("{number}", number).replace("{id}", "1"),
            path => ["{number}", "{size}", "{id}"]
                .iter()
                .fold(path.to_owned(), |path, name| path.replace(name, "1")),
        };
        all.push(path);
    }
    all.push(format!("/cases/{number}/attachments/2"));
    all.push("/board/cases?by=mechanism&name=confidential-report&show=open".to_owned());
    all.push(format!("/board/cases?by=organization&name={DISCIPLINE}&show=open"));
    all.push("/board/cases?by=organization&name=&show=open".to_owned());
    for list in [
        "/cases", "/cases/table", "/desk", "/search", "/audit", "/board", "/board/cases", "/board/table",
        "/people", "/sign-ins", "/voice/figures", "/voice/figures/table",
    ] {
        all.push(format!("{list}?q={MARKER}"));
        all.push(format!("{list}?q={MARKER}&tab=open&of=desk"));
        // What is sealed has ended: it would stand among what has.
        for tab in ["open", "ended"] {
            all.push(format!("{list}?tab={tab}"));
            for of in ["desk", "role"] {
                all.push(format!("{list}?tab={tab}&of={of}"));
                all.push(format!("{list}?q={MARKER}&tab={tab}&of={of}"));
            }
            all.push(format!("{list}?q={MARKER}&tab={tab}"));
        }
    }
    all
}

/// What is planted and stands in an answer; what was searched for stands in its own field.
fn found_in(path: &str, answer: &Answer) -> bool {
    answer.body.contains(BESIDE) || (!path.contains(MARKER) && answer.body.contains(MARKER))
}

/// Where somebody finds what is planted.
async fn finds(somebody: &Somebody<'_>, addresses: &[String], number: &str) -> Vec<String> {
    let mut found = Vec::new();
    for path in addresses {
        let answer = somebody.get(path).await;
        // That there is a case is known to no list of cases either.
        let is_list = ["/cases?", "/desk", "/board", "/search"].iter().any(|list| path.starts_with(list));
        // What is not there repeats its own address.
        let repeats = matches!(answer.status.as_u16(), 403 | 404) && path.contains(number);
        if found_in(path, &answer) || (is_list && !repeats && answer.body.contains(number)) {
            found.push(path.clone());
        }
        if path.contains("/attachments/") && answer.status.is_success() {
            found.push(format!("{path} is given"));
        }
    }
    let forms: [(&str, &[(&str, &str)]); 6] = [
        ("/desk/export", &[("of", "role"), ("tab", "open")]),
        ("/desk/export", &[("of", "desk"), ("tab", "open")]),
        ("/desk/export", &[("of", "desk"), ("tab", "ended")]),
        ("/audit/export", &[("form", "csv")]),
        ("/audit/export", &[("kind", "case.")]),
        ("/account/data/export", &[]),
    ];
    for (path, form) in forms {
        if found_in(path, &somebody.post(path, form).await) {
            found.push(format!("{path} (export)"));
        }
    }
    found
}

/// Everybody who is neither the one who filed nor of discipline inspection: above all the office complained of.
async fn others(site: &Site) -> Vec<Somebody<'_>> {
    let head = site.signed_in_at(Role::Head, ACCUSED).await;
    let mut others = vec![deputy_of(site, &head).await, head];
    for role in [Role::Clerk, Role::Coordinator, Role::Leader, Role::PolicyAnalyst, Role::Treasurer] {
        others.push(site.signed_in_at(role, ACCUSED).await);
    }
    for role in [Role::Leader, Role::Coordinator, Role::PolicyAnalyst, Role::Auditor] {
        others.push(site.signed_in_at(role, DESK).await);
    }
    for role in [Role::SystemAdministrator, Role::SecurityAdministrator, Role::AuditAdministrator] {
        others.push(site.signed_in(role).await);
    }
    others.push(site.signed_in_at(Role::FirmOwner, super::matrix::FOREIGN_FIRM).await);
    others.push(site.signed_in(Role::FirmOwner).await);
    others.push(agent_of_the_firm(site).await);
    others
}

/// That whoever may know the report finds it whole, and its files without what their makers left in them.
async fn finds_all(somebody: &Somebody<'_>, addresses: &[String], number: &str) {
    let found = finds(somebody, addresses, number).await;
    assert!(found.contains(&format!("/cases/{number}")), "what is planted is there: {found:?}");
    let page = somebody.get(&format!("/cases/{number}")).await;
    page.assert_shows(&format!("{MARKER} {BESIDE}.jpg</a>"))
        .assert_shows(&format!("{MARKER} {BESIDE}.pdf</a>"));
    for at in 1..=2 {
        let file = somebody.get(&format!("/cases/{number}/attachments/{at}")).await;
        file.assert_ok().assert_lacks(MARKER).assert_lacks(BESIDE);
        assert!(file.header("content-disposition").contains(MARKER));
    }
}

/// That none of these finds anything of the cases, and that neither log nor events tell of it.
async fn nobody_finds(site: &Site, others: &[Somebody<'_>], cases: &[(&str, Vec<String>)]) {
    for somebody in others {
        for (number, addresses) in cases {
            let found = finds(somebody, addresses, number).await;
            assert_eq!(found, [""; 0], "{} finds it", somebody.login);
        }
    }
    let log = site.log.lock().unwrap().join("\n");
    assert!(!log.contains(BESIDE), "it stands in the log of the service");
    let events = site.store().events(0, 10_000).await.unwrap();
    let told = format!("{events:?}");
    assert!(!told.contains(MARKER) && !told.contains(BESIDE), "an event tells it");
    let seen = events.iter().filter(|event| event.kind == "case.attachment-seen");
    assert!(seen.clone().count() >= 2 && seen.clone().all(|event| event.actor == "sealed"));
    assert_eq!(site.store().verify_cases().await.unwrap(), []);
}

#[tokio::test]
async fn a_marker_in_a_confidential_report_is_found_by_its_filer_and_by_discipline_inspection_alone() {
    let site = Site::new().await;
    let filer = site.signed_in(Role::FirmOwner).await;
    let number = reported(&filer).await;
    let addresses = addresses(&site, &number, &filer);
    assert!(addresses.len() > 60, "{} addresses", addresses.len());
    let clerk = site.signed_in_at(Role::Clerk, DISCIPLINE).await;
    for somebody in [&filer, &clerk] {
        finds_all(somebody, &addresses, &number).await;
    }
    nobody_finds(&site, &others(&site).await, &[(&number, addresses)]).await;
}

#[tokio::test]
async fn a_marker_in_a_voice_for_which_its_firm_asked_for_confidence_is_found_by_the_same_two_alone() {
    let site = Site::new().await;
    let others = others(&site).await;
    let filer = site.signed_in(Role::FirmOwner).await;
    let answer = voiced(&filer).await;
    let [sealed, report] = numbers(&site).await;
    assert_eq!(number_in(&answer), report, "the firm is led to where its voice went");
    let led = filer.get(answer.header("location")).await;
    led.assert_ok().assert_shows("转纪检监察机关").assert_shows(&sealed).assert_shows(&report);
    let clerk = site.signed_in_at(Role::Clerk, DISCIPLINE).await;
    let [of_sealed, of_report] = [&sealed, &report].map(|number| addresses(&site, number, &filer));
    for somebody in [&filer, &clerk] {
        finds_all(somebody, &of_report, &report).await;
    }
    filer.get(&format!("/cases/{sealed}")).await.assert_ok().assert_shows(BESIDE).assert_lacks("派单台");
    clerk.get(&format!("/cases/{sealed}")).await.assert_status(404);
    let page = clerk.get(&format!("/cases/{report}")).await;
    page.assert_shows(&format!("由{sealed}转来的内容")).assert_shows(&format!("<dd>{MARKER} {BESIDE}</dd>"));
    nobody_finds(&site, &others, &[(&sealed, of_sealed), (&report, of_report)]).await;
}

#[tokio::test]
async fn a_marker_in_a_voice_that_the_desk_took_down_in_confidence_is_found_by_discipline_inspection_alone() {
    let site = Site::new().await;
    let mut others = others(&site).await;
    let officer = site.signed_in_at(Role::Coordinator, DESK).await;
    let answer = voiced(&officer).await;
    assert_eq!(answer.header("location"), "/desk?done=in_confidence");
    officer.get("/desk?done=in_confidence").await.assert_ok().assert_shows("转纪检监察机关");
    let [sealed, report] = numbers(&site).await;
    let cases = [&sealed, &report].map(|number| (number.as_str(), addresses(&site, number, &officer)));
    let clerk = site.signed_in_at(Role::Clerk, DISCIPLINE).await;
    finds_all(&clerk, &cases[1].1, &report).await;
    // Handed in once more it is known, and still not there for him.
    assert_eq!(voiced(&officer).await.header("location"), "/desk?done=in_confidence");
    others.push(officer);
    nobody_finds(&site, &others, &cases).await;
}

/// Files a case with what is planted and answers its number.
async fn filed(filer: &Somebody<'_>, mechanism: &str, typed: &[(&str, &str)]) -> String {
    let typed: Vec<(&str, &str)> = [("do", "file")].iter().chain(typed).copied().collect();
    let answer = filer.post(&format!("/cases/new/{mechanism}"), &typed).await;
    answer.assert_status(303);
    answer.header("location").split('?').next().unwrap().trim_start_matches("/cases/").to_owned()
}

#[tokio::test]
async fn a_marker_in_a_restricted_case_is_found_by_those_alone_who_handle_it() {
    let site = Site::new().await;
    let words = format!("{MARKER} {BESIDE}");
    let filer = site.signed_in_at(Role::Clerk, "economy-it-bureau").await;
    let emergency = [
        ("f.subject", words.as_str()),
        ("f.emergency_kind", "funds"),
        ("f.happened_on", "2026-11-20"),
        ("f.account", words.as_str()),
    ];
    let harbour = [
        ("f.deciding_body", "organization-department"),
        ("f.own_body", "commerce-bureau"),
        ("f.safe_harbour_party", "unit"),
        ("f.matter", words.as_str()),
        ("f.task_served", words.as_str()),
        ("f.happened_on", "2026-11-20"),
        ("f.account", words.as_str()),
    ];
    let duty = site.signed_in_at(Role::Coordinator, DESK).await;
    let decider = site.signed_in_at(Role::Clerk, "organization-department").await;
    let head = site.signed_in_at(Role::Head, ACCUSED).await;
    let mut others = vec![deputy_of(&site, &head).await, head];
    for role in [Role::Clerk, Role::Coordinator, Role::PolicyAnalyst, Role::Auditor, Role::Leader] {
        others.push(site.signed_in_at(role, ACCUSED).await);
    }
    others.push(site.signed_in_at(Role::FirmOwner, super::matrix::FOREIGN_FIRM).await);
    others.push(site.signed_in(Role::AuditAdministrator).await);
    for (mechanism, typed, handler) in
        [("emergency", emergency.as_slice(), &duty), ("safe-harbour", harbour.as_slice(), &decider)]
    {
        let number = filed(&filer, mechanism, typed).await;
        let addresses = addresses(&site, &number, &filer);
        for somebody in [&filer, handler] {
            let found = finds(somebody, &addresses, &number).await;
            assert!(found.contains(&format!("/cases/{number}")), "{mechanism}: {found:?}");
        }
        for somebody in &others {
            let found = finds(somebody, &addresses, &number).await;
            assert_eq!(found, [""; 0], "{} finds it in {mechanism}", somebody.login);
        }
    }
}
