//! `liangjian simulate`: what a policy would do to all firms, and what changes against another.

#![expect(
    clippy::format_push_string,
    reason = "a few lines for people; `write!` would add an error that cannot be"
)]

mod budget;
mod compared;
mod dues;

use super::{
    Context,
    explain::rules_of,
    matching::{
        firms::{FirmsFile, Unread},
        progress::Bar,
        source::{FactsArguments, RulesFrom},
        sums::{Sums, padded, yuan},
        totals::{Counts, NAME_WIDTH},
    },
    printed,
};
use anyhow::{anyhow, bail};
use budget::Budget;
use compared::Compared;
use dues::{Due, Dues, dues};
use rules::{
    catalog::{FieldIndex, Type, Words},
    check::{Wanted, compile},
    expression::{Expression, Value},
    number::Number,
    reference::Firm,
};
use serde::Serialize;
use std::collections::BTreeMap;
use store::dataset::Dataset;

/// Names a field of the county may have.
const COUNTY: [&str; 4] = ["county", "region", "district", "division"];
/// Names a field or term of the size class may have.
const SIZE: [&str; 3] = ["size_class", "size", "enterprise_size"];
/// Names a field of the day of filing may have.
const FILED: [&str; 4] = ["filed_on", "filing_date", "applied_on", "application_date"];

/// Arguments of `simulate`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The policy: an identifier of the edition, or a file or folder of policies.
    #[arg(long, value_name = "ID|FILE")]
    policy: String,
    /// What it is compared with.
    #[arg(long, value_name = "ID|FILE")]
    against: Option<String>,
    #[command(flatten)]
    firms: FirmsFile,
    #[command(flatten)]
    facts: FactsArguments,
    /// Money that is there, such as 500万.
    #[arg(long, value_name = "AMOUNT")]
    budget: Option<String>,
    /// Field by which first-come is ordered; the day of filing where there is one, else the order of the rows.
    #[arg(long, value_name = "FIELD")]
    order_by: Option<String>,
}

/// The machine-readable answer.
#[derive(Serialize)]
struct Report {
    firms: usize,
    new: Side,
    old: Option<Side>,
    compared: Compared,
    gain: Change,
    lose: Change,
    same: u64,
    /// Firms of whom either amount is unknown.
    unknown: u64,
    by_county: Vec<Group>,
    by_size: Vec<Group>,
    budget: Option<Budget>,
}

/// One side: how many firms, and what they are due, each kind of amount for itself.
#[derive(Serialize)]
struct Side {
    #[serde(flatten)]
    counts: Counts,
    sums: Sums,
}

/// How many firms, and how much money in fen.
#[derive(Clone, Copy, Default, Serialize)]
struct Change {
    firms: u64,
    sum_fen: i128,
}

/// The firms of one county or size class.
#[derive(Clone, Default, Serialize)]
struct Group {
    code: String,
    label: Words,
    new: Change,
    old: Change,
    gain: Change,
    lose: Change,
    /// Firms of whom either amount is unknown.
    unknown: u64,
}

/// Answers true, unless something could not be read.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let Some((new, chosen)) = rules_of(context, &arguments.facts, &arguments.policy)? else {
        return Ok(false);
    };
    let old = match &arguments.against {
        None => None,
        Some(policy) => match rules_of(context, &arguments.facts, policy)? {
            None => return Ok(false),
            old => old,
        },
    };
    let sides = [(&new, chosen.as_slice())].into_iter();
    let compared = Compared::of(sides.chain(old.as_ref().map(|(rules, chosen)| (rules, chosen.as_slice()))))?;
    let budget_fen = arguments.budget.as_deref().map(|text| amount(text, &new)).transpose()?;
    let order = order_field(arguments.order_by.as_deref(), &new)?;
    let bar = Bar::new(context);
    let dataset = match arguments.firms.read(context, &new.catalog, &bar)? {
        Ok(dataset) => dataset,
        Err(Unread) => return Ok(false),
    };
    bar.say("simulating");
    let after = dues(&new, &chosen, &compared, &dataset.table)?;
    let before = old.as_ref().map(|(rules, chosen)| dues(rules, chosen, &compared, &dataset.table));
    let before = before.transpose()?;
    let by_county = groups(&COUNTY, &new, &dataset, &after, before.as_ref());
    let by_size = groups(&SIZE, &new, &dataset, &after, before.as_ref());
    let budget = budget_fen.map(|fen| Budget::new(fen, order, &new, &dataset, &after));
    bar.finish();
    let mut report = Report {
        firms: dataset.firms.count(),
        new: Side { counts: after.counts, sums: after.sums.clone() },
        old: before.as_ref().map(|before| Side { counts: before.counts, sums: before.sums.clone() }),
        compared,
        gain: Change::default(),
        lose: Change::default(),
        same: 0,
        unknown: 0,
        by_county,
        by_size,
        budget,
    };
    for firm in 0..report.firms {
        match change(after.of(firm), before.as_ref().map_or(Due::Nothing, |before| before.of(firm))) {
            None => report.unknown += 1,
            Some(difference) if difference > 0 => report.gain.add(difference),
            Some(difference) if difference < 0 => report.lose.add(-difference),
            Some(_) => report.same += 1,
        }
    }
    printed(&if context.json {
        serde_json::to_string_pretty(&report)? + "\n"
    } else {
        report.table(arguments)
    })?;
    Ok(true)
}

/// What a firm gets more, in fen; `None` where that is unknown.
fn change(new: Due, old: Due) -> Option<i128> {
    Some(new.fen()? - old.fen()?)
}

