//! The statements: distinct conditions first, policies over them, totals last.

use super::{
    Dialect, OutcomeColumns, Printed, Refusal, Script, Unprintable,
    dialect::{column_type, identifier, quoted},
    projection::Projection,
    render::{Renderer, truth},
    stacking,
};
use crate::{
    catalog::Catalog,
    expression::{Expression, Value},
    policy::{Policy, RuleBook, Stacking},
};
use std::{collections::BTreeSet, sync::Arc};

/// Columns of one table of conditions; PostgreSQL holds 1,600.
const WIDTH_MAX: usize = 1_000;

/// Policies that have to stand in one statement, as their amounts go together.
#[derive(Clone, Debug, Default)]
struct Unit {
    policies: Vec<usize>,
    groups: Vec<usize>,
}

/// A policy over the columns of a table of conditions.
#[derive(Clone, Debug)]
pub struct PrintedPolicy {
    /// Index in the rule book.
    pub index: usize,
    condition: String,
    /// The condition where every judgement is yes, and where every one is no.
    judged: Option<[String; 2]>,
    /// Column of the amount in fen.
    pub amount: Option<String>,
}

/// A group over policies of the same statement.
#[derive(Clone, Debug)]
pub struct PrintedGroup {
    /// Indexes of members that have an amount, in order of application.
    pub members: Vec<usize>,
    /// Column of the ceiling in fen; `None` where only the best counts.
    pub ceiling: Option<String>,
}

/// Policies and groups of one statement.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub policies: Vec<PrintedPolicy>,
    pub groups: Vec<PrintedGroup>,
}

struct Printer<'a> {
    book: &'a RuleBook,
    dialect: Dialect,
    script: Script,
    renderer: Renderer<'a>,
    /// Of the table of conditions that is being filled.
    batches: Vec<Batch>,
    section: usize,
    batch_count: usize,
}

/// Prints a rule book.
pub fn print(book: &RuleBook, catalog: &Catalog, dialect: Dialect) -> Script {
    let renderer = Renderer { catalog, dialect, projection: Projection::default(), judged: None };
    let script = Script { facts: facts(book, catalog), ..Script::default() };
    let mut printer =
        Printer { book, dialect, script, renderer, batches: Vec::new(), section: 1, batch_count: 0 };
    printer.open_totals();
    for unit in units(book) {
        printer.unit(&unit);
    }
    printer.close_section();
    printer.script.totals.push_str(
        "SELECT policy, entitled, not_entitled, undetermined, needs_judgement, amount_unknown, sum_fen\n\
         FROM liangjian_totals\nORDER BY position",
    );
    printer.script
}

/// The table of firms.
fn facts(book: &RuleBook, catalog: &Catalog) -> String {
    let policies = book
        .policies
        .iter()
        .flat_map(|policy| std::iter::once(policy.condition()).chain(policy.amount.clone()));
    let ceilings = book.groups.iter().filter_map(|group| match &group.stacking {
        Stacking::Best => None,
        Stacking::Ceiling(ceiling) => Some(ceiling.clone()),
    });
    let read: BTreeSet<u16> = policies.chain(ceilings).flat_map(|expression| expression.facts()).collect();
    let mut text = String::from("CREATE TABLE firms (\n  firm VARCHAR NOT NULL");
    for field in read {
        let field = catalog.field(field);
        text += &format!(",\n  {} {}", identifier(&field.name), column_type(&field.kind));
    }
    text + "\n)"
}

/// The policies in order; those of one group together.
fn units(book: &RuleBook) -> Vec<Unit> {
    let mut of_policy: Vec<usize> = (0..book.policies.len()).collect();
    for group in &book.groups {
        let Some(first) = group.members.iter().map(|member| of_policy[*member as usize]).min() else {
            continue;
        };
        let joined: Vec<usize> = group.members.iter().map(|member| of_policy[*member as usize]).collect();
        of_policy.iter_mut().filter(|unit| joined.contains(unit)).for_each(|unit| *unit = first);
    }
    let mut units = vec![Unit::default(); book.policies.len()];
    of_policy.iter().enumerate().for_each(|(policy, unit)| units[*unit].policies.push(policy));
    for (index, group) in book.groups.iter().enumerate() {
        if let Some(member) = group.members.first() {
            units[of_policy[*member as usize]].groups.push(index);
        }
    }
    units.retain(|unit| !unit.policies.is_empty());
    units
}

