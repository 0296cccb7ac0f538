//! Expressions as pieces of SQL.
//!
//! SQL's own truth values are Kleene's, and its operators are unknown where a part is; what differs
//! (`CASE`, least and greatest, division, fractions) is spelled out.

use super::{
    DIGITS_MAX, Dialect, Printed, Unprintable,
    dialect::{identifier, quoted},
    integer::Int,
    number::{Fraction, sign_of},
    projection::{Projection, Sql},
};
use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, FieldIndex, Type, VocabularyIndex},
    expression::{Comparison, Expression, Value},
    reference::Firm,
    table::Table,
    vocabulary::{CodeBits, CodeIndex},
};

/// Longest text of one piece.
const BYTES_MAX: usize = 1 << 18;

/// An expression in SQL, by what it holds.
#[expect(clippy::large_enum_variant, reason = "it lives for a moment, one at a time")]
#[derive(Clone, Debug)]
pub enum Rendered {
    Bool(Sql),
    Number(Fraction),
    Date(Sql),
    Code(Sql),
    Codes(Sql),
    Text(Sql),
    /// What nobody knows, of whatever type is wanted.
    Nothing,
}

/// Turns expressions into pieces of one projection.
pub struct Renderer<'a> {
    pub catalog: &'a Catalog,
    pub dialect: Dialect,
    pub projection: Projection,
    /// What judged conditions are taken to be.
    pub judged: Option<bool>,
}

fn ill_typed() -> Unprintable {
    Unprintable::new("an expression mixes types", "check the definition with `liangjian check`")
}

fn made_of(parts: &[Sql], join: &str) -> Sql {
    let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    Sql::made(format!("({})", texts.join(join)), parts)
}

/// Neither true nor false.
fn unknown_truth() -> Sql {
    Sql::plain("CAST(NULL AS BOOLEAN)")
}

pub(super) fn truth(value: bool) -> Sql {
    Sql::plain(if value { "TRUE" } else { "FALSE" })
}

