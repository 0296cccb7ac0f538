//! The edition of Wenzhou against its two source documents: what `gazette` reads there is what the edition says.
//!
//! Facts and figures are compared, wording is not: headings and gists of the edition are ours. Every difference
//! is reported at once. Without the documents each test says that it skipped.

use domain::{
    law::Regulation,
    organization::OrganizationKind,
    task_list::{Comparator, LeadMark, Recurrence, Strength, Target, TaskList, Work},
};
use edition::{Edition, Tree};
use gazette::{Hints, Reading, law, manuscript::Manuscript, quantity, quantity::Quantity, task_list};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Figures in the wording of a target that are no target of their own, and why.
///
/// Each is named by its target item, its figure and its unit.
const NO_TARGET: [(&str, &str, &str, &str); 2] = [
    ("t1.1", "25", "%", "the content of one of the six reliefs; the target is the day they are extended to"),
    (
        "t26.1",
        "12",
        "个",
        "the counties; the edition adds the centre of the city itself and says so in a remark",
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn wenzhou() -> Edition {
    let tree = Tree::from_directory(&root().join("editions")).expect("the folder of the editions is there");
    edition::load(&tree, "wenzhou").edition
}

/// A source document as lines and in its structure; nothing where it is not here.
fn source(file: &str) -> Option<(Manuscript, Reading)> {
    let folder = root().join("../shared/seeds");
    if !folder.is_dir() {
        println!("skipped: comparison of editions/wenzhou with {file} · ../shared/seeds is not here");
        return None;
    }
    let bytes = fs::read(folder.join(file)).expect("the folder of the sources holds both documents");
    let manuscript = gazette::manuscript(&bytes, Hints { file_name: Some(file) }).expect("it can be read");
    let reading = gazette::structure(&manuscript);
    Some((manuscript, reading))
}

/// What the edition and a document say differently.
#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    /// Notes a difference where the two are not equal.
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, edition: &T, document: &T) {
        self.check(edition == document, || {
            format!("{what}: the edition says {edition:?}, the document {document:?}")
        });
    }

    /// Notes a difference where something does not hold.
    fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }

    fn report(&self) {
        let lines: Vec<String> = self.0.iter().map(|difference| format!("\n  {difference}")).collect();
        assert!(lines.is_empty(), "{} differences:{}", lines.len(), lines.concat());
    }
}

#[test]
fn the_regulation_is_indexed_as_it_is_printed() {
    let Some((_, reading)) = source("regulation-2021.txt") else { return };
    let Reading::Law(law) = reading else { panic!("the regulation does not read as a law") };
    let edition = wenzhou();
    let regulation = edition.regulation.as_ref().expect("the edition names its regulation");
    let mut differences = Differences::default();
    compare_head_of_regulation(regulation, &law, &mut differences);
    let chapters =
        |number: &Option<String>, title: &str| (number.clone().unwrap_or_default(), squeezed(title));
    differences.compare(
        "chapters",
        &regulation.chapters.iter().map(|c| (c.number.to_string(), c.title.zh.clone())).collect::<Vec<_>>(),
        &law.chapters.iter().map(|chapter| chapters(&chapter.number, &chapter.title)).collect(),
    );
    let numbers: Vec<&str> = regulation.articles.iter().map(|article| article.number.as_str()).collect();
    let printed = law.all_articles();
    differences.compare("articles", &numbers, &printed.iter().map(|a| a.number.as_str()).collect());
    for article in printed {
        let Some(indexed) = regulation.article(&article.number) else { continue };
        let place = format!("article {}", article.number);
        differences.compare(
            &format!("{place}, chapter"),
            &Some(indexed.chapter),
            &chapter_of(&law, &article.number),
        );
        differences.compare(&format!("{place}, items"), &usize::from(indexed.items), &article.items.len());
    }
    differences.report();
}

fn compare_head_of_regulation(regulation: &Regulation, law: &law::Law, differences: &mut Differences) {
    differences.compare("title", &regulation.title.zh, &law.title);
    differences.compare("adopted", &Some(regulation.adopted), &law.adopted);
    differences.compare("approved", &regulation.approved, &law.approved);
    differences.compare("effective", &Some(regulation.effective), &law.effective);
    let adoption = law.history.iter().find(|act| act.act == law::Act::Adopted);
    let session = adoption.map(|act| without_term(&act.text)).unwrap_or_default();
    let issuer = &regulation.issuer.zh;
    differences.check(session.starts_with(issuer.as_str()), || {
        format!("issuer: the edition says {issuer}, the document was adopted by {session}")
    });
}

