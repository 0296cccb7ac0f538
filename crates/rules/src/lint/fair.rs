//! What fair-competition review would ask about a policy of a place: local registration, local tax, ownership,
//! named firms, local honours, deposits in cash, no end. Source: 公平竞争审查条例 arts. 8–12; 市场监管总局令第99号.

use super::{Basis, Finding, Looked, Severity, Subject};
use crate::{
    catalog::{Catalog, Field, FieldIndex, Type, Words},
    check::Scope,
    definition::{Mode, Unless},
    explain::{format::both, node::facts_of},
    expression::{Comparison, Expression, Value},
    syntax::parse,
    vocabulary::{CodeBits, CodeIndex, Vocabulary},
};

/// A standard with what it asks.
type Standard = (&'static str, &'static str, &'static str);

const GOODS_OUT: Standard = (
    "G1",
    "第九条：不得限制商品、要素流动或企业迁移",
    "art. 9: goods, factors and firms move freely in and out",
);
const OUTSIDERS_SUBSIDY: Standard = (
    "G4",
    "第九条：不得对外地经营者实行歧视性补贴",
    "art. 9: outsiders are not charged, priced or subsidised differently",
);
const OUTSIDERS_QUALIFY: Standard =
    ("G5", "第九条：不得对外地经营者设定更严的资质要求", "art. 9: no stricter qualification for outsiders");
const TAX_FAVOUR: Standard =
    ("C1", "第十条：不得给予特定经营者税收优惠", "art. 10: no tax favour for specific firms");
const SELECTIVE: Standard = (
    "C2",
    "第十条：不得给予特定经营者选择性、差异化的奖励或补贴",
    "art. 10: no selective, differing awards or subsidies for specific firms",
);
const OTHER_COST: Standard =
    ("C4", "第十条：其他影响生产经营成本的内容", "art. 10: other effects on the cost of doing business");
const ENTRY: Standard = (
    "M4",
    "第八条：不得设置不合理或歧视性的准入条件",
    "art. 8: no unreasonable or discriminating terms of entry",
);

/// Words of names and labels by which a fact is recognised.
struct Signs {
    /// Parts of identifiers.
    names: &'static [&'static str],
    /// Parts of Chinese labels.
    labels: &'static [&'static str],
}

const LOCAL_TAX: Signs = Signs {
    names: &[
        "local_contribution", "local_tax", "tax_paid", "tax_contribution", "fiscal_contribution",
        "tax_payment",
    ],
    labels: &[
        "地方贡献", "综合贡献", "财政贡献", "税收贡献", "地方财力", "本地纳税", "实缴税", "已缴税", "入库税",
    ],
};
const OWNERSHIP: Signs = Signs {
    names: &["ownership", "state_owned", "is_private", "foreign_invested", "foreign_owned"],
    labels: &["所有制", "国有", "民营企业", "外资", "内资"],
};
const HONOUR: Signs = Signs {
    names: &["award", "honour", "honor", "prize"],
    labels: &["荣誉", "奖项", "获奖", "名牌", "称号"],
};
const LOCAL: Signs = Signs {
    names: &["local", "city", "county", "district", "municipal"],
    labels: &["市级", "区级", "县级", "本市", "本区", "本县", "本地", "当地"],
};
const FIRM: Signs = Signs {
    names: &["name", "firm_name", "company", "uscc", "credit_code"],
    labels: &["企业名称", "单位名称", "信用代码"],
};
const CAPITAL: Signs = Signs {
    names: &["registered_capital", "turnover", "branch"],
    labels: &["注册资本", "分支机构", "营业额"],
};

/// Phrases of texts for people, with the standard they touch.
const PHRASES: [(&[&str], Standard); 5] = [
    (&["本地企业优先", "本市企业优先", "本区企业优先", "优先采购本地", "本地产品优先"], OUTSIDERS_SUBSIDY),
    (&["不得迁出", "限制迁出", "迁出须", "迁出应当退回"], GOODS_OUT),
    (&["地方贡献", "地方综合贡献", "地方财政贡献", "地方留成"], SELECTIVE),
    (&["一企一策", "一事一议", "名单内企业"], SELECTIVE),
    (&["现金保证金", "以现金缴纳保证金", "保证金以现金", "只接受现金"], OTHER_COST),
];

impl Signs {
    fn fit(&self, field: &Field) -> bool {
        let words = || field.name.split(['_', '[']);
        let named = self.names.iter().any(|sign| {
            if sign.contains('_') { field.name.contains(sign) } else { words().any(|word| word == *sign) }
        });
        named || self.labels.iter().any(|sign| field.label.zh.contains(sign))
    }

