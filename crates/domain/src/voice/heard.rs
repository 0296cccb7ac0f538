//! Which cases are voices, and what of them is compared: never what is confidential.

use super::{spelling, words::WORDS};
use crate::mechanism::{
    Act, Anonymity, Competence, FieldValue, Form, FormFieldKind, Mechanism, course::CaseState,
};
use std::collections::BTreeMap;

/// The field that says how a voice came in. A procedure whose form has it takes in voices of every channel.
const CHANNEL: &str = "channel";
/// The field with the number of another platform; it tells nothing.
const SOURCE: &str = "source_number";
/// The field in which a firm says who may know it, and what makes a voice a confidential report.
const IDENTITY: (&str, &str) = ("identity", "confidential");

/// What a firm wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VoiceText {
    /// The subject line: the first text of the form.
    pub subject: String,
    /// All other texts of the form.
    pub account: String,
}

impl VoiceText {
    /// Subject and account.
    pub fn whole(&self) -> String {
        format!("{}\n{}", self.subject, self.account)
    }
}

/// The form with which a mechanism takes in voices; none where it takes in none, or confidential reports.
pub fn voice_form(mechanism: &Mechanism) -> Option<&Form> {
    let has_channel = |form: &&Form| form.fields.iter().any(|field| field.name == CHANNEL);
    mechanism.forms.iter().find(has_channel).filter(|_| mechanism.anonymity != Anonymity::Confidential)
}

/// What a firm wrote in a case that is a voice, from what was filled in. A voice that goes on as a confidential report is
/// none.
pub fn voice_of(mechanism: &Mechanism, data: &BTreeMap<String, FieldValue>) -> Option<VoiceText> {
    let form = voice_form(mechanism)?;
    let said = |name: &str| data.get(name).and_then(FieldValue::text);
    if said(IDENTITY.0) == Some(IDENTITY.1) {
        return None;
    }
    let texts = form.fields.iter().filter(|field| field.kind == FormFieldKind::Text && field.name != SOURCE);
    let mut texts = texts.filter_map(|field| said(&field.name));
    let subject = texts.next()?.to_owned();
    Some(VoiceText { subject, account: texts.collect::<Vec<_>>().join("\n") })
}

/// What a firm wrote in a case as it stands. One that went on as another case by itself is no voice any more: so reports in
/// confidence leave, whatever they are called.
pub fn voice_in(mechanism: &Mechanism, state: &CaseState) -> Option<VoiceText> {
    let is_automatic = |by: &String| {
        let actor = mechanism.actors.iter().find(|actor| actor.id == *by);
        actor.is_some_and(|actor| actor.competence == Competence::Automatic)
    };
    let goes_on = |id: &String| {
        let step = mechanism.steps.iter().find(|step| step.id == *id);
        step.is_some_and(|step| step.acts.iter().any(|act| matches!(act, Act::OpenCase { .. })))
    };
    let has_gone = state.taken.iter().any(|taken| is_automatic(&taken.by) && goes_on(&taken.step));
    voice_of(mechanism, &state.data).filter(|_| !has_gone)
}

/// The numbers of the articles that a text names, as citations write them: `26`.
pub fn articles_named(text: &str) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    let mut named = Vec::new();
    for (at, _) in text.iter().enumerate().filter(|(_, one)| **one == WORDS.article.before) {
        let Some((length, number)) = spelling::read_whole(&text[at + 1..]) else { continue };
        let number = number.to_string();
        if text.get(at + 1 + length) == Some(&WORDS.article.after) && !named.contains(&number) {
            named.push(number);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::articles_named;

    #[test]
    fn articles_are_found_in_numerals_and_digits() {
        let named = articles_named("按照条例第二十六条和第 9条、第31条，第二十六条第一款、第三十项、第条");
        assert_eq!(named, ["26", "31"]);
        assert_eq!(articles_named("第一百零二条"), ["102"]);
    }
}