impl Change {
    fn add(&mut self, fen: i128) {
        self.firms += 1;
        self.sum_fen += fen;
    }
}

/// An amount of money in fen.
fn amount(text: &str, rules: &RulesFrom) -> anyhow::Result<i128> {
    let wrong = || anyhow!("`{text}` is no amount of yuan · --budget · write it as 5000000 or 500万");
    let expression = compile(text, &rules.scope(), &Wanted::Amount).map_err(|_| wrong())?;
    let Expression::Constant(Value::Number(yuan)) = expression else { return Err(wrong()) };
    let fen = yuan.multiply(Number::whole(100)).filter(|fen| fen.is_whole() && !fen.is_negative());
    fen.map(Number::floor).ok_or_else(wrong)
}

/// The field by which first-come is ordered.
fn order_field(named: Option<&str>, rules: &RulesFrom) -> anyhow::Result<Option<FieldIndex>> {
    let catalog = &rules.catalog;
    let Some(name) = named else {
        let dated = |field: &FieldIndex| catalog.field(*field).kind == Type::Date;
        return Ok(FILED.iter().find_map(|name| catalog.find(name).filter(dated)));
    };
    let Some(field) = catalog.find(name) else {
        bail!("there is no field `{name}` · --order-by · name a field of the facts");
    };
    let kind = &catalog.field(field).kind;
    if !kind.is_numeric() && *kind != Type::Date {
        bail!("the field `{name}` has no order · --order-by · name a field that holds a number or a day");
    }
    Ok(Some(field))
}

/// Money by the codes of a field or term, where there is one of these names.
fn groups(
    names: &[&str],
    rules: &RulesFrom,
    dataset: &Dataset,
    after: &Dues,
    before: Option<&Dues>,
) -> Vec<Group> {
    let (catalog, scope) = (&rules.catalog, rules.scope());
    let found = names.iter().find_map(|name| {
        let of_term = || scope.named(name).map(|named| (named.expression.clone(), &named.kind));
        let of_field = catalog.find(name).map(|field| (Expression::Fact(field), &catalog.field(field).kind));
        match of_field.or_else(of_term)? {
            (expression, Type::Code(vocabulary)) => Some((expression, *vocabulary)),
            _ => None,
        }
    });
    let Some((expression, vocabulary)) = found else { return Vec::new() };
    let vocabulary = catalog.vocabulary(vocabulary);
    let mut groups: BTreeMap<Option<u16>, Group> = BTreeMap::new();
    for row in 0..dataset.firms.count() {
        let (new, old) = (after.of(row), before.map_or(Due::Nothing, |before| before.of(row)));
        if new == Due::Nothing && old == Due::Nothing {
            continue;
        }
        let firm = Firm::new(catalog, &dataset.table, row, rules.calendar());
        let code = match firm.value(&expression) {
            Some(Value::Code(code)) => Some(code),
            _ => None,
        };
        let group = groups.entry(code).or_default();
        for (due, sum) in [(new, &mut group.new), (old, &mut group.old)] {
            if let Due::Fen(fen) = due {
                sum.add(fen.into());
            }
        }
        match change(new, old) {
            Some(difference) if difference > 0 => group.gain.add(difference),
            Some(difference) if difference < 0 => group.lose.add(-difference),
            Some(_) => {}
            None => group.unknown += 1,
        }
    }
    let named = |(code, group): (Option<u16>, Group)| {
        let code = code.and_then(|code| vocabulary.codes().get(usize::from(code)));
        let label = code.map_or_else(
            || Words { zh: "未知".to_owned(), en: "unknown".to_owned() },
            |code| code.label.clone(),
        );
        Group { code: code.map(|code| code.code.clone()).unwrap_or_default(), label, ..group }
    };
    // Those without a code come last.
    let without = groups.remove(&None).map(|group| (None, group));
    groups.into_iter().chain(without).map(named).collect()
}

impl Report {
    /// For people.
    fn table(&self, arguments: &Arguments) -> String {
        let mut text = format!("{} 户 firms\n", self.firms);
        let line = |name: &str, firms: u64, fen: i128| {
            format!("  {} {firms:>10} 户 firms {:>20} yuan\n", padded(name, NAME_WIDTH), yuan(fen))
        };
        text += &format!("新 new: {}\n{}", arguments.policy, self.new.told());
        if let (Some(old), Some(name)) = (&self.old, &arguments.against) {
            text += &format!("旧 old: {name}\n{}", old.told());
        }
        text += &self.compared.told();
        text += &line("增加 gain", self.gain.firms, self.gain.sum_fen);
        text += &line("减少 lose", self.lose.firms, self.lose.sum_fen);
        for (name, firms) in [("不变 same", self.same), ("未知 unknown", self.unknown)] {
            text += &format!("  {} {firms:>10} 户 firms\n", padded(name, NAME_WIDTH));
        }
        for (title, groups) in
            [("按县（市、区） by county", &self.by_county), ("按规模 by size class", &self.by_size)]
        {
            if !groups.is_empty() {
                text += &format!("{title}\n");
            }
            for group in groups {
                let name = [group.code.as_str(), &group.label.zh, &group.label.en].join(" ");
                text += &line(name.trim(), group.new.firms, group.new.sum_fen);
            }
        }
        self.budget.iter().for_each(|budget| text += &budget.told());
        text
    }
}

impl Side {
    fn told(&self) -> String {
        self.counts.told(NAME_WIDTH) + &self.sums.told(NAME_WIDTH)
    }
}