/// The name of a congress without the number of its term: 市第十三届人民代表大会 → 市人民代表大会.
fn without_term(body: &str) -> String {
    match (body.find('第'), body.find('届')) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &body[..from], &body[to + '届'.len_utf8()..]),
        _ => body.to_owned(),
    }
}

/// The chapter an article is printed in.
fn chapter_of(law: &law::Law, number: &str) -> Option<u16> {
    let holds = |chapter: &&law::Chapter| {
        let in_sections = chapter.sections.iter().flat_map(|section| &section.articles);
        chapter.articles.iter().chain(in_sections).any(|article| article.number == number)
    };
    law.chapters.iter().find(holds)?.number.as_ref()?.parse().ok()
}

/// The plan: its manuscript, its structure, and what the edition made of it.
struct Plan {
    manuscript: Manuscript,
    document: Box<task_list::TaskList>,
    edition: Edition,
}

impl Plan {
    fn read() -> Option<Self> {
        let (manuscript, reading) = source("action-plan-2023-82.txt")?;
        let Reading::TaskList(document) = reading else { panic!("the plan does not read as a task list") };
        Some(Self { manuscript, document, edition: wenzhou() })
    }

    fn list(&self) -> &TaskList {
        self.edition.task_list.as_ref().expect("the edition names its task list")
    }

    /// Each work of the edition with the printed one of its number.
    fn works(&self) -> impl Iterator<Item = (&Work, &task_list::Work)> {
        let printed = |work: &Work| self.document.works.iter().find(|w| w.number == u32::from(work.number));
        self.list().works.iter().filter_map(move |work| Some((work, printed(work)?)))
    }

    /// What a printed work looks like, white space left out.
    fn printed(&self, work: &task_list::Work) -> String {
        let characters: Vec<char> = self.manuscript.text.chars().collect();
        let parts = work.spans.iter().map(|span| &characters[span.from as usize..span.to as usize]);
        squeezed(&parts.flatten().collect::<String>())
    }

    /// The organisation the document means by a name.
    fn organization(&self, name: &str) -> Option<&str> {
        let known = |body: &&domain::organization::Organization| {
            body.name.zh == name || body.aliases.iter().any(|alias| alias == name)
        };
        self.edition.organizations.iter().find(known).map(|body| body.id.as_str())
    }

