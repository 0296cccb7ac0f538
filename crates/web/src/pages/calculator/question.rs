//! A question as a visitor sees it: its words, the field to fill in, and what was wrong with the last answer.

use super::{
    answers::{Answers, Ask, LINES_MAX, Line},
    reading::Fault,
};
use crate::{
    book::DayBook,
    choice::Choice,
    frame::Page,
    matching::{Folded, Words},
    text::Text,
};
use rules::{
    catalog::{Field, FieldIndex, TableIndex, Type},
    expression::Value,
    vocabulary::{CodeIndex, Vocabulary},
};

/// Most codes that stand in one list.
const LIST_MAX: usize = 40;
/// Most codes that a search shows.
const FOUND_MAX: usize = 24;
/// Lines of a child table that are shown at first.
const LINES_SHOWN: usize = 3;

/// What is filled in.
pub enum Input {
    /// Two buttons; what was chosen before.
    Truth(Option<bool>),
    /// A line of text with its unit.
    Line {
        /// As it was written.
        value: String,
        /// What stands behind the field.
        unit: String,
        /// The keyboard of a phone.
        keyboard: &'static str,
    },
    /// A day.
    Date(String),
    /// A list to choose one of.
    List {
        /// The entries.
        choices: Vec<Choice>,
        /// The steps taken so far, highest first; the last of them is narrowed down.
        path: Vec<String>,
        /// The code that is narrowed down; empty at the first step.
        parent: String,
        /// Whether a search is offered.
        search: bool,
    },
    /// Any number of a list.
    Many {
        /// The entries.
        choices: Vec<Choice>,
        /// Whether a search is offered.
        search: bool,
    },
    /// Rows of a child table.
    Rows {
        /// The columns.
        columns: Vec<Column>,
        /// The lines.
        lines: Vec<ShownLine>,
        /// Whether more lines may be asked for.
        more: bool,
    },
}

/// A column of a child table.
pub struct Column {
    /// Identifier.
    pub name: String,
    /// Name with unit.
    pub label: String,
    /// What the browser offers.
    pub form: &'static str,
}

/// A cell: a list to choose from where the column has one.
pub struct Cell {
    /// As it was written.
    pub value: String,
    /// The choices; none for a field to write in.
    pub choices: Vec<Choice>,
    /// Whether it cannot be read.
    pub wrong: bool,
}

/// A line of a child table.
pub struct ShownLine {
    /// Number, from 1.
    pub number: usize,
    /// How many rows it stands for, as it was written.
    pub count: String,
    /// Whether that cannot be read.
    pub count_wrong: bool,
    /// One for each column.
    pub cells: Vec<Cell>,
}

/// A question.
pub struct Question {
    /// How it stands in the form.
    pub name: String,
    /// How the visitor is asked.
    pub title: String,
    /// How to answer.
    pub hint: String,
    /// What is wrong with the answer; empty where nothing is.
    pub fault: String,
    /// The words sought among the codes.
    pub find: String,
    /// Whether the search found nothing.
    pub nothing_found: bool,
    /// What is filled in.
    pub input: Input,
}

impl Question {
    /// Whether a search among the codes is offered.
    pub fn searches(&self) -> bool {
        matches!(self.input, Input::List { search: true, .. } | Input::Many { search: true, .. })
    }

    /// The child table that is asked about.
    pub fn table_name(&self) -> &str {
        self.name.strip_prefix("table:").unwrap_or(&self.name)
    }
}

/// Makes questions of a book in the language of a page.
pub struct Asker<'a> {
    /// The page.
    pub page: &'a Page,
    /// The texts of the calculator.
    pub t: Text,
    /// What is asked about.
    pub book: &'a DayBook,
    /// What was answered so far.
    pub answers: &'a Answers,
    /// Division code of the city.
    pub place: &'a str,
}

