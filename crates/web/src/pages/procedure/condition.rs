//! The condition of a step as a reader reads it: fields, steps, clocks and codes by their names.

use super::parts::Told;
use domain::Language;
use rules::{
    catalog::Type,
    check::Scope,
    syntax::{Kind, Spelling, Tree, parse, print},
};

impl Told<'_> {
    /// A condition in the reader's language.
    pub(super) fn condition(&self, text: &str) -> String {
        let scope = Scope::new(self.version.catalog(), self.version.definition.effective);
        let mut tree = parse(text, &scope).0;
        self.put_labels(&mut tree);
        let spelling = match self.page.language {
            Language::Zh => Spelling::Chinese,
            Language::En => Spelling::English,
        };
        let signs = [(" >= ", " ≥ "), (" <= ", " ≤ ")];
        let printed = print(&tree, spelling, &scope);
        signs.into_iter().fold(printed, |text, (plain, sign)| text.replace(plain, sign))
    }

    fn put_labels(&self, tree: &mut Tree) {
        let catalog = self.version.catalog();
        match &mut tree.kind {
            Kind::In { subject, codes, .. } => {
                let kind = match &subject.kind {
                    Kind::Name { name, .. } => catalog.find(name).map(|field| &catalog.field(field).kind),
                    _ => None,
                };
                let vocabulary = match kind {
                    Some(Type::Code(vocabulary) | Type::CodeSet(vocabulary)) => {
                        Some(catalog.vocabulary(*vocabulary))
                    }
                    _ => None,
                };
                for word in codes.iter_mut() {
                    let code = vocabulary.and_then(|found| Some(found.code(found.find(&word.code)?)));
                    if let Some(code) = code {
                        self.page.words(&code.label).clone_into(&mut word.code);
                    }
                }
                self.put_labels(subject);
            }
            Kind::Name { name, .. } => {
                if let Some(label) = self.label(name) {
                    *name = label;
                }
            }
            _ => tree.parts_mut().into_iter().for_each(|part| self.put_labels(part)),
        }
    }

    /// What a name of a condition means: a field, a parameter, or what the case knows of its own course.
    fn label(&self, name: &str) -> Option<String> {
        let definition = &self.version.definition;
        let mut fields = definition.forms.iter().flat_map(|form| &form.fields);
        if let Some(field) = fields.find(|field| field.name == name) {
            return Some(self.page.say(&field.label).to_owned());
        }
        if let Some(parameter) = self.edition.definitions.named.iter().find(|named| named.name == name) {
            return Some(self.page.words(&parameter.label).to_owned()).filter(|label| !label.is_empty());
        }
        let step = |id: &str| {
            let step = definition.steps.iter().find(|step| step.id.replace('-', "_") == id)?;
            Some(self.page.say(&step.title))
        };
        let clock = |id: &str| {
            let clock = definition.clocks.iter().find(|clock| clock.id.replace('-', "_") == id)?;
            Some(self.page.say(&clock.title))
        };
        let (kind, of) = name.split_once('_')?;
        match kind {
            "times" => Some(self.t.one("times", step(of)?)),
            "own" => Some(self.t.one("own_times", step(of.strip_prefix("times_")?)?)),
            "over" => Some(self.t.one("over", clock(of)?)),
            "due" => Some(self.t.one("due", clock(of)?)),
            "open" => Some(self.t.one("open", clock(of)?)),
            "passed" => Some(self.t.of("passed_on").to_owned()),
            "lpr" if of == "one_year" => Some(self.t.of("lpr_one_year").to_owned()),
            "lpr" => Some(self.t.of("lpr_five_year").to_owned()),
            _ => None,
        }
    }
}