    fn is_group(&self, id: &str) -> bool {
        self.edition.organization(id).is_some_and(|body| body.kind == OrganizationKind::Group)
    }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn the_task_list_has_the_head_and_the_works_of_the_document() {
    let Some(plan) = Plan::read() else { return };
    let (list, document) = (plan.list(), &plan.document);
    let mut differences = Differences::default();
    let head = &document.head;
    differences.compare("document number", &Some(&list.document_number), &head.document_number.as_ref());
    differences.compare("issue date", &Some(list.issued_on), &head.issued_on);
    differences.compare("issuer", &Some(&list.issuer.zh), &head.issuer.as_ref());
    let title = squeezed(&list.title.zh);
    differences.check(squeezed(&plan.manuscript.text).contains(&title), || {
        format!("title: {title} is not printed in the document")
    });
    let numbers: Vec<u32> = list.works.iter().map(|work| u32::from(work.number)).collect();
    differences.compare("works", &numbers, &document.works.iter().map(|work| work.number).collect());
    let count = |mark| list.works.iter().filter(|work| work.lead_mark == mark).count();
    let rule = &document.lead_rule;
    differences.compare("works with a star", &count(LeadMark::Star), &rule.marked);
    differences.compare("works with a single unit", &count(LeadMark::Single), &rule.single);
    for (work, printed) in plan.works() {
        compare_head_of_work(&plan, work, printed, &mut differences);
    }
    differences.report();
}

fn compare_head_of_work(plan: &Plan, work: &Work, printed: &task_list::Work, differences: &mut Differences) {
    let place = |what: &str| format!("work {}, {what}", work.number);
    let group = plan.list().general_tasks.iter().find(|task| task.id == work.general_task);
    let task = printed.task.as_deref().map(|task| task.split_once('、').map_or(task, |(_, title)| title));
    differences.compare(&place("general task"), &group.map(|task| task.title.zh.as_str()), &task);
    let stage = printed.stage.as_ref().map(|stage| (stage.from, stage.to));
    differences.compare(&place("stage"), &Some((work.stage.from, work.stage.to)), &stage);
    let numbers: Vec<u32> = work.measures.iter().map(|measure| u32::from(measure.number)).collect();
    differences.compare(&place("measures"), &numbers, &printed.measures.iter().map(|m| m.number).collect());
    let items: Vec<u32> = (1..=u32::from(work.target_items)).collect();
    differences.compare(&place("target items"), &items, &printed.targets.iter().map(|t| t.number).collect());

    let known = |names: &[String], differences: &mut Differences| {
        let mut ids = BTreeSet::new();
        for name in names {
            match plan.organization(name) {
                Some(id) => drop(ids.insert(id.to_owned())),
                None => differences.0.push(format!("{}: the edition does not know {name}", place("owners"))),
            }
        }
        ids
    };
    let lead = known(&printed.lead, differences);
    let mut support = known(&printed.support, differences);
    let open = known(&printed.open, differences);
    for id in open.iter().filter(|id| !plan.is_group(id)) {
        differences.0.push(format!("{}: {id} is no group, but leaves the list open", place("owners")));
    }
    support.extend(open);
    differences.compare(&place("lead"), &work.lead.iter().cloned().collect(), &lead);
    differences.compare(&place("support"), &work.support.iter().cloned().collect(), &support);
    let text = plan.printed(printed);
    let stars = printed.lead.iter().filter(|name| text.contains(&format!("*{name}"))).count();
    let mark = if stars > 0 { LeadMark::Star } else { LeadMark::Single };
    differences.compare(&place("mark of the lead"), &work.lead_mark, &mark);
    differences.check(stars == 0 || stars == printed.lead.len(), || {
        format!("{}: {stars} of {} leads carry a star", place("lead"), printed.lead.len())
    });
}

#[test]
fn every_target_of_the_edition_is_printed_and_every_printed_figure_is_a_target() {
    let Some(plan) = Plan::read() else { return };
    let mut differences = Differences::default();
    for (work, printed) in plan.works() {
        for item in &printed.targets {
            let rows: Vec<&Target> =
                work.targets.iter().filter(|row| u32::from(row.item) == item.number).collect();
            let place = format!("t{}.{}", work.number, item.number);
            compare_item(&place, &rows, &item.quantities, &mut differences);
            for row in rows.iter().filter(|row| row.strength == Strength::Qualitative) {
                compare_day_of_wording(row, &item.text, &mut differences);
            }
        }
    }
    differences.report();
}

#[test]
fn the_goals_of_the_plan_are_its_figures() {
    let Some(plan) = Plan::read() else { return };
    let mut differences = Differences::default();
    let rows: Vec<&Target> = plan.list().goals.iter().collect();
    let quantities: Vec<Quantity> =
        plan.document.goals.iter().flat_map(|goal| goal.quantities.iter().cloned()).collect();
    compare_item("P", &rows, &quantities, &mut differences);
    differences.report();
}

#[test]
fn where_two_printed_copies_of_a_target_disagree_the_edition_says_so() {
    let Some(plan) = Plan::read() else { return };
    let mut differences = Differences::default();
    let conflicts: Vec<_> = plan.document.conflicts.iter().filter(|c| c.field == "target").collect();
    assert!(!conflicts.is_empty(), "the document is known to contradict itself in t24.6");
    for conflict in conflicts {
        let id = format!("t{}", conflict.place);
        let rows = plan.list().works.iter().flat_map(|work| &work.targets);
        let mut rows = rows.filter(|row| row.id.trim_end_matches(|c: char| c.is_ascii_lowercase()) == id);
        differences.check(rows.any(|row| row.remark.is_some()), || format!("{id}: has no remark on it"));
    }
    differences.report();
}

/// Pairs the rows of the edition with the figures of one printed item, and compares each pair.
fn compare_item(place: &str, rows: &[&Target], quantities: &[Quantity], differences: &mut Differences) {
    let mut left: Vec<&Quantity> = quantities.iter().collect();
    for row in rows.iter().filter(|row| is_figure(row)) {
        let same = |quantity: &&Quantity| is_same_figure(row, quantity);
        let nearest = left.iter().enumerate().filter(|(_, quantity)| same(quantity));
        match nearest.min_by_key(|(_, quantity)| faults(row, quantity).len()).map(|(at, _)| at) {
            Some(at) => {
                let quantity = left.remove(at);
                let id = &row.id;
                differences.0.extend(faults(row, quantity).iter().map(|fault| format!("{id}: {fault}")));
            }
            // A figure that is our own reading says so in a remark.
            None => differences.check(row.remark.is_some(), || {
                format!("{}: the edition sets {}, which is not read in the text", row.id, shown(row))
            }),
        }
    }
    for quantity in left {
        let is_excused = NO_TARGET.iter().any(|(item, value, unit, _)| {
            *item == place
                && quantity.value.is_some_and(|read| read.to_string() == *value)
                && quantity.unit.as_deref() == Some(unit)
        });
        differences.check(is_excused, || {
            let value = quantity.value.map(|value| value.to_string()).unwrap_or_default();
            let unit = quantity.unit.as_deref().unwrap_or_default();
            format!(
                "{place}: {value}{unit} ({}) is read in the text, the edition has no row",
                quantity.wording
            )
        });
    }
}

/// Whether a row sets something that can be found in a text: a figure, another figure, or a date.
fn is_figure(row: &Target) -> bool {
    row.value.is_some() || row.until.is_some() || row.reference.is_some()
}

/// The same figure; a growth that is to exceed another growth is kept as their difference, which is above 0.
fn is_same_figure(row: &Target, quantity: &Quantity) -> bool {
    match (row.value, quantity.value) {
        (Some(set), Some(read)) => set.round_dp(3) == read.round_dp(3),
        (Some(set), None) => set.is_zero() && row.reference.is_some() && quantity.reference.is_some(),
        (None, None) if row.until.is_some() => row.until == quantity.deadline && is_date(quantity),
        (None, None) => row.reference.is_some() && quantity.reference.is_some(),
        (None, Some(_)) => false,
    }
}

fn is_date(quantity: &Quantity) -> bool {
    quantity.unit.as_deref() == Some("date")
}

/// What a row and the figure it stands for say differently. A remark explains a date.
fn faults(row: &Target, quantity: &Quantity) -> Vec<String> {
    let mut faults = Differences::default();
    faults.compare("comparator", &row.comparator, &Some(comparator(quantity.comparator)));
    if row.value.is_some() && quantity.value.is_some() {
        faults.compare("unit", &unit(row.unit.as_deref()), &unit(quantity.unit.as_deref()));
    }
    let strength = match quantity.strength {
        quantity::Strength::Must => Strength::Must,
        quantity::Strength::Strive => Strength::Strive,
    };
    faults.compare("strength", &row.strength, &strength);
    // What falls due every year has no last day.
    let is_repeated = row.recurrence.is_some() && row.deadline.is_none();
    if row.remark.is_none() && !is_repeated {
        faults.compare("deadline", &row.deadline, &quantity.deadline);
    }
    let recurrence = match row.recurrence {
        Some(Recurrence::Yearly) => Some("yearly"),
        Some(Recurrence::Quarterly) => Some("quarterly"),
        Some(Recurrence::Standing) | None => None,
    };
    if recurrence.is_some() {
        faults.compare("recurrence", &recurrence, &quantity.recurrence);
    }
    faults.0
}

fn comparator(read: quantity::Comparator) -> Comparator {
    match read {
        quantity::Comparator::AtLeast => Comparator::AtLeast,
        quantity::Comparator::MoreThan => Comparator::MoreThan,
        quantity::Comparator::AtMost => Comparator::AtMost,
        quantity::Comparator::LessThan => Comparator::LessThan,
        quantity::Comparator::Equal => Comparator::Equal,
        quantity::Comparator::About => Comparator::About,
        quantity::Comparator::RankAtMost => Comparator::RankAtMost,
    }
}

/// A unit in one width; a fraction of one is a pure number.
fn unit(unit: Option<&str>) -> Option<String> {
    unit.filter(|unit| *unit != "ratio").map(|unit| unit.replace('％', "%"))
}

fn shown(row: &Target) -> String {
    let sign = row.comparator.map_or("", Comparator::sign);
    let value = row.value.map(|value| value.to_string()).unwrap_or_default();
    format!("{sign} {value} {}", row.unit.as_deref().unwrap_or_default())
}

/// The year of a target without a figure stands in its wording, unless a remark explains it.
fn compare_day_of_wording(row: &Target, text: &str, differences: &mut Differences) {
    let Some(deadline) = row.deadline.filter(|_| row.remark.is_none()) else { return };
    let year = deadline.format("%Y年").to_string();
    differences.check(squeezed(text).contains(&year), || {
        format!("{}: due {deadline}, but the text does not name {year}", row.id)
    });
}
