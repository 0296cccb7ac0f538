//! Any form of a mechanism as HTML, and what was typed into it as values. No script is needed.
//!
//! What is rendered and sent back unchanged reads back the same; a test tries that on made-up forms.

mod control;
mod reading;
mod refusal;
mod spoken;
#[cfg(test)]
mod tests;
mod typed;

pub use reading::{Fault, Read, read};
pub use refusal::Reasons;
pub use spoken::spoken;
pub use typed::Typed;

use crate::{
    frame::Page,
    text::{Text, Texts},
};
use askama::Template;
use control::Control;
use domain::mechanism::{Form, FormField, Mechanism};
use edition::Edition;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Most characters of a line.
const LINE_LENGTH_MAX: usize = 200;
/// Most characters of a longer text.
const AREA_LENGTH_MAX: usize = 5_000;

/// What a form belongs to: the mechanism, and the edition with its vocabularies and organisations.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The mechanism of the form.
    pub mechanism: &'a Mechanism,
    /// The edition.
    pub edition: &'a Edition,
}

/// The fields of a form, ready to stand inside a `<form>`, with everything that stands against what was typed.
#[derive(Template)]
#[template(path = "components/case_form/form.html")]
pub struct CaseForm {
    t: Text,
    /// What sets its identifiers apart from those of other forms of the page.
    scope: String,
    lines: Vec<Line>,
    reasons: Reasons,
}

/// What helps to fill a field in: what the mechanism says about it, then what holds for every field of its kind.
fn hint_of(page: &Page, t: Text, ground: Ground<'_>, field: &FormField) -> String {
    let own = field.hint.as_ref().map_or("", |hint| page.say(hint));
    let of_kind = control::hint(t, ground, field);
    let parts: Vec<&str> = [own, of_kind].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(t.of("between_hints"))
}

/// A field with its label.
struct Line {
    name: String,
    id: String,
    label: String,
    hint: String,
    unit: String,
    is_required: bool,
    fault: Option<String>,
    control: Control,
}

impl Line {
    fn describes(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let fault = self.fault.is_some().then(|| format!("{}-fault", self.id));
        [hint, fault].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

impl CaseForm {
    /// The form with what was typed before, and what stands against that. Fields in `known` are not asked for: the
    /// service fills them in.
    pub fn new(
        page: &Page,
        (ground, scope): (Ground<'_>, &str),
        form: Option<&Form>,
        (typed, reasons, known): (&Typed, Reasons, &[&str]),
    ) -> Self {
        let t = TEXTS.of(page.language);
        let fields = form.into_iter().flat_map(|form| &form.fields);
        let asked = fields.filter(|field| !known.contains(&field.name.as_str()));
        let line = |field| {
            let control = Control::of((page, t), ground, field, typed);
            Line {
                name: typed::name_of(&field.name),
                id: format!("{scope}-{}", field.name),
                label: page.say(&field.label).to_owned(),
                hint: hint_of(page, t, ground, field),
                unit: control::unit(page, t, field),
                is_required: field.required,
                fault: reasons.of_field(&field.name).map(str::to_owned),
                control,
            }
        };
        let lines = asked.map(line).collect();
        Self { t, scope: scope.to_owned(), lines, reasons }
    }

    /// Whether anything stands against what was typed.
    pub fn is_refused(&self) -> bool {
        !self.reasons.is_empty()
    }

    /// Whether files may come with it, so that it has to be sent in parts.
    pub fn takes_files(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.control, Control::Files { .. }))
    }

    fn faulty(&self) -> impl Iterator<Item = (&Line, &String)> {
        self.lines.iter().filter_map(|line| Some((line, line.fault.as_ref()?)))
    }
}
