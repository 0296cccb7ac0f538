//! `liangjian explain`: why a policy applies to one firm or not, what is near, and what to ask next.

#![expect(
    clippy::format_push_string,
    reason = "a few lines for people; `write!` would add an error that cannot be"
)]

use super::{
    Context,
    matching::{
        source::{DefinitionFinding, FactsArguments, RulesFrom, tell, text_of},
        sums::{Sort, Sums, padded},
        totals::NAME_WIDTH,
    },
    printed,
};
use anyhow::{anyhow, bail};
use rules::{
    explain::{
        self, Dossier, Explanation, NearMiss, Node, Prior, Provenance, Question, Readable, Together, Truth,
        next_question,
    },
    policy::{PolicyIndex, Status},
    reference::Firm,
};
use serde::Serialize;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use store::dataset;

/// Arguments of `explain`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The firm: one JSON object with its facts; what is absent is unknown.
    #[arg(long, value_name = "FILE.json")]
    firm: PathBuf,
    /// The policy: its identifier in the edition, or a file or folder of policies.
    #[arg(long, value_name = "ID|FILE")]
    policy: String,
    #[command(flatten)]
    facts: FactsArguments,
}

/// What is said of one policy.
#[derive(Serialize)]
struct Report {
    title: rules::catalog::Words,
    explanation: Explanation,
    near_miss: NearMiss,
    next_question: Option<Question>,
}

/// Answers true, unless something could not be read.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let Some((rules, chosen)) = rules_of(context, &arguments.facts, &arguments.policy)? else {
        return Ok(false);
    };
    let table = match dataset::firm_of_json(&text_of(&arguments.firm)?, &rules.catalog) {
        Ok(table) => table,
        Err(findings) => {
            let place = arguments.firm.display();
            let finding = |finding: dataset::Finding| DefinitionFinding {
                place: finding
                    .column
                    .map_or_else(|| place.to_string(), |column| format!("{place}, {column}")),
                what: finding.what,
                hint: finding.hint,
            };
            tell(context, &findings.all.into_iter().map(finding).collect::<Vec<_>>())?;
            return Ok(false);
        }
    };
    let firm = Firm::new(&rules.catalog, &table, 0, rules.calendar());
    let scope = rules.scope();
    let prior = Prior::uniform(&rules.catalog, &rules.book);
    let written = |policy: &usize| {
        let origin = rules.origins.get(*policy);
        let version =
            origin.and_then(|(at, version)| rules.definitions.policies.get(*at)?.versions.get(*version));
        (&rules.book.policies[*policy], version)
    };
    let readables = Readable::book(chosen.iter().map(written), &scope);
    let provenance = Provenance::default();
    let together = Together::new(&firm, &rules.book, &rules.definitions, rules.moment);
    let report = |at: usize, dossier: &Dossier<'_>| {
        let (policy, readable) = (chosen[at], &readables[at]);
        let mut explanation = dossier.reasons(readable).said(dossier);
        together.put_into(&mut explanation, policy as PolicyIndex);
        Report {
            title: rules.title(policy),
            explanation,
            near_miss: dossier.ways(readable).said(dossier),
            next_question: next_question(&[&rules.book.policies[policy]], &firm, &prior),
        }
    };
    let reports: Vec<Report> = explain::each(&readables, &firm, &provenance, report);
    if context.json {
        let text = match reports.as_slice() {
            [one] => serde_json::to_string_pretty(one)?,
            all => serde_json::to_string_pretty(all)?,
        };
        printed(&(text + "\n"))?;
    } else {
        let mut texts: Vec<String> = reports.iter().map(told).collect();
        if reports.len() > 1 {
            texts.push(summary(&rules, &chosen, &together));
        }
        printed(&texts.join("\n"))?;
    }
    Ok(true)
}

