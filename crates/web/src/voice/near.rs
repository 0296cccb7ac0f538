//! Voices that are the same matter as another one, or nearly, and why. A firm is shown its own alone.

use super::apart;
use crate::{
    case::{Found, organization, stage},
    context::Context,
    error::PageError,
    frame::Page,
};
use domain::{
    access::Capacity,
    voice::{
        VoiceText, articles_named,
        similarity::{Features, Likeness, Relation, Sketch, Thresholds, Weighed, compare},
        voice_in,
    },
};
use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};
use store::KnownCase;

/// Voices that are compared, the newest of those that share a band.
const COMPARED_MAX: u32 = 100;
/// Earlier voices of the same firm that are compared.
const OF_FIRM_MAX: u32 = 30;
/// Voices that are shown.
const SHOWN_MAX: usize = 8;
/// Common words that are shown.
const WORDS_MAX: usize = 5;

/// A voice that is the same matter, or nearly.
pub struct NearVoice {
    /// Identifier of its case.
    pub case: String,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub stage: String,
    /// Who is in charge; empty where nobody is.
    pub unit: String,
    /// The day it came in.
    pub day: String,
    /// How alike they are, from 0 to 100.
    pub percent: u32,
    /// Whether the same firm asks again.
    pub is_repeat: bool,
    /// Words, figures and names that stand in both.
    pub words: Vec<String>,
    /// Articles that both name.
    pub articles: Vec<String>,
}

/// The voices near a case: for the desk of its mechanism all, for its firm its own.
pub async fn near_case(context: &Context, page: &Page, found: &Found) -> Result<Vec<NearVoice>, PageError> {
    let mechanism = &found.version(context)?.definition;
    let Some(text) = voice_in(mechanism, &found.case.state) else { return Ok(Vec::new()) };
    let head = &found.case.head;
    near_text(context, page, (&mechanism.id, &text), (&head.firm, &head.id)).await
}

/// The voices near a text of a firm; `own` is its case, where there is one.
pub async fn near_text(
    context: &Context,
    page: &Page,
    (mechanism, text): (&str, &VoiceText),
    (firm, own): (&str, &str),
) -> Result<Vec<NearVoice>, PageError> {
    let city = &context.city;
    let is_firm = matches!(context.visit.principal().capacity(), Some(Capacity::Firm { .. }));
    let definition = city.voice_mechanisms().get(mechanism).copied();
    if !definition.is_some_and(|definition| is_firm || context.is_desk_of(definition)) {
        return Ok(Vec::new());
    }
    let features = Features::of(&text.whole(), city.names());
    let mut known = Vec::new();
    if !firm.is_empty() {
        known = city.store.cases_of_firm(firm, mechanism, OF_FIRM_MAX).await?;
    }
    if !is_firm {
        known.extend(city.store.voices_alike(&Sketch::of(&features).bands(), COMPARED_MAX).await?);
    }
    let mut seen = BTreeSet::from([own.to_owned()]);
    known.retain(|one| {
        let is_new = seen.insert(one.head.id.clone());
        is_new && one.head.merged_into.is_empty() && context.sees(&one.head, &one.state).is_some()
    });
    let (city, text, firm) = (Arc::clone(city), text.whole(), firm.to_owned());
    let alike = apart(move || alike(&city, (features, &text, &firm), known)).await?;
    Ok(alike.into_iter().map(|alike| told(context, page, alike)).collect())
}

/// A case that is alike, and what stands in both texts.
struct Alike {
    known: KnownCase,
    relation: Relation,
    likeness: Likeness,
    words: Vec<String>,
    articles: Vec<String>,
}

/// Those that are alike, repeats first, the likest first.
fn alike(
    city: &crate::City,
    (features, text, firm): (Features, &str, &str),
    known: Vec<KnownCase>,
) -> Vec<Alike> {
    let thresholds = city.edition.voice_terms.as_ref().map_or(Thresholds::default(), |terms| terms.likeness);
    let rarity = city.voices.rarity();
    let own = Weighed::of(features, &rarity);
    let mut found: Vec<(KnownCase, String, Relation, Likeness)> = Vec::new();
    for known in known {
        let mechanism = city.mechanism(&known.head.mechanism, known.head.version);
        let other = mechanism.and_then(|version| voice_in(&version.definition, &known.state));
        let Some(other) = other.map(|other| other.whole()) else { continue };
        let likeness = compare(&own, &Weighed::of(Features::of(&other, city.names()), &rarity));
        let is_same_firm = !firm.is_empty() && known.head.firm == firm;
        if let Some(relation) = thresholds.relation(likeness.permille, is_same_firm) {
            found.push((known, other, relation, likeness));
        }
    }
    found.sort_by_key(|(known, _, relation, likeness)| {
        (*relation, Reverse(likeness.permille), known.head.number.clone())
    });
    found.truncate(SHOWN_MAX);
    let mine = if found.is_empty() { BTreeSet::new() } else { city.word_finder().words(text) };
    let named = articles_named(text);
    let whole = |(known, other, relation, likeness): (KnownCase, String, Relation, Likeness)| {
        let theirs = city.word_finder().words(&other);
        let mut words: Vec<String> = mine.intersection(&theirs).cloned().collect();
        words.sort_by_key(|word| Reverse(word.chars().count()));
        words.truncate(WORDS_MAX);
        let articles = articles_named(&other).into_iter().filter(|number| named.contains(number)).collect();
        Alike { known, relation, likeness, words, articles }
    };
    found.into_iter().map(whole).collect()
}

fn told(context: &Context, page: &Page, alike: Alike) -> NearVoice {
    let (head, edition) = (alike.known.head, &context.city.edition);
    let mechanism = context.city.mechanism(&head.mechanism, head.version);
    let names = alike.likeness.names.iter().map(|id| organization(edition, id, page.language).to_owned());
    let words = alike.words.into_iter().chain(alike.likeness.figures.clone()).chain(names);
    NearVoice {
        stage: mechanism
            .map_or(head.stage.as_str(), |version| stage(&version.definition, &head.stage, page.language))
            .to_owned(),
        unit: organization(edition, &head.assigned, page.language).to_owned(),
        day: page.day(&head.opened_at),
        percent: alike.likeness.permille / 10,
        is_repeat: alike.relation == Relation::Repeat,
        words: words.collect(),
        articles: alike.articles,
        case: head.id,
        number: head.number,
        title: head.title,
    }
}
