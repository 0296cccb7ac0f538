//! What the groups of a rule book leave of the amount of a policy for one firm, and which policy is paid instead.

use super::{
    format::{Measure, both},
    node::Explanation,
};
use crate::{
    catalog::Words,
    definition::{Definitions, Moment},
    number::Number,
    policy::{Group, Outcome, PolicyIndex, RuleBook, Stacking, Status},
    reference::Firm,
};
use serde::Serialize;

/// What a group leaves of an amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupEffect {
    /// Identifier of the group.
    pub group: String,
    /// What it is called.
    pub label: Words,
    /// The clause it rests on.
    pub cite: String,
    /// The policy whose amount is paid, where only the greatest is and where that is known.
    pub best: Option<String>,
    /// The amount before, in fen; nothing where it is unknown.
    pub before_fen: Option<i64>,
    /// What is left of it, in fen.
    pub left_fen: Option<i64>,
    /// Said.
    pub sentence: Words,
}

/// All policies of a book for one firm, with their groups.
pub struct Together<'t> {
    firm: &'t Firm<'t>,
    book: &'t RuleBook,
    definitions: &'t Definitions,
    moment: Moment,
    /// For each group what was due before it.
    before: Vec<Vec<Outcome>>,
    outcomes: Vec<Outcome>,
}

impl<'t> Together<'t> {
    /// Evaluates every policy of the book of a moment.
    pub fn new(firm: &'t Firm<'t>, book: &'t RuleBook, definitions: &'t Definitions, moment: Moment) -> Self {
        let mut outcomes: Vec<Outcome> = book.policies.iter().map(|policy| firm.outcome(policy)).collect();
        let mut before = Vec::new();
        for group in &book.groups {
            before.push(outcomes.clone());
            firm.put_together(group, book, &mut outcomes);
        }
        Self { firm, book, definitions, moment, before, outcomes }
    }

    /// What is said of each policy, groups applied.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Adds what groups leave to what was said of a policy alone.
    pub fn put_into(&self, explanation: &mut Explanation, policy: PolicyIndex) {
        let due_fen = self.outcomes[policy as usize].amount_fen;
        explanation.groups = self.effects(policy);
        let alone_fen = explanation.amount.as_ref().and_then(|amount| amount.due_fen);
        if let Some(amount) = &mut explanation.amount {
            amount.after_groups_fen = due_fen;
        }
        let changed = explanation.groups.iter().filter(|effect| effect.before_fen != effect.left_fen);
        let labels: Vec<&Words> = changed.map(|effect| &effect.label).collect();
        if let Some(alone_fen) = alone_fen
            && !labels.is_empty()
        {
            explanation.sentence = reduced(alone_fen, due_fen, &labels);
            let alone = money(Some(alone_fen));
            let last = explanation.amount.as_mut().and_then(|amount| amount.steps.last_mut());
            if let Some(step) = last {
                step.sentence = both(
                    format!("本项单独计算：{}。", alone.zh),
                    format!("This one by itself: {}.", alone.en),
                );
            }
        }
    }

    /// What each group of a policy leaves of its amount; none where it is not entitled or gives no amount.
    pub fn effects(&self, policy: PolicyIndex) -> Vec<GroupEffect> {
        let own = policy as usize;
        if self.outcomes[own].status != Status::Entitled || self.book.policies[own].amount.is_none() {
            return Vec::new();
        }
        let all = self.book.groups.iter().enumerate();
        let own_groups = all.filter(|(_, group)| group.members.contains(&policy));
        own_groups.map(|(at, group)| self.effect(at, group, own)).collect()
    }

    fn effect(&self, at: usize, group: &Group, own: usize) -> GroupEffect {
        let before = &self.before[at];
        let after = self.before.get(at + 1).unwrap_or(&self.outcomes);
        let definition = self.definitions.groups.iter().find(|definition| *definition.id == *group.id);
        let version = definition.and_then(|definition| definition.version_at(self.moment));
        let label = definition.map(|definition| definition.label.clone()).unwrap_or_default();
        let members = group.members.iter().map(|member| *member as usize);
        let with_amount = members.filter(|member| self.book.policies[*member].amount.is_some());
        let view = View {
            together: self,
            label: super::text::filled(&label, &group.id),
            before,
            after,
            own,
            members: with_amount.collect(),
        };
        let best = view.best(group);
        GroupEffect {
            group: group.id.to_string(),
            cite: version.map(|(_, version)| version.cite.clone()).unwrap_or_default(),
            best: best.map(|best| self.book.policies[best].id.to_string()),
            before_fen: before[own].amount_fen,
            left_fen: after[own].amount_fen,
            sentence: view.sentence(group, best),
            label: view.label,
        }
    }