impl Printer<'_> {
    fn create(&mut self, table: &str, query: &str) {
        self.script.statements.push(format!("DROP TABLE IF EXISTS {table}"));
        self.script.statements.push(format!("CREATE TABLE {table} AS\n{query}"));
    }

    fn open_totals(&mut self) {
        self.script.statements.push("DROP TABLE IF EXISTS liangjian_totals".to_owned());
        self.script.statements.push(
            "CREATE TABLE liangjian_totals (\n  position BIGINT, policy VARCHAR, entitled BIGINT, not_entitled \
             BIGINT,\n  undetermined BIGINT, needs_judgement BIGINT, amount_unknown BIGINT, sum_fen DECIMAL(38, 0)\n)"
                .to_owned(),
        );
    }

    /// Prints the policies of a unit, or refuses them all.
    fn unit(&mut self, unit: &Unit) {
        let mark = self.renderer.projection.mark();
        let mut printed = self.printed(unit);
        if self.renderer.projection.width() > WIDTH_MAX && !self.batches.is_empty() {
            self.renderer.projection.rewind(mark);
            self.close_section();
            printed = self.printed(unit);
        }
        let batch = match printed {
            Ok(batch) => batch,
            Err((culprit, fault)) => {
                self.renderer.projection.rewind(mark);
                return self.refuse(unit, &culprit, &fault);
            }
        };
        let most = self.dialect.policies_per_statement();
        match self.batches.last_mut() {
            Some(last) if last.policies.len() + batch.policies.len() <= most => {
                last.policies.extend(batch.policies);
                last.groups.extend(batch.groups);
            }
            _ => self.batches.push(batch),
        }
    }

    fn refuse(&mut self, unit: &Unit, culprit: &Arc<str>, fault: &Unprintable) {
        for index in &unit.policies {
            let policy = Arc::clone(&self.book.policies[*index].id);
            let what = if policy == *culprit {
                fault.what.clone()
            } else {
                format!("its group cannot be printed without `{culprit}`: {}", fault.what)
            };
            self.script.refused.push(Refusal { policy, what, hint: fault.hint.to_owned() });
        }
    }

    fn printed(&mut self, unit: &Unit) -> Result<Batch, (Arc<str>, Unprintable)> {
        let book = self.book;
        let mut batch = Batch::default();
        for index in &unit.policies {
            let policy = &book.policies[*index];
            let printed = self.policy(*index, policy).map_err(|fault| (Arc::clone(&policy.id), fault))?;
            batch.policies.push(printed);
        }
        for index in &unit.groups {
            let group = &book.groups[*index];
            let blamed = |fault| (Arc::clone(&book.policies[unit.policies[0]].id), fault);
            let distinct: BTreeSet<_> = group.members.iter().collect();
            if distinct.len() < group.members.len() {
                let fault = Unprintable::new("a group names a policy twice", "name each policy once");
                return Err(blamed(fault));
            }
            let ceiling = match &group.stacking {
                Stacking::Best => None,
                Stacking::Ceiling(ceiling) => Some(self.amount(ceiling).map_err(blamed)?),
            };
            let members = group.members.iter().map(|member| *member as usize);
            let members = members.filter(|member| book.policies[*member].amount.is_some()).collect();
            batch.groups.push(PrintedGroup { members, ceiling });
        }
        Ok(batch)
    }

    fn policy(&mut self, index: usize, policy: &Policy) -> Printed<PrintedPolicy> {
        let whole = policy.condition();
        let condition = self.condition(&whole)?;
        let judged = whole.needs_judgement().then(|| self.judged(&whole)).transpose()?;
        let amount = policy.amount.as_ref().map(|amount| self.amount(amount)).transpose()?;
        Ok(PrintedPolicy { index, condition, judged, amount })
    }

    fn judged(&mut self, whole: &Expression) -> Printed<[String; 2]> {
        self.renderer.judged = Some(true);
        let yes = self.condition(&whole.judged_as(true));
        self.renderer.judged = Some(false);
        let no = self.condition(&whole.judged_as(false));
        self.renderer.judged = None;
        Ok([yes?, no?])
    }

    fn amount(&mut self, amount: &Expression) -> Printed<String> {
        let amount = self.renderer.number(amount)?;
        let fen = self.renderer.fen(amount)?;
        Ok(self.renderer.projection.output('m', fen))
    }

    /// A condition over the columns of the table of conditions.
    fn condition(&mut self, whole: &Expression) -> Printed<String> {
        let mut connected = |all: &[Expression], join: &str, of_none: bool| {
            let all = all.iter().map(|part| self.condition(part)).collect::<Printed<Vec<String>>>()?;
            Ok(match all.as_slice() {
                [] => truth(of_none).text,
                [one] => one.clone(),
                all => format!("({})", all.join(join)),
            })
        };
        match whole {
            Expression::And(all) => connected(all, " AND ", true),
            Expression::Or(all) => connected(all, " OR ", false),
            Expression::Not(inner) => Ok(format!("(NOT {})", self.condition(inner)?)),
            Expression::Constant(Value::Bool(value)) => Ok(truth(*value).text),
            atom => {
                let piece = self.renderer.condition(atom)?;
                match piece.text.as_str() {
                    "TRUE" | "FALSE" | "CAST(NULL AS BOOLEAN)" => Ok(piece.text),
                    _ => Ok(self.renderer.projection.output('a', piece)),
                }
            }
        }
    }

    /// Writes the table of conditions and the statements over it.
    fn close_section(&mut self) {
        let batches = std::mem::take(&mut self.batches);
        let projection = std::mem::take(&mut self.renderer.projection);
        if batches.is_empty() {
            return;
        }
        let table = format!("liangjian_conditions_{}", self.section);
        self.section += 1;
        self.create(&table, &projection.query("firms"));
        for batch in batches {
            self.batch(&table, &batch);
        }
    }

    fn batch(&mut self, conditions: &str, batch: &Batch) {
        self.batch_count += 1;
        let (outcomes, sums) = (
            format!("liangjian_outcomes_{}", self.batch_count),
            format!("liangjian_sums_{}", self.batch_count),
        );
        self.create(&outcomes, &outcome_query(conditions, batch, self.dialect));
        self.create(&sums, &sums_query(&outcomes, batch));
        let rows: Vec<String> = batch.policies.iter().map(|policy| self.totals_row(policy, &sums)).collect();
        let insert = format!("INSERT INTO liangjian_totals\n{}", rows.join("\nUNION ALL\n"));
        self.script.statements.push(insert);
        for policy in &batch.policies {
            self.script.outcomes.push(OutcomeColumns {
                policy: Arc::clone(&self.book.policies[policy.index].id),
                table: outcomes.clone(),
                status: format!("s_{}", policy.index + 1),
                amount_fen: format!("f_{}", policy.index + 1),
            });
        }
    }

    fn totals_row(&self, policy: &PrintedPolicy, sums: &str) -> String {
        let (number, id) = (policy.index + 1, quoted(&self.book.policies[policy.index].id));
        format!(
            "SELECT {number} AS position, {id} AS policy, e_{number}, n_{number}, u_{number}, j_{number}, \
             x_{number}, t_{number} FROM {sums}"
        )
    }
}

