//! Problems that many have: kept for the window of the edition, brought up to date by what has changed, worked out anew
//! once a day. Each reader sees those among the voices that exist for him.

use super::{
    Window, apart,
    competent::{place_of, suggestion},
};
use crate::{City, context::Context, error::PageError};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::{
    access::Capacity,
    china_time::day_in_china,
    voice::{
        VoiceTerms, VoiceText, articles_named,
        cluster::{CommonProblem, CommonProblems, HeardVoice},
        similarity::{Features, Rarity},
        voice_in,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError},
};
use store::{CaseHead, KnownCase};

/// Voices of a window that are read at once; beyond them the oldest are left out.
const READ_MAX: u32 = 20_000;
/// From how many voices on it is known how rare a character is.
const RARITY_FROM: usize = 300;
/// A change may be written down so long after its moment, and is looked for again.
const LATE_MINUTES: i64 = 2;

/// A common problem with how it stands.
pub struct Standing {
    /// The problem.
    pub problem: CommonProblem,
    /// For each voice when it came in and who is in charge, in the order of the voices.
    pub voices: Vec<HeardVoice>,
    /// The proposal that was opened of it last.
    pub proposal: Option<Proposal>,
    /// Its voices that belong to no proposal.
    pub unjoined: Vec<String>,
    /// Whether those alone are enough for a proposal.
    pub can_propose: bool,
}

/// A proposal with the numbers of the voices it answers.
#[derive(Clone)]
pub struct Proposal {
    /// Its case.
    pub head: CaseHead,
    /// The voices.
    pub joined: BTreeSet<String>,
}

/// The common problems among the voices that the reader sees, the largest first.
pub async fn problems_seen(context: &Context) -> Result<Vec<Standing>, PageError> {
    let Some(terms) = context.city.edition.voice_terms.clone() else { return Ok(Vec::new()) };
    bring_up_to_date(context, &terms).await?;
    let Some(Capacity::Office { organization, .. }) = context.visit.principal().capacity() else {
        return Ok(Vec::new());
    };
    let desks = context.city.voice_mechanisms().into_values().filter(|one| context.is_desk_of(one));
    let desks: BTreeSet<String> = desks.map(|one| one.id.clone()).collect();
    let (city, own) = (Arc::clone(&context.city), organization.clone());
    let proposals = proposals(context, &terms).await?;
    apart(move || {
        let kept = city.voices.window();
        let Some(window) = kept.as_ref() else { return Vec::new() };
        let is_seen = |voice: &HeardVoice| {
            let is_desk = || window.read.get(&voice.id).is_some_and(|(id, _)| desks.contains(id));
            (voice.organization.as_ref() == Some(&own) || is_desk()) && !voice.accused.contains(&own)
        };
        let problems = window.problems.standing(terms.proposal, is_seen).into_iter();
        problems.map(|problem| standing(window, &terms, problem, &proposals)).collect()
    })
    .await
}

/// The common problem to which a voice belongs.
pub async fn problem_with(context: &Context, number: &str) -> Result<Option<Standing>, PageError> {
    let all = problems_seen(context).await?;
    Ok(all.into_iter().find(|standing| standing.problem.voices.iter().any(|voice| voice == number)))
}

/// The proposals of the city, each with its voices, the newest first.
async fn proposals(context: &Context, terms: &VoiceTerms) -> Result<Vec<Proposal>, PageError> {
    if terms.proposal_mechanism.is_empty() {
        return Ok(Vec::new());
    }
    let all = context.city.store.joined_by(&terms.proposal_mechanism).await?.into_iter().rev();
    Ok(all.map(|(head, joined)| Proposal { head, joined: joined.into_iter().collect() }).collect())
}

fn standing(window: &Window, terms: &VoiceTerms, problem: CommonProblem, proposals: &[Proposal]) -> Standing {
    let is_of = |proposal: &&Proposal| problem.voices.iter().any(|voice| proposal.joined.contains(voice));
    let joined: BTreeSet<&String> = proposals.iter().flat_map(|proposal| &proposal.joined).collect();
    let voices: Vec<HeardVoice> =
        problem.voices.iter().filter_map(|id| window.problems.voice(id).cloned()).collect();
    let free: Vec<&HeardVoice> = voices.iter().filter(|voice| !joined.contains(&voice.id)).collect();
    let firms: BTreeSet<&String> = free.iter().map(|voice| &voice.firm).collect();
    Standing {
        can_propose: firms.len() >= terms.proposal.firms_min as usize
            && free.len() >= terms.proposal.voices_min as usize
            && !terms.proposal_mechanism.is_empty(),
        unjoined: free.iter().map(|voice| voice.id.clone()).collect(),
        proposal: proposals.iter().find(is_of).cloned(),
        voices,
        problem,
    }
}

