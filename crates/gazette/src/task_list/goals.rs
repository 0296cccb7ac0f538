//! What the running text around a list says: goals, the rule about leads, what is repealed.

use super::{Found, LeadRule, LeadRuleKind, Target, assignment::FIRST_LEADS};
use crate::{
    head,
    manuscript::Line,
    node::Tree,
    notice::{self, Passage},
    quantity::{self, Around},
    reading::Account,
    span::Span,
};
use regex::Regex;
use std::sync::LazyLock;

/// Goals: paragraphs under headings about aims, and paragraphs before the first work that name a figure and
/// a day.
pub fn read(tree: &Tree, found: &Found, year: Option<i32>, account: &mut Account) -> Vec<Target> {
    let mut goals = Vec::new();
    let used = Used::new(&found.used);
    let first = found.used.iter().map(|span| span.from).min().unwrap_or(u32::MAX);
    for (at, node) in tree.nodes.iter().enumerate() {
        if used.holds(node.span) {
            continue;
        }
        let aims = |text: &str| ["目标", "总体要求", "主要指标"].iter().any(|word| text.contains(word));
        let headed = std::iter::once(at)
            .chain(tree.ancestors(at))
            .any(|n| aims(heading(tree.nodes[n].first.as_str())));
        if !headed || node.span.from > first {
            continue;
        }
        for text in std::iter::once(&node.first).chain(&node.lines) {
            let quantities = quantity::read(text, Around { year });
            let dated = quantities.iter().any(|q| q.deadline.is_some() || q.recurrence.is_some());
            if dated {
                account.claim(text.span(), "goal");
                let number = goals.len() as u32 + 1;
                goals.push(Target {
                    number,
                    text: head::squeeze(text.as_str()),
                    quantities,
                    span: text.span(),
                });
            }
        }
    }
    goals
}

fn heading(first: &str) -> &str {
    first.split(['。', '，']).next().unwrap_or_default()
}

/// The running text that is not part of a work.
pub fn sections(tree: &Tree, used: &[Span], account: &mut Account) -> Vec<Passage> {
    let used = Used::new(used);
    let passages = notice::passages(tree, account);
    passages.into_iter().filter(|passage| !used.holds(passage.span)).collect()
}

/// Spans that became works, for quick look-up.
struct Used {
    /// By start; each with the furthest end of itself and all before it.
    spans: Vec<Span>,
}

impl Used {
    fn new(spans: &[Span]) -> Self {
        let mut spans = spans.to_vec();
        spans.sort_unstable();
        let mut furthest = 0;
        for span in &mut spans {
            furthest = furthest.max(span.to);
            span.to = furthest;
        }
        Self { spans }
    }

    /// Whether one of them holds the whole of `span`.
    fn holds(&self, span: Span) -> bool {
        let before = self.spans.partition_point(|used| used.from <= span.from);
        before.checked_sub(1).is_some_and(|at| span.to <= self.spans[at].to)
    }
}

/// One sentence for the whole document may say that the first unit leads; it stands above what marks of
/// single tasks suggest, a star aside.
pub fn lead_rule(rule: LeadRule, lines: &[Line]) -> LeadRule {
    let stated = lines
        .iter()
        .find_map(|line| FIRST_LEADS.find(line.as_str()).map(|found| head::squeeze(found.as_str())));
    match (rule.rule, stated) {
        (LeadRuleKind::AllNamed | LeadRuleKind::Word, Some(text)) => {
            LeadRule { rule: LeadRuleKind::First, text: Some(text), ..rule }
        }
        (_, text) => LeadRule { text: text.or(rule.text), ..rule },
    }
}

static REPEAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"《[^》]+》[^。；]{0,8}[（(]([^（）()]{2,20}[〔\[][0-9]{4}[〕\]][0-9]+号)[）)][^。；]{0,30}(?:停止执行|同时废止|予以废止|废止|不再执行)").expect("constant")
});

/// Numbers of documents that cease to apply.
pub fn repeals(lines: &[Line]) -> Vec<String> {
    let of = |line: &Line| {
        let text = head::squeeze(line.as_str());
        REPEAL.captures_iter(&text).map(|captures| captures[1].to_owned()).collect::<Vec<_>>()
    };
    lines.iter().flat_map(of).collect()
}
