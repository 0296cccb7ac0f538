//! The rules of a command: an edition, or facts and policies that were named.

use super::policy_lines;
use crate::{
    commands::{Context, one_line, printed, serve},
    editions,
};
use anyhow::{anyhow, bail};
use chrono::{Datelike, NaiveDate};
use domain::calendar::WorkingCalendar;
use edition::{Problem, Tree};
use rules::{
    calendar::{Calendar, NoCalendar},
    catalog::{Catalog, Words},
    check::Scope,
    definition::{Benefit, Definitions, Moment},
    policy::RuleBook,
};
use serde::Serialize;
use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

/// The edition whose facts are taken where none are named.
const EDITION: &str = "wenzhou";

/// Most bytes of a file of facts, of vocabularies or of policies.
const BYTES_MAX: u64 = 1 << 28;

/// Arguments that name facts, or an edition, and the day.
#[derive(clap::Args)]
pub struct FactsArguments {
    /// What rules may ask for: a facts.toml.
    #[arg(long, value_name = "FILE", group = "catalog")]
    pub facts: Option<PathBuf>,
    /// The facts of this edition, and its policies where no others are named.
    #[arg(long, value_name = "ID", group = "catalog")]
    pub edition: Option<String>,
    /// The day for which is evaluated; today without it.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// What was published by this day; the day of --as-of without it.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub known_at: Option<NaiveDate>,
}

/// A day of the years that facts may hold, 1 to 9999.
fn day(written: &str) -> Result<NaiveDate, String> {
    let day: Option<NaiveDate> = written.parse().ok();
    day.filter(|day| (1..=9999).contains(&day.year()))
        .ok_or_else(|| "there is no such day · write it as 2026-11-22".to_owned())
}

/// Arguments that name rules.
#[derive(clap::Args)]
pub struct SourceArguments {
    #[command(flatten)]
    pub facts: FactsArguments,
    /// The policies: a folder of definitions, a policy.toml, or a file with one JSON object to a line.
    #[arg(long, value_name = "DIR|FILE", required_unless_present = "edition", requires = "catalog")]
    pub policies: Option<PathBuf>,
}

/// Rules of one day.
pub struct RulesFrom {
    /// What they may ask for.
    pub catalog: Arc<Catalog>,
    /// The policies of the day.
    pub book: Arc<RuleBook>,
    /// What they were made of; empty for policies from lines.
    pub definitions: Arc<Definitions>,
    /// For each policy its definition and version, where there is one.
    pub origins: Vec<(usize, usize)>,
    /// The day.
    pub moment: Moment,
    /// Working days, where an edition knows them.
    calendar: Option<Arc<WorkingCalendar>>,
}

/// What rules may ask for, and what an edition defines.
pub struct FactsFrom {
    /// What rules may ask for.
    pub catalog: Arc<Catalog>,
    /// What the edition defines; nothing where facts were named alone.
    pub definitions: Arc<Definitions>,
    calendar: Option<Arc<WorkingCalendar>>,
}

/// Something wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DefinitionFinding {
    /// The file or definition, with the line where there is one.
    pub place: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