    fn said(&self, text: &str) -> bool {
        self.labels.iter().any(|sign| text.contains(sign))
    }
}

fn basis((standard, zh, en): Standard) -> Basis {
    let law = "公平竞争审查条例";
    Basis {
        standard,
        asks: both(format!("{law}{zh}"), format!("{law} {en}")),
        exception: both(
            format!(
                "{law}第十二条：为安全、科技进步、节能环保救灾等目的，没有影响更小的替代办法，且有期限或终止条件，三者须同时具备并写明。"
            ),
            format!(
                "{law} art. 12: it may stand if it serves security, science, energy, environment or disaster relief, no less harmful way exists, and it has a term or an end; the review has to show all three."
            ),
        ),
    }
}

/// Looks at one version of a policy of a place; what the state sets for all is not selective.
pub fn look(one: &Looked<'_>, subject: &Subject<'_>, scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    let place = subject.editions.get(&one.definition.edition);
    let Some(place) = place.filter(|place| place.parent.is_some()) else {
        return;
    };
    let mut reviewer = Reviewer { one, scope, catalog: subject.catalog, findings };
    reviewer.phrases();
    if one.version.benefit.is_none() {
        return;
    }
    reviewer.conditions(&place.division_code);
    reviewer.amount();
    reviewer.named_firms();
    if one.version.effective.to.is_none() {
        let message = both(
            "给钱的政策没有截止日期；若要按例外放行，必须有期限或终止条件。",
            "A policy that gives money has no end; to stand as an exception it needs a term.",
        );
        reviewer.report("no-end", Severity::Note, "effective", message, SELECTIVE);
    }
}

/// Looks at the joint ceilings of groups that hold a policy of a place.
pub fn look_at_groups(subject: &Subject<'_>, scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    let is_of_place = |id: &String| {
        let policy = subject.definitions.policies.iter().find(|policy| policy.id == *id);
        let place = policy.and_then(|policy| subject.editions.get(&policy.edition));
        place.is_some_and(|place| place.parent.is_some())
    };
    let groups = subject.definitions.groups.iter();
    let versions = groups.flat_map(|group| group.versions.iter().enumerate().map(move |one| (group, one)));
    for (group, (at, version)) in versions.filter(|(_, (_, one))| one.members.iter().any(is_of_place)) {
        let ceiling = parse(version.ceiling.as_deref().unwrap_or_default(), scope).0;
        let mentioned = ceiling.mentioned().into_iter().filter_map(|name| subject.catalog.find(name));
        let found = mentioned.map(|field| subject.catalog.field(field)).find(|field| LOCAL_TAX.fit(field));
        findings.extend(found.map(|field| Finding {
            code: "local-tax",
            severity: Severity::Warning,
            policy: group.id.clone(),
            version: Some(at),
            path: format!("version.{at}.ceiling"),
            message: depends_on_local_tax(&label_of(field)),
            basis: Some(basis(SELECTIVE)),
        }));
    }
}

fn label_of(field: &Field) -> Words {
    let zh = if field.label.zh.is_empty() { &field.name } else { &field.label.zh };
    let en = if field.label.en.is_empty() { &field.name } else { &field.label.en };
    both(zh.clone(), en.clone())
}

fn depends_on_local_tax(label: &Words) -> Words {
    both(
        format!("把钱与对本地的税收或财政贡献（{}）挂钩。", label.zh),
        format!("Money depends on tax paid to the place ({}).", label.en),
    )
}

struct Reviewer<'r, 'a> {
    one: &'r Looked<'a>,
    scope: &'r Scope<'r>,
    catalog: &'r Catalog,
    findings: &'r mut Vec<Finding>,
}

impl Reviewer<'_, '_> {
    fn report(
        &mut self,
        code: &'static str,
        severity: Severity,
        field: &str,
        message: Words,
        standard: Standard,
    ) {
        let mut finding =
            Finding { basis: Some(basis(standard)), ..self.one.finding(code, severity, field, message) };
        if matches!(field, "title" | "summary") {
            // They belong to the policy, whichever version.
            (finding.version, finding.path) = (None, field.to_owned());
        }
        let known = self.findings.iter().any(|known| {
            (known.code, &known.policy, known.version, &known.path)
                == (finding.code, &finding.policy, finding.version, &finding.path)
        });
        if !known {
            self.findings.push(finding);
        }
    }

    fn label(&self, field: FieldIndex) -> Words {
        label_of(self.catalog.field(field))
    }