impl Renderer<'_> {
    /// The vocabulary whose codes an expression holds; `None` where only constants are in it.
    fn vocabulary_of(&self, expression: &Expression) -> Option<VocabularyIndex> {
        match expression {
            Expression::Fact(field) => match self.catalog.field(*field).kind {
                Type::Code(vocabulary) | Type::CodeSet(vocabulary) => Some(vocabulary),
                _ => None,
            },
            Expression::Case(branches, otherwise) => {
                let values = branches.iter().map(|(_, value)| value).chain(otherwise.as_deref());
                values.into_iter().find_map(|value| self.vocabulary_of(value))
            }
            _ => None,
        }
    }

    /// A code as it is written in its vocabulary; where no fact is near, its index stands for it.
    fn code(&self, code: CodeIndex, vocabulary: Option<VocabularyIndex>) -> String {
        let codes = vocabulary.map(|vocabulary| self.catalog.vocabulary(vocabulary).codes());
        match codes.and_then(|codes| codes.get(usize::from(code))) {
            Some(code) => quoted(&code.code),
            None => format!("'{code}'"),
        }
    }

    /// The codes of a set, quoted; `None` for all of the vocabulary.
    fn code_list(&self, codes: &CodeBits, vocabulary: Option<VocabularyIndex>) -> Option<Vec<String>> {
        let count = vocabulary.map(|vocabulary| self.catalog.vocabulary(vocabulary).codes().len());
        let list: Vec<CodeIndex> =
            codes.codes().filter(|code| count.is_none_or(|count| usize::from(*code) < count)).collect();
        let all = count == Some(list.len());
        (!all).then(|| list.into_iter().map(|code| self.code(code, vocabulary)).collect())
    }

    /// Whether a code is one of a set.
    fn code_test(&self, code: &Sql, codes: &CodeBits, vocabulary: Option<VocabularyIndex>) -> Sql {
        let text = &code.text;
        let text = match self.code_list(codes, vocabulary) {
            None => format!("(CASE WHEN {text} IS NOT NULL THEN TRUE END)"),
            Some(list) if list.is_empty() => format!("(CASE WHEN {text} IS NOT NULL THEN FALSE END)"),
            Some(list) => format!("({text} IN ({}))", list.join(", ")),
        };
        Sql::made(text, [code])
    }

    fn set_test(&self, set: &Sql, codes: &CodeBits, vocabulary: Option<VocabularyIndex>) -> Sql {
        let all = || {
            let codes = vocabulary.map_or(&[][..], |vocabulary| self.catalog.vocabulary(vocabulary).codes());
            codes.iter().map(|code| quoted(&code.code)).collect()
        };
        let list: Vec<String> = self.code_list(codes, vocabulary).unwrap_or_else(all);
        let text = &set.text;
        let holds =
            if list.is_empty() { "FALSE".to_owned() } else { self.dialect.holds_any(text, &list.join(", ")) };
        Sql::made(format!("(CASE WHEN {text} IS NOT NULL THEN {holds} END)"), [set])
    }

    fn fact(&mut self, field: FieldIndex) -> Printed<Rendered> {
        let field = self.catalog.field(field);
        let column = identifier(&field.name);
        let kind = &field.kind;
        if !kind.is_numeric() {
            let piece = self.projection.fact(&field.name, || column);
            return Ok(match kind {
                Type::Bool => Rendered::Bool(piece),
                Type::Date => Rendered::Date(piece),
                Type::Code(_) => Rendered::Code(piece),
                Type::CodeSet(_) => Rendered::Codes(piece),
                _ => Rendered::Text(piece),
            });
        }
        let factor = 10_i128.pow(u32::from(kind.scale()));
        let text = || match kind.scale() {
            0 => format!("CAST(CAST({column} AS DECIMAL(18, 0)) AS BIGINT)"),
            scale => format!(
                "CAST(CAST({column} AS DECIMAL({}, {scale})) * {factor} AS BIGINT)",
                DIGITS_MAX + u32::from(scale)
            ),
        };
        let piece = self.projection.fact(&field.name, text);
        let over = Int::narrow(piece, 10_u128.pow(DIGITS_MAX) - 1);
        self.scaled(over, factor).map(Rendered::Number)
    }

    /// A known value; codes are written as in `vocabulary`.
    fn constant(&self, value: &Value, vocabulary: Option<VocabularyIndex>) -> Printed<Rendered> {
        Ok(match value {
            Value::Bool(value) => Rendered::Bool(truth(*value)),
            Value::Number(number) => Rendered::Number(self.constant_number(*number)?),
            Value::Date(day) => Rendered::Date(super::time::day(*day)?),
            Value::Code(code) => Rendered::Code(Sql::plain(self.code(*code, vocabulary))),
            Value::Text(text) if text.contains('\0') => return Err(ill_typed()),
            Value::Text(text) => Rendered::Text(Sql::plain(quoted(text))),
            Value::Codes(_) => {
                return Err(Unprintable::new("a constant set of codes", "list the codes with `in (…)`"));
            }
        })
    }

    /// What it computes to, where it reads nothing.
    fn folded(expression: &Expression) -> Option<Value> {
        fn is_constant(expression: &Expression) -> bool {
            match expression {
                Expression::Constant(_) => true,
                Expression::Fact(_)
                | Expression::Child(_)
                | Expression::Judged(_)
                | Expression::Aggregate(_) => false,
                _ => expression.parts().into_iter().all(is_constant),
            }
        }
        if matches!(expression, Expression::Constant(_)) || !is_constant(expression) {
            return None;
        }
        let (catalog, nobody) = (Catalog::default(), Table { rows: 1, ..Table::default() });
        Firm::new(&catalog, &nobody, 0, &NoCalendar).value(expression)
    }

    /// An expression; `vocabulary` is that of the codes it is to be compared with.
    pub fn render(
        &mut self,
        expression: &Expression,
        vocabulary: Option<VocabularyIndex>,
    ) -> Printed<Rendered> {
        if let Some(value) = Self::folded(expression) {
            return self.constant(&value, vocabulary);
        }
        let rendered = match expression {
            Expression::Constant(value) => self.constant(value, vocabulary)?,
            Expression::NotInForce(_) => Rendered::Nothing,
            Expression::Fact(field) => self.fact(*field)?,
            Expression::Judged(_) => Rendered::Bool(self.judged.map_or_else(unknown_truth, truth)),
            Expression::Not(inner) => {
                let inner = self.condition(inner)?;
                Rendered::Bool(Sql::made(format!("(NOT {})", inner.text), [&inner]))
            }
            Expression::And(all) => Rendered::Bool(self.connected(all, " AND ", true)?),
            Expression::Or(all) => Rendered::Bool(self.connected(all, " OR ", false)?),
            Expression::Compare(comparison, left, right) => {
                Rendered::Bool(self.compare(*comparison, left, right)?)
            }
            Expression::CodeIn(inner, codes) => Rendered::Bool(self.code_in(inner, codes)?),
            Expression::IsKnown(inner) => Rendered::Bool(self.is_known(inner)?),
            Expression::Arithmetic(operation, left, right) => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                Rendered::Number(self.calculated(*operation, left, right)?)
            }
            Expression::Smallest(all) => self.extreme_of(all, Comparison::AtMost)?,
            Expression::Greatest(all) => self.extreme_of(all, Comparison::AtLeast)?,
            Expression::Rounded(inner, unit, rounding) => {
                let inner = self.number(inner)?;
                Rendered::Number(self.rounded(inner, *unit, *rounding)?)
            }
            Expression::Case(branches, otherwise) => self.case(branches, otherwise.as_deref(), vocabulary)?,
            Expression::Lookup(key, rows) => self.lookup(key, rows, vocabulary)?,
            Expression::Elapsed(period, from, to) => {
                let (from, to) = (self.date(from)?, self.date(to)?);
                Rendered::Number(self.elapsed(*period, &from, &to)?)
            }
            Expression::StartOf(period, day) => {
                let day = self.date(day)?;
                Rendered::Date(super::time::start_of(*period, &day)?)
            }
            Expression::Shifted(period, from, count) => {
                let from = self.date(from)?;
                Rendered::Date(self.shifted(*period, &from, count)?)
            }
            Expression::Aggregate(aggregate) => {
                let table = &self.catalog.tables()[usize::from(aggregate.table)].name;
                let what = format!("a summary of the child table `{table}`");
                return Err(Unprintable::new(what, "deliver the summary as a field of the firm"));
            }
            Expression::Child(_) => return Err(ill_typed()),
        };
        if rendered.pieces().iter().any(|piece| piece.text.len() > BYTES_MAX) {
            return Err(Unprintable::new("an expression is too long for one statement", "split the policy"));
        }
        Ok(rendered)
    }

    pub fn condition(&mut self, expression: &Expression) -> Printed<Sql> {
        match self.render(expression, None)? {
            Rendered::Bool(piece) => Ok(piece),
            Rendered::Nothing => Ok(unknown_truth()),
            _ => Err(ill_typed()),
        }
    }

    pub fn number(&mut self, expression: &Expression) -> Printed<Fraction> {
        match self.render(expression, None)? {
            Rendered::Number(number) => Ok(number),
            Rendered::Nothing => self.unknown_number(),
            _ => Err(ill_typed()),
        }
    }

    /// A day, computed once.
    fn date(&mut self, expression: &Expression) -> Printed<Sql> {
        match self.render(expression, None)? {
            Rendered::Date(piece) => Ok(self.projection.named(piece)),
            Rendered::Nothing => Ok(Sql::plain("CAST(NULL AS DATE)")),
            _ => Err(ill_typed()),
        }
    }

    fn connected(&mut self, all: &[Expression], join: &str, of_none: bool) -> Printed<Sql> {
        if all.is_empty() {
            return Ok(truth(of_none));
        }
        let all: Vec<Sql> = all.iter().map(|part| self.condition(part)).collect::<Printed<_>>()?;
        Ok(made_of(&all, join))
    }

    fn compare(&mut self, comparison: Comparison, left: &Expression, right: &Expression) -> Printed<Sql> {
        let vocabulary = self.vocabulary_of(left).or_else(|| self.vocabulary_of(right));
        let (left, right) = (self.render(left, vocabulary)?, self.render(right, vocabulary)?);
        let (left, right) = match (left, right) {
            (Rendered::Nothing, _) | (_, Rendered::Nothing) => return Ok(unknown_truth()),
            (Rendered::Number(left), Rendered::Number(right)) => {
                return self.compared(comparison, left, right);
            }
            (Rendered::Date(left), Rendered::Date(right)) => (left, right),
            (Rendered::Bool(left), Rendered::Bool(right))
            | (Rendered::Code(left), Rendered::Code(right))
            | (Rendered::Text(left), Rendered::Text(right))
                if matches!(comparison, Comparison::Equal | Comparison::NotEqual) =>
            {
                (left, right)
            }
            _ => return Err(ill_typed()),
        };
        Ok(Sql::made(format!("({} {} {})", left.text, sign_of(comparison), right.text), [&left, &right]))
    }

    fn code_in(&mut self, inner: &Expression, codes: &CodeBits) -> Printed<Sql> {
        let vocabulary = self.vocabulary_of(inner);
        match self.render(inner, vocabulary)? {
            Rendered::Code(code) => {
                let code = self.projection.named(code);
                Ok(self.code_test(&code, codes, vocabulary))
            }
            Rendered::Codes(set) => {
                let set = self.projection.named(set);
                Ok(self.set_test(&set, codes, vocabulary))
            }
            Rendered::Nothing => Ok(unknown_truth()),
            _ => Err(ill_typed()),
        }
    }

    fn is_known(&mut self, inner: &Expression) -> Printed<Sql> {
        let rendered = self.render(inner, self.vocabulary_of(inner))?;
        if matches!(rendered, Rendered::Nothing) {
            return Ok(truth(false));
        }
        let tests: Vec<Sql> = rendered
            .pieces()
            .into_iter()
            .map(|piece| Sql::made(format!("({} IS NOT NULL)", piece.text), [piece]))
            .collect();
        Ok(made_of(&tests, " AND "))
    }

    fn extreme_of(&mut self, all: &[Expression], comparison: Comparison) -> Printed<Rendered> {
        let mut rendered =
            all.iter().map(|part| self.render(part, None)).collect::<Printed<Vec<_>>>()?.into_iter();
        let mut best = rendered.next().ok_or_else(ill_typed)?;
        for next in rendered {
            best = match (best, next) {
                (Rendered::Nothing, _) | (_, Rendered::Nothing) => return Ok(Rendered::Nothing),
                (Rendered::Number(best), Rendered::Number(next)) => {
                    Rendered::Number(self.extreme(comparison, best, next)?)
                }
                (Rendered::Date(best), Rendered::Date(next)) => {
                    let (best, next) = (self.projection.named(best), self.projection.named(next));
                    let (b, n) = (&best.text, &next.text);
                    let sign = sign_of(comparison);
                    let other = sign_of(comparison.negated());
                    let text = format!("CASE WHEN {b} {sign} {n} THEN {b} WHEN {b} {other} {n} THEN {n} END");
                    Rendered::Date(Sql::made(text, [&best, &next]))
                }
                _ => return Err(ill_typed()),
            };
        }
        Ok(best)
    }

    /// An unknown condition makes all after it unknown.
    fn case(
        &mut self,
        branches: &[(Expression, Expression)],
        otherwise: Option<&Expression>,
        vocabulary: Option<VocabularyIndex>,
    ) -> Printed<Rendered> {
        let values = branches.iter().map(|(_, value)| value).chain(otherwise);
        let vocabulary = values.into_iter().find_map(|value| self.vocabulary_of(value)).or(vocabulary);
        let mut rendered = Vec::new();
        let mut before: Vec<Sql> = Vec::new();
        for (when, then) in branches {
            let when = self.condition(when)?;
            let when = self.projection.named(when);
            let reached: Vec<String> =
                before.iter().map(|before| format!("NOT {} AND ", before.text)).collect();
            let text = format!("{}{}", reached.concat(), when.text);
            let whole = Sql::made(text, before.iter().chain([&when]));
            rendered.push((whole, self.render(then, vocabulary)?));
            before.push(when);
        }
        if let Some(otherwise) = otherwise {
            let reached: Vec<String> = before.iter().map(|before| format!("NOT {}", before.text)).collect();
            let whole = Sql::made(reached.join(" AND "), &before);
            let value = self.render(otherwise, vocabulary)?;
            if before.is_empty() {
                return Ok(value);
            }
            rendered.push((whole, value));
        }
        self.cased(rendered)
    }

    fn lookup(
        &mut self,
        key: &Expression,
        rows: &[(CodeBits, Value)],
        vocabulary: Option<VocabularyIndex>,
    ) -> Printed<Rendered> {
        let of_key = self.vocabulary_of(key);
        let key = match self.render(key, of_key)? {
            Rendered::Code(key) => key,
            Rendered::Nothing => return Ok(Rendered::Nothing),
            _ => return Err(ill_typed()),
        };
        let key = self.projection.named(key);
        let rows = rows.iter().map(|(codes, value)| {
            Ok((self.code_test(&key, codes, of_key), self.constant(value, vocabulary)?))
        });
        let rows = rows.collect::<Printed<Vec<_>>>()?;
        self.cased(rows)
    }

    /// Conditions of which one at most is true, with their values; a branch without value needs no words.
    fn cased(&mut self, mut branches: Vec<(Sql, Rendered)>) -> Printed<Rendered> {
        let numbers = |branches: &[(Sql, Rendered)]| {
            let number = |(when, value): &(Sql, Rendered)| match value {
                Rendered::Number(number) => Some((when.clone(), number.clone())),
                _ => None,
            };
            branches.iter().map(number).collect::<Option<Vec<_>>>()
        };
        branches.retain(|(_, value)| !matches!(value, Rendered::Nothing));
        if branches.is_empty() {
            return Ok(Rendered::Nothing);
        }
        if let Some(numbers) = numbers(&branches) {
            return self.chosen(&numbers, None).map(Rendered::Number);
        }
        let mut text = String::from("(CASE");
        for (when, value) in &branches {
            let [piece] = value.pieces()[..] else { return Err(ill_typed()) };
            text += &format!(" WHEN {} THEN {}", when.text, piece.text);
        }
        text += " END)";
        let pieces: Vec<&Sql> =
            branches.iter().flat_map(|(when, value)| std::iter::once(when).chain(value.pieces())).collect();
        let whole = Sql::made(text, pieces);
        Ok(match branches[0].1 {
            Rendered::Bool(_) => Rendered::Bool(whole),
            Rendered::Date(_) => Rendered::Date(whole),
            Rendered::Code(_) => Rendered::Code(whole),
            Rendered::Codes(_) => Rendered::Codes(whole),
            Rendered::Text(_) => Rendered::Text(whole),
            Rendered::Number(_) | Rendered::Nothing => return Err(ill_typed()),
        })
    }
}

impl Rendered {
    fn pieces(&self) -> Vec<&Sql> {
        match self {
            Self::Bool(piece)
            | Self::Date(piece)
            | Self::Code(piece)
            | Self::Codes(piece)
            | Self::Text(piece) => {
                vec![piece]
            }
            Self::Number(number) => vec![number.over.sql(), number.under.sql()],
            Self::Nothing => Vec::new(),
        }
    }
}
