//! What the desk hears: voices like another one, who is competent for one, problems that many have. `domain::voice`
//! decides what is alike; here it gets the cases, and shows each reader those that exist for him.
//!
//! Never: anything of a confidential report.

mod competent;
mod near;
mod problems;

pub use competent::{Suggested, suggested};
pub use near::{NearVoice, near_case, near_text};
pub use problems::{Standing, problem_with, problems_seen};

use crate::{City, context::Context};
use domain::{
    mechanism::{Competence, Mechanism},
    voice::{
        cluster::{CommonProblems, WordFinder},
        similarity::{KnownNames, Rarity},
        voice_form,
    },
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// What is made once for a city, and the voices of the window as they were last read.
#[derive(Clone, Default)]
pub struct Voices(Arc<Kept>);

#[derive(Default)]
struct Kept {
    finder: OnceLock<Arc<WordFinder>>,
    names: OnceLock<KnownNames>,
    window: Mutex<Option<Window>>,
    rarity: Mutex<Arc<Rarity>>,
}

/// The voices of a window of days.
struct Window {
    day: chrono::NaiveDate,
    problems: CommonProblems,
    /// The latest change that was read.
    read_to: chrono::DateTime<chrono::Utc>,
    /// The mechanism and the revision of each case that was read.
    read: BTreeMap<String, (String, i64)>,
}

impl Voices {
    /// With a finder of words that is there already: it takes a moment to make.
    #[cfg(test)]
    pub fn with(finder: Arc<WordFinder>) -> Self {
        let voices = Self::default();
        drop(voices.0.finder.set(finder));
        voices
    }

    fn window(&self) -> std::sync::MutexGuard<'_, Option<Window>> {
        self.0.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How rare characters are among the voices that were read last.
    fn rarity(&self) -> Arc<Rarity> {
        Arc::clone(&self.0.rarity.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl City {
    fn word_finder(&self) -> &WordFinder {
        let make = || Arc::new(WordFinder::new(self.edition.whole_words()));
        self.voices.0.finder.get_or_init(make)
    }

    fn names(&self) -> &KnownNames {
        self.voices.0.names.get_or_init(|| self.edition.known_names())
    }

    /// The mechanisms that take in voices of firms.
    fn voice_mechanisms(&self) -> BTreeMap<&str, &Mechanism> {
        let all = self.edition.mechanisms.iter().map(|version| &version.definition);
        all.filter(|mechanism| voice_form(mechanism).is_some()).map(|one| (one.id.as_str(), one)).collect()
    }
}

impl Context {
    /// Whether the one who asks is of the desk that distributes the cases of a mechanism.
    fn is_desk_of(&self, mechanism: &Mechanism) -> bool {
        let Some(domain::access::Capacity::Office { role, organization, .. }) =
            self.visit.principal().capacity()
        else {
            return false;
        };
        mechanism.actors.iter().any(|actor| {
            actor.competence == Competence::Fixed
                && actor.roles.contains(role)
                && actor.organization.as_ref() == Some(organization)
                // Discipline inspection is fixed too, and distributes nothing.
                && mechanism.steps.iter().any(|step| {
                    step.by.contains(&actor.id) && step.acts.contains(&domain::mechanism::Act::Assign)
                })
        })
    }
}

/// Does what takes long beside the threads that answer.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, crate::error::PageError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| crate::error::PageError::broken(&error))
}
