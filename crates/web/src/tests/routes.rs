//! A walk over every page in both languages.

use crate::testing::{Answer, Site};
use domain::Language;
use edition::Edition;
use std::collections::{BTreeMap, BTreeSet};

/// Every page of an edition.
fn pages(edition: &Edition) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/", "/regulation", "/plan", "/systems", "/organizations", "/search", "/search?q=a", "/about",
        "/policies", "/checkpoints", "/voice/figures", "/procedures",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.push("/calculator".to_owned());
    paths.extend(edition.definitions.policies.iter().map(|policy| format!("/policies/{}", policy.id)));
    let articles = edition.regulation.iter().flat_map(|regulation| &regulation.articles);
    paths.extend(articles.map(|article| format!("/regulation/{}", article.number)));
    let works = edition.task_list.iter().flat_map(|list| &list.works);
    paths.extend(works.map(|work| format!("/plan/{}", work.number)));
    paths.extend(edition.systems.iter().map(|system| format!("/systems/{}", system.id)));
    paths.extend(edition.mechanism_ids().into_iter().map(|id| format!("/procedures/{id}")));
    paths.extend(edition.organizations.iter().map(|one| format!("/organizations/{}", one.id)));
    paths
}

/// The values of an attribute in a page.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// What is wrong with a page; nothing for a good one.
fn faults(path: &str, answer: &Answer, language: Language) -> Vec<String> {
    let body = &answer.body;
    let mut faults = Vec::new();
    let mut expect = |good: bool, what: &str| {
        if !good {
            faults.push(format!("{path} ({language:?}): {what}"));
        }
    };
    let title = body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or("");
    let lang = if language == Language::Zh { "<html lang=\"zh-Hans\">" } else { "<html lang=\"en\">" };
    let ids = values(body, "id");
    expect(answer.status.as_u16() == 200, &format!("status {}", answer.status));
    expect(answer.count("<h1") == 1, "not exactly one h1");
    expect(title.len() > 8 && !title.starts_with([' ', '·']), &format!("title `{title}`"));
    expect(body.contains(lang), "no language");
    expect(!body.contains('⟦'), "a text is missing");
    expect(!body.contains("{0}") && !body.contains("{1}"), "a text is not filled in");
    expect(!body.contains(" style=") && !body.contains("<style"), "inline style");
    let scripts = (answer.count("<script"), answer.count("<script src=\"/static/"));
    expect(scripts.0 == scripts.1 && !body.contains(" onclick"), "inline script");
    expect(ids.iter().collect::<BTreeSet<_>>().len() == ids.len(), "an id twice");
    expect(!body.contains("href=\"http") && !body.contains("src=\"http"), "an outside address");
    faults
}

#[tokio::test]
async fn every_page_is_whole_in_both_languages_and_no_link_is_dead() {
    walk(&Site::new().await).await;
}

#[tokio::test]
async fn every_page_of_made_up_policies_is_whole_in_both_languages() {
    let site = Site::with_policies().await;
    for path in pages(&site.edition).iter().filter(|path| path.contains("polic") || path.contains("calc")) {
        for (language, cookie) in [(Language::Zh, "lang=zh"), (Language::En, "lang=en")] {
            let answer = site.ask(axum::http::Method::GET, path, cookie).await;
            assert_eq!(faults(path, &answer, language), [""; 0]);
        }
    }
}

async fn walk(site: &Site) {
    let mut faults_found = Vec::new();
    let mut links: BTreeMap<String, String> = BTreeMap::new();
    let mut anchors: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in pages(&site.edition) {
        for (language, cookie) in [(Language::Zh, "lang=zh"), (Language::En, "lang=en")] {
            let answer = site.ask(axum::http::Method::GET, &path, cookie).await;
            faults_found.extend(faults(&path, &answer, language));
            for href in values(&answer.body, "href").into_iter().filter(|href| !href.contains("lang=")) {
                let href = href.replace("&#38;", "&");
                let href = if href.starts_with('#') { format!("{path}{href}") } else { href };
                links.entry(href).or_insert_with(|| path.clone());
            }
            anchors
                .entry(path.clone())
                .or_default()
                .extend(values(&answer.body, "id").into_iter().map(str::to_owned));
        }
    }
    for (href, from) in links {
        let (path, anchor) = href.split_once('#').unwrap_or((&href, ""));
        if !anchors.contains_key(path) {
            let answer = site.get(path).await;
            if answer.status.as_u16() != 200 {
                faults_found.push(format!("{from}: the link to {href} answers {}", answer.status));
            }
            let ids = values(&answer.body, "id").into_iter().map(str::to_owned).collect();
            anchors.insert(path.to_owned(), ids);
        }
        if !anchor.is_empty() && !anchors[path].contains(anchor) {
            faults_found.push(format!("{from}: nothing is at {href}"));
        }
    }
    assert!(faults_found.is_empty(), "{}", faults_found.join("\n"));
}

#[tokio::test]
async fn the_edition_of_the_repository_is_whole() {
    let site = Site::new().await;
    assert_eq!(site.edition.regulation.as_ref().map(|regulation| regulation.articles.len()), Some(47));
    assert_eq!(site.edition.task_list.as_ref().map(|list| list.works.len()), Some(32));
    assert_eq!(site.edition.systems.len(), 158);
}