    fn title(&self, policy: usize) -> Words {
        let id = &*self.book.policies[policy].id;
        let definition = self.definitions.policies.iter().find(|definition| definition.id == id);
        let title = definition.map(|definition| definition.title.clone()).unwrap_or_default();
        let fill = |text: String| if text.is_empty() { id.to_owned() } else { text };
        both(fill(title.zh), fill(title.en))
    }
}

/// A group as one of its members sees it.
struct View<'v, 't> {
    together: &'v Together<'t>,
    label: Words,
    before: &'v [Outcome],
    after: &'v [Outcome],
    own: usize,
    /// Members that give an amount, in order.
    members: Vec<usize>,
}

impl View<'_, '_> {
    fn entitled(&self) -> impl Iterator<Item = usize> + '_ {
        self.members.iter().copied().filter(|member| self.before[*member].status == Status::Entitled)
    }

    /// The member that is paid where only the greatest is.
    fn best(&self, group: &Group) -> Option<usize> {
        if group.stacking != Stacking::Best
            || self.entitled().any(|one| self.before[one].amount_fen.is_none())
        {
            return None;
        }
        // Of equal ones the first; `max_by_key` would take the last.
        self.entitled().reduce(|best, next| {
            if self.before[next].amount_fen > self.before[best].amount_fen { next } else { best }
        })
    }

    fn sentence(&self, group: &Group, best: Option<usize>) -> Words {
        let said = match (&group.stacking, best) {
            (Stacking::Best, None) => self.unknown_best(),
            (Stacking::Best, Some(best)) if best == self.own => self.own_best(),
            (Stacking::Best, Some(best)) => self.other_best(best),
            (Stacking::Ceiling(ceiling), _) => self.below(self.together.firm.amount_fen(ceiling)),
        };
        let open = self.open(group);
        both(format!("{}{}", said.zh, open.zh), format!("{}{}", said.en, open.en))
    }

    /// Members that are not decided yet and would change what this one gets.
    fn open(&self, group: &Group) -> Words {
        let is_open = |member: &usize| {
            matches!(self.before[*member].status, Status::Undetermined | Status::NeedsJudgement)
        };
        let reach = match group.stacking {
            Stacking::Best => self.members.len(),
            Stacking::Ceiling(_) => {
                self.members.iter().position(|member| *member == self.own).unwrap_or_default()
            }
        };
        let open: Vec<usize> = self.members[..reach].iter().copied().filter(is_open).collect();
        if open.is_empty() {
            return Words::default();
        }
        let titles = self.titles(&open);
        both(
            format!("{}尚未判定，判定后这一结果可能改变。", titles.zh),
            format!(" {} not decided yet, which may change this.", are(&titles.en, open.len())),
        )
    }

    fn unknown_best(&self) -> Words {
        let unknown: Vec<usize> =
            self.entitled().filter(|one| self.before[*one].amount_fen.is_none()).collect();
        let titles = self.titles(&unknown);
        let Words { zh, en } = &self.label;
        both(
            format!("“{zh}”只取最高的一项，而{}的金额未知，还不能确定取哪一项。", titles.zh),
            format!(
                "Of “{en}” only the greatest amount counts, and that of {} is unknown, so it is open which.",
                titles.en
            ),
        )
    }

    fn own_best(&self) -> Words {
        let others: Vec<usize> = self.entitled().filter(|one| *one != self.own).collect();
        let Words { zh, en } = &self.label;
        if others.is_empty() {
            return both(
                format!("“{zh}”只取最高的一项，其他各项目前都不适用，按本项享受。"),
                format!("Of “{en}” only the greatest amount counts; no other one applies, so this one does."),
            );
        }
        let titles = self.titles(&others);
        both(
            format!("“{zh}”只取最高的一项：本项最高，按本项享受；{}不再另计。", titles.zh),
            format!(
                "Of “{en}” only the greatest amount counts, which is this one; {} not given beside it.",
                are(&titles.en, others.len())
            ),
        )
    }

    fn other_best(&self, best: usize) -> Words {
        let (title, Words { zh, en }) = (self.titles(&[best]), &self.label);
        let (theirs, ours) = (money(self.before[best].amount_fen), money(self.before[self.own].amount_fen));
        if self.before[best].amount_fen == self.before[self.own].amount_fen {
            return both(
                format!(
                    "“{zh}”只取一项：{}与本项同为{}，排列在前，按它享受；本项不再另计。",
                    title.zh, ours.zh
                ),
                format!(
                    "Of “{en}” only one amount counts. {} gives {} too and stands first, so that one is given and this one is not given beside it.",
                    title.en, ours.en
                ),
            );
        }
        both(
            format!(
                "“{zh}”只取最高的一项：{}为{}，高于本项的{}，按它享受；本项不再另计。",
                title.zh, theirs.zh, ours.zh
            ),
            format!(
                "Of “{en}” only the greatest amount counts. {} gives {}, more than the {} of this one, so that one is given and this one is not given beside it.",
                title.en, theirs.en, ours.en
            ),
        )
    }

    /// What a ceiling leaves.
    fn below(&self, ceiling_fen: Option<i64>) -> Words {
        let Words { zh, en } = &self.label;
        let Some(ceiling_fen) = ceiling_fen else {
            return both(
                format!("“{zh}”合计有上限，上限未知，本项金额因此未定。"),
                format!("“{en}” stays within a ceiling that is unknown, so the amount of this one is open."),
            );
        };
        let unknown: Vec<usize> =
            self.entitled().filter(|one| self.before[*one].amount_fen.is_none()).collect();
        let ceiling = money(Some(ceiling_fen));
        if !unknown.is_empty() {
            let titles = self.titles(&unknown);
            return both(
                format!("“{zh}”合计以{}为限，而{}的金额未知，本项金额因此未定。", ceiling.zh, titles.zh),
                format!(
                    "“{en}” together stays within {}, and the amount of {} is unknown, so that of this one is open.",
                    ceiling.en, titles.en
                ),
            );
        }
        let (whole, left) = (self.before[self.own].amount_fen, self.after[self.own].amount_fen);
        if whole == left {
            return both(
                format!("“{zh}”合计以{}为限，本项不受影响。", ceiling.zh),
                format!("“{en}” together stays within {}; this one is given in full.", ceiling.en),
            );
        }
        let earlier: Vec<usize> = self
            .entitled()
            .take_while(|one| *one != self.own)
            .filter(|one| self.after[*one].amount_fen.is_some_and(|fen| fen > 0))
            .collect();
        let used = money(Some(earlier.iter().filter_map(|one| self.after[*one].amount_fen).sum()));
        let (titles, left) = (self.titles(&earlier), money(left));
        let (by_zh, by_en) = if earlier.is_empty() {
            (String::new(), String::new())
        } else {
            (
                format!("排在前面的{}已占{}，", titles.zh, used.zh),
                format!(" {} before it take {},", titles.en, used.en),
            )
        };
        both(
            format!("“{zh}”合计以{}为限：{by_zh}本项还可享受{}。", ceiling.zh, left.zh),
            format!("“{en}” together stays within {}:{by_en} {} is left for this one.", ceiling.en, left.en),
        )
    }

    fn titles(&self, policies: &[usize]) -> Words {
        let titles: Vec<Words> = policies.iter().map(|policy| self.together.title(*policy)).collect();
        quoted(titles.iter())
    }
}

