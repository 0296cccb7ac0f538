//! What fair-competition review would ask about a policy of a place: local registration, local tax, ownership,
//! named firms, local honours, deposits in cash, no end. Source: 公平竞争审查条例 arts. 8–12; 市场监管总局令第99号.

mod conditions;
mod signs;
mod standards;

use super::{Finding, Looked, Place, Severity, Subject};
use crate::{
    catalog::{Catalog, Field, FieldIndex, Type, Words},
    check::Scope,
    definition::{AmountKind, Mode, Unless},
    explain::{format::both, node::facts_of},
    expression::Expression,
    policy::Exception,
    syntax::{Kind, Tree, parse},
    vocabulary::CodeIndex,
};
use conditions::{is_local, memberships, names_firms, signs_in};
use signs::{CAPITAL, HONOUR, LOCAL, PHRASES, Sign, Spoken, names_a_firm};
use standards::{
    ENTRY, OTHER_COST, OUTSIDERS_QUALIFY, OUTSIDERS_SUBSIDY, SELECTIVE, Standard, TAX_FAVOUR, basis,
};

/// How deep terms are looked into.
const DEPTH_MAX: u32 = 8;

/// Looks at one version of a policy of a place; what the state sets for all is not selective.
pub fn look(one: &Looked<'_>, subject: &Subject<'_>, scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    let place = subject.editions.get(&one.definition.edition);
    let Some(place) = place.filter(|place| is_reviewed(place)) else {
        return;
    };
    let mut reviewer = Reviewer { one, scope, subject, catalog: subject.catalog, findings };
    if one.version.benefit.is_none() {
        reviewer.phrases();
        return;
    }
    reviewer.conditions(&place.division_code);
    reviewer.amount();
    reviewer.phrases();
    // A quota or a reserve of purchases gives no money.
    let gives_money =
        one.version.benefit.as_ref().is_some_and(|benefit| benefit.measure != AmountKind::Volume);
    if gives_money && one.version.effective.to.is_none() {
        let message = both(
            "给钱的政策没有截止日期；若要按例外放行，必须有期限或终止条件。",
            "A policy that gives money has no end; to stand as an exception it needs a term.",
        );
        reviewer.report("no-end", Severity::Note, "effective", message, SELECTIVE);
    }
}

/// Whether it is a place within the country: what the state sets holds for all.
fn is_reviewed(place: &Place) -> bool {
    let is_country = place.division_code.bytes().all(|digit| digit == b'0');
    !is_country || (place.division_code.is_empty() && place.parent.is_some())
}

/// Looks at the joint ceilings of groups that hold a policy of a place.
pub fn look_at_groups(subject: &Subject<'_>, scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    let is_of_place = |id: &String| {
        let policy = subject.definitions.policies.iter().find(|policy| policy.id == *id);
        let place = policy.and_then(|policy| subject.editions.get(&policy.edition));
        place.is_some_and(is_reviewed)
    };
    let groups = subject.definitions.groups.iter();
    let versions = groups.flat_map(|group| group.versions.iter().enumerate().map(move |one| (group, one)));
    for (group, (at, version)) in versions.filter(|(_, (_, one))| one.members.iter().any(is_of_place)) {
        let ceiling = parse(version.ceiling.as_deref().unwrap_or_default(), scope).0;
        let mentioned = ceiling.mentioned().into_iter().filter_map(|name| subject.catalog.find(name));
        let found = mentioned
            .map(|field| subject.catalog.field(field))
            .find(|field| Sign::of(&Spoken::field(field)).is_some_and(|sign| sign.code == "local-tax"));
        findings.extend(found.map(|field| Finding {
            code: "local-tax",
            severity: Severity::Warning,
            policy: group.id.clone(),
            version: Some(at),
            path: format!("version.{at}.ceiling"),
            message: asked(
                &label_of(field),
                ("把钱与对本地的税收或财政贡献挂钩", "Money depends on tax paid to the place"),
            ),
            basis: Some(basis(SELECTIVE)),
        }));
    }
}

fn label_of(field: &Field) -> Words {
    let zh = if field.label.zh.is_empty() { &field.name } else { &field.label.zh };
    let en = if field.label.en.is_empty() { &field.name } else { &field.label.en };
    both(zh.clone(), en.clone())
}

/// What review would ask of something by this name.
fn asked(label: &Words, (zh, en): (&str, &str)) -> Words {
    both(
        format!("{zh}（{}）；请改为与政策目的相关的客观条件，或按例外说明理由。", label.zh),
        format!(
            "{en} (“{}”); use an objective condition that serves the purpose, or give the grounds of an exception.",
            label.en
        ),
    )
}

struct Reviewer<'r, 'a> {
    one: &'r Looked<'a>,
    scope: &'r Scope<'r>,
    subject: &'r Subject<'a>,
    catalog: &'r Catalog,
    findings: &'r mut Vec<Finding>,
}