/// Writes one line to standard error.
pub fn say(word: &str, text: &str) -> io::Result<()> {
    match writeln!(io::stderr(), "{word}: {}", one_line(text)) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Says what is wrong with definitions.
pub fn tell(context: &Context, findings: &[DefinitionFinding]) -> anyhow::Result<()> {
    if context.json {
        printed(&(serde_json::to_string_pretty(&serde_json::json!({ "findings": findings }))? + "\n"))?;
    }
    for DefinitionFinding { place, what, hint } in findings {
        say("error", &format!("{what} · {place} · {hint}"))?;
    }
    Ok(())
}

/// Reads a file of bounded size as text.
pub fn text_of(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let file = fs::File::open(path)
        .map_err(|error| anyhow!("it cannot be read ({error}) · {shown} · name a file that can be read"))?;
    let mut bytes = Vec::new();
    let read = file.take(BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| anyhow!("it cannot be read ({error}) · {shown} · name a file, not a folder"))?;
    if bytes.len() as u64 > BYTES_MAX {
        bail!("the file is larger than {} MiB · {shown} · see that it is the right file", BYTES_MAX >> 20);
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| anyhow!("the file is not in UTF-8 · {shown} · save it in UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

fn of_problems(problems: Vec<Problem>) -> Vec<DefinitionFinding> {
    let finding = |problem: Problem| DefinitionFinding {
        place: problem.line.map_or_else(|| problem.file.clone(), |line| format!("{}:{line}", problem.file)),
        what: problem.what,
        hint: problem.hint,
    };
    problems.into_iter().map(finding).collect()
}

impl FactsArguments {
    /// The day of evaluation and of knowledge.
    pub fn moment(&self) -> Moment {
        let as_of = self.as_of.unwrap_or_else(serve::today);
        Moment { as_of, known_at: self.known_at.unwrap_or(as_of) }
    }

    /// What rules may ask for, and what the edition defines; nothing where something is wrong, which is said.
    pub fn load(&self, context: &Context) -> anyhow::Result<Option<FactsFrom>> {
        let edition = match (&self.edition, &self.facts) {
            (None, None) => Some(EDITION),
            (edition, _) => edition.as_deref(),
        };
        if let Some(id) = edition {
            let tree = editions::tree(context)?;
            let known = tree.edition_ids();
            if !known.iter().any(|known| known == id) {
                bail!("there is no edition `{id}` · --edition · known are {}", known.join(", "));
            }
            let loaded = edition::load(&tree, id);
            if !loaded.problems.is_empty() {
                let count = loaded.problems.len();
                say(
                    "warning",
                    &format!(
                        "the edition has {count} problems · {id} · see them with `liangjian check {id}`"
                    ),
                )?;
            }
            let edition = loaded.edition;
            return Ok(Some(FactsFrom {
                catalog: edition.catalog,
                definitions: edition.definitions,
                calendar: Some(edition.calendar),
            }));
        }
        let path = self.facts.as_deref().ok_or_else(|| anyhow!("no facts · --facts · name a facts.toml"))?;
        let text = text_of(path)?;
        let beside = |name: &str| {
            let path = path.parent().unwrap_or(Path::new("")).join(name);
            text_of(&path).map_err(|error| error.to_string())
        };
        let (catalog, problems) = edition::facts::read(&path.display().to_string(), &text, &beside);
        if !problems.is_empty() {
            tell(context, &of_problems(problems))?;
            return Ok(None);
        }
        Ok(Some(FactsFrom { catalog: Arc::new(catalog), definitions: Arc::default(), calendar: None }))
    }
}

impl SourceArguments {
    /// The rules; nothing where something is wrong with them, which is said.
    pub fn load(&self, context: &Context) -> anyhow::Result<Option<RulesFrom>> {
        let Some(facts) = self.facts.load(context)? else { return Ok(None) };
        let moment = self.facts.moment();
        let rules = match &self.policies {
            None => RulesFrom::of_definitions(&facts, Arc::clone(&facts.definitions), moment),
            Some(path) => RulesFrom::of_path(path, &facts, moment)?,
        };
        match rules {
            Ok(rules) => Ok(Some(rules)),
            Err(findings) => {
                tell(context, &findings)?;
                Ok(None)
            }
        }
    }
}

impl RulesFrom {
    /// The policies of definitions.
    pub fn of_definitions(
        facts: &FactsFrom,
        definitions: Arc<Definitions>,
        moment: Moment,
    ) -> Result<Self, Vec<DefinitionFinding>> {
        let catalog = Arc::clone(&facts.catalog);
        let (book, faults) = definitions.book(&catalog, moment);
        if !faults.is_empty() {
            let finding = |fault: rules::definition::DefinitionFault| DefinitionFinding {
                place: format!("{} {}", fault.id, fault.field),
                what: fault.fault.what,
                hint: fault.fault.hint,
            };
            return Err(faults.into_iter().map(finding).collect());
        }
        let calendar = facts.calendar.clone();
        Ok(Self { catalog, book: Arc::new(book.rules), definitions, origins: book.origins, moment, calendar })
    }

    /// The policies of a folder, of a policy.toml, or of a file of lines.
    pub fn of_path(
        path: &Path,
        facts: &FactsFrom,
        moment: Moment,
    ) -> anyhow::Result<Result<Self, Vec<DefinitionFinding>>> {
        if !path.is_dir() && path.extension().is_none_or(|extension| extension != "toml") {
            let text = text_of(path)?;
            let catalog = Arc::clone(&facts.catalog);
            let scope = facts.definitions.scope(&catalog, moment);
            let policies = policy_lines::read(&path.display().to_string(), &text, scope);
            return Ok(policies.map(|policies| Self {
                book: Arc::new(RuleBook { policies, groups: Vec::new() }),
                catalog,
                definitions: Arc::default(),
                origins: Vec::new(),
                moment,
                calendar: facts.calendar.clone(),
            }));
        }
        let (tree, name) = if path.is_dir() { Tree::from_folder(path)? } else { tree_of_file(path)? };
        let (definitions, problems) = edition::policies_of_folder(&tree, &name, &facts.catalog);
        if !problems.is_empty() {
            return Ok(Err(of_problems(problems)));
        }
        Ok(Self::of_definitions(facts, Arc::new(definitions), moment))
    }

    /// What a policy gives, as the edition wrote it.
    pub fn benefit(&self, policy: usize) -> Option<&Benefit> {
        let (at, version) = self.origins.get(policy)?;
        self.definitions.policies.get(*at)?.versions.get(*version)?.benefit.as_ref()
    }

    /// What counts working days.
    pub fn calendar(&self) -> &dyn Calendar {
        self.calendar.as_deref().map_or(&NoCalendar, |calendar| calendar)
    }

    /// What a name may mean.
    pub fn scope(&self) -> Scope<'_> {
        self.definitions.scope(&self.catalog, self.moment)
    }

    /// What a policy is called; its identifier where it has no title.
    pub fn title(&self, policy: usize) -> Words {
        let definition = self.origins.get(policy).and_then(|(at, _)| self.definitions.policies.get(*at));
        let id = self.book.policies[policy].id.to_string();
        definition.map_or_else(|| Words { zh: id.clone(), en: id }, |definition| definition.title.clone())
    }
}

/// A tree of one policy.toml; the policy is called as its folder, or as the file where it has another name.
fn tree_of_file(path: &Path) -> anyhow::Result<(Tree, String)> {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let stem = whole.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = whole.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let id = if stem == "policy" { folder.unwrap_or(stem) } else { stem };
    let text = text_of(path)?;
    let tree = Tree::from_files([(format!("alone/{id}/policy.toml"), text)]);
    Ok((tree, "alone".to_owned()))
}