/// Titles in quotation marks, one after the other.
fn quoted<'w>(titles: impl Iterator<Item = &'w Words>) -> Words {
    let quote = |title: &Words| (format!("“{}”", title.zh), format!("“{}”", title.en));
    let (zh, en): (Vec<String>, Vec<String>) = titles.map(quote).unzip();
    both(zh.concat(), en.join(" and "))
}

fn are(titles: &str, count: usize) -> String {
    format!("{titles} {}", if count == 1 { "is" } else { "are" })
}

fn money(fen: Option<i64>) -> Words {
    let yuan = fen.and_then(|fen| Number::scaled(fen.into(), 2));
    yuan.map_or_else(Words::default, |yuan| Measure::Money.write_number(yuan))
}

/// That an amount is less by its groups than alone.
fn reduced(alone_fen: i64, due_fen: Option<i64>, labels: &[&Words]) -> Words {
    let alone = money(Some(alone_fen));
    let Words { zh, en } = quoted(labels.iter().copied());
    match due_fen {
        Some(due_fen) => {
            let due = money(Some(due_fen));
            both(
                format!("符合条件；单独计算为 {}，按{zh}实际为 {}。", alone.zh, due.zh),
                format!("Entitled: {} by itself, {} after {en}.", alone.en, due.en),
            )
        }
        None => both(
            format!("符合条件；单独计算为 {}，按{zh}与其他政策合计后的金额尚不能确定。", alone.zh),
            format!("Entitled: {} by itself; what is left of it after {en} is open.", alone.en),
        ),
    }
}