/// Status and amount of every policy of a batch for every firm.
fn outcome_query(conditions: &str, batch: &Batch, dialect: Dialect) -> String {
    let amounts: BTreeSet<&String> =
        batch.policies.iter().filter_map(|policy| policy.amount.as_ref()).collect();
    let ceilings: BTreeSet<&String> =
        batch.groups.iter().filter_map(|group| group.ceiling.as_ref()).collect();
    let columns: BTreeSet<&String> = amounts.union(&ceilings).copied().collect();
    let mut combined = String::from("SELECT firm");
    for column in columns {
        combined += &format!(", {column}");
    }
    let mut stated = String::from("SELECT firm");
    for ceiling in ceilings {
        stated += &format!(", {ceiling}");
    }
    for policy in &batch.policies {
        let number = policy.index + 1;
        combined += &format!(",\n    {} AS c_{number}", policy.condition);
        let mut judgement = String::new();
        if let Some([yes, no]) = &policy.judged {
            combined += &format!(",\n    ({yes} OR {no}) AS y_{number}");
            judgement = format!(" WHEN y_{number} THEN 'needs-judgement'");
        }
        stated += &format!(
            ",\n    CASE WHEN c_{number} THEN 'entitled' WHEN NOT c_{number} THEN 'not-entitled'{judgement} \
             ELSE 'undetermined' END AS s_{number}"
        );
        stated += &match &policy.amount {
            Some(amount) => format!(",\n    CASE WHEN c_{number} THEN {amount} END AS f_{number}"),
            None => format!(",\n    CAST(NULL AS BIGINT) AS f_{number}"),
        };
    }
    let mut text = format!(
        "WITH combined AS (\n  {combined}\n  FROM {conditions}\n),\no0 AS (\n  {stated}\n  FROM combined\n)"
    );
    let last = stacking::steps(&mut text, batch, dialect);
    text += "\nSELECT firm";
    for policy in &batch.policies {
        text += &format!(", s_{0}, f_{0}", policy.index + 1);
    }
    text + &format!("\nFROM {last}")
}

/// One row with the sums of every policy of a batch.
fn sums_query(outcomes: &str, batch: &Batch) -> String {
    let mut columns = Vec::new();
    for policy in &batch.policies {
        let number = policy.index + 1;
        let count = |letter: char, status: &str| {
            format!("COUNT(*) FILTER (WHERE s_{number} = '{status}') AS {letter}_{number}")
        };
        columns.push(count('e', "entitled"));
        columns.push(count('n', "not-entitled"));
        columns.push(count('u', "undetermined"));
        columns.push(count('j', "needs-judgement"));
        let unknown = match policy.amount {
            Some(_) => format!("s_{number} = 'entitled' AND f_{number} IS NULL"),
            None => "FALSE".to_owned(),
        };
        columns.push(format!("COUNT(*) FILTER (WHERE {unknown}) AS x_{number}"));
        columns.push(format!("COALESCE(SUM(CAST(f_{number} AS DECIMAL(38, 0))), 0) AS t_{number}"));
    }
    format!("SELECT\n  {}\nFROM {outcomes}", columns.join(",\n  "))
}