impl Asker<'_> {
    /// The question about something, with what was wrong with its answer.
    pub fn question(&self, ask: Ask, fault: Option<Fault>) -> Question {
        let (title, hint, input) = match ask {
            Ask::Fact(field) => self.fact(field),
            Ask::Table(table) => self.rows(table),
        };
        let nothing_found = !self.answers.find.is_empty()
            && matches!(&input, Input::List { choices, .. } | Input::Many { choices, .. } if choices.is_empty());
        Question {
            name: ask.name(&self.book.catalog),
            title,
            hint,
            fault: fault.map(|fault| self.fault(fault)).unwrap_or_default(),
            find: self.answers.find.clone(),
            nothing_found,
            input,
        }
    }

    /// What is wrong, and what to write.
    fn fault(&self, fault: Fault) -> String {
        let t = &self.t;
        match fault {
            Fault::Empty => t.of("fault_empty"),
            Fault::Money => t.of("fault_money"),
            Fault::Number => t.of("fault_number"),
            Fault::Whole => t.of("fault_whole"),
            Fault::Share => t.of("fault_share"),
            Fault::Date => t.of("fault_date"),
            Fault::Code => t.of("fault_code"),
            Fault::Digits => t.of("fault_digits"),
            Fault::Long => t.of("fault_long"),
            Fault::Count => t.of("fault_count"),
            // A step further down is no fault of the visitor.
            Fault::Deeper => "",
        }
        .to_owned()
    }

    /// How a field is called.
    pub fn label(&self, field: &Field) -> String {
        let t = &self.t;
        let label = self.page.words(&field.label);
        match field.name.split_once("[-") {
            Some((name, prior)) if label.is_empty() => {
                let catalog = &self.book.catalog;
                let own = catalog.find(name).map_or(name, |own| self.page.words(&catalog.field(own).label));
                t.two("prior", own, prior.trim_end_matches(']'))
            }
            _ if label.is_empty() => field.name.clone(),
            _ => label.to_owned(),
        }
    }

    fn fact(&self, index: FieldIndex) -> (String, String, Input) {
        let t = &self.t;
        let field = self.book.catalog.field(index);
        let question = self.page.words(&field.question);
        let label = self.label(field);
        let title = if question.is_empty() { t.one("what_is", &label) } else { question.to_owned() };
        let given = self.answers.facts.get(&index);
        let written = given.and_then(|given| given.texts.last()).cloned().unwrap_or_default();
        let (input, hint) = match &field.kind {
            Type::Bool => {
                let chosen = given.and_then(|given| given.value.as_ref().ok());
                (Input::Truth(chosen.map(|value| *value == Value::Bool(true))), "")
            }
            Type::Money => (self.line(written, t.of("unit_yuan"), "text"), t.of("hint_money")),
            Type::Ratio => (self.line(written, "%", "decimal"), t.of("hint_share")),
            Type::Number { scale: 0, unit } => (self.line(written, unit, "numeric"), t.of("hint_whole")),
            Type::Number { unit, .. } => (self.line(written, unit, "decimal"), ""),
            Type::Text => (self.line(written, "", "text"), ""),
            Type::Date => {
                let day = given.and_then(|given| given.value.as_ref().ok());
                let day = if let Some(Value::Date(day)) = day { day.to_string() } else { String::new() };
                (Input::Date(day), t.of("hint_date"))
            }
            Type::Code(vocabulary) => {
                let vocabulary = self.book.catalog.vocabulary(*vocabulary);
                (self.list(index, vocabulary, &written), "")
            }
            Type::CodeSet(vocabulary) => {
                let texts = given.map_or(&[][..], |given| &given.texts);
                (self.many(self.book.catalog.vocabulary(*vocabulary), texts), t.of("hint_many"))
            }
        };
        (title, hint.to_owned(), input)
    }

    fn line(&self, value: String, unit: &str, keyboard: &'static str) -> Input {
        Input::Line { value, unit: self.unit(unit), keyboard }
    }

    /// A unit in the language of the page; what is not known stays as it is declared.
    fn unit(&self, unit: &str) -> String {
        let t = &self.t;
        let written =
            rules::explain::Measure::Number(unit.to_owned()).write_number(rules::number::Number::whole(2));
        if unit.is_empty() || unit == "%" || unit == t.of("unit_yuan") {
            return unit.to_owned();
        }
        self.page.words(&written).trim_start_matches(['2', ' ']).to_owned()
    }

    fn code_label(&self, vocabulary: &Vocabulary, code: CodeIndex) -> String {
        let t = &self.t;
        let code = vocabulary.code(code);
        let label = self.page.words(&code.label);
        match (label.is_empty(), code.code.bytes().any(|byte| byte.is_ascii_digit())) {
            (true, _) => code.code.clone(),
            (false, true) => t.two("code", label, &code.code),
            (false, false) => label.to_owned(),
        }
    }

    /// A list of codes: all of a short vocabulary, else one step of the way down, or what was found.
    fn list(&self, field: FieldIndex, vocabulary: &Vocabulary, written: &str) -> Input {
        let t = &self.t;
        let codes = vocabulary.codes();
        let search = codes.len() > LIST_MAX;
        if !search {
            let asked = format!("={}", written.trim_start_matches('='));
            let choice = |(at, code): (usize, &rules::vocabulary::Code)| {
                let indent = if code.parent.is_some() { "\u{3000}" } else { "" };
                let label = format!("{indent}{}", self.code_label(vocabulary, at as CodeIndex));
                Choice::new(format!("={}", code.code), label, &asked)
            };
            let choices = codes.iter().enumerate().map(choice).collect();
            return Input::List { choices, path: Vec::new(), parent: String::new(), search };
        }
        if !self.answers.find.is_empty() {
            let choices = self.found(vocabulary);
            return Input::List { choices, path: Vec::new(), parent: String::new(), search };
        }
        let splits = self.book.splits.get(&field).map_or(&[][..], Vec::as_slice);
        let is_split = |code: CodeIndex| splits.get(usize::from(code)).copied().unwrap_or(false);
        let parent = vocabulary.find(written).filter(|code| is_split(*code));
        let below = |parent| {
            let own =
                (0..codes.len() as CodeIndex).filter(move |code| vocabulary.code(*code).parent == parent);
            own.collect::<Vec<_>>()
        };
        let choice = |code: CodeIndex| {
            Choice::new(vocabulary.code(code).code.as_str(), self.code_label(vocabulary, code), written)
        };
        let mut choices: Vec<Choice> = below(parent).into_iter().map(choice).collect();
        if parent.is_none() {
            // Who asks is most likely of this city: its counties stand first.
            let city = [self.place, self.place.trim_end_matches("00")];
            let city =
                city.into_iter().filter(|code| !code.is_empty()).find_map(|code| vocabulary.find(code));
            let near = city.map(|city| below(Some(city))).unwrap_or_default();
            choices.splice(0..0, near.into_iter().map(choice));
        }
        let mut path = Vec::new();
        if let Some(parent) = parent {
            let label = t.one("code_itself", self.code_label(vocabulary, parent));
            choices.push(Choice::new(format!("={}", vocabulary.code(parent).code), label, written));
            let mut step = Some(parent);
            while let Some(code) = step {
                path.insert(0, self.code_label(vocabulary, code));
                step = vocabulary.code(code).parent;
            }
        }
        let parent = parent.map(|code| vocabulary.code(code).code.clone()).unwrap_or_default();
        Input::List { choices, path, parent, search }
    }

    /// The codes whose number or name has the words sought.
    fn found(&self, vocabulary: &Vocabulary) -> Vec<Choice> {
        let t = &self.t;
        let words = Words::new(&self.answers.find);
        let codes = vocabulary.codes().iter().enumerate();
        let matches = codes.filter(|(_, code)| {
            words.match_any(&[&Folded::new(&format!("{} {} {}", code.code, code.label.zh, code.label.en))])
        });
        let choice = |(at, code): (usize, &rules::vocabulary::Code)| {
            let above = code.parent.map(|parent| self.code_label(vocabulary, parent)).unwrap_or_default();
            let label = self.code_label(vocabulary, at as CodeIndex);
            let label = if above.is_empty() { label } else { t.two("code_below", label, above) };
            Choice::new(code.code.as_str(), label, "")
        };
        matches.take(FOUND_MAX).map(choice).collect()
    }

    fn many(&self, vocabulary: &Vocabulary, texts: &[String]) -> Input {
        let codes = vocabulary.codes();
        let search = codes.len() > LIST_MAX;
        let chosen = |code: &str| texts.iter().any(|text| text == code);
        let mut choices = if search { self.found(vocabulary) } else { Vec::new() };
        if search && self.answers.find.is_empty() {
            choices.clear();
        }
        for (at, code) in codes.iter().enumerate() {
            let listed = choices.iter_mut().find(|choice| choice.value == code.code);
            match listed {
                Some(choice) => choice.chosen = chosen(&code.code),
                None if !search || chosen(&code.code) => {
                    let label = self.code_label(vocabulary, at as CodeIndex);
                    let asked = if chosen(&code.code) { code.code.as_str() } else { "" };
                    choices.push(Choice::new(code.code.as_str(), label, asked));
                }
                None => {}
            }
        }
        Input::Many { choices, search }
    }

    fn rows(&self, index: TableIndex) -> (String, String, Input) {
        let t = &self.t;
        let table = &self.book.catalog.tables()[usize::from(index)];
        let given = self.answers.tables.get(&index).map_or(&[][..], Vec::as_slice);
        let wanted = given.len() + usize::from(!given.is_empty());
        let shown = wanted.clamp(LINES_SHOWN, LINES_MAX);
        let empty = Line::default();
        let line = |at: usize| self.shown_line(at, given.get(at).unwrap_or(&empty), &table.fields);
        let columns = table.fields.iter().map(|field| {
            let unit = match &field.kind {
                Type::Money => t.of("unit_yuan").to_owned(),
                Type::Ratio => "%".to_owned(),
                Type::Number { unit, .. } => self.unit(unit),
                _ => String::new(),
            };
            let label = self.label(field);
            let label = if unit.is_empty() { label } else { t.two("with_unit", label, unit) };
            let form = if field.kind == Type::Date { "date" } else { "text" };
            Column { name: field.name.clone(), label, form }
        });
        let name = self.page.words(&table.label);
        let title = t.one("rows_title", if name.is_empty() { &table.name } else { name });
        let input = Input::Rows {
            columns: columns.collect(),
            lines: (0..shown).map(line).collect(),
            more: shown < LINES_MAX,
        };
        (title, t.of("rows_hint").to_owned(), input)
    }

    fn shown_line(&self, at: usize, line: &Line, fields: &[Field]) -> ShownLine {
        let t = &self.t;
        let catalog = &self.book.catalog;
        let cell = |(at, field): (usize, &Field)| {
            let value = line.cells.get(at).cloned().unwrap_or_default();
            let choices = match &field.kind {
                Type::Bool => {
                    let words = [("true", t.of("yes")), ("false", t.of("no"))];
                    words.into_iter().map(|(code, label)| Choice::new(code, label, &value)).collect()
                }
                Type::Code(vocabulary) if catalog.vocabulary(*vocabulary).codes().len() <= LIST_MAX => {
                    let vocabulary = catalog.vocabulary(*vocabulary);
                    let codes = vocabulary.codes().iter().enumerate();
                    let choice = |(at, code): (usize, &rules::vocabulary::Code)| {
                        Choice::new(code.code.as_str(), self.code_label(vocabulary, at as CodeIndex), &value)
                    };
                    codes.map(choice).collect()
                }
                _ => Vec::new(),
            };
            let read = line.value(at, &field.kind, catalog);
            let wrong = read.as_ref().is_some_and(Result::is_err);
            // A date field takes the form of the browser only.
            let value = match read {
                Some(Ok(Value::Date(day))) => day.to_string(),
                _ => value,
            };
            Cell { value, choices, wrong }
        };
        ShownLine {
            number: at + 1,
            count: line.count.clone(),
            count_wrong: line.rows().is_err(),
            cells: fields.iter().enumerate().map(cell).collect(),
        }
    }
}