    fn conditions(&mut self, division_code: &str) {
        let competitive =
            self.one.version.benefit.as_ref().is_some_and(|benefit| benefit.mode == Some(Mode::Competitive));
        for (index, clause) in self.one.policy.require.iter().enumerate() {
            let path = self.one.require_field(index);
            if is_local(&clause.expression, division_code, self.catalog) {
                self.local_registration(&path);
            }
            for field in facts_of(&clause.expression) {
                self.fact(field, &path, &clause.expression, competitive);
            }
        }
        for (index, exception) in self.one.policy.unless.iter().enumerate() {
            let path = format!("unless.{index}.when");
            let condition = &exception.clause.expression;
            if matches!(condition, Expression::Not(inner) if is_local(inner, division_code, self.catalog)) {
                self.local_registration(&path);
            }
            for field in facts_of(condition) {
                self.fact(field, &path, condition, competitive);
            }
        }
    }

    fn local_registration(&mut self, path: &str) {
        let message = both(
            "以在本地登记（或位于本地）为领取条件；请改为与政策目的相关的客观条件，或按例外说明理由。",
            "Being registered or seated in the place is a condition for money; use an objective condition that serves the purpose, or give the grounds of an exception.",
        );
        self.report("local-registration", Severity::Warning, path, message, OUTSIDERS_SUBSIDY);
    }

    fn fact(&mut self, index: FieldIndex, path: &str, condition: &Expression, competitive: bool) {
        let field = self.catalog.field(index);
        let label = self.label(index);
        if LOCAL_TAX.fit(field) {
            self.local_tax(&label, path);
        }
        if OWNERSHIP.fit(field) {
            let message = both(
                format!("以所有制（{}）为领取条件。", label.zh),
                format!("Ownership ({}) is a condition for money.", label.en),
            );
            self.report("ownership", Severity::Warning, path, message, SELECTIVE);
        }
        if HONOUR.fit(field) && (LOCAL.fit(field) || self.names_local_code(index, condition)) {
            let message = both(
                format!("以本地荣誉或奖项（{}）为领取条件，外地企业难以取得。", label.zh),
                format!(
                    "A local honour or award ({}) is a condition; outsiders can hardly have it.",
                    label.en
                ),
            );
            self.report("local-honour", Severity::Warning, path, message, OUTSIDERS_QUALIFY);
        }
        if competitive && CAPITAL.fit(field) {
            let message = both(
                format!("竞争分配中以规模（{}）设门槛。", label.zh),
                format!("Where firms compete, size ({}) is set as a threshold.", label.en),
            );
            self.report("size-demand", Severity::Note, path, message, ENTRY);
        }
        let cash = field.name.contains("deposit") && field.name.contains("cash");
        if cash || (field.label.zh.contains("保证金") && field.label.zh.contains("现金")) {
            let message = both(
                "要求以现金缴纳保证金；应同时接受保函。",
                "A deposit in cash is asked for; letters of guarantee have to do as well.",
            );
            self.report("cash-deposit", Severity::Warning, path, message, OTHER_COST);
        }
    }

    fn local_tax(&mut self, label: &Words, path: &str) {
        self.report("local-tax", Severity::Warning, path, depends_on_local_tax(label), SELECTIVE);
    }

    /// Whether a condition asks for a code whose label speaks of the place.
    fn names_local_code(&self, index: FieldIndex, condition: &Expression) -> bool {
        let (Type::Code(vocabulary) | Type::CodeSet(vocabulary)) = &self.catalog.field(index).kind else {
            return false;
        };
        let codes = self.catalog.vocabulary(*vocabulary).codes();
        memberships(condition).iter().any(|(field, bits)| {
            *field == index
                && codes
                    .iter()
                    .enumerate()
                    .any(|(code, known)| bits.contains(code as CodeIndex) && LOCAL.said(&known.label.zh))
        })
    }

    /// Amount, cap and all else in the benefit that reads what a firm pays to the place.
    fn amount(&mut self) {
        for (path, text) in self.one.version.texts() {
            if !path.starts_with("benefit") {
                continue;
            }
            let tree = parse(text, self.scope).0;
            for name in tree.mentioned() {
                let field = self.catalog.find(name).filter(|field| LOCAL_TAX.fit(self.catalog.field(*field)));
                if let Some(field) = field {
                    let label = self.label(field);
                    self.local_tax(&label, &path);
                }
            }
        }
    }