/// The rules and the policies of them that were named: an identifier, or all of a file or folder.
pub fn rules_of(
    context: &Context,
    facts: &FactsArguments,
    policy: &str,
) -> anyhow::Result<Option<(RulesFrom, Vec<usize>)>> {
    let Some(known_facts) = facts.load(context)? else { return Ok(None) };
    let definitions = Arc::clone(&known_facts.definitions);
    let path = Path::new(policy);
    let is_file = path.exists()
        || policy.contains(['/', '\\'])
        || path.extension().is_some_and(|e| e == "toml" || e == "jsonl");
    let read = if is_file {
        RulesFrom::of_path(path, &known_facts, facts.moment())?
    } else {
        RulesFrom::of_definitions(&known_facts, Arc::clone(&definitions), facts.moment())
    };
    let rules = match read {
        Ok(rules) => rules,
        Err(findings) => {
            tell(context, &findings)?;
            return Ok(None);
        }
    };
    if is_file {
        let all = (0..rules.book.policies.len()).collect();
        return Ok(Some((rules, all)));
    }
    if let Some(at) = rules.book.policies.iter().position(|known| *known.id == *policy) {
        return Ok(Some((rules, vec![at])));
    }
    if definitions.policies.iter().any(|known| known.id == policy) {
        bail!(
            "the policy is not in force on {} · {policy} · name another day with --as-of",
            rules.moment.as_of
        );
    }
    let known = definitions.policies.iter().map(|policy| policy.id.as_str());
    let hint = rules::spelling::did_you_mean(policy, known, "name a policy of the edition, or a file");
    Err(anyhow!("there is no policy `{policy}` · --policy · {hint}"))
}

/// What the policies together mean for the firm: how many apply, and what is due of each kind of amount.
fn summary(rules: &RulesFrom, chosen: &[usize], together: &Together<'_>) -> String {
    let outcomes = || chosen.iter().map(|policy| (*policy, together.outcomes()[*policy]));
    let mut text = format!("合计 in all: {} 项政策 policies\n", chosen.len());
    for status in Status::ALL {
        let count = outcomes().filter(|(_, outcome)| outcome.status == status).count();
        let (zh, en) = status.label();
        text += &format!("  {} {count:>20}\n", padded(&format!("{zh} {en}"), NAME_WIDTH));
    }
    let (mut sums, mut unknown) = (Sums::default(), 0);
    for (policy, outcome) in outcomes().filter(|(_, outcome)| outcome.status == Status::Entitled) {
        match (Sort::of(rules, policy), outcome.amount_fen) {
            (Some(sort), Some(fen)) => sums.add(sort, fen.into()),
            (Some(_), None) => unknown += 1,
            (None, _) => {}
        }
    }
    if unknown > 0 {
        text += &format!("  {} {unknown:>20}\n", padded("其中金额未知 of these amount unknown", NAME_WIDTH));
    }
    text + &sums.told(NAME_WIDTH)
}

fn told(report: &Report) -> String {
    let Report { title, explanation, near_miss, next_question } = report;
    let name = if title.zh == title.en { title.zh.clone() } else { format!("{} · {}", title.zh, title.en) };
    let mut text = format!("{name}\n{} {}\n", explanation.sentence.zh, explanation.sentence.en);
    explanation.clauses.iter().for_each(|clause| put(&mut text, clause, 1));
    if let Some(amount) = &explanation.amount {
        amount
            .steps
            .iter()
            .for_each(|step| text += &format!("  · {} {}\n", step.sentence.zh, step.sentence.en));
    }
    for effect in &explanation.groups {
        let cite = if effect.cite.is_empty() { String::new() } else { format!(" [{}]", effect.cite) };
        text += &format!("  & {} {}{cite}\n", effect.sentence.zh, effect.sentence.en);
    }
    for path in &near_miss.paths {
        text += "→\n";
        path.changes
            .iter()
            .for_each(|change| text += &format!("  {} {}\n", change.sentence.zh, change.sentence.en));
    }
    if let Some(question) = next_question.as_ref().filter(|question| !question.question.zh.is_empty()) {
        text += &format!("? {} {}\n", question.question.zh, question.question.en);
    }
    text
}

fn put(text: &mut String, node: &Node, depth: usize) {
    let mark = match node.result {
        Truth::True => '✓',
        Truth::False => '✗',
        Truth::Unknown => '?',
    };
    let cite = if node.cite.is_empty() { String::new() } else { format!(" [{}]", node.cite) };
    *text += &format!("{}{mark} {} {}{cite}\n", "  ".repeat(depth), node.sentence.zh, node.sentence.en);
    node.parts.iter().for_each(|part| put(text, part, depth + 1));
}