impl<'r> Reviewer<'r, '_> {
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
            self.condition(&clause.expression, true, &path, (division_code, competitive));
        }
        self.exceptions(&self.one.policy.unless, "unless", false, (division_code, competitive));
    }

    /// Exceptions to exceptions have to hold again.
    fn exceptions(&mut self, all: &[Exception], path: &str, wanted: bool, place: (&str, bool)) {
        for (index, exception) in all.iter().enumerate() {
            let path = format!("{path}.{index}");
            self.condition(&exception.clause.expression, wanted, &format!("{path}.when"), place);
            self.exceptions(&exception.unless, &format!("{path}.unless"), !wanted, place);
        }
    }

    /// A condition that has to come out as wanted.
    fn condition(
        &mut self,
        condition: &Expression,
        wanted: bool,
        path: &str,
        (division_code, competitive): (&str, bool),
    ) {
        let asks_for_place = match condition {
            Expression::Not(inner) => !wanted && is_local(inner, division_code, self.catalog),
            _ => wanted && is_local(condition, division_code, self.catalog),
        };
        if asks_for_place {
            self.local_registration(path);
        }
        for (sign, label) in signs_in(condition, wanted, self.catalog) {
            self.report(sign.code, Severity::Warning, path, asked(&label, sign.said), sign.standard);
        }
        for field in facts_of(condition) {
            self.fact(field, path, condition, competitive);
        }
        if names_firms(condition, self.catalog) {
            let self_declared = self
                .one
                .version
                .benefit
                .as_ref()
                .is_some_and(|benefit| benefit.mode == Some(Mode::SelfDeclared));
            let standard = if self_declared { TAX_FAVOUR } else { SELECTIVE };
            let message = both(
                "条件点名了具体企业；请改为对所有符合客观条件的企业开放。",
                "The condition names single firms; open it to all that meet objective conditions.",
            );
            self.report("named-firms", Severity::Error, path, message, standard);
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

    /// Amount, cap and all else in the benefit that differs by what a firm pays to the place, by where it is
    /// registered or by who owns it.
    fn amount(&mut self) {
        for (path, text) in self.one.version.texts() {
            if !path.starts_with("benefit") {
                continue;
            }
            let mut fields = Vec::new();
            self.fields_of(&parse(text, self.scope).0, None, 0, &mut fields);
            for field in fields {
                if let Some(sign) = conditions::sign_of(field, true) {
                    let message = asked(&label_of(field), sign.said);
                    self.report(sign.code, Severity::Warning, &path, message, sign.standard);
                }
            }
        }
    }

    /// Fields that a text reads, itself or through terms.
    fn fields_of(&self, tree: &Tree, rows: Option<&str>, depth: u32, found: &mut Vec<&'r Field>) {
        match &tree.kind {
            Kind::Name { name, .. } => {
                let of_row = rows.and_then(|rows| self.catalog.find_table(rows)).and_then(|table| {
                    let fields = &self.catalog.tables()[usize::from(table)].fields;
                    fields.iter().find(|field| field.name == *name || field.label.zh == *name)
                });
                let of_firm = || self.catalog.find(name).map(|field| self.catalog.field(field));
                if let Some(field) = of_row.or_else(of_firm) {
                    found.push(field);
                } else if depth < DEPTH_MAX {
                    self.fields_of_term(name, depth, found);
                }
            }
            Kind::Aggregate { table, value, filter, .. } => {
                let parts = value.iter().chain(filter);
                parts.for_each(|part| self.fields_of(part, Some(table), depth, found));
            }
            _ => tree.parts().into_iter().for_each(|part| self.fields_of(part, rows, depth, found)),
        }
    }

    fn fields_of_term(&self, name: &str, depth: u32, found: &mut Vec<&'r Field>) {
        let terms = self.subject.definitions.named.iter().filter(|named| !named.is_parameter);
        for term in terms.filter(|term| term.name == name || term.label.zh == name) {
            let from = self.one.version.effective.from;
            for value in term.values.iter().filter(|value| value.effective.holds(from)) {
                self.fields_of(&parse(&value.value, self.scope).0, None, depth + 1, found);
            }
        }
    }

    /// What the label of a required clause says that its expression does not.
    fn label_sign(&mut self, path: &str, text: &str) {
        let Some(clause) = path.strip_prefix("require.").and_then(|path| path.strip_suffix(".label")) else {
            return;
        };
        let Some(sign) = Sign::of(&Spoken::text(text)).filter(|_| self.one.version.benefit.is_some()) else {
            return;
        };
        let expression = format!("version.{}.require.{clause}.when", self.one.at);
        let told = self.findings.iter().any(|known| {
            known.policy == self.one.definition.id && known.code == sign.code && known.path == expression
        });
        if !told {
            let message = asked(&both(text, text), sign.said);
            self.report(sign.code, Severity::Warning, path, message, sign.standard);
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
            self.label_sign(&path, text);
            for (phrases, standard) in PHRASES {
                let Some(phrase) = phrases.iter().find(|phrase| text.contains(**phrase)) else { continue };
                let message = both(format!("文字中出现“{phrase}”。"), format!("The text says “{phrase}”."));
                self.report("phrase", Severity::Warning, &path, message, standard);
            }
            if names_a_firm_within(text) {
                let message = both(
                    "文字点名了具体企业；请改为对所有符合客观条件的企业开放。",
                    "The text names a single firm; open it to all that meet objective conditions.",
                );
                self.report("named-firms", Severity::Warning, &path, message, SELECTIVE);
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

/// Whether a text holds the whole name of a firm.
fn names_a_firm_within(text: &str) -> bool {
    text.split(['，', '。', '、', '；', '（', '(', ' ', '对', '由', '给'])
        .any(|part| names_a_firm(part) && part.chars().count() > 6)
}

fn exception_labels<'u>(all: &'u [Unless], path: &str, texts: &mut Vec<(String, &'u String)>) {
    for (index, exception) in all.iter().enumerate() {
        texts.push((format!("{path}.{index}.label"), &exception.label.zh));
        exception_labels(&exception.unless, &format!("{path}.{index}.unless"), texts);
    }
}