    /// Conditions that hold for firms of these names only.
    fn named_firms(&mut self) {
        let self_declared =
            self.one.version.benefit.as_ref().is_some_and(|benefit| benefit.mode == Some(Mode::SelfDeclared));
        let standard = if self_declared { TAX_FAVOUR } else { SELECTIVE };
        for (index, clause) in self.one.policy.require.iter().enumerate() {
            if names_firms(&clause.expression, self.catalog) {
                let path = self.one.require_field(index);
                let message = both("条件点名了具体企业。", "The condition names single firms.");
                self.report("named-firms", Severity::Error, &path, message, standard);
            }
        }
    }

    /// Words in texts for people.
    fn phrases(&mut self) {
        let definition = self.one.definition;
        let mut texts =
            vec![("title".to_owned(), &definition.title.zh), ("summary".to_owned(), &definition.summary.zh)];
        let clauses = self.one.version.require.iter().enumerate();
        texts.extend(clauses.map(|(index, clause)| (format!("require.{index}.label"), &clause.label.zh)));
        exception_labels(&self.one.version.unless, "unless", &mut texts);
        for (path, text) in texts {
            for (phrases, standard) in PHRASES {
                let Some(phrase) = phrases.iter().find(|phrase| text.contains(**phrase)) else { continue };
                let message = both(format!("文字中出现“{phrase}”。"), format!("The text says “{phrase}”."));
                self.report("phrase", Severity::Warning, &path, message, standard);
            }
            // 保证金 and 现金 apart from each other: still worth a look.
            if text.contains("保证金") && text.contains("现金") && !text.contains("保函") {
                let message = both(
                    "文字要求现金保证金，未提保函。",
                    "The text asks for a deposit in cash and does not speak of letters of guarantee.",
                );
                self.report("cash-deposit", Severity::Warning, &path, message, OTHER_COST);
            }
        }
    }
}

fn exception_labels<'u>(all: &'u [Unless], path: &str, texts: &mut Vec<(String, &'u String)>) {
    for (index, exception) in all.iter().enumerate() {
        texts.push((format!("{path}.{index}.label"), &exception.label.zh));
        exception_labels(&exception.unless, &format!("{path}.{index}.unless"), texts);
    }
}

/// The sets of codes that facts have to be in, negations left out.
fn memberships(expression: &Expression) -> Vec<(FieldIndex, &CodeBits)> {
    match expression {
        Expression::CodeIn(inner, codes) => match **inner {
            Expression::Fact(field) => vec![(field, codes)],
            _ => Vec::new(),
        },
        Expression::And(all) | Expression::Or(all) => all.iter().flat_map(memberships).collect(),
        _ => Vec::new(),
    }
}

/// Whether a condition asks to be within the place: no code outside of it will do.
fn is_local(expression: &Expression, division_code: &str, catalog: &Catalog) -> bool {
    match expression {
        Expression::And(all) => all.iter().any(|part| is_local(part, division_code, catalog)),
        Expression::Or(all) => all.iter().all(|part| is_local(part, division_code, catalog)),
        Expression::CodeIn(inner, codes) => {
            let Expression::Fact(field) = **inner else { return false };
            let (Type::Code(vocabulary) | Type::CodeSet(vocabulary)) = &catalog.field(field).kind else {
                return false;
            };
            let vocabulary = catalog.vocabulary(*vocabulary);
            let Some(own) = own_code(vocabulary, division_code) else { return false };
            let within = vocabulary.within(own);
            let all = 0..vocabulary.codes().len() as CodeIndex;
            let mut held = all.filter(|code| codes.contains(*code)).peekable();
            held.peek().is_some() && held.all(|code| within.contains(code))
        }
        _ => false,
    }
}

/// The code of a place in a vocabulary: 330300 may be written 3303.
fn own_code(vocabulary: &Vocabulary, division_code: &str) -> Option<CodeIndex> {
    let mut code = division_code;
    loop {
        if let Some(found) = vocabulary.find(code) {
            return Some(found);
        }
        code = code.strip_suffix("00").filter(|rest| !rest.is_empty())?;
    }
}

/// Whether a condition compares the name or the code of a firm with a constant.
fn names_firms(expression: &Expression, catalog: &Catalog) -> bool {
    match expression {
        Expression::Compare(Comparison::Equal, left, right) => {
            let named = |subject: &Expression, bound: &Expression| match (subject, bound) {
                (Expression::Fact(field), Expression::Constant(Value::Text(_))) => {
                    FIRM.fit(catalog.field(*field))
                }
                _ => false,
            };
            named(left, right) || named(right, left)
        }
        Expression::And(all) | Expression::Or(all) => all.iter().any(|part| names_firms(part, catalog)),
        _ => false,
    }
}