/// Reads what has changed since it was last looked, or all of the window on a new day.
async fn bring_up_to_date(context: &Context, terms: &VoiceTerms) -> Result<(), PageError> {
    let (city, today) = (&context.city, context.today());
    let known = city.voices.window().as_ref().filter(|kept| kept.day == today).map(|kept| kept.read_to);
    let since = match known {
        Some(read_to) => read_to - TimeDelta::minutes(LATE_MINUTES),
        None => first_moment(first_day(today, terms)),
    };
    let mut changed = Vec::new();
    for id in city.voice_mechanisms().into_keys() {
        changed.extend(city.store.cases_changed(id, since, READ_MAX).await?);
    }
    let (city, terms) = (Arc::clone(city), terms.clone());
    apart(move || take_in(&city, (today, &terms), changed)).await
}

/// The first day of the window that ends on a day.
fn first_day(today: NaiveDate, terms: &VoiceTerms) -> NaiveDate {
    let days = u64::from(terms.cluster.window_days.saturating_sub(1));
    today.checked_sub_days(Days::new(days)).unwrap_or(today)
}

/// Midnight of China.
fn first_moment(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(8)
}

/// Takes in what has changed, the newest first.
fn take_in(city: &City, (today, terms): (NaiveDate, &VoiceTerms), changed: Vec<KnownCase>) {
    let mut kept = city.voices.window();
    let mut heard: Vec<(KnownCase, Option<(HeardVoice, Features)>)> = Vec::new();
    let window = kept.take().filter(|kept| kept.day == today);
    for case in changed {
        let read = window.as_ref().and_then(|window| window.read.get(&case.head.number));
        if read.map(|(_, revision)| *revision) != Some(case.head.revision) {
            let voice = heard_in(city, &case).filter(|(voice, _)| voice.day >= first_day(today, terms));
            heard.push((case, voice));
        }
    }
    let mut window = window.unwrap_or_else(|| {
        let features = || heard.iter().filter_map(|(_, voice)| Some(&voice.as_ref()?.1));
        let is_known = features().count() >= RARITY_FROM;
        let rarity = if is_known { Rarity::of(features()) } else { Rarity::default() };
        *city.voices.0.rarity.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(rarity.clone());
        let problems = CommonProblems::new(terms.cluster, rarity);
        Window { day: today, problems, read_to: first_moment(today), read: BTreeMap::new() }
    });
    window.problems.pass(today);
    for (case, voice) in heard {
        window.read_to = window.read_to.max(case.head.changed_at);
        let read = (case.head.mechanism.clone(), case.head.revision);
        window.read.insert(case.head.number.clone(), read);
        match voice {
            Some((voice, features)) => window.problems.insert(voice, features),
            None => window.problems.remove(&case.head.number),
        }
    }
    *kept = Some(window);
}

/// What is heard in a case; nothing where it is no voice, or goes on as another case.
fn heard_in(city: &City, case: &KnownCase) -> Option<(HeardVoice, Features)> {
    let (head, edition) = (&case.head, &city.edition);
    if !head.merged_into.is_empty() || head.erased_at.is_some() {
        return None;
    }
    let mechanism = &city.mechanism(&head.mechanism, head.version)?.definition;
    let text = voice_in(mechanism, &case.state)?;
    let whole = text.whole();
    let voice = HeardVoice {
        id: head.number.clone(),
        firm: head.firm.clone(),
        day: day_in_china(head.opened_at),
        place: place_of(edition, &head.place),
        topic: topic(city, &text, &head.place),
        clause: clause(city, &whole),
        organization: Some(head.assigned.clone()).filter(|one| !one.is_empty()),
        accused: domain::mechanism::accused(mechanism, &case.state),
        words: city.word_finder().words(&whole),
    };
    Some((voice, Features::of(&whole, city.names())))
}

/// The likeliest topic.
fn topic(city: &City, text: &VoiceText, place: &str) -> Option<String> {
    let suggestion = suggestion(&city.edition, (text, place), &[])?;
    suggestion.topics.into_iter().next().map(|topic| topic.id)
}

/// The first article of the regulation that is named.
fn clause(city: &City, text: &str) -> Option<String> {
    let articles = &city.edition.regulation.as_ref()?.articles;
    let named = articles_named(text).into_iter();
    let mut known = named.filter(|number| articles.iter().any(|article| article.number == *number));
    known.next().map(|number| format!("a{number}"))
}
