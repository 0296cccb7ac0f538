//! Results from the official texts that were imported.

use super::{EXCERPT_LENGTH, Found};
use crate::{
    City,
    error::PageError,
    frame::Page,
    matching::{Folded, Words},
    official::is_of_edition,
};
use domain::{Bilingual, Citation};
use edition::Edition;
use store::OfficialClause;

/// Clauses that are looked up; a city's official texts have fewer.
const CLAUSES_MAX: u32 = 500;

/// The clauses in which every word stands, in order of document and printing.
pub async fn find(city: &City, page: &Page, query: &str, words: &Words) -> Result<Vec<Found>, PageError> {
    let clauses = city.store.search_clauses(query, CLAUSES_MAX).await?;
    // One data folder may hold the texts of several cities; these pages are about one.
    let own = |clause: &&OfficialClause| is_of_edition(&city.edition, &clause.document);
    let found = clauses.iter().filter(own).filter(|clause| matches(clause, words));
    Ok(found.map(|clause| of_clause(&city.edition, page, words, clause)).collect())
}

/// Whether a clause has every word, one at least in its text: the heading of a work stands over all its
/// measures, and is found once, as the work itself.
fn matches(clause: &OfficialClause, words: &Words) -> bool {
    let (heading, text) = (Folded::new(&clause.heading), Folded::new(&clause.text));
    // The store reads the first words of a query only; here every word counts.
    words.match_any(&[&heading, &text]) && words.count_in(&text) > 0
}

fn of_clause(edition: &Edition, page: &Page, words: &Words, clause: &OfficialClause) -> Found {
    let citation = clause.anchor.parse::<Citation>().ok();
    let link = citation.as_ref().map(|citation| page.citation(citation));
    let own = citation.as_ref().and_then(|citation| title_of(edition, citation));
    let title = if clause.heading.is_empty() { own.map_or("", |own| page.say(own)) } else { &clause.heading };
    let says_more = clause.text != clause.heading;
    let (href, label) = match link {
        Some(link) => (link.href, link.label),
        None => ("/about#sources".to_owned(), clause.document.clone()),
    };
    Found {
        href,
        label,
        title: words.mark(title),
        excerpt: if says_more { words.excerpt(&clause.text, EXCERPT_LENGTH) } else { String::new() },
    }
}

/// Our own title of a clause, for one that is printed without.
fn title_of<'a>(edition: &'a Edition, citation: &Citation) -> Option<&'a Bilingual> {
    let work = |number: &u16| edition.task_list.as_ref()?.work(*number);
    match citation {
        Citation::Article(number) => Some(&edition.regulation.as_ref()?.article(number)?.title),
        Citation::Measure(number, measure) => {
            let measures = &work(number)?.measures;
            measures.iter().find(|one| one.number == *measure).map(|measure| &measure.title)
        }
        Citation::Work(number) | Citation::Target(number, _) => Some(&work(number)?.title),
        Citation::PlanBody => None,
    }
}
